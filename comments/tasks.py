"""What the workers do about comments. Rows say what is to be done; these only make it prompt."""

from celery import shared_task
from django.utils import timezone

from comments.actions import cases
from comments.actions.blocks import end_run_out_blocks
from comments.actions.measures import give_up_lost_measures, waiting_measures
from comments.carrying_out import carry_out
from comments.permissions import DESK
from records.bell import ring


@shared_task
def open_cases():
    """Comments that were archived lately come into the queue."""
    cases.open_cases(by=DESK, at=timezone.now())


@shared_task
def open_all_cases():
    """Whatever the archive holds and no case knows: after a long time without a worker."""
    cases.open_cases(by=DESK, at=timezone.now(), thorough=True)


@shared_task
def carry_out_measure(*, measure_id):
    carry_out(measure_id, worker=carry_out_measure.request.hostname or "", clock=timezone.now)


@shared_task
def sweep_measures():
    """Order the end of blocks whose time is over; ring for measures that are due or whose worker died."""
    now = timezone.now()
    end_run_out_blocks(at=now)
    give_up_lost_measures(at=now)
    for waiting in waiting_measures(now):
        ring("comments.tasks.carry_out_measure", measure_id=waiting.pk)
