"""Celery, and the one table of everything that happens by itself.

Rows in Postgres are the truth; these jobs are the guarantee that a row is worked on even when the
prompt `delay_on_commit` was lost (ARCHITECTURE, section 5).
"""

import ctypes
import os
import signal
import sys
from typing import Any

from celery import Celery
from celery.signals import worker_process_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("rostrum")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

MINUTE = 60.0

#: name: (task, seconds between runs). A run that is late by more than its own period is dropped.
BEAT = {
    "captures that are due": ("records.tasks.open_due_captures", MINUTE / 2),
    "captures whose worker died": ("records.tasks.sweep_captures", MINUTE),
    "checkpoint of the archive": ("records.tasks.checkpoint", 60 * MINUTE),
    # Every few seconds: a post has its minute. The same sweep takes up what a dead worker let go of.
    "posts that are due": ("posts.tasks.send_due_dispatches", 5.0),
    "imports whose worker died": ("accounts.tasks.sweep_imports", MINUTE),
    "proofs of control": ("accounts.tasks.check_due_proofs", 60 * MINUTE),
    "hand-overs of seats": ("accounts.tasks.open_hand_overs", 60 * MINUTE),
    "access reviews": ("accounts.tasks.follow_reviews", 60 * MINUTE),
    "steps of blackouts": ("elections.tasks.take_due_steps", MINUTE),
    "blackouts follow their facts": ("elections.tasks.follow_facts", 5 * MINUTE),
    "posts made past a blackout": ("elections.tasks.watch_for_incidents", 5 * MINUTE),
    "comments without a case": ("comments.tasks.open_cases", MINUTE / 2),
    "comments that were missed": ("comments.tasks.open_all_cases", 60 * MINUTE),
    # Measures that are due or whose worker died; blocks whose time is over.
    "measures on comments": ("comments.tasks.sweep_measures", MINUTE / 4),
    "mail that has not left": ("city.tasks.sweep_mail", MINUTE),
}

app.conf.beat_schedule = {
    name: {"task": task, "schedule": seconds, "options": {"expires": seconds}}
    for name, (task, seconds) in BEAT.items()
}
app.conf.beat_schedule_filename = os.environ.get("ROSTRUM_BEAT_FILE", "celerybeat-schedule")


@worker_process_init.connect
def end_with_the_worker(**_: Any) -> None:
    """A pool process whose worker is killed would go on working for nobody; Linux ends it."""
    if sys.platform == "linux":
        set_parent_death_signal = 1  # PR_SET_PDEATHSIG of <sys/prctl.h>
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGKILL)
