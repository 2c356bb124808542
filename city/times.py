"""How instants and periods are told to people: in the city's time, and saying so."""

from datetime import date, datetime, timedelta

from django.utils import timezone


def told(at: datetime) -> str:
    """Tue Dec 1, 2026, 9:00 am CST, in the zone that CityMiddleware activated."""
    return f"{told_date(timezone.localtime(at).date())}, {told_hour(at)}"


def told_hour(at: datetime) -> str:
    """9:00 am CST, where the day stands beside it."""
    local = timezone.localtime(at)
    hour = local.hour % 12 or 12
    half = "am" if local.hour < 12 else "pm"
    return f"{hour}:{local:%M} {half} {local.tzname()}"


def told_date(on: date) -> str:
    """Tue Dec 1, 2026."""
    return f"{on:%a %b} {on.day}, {on.year}"


def age(since: datetime, at: datetime) -> str:
    """How long ago, in the largest unit that tells it: 3 days, 2 hours, less than a minute."""
    passed = max(at - since, timedelta(0))
    for name, size in (("day", 86400), ("hour", 3600), ("minute", 60)):
        number = int(passed.total_seconds() // size)
        if number:
            return f"{number:,} {name}{'' if number == 1 else 's'}"
    return "less than a minute"
