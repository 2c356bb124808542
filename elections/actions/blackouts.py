"""A candidate's blackout: computed from the facts, with its silences and its steps, in one transaction."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.urls import reverse

from accounts.actions.silence import lift_silence, silence
from accounts.models import Account, Silence
from city import log
from city.actors import Actor, SystemActor
from city.clock import at_time, day_of, start_of_day
from city.days import words
from city.models import City, Office, Term
from city.permissions import require
from city.refusals import Refusal
from elections.models import Blackout, BlackoutStep, Candidacy, Election, Rule
from elections.permissions import can_recompute_blackout
from elections.queries import city_zone, law_for, window_of
from elections.rules.deadlines import Window
from elections.rules.parameters import BadValues, NoRule
from elections.rules.windows import Missing

Kind, Status = BlackoutStep.Kind, Blackout.Status

#: Notices before the start go out in the morning of their day.
MORNING = time(9)
NOTICES = {Kind.DAYS_30: 30, Kind.DAYS_7: 7, Kind.DAY_1: 1}
#: What was said when the facts were other ones is still to be told: these steps do not drop out.
SAID = (Kind.SCHEDULED, Kind.CHANGED, Kind.RELEASED)

#: What stays allowed: Wis. Stat. 11.1205(1)(ar) and (2).
EXEMPTIONS = (Silence.Exemption.ANSWER, Silence.Exemption.OFFICIAL, Silence.Exemption.EMERGENCY)

WATCH = SystemActor(
    "Blackout watch",
    powers=frozenset(
        {
            "can_recompute_blackout",
            "can_take_step",
            "can_report_incident",
            "can_open_capture",
            "can_park_post",
        }
    ),
)


@transaction.atomic
def recompute_election(election: Election, *, by: Actor, at: datetime) -> None:
    """Let every silence of an election follow its facts and its law as they now stand."""
    for candidacy in election.candidacies.order_by("pk"):
        recompute_blackout(candidacy, by=by, at=at)


@transaction.atomic
def recompute_blackout(candidacy: Candidacy, *, by: Actor, at: datetime) -> Blackout | None:
    """Schedule, change or release the silence of a candidacy: blackout, silences and steps together.

    Doing it again with the same facts changes nothing. None where there is nothing to be silent about.
    """
    require(can_recompute_blackout, by, candidacy, at)
    candidacy = (
        Candidacy.objects.select_for_update(of=("self",))
        .select_related("election", "contest__seat", "person")
        .get(pk=candidacy.pk)
    )
    blackout = Blackout.objects.filter(candidacy=candidacy).first()
    silent = City.objects.only("blackout_mode").get(id=1).blackout_mode != City.BlackoutMode.NONE
    if candidacy.status == Candidacy.Status.RELEASED or not silent:
        return _release(blackout, by=by, at=at) if blackout else None
    law, window = _window(candidacy)
    zone = city_zone()
    wanted = {
        "starts_at": start_of_day(window.starts.on, zone),
        "ends_at": start_of_day(window.ends.on, zone) if window.ends else None,
        "awaits_from": start_of_day(window.awaits_from, zone) if window.awaits_from else None,
        "rule": law,
        "explanation": list(window.explain()),
    }
    blackout = (
        _schedule(candidacy, wanted, by=by, at=at)
        if blackout is None
        else _change(blackout, wanted, by=by, at=at)
    )
    _silence(blackout, zone, by=by, at=at)
    _plan(blackout, zone, at=at)
    return blackout


def _window(candidacy: Candidacy) -> tuple[Rule, Window]:
    try:
        law = law_for(candidacy.election)
        window = window_of(candidacy, law)
    except (Missing, NoRule, BadValues) as error:
        raise Refusal(str(error)) from error
    return law.rules["silence"], window


def _schedule(candidacy: Candidacy, wanted: dict, *, by: Actor, at: datetime) -> Blackout:
    blackout = Blackout(candidacy=candidacy, scheduled_at=at, computed_at=at, **wanted)
    log.keep(blackout, by=by, at=at)
    log.note(
        blackout,
        verb="blackout.scheduled",
        by=by,
        at=at,
        data=_told(blackout),
        also=[candidacy, candidacy.election, candidacy.person],
    )
    BlackoutStep.objects.create(blackout=blackout, kind=Kind.SCHEDULED, due_at=at)
    return blackout


def _told(blackout: Blackout) -> dict:
    return {"starts_at": blackout.starts_at, "ends_at": blackout.ends_at, "explanation": blackout.explanation}


def _change(blackout: Blackout, wanted: dict, *, by: Actor, at: datetime) -> Blackout:
    """Give a blackout its new dates. What it was is in its history and in the lifted silences."""
    moved = blackout.status == Status.RELEASED or any(
        getattr(blackout, name) != wanted[name] for name in ("starts_at", "ends_at")
    )
    if not moved and all(getattr(blackout, name) == value for name, value in wanted.items()):
        return blackout
    candidacy = blackout.candidacy
    to = _status_after(blackout, wanted, at)
    log.move(
        blackout,
        to=to,
        by=by,
        at=at,
        verb="blackout.changed",
        data={name: wanted[name] for name in ("starts_at", "ends_at", "explanation")},
        also=[candidacy, candidacy.election, candidacy.person],
        computed_at=at,
        released_at=None,
        **wanted,
    )
    if moved:
        BlackoutStep.objects.get_or_create(
            blackout=blackout, kind=Kind.CHANGED, due_at=at, defaults={"status": BlackoutStep.Status.DUE}
        )
    return blackout


def _status_after(blackout: Blackout, wanted: dict, at: datetime) -> str:
    """The status after a change. Beginning and ending are left to their steps, which tell people too."""
    then = Blackout(**{**wanted, "status": Status.SCHEDULED}).state_at(at)
    if then == Status.ENDED:
        return Status.ACTIVE if blackout.status == Status.RELEASED else blackout.status
    if blackout.status == Status.SCHEDULED:
        return Status.SCHEDULED
    return then


def _release(blackout: Blackout, *, by: Actor, at: datetime) -> Blackout:
    """End a silence from now on, because its person is no candidate."""
    if blackout.status == Status.RELEASED:
        return blackout
    over = blackout.state_at(at) == Status.ENDED
    log.move(
        blackout,
        to=Status.RELEASED,
        by=by,
        at=at,
        verb="blackout.released",
        released_at=at,
        computed_at=at,
        also=[blackout.candidacy, blackout.candidacy.election, blackout.candidacy.person],
    )
    for row in Silence.objects.filter(source=blackout.source, lifted_at=None):
        lift_silence(row, by=by, at=at, reason="Not a candidate.")
    blackout.steps.open().exclude(kind__in=SAID).update(status=BlackoutStep.Status.DROPPED)
    if not over:
        BlackoutStep.objects.get_or_create(blackout=blackout, kind=Kind.RELEASED, due_at=at)
    return blackout


# -- silences ------------------------------------------------------------------------------------------


def _silence(blackout: Blackout, zone: ZoneInfo, *, by: Actor, at: datetime) -> None:
    """Bring the rows on the accounts' floor in line. No instant lies between the old row and the new one."""
    wanted = _places(blackout, zone, at)
    why = _reason(blackout)
    rows = Silence.objects.filter(source=blackout.source, lifted_at=None).select_related("account", "office")
    for row in rows:
        kept = wanted.get((row.account_id, row.office_id))
        if kept and (blackout.starts_at, kept[1], why) == (row.starts_at, row.ends_at, row.reason):
            del wanted[row.account_id, row.office_id]
        else:
            lift_silence(row, by=by, at=at, reason="The facts changed; another period takes its place.")
    for place, ends_at in wanted.values():
        silence(
            place,
            starts_at=blackout.starts_at,
            ends_at=ends_at,
            reason=why,
            source=blackout.source,
            citation=blackout.rule.cited,
            explained_at=reverse("elections:explain_blackout", args=[blackout.pk]),
            exemptions=EXEMPTIONS,
            by=by,
            at=at,
        )


