"""Captures: opened, claimed with a lease, finished or failed. All that one run found is committed at once."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import (
    Case,
    DateTimeField,
    DurationField,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    Subquery,
    When,
)

from accounts.actions.connection_health import (
    connection_answered,
    connection_failed,
    connection_told_to_wait,
    refuse_connection,
)
from accounts.models import Account, Connection
from city.actors import Actor, SystemActor
from city.log import note
from city.permissions import require
from city.refusals import Refusal
from records.actions.keeping import Found, keep_found, keep_warc
from records.archive import Kept
from records.bell import ring
from records.models import Capture
from records.permissions import can_open_capture
from records.rules import wait_after

ARCHIVIST = SystemActor("The archive worker", powers=frozenset({"can_open_capture", "can_make_checkpoint"}))

#: How long a claim holds unless its worker says that it is still at work.
LEASE = timedelta(seconds=settings.CAPTURE_LEASE_SECONDS)
#: How often a capture is begun anew after its worker died before a person has to look.
MOST_ATTEMPTS = 5
#: When a platform asks us to wait and does not say how long.
USUAL_WAIT = timedelta(minutes=5)
LONGEST_ORDERED_WAIT = timedelta(days=1)


class CaptureRefused(Refusal):
    """This account cannot be captured now."""


class LeaseLost(Exception):
    """Another worker has this capture now, or it is over: whatever was found here must not be written."""


# -- opening -------------------------------------------------------------------------------------------


@transaction.atomic
def open_capture(account: Account, *, cause: str, by: Actor, at: datetime) -> Capture:
    """Let a worker visit the account as soon as one is free. Raises CaptureRefused, saying what is in the way."""
    require(can_open_capture, by, account, at)
    connection = Connection.objects.filter(account=account).first()
    if account.status not in Account.CAPTURED or connection is None:
        raise CaptureRefused(f"{account} is not connected: connect it on its page first.")
    if connection.status == Connection.Status.REFUSED:
        raise CaptureRefused(f"The platform refuses our credentials for {account}: connect it again first.")
    if connection.not_before and connection.not_before > at and not isinstance(by, SystemActor):
        wait = connection.not_before - at
        raise CaptureRefused(
            f"The platform is left alone for another {_minutes(wait)}: {account} is captured by itself after that."
        )
    capture = _inserted(account, cause=cause, by=by, at=at)
    if capture is None:
        raise CaptureRefused(f"A capture of {account} is already waiting or running.")
    if not isinstance(by, SystemActor):
        note(capture, verb="capture.asked", by=by, at=at, also=[account])
    ring("records.tasks.run_capture", capture_id=capture.pk)
    return capture


def _minutes(wait: timedelta) -> str:
    minutes = max(1, round(wait.total_seconds() / 60))
    return "1 minute" if minutes == 1 else f"{minutes} minutes"


def _inserted(account: Account, *, cause: str, by: Actor, at: datetime) -> Capture | None:
    asked_by = None if isinstance(by, SystemActor) else by
    try:
        with transaction.atomic():
            return Capture.objects.create(account=account, cause=cause, asked_by=asked_by, due_at=at)
    except IntegrityError:
        return None


def due_accounts(at: datetime):
    """Accounts that are to be captured now, longest waiting first; each tells `captured_before`.

    After a failure the connection's own waiting time counts, not the account's interval, so that a short
    trouble costs a minute and not a day. A connection made anew is tried at once.
    """
    finished = Capture.objects.filter(account=OuterRef("pk"), finished_at__isnull=False).order_by(
        "-finished_at"
    )
    interval = ExpressionWrapper(F("capture_every") * timedelta(minutes=1), output_field=DurationField())
    regular = F("captured_before") + interval
    return (
        Account.objects.captured()
        .exclude(connection__status=Connection.Status.REFUSED)
        .filter(Q(connection__not_before=None) | Q(connection__not_before__lte=at))
        .exclude(captures__status__in=Capture.OPEN)
        .annotate(
            captured_before=Subquery(finished.values("started_at")[:1]),
            ended_as=Subquery(finished.values("status")[:1]),
            due_since=Case(
                When(captured_before__lt=F("connection__connected_at"), then=F("connection__connected_at")),
                When(
                    ended_as=Capture.Status.FAILED,
                    connection__not_before__isnull=False,
                    then=F("connection__not_before"),
                ),
                default=regular,
                output_field=DateTimeField(),
            ),
        )
        .filter(Q(captured_before=None) | Q(due_since__lte=at))
        .order_by(F("captured_before").asc(nulls_first=True), "pk")
    )


def open_due_captures(*, by: Actor, at: datetime) -> int:
    """Open a capture for every account whose interval is over. Each stands alone: one refusal stops no other."""
    opened = 0
    for account in due_accounts(at):
        cause = Capture.Cause.SCHEDULE if account.captured_before else Capture.Cause.CONNECTED
        try:
            open_capture(account, cause=cause, by=by, at=at)
        except CaptureRefused:
            continue  # somebody opened, paused or closed it meanwhile
        opened += 1
    return opened


# -- claiming ------------------------------------------------------------------------------------------


@transaction.atomic
def claim_capture(capture: Capture, *, worker: str, at: datetime, lease: timedelta = LEASE) -> Capture | None:
    """Take a waiting capture, or one whose worker died. Returns None when another worker was first."""
    waiting = Capture.objects.waiting(at).filter(pk=capture.pk, attempt__lt=MOST_ATTEMPTS)
    taken = (
        waiting.select_for_update(skip_locked=True, of=("self",)).select_related("account__platform").first()
    )
    if taken is None:
        return None
    taken.status = Capture.Status.RUNNING
    taken.attempt += 1
    taken.worker = worker[:120]
    taken.started_at = at
    taken.lease_until = at + lease
    taken.step = "Signing in"
    taken.items_seen = 0
    taken.save(
        update_fields=["status", "attempt", "worker", "started_at", "lease_until", "step", "items_seen"]
    )
    return taken


def renew_lease(
    capture: Capture, *, at: datetime, step: str, items_seen: int, lease: timedelta = LEASE
) -> None:
    """Say that the worker is alive and how far it is. Raises LeaseLost when the capture is no longer its own."""
    rows = _ours(capture).update(lease_until=at + lease, step=step[:60], items_seen=items_seen)
    if not rows:
        raise LeaseLost(f"{capture} is no longer ours")


def _ours(capture: Capture):
    return Capture.objects.filter(pk=capture.pk, status=Capture.Status.RUNNING, attempt=capture.attempt)


def waiting_captures(at: datetime) -> Iterator[Capture]:
    """Captures for which a worker must be rung again, longest waiting first."""
    yield from (
        Capture.objects.waiting(at).filter(attempt__lt=MOST_ATTEMPTS).order_by("due_at", "pk").iterator()
    )


@transaction.atomic
def give_up_lost_captures(*, by: Actor, at: datetime) -> int:
    """Fail what killed its worker time and again, so that a person sees it instead of a worker dying for ever."""
    lost = Capture.objects.select_for_update(skip_locked=True).filter(
        status=Capture.Status.RUNNING, lease_until__lte=at, attempt__gte=MOST_ATTEMPTS
    )
    captures = list(lost.select_related("account"))
    for capture in captures:
        error = (
            f"The worker died {capture.attempt} times while it captured this account, last at “{capture.step}”. "
            "Nothing was written. Ask whoever runs the server to look at the worker's log, then capture again."
        )
        _failed(capture, Capture.Failure.LOST, error, by=by, at=at)
    return len(captures)


# -- ending --------------------------------------------------------------------------------------------


def _locked(capture: Capture) -> Capture:
    """The row, held until the end of the transaction. Raises LeaseLost: then nothing may be written."""
    locked = _ours(capture).select_for_update().first()
    if locked is None:
        raise LeaseLost(f"{capture} is no longer ours")
    locked.account = capture.account
    return locked


@transaction.atomic
def finish_capture(capture: Capture, found: Found, warc: Kept, *, by: Actor, at: datetime) -> Capture:
    """Commit everything that a run has found: payloads, records, chain, heads, outcome and entry, or nothing.

    Raises LeaseLost. The WARC is kept when a record speaks of it; a visit that found all as it was keeps none.
    """
    locked = _locked(capture)
    span = keep_found(locked, found, warc, at=at)
    changes = {
        "status": Capture.Status.DONE,
        "finished_at": at,
        "lease_until": None,
        "step": "",
        "items_seen": len(found.sights),
        "warnings": found.warnings[:50],
        **span,
    }
    Capture.objects.filter(pk=locked.pk).update(**changes)
    locked.refresh_from_db()
    if locked.records_made:
        data = {
            name: getattr(locked, name)
            for name in ("account_id", "first_record", "last_record", "chain_hash")
        }
        data |= {"attempt": locked.attempt, "started_at": locked.started_at, "warc": locked.warc_id}
        kept = "1 new record" if locked.records_made == 1 else f"{locked.records_made} new records"
        note(locked, verb="capture.done", by=by, at=at, reason=kept, data=data, also=[capture.account])
    connection = Connection.objects.filter(account=capture.account).first()
    if connection:
        connection_answered(connection, by=by, at=at)
    return locked


@transaction.atomic
def fail_capture(
    capture: Capture,
    failure: str,
    error: str,
    *,
    by: Actor,
    at: datetime,
    retry_after: float | None = None,
    warc: Kept | None = None,
) -> Capture:
    """End a capture without a record. Raises LeaseLost. What the platform said, if anything, is kept as evidence."""
    locked = _locked(capture)
    if warc:
        locked.warc = keep_warc(warc, at=at)
    _failed(locked, failure, error, by=by, at=at)
    connection = Connection.objects.filter(account=capture.account).first()
    if connection:
        _tell(connection, failure, error, by=by, at=at, retry_after=retry_after)
    return locked


def _failed(capture: Capture, failure: str, error: str, *, by: Actor, at: datetime) -> None:
    before = Capture.objects.filter(account=capture.account, finished_at__isnull=False).order_by(
        "-finished_at"
    )
    last_failure = before.values_list("failure", flat=True).first()
    Capture.objects.filter(pk=capture.pk).update(
        status=Capture.Status.FAILED,
        failure=failure,
        error=error,
        finished_at=at,
        lease_until=None,
        warc=capture.warc,
    )
    capture.refresh_from_db()
    if last_failure != failure:
        # A failure that lasts is told once; the captures page shows each.
        data = {"failure": failure, "attempt": capture.attempt, "warc": capture.warc_id}
        note(capture, verb="capture.failed", by=by, at=at, reason=error, data=data, also=[capture.account])


def _tell(
    connection: Connection, failure: str, error: str, *, by: Actor, at: datetime, retry_after: float | None
) -> None:
    """What a failed capture means for the account's connection, and when it is tried again."""
    if failure in (Capture.Failure.CREDENTIALS, Capture.Failure.WRONG_ACCOUNT):
        refuse_connection(connection, by=by, at=at, error=error)
    elif failure == Capture.Failure.RATE_LIMITED:
        wait = USUAL_WAIT if retry_after is None else timedelta(seconds=max(1, retry_after))
        connection_told_to_wait(connection, at=at, not_before=at + min(wait, LONGEST_ORDERED_WAIT))
    elif connection.status != Connection.Status.REFUSED:
        wait = wait_after(connection.failures + 1, connection.account_id)
        if retry_after is not None:
            wait = max(wait, min(timedelta(seconds=retry_after), LONGEST_ORDERED_WAIT))
        connection_failed(connection, by=by, at=at, error=error, not_before=at + wait)
