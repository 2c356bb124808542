"""Days as statutes name them ("the first Tuesday in January"), and days that do not count.

Pure: phrases and dates in, dates out. Which days are holidays comes in as data, because statutes move.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property, lru_cache

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}

_MONTH = "|".join(MONTHS)
_WEEKDAY = "|".join(WEEKDAYS)
_FIXED = re.compile(rf"({_MONTH}) (\d{{1,2}})")
_NTH = re.compile(rf"(?:({_WEEKDAY}) after the )?({'|'.join(ORDINALS)}) ({_WEEKDAY}) in ({_MONTH})")

ONE_DAY = timedelta(days=1)


class NotADay(ValueError):
    """A phrase that names no day of a year; its message shows the forms that do."""


def words(day: date) -> str:
    """A date as the city writes it: Tue Dec 1, 2026."""
    return f"{WEEKDAYS[day.weekday()][:3]} {MONTHS[day.month - 1][:3]} {day.day}, {day.year}"


def nth_weekday(year: int, month: int, nth: int, weekday: int) -> date:
    """The nth Monday (0) … Sunday (6) of a month; the last one for -1."""
    if nth > 0:
        first = date(year, month, 1)
        return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))
    last = (date(year + month // 12, month % 12 + 1, 1)) - ONE_DAY
    return last - timedelta(days=(last.weekday() - weekday) % 7)


@lru_cache(maxsize=4096)
def day_in_year(phrase: str, year: int) -> date:
    """The day that a phrase names in a year. Raises NotADay.

    Forms: "December 1", "first Tuesday in January", "last Monday in May",
    "Tuesday after the first Monday in November".
    """
    if found := _FIXED.fullmatch(phrase):
        try:
            return date(year, MONTHS.index(found[1]) + 1, int(found[2]))
        except ValueError:
            raise NotADay(f"“{phrase}” does not exist in {year}.") from None
    if found := _NTH.fullmatch(phrase):
        after, nth, weekday, month = found.groups()
        day = nth_weekday(year, MONTHS.index(month) + 1, ORDINALS[nth], WEEKDAYS.index(weekday))
        if after:
            day += timedelta(days=(WEEKDAYS.index(after) - day.weekday() - 1) % 7 + 1)
        return day
    raise NotADay(
        f"“{phrase}” names no day. Write it like “December 1”, “first Tuesday in January”, “last Monday in "
        "May” or “Tuesday after the first Monday in November”."
    )


@dataclass(frozen=True)
class Shifted:
    """A day that was found by passing over others, and why each of them was passed over."""

    on: date
    skipped: tuple[str, ...] = ()


@dataclass(frozen=True)
class Holidays:
    """The legal holidays and the weekdays on which offices are closed.

    `days` maps a holiday's name to its phrase, `even_years` likewise for those of even years only;
    `once` holds single dates. With `sunday_moves`, one that falls on Sunday is kept on Monday.
    """

    days: Mapping[str, str]
    even_years: Mapping[str, str] = field(default_factory=dict)
    once: Mapping[date, str] = field(default_factory=dict)
    sunday_moves: bool = True
    closed: frozenset[int] = frozenset({5, 6})

    @cached_property
    def _years(self) -> dict[int, dict[date, str]]:
        return {}

    def in_year(self, year: int) -> dict[date, str]:
        """Each legal holiday of a year with its name, in order."""
        if year not in self._years:
            phrases = dict(self.days) | (dict(self.even_years) if year % 2 == 0 else {})
            found = {day_in_year(phrase, year): name for name, phrase in phrases.items()}
            found |= {day: name for day, name in self.once.items() if day.year == year}
            if self.sunday_moves:
                for day, name in list(found.items()):
                    if day.weekday() == 6:
                        found.setdefault(day + ONE_DAY, f"{name}, kept on Monday")
            self._years[year] = dict(sorted(found.items()))
        return self._years[year]

    def why_closed(self, day: date) -> str | None:
        """Why a day does not count: the holiday's name or the weekday. None for a day that counts."""
        if holiday := self.in_year(day.year).get(day):
            return holiday
        return WEEKDAYS[day.weekday()] if day.weekday() in self.closed or day.weekday() == 6 else None

    def next_open_day(self, day: date) -> Shifted:
        """The day itself, or the next one on which something can be filed (Wis. Stat. 990.001(4)(b), (c))."""
        skipped = []
        while reason := self.why_closed(day):
            skipped.append(f"{words(day)} skipped: {reason}")
            day += ONE_DAY
        return Shifted(day, tuple(skipped))

    def add_business_days(self, start: date, count: int) -> Shifted:
        """`count` business days after `start`, which itself does not count; names the holidays skipped.

        Saturdays, Sundays and legal holidays are left out, as in Wis. Stat. 19.345.
        """
        day, left, skipped = start, count, []
        while left > 0:
            day += ONE_DAY
            reason = self.why_closed(day)
            if reason is None and day.weekday() < 5:
                left -= 1
            elif reason is not None and day.weekday() < 5:
                skipped.append(f"{words(day)} skipped: {reason}")
        return Shifted(day, tuple(skipped))


def check_phrases(phrases: Iterable[str]) -> None:
    """Raises NotADay for the first phrase that names no day."""
    for phrase in phrases:
        day_in_year(phrase, 2028)
