"""What the archive's workers do. Rows say what is to be done; these only make it prompt."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from records import archive, capture
from records.actions.capture import ARCHIVIST, give_up_lost_captures, waiting_captures
from records.actions.capture import open_due_captures as open_due
from records.actions.checkpoint import make_checkpoint
from records.actions.verification import give_up_lost_verifications, run_verification, waiting_verifications
from records.bell import ring
from records.models import Capture, Verification

#: Seconds; above the longest visit, which ends itself, so that these only catch what hangs elsewhere.
SOFT, HARD = 1700, 1800


@shared_task
def open_due_captures():
    open_due(by=ARCHIVIST, at=timezone.now())


@shared_task(bind=True, soft_time_limit=SOFT, time_limit=HARD)
def run_capture(self, *, capture_id):
    waiting = Capture.objects.filter(pk=capture_id).first()
    if waiting:
        capture.run_capture(waiting, worker=self.request.hostname or "", clock=timezone.now)


@shared_task
def sweep_captures():
    now = timezone.now()
    give_up_lost_captures(by=ARCHIVIST, at=now)
    for capture_waiting in waiting_captures(now):
        ring("records.tasks.run_capture", capture_id=capture_waiting.pk)
    give_up_lost_verifications(by=ARCHIVIST, at=now)
    for verification_waiting in waiting_verifications():
        ring("records.tasks.verify_archive", verification_id=verification_waiting.pk)
    archive.forget_unfinished((now - timedelta(days=1)).timestamp())


@shared_task
def checkpoint():
    make_checkpoint(by=ARCHIVIST, at=timezone.now())


@shared_task(soft_time_limit=None, time_limit=6 * 3600)  # type: ignore[call-overload]  # no soft limit at all
def verify_archive(*, verification_id):
    waiting = Verification.objects.filter(pk=verification_id).first()
    if waiting:
        run_verification(waiting, by=ARCHIVIST, clock=timezone.now)
