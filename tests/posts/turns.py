"""Workers that die or hang at chosen steps: threads that take turns as a seeded random source says."""

import random
import threading
from collections.abc import Callable
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import connection

from posts import outlet
from posts.sending import send_dispatch


class Killed(BaseException):
    """What kill -9 is to a process: nothing of ours catches it."""


class Turns:
    """One shared clock, and one worker at a time: who goes on next, and who dies, is drawn at every step.

    A step is each reading of the clock and each request to the network: every place at which a worker that
    stops leaves something half done.
    """

    def __init__(self, now: datetime, seed: int, *, deaths: float = 0.04, stalls: float = 0.03) -> None:
        self.now = now
        self.random = random.Random(seed)
        self.deaths = deaths
        self.stalls = stalls
        self.killed = 0
        self._turn = threading.Condition()
        self._running: list[int] = []
        self._current: int | None = None

    def step(self) -> datetime:
        """Wait for this worker's turn; perhaps die, perhaps find that minutes have passed."""
        me = threading.get_ident()
        with self._turn:
            self._choose()
            while self._current != me:
                self._turn.wait()
            chance = self.random.random()
            if chance < self.deaths:
                self.killed += 1
                raise Killed
            if chance < self.deaths + self.stalls:
                self.now += timedelta(seconds=self.random.choice((30, 100, 190)))
            self.now += timedelta(milliseconds=self.random.randrange(1, 400))
            return self.now

    def _choose(self) -> None:
        self._current = self.random.choice(sorted(self._running)) if self._running else None
        self._turn.notify_all()

    @contextmanager
    def opened(self, dispatch, *, must_stop: Callable[[], None], seconds: float):
        """The real network, with a step before each request."""

        def stepping() -> None:
            self.step()
            must_stop()

        with outlet.opened(dispatch, must_stop=stepping, seconds=seconds) as platform:
            yield platform
            self.step()

    def work(self, dispatch_id: int, workers: int = 2) -> None:
        """Let so many workers take up one delivery at once; returns when all have ended or died."""
        ready = threading.Barrier(workers)

        def one(number: int) -> None:
            with self._turn:
                self._running.append(threading.get_ident())
            ready.wait()
            try:
                send_dispatch(dispatch_id, worker=f"worker {number}", clock=self.step, opened=self.opened)
            except Killed:
                pass
            finally:
                connection.close()
                with self._turn:
                    self._running.remove(threading.get_ident())
                    self._choose()

        threads = [threading.Thread(target=one, args=(number,)) for number in range(workers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