def _places(
    blackout: Blackout, zone: ZoneInfo, at: datetime
) -> dict[tuple[int | None, int | None], tuple[Account | Office, datetime | None]]:
    """Each office that the person holds and each of its accounts, with the end of its silence."""
    places: dict[tuple[int | None, int | None], tuple[Account | Office, datetime | None]] = {}
    for term in _terms(blackout, zone, at):
        office, until = term.seat.office, _sooner(blackout.ends_at, term.ends_on, zone)
        if until is not None and until <= blackout.starts_at:
            continue
        places[None, office.pk] = (office, until)
        for account in Account.objects.filter(office=office).exclude(status=Account.Status.RETIRED):
            places[account.pk, None] = (account, until)
    return places


def _terms(blackout: Blackout, zone: ZoneInfo, at: datetime) -> list[Term]:
    """The seats that the person holds while silent, or holds now."""
    on = max(day_of(at, zone), day_of(blackout.starts_at, zone))
    if blackout.ends_at is not None:
        on = min(on, day_of(blackout.ends_at, zone))
    terms = Term.objects.on(on).filter(person=blackout.candidacy.person)
    return list(terms.select_related("seat__office").order_by("pk"))


def _sooner(ends_at: datetime | None, term_ends_on: date | None, zone: ZoneInfo) -> datetime | None:
    """An office is silent for its holder: with the term, at the latest, it speaks for somebody else."""
    ends = [each for each in (ends_at, start_of_day(term_ends_on, zone) if term_ends_on else None) if each]
    return min(ends, default=None)


