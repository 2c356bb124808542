"""A tree of processes that heals: each is started, watched, started again when it dies, ended in order."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from config.parts import dies_with_parent, end_group, open_log, stop_process

LONGEST_PAUSE = 30.0  # seconds between two attempts to start what keeps dying
STEADY = 60.0  # seconds of running after which earlier deaths are forgotten


class Refusal(Exception):
    """The server cannot go on. The text is one sentence that says what to do."""


class Asked(Exception):
    """Somebody asked us to stop (Ctrl-C, SIGTERM, a closed terminal)."""


class Wish:
    """Remembers the wish to stop. It is looked at between steps, so that no child is lost half-started."""

    def __init__(self) -> None:
        self.times = 0
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._hear)

    def _hear(self, *_: object) -> None:
        self.times += 1

    def check(self) -> None:
        if self.times:
            raise Asked

    def pause(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.check()
            time.sleep(0.05)
        self.check()


@dataclass
class Child:
    """One process of the tree. `start` returns None where somebody else already runs the thing."""

    name: str
    start: Callable[[], subprocess.Popen[bytes] | None]
    ready: Callable[[], bool]
    stop_signal: int = signal.SIGTERM
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    deaths: int = 0
    again_at: float | None = None

    def run(self) -> None:
        self.started_at = time.monotonic()
        self.process = self.start()

    @property
    def died(self) -> bool:
        return self.process is not None and self.process.poll() is not None


@dataclass
class Tree:
    var: Path
    wish: Wish
    children: list[Child] = field(default_factory=list)

    def start(self, *children: Child, patience: float = 60.0) -> None:
        """Start these together and wait until every one is ready; what fails to start is a refusal."""
        for child in children:
            self.wish.check()
            child.run()
            self.children.append(child)
        deadline = time.monotonic() + patience
        for child in children:
            while not child.ready():
                self.wish.pause(0.05)
                if child.died or time.monotonic() > deadline:
                    raise Refusal(self._why(child))

    def drop(self, child: Child) -> None:
        self.children.remove(child)
        if child.process is not None:
            stop_process(child.process, child.stop_signal, 10)

    def watch(self) -> None:
        """Until somebody asks us to stop: start again whatever dies, waiting longer each time."""
        while True:
            self.wish.pause(0.3)
            for child in self.children:
                self._heal(child)

    def _heal(self, child: Child) -> None:
        now = time.monotonic()
        if child.again_at is None and child.died:
            assert child.process is not None
            ending = describe(child.process.returncode)
            end_group(child.process)  # its own children, which would go on working without a master
            child.process = None
            child.deaths = 1 if now - child.started_at > STEADY else child.deaths + 1
            wait = 0.0 if child.deaths == 1 else min(2.0 ** (child.deaths - 2), LONGEST_PAUSE)
            child.again_at = now + wait
            when = f"in {wait:.0f} s" if wait else "now"
            say(f"{child.name} ended ({ending}); starting it again {when}. Log: {self.log_of(child)}")
        if child.again_at is not None and now >= child.again_at:
            child.again_at = None
            try:
                child.run()
            except Exception as problem:  # noqa: BLE001 - whatever it is, it is said, and tried again later
                child.deaths += 1
                child.again_at = now + min(2.0**child.deaths, LONGEST_PAUSE)
                say(f"{child.name} could not be started: {problem}")

    def stop(self) -> None:
        """End everything: first what uses the database and the broker (together), then those, last first."""
        users = [child for child in self.children if not child.name.startswith(("Postgres", "Redis"))]
        self._end(users, 25.0)
        for child in reversed([child for child in self.children if child not in users]):
            self._end([child], 20.0)

    def _end(self, children: Iterable[Child], patience: float) -> None:
        living = [child.process for child in children if child.process is not None]
        for child in children:
            if child.process is not None and child.process.poll() is None:
                child.process.send_signal(child.stop_signal)
        asked, deadline = self.wish.times, time.monotonic() + patience
        while any(process.poll() is None for process in living) and time.monotonic() < deadline:
            if self.wish.times > asked:  # asked again: hurry
                deadline = min(deadline, time.monotonic() + 1)
                asked = self.wish.times
            time.sleep(0.05)
        for process in living:
            end_group(process)

    def log_of(self, child: Child) -> Path:
        return self.var / "log" / f"{child.name.split()[0].lower()}.log"

    def _why(self, child: Child) -> str:
        log = self.log_of(child)
        lines = log.read_text(errors="replace").splitlines() if log.exists() else []
        print("\n".join(lines[-15:]), file=sys.stderr)
        return f"{child.name} did not start: the end of its log stands above, the whole is in {log}."


def spawn(
    name: str,
    command: list[str],
    var: Path,
    environment: Mapping[str, str],
    *,
    stdin: int = subprocess.DEVNULL,
    stdout: IO[bytes] | None = None,
) -> subprocess.Popen[bytes]:
    """A child in a session of its own (the terminal's Ctrl-C does not reach it), which ends when we end."""
    log = open_log(var, name)
    try:
        return subprocess.Popen(
            command,
            env=dict(environment),
            stdin=stdin,
            stdout=log if stdout is None else stdout,
            stderr=log,
            start_new_session=True,
            preexec_fn=dies_with_parent(signal.SIGTERM),
        )
    finally:
        os.close(log)


def describe(returncode: int) -> str:
    if returncode >= 0:
        return f"exit status {returncode}"
    with contextlib.suppress(ValueError):
        return f"killed by {signal.Signals(-returncode).name}"
    return f"killed by signal {-returncode}"


def say(what: str) -> None:
    print(what, file=sys.stderr, flush=True)
