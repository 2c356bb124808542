"""Elections, their days, and the seats that are up."""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from city import log
from city.actors import Actor
from city.clock import day_of
from city.days import words
from city.models import Seat, Term
from city.permissions import require
from city.refusals import Refusal
from elections.actions.blackouts import recompute_blackout, recompute_election
from elections.models import Candidacy, Contest, Election
from elections.permissions import can_record_election
from elections.queries import city_zone, law_of
from elections.rules import calendar
from elections.rules.parameters import NoRule


@transaction.atomic
def record_election(
    *,
    kind: str,
    by: Actor,
    at: datetime,
    year: int | None = None,
    ordered_on: date | None = None,
    election_on: date | None = None,
) -> Election:
    """Enter an election: a regular one by its year, a special one by its order and day (s. 8.50)."""
    require(can_record_election, by, None, at)
    try:
        days = _special(ordered_on, election_on) if kind == Election.Kind.SPECIAL else _regular(kind, year)
    except NoRule as error:
        raise Refusal(str(error)) from error
    election = Election(kind=kind, recorded_at=at, **days)
    try:
        with transaction.atomic():
            log.keep(election, by=by, at=at)
    except IntegrityError as error:
        raise Refusal(f"The {election} is already recorded.", field="year") from error
    log.note(election, verb="election.recorded", by=by, at=at)
    return election


def _regular(kind: str, year: int | None) -> dict[str, date]:
    if year is None or not 2000 <= year <= 2100:
        raise Refusal("Enter the year of the election.", field="year")
    parameters = law_of(f"{kind}-{year}", date(year, 1, 1)).parameters
    if kind == Election.Kind.SPRING:
        return {
            "election_on": calendar.spring_election(year, parameters).on,
            "primary_on": calendar.spring_primary(year, parameters).on,
        }
    if year % 2:
        raise Refusal("Partisan elections are held in even years.", field="year")
    return {
        "election_on": calendar.general_election(year, parameters).on,
        "primary_on": calendar.partisan_primary(year, parameters).on,
    }


def _special(ordered_on: date | None, election_on: date | None) -> dict[str, date]:
    if ordered_on is None:
        raise Refusal("Enter the day on which the order was filed.", field="ordered_on")
    if election_on is None:
        raise Refusal("Enter the day of the election.", field="election_on")
    parameters = law_of(f"special-{election_on}", ordered_on).parameters
    first, last = calendar.special_span(ordered_on, parameters)
    if not first <= election_on <= last and not _held_with_a_regular_one(election_on, ordered_on):
        raise Refusal(
            f"An order of {words(ordered_on)} can name {words(first)} to {words(last)}, or the day of a "
            "spring or general election (Wis. Stat. 8.50(2)).",
            field="election_on",
        )
    primary_on = calendar.special_primary(election_on, parameters).on
    return {"election_on": election_on, "ordered_on": ordered_on, "primary_on": primary_on}


def _held_with_a_regular_one(on: date, ordered_on: date) -> bool:
    """Whether it is held on the day of a spring or general election: then the span does not bind."""
    parameters = law_of("", ordered_on).parameters
    days = {calendar.spring_election(on.year, parameters).on}
    if on.year % 2 == 0:
        days.add(calendar.general_election(on.year, parameters).on)
    return on in days and on > ordered_on


@transaction.atomic
def set_circulation(
    election: Election, *, circulation_on: date | None, note: str, by: Actor, at: datetime
) -> Election:
    """Enter another first day of circulation than the rule's, or take it back. Silences follow at once."""
    require(can_record_election, by, election, at)
    if circulation_on is not None and not note.strip():
        raise Refusal("Write on what this day rests: an order, an act, counsel’s advice.", field="note")
    if circulation_on is not None and circulation_on >= election.election_on:
        raise Refusal("Papers circulate before the election.", field="circulation_on")
    election = Election.objects.select_for_update().get(pk=election.pk)
    election.circulation_on = circulation_on
    election.circulation_note = log.clean(note).strip() if circulation_on else ""
    log.keep(election, by=by, at=at, reason=note)
    log.note(
        election,
        verb="election.circulation_set",
        by=by,
        at=at,
        reason=note,
        data={"circulation_on": circulation_on},
    )
    recompute_election(election, by=by, at=at)
    return election


@transaction.atomic
def record_seat_up(
    election: Election, *, seat: Seat, by: Actor, at: datetime, has_primary: bool | None = None
) -> Contest:
    """Record that a seat is up. Its holder is presumed a candidate from the first day of circulation."""
    require(can_record_election, by, election, at)
    term = Term.objects.on(day_of(at, city_zone())).filter(seat=seat).select_related("person").first()
    contest = Contest(
        election=election,
        seat=seat,
        incumbent=term.person if term else None,
        has_primary=has_primary,
        recorded_at=at,
    )
    try:
        with transaction.atomic():
            log.keep(contest, by=by, at=at)
    except IntegrityError as error:
        raise Refusal(f"{seat} is already up in the {election}.", field="seat") from error
    log.note(contest, verb="contest.recorded", by=by, at=at, also=[election, seat])
    if term is not None:
        _presume(contest, by=by, at=at)
    return contest


def _presume(contest: Contest, *, by: Actor, at: datetime) -> None:
    """Default of DOMAIN section 3: whoever holds a seat that is up is presumed a candidate."""
    candidacy = Candidacy(
        election=contest.election,
        person=contest.incumbent,
        contest=contest,
        basis=Candidacy.Basis.PRESUMED,
        recorded_at=at,
    )
    log.keep(candidacy, by=by, at=at)
    log.note(
        candidacy,
        verb="candidacy.presumed",
        by=by,
        at=at,
        also=[contest.election, contest.seat, candidacy.person],
    )
    recompute_blackout(candidacy, by=by, at=at)


@transaction.atomic
def record_seat_primary(contest: Contest, *, has_primary: bool, by: Actor, at: datetime) -> Contest:
    """Record whether a primary is held for a seat (Wis. Stat. 8.11). Silences follow at once."""
    require(can_record_election, by, contest, at)
    contest = Contest.objects.select_for_update().get(pk=contest.pk)
    contest.has_primary = has_primary
    log.keep(contest, by=by, at=at)
    log.note(
        contest,
        verb="contest.primary_recorded",
        by=by,
        at=at,
        data={"has_primary": has_primary},
        also=[contest.election],
    )
    for candidacy in contest.candidacies.all():
        recompute_blackout(candidacy, by=by, at=at)
    return contest
