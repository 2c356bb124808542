"""Rings for a worker when a row waits for one. The row is the truth: a bell that nobody hears loses nothing."""

from typing import Any

from celery import current_app
from django.db import transaction

#: Seconds after which a ring is dropped: the sweep rings again for what still waits.
HEARD_WITHIN = 120


def ring(task: str, **ids: Any) -> None:
    """Ask for a task when the transaction has been committed. A broker that is down is logged, never raised."""
    transaction.on_commit(
        lambda: current_app.send_task(task, kwargs=ids, expires=HEARD_WITHIN, retry=False), robust=True
    )
