"""Real Celery workers for tests: each a process of its own on the test's database and Redis, killed by its pid.

For transactional tests only: a worker sees what is committed.

    def test_…(worker):
        one = worker()              # starts, and waits until it answers
        one.kill()                  # as kill -9 does: the process and its children at once
        worker(CAPTURE_LEASE_SECONDS="1")

`spare` is one more, started once, that takes up what others left: `spare.take_up()`, `spare.rest()`.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psutil
import pytest
from django.conf import settings
from django.db import connection

from config.celery import app
from config.parts import dies_with_parent

REPOSITORY = Path(__file__).resolve().parent.parent
PATIENCE = 60.0


class Worker:
    """One `celery -A config worker` with two processes of its own; `of` names another module with the app."""

    def __init__(
        self,
        log: Path,
        *,
        of: str = "config",
        beat: bool = False,
        concurrency: int = 2,
        queue: str = "",
        **environment: str,
    ) -> None:
        self.name = f"test-{uuid.uuid4().hex[:8]}@here"
        self.log = log
        command = [sys.executable, "-m", "celery", "-A", of, "worker", "--hostname", self.name]
        command += [
            "--concurrency",
            str(concurrency),
            "--loglevel",
            "INFO",
            "--without-mingle",
            "--without-gossip",
        ]
        if queue:
            command += ["--queues", queue]
        if beat:
            command += ["--beat", "--schedule", str(log.with_suffix(".beat"))]
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                command,
                cwd=REPOSITORY,
                env={**os.environ, **worker_environment(), **environment},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
                preexec_fn=dies_with_parent(signal.SIGKILL),
            )

    def wait_until_ready(self) -> "Worker":
        ready = f"{self.name} ready."
        wait_for(lambda: ready in self.log.read_text(), self.process, what="a worker")
        return self

    def kill(self) -> None:
        """End it and its children without a word, wherever they are."""
        if self.process.poll() is None:
            everybody = [psutil.Process(self.process.pid), *self.children()]
            for one in everybody:
                with contextlib.suppress(psutil.NoSuchProcess):
                    one.send_signal(signal.SIGKILL)
            self.process.wait()

    def take_up(self) -> None:
        """Begin to work on the queue of all."""
        self._told(app.control.add_consumer)

    def rest(self) -> None:
        self._told(app.control.cancel_consumer)

    def _told(self, command: Callable[..., object]) -> None:
        answers = command(
            app.conf.task_default_queue, destination=[self.name], reply=True, limit=1, timeout=PATIENCE
        )
        assert answers, f"{self.name} did not answer"

    def children(self) -> list[psutil.Process]:
        """The processes that carry out its tasks; the worker replaces one that is killed."""
        try:
            return psutil.Process(self.process.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return []

    def stop(self) -> None:
        """Let it finish what it does; then end it."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.kill()


def worker_environment() -> dict[str, str]:
    """What a process needs to stand on the same database, Redis and archive as this test."""
    place = urlsplit(os.environ["DATABASE_URL"])
    return {
        "DATABASE_URL": urlunsplit(place._replace(path=f"/{connection.settings_dict['NAME']}")),
        "REDIS_URL": settings.REDIS_URL,
        "ROSTRUM_VAR": str(settings.VAR),
        "CONN_MAX_AGE": "0",
        "LOG_LEVEL": "INFO",
    }


def wait_for(happened: Callable[[], object], process: subprocess.Popen | None = None, *, what: str) -> None:
    """Wait until something is so. Fails when it takes too long or the process has ended."""
    end = time.monotonic() + PATIENCE
    while not happened():
        if process is not None and process.poll() is not None:
            raise AssertionError(f"{what} ended with status {process.returncode}")
        if time.monotonic() > end:
            raise AssertionError(f"waited {PATIENCE:.0f} s for {what}")
        time.sleep(0.05)


def empty_queue() -> None:
    with app.connection_for_write() as line:
        line.default_channel.queue_purge(app.conf.task_default_queue)


@pytest.fixture
def worker(transactional_db, tmp_path) -> Iterator[Callable[..., Worker]]:
    """Starts a worker that is ready; all that were started are ended with the test."""
    empty_queue()
    started: list[Worker] = []

    def start(*, ready: bool = True, **options) -> Worker:
        one = Worker(tmp_path / f"worker-{len(started)}.log", **options)
        started.append(one)
        return one.wait_until_ready() if ready else one

    yield start
    for one in started:
        one.kill()
    empty_queue()


@pytest.fixture(scope="module")
def spare(django_db_setup, tmp_path_factory) -> Iterator[Worker]:
    """One worker for all tests of a module, which rests until it is told to `take_up` what another left."""
    one = Worker(tmp_path_factory.mktemp("spare") / "worker.log", queue="spare")
    yield one.wait_until_ready()
    one.kill()
