"""Days off that the city adds beside the statute's."""

from datetime import date, datetime

from django.db import transaction

from city import log
from city.actions.people import person_of
from city.actors import Actor
from city.models import Holiday
from city.permissions import can_add_holiday, require
from city.refusals import Refusal


@transaction.atomic
def add_holiday(on: date, name: str, *, by: Actor, at: datetime) -> Holiday:
    """Add a day that counts in no deadline; every open deadline moves with it (R14)."""
    require(can_add_holiday, by, None, at)
    if Holiday.objects.filter(on=on).exists():
        raise Refusal("This day has been added already.", field="on")
    holiday = Holiday(on=on, name=log.clean(name)[:120], added_at=at, added_by=person_of(by))
    log.keep(holiday, by=by, at=at)
    log.note(holiday, verb="holiday.added", by=by, at=at)
    return holiday
