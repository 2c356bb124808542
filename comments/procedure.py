"""Which procedure holds at an instant, and by which day something is due under it."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from city.clock import day_of, start_of_day
from city.days import Holidays
from city.holidays import holidays
from city.models import City
from comments import rules
from comments.models import Appeal
from comments.models import Procedure as Chosen


def procedure_at(at: datetime) -> rules.Procedure:
    """What the city has chosen, or the suggested procedure while it has chosen nothing."""
    key = Chosen.objects.filter(chosen_at__lte=at).values_list("key", flat=True).first()
    return rules.PROCEDURES.get(key or "", rules.DEFAULT)


def city_zone() -> ZoneInfo:
    return ZoneInfo(City.objects.values_list("time_zone", flat=True).get(id=1))


def due_of(appeal: Appeal, days: Holidays | None = None, zone: ZoneInfo | None = None) -> rules.Due:
    """By when an appeal is decided; computed, so that an added holiday moves it (R14)."""
    received = day_of(appeal.received_at, zone or city_zone())
    return rules.due(received, appeal.decide_within, days or holidays())


def overdue_since(at: datetime, business_days: int) -> datetime:
    """What came before this instant has waited for longer than so many business days."""
    days, zone = holidays(), city_zone()
    today = back = day_of(at, zone)
    while rules.due(back, business_days, days).on >= today:
        back -= timedelta(days=1)
    return start_of_day(back + timedelta(days=1), zone)
