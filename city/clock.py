"""From a date of the law to an instant in the city's zone: the only place where one becomes the other."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def at_time(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """When the city's clocks first show this time on this day, in UTC.

    A time that the clocks skip in spring is the instant at which they skip it; of one that they show
    twice in autumn, it is the first.
    """
    before = datetime.combine(day, clock, tzinfo=zone).replace(fold=0)
    instant = before.astimezone(UTC)
    shown = instant.astimezone(zone)
    if (shown.date(), shown.time()) == (day, clock):
        return instant
    # In a gap `fold=0` counts with the offset before it and lands past it by as much as the gap was entered.
    into = timedelta(0)
    step = timedelta(minutes=1)
    while (instant - into - step).astimezone(zone).utcoffset() == shown.utcoffset():
        into += step
    return instant - into


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a day in a zone, in UTC. The day before ends with it: periods are half-open."""
    return at_time(day, time(), zone)


def day_of(at: datetime, zone: ZoneInfo) -> date:
    """The date that the city's calendars show at an instant."""
    return at.astimezone(zone).date()
