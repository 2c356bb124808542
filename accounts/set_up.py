"""What the registry needs in a new city."""

from accounts.actions.platforms import seed_platforms
from accounts.actions.questions import seed_questions


def enter_platforms(city, *, by, at) -> None:
    """The platforms with the software's defaults; the officer and the CIO decide about each."""
    seed_platforms(by=by, at=at)


def enter_questions(city, *, by, at) -> None:
    """What is asked of who wants an account; the officer makes the next version of it."""
    seed_questions(by=by, at=at)


SET_UP = [enter_platforms, enter_questions]
