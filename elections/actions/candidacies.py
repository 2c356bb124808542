"""The facts of a candidacy, each with its date; the silence follows in the same transaction."""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from city import log
from city.actors import Actor
from city.models import User
from city.permissions import require
from city.refusals import Refusal, Stale
from elections.actions.blackouts import recompute_blackout
from elections.models import Candidacy, Contest, Election
from elections.permissions import can_record_candidacy

STANDING, RELEASED = Candidacy.Status.STANDING, Candidacy.Status.RELEASED


@transaction.atomic
def record_candidacy(
    election: Election,
    *,
    person: User,
    basis: str,
    by: Actor,
    at: datetime,
    contest: Contest | None = None,
    office_sought: str = "",
    **facts: Any,
) -> Candidacy:
    """Record that somebody stands for a seat or another office: that silences them too (s. 11.1205(1)(a))."""
    require(can_record_candidacy, by, election, at)
    office_sought = log.clean(office_sought).strip()
    if contest is None and not office_sought:
        raise Refusal("Choose the seat, or write the office that is sought.", field="office_sought")
    if contest is not None and office_sought:
        raise Refusal("Choose the seat or write another office, not both.", field="office_sought")
    if contest is not None and contest.election_id != election.pk:
        raise Refusal("That seat is not up in this election.", field="contest")
    candidacy = Candidacy(
        election=election,
        person=person,
        contest=contest,
        office_sought=office_sought,
        basis=basis,
        recorded_at=at,
        **facts,
    )
    try:
        with transaction.atomic():
            log.keep(candidacy, by=by, at=at)
    except IntegrityError as error:
        if "candidacy_once" in str(error):
            raise Refusal("This candidacy is already recorded.", field="person") from error
        raise Refusal("Dates by hand need counsel’s note.", field="counsel_note") from error
    log.note(
        candidacy,
        verb="candidacy.recorded",
        by=by,
        at=at,
        data={"basis": basis, **facts},
        also=[election, person],
    )
    recompute_blackout(candidacy, by=by, at=at)
    return candidacy


@transaction.atomic
def record_filing(candidacy: Candidacy, *, filed_on: date, by: Actor, at: datetime) -> Candidacy:
    """Record that papers or a declaration were filed: presumed no longer, but a candidate."""
    require(can_record_candidacy, by, candidacy, at)
    basis = candidacy.basis
    if basis == Candidacy.Basis.PRESUMED:
        basis = Candidacy.Basis.PAPERS
    return _enter(
        candidacy,
        by=by,
        at=at,
        verb="candidacy.filed",
        status=STANDING,
        basis=basis,
        filed_on=filed_on,
        did_not_file=False,
        noncandidacy_on=None,
        withdrew_on=None,
    )


@transaction.atomic
def record_noncandidacy(candidacy: Candidacy, *, noncandidacy_on: date, by: Actor, at: datetime) -> Candidacy:
    """Record an incumbent's notice of noncandidacy (s. 8.10(2)(a)): the presumption and its silence end."""
    require(can_record_candidacy, by, candidacy, at)
    if candidacy.filed_on is not None:
        raise Refusal(
            "Papers are on file for this person. A notice of noncandidacy does not take them back: ask "
            "counsel, and enter dates by hand.",
            field="noncandidacy_on",
        )
    return _enter(
        candidacy,
        by=by,
        at=at,
        verb="candidacy.noncandidacy",
        status=RELEASED,
        noncandidacy_on=noncandidacy_on,
    )


@transaction.atomic
def record_no_filing(candidacy: Candidacy, *, by: Actor, at: datetime) -> Candidacy:
    """Record that the filing deadline passed without papers: the presumption and its silence end."""
    require(can_record_candidacy, by, candidacy, at)
    if candidacy.filed_on is not None:
        raise Refusal("Papers are on file for this person.")
    if not _filing_is_over(candidacy, at):
        raise Refusal("The deadline to file has not passed: until then the holder may still file.")
    return _enter(candidacy, by=by, at=at, verb="candidacy.not_filed", status=RELEASED, did_not_file=True)


