"""What the registry needs in a new city."""

from accounts.actions.platforms import seed_platforms


def enter_platforms(city, *, by, at) -> None:
    """The platforms with the software's defaults; the officer and the CIO decide about each."""
    seed_platforms(by=by, at=at)


SET_UP = [enter_platforms]