def _reason(blackout: Blackout) -> str:
    """One neutral sentence for the public: it takes no side and names no opponent."""
    name = str(blackout.candidacy.election)
    stands = "may be" if blackout.candidacy.basis == Candidacy.Basis.PRESUMED else "is"
    return f"The holder of this office {stands} a candidate in the {name[:1].lower()}{name[1:]}."


# -- steps ---------------------------------------------------------------------------------------------


def _plan(blackout: Blackout, zone: ZoneInfo, *, at: datetime) -> None:
    """Write what is to be done and when; what the facts no longer ask for drops out."""
    wanted = {(Kind.SNAPSHOT, blackout.starts_at), (Kind.START, blackout.starts_at)}
    waiting: set[tuple[str, datetime]] = set()
    starts_on = day_of(blackout.starts_at, zone)
    for kind, days in NOTICES.items():
        due_at = at_time(starts_on - timedelta(days=days), MORNING, zone)
        # One that was planned in time and has come due waits for the worker; none is planned for the past.
        (wanted if due_at > at else waiting).add((kind, due_at))
    if blackout.awaits_from:
        wanted.add((Kind.AWAITING, blackout.awaits_from))
    if blackout.ends_at:
        wanted.add((Kind.END, blackout.ends_at))
    for step in blackout.steps.exclude(status=BlackoutStep.Status.DROPPED).exclude(kind__in=SAID):
        key = (step.kind, step.due_at)
        if key in wanted:
            wanted.remove(key)
        elif step.status == BlackoutStep.Status.DUE and key not in waiting:
            BlackoutStep.objects.filter(pk=step.pk, status=BlackoutStep.Status.DUE).update(
                status=BlackoutStep.Status.DROPPED
            )
    BlackoutStep.objects.bulk_create(
        [BlackoutStep(blackout=blackout, kind=kind, due_at=due_at) for kind, due_at in sorted(wanted)]
    )


def describe(blackout: Blackout, zone: ZoneInfo) -> tuple[str, str]:
    """First and last day of a silence, as people say them."""
    first = words(day_of(blackout.starts_at, zone))
    if blackout.ends_at is None:
        return first, "the City Clerk records its end"
    return first, words(day_of(blackout.ends_at, zone) - timedelta(days=1))