def _filing_is_over(candidacy: Candidacy, at: datetime) -> bool:
    from city.clock import at_time
    from elections.queries import city_zone, filing_of, law_for

    filing = filing_of(candidacy.election, law_for(candidacy.election).parameters)
    assert filing.clock is not None
    return at >= at_time(filing.on, filing.clock, city_zone())


@transaction.atomic
def record_withdrawal(
    candidacy: Candidacy, *, withdrew_on: date, counsel_note: str, by: Actor, at: datetime
) -> Candidacy:
    """Record a withdrawal. A name may stay on the ballot: counsel says why the silence ends."""
    require(can_record_candidacy, by, candidacy, at)
    if not counsel_note.strip():
        raise Refusal("Write counsel’s note on why the silence ends.", field="counsel_note")
    return _enter(
        candidacy,
        by=by,
        at=at,
        verb="candidacy.withdrew",
        status=RELEASED,
        reason=counsel_note,
        withdrew_on=withdrew_on,
        counsel_note=log.clean(counsel_note).strip(),
    )


@transaction.atomic
def record_primary_result(
    candidacy: Candidacy, *, nominated: bool, nominated_on: date, by: Actor, at: datetime
) -> Candidacy:
    """Record what the canvass of the primary says. Who was not nominated is free once it is recorded.

    A recount is recorded the same way: the newest canvass holds.
    """
    require(can_record_candidacy, by, candidacy, at)
    primary_on = candidacy.election.primary_on
    if primary_on is None or not (
        candidacy.appears_on_primary or candidacy.basis == Candidacy.Basis.WRITE_IN
    ):
        raise Refusal("This person is on no primary's ballot. Record first that one is held for the seat.")
    if nominated_on < primary_on:
        raise Refusal("The canvass comes after the primary.", field="nominated_on")
    return _enter(
        candidacy,
        by=by,
        at=at,
        verb="candidacy.primary_result",
        nominated=nominated,
        nominated_on=nominated_on,
    )


@transaction.atomic
def enter_dates(
    candidacy: Candidacy, *, starts_on: date, ends_on: date | None, counsel_note: str, by: Actor, at: datetime
) -> Candidacy:
    """Enter a silence by hand where no trigger fits: an appointed holder, a recall, a late write-in."""
    require(can_record_candidacy, by, candidacy, at)
    if not counsel_note.strip():
        raise Refusal("Write counsel’s note on why these dates hold.", field="counsel_note")
    if ends_on is not None and ends_on <= starts_on:
        raise Refusal("The silence ends after it starts.", field="ends_on")
    return _enter(
        candidacy,
        by=by,
        at=at,
        verb="candidacy.dates_entered",
        status=STANDING,
        reason=counsel_note,
        basis=Candidacy.Basis.BY_HAND,
        starts_on=starts_on,
        ends_on=ends_on,
        did_not_file=False,
        noncandidacy_on=None,
        withdrew_on=None,
        counsel_note=log.clean(counsel_note).strip(),
    )


def _enter(
    candidacy: Candidacy, *, by: Actor, at: datetime, verb: str, reason: str = "", **facts: Any
) -> Candidacy:
    """Change the facts if nobody else has changed them since they were read; the silence follows."""
    before = {name: getattr(candidacy, name) for name in facts}
    rows = Candidacy.objects.filter(pk=candidacy.pk, version=candidacy.version).update(
        version=F("version") + 1, **facts
    )
    if not rows:
        raise Stale(f"Somebody else has just changed the facts of {candidacy}. Look at them again first.")
    candidacy.refresh_from_db()
    log.remember(candidacy, by=by, at=at, reason=reason)
    changed = {name: [before[name], value] for name, value in facts.items() if before[name] != value}
    log.note(
        candidacy,
        verb=verb,
        by=by,
        at=at,
        reason=reason,
        data={"changed": changed},
        also=[candidacy.election, candidacy.person],
    )
    recompute_blackout(candidacy, by=by, at=at)
    return candidacy
