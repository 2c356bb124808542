"""The law's parameters: entered, ended, and confirmed for each election."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from city import log
from city.actors import Actor, SystemActor
from city.days import NotADay
from city.models import User
from city.permissions import require
from city.refusals import Refusal, Stale
from elections.actions.blackouts import recompute_election
from elections.models import Confirmation, Election, Rule
from elections.permissions import can_add_rule, can_confirm_rule, can_end_rule, can_load_rules
from elections.queries import NEEDED
from elections.rules.parameters import BadValues, Statute, check_values
from elections.rules.wisconsin import ROWS


@transaction.atomic
def load_rules(*, by: Actor, at: datetime) -> list[Rule]:
    """Enter Wisconsin's statutes where there are no rules yet. Nothing is confirmed by it."""
    require(can_load_rules, by, None, at)
    if Rule.objects.exists():
        return []
    return [
        _add(
            row.statute,
            effective_from=row.governs_from,
            effective_until=row.governs_until,
            proposed=row.proposed,
            by=by,
            at=at,
        )
        for row in ROWS
    ]


@transaction.atomic
def add_rule(
    *,
    key: str,
    citation: str,
    parameters: dict[str, Any],
    effective_from: date,
    by: Actor,
    at: datetime,
    former_citation: str = "",
    proposed: bool = False,
    note: str = "",
) -> Rule:
    """Enter a rule, or a bill. A rule in force ends the one before it where it begins; the old row stays."""
    require(can_add_rule, by, None, at)
    statute = Statute(key, citation.strip(), parameters, former_citation.strip(), note.strip())
    if not proposed:
        running = Rule.objects.select_for_update().filter(key=key, proposed=False)
        later = running.filter(effective_from__gte=effective_from).first()
        if later is not None:
            raise Refusal(
                f"{later} already governs elections from {later.effective_from}. Choose a later day.",
                field="effective_from",
            )
        for rule in running.filter(Q(effective_until=None) | Q(effective_until__gt=effective_from)):
            end_rule(rule, effective_until=effective_from, by=by, at=at)
    rule = _add(statute, effective_from=effective_from, effective_until=None, proposed=proposed, by=by, at=at)
    _follow(by=by, at=at)
    return rule


def _add(
    statute: Statute,
    *,
    effective_from: date,
    effective_until: date | None,
    proposed: bool,
    by: Actor,
    at: datetime,
) -> Rule:
    try:
        check_values(statute)
    except (BadValues, NotADay) as error:
        raise Refusal(str(error), field="parameters") from error
    rule = Rule.objects.create(
        key=statute.key,
        citation=statute.citation,
        former_citation=statute.former,
        parameters=dict(statute.values),
        effective_from=effective_from,
        effective_until=effective_until,
        proposed=proposed,
        note=statute.note,
        added_at=at,
        added_by=None if isinstance(by, SystemActor) else by,
    )
    log.note(rule, verb="rule.added", by=by, at=at, reason=rule.note, data={"parameters": rule.parameters})
    return rule


@transaction.atomic
def end_rule(rule: Rule, *, effective_until: date, by: Actor, at: datetime) -> Rule:
    """Record the first election day that a rule no longer governs."""
    require(can_end_rule, by, rule, at)
    if effective_until <= rule.effective_from:
        raise Refusal("A rule ends after it begins.", field="effective_until")
    rows = Rule.objects.filter(pk=rule.pk, effective_until=rule.effective_until).update(
        effective_until=effective_until
    )
    if not rows:
        raise Stale(f"Somebody else has just changed until when {rule} governs. Look at it again.")
    rule.refresh_from_db()
    log.note(rule, verb="rule.ended", by=by, at=at, data={"effective_until": effective_until})
    return rule


@transaction.atomic
def confirm_rule(rule: Rule, *, election: Election, by: User, at: datetime, note: str = "") -> Confirmation:
    """Answer for a rule for one election; a bill that has become law is confirmed the same way.

    Confirming another rule of the same key later replaces it; both stay on record. Silences follow at once.
    """
    require(can_confirm_rule, by, rule, at)
    if rule.key not in NEEDED[Election.Kind(election.kind)]:
        raise Refusal(f"{rule} plays no part in the {election}.", field="rule")
    governed = rule.effective_from <= election.governed_on and (
        rule.effective_until is None or election.governed_on < rule.effective_until
    )
    if not governed:
        raise Refusal(f"{rule} does not govern elections of that time.", field="rule")
    made = Confirmation.objects.create(
        rule=rule, cycle=election.cycle, confirmed_by=by, confirmed_at=at, note=log.clean(note).strip()
    )
    log.note(
        rule,
        verb="rule.confirmed",
        by=by,
        at=at,
        reason=made.note,
        data={"cycle": made.cycle},
        also=[election, made],
    )
    recompute_election(election, by=by, at=at)
    return made


def _follow(*, by: Actor, at: datetime) -> None:
    """Let every silence that is not over follow the law as it now stands."""
    for election in Election.objects.from_on(at.date()):
        recompute_election(election, by=by, at=at)
