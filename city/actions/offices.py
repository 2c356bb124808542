"""Offices, the seats of the council, and who holds a seat from when until when."""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from city import log
from city.actors import Actor
from city.models import Office, Seat, Term, User
from city.permissions import can_manage_offices, can_record_term, require
from city.refusals import Refusal
from city.times import told_date


class BelowItself(Refusal):
    """An office cannot stand below itself."""


class SeatTaken(Refusal):
    """Somebody holds the seat in that time."""


@transaction.atomic
def add_office(*, kind: str, name: str, by: Actor, at: datetime, **details: Any) -> Office:
    """Add a department, division, district or council office. `details` are Office's other fields."""
    require(can_manage_offices, by, None, at)
    office = Office(kind=kind, name=name.strip(), slug=free_slug(name), **details)
    check_office(office)
    save_office(office, by=by, at=at)
    log.note(office, verb="office.added", by=by, at=at)
    return office


@transaction.atomic
def change_office(office: Office, *, by: Actor, at: datetime, **details: Any) -> Office:
    """Change an office's name, place or contact; its address in links stays as it was."""
    require(can_manage_offices, by, office, at)
    office = Office.objects.select_for_update(of=("self",)).select_related("parent").get(pk=office.pk)
    changed = [field for field, value in details.items() if getattr(office, field) != value]
    for field, value in details.items():
        setattr(office, field, value)
    check_office(office)
    save_office(office, by=by, at=at)
    if changed:
        log.note(office, verb="office.changed", by=by, at=at, data={"fields": changed})
    return office


@transaction.atomic
def close_office(office: Office, *, on: date, by: Actor, at: datetime, reason: str) -> Office:
    """Record from which date an office no longer exists. It stays in the register with its history."""
    require(can_manage_offices, by, office, at)
    office = Office.objects.select_for_update().get(pk=office.pk)
    if office.closed_on:
        raise Refusal(f"{office} is closed already.")
    below = office.children.open_on(on).first()
    if below is not None:
        raise Refusal(f"{below} still stands below it: close or move it first.", field="on")
    office.closed_on = on
    log.keep(office, by=by, at=at, reason=reason, only=["closed_on"])
    log.note(office, verb="office.closed", by=by, at=at, reason=reason, data={"on": on})
    return office


def check_office(office: Office) -> None:
    """Raise the refusal that belongs beside the field, before the database would."""
    others = Office.objects.exclude(pk=office.pk)
    if not office.name:
        raise Refusal("Write the office’s name.", field="name")
    if others.filter(name__iexact=office.name).exists():
        raise Refusal(f"There is an office named {office.name} already.", field="name")
    is_district = office.kind == Office.Kind.DISTRICT
    if is_district != (office.number is not None):
        words = "Write the district’s number." if is_district else "Only a district has a number."
        raise Refusal(words, field="number")
    if is_district and others.filter(kind=Office.Kind.DISTRICT, number=office.number).exists():
        raise Refusal(f"Number {office.number} is taken.", field="number")
    if office.parent is not None and office.pk in office.parent.lineage():
        raise BelowItself(f"{office.parent} stands below {office}: choose another one.", field="parent")


def save_office(office: Office, *, by: Actor, at: datetime) -> None:
    """Save, and tell what only the database could see: two people who changed things at the same moment."""
    try:
        with transaction.atomic():
            log.keep(office, by=by, at=at)
    except IntegrityError as problem:
        if "city_office_no_cycle" in str(problem) or "below itself" in str(problem):
            raise BelowItself(
                f"{office} would stand below itself: choose another one.", field="parent"
            ) from None
        raise Refusal("Somebody has just taken this name or number.", field="name") from None


def free_slug(name: str) -> str:
    """A short name for addresses that no office has yet."""
    base = slugify(name)[:100] or "office"
    taken = set(Office.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(slug for n in range(1, 10_000) if (slug := base if n == 1 else f"{base}-{n}") not in taken)


# -- seats and terms ---------------------------------------------------------------------------------


@transaction.atomic
def add_seat(
    office: Office, *, title: str, term_years: int, first_election_year: int, by: Actor, at: datetime
) -> Seat:
    """Add the seat of an office: who votes for it and how long a term is, each seat its own."""
    require(can_record_term, by, office, at)
    if Seat.objects.filter(office=office).exists():
        raise Refusal(f"{office} has a seat already.", field="title")
    seat = Seat(office=office, title=title, term_years=term_years, first_election_year=first_election_year)
    log.keep(seat, by=by, at=at)
    log.note(seat, verb="seat.added", by=by, at=at, also=[office])
    return seat


@transaction.atomic
def change_seat(seat: Seat, *, by: Actor, at: datetime, **details: Any) -> Seat:
    """Correct a seat's title, length of term or year of election."""
    require(can_record_term, by, seat, at)
    seat = Seat.objects.select_for_update().get(pk=seat.pk)
    for field, value in details.items():
        setattr(seat, field, value)
    log.keep(seat, by=by, at=at)
    log.note(seat, verb="seat.changed", by=by, at=at, also=[seat.office], data=details)
    return seat


@transaction.atomic
def record_term(
    seat: Seat,
    person: User,
    *,
    starts_on: date,
    ends_on: date | None,
    by: Actor,
    at: datetime,
    note: str = "",
) -> Term:
    """Record who holds a seat from a date up to, but not on, another."""
    require(can_record_term, by, seat, at)
    if ends_on is not None and ends_on <= starts_on:
        raise Refusal("The term must end after it begins.", field="ends_on")
    taken = SeatTaken(f"Somebody holds {seat} in this time already.", field="starts_on")
    for other in seat.terms.select_related("person"):
        begins_after = ends_on is not None and other.starts_on >= ends_on
        ended_before = other.ends_on is not None and other.ends_on <= starts_on
        if not (begins_after or ended_before):
            until = f" until {told_date(other.ends_on)}" if other.ends_on else ""
            taken.message = (
                f"{other.person} holds this seat from {told_date(other.starts_on)}{until}. "
                "End that term first, or choose other dates."
            )
            raise taken
    term = Term(seat=seat, person=person, starts_on=starts_on, ends_on=ends_on, note=note)
    try:
        with transaction.atomic():
            log.keep(term, by=by, at=at)
    except IntegrityError:
        raise taken from None
    log.note(term, verb="term.recorded", by=by, at=at, also=[seat, seat.office, person])
    return term


@transaction.atomic
def end_term(term: Term, *, ends_on: date, by: Actor, at: datetime, reason: str) -> Term:
    """Record when a term ended or will end: a resignation, or a successor's first day."""
    require(can_record_term, by, term, at)
    term = (
        Term.objects.select_for_update(of=("self",)).select_related("seat__office", "person").get(pk=term.pk)
    )
    if ends_on <= term.starts_on:
        raise Refusal("The term must end after it began.", field="ends_on")
    if term.ends_on is not None and ends_on > term.ends_on:
        raise Refusal(
            f"It ends on {told_date(term.ends_on)} already: record a new term instead.", field="ends_on"
        )
    term.ends_on = ends_on
    log.keep(term, by=by, at=at, reason=reason, only=["ends_on"])
    also = [term.seat, term.seat.office, term.person]
    log.note(term, verb="term.ended", by=by, at=at, reason=reason, also=also, data={"on": ends_on})
    return term
