"""A worker whose tasks go by the clock of a test: `celery -A tests.travelling worker`.

The file that ROSTRUM_TEST_CLOCK names holds how many seconds the test's clock is ahead of the real one; it is
read at the beginning of each task, so that a test moves the clock under a worker that goes on running. The
table of periodic jobs is the real one, only quicker, so that a test need not wait for the minute.
"""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import time_machine
from celery.signals import before_task_publish, task_postrun, task_prerun

from config.celery import app

__all__ = ["app"]

FILE = Path(os.environ["ROSTRUM_TEST_CLOCK"])
#: Seconds; jobs that the city runs more rarely than every five minutes keep their own time.
QUICK, RARE = 2.0, 300.0

for _row in app.conf.beat_schedule.values():
    if _row["schedule"] <= RARE:
        _row["schedule"] = QUICK
        _row["options"] = {"expires": QUICK}

_under_way: list[time_machine.travel] = []


@before_task_publish.connect
def never_expire(headers=None, **_):
    """When a bell expires is told by the clock of who rings; here the clocks of ringer and hearer differ."""
    if headers is not None and _under_way:
        headers["expires"] = None


@task_prerun.connect
def travel(**_):
    ahead = float(FILE.read_text() or 0)
    if ahead:
        journey = time_machine.travel(datetime.now(UTC) + timedelta(seconds=ahead), tick=True)
        journey.start()
        _under_way.append(journey)


@task_postrun.connect
def come_back(**_):
    while _under_way:
        _under_way.pop().stop()
