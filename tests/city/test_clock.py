"""A date becomes an instant in the city's zone, across both changes of the clocks."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from city.clock import at_time, day_of, start_of_day

CHICAGO = ZoneInfo("America/Chicago")
ZONES = [
    ZoneInfo(name) for name in ("America/Chicago", "America/Havana", "America/Santiago", "Asia/Beirut", "UTC")
]


@pytest.mark.parametrize(
    ("day", "utc_hour"),
    [
        ("2026-12-01", 6),  # the first day of circulation, in winter
        ("2027-04-07", 5),  # the day after the election, in summer
        ("2027-03-14", 6),  # the clocks go forward at 2 am: midnight is still winter's
        ("2027-03-15", 5),
        ("2026-11-01", 5),  # the clocks go back at 2 am: midnight is still summer's
        ("2026-11-02", 6),
    ],
)
def test_a_day_in_chicago_starts_at_local_midnight(day, utc_hour):
    on = date.fromisoformat(day)
    assert start_of_day(on, CHICAGO) == datetime(on.year, on.month, on.day, utc_hour, tzinfo=UTC)


@pytest.mark.parametrize(("day", "hours"), [("2027-03-14", 23), ("2026-11-01", 25), ("2026-12-01", 24)])
def test_a_day_is_as_long_as_the_clocks_make_it(day, hours):
    on = date.fromisoformat(day)
    assert start_of_day(on + timedelta(days=1), CHICAGO) - start_of_day(on, CHICAGO) == timedelta(hours=hours)


@given(st.dates(date(2000, 1, 1), date(2035, 12, 30)), st.sampled_from(ZONES))
def test_the_instant_before_a_day_starts_belongs_to_the_day_before(on, zone):
    start = start_of_day(on, zone)
    assert day_of(start, zone) == on
    assert day_of(start - timedelta(microseconds=1), zone) == on - timedelta(days=1)


def test_a_time_that_the_clocks_skip_is_when_they_skip_it():
    assert at_time(date(2027, 3, 14), time(2, 30), CHICAGO) == datetime(2027, 3, 14, 8, tzinfo=UTC)


def test_five_in_the_afternoon_is_five_in_the_afternoon():
    assert at_time(date(2027, 1, 5), time(17), CHICAGO) == datetime(2027, 1, 5, 23, tzinfo=UTC)
