"""What the city's procedure says about comments. Pure: values in, values out; each number has its source.

Presets are suggestions that counsel confirms; nothing here is legal advice.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ahocorasick_rs import AhoCorasick, MatchKind

from city.days import Holidays, Shifted, words


@dataclass(frozen=True)
class Procedure:
    """How a city moderates and hears appeals. Every length is finite: there is no block without an end."""

    key: str
    label: str
    source: str
    #: Days of an author's first, second, third … block; the last one repeats.
    ladder: tuple[int, ...] = (7, 30, 90)
    #: Decisions against an author, within `memory`, before a block may be proposed. The first is the warning.
    warnings: int = 1
    memory: timedelta = timedelta(days=365)
    #: Whether the second person of a block is the City Attorney.
    counsel_first: bool = True
    #: Business days in which an appeal is decided.
    decide_within: int = 10
    #: How often a block that stands is read again.
    read_again: timedelta = timedelta(days=91)


#: Source of each: DOMAIN section 6, presets for appeals.
PROCEDURES = {
    one.key: one
    for one in (
        Procedure(
            "suggested",
            "Suggested: warning, then 7, 30 and 90 days; counsel before any block",
            "Drawn together from published practice; Garnier v. O’Connor-Ratcliff (9th Cir. 2025) on blocks "
            "without an end.",
        ),
        Procedure(
            "postal_inspection",
            "Like the US Postal Inspection Service: three violations in twelve months, 5 business days",
            "US Postal Inspection Service: counsel decides; a block only after 3 violations in a rolling 12 "
            "months and counsel’s review.",
            warnings=3,
            decide_within=5,
        ),
        Procedure(
            "goodhue",
            "Like Goodhue County: a block lasts at most one year",
            "Goodhue County, Minnesota: notice on removal and on reinstatement, block at most one year.",
            ladder=(30, 90, 365),
        ),
        Procedure(
            "two_moderators",
            "Two moderators: like the suggested one, the second person need not be counsel",
            "For a city without counsel at hand. Counsel should confirm it.",
            counsel_first=False,
        ),
    )
}
DEFAULT = PROCEDURES["suggested"]

#: How long a comment stays with the moderator who opened it.
CLAIM_LASTS = timedelta(minutes=20)
#: Waits between attempts of a measure; the network shows an act some seconds after it took it.
WAITS = tuple(
    timedelta(seconds=seconds) for seconds in (5, 10, 20, 60, 120, 300, 600, 1200, 1800, 3600, 3600)
)
MOST_ATTEMPTS = len(WAITS) + 1
LONGEST_ORDERED_WAIT = timedelta(hours=6)


# -- the ladder ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Earlier:
    """An earlier decision against the same author that no appeal has reversed. `days`: of its block, if any."""

    reference: str
    at: datetime
    days: int = 0


@dataclass(frozen=True)
class Step:
    """Where an author stands on the ladder. `days` is 0 while a warning comes first."""

    days: int
    because: str


def next_step(earlier: Iterable[Earlier], at: datetime, procedure: Procedure = DEFAULT) -> Step:
    """How long a block may last now, from what went before. What is older than the memory counts no more."""
    counted = sorted(
        (one for one in earlier if at - procedure.memory <= one.at <= at), key=lambda one: one.at
    )
    months = round(procedure.memory.days / 30.4)
    if len(counted) < procedure.warnings:
        missing = procedure.warnings - len(counted)
        return Step(
            0,
            f"{_count(len(counted), 'decision')} against this author in the last {months} months: a block needs "
            f"{_count(procedure.warnings, 'earlier decision')}, each with its warning. "
            f"{_count(missing, 'more')} before a block.",
        )
    blocks = [one for one in counted if one.days]
    days = procedure.ladder[min(len(blocks), len(procedure.ladder) - 1)]
    named = ", ".join(one.reference for one in counted)
    before = f"{_count(len(blocks), 'earlier block')}" if blocks else "no earlier block"
    return Step(
        days, f"Warned in {named}; {before} in the last {months} months: this one lasts at most {days} days."
    )


def _count(number: int, noun: str) -> str:
    if noun == "more":
        return f"{number} more is needed" if number == 1 else f"{number} more are needed"
    return f"{number} {noun}{'' if number == 1 else 's'}"


# -- days ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Due:
    """The day by which an appeal is decided, and how it was found."""

    on: date
    because: tuple[str, ...]


def due(received: date, business_days: int, holidays: Holidays) -> Due:
    """The last of so many business days after the day of receipt, which does not count (Wis. Stat. 19.345)."""
    found: Shifted = holidays.add_business_days(received, business_days)
    return Due(found.on, (f"{business_days} business days from {words(received)}", *found.skipped))


# -- measures ------------------------------------------------------------------------------------------


def wait(attempt: int, retry_after: float | None = None) -> timedelta:
    """How long a measure waits after its attempt of this number; at least what the platform asks for."""
    usual = WAITS[min(max(attempt, 1), len(WAITS)) - 1]
    if retry_after is None:
        return usual
    return max(usual, min(timedelta(seconds=retry_after), LONGEST_ORDERED_WAIT))


# -- words ---------------------------------------------------------------------------------------------


def plain(text: str) -> str:
    """Text as words are compared: one form of each letter, small, and nothing invisible in between."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in folded if unicodedata.category(letter) != "Cf")


def found_words(text: str, words: Iterable[str]) -> list[str]:
    """Which of these words and phrases stand in a text as whole words, in the order of the text."""
    wanted = list(dict.fromkeys(word for word in (plain(word).strip() for word in words) if word))
    if not wanted:
        return []
    held = plain(text)
    hits = AhoCorasick(wanted, matchkind=MatchKind.Standard).find_matches_as_indexes(held, overlapping=True)
    found = [wanted[index] for index, start, end in hits if _whole(held, start, end)]
    return list(dict.fromkeys(found))


def _whole(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    return not (before.isalnum() or after.isalnum())


# -- what people type ----------------------------------------------------------------------------------


def readable(text: str) -> str:
    """What somebody typed without the characters that no database, mail or page can carry. Words stay."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        letter
        for letter in text
        if letter in "\n\t" or unicodedata.category(letter) not in ("Cc", "Cs", "Co")
    )
