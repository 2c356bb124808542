"""From rows to rules: which law governs an election, its days, and the silence of one candidate."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from city.models import City
from elections.models import Candidacy, Confirmation, Election, Rule
from elections.rules import calendar
from elections.rules.deadlines import Deadline, Window
from elections.rules.parameters import NoRule, Parameters
from elections.rules.windows import Facts, window

_ALWAYS = ("election_dates", "holidays", "next_day", "silence")

#: The rules that somebody must confirm before an election of each kind.
NEEDED = {
    Election.Kind.SPRING: (*_ALWAYS, "spring_papers", "council_terms"),
    Election.Kind.PARTISAN: (*_ALWAYS, "partisan_papers"),
    Election.Kind.SPECIAL: (*_ALWAYS, "special_election"),
}


def city_zone() -> ZoneInfo:
    """The zone in which the law's days begin and end here."""
    return ZoneInfo(City.objects.values_list("time_zone", flat=True).get(id=1))


@dataclass(frozen=True)
class Law:
    """What governs one election: a rule for each key, by whom it was confirmed, and the bills beside it."""

    rules: dict[str, Rule]
    confirmed: dict[str, Confirmation]
    bills: tuple[Rule, ...]

    @property
    def parameters(self) -> Parameters:
        return Parameters.of(rule.statute() for rule in self.rules.values())

    def unconfirmed(self, kind: str) -> list[str]:
        """The keys that nobody has answered for yet, for this election."""
        return [key for key in NEEDED[Election.Kind(kind)] if key not in self.confirmed]

    def open_bills(self) -> list[Rule]:
        """Bills that would change this election, until a rule of their key is confirmed for it."""
        return [bill for bill in self.bills if bill.key not in self.confirmed]


def law_of(cycle: str, governed_on: date) -> Law:
    """The law of one election: what was confirmed for it, else what is in force. Two queries.

    Raises NoRule when two rules of one key are in force for it and neither is confirmed.
    """
    rules: dict[str, Rule] = {}
    twice = set()
    bills = []
    for rule in Rule.objects.governing(governed_on):
        if rule.proposed:
            bills.append(rule)
        elif rule.key in rules:
            twice.add(rule.key)
        else:
            rules[rule.key] = rule
    confirmed: dict[str, Confirmation] = {}
    for one in Confirmation.objects.filter(cycle=cycle).select_related("rule", "confirmed_by"):
        confirmed.setdefault(one.rule.key, one)
    rules |= {key: one.rule for key, one in confirmed.items()}
    if unclear := twice - set(confirmed):
        raise NoRule(f"Two rules for “{min(unclear)}” are in force for this election: end or confirm one.")
    return Law(rules, confirmed, tuple(bills))


def law_for(election: Election) -> Law:
    return law_of(election.cycle, election.governed_on)


def circulation_of(election: Election, parameters: Parameters) -> Deadline:
    """The first day of circulation, with the Clerk's override where there is one."""
    if election.kind == Election.Kind.SPRING:
        found = calendar.spring_circulation(election.year, parameters)
    elif election.kind == Election.Kind.PARTISAN:
        found = calendar.partisan_circulation(election.year, parameters)
    else:
        assert election.ordered_on is not None
        found = calendar.special_circulation(election.ordered_on, parameters)
    if election.circulation_on is None:
        return found
    because = (f"Entered by the City Clerk: {election.circulation_note.rstrip('.')}.",)
    return Deadline(found.key, found.name, election.circulation_on, found.statute, because=because)


def filing_of(election: Election, parameters: Parameters) -> Deadline:
    if election.kind == Election.Kind.SPRING:
        return calendar.spring_filing(election.year, parameters)
    if election.kind == Election.Kind.PARTISAN:
        return calendar.partisan_filing(election.year, parameters)
    primary_on = election.primary_on or calendar.special_primary(election.election_on, parameters).on
    return calendar.special_filing(primary_on, parameters)


def calendar_of(election: Election, parameters: Parameters) -> tuple[Deadline, ...]:
    """Every day of an election, in order, with the Clerk's override of the first."""
    if election.kind == Election.Kind.SPRING:
        days = calendar.spring_calendar(election.year, parameters)
    elif election.kind == Election.Kind.PARTISAN:
        days = calendar.partisan_calendar(election.year, parameters)
    else:
        assert election.ordered_on is not None
        days = calendar.special_calendar(election.ordered_on, election.election_on, parameters)
    first = circulation_of(election, parameters)
    return tuple(sorted((first if day.key == "circulation" else day for day in days), key=lambda day: day.on))


def facts_of(candidacy: Candidacy, parameters: Parameters) -> Facts:
    """What is known of a candidacy, as the pure rules take it."""
    election = candidacy.election
    return Facts(
        election_on=election.election_on,
        circulation=circulation_of(election, parameters),
        filing=filing_of(election, parameters),
        trigger=Candidacy.TRIGGERS[Candidacy.Basis(candidacy.basis)],
        presumed=candidacy.basis == Candidacy.Basis.PRESUMED,
        primary_on=election.primary_on,
        on_primary_ballot=candidacy.appears_on_primary,
        nominated=candidacy.nominated,
        nominated_on=candidacy.nominated_on,
        caucus_on=candidacy.caucus_on,
        starts_on=candidacy.starts_on,
        ends_on=candidacy.ends_on,
        counsel_note=candidacy.counsel_note,
    )


def window_of(candidacy: Candidacy, law: Law | None = None) -> Window:
    """The silence of a candidate as the facts stand. Raises Missing or NoRule."""
    parameters = (law or law_for(candidacy.election)).parameters
    return window(facts_of(candidacy, parameters), parameters)
