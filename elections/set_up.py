"""What elections need in a new city."""

from city.models import City
from elections.actions.rules import load_rules


def enter_rules(city, *, by, at) -> None:
    """Wisconsin's statutes as rows; the Clerk confirms them before each cycle. Other states have none."""
    if city.state == "WI" and city.blackout_mode != City.BlackoutMode.NONE:
        load_rules(by=by, at=at)


SET_UP = [enter_rules]
