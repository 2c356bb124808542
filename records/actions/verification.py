"""Verifications that a person asks for: run by a worker, with progress, and kept with what they found."""

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice

from django.db import IntegrityError, transaction

from city.actors import Actor
from city.log import move, note
from city.permissions import require
from city.refusals import Refusal, Stale
from records.bell import ring
from records.models import Verification
from records.permissions import can_open_verification
from records.proof import SigningKeyError
from records.rules import PATIENCE
from records.verify import Verifier, trusted_keys

MOST_FAULTS_KEPT = 1000


class AlreadyVerifying(Refusal):
    """One verification reads the whole archive; a second beside it would only slow both."""


@transaction.atomic
def open_verification(*, by: Actor, at: datetime) -> Verification:
    """Let a worker verify the archive. Raises AlreadyVerifying while one waits or runs."""
    require(can_open_verification, by, None, at)
    try:
        with transaction.atomic():
            verification = Verification.objects.create(asked_by_id=getattr(by, "pk", None), asked_at=at)
    except IntegrityError as error:
        raise AlreadyVerifying("A verification is waiting or running; its result will stand here.") from error
    note(verification, verb="verification.asked", by=by, at=at)
    ring("records.tasks.verify_archive", verification_id=verification.pk)
    return verification


def waiting_verifications() -> Iterator[Verification]:
    yield from Verification.objects.filter(status=Verification.Status.WAITING)


@transaction.atomic
def give_up_lost_verifications(*, by: Actor, at: datetime) -> None:
    """End a verification whose worker died, so that another may be asked for."""
    lost = Verification.objects.filter(status=Verification.Status.RUNNING, heard_at__lt=at - PATIENCE)
    for verification in lost.select_for_update(skip_locked=True):
        _fail(verification, "Its worker died. Start it again.", by=by, at=at)


def _fail(verification: Verification, error: str, *, by: Actor, at: datetime) -> None:
    move(
        verification,
        to=Verification.Status.FAILED,
        by=by,
        at=at,
        verb="verification.failed",
        reason=error,
        error=error,
        finished_at=at,
    )


def run_verification(
    verification: Verification, *, by: Actor, clock: Callable[[], datetime]
) -> Verification | None:
    """Claim and carry out. Returns None when another worker has it. Reads only, outside any transaction."""
    now = clock()
    waiting = Verification.objects.filter(pk=verification.pk, status=Verification.Status.WAITING)
    if not waiting.update(status=Verification.Status.RUNNING, started_at=now, heard_at=now):
        return None

    def tell(step: str, done: int, total: int) -> None:
        Verification.objects.filter(pk=verification.pk, status=Verification.Status.RUNNING).update(
            step=step, done=done, total=total, heard_at=clock()
        )

    try:
        verifier = Verifier(trusted_keys(), progress=tell)
        faults = verifier.faults()
        kept = [[fault.where, fault.what] for fault in islice(faults, MOST_FAULTS_KEPT)]
        count = len(kept) + sum(1 for _ in faults)
    except SigningKeyError as error:
        _fail(verification, str(error), by=by, at=clock())
        verification.refresh_from_db()
        return verification
    return _finish(verification, verifier, kept, count, by=by, at=clock())


@transaction.atomic
def _finish(
    verification: Verification,
    verifier: Verifier,
    kept: list[list[str]],
    count: int,
    *,
    by: Actor,
    at: datetime,
) -> Verification | None:
    found = "nothing was wrong" if not count else "1 fault" if count == 1 else f"{count} faults"
    try:
        move(
            verification,
            to=Verification.Status.DONE,
            by=by,
            at=at,
            verb="verification.done",
            reason=f"Checked {verifier.counts['records']} records: {found}.",
            data={"faults": count, **verifier.counts},
            finished_at=at,
            step="",
            done=verifier.done,
            total=verifier.done,
            counts=dict(verifier.counts),
            faults=kept,
            fault_count=count,
        )
    except Stale:
        return None  # given up as lost while it ran
    return verification
