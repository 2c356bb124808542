"""What the pages of elections show, gathered with a constant number of queries."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django import forms as django_forms
from django.db.models import Case, CharField, F, QuerySet, Value, When
from django.http import QueryDict

from accounts.models import Silence
from city.clock import at_time, day_of
from city.models import User
from city.roles import Role
from elections.forms import WhatIfForm
from elections.models import Blackout, BlackoutStep, Candidacy, Confirmation, Election, Rule
from elections.models.blackout import BlackoutQuerySet
from elections.permissions import can_add_rule, can_confirm_rule, can_load_rules, can_record_election
from elections.queries import calendar_of, circulation_of, city_zone, facts_of, filing_of, law_for
from elections.rules.deadlines import Deadline
from elections.rules.parameters import NAMES, NoRule, Parameters
from elections.rules.windows import Missing, window

Status = Blackout.Status

STATE_KINDS = {
    Status.SCHEDULED: "attention",
    Status.ACTIVE: "bad",
    Status.AWAITING: "attention",
    Status.ENDED: "neutral",
    Status.RELEASED: "neutral",
}


@dataclass(frozen=True)
class Waiting:
    """A rule that somebody must confirm for an election, and when a silence could start at the earliest."""

    election: Election
    key: str
    rule: Rule | None
    bills: tuple[Rule, ...]
    first_on: date

    @property
    def name(self) -> str:
        return NAMES[self.key]


def waiting_for_confirmation(at: datetime) -> list[Waiting]:
    """Rules without a confirmation for the elections to come, the bill that is open about each beside it."""
    found = []
    for election in Election.objects.from_on(day_of(at, city_zone())).order_by("election_on"):
        try:
            law = law_for(election)
            starts = [circulation_of(election, law.parameters).on]
            starts += [circulation_of(election, _with(law.parameters, bill)).on for bill in law.open_bills()]
        except NoRule:
            continue
        for key in law.unconfirmed(election.kind):
            bills = tuple(bill for bill in law.open_bills() if bill.key == key)
            found.append(Waiting(election, key, law.rules.get(key), bills, min(starts)))
    return found


def _with(parameters: Parameters, bill: Rule) -> Parameters:
    return parameters.with_statute(bill.statute())


@dataclass(frozen=True)
class Outcome:
    """What follows for an election if one rule is the law."""

    rule: Rule
    days: tuple[Deadline, ...]


def outcomes(election: Election, key: str) -> list[Outcome]:
    """The days of an election under the rule in force and under each bill of the same key."""
    law = law_for(election)
    rules = [law.rules[key]] if key in law.rules else []
    rules += [bill for bill in law.bills if bill.key == key and bill not in rules]
    return [Outcome(rule, calendar_of(election, _with(law.parameters, rule))) for rule in rules]


def election_page(election: Election, user: User, at: datetime) -> dict[str, Any]:
    """An election's days, seats, candidacies and the standing of its rules."""
    problem, rules, bills = "", [], []
    days: tuple[Deadline, ...] = ()
    try:
        law = law_for(election)
        days = calendar_of(election, law.parameters)
        bills = [
            Outcome(bill, calendar_of(election, _with(law.parameters, bill))) for bill in law.open_bills()
        ]
        keys = dict.fromkeys([*law.unconfirmed(election.kind), *law.confirmed])
        rules = [(NAMES[key], law.rules.get(key), law.confirmed.get(key)) for key in keys]
    except NoRule as error:
        problem = str(error)
    return {
        "election": election,
        "days": days,
        "rules": rules,
        "bills": bills,
        "problem": problem,
        "contests": election.contests.select_related("seat", "incumbent", "election"),
        "candidacies": election.candidacies.select_related("person", "contest__seat", "blackout", "election"),
        "may_record": can_record_election(user, election, at),
        "may_confirm": can_confirm_rule(user, None, at),
    }


def rules_page(user: User, at: datetime) -> dict[str, Any]:
    """Every rule with its values and who confirmed it for what."""
    rules = list(Rule.objects.visible_to(user, at))
    confirmations: dict[int, list[Confirmation]] = {}
    names = {election.cycle: str(election) for election in Election.objects.all()}
    for one in Confirmation.objects.select_related("confirmed_by"):
        one.cycle = names.get(one.cycle, one.cycle)  # as people say it; the row is not saved
        confirmations.setdefault(one.rule_id, []).append(one)
    return {
        "rules": [(rule, confirmations.get(rule.pk, [])) for rule in rules],
        "may_add": can_add_rule(user, None, at),
        "may_load": can_load_rules(user, None, at),
    }


# -- blackouts -----------------------------------------------------------------------------------------


class BlackoutFilters(django_forms.Form):
    state = django_forms.ChoiceField(
        label="State",
        required=False,
        choices=[
            ("", "All"),
            ("running", "Running or coming within 30 days"),
            *Status.choices,
            ("unanswered", "Presumed, and the filing deadline has passed"),
            ("late", "With a notice or snapshot that is late"),
        ],
    )
    person = django_forms.ModelChoiceField(
        label="Person",
        required=False,
        queryset=User.objects.filter(candidacies__isnull=False).distinct(),
        empty_label="Anybody",
    )


