"""When a person leaves: no way in here, and errands for every key that they held elsewhere."""

from datetime import datetime

from django.db import transaction

from accounts.actions.errands import open_errands_of_leaver
from accounts.models import Errand
from city.actions import people as city_people
from city.actors import Actor
from city.models import User


@transaction.atomic
def deactivate_user(user: User, *, by: Actor, at: datetime, reason: str) -> list[Errand]:
    """Let a person in no more, and open what must be done by hand at each account that they held.

    What the platforms still allow, only people there can take away: the errands are due the same day.
    """
    user = city_people.deactivate_user(user, by=by, at=at, reason=reason)
    return open_errands_of_leaver(user, by=by, at=at)
