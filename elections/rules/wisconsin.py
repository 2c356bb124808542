"""Wisconsin's statutes as dated rows: what `elections.Rule` holds to begin with. The Clerk confirms them.

A row governs the elections held from `governs_from` up to, not on, `governs_until`. Nothing here is
computed with directly: the rows are loaded once, and from then on the table is the truth.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from elections.rules.parameters import NoRule, Parameters, Statute


@dataclass(frozen=True)
class Row:
    """A statute with the elections that it governs. `proposed`: a bill that is not known to be law."""

    statute: Statute
    governs_from: date
    governs_until: date | None = None
    proposed: bool = False

    def governs(self, on: date) -> bool:
        return self.governs_from <= on and (self.governs_until is None or on < self.governs_until)


FIRST = date(2000, 1, 1)
ACT_75 = date(2012, 1, 1)
ACT_117 = date(2016, 1, 1)

_DATES = {
    "spring_primary": "third Tuesday in February",
    "spring_election": "first Tuesday in April",
    "general_election": "Tuesday after the first Monday in November",
}
_PAPERS = {"closes_at": "17:00", "noncandidacy_fridays_before": 2, "extension_hours": 72}
_SPRING = {"circulation_starts": "December 1", "filing_ends": "first Tuesday in January", **_PAPERS}
_SILENCE = {"pieces": 50, "declaration_months_before": 1}
_BILL = "2025 AB 442 / SB 453 would move December 1 to November 16. It is not known to be law."

ROWS: tuple[Row, ...] = (
    Row(
        Statute(
            "election_dates",
            "Wis. Stat. 5.02(5), (21), (22) and former (18)",
            {**_DATES, "partisan_primary": "second Tuesday in September"},
            note="The partisan primary was in September until 2011 Act 75.",
        ),
        FIRST,
        ACT_75,
    ),
    Row(
        Statute(
            "election_dates",
            "Wis. Stat. 5.02(5), (12s), (21), (22)",
            {**_DATES, "partisan_primary": "second Tuesday in August"},
            note="As changed by 2011 Act 75.",
        ),
        ACT_75,
    ),
    Row(
        Statute(
            "holidays",
            "Wis. Stat. 995.20",
            {
                "days": {
                    "New Year’s Day": "January 1",
                    "Martin Luther King Jr. Day": "third Monday in January",
                    "Presidents’ Day": "third Monday in February",
                    "Memorial Day": "last Monday in May",
                    "Juneteenth": "June 19",
                    "Independence Day": "July 4",
                    "Labor Day": "first Monday in September",
                    "Columbus Day and Indigenous Peoples’ Day": "second Monday in October",
                    "Veterans Day": "November 11",
                    "Thanksgiving": "fourth Thursday in November",
                    "Christmas Day": "December 25",
                },
                "election_days": True,
                "sunday_moves_to_monday": True,
            },
            note="December 24 and 31 are holidays of state offices only. In a first class city the day of a "
            "municipal election is a holiday too: confirm with counsel and enter it under “once”.",
        ),
        FIRST,
    ),
    Row(
        Statute("next_day", "Wis. Stat. 990.001(4)(b), (c)", {"offices_closed": ["Saturday", "Sunday"]}),
        FIRST,
    ),
    Row(Statute("spring_papers", "Wis. Stat. 8.10(2)(a)", _SPRING), FIRST),
    Row(
        Statute(
            "spring_papers",
            "Wis. Stat. 8.10(2)(a), if 2025 AB 442 / SB 453 is law",
            {**_SPRING, "circulation_starts": "November 16"},
            note=_BILL,
        ),
        date(2026, 7, 1),
        proposed=True,
    ),
    Row(
        Statute(
            "partisan_papers",
            "Wis. Stat. 8.15(1) and 8.20(8)(a)",
            {"circulation_starts": "June 1", "filing_ends": "second Tuesday in July", **_PAPERS},
            note="Until 2011 Act 75.",
        ),
        FIRST,
        ACT_75,
    ),
    Row(
        Statute(
            "partisan_papers",
            "Wis. Stat. 8.15(1) and 8.20(8)(a)",
            {"circulation_starts": "April 15", "filing_ends": "June 1", **_PAPERS},
        ),
        ACT_75,
    ),
    Row(
        Statute(
            "special_election",
            "Wis. Stat. 8.50(2) and (3)",
            {
                "primary_days_before_election": 28,
                "filing_days_before_primary": 28,
                "earliest_days_after_order": 62,
                "latest_days_after_order": 77,
                "closes_at": "17:00",
            },
        ),
        FIRST,
    ),
    Row(Statute("council_terms", "Wis. Stat. 62.09(5)(b)", {"terms_start": "third Tuesday in April"}), FIRST),
    Row(
        Statute("silence", "Wis. Stat. 11.33", _SILENCE, note="Renumbered 11.1205 by 2015 Act 117."),
        FIRST,
        ACT_117,
    ),
    Row(
        Statute(
            "silence",
            "Wis. Stat. 11.1205",
            _SILENCE,
            former="11.33",
            note="2015 Act 117; amended by 2023 Act 105.",
        ),
        ACT_117,
    ),
)


def governing(rows: Iterable[Row], on: date) -> Parameters:
    """The parameters of an election held on a date. A bill that is only proposed governs nothing.

    Raises NoRule when two rows of a key govern the same day: somebody must say which of them is law.
    """
    found: dict[str, Statute] = {}
    for row in rows:
        if row.proposed or not row.governs(on):
            continue
        if row.statute.key in found:
            raise NoRule(f"Two rules for “{row.statute.key}” govern {on}. End one of them.")
        found[row.statute.key] = row.statute
    return Parameters(found)


def proposals(rows: Iterable[Row], on: date) -> list[Statute]:
    """The bills that would change an election held on a date."""
    return [row.statute for row in rows if row.proposed and row.governs(on)]
