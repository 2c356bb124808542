"""What the workers do with deliveries. Rows say what is to be sent; these only make it prompt."""

from celery import shared_task
from django.utils import timezone

from posts.actions.delivery import give_up_lost_dispatches, waiting_dispatches
from posts.sending import send_dispatch as send
from records.bell import ring


@shared_task
def send_dispatch(*, dispatch_id):
    send(dispatch_id, worker=send_dispatch.request.hostname or "", clock=timezone.now)


@shared_task
def send_due_dispatches():
    """Ring for what is due, and for what a worker let go of. A missed minute is told, not made up for."""
    now = timezone.now()
    give_up_lost_dispatches(at=now)
    for waiting in waiting_dispatches(now):
        ring("posts.tasks.send_dispatch", dispatch_id=waiting.pk)
