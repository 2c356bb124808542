"""Why something was not done, in words that say what to do about it."""


class Refusal(Exception):
    """A change that the city's rules do not allow now. `field` names the form field it belongs beside."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class NotAllowed(Refusal):
    """This person has no right to do this."""


class Stale(Refusal):
    """Somebody else was first: the thing is no longer as it was when the person looked at it."""
