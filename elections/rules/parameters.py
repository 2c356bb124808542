"""The parameters of each statute, read from the values of a dated rule.

A `Statute` is one row of law as it applied to some elections: key, citation, and values that a clerk can
read ("first Tuesday in January"). `Parameters` holds one of each key and gives them types.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from functools import cached_property
from typing import Any

from city.days import WEEKDAYS, Holidays, check_phrases


class BadValues(ValueError):
    """Values that a statute cannot have; the message says which and what is expected."""


class NoRule(LookupError):
    """No rule of a key applies: somebody must enter it before anything can be computed."""


@dataclass(frozen=True)
class Statute:
    """One rule with its values. `note` is what the city knows of its standing ("confirmed by … on …")."""

    key: str
    citation: str
    values: Mapping[str, Any] = field(hash=False)
    former: str = ""
    note: str = ""
    ref: str = ""

    @property
    def cited(self) -> str:
        """Both names of a renumbered statute: Wis. Stat. 11.1205 (formerly 11.33)."""
        return f"{self.citation} (formerly {self.former})" if self.former else self.citation

    def value(self, name: str, kind: type) -> Any:
        """One value. Raises BadValues when it is missing or of another kind."""
        found = self.values.get(name)
        if not isinstance(found, kind) or (kind is int and isinstance(found, bool)):
            raise BadValues(f"{self.citation}: “{name}” must be {KINDS[kind]}.")
        return found

    def clock(self, name: str) -> time:
        """A time of day, written 17:00."""
        try:
            return time.fromisoformat(self.value(name, str))
        except ValueError:
            raise BadValues(f"{self.citation}: write “{name}” like 17:00.") from None


KINDS = {str: "text", int: "a whole number", dict: "a table", list: "a list", bool: "true or false"}


@dataclass(frozen=True)
class Parameters:
    """Every statute that one election needs, by key."""

    statutes: Mapping[str, Statute]

    @classmethod
    def of(cls, statutes: Iterable[Statute]) -> "Parameters":
        return cls({statute.key: statute for statute in statutes})

    def __getitem__(self, key: str) -> Statute:
        if key not in self.statutes:
            raise NoRule(f"No rule for “{NAMES.get(key, key)}” governs this election. Enter one under Rules.")
        return self.statutes[key]

    def with_statute(self, statute: Statute) -> "Parameters":
        """The same law with one statute replaced: what a bill would change."""
        return Parameters({**self.statutes, statute.key: statute})

    @cached_property
    def holidays(self) -> Holidays:
        """The legal holidays of Wis. Stat. 995.20 and the days on which offices are closed.

        Source: the partisan primary and the general election are legal holidays in even years.
        """
        statute, dates = self["holidays"], self["election_dates"]
        even = {}
        if statute.value("election_days", bool):
            even = {
                "Day of the partisan primary": dates.value("partisan_primary", str),
                "Day of the general election": dates.value("general_election", str),
            }
        return Holidays(
            days=statute.value("days", dict),
            even_years=even,
            once={date.fromisoformat(day): name for day, name in statute.values.get("once", {}).items()},
            sunday_moves=statute.value("sunday_moves_to_monday", bool),
            closed=frozenset(WEEKDAYS.index(day) for day in self["next_day"].value("offices_closed", list)),
        )


NAMES = {
    "election_dates": "Dates of elections",
    "holidays": "Legal holidays",
    "next_day": "Days on which nothing can be filed",
    "spring_papers": "Nomination papers, spring election",
    "partisan_papers": "Nomination papers, partisan offices",
    "special_election": "Special elections",
    "council_terms": "Start of council terms",
    "silence": "Use of government materials by candidates",
}

#: key: (phrases, numbers, clocks, other values by kind)
_SHAPES: dict[str, tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...], dict[str, type]]] = {
    "election_dates": (
        ("spring_primary", "spring_election", "partisan_primary", "general_election"),
        (),
        (),
        {},
    ),
    "holidays": ((), (), (), {"days": dict, "election_days": bool, "sunday_moves_to_monday": bool}),
    "next_day": ((), (), (), {"offices_closed": list}),
    "spring_papers": (
        ("circulation_starts", "filing_ends"),
        ("noncandidacy_fridays_before", "extension_hours"),
        ("closes_at",),
        {},
    ),
    "partisan_papers": (
        ("circulation_starts", "filing_ends"),
        ("noncandidacy_fridays_before", "extension_hours"),
        ("closes_at",),
        {},
    ),
    "special_election": (
        (),
        (
            "primary_days_before_election",
            "filing_days_before_primary",
            "earliest_days_after_order",
            "latest_days_after_order",
        ),
        ("closes_at",),
        {},
    ),
    "council_terms": (("terms_start",), (), (), {}),
    "silence": ((), ("pieces", "declaration_months_before"), (), {}),
}


def check_values(statute: Statute) -> None:
    """Raises BadValues or NotADay when a rule could not be computed with: checked before it is kept."""
    if statute.key not in _SHAPES:
        raise BadValues(f"“{statute.key}” is no rule that Rostrum computes with.")
    phrases, numbers, clocks, others = _SHAPES[statute.key]
    check_phrases(statute.value(name, str) for name in phrases)
    for name in numbers:
        if statute.value(name, int) < 0:
            raise BadValues(f"{statute.citation}: “{name}” cannot be below zero.")
    for name in clocks:
        statute.clock(name)
    for name, kind in others.items():
        statute.value(name, kind)
    if statute.key == "holidays":
        check_phrases(statute.value("days", dict).values())
    if statute.key == "next_day" and not set(statute.value("offices_closed", list)) <= set(WEEKDAYS):
        raise BadValues("Write the closed days as Saturday, Sunday and so on.")
