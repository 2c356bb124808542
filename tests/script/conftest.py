"""Folders and free ports for tests that start real processes of their own."""

import os
import shutil
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest


@pytest.fixture
def var() -> Iterator[Path]:
    """An empty folder with a short name, through which the database's own user may pass."""
    folder = Path(tempfile.mkdtemp(prefix="rostrum-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def eventually(what: Callable[[], object], patience: float = 30.0) -> object:
    """What `what` answers as soon as it answers something true."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        answer = what()
        if answer:
            return answer
        time.sleep(0.05)
    raise AssertionError("it never came true")


def lives(pid: int) -> bool:
    """Does the process run? A zombie does not: it only waits to be counted."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not state.exists() or state.read_text().rpartition(")")[2].split()[0] != "Z"