def blackouts_shown(query: QueryDict, user: User, at: datetime) -> tuple[BlackoutFilters, QuerySet[Blackout]]:
    """The rows of the list of blackouts. Their state is what the clock says, not what a worker wrote."""
    filters = BlackoutFilters(query)
    state = Case(
        When(status=Status.RELEASED, then=Value(Status.RELEASED)),
        When(starts_at__gt=at, then=Value(Status.SCHEDULED)),
        When(ends_at__lte=at, then=Value(Status.ENDED)),
        When(awaits_from__lte=at, then=Value(Status.AWAITING)),
        default=Value(Status.ACTIVE),
        output_field=CharField(),
    )
    rows = Blackout.objects.visible_to(user, at).annotate(state=state)
    wanted = filters.cleaned_data.get("state") if filters.is_valid() else ""
    if filters.is_valid() and filters.cleaned_data["person"]:
        rows = rows.filter(candidacy__person=filters.cleaned_data["person"])
    if wanted in SPECIAL:
        rows = rows.filter(pk__in=SPECIAL[wanted](Blackout.objects.all(), at).values("pk"))
    elif wanted:
        rows = rows.filter(state=wanted)
    rows = rows.annotate(
        shown_state=Case(*(When(state=value, then=Value(label)) for value, label in Status.choices)),
        state_kind=Case(*(When(state=value, then=Value(kind)) for value, kind in STATE_KINDS.items())),
    )
    related = ("candidacy__election", "candidacy__person", "candidacy__contest__seat", "rule")
    return filters, rows.select_related(*related).order_by("-starts_at", "pk")


def running_or_near(rows: BlackoutQuerySet, at: datetime) -> QuerySet[Blackout]:
    """Blackouts that run, or begin within 30 days."""
    return rows.in_effect(at) | rows.coming(at).filter(starts_at__lte=at + timedelta(days=30))


def late_steps(rows: QuerySet[Blackout], at: datetime) -> QuerySet[Blackout]:
    """Blackouts with a step that has been due for more than 15 minutes."""
    late = BlackoutStep.objects.due(at - timedelta(minutes=15))
    return rows.filter(pk__in=late.values("blackout"))


def unanswered_filings(at: datetime) -> QuerySet[Blackout]:
    """Silences of presumed candidates whose deadline to file has passed."""
    zone, passed = city_zone(), []
    for election in Election.objects.from_on(day_of(at, zone)):
        try:
            filing = filing_of(election, law_for(election).parameters)
        except NoRule:
            continue
        if filing.clock is not None and at >= at_time(filing.on, filing.clock, zone):
            passed.append(election.pk)
    presumed = Candidacy.objects.standing().filter(basis=Candidacy.Basis.PRESUMED, election__in=passed)
    return Blackout.objects.filter(candidacy__in=presumed)


#: Choices of the list that are no states.
SPECIAL = {
    "running": running_or_near,
    "late": late_steps,
    "unanswered": lambda rows, at: rows.filter(pk__in=unanswered_filings(at).values("pk")),
}


def explain_page(blackout: Blackout, tried: WhatIfForm, at: datetime) -> dict[str, Any]:
    """From, until, on which facts, under which rule, what is stopped, what is allowed, whom to call."""
    state = blackout.state_at(at)
    silences = Silence.objects.filter(source=blackout.source).select_related("account__platform", "office")
    return {
        "blackout": blackout,
        "candidacy": blackout.candidacy,
        "state": Status(state).label,
        "state_kind": STATE_KINDS[Status(state)],
        "silences": silences,
        "exemptions": Silence.Exemption.labels,
        "steps": blackout.steps.all(),
        "incidents": blackout.incidents.select_related("account__platform"),
        "callable": whom_to_call(at),
        "tried": tried,
        "outcome": _what_if(blackout, tried),
    }


def whom_to_call(at: datetime) -> list[User]:
    """The people who hold the Clerk's and the City Attorney's role now."""
    people = User.objects.filter(is_active=True, grants__role__in=[Role.CLERK, Role.ATTORNEY])
    holding = people.filter(grants__starts_at__lte=at).exclude(grants__ends_at__lte=at)
    return list(holding.distinct().order_by("name"))


def _what_if(blackout: Blackout, tried: WhatIfForm) -> dict[str, Any] | None:
    """The silence under other facts. Nothing is written."""
    if not tried.is_bound or not tried.is_valid():
        return None
    parameters = law_for(blackout.candidacy.election).parameters
    facts = facts_of(blackout.candidacy, parameters)
    values = tried.cleaned_data
    if values["circulation_on"]:
        because = ("As you entered it here.",)
        facts = replace(
            facts, circulation=replace(facts.circulation, on=values["circulation_on"], because=because)
        )
    for name in ("nominated", "on_primary_ballot"):
        if values[name] is not None:
            facts = replace(facts, **{name: values[name]})
    try:
        return {"sentences": window(facts, parameters).explain()}
    except Missing as error:
        return {"problem": str(error)}


def notice_page(blackout: Blackout, at: datetime) -> dict[str, Any]:
    """What the public may know of a blackout: that it holds, until when, and under which law."""
    row = (
        Silence.objects.filter(source=blackout.source).order_by(F("lifted_at").desc(nulls_first=True)).first()
    )
    return {
        "blackout": blackout,
        "silence": row,
        "holds": row is not None and row.holds_at(at),
        "over": blackout.state_at(at) in (Status.ENDED, Status.RELEASED),
        "citation": blackout.rule.cited,
        "exemptions": Silence.Exemption.labels,
    }
