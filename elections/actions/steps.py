"""What a blackout does outwards, once each: notices, the snapshot, and the status that follows the clock."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.models import Account, Silence
from city import log
from city.actors import Actor
from city.mail import send_mail
from city.models import Grant, User
from city.permissions import require
from city.roles import Role
from elections.actions.blackouts import describe
from elections.models import Blackout, BlackoutStep
from elections.permissions import can_take_step
from elections.queries import city_zone
from posts.actions import park_post
from posts.actions.asking import ask_gate
from posts.gate import Moment
from posts.models import Post
from records.actions.capture import CaptureRefused, open_capture
from records.models import Capture

Kind, Status = BlackoutStep.Kind, BlackoutStep.Status

BEFORE_START = (Kind.DAYS_30, Kind.DAYS_7, Kind.DAY_1)
PASSED = "Its moment had passed before anything could be told."


@transaction.atomic
def take_step(step: BlackoutStep, *, by: Actor, at: datetime) -> bool:
    """Do one step if its time has come and nobody has done it. All its effects are rows, written here."""
    require(can_take_step, by, step, at)
    # The blackout first: whoever changes its facts holds it, so that a step never tells of old dates.
    blackout = (
        Blackout.objects.select_for_update(of=("self",))
        .select_related("candidacy__election", "candidacy__person", "rule")
        .get(pk=step.blackout_id)
    )
    rows = BlackoutStep.objects.filter(pk=step.pk, status=Status.DUE, due_at__lte=at).update(
        status=Status.DONE, done_at=at, error=""
    )
    if not rows:
        return False
    step.refresh_from_db()
    step.blackout = blackout
    outcome = _do(step, by=by, at=at)
    if outcome == PASSED:
        BlackoutStep.objects.filter(pk=step.pk).update(status=Status.DROPPED, done_at=None, outcome=outcome)
    else:
        BlackoutStep.objects.filter(pk=step.pk).update(outcome=outcome)
    step.refresh_from_db()
    return True


@transaction.atomic
def fail_step(step: BlackoutStep, *, error: str) -> None:
    """Keep why a step could not be done; the next sweep tries again, and a page shows it until then."""
    step = BlackoutStep.objects.select_for_update().get(pk=step.pk)
    if step.status == Status.DUE:
        step.failures += 1
        step.error = log.clean(error)[:2000]
        step.save(update_fields=["failures", "error"])


def _do(step: BlackoutStep, *, by: Actor, at: datetime) -> str:
    blackout, state = step.blackout, step.blackout.state_at(at)
    if step.kind in BEFORE_START and at >= blackout.starts_at:
        return PASSED
    if step.kind in (Kind.SNAPSHOT, Kind.START, Kind.AWAITING) and state in (
        Blackout.Status.ENDED,
        Blackout.Status.RELEASED,
    ):
        return PASSED
    if step.kind == Kind.SNAPSHOT:
        return _snapshot(blackout, by=by, at=at)
    if step.kind in FOLLOWS:
        to, verb = FOLLOWS[Kind(step.kind)]
        if blackout.status != to and state == (state if to == Blackout.Status.ACTIVE else to):
            log.move(blackout, to=to, by=by, at=at, verb=verb, also=[blackout.candidacy])
    parked = _park(blackout, by=by, at=at) if step.kind == Kind.START else ""
    return f"{parked}{_tell(step, at=at)}"


#: Step → the status that it brings, and the verb of the log.
FOLLOWS = {
    Kind.START: (Blackout.Status.ACTIVE, "blackout.started"),
    Kind.AWAITING: (Blackout.Status.AWAITING, "blackout.awaiting"),
    Kind.END: (Blackout.Status.ENDED, "blackout.ended"),
}


def _snapshot(blackout: Blackout, *, by: Actor, at: datetime) -> str:
    """Have every account archived as it stood when the silence began."""
    told = []
    accounts = Account.objects.filter(silences__source=blackout.source, silences__lifted_at=None).distinct()
    for account in accounts.order_by("pk"):
        try:
            with transaction.atomic():
                open_capture(account, cause=Capture.Cause.SCHEDULE, by=by, at=at)
            told.append(f"Capture of {account} opened.")
        except CaptureRefused as refusal:
            told.append(refusal.message)
    return " ".join(told) or "No account to take a snapshot of."


def _park(blackout: Blackout, *, by: Actor, at: datetime) -> str:
    """Stop what is scheduled into the silence: a person decides afterwards, and nothing bursts out (R15).

    The gate says which: a post that names a ground for speaking goes all the same.
    """
    silences = Silence.objects.filter(source=blackout.source, lifted_at=None)
    # Locked: a post that the delivery is just stopping itself is waited for, and then no longer among them.
    waiting = Post.objects.select_for_update(of=("self",)).filter(
        status=Post.Status.SCHEDULED, office__in=silences.values("office")
    )
    parked = 0
    for post in waiting.select_related("office", "current").order_by("pk"):
        speaks_at = max(post.scheduled_for, at) if post.scheduled_for else at
        verdict = ask_gate(post, by=by, at=at, moment=Moment.SEND, speaks_at=speaks_at)
        silent = [reason.words for reason in verdict.reasons if reason.code == "silence"]
        if silent:
            park_post(post, by=by, at=at, reason=" ".join(dict.fromkeys(silent)))
            parked += 1
    return f"{parked} scheduled post{'' if parked == 1 else 's'} parked. " if parked else ""


def recipients(blackout: Blackout, at: datetime) -> list[User]:
    """Who is told: the person, the people of the office, the officer, the Clerk and the City Attorney."""
    offices = Silence.objects.filter(source=blackout.source, lifted_at=None).values("office")
    grants = Grant.objects.at(at)
    people = User.objects.filter(is_active=True)
    found = people.filter(pk=blackout.candidacy.person_id) | people.filter(
        pk__in=grants.filter(role__in=[Role.OFFICER, Role.CLERK, Role.ATTORNEY]).values("user")
    )
    found = found | people.filter(
        pk__in=grants.filter(role__in=[Role.ALDER, Role.AIDE], office__in=offices).values("user")
    )
    return list(found.distinct().order_by("pk"))


def _tell(step: BlackoutStep, *, at: datetime) -> str:
    """One letter to each person, each as a row."""
    blackout = step.blackout
    first, last = describe(blackout, city_zone())
    context = {
        "blackout": blackout,
        "person": blackout.candidacy.person,
        "election": blackout.candidacy.election,
        "first_day": first,
        "last_day": last,
        "citation": blackout.rule.cited,
        "exemptions": [exemption.label for exemption in Silence.Exemption],
        "url": settings.SITE_URL + reverse("elections:explain_blackout", args=[blackout.pk]),
    }
    people = recipients(blackout, at)
    for person in people:
        send_mail(person.email, f"blackout_{step.kind}", {**context, "recipient": person}, at)
    return (
        f"{len(people)} people told: {', '.join(person.name for person in people)}."
        if people
        else "Nobody to tell."
    )
