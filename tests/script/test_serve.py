"""The launcher as a person runs it: real processes, really killed."""

import contextlib
import fcntl
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

import psutil
import pytest

from tests.script.conftest import eventually, lives

ROOT = Path(__file__).resolve().parents[2]
#: What the tests' own parts put into the environment; the launcher must make its own.
OURS = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "CREDENTIAL_KEYS", "SIGNING_KEY_FILE", "SITE_URL")


class Launched:
    """Launchers that one test, or one series of tests, started; what they said stands in `terminal`."""

    def __init__(self, var, port):
        self.var, self.port, self.processes = var, port, []

    def __call__(self, *arguments, folder=None):
        environment = {name: value for name, value in os.environ.items() if name not in OURS}
        environment |= {"ROSTRUM_VAR": str(folder or self.var), "PYTHONUNBUFFERED": "1"}
        command = [sys.executable, "-m", "script.serve", "--empty", "--port", str(self.port), *arguments]
        with (self.var / "terminal").open("wb") as log:
            process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        self.processes.append(process)
        return process

    def end(self):
        """End them, and whatever they left."""
        for process in self.processes:
            family = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
            for one in (process, *family):
                if lives(one.pid):
                    os.kill(one.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture
def launch(var, port):
    """Starts the launcher on an empty folder."""
    launched = Launched(var, port)
    yield launched
    launched.end()


@pytest.fixture(scope="module")
def server():
    """One launcher for the tests that need it running; the last of them ends it."""
    folder = Path(tempfile.mkdtemp(prefix="rostrum-"))
    folder.chmod(0o711)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    launched = Launched(folder, port)
    await_ready(launched(), folder)
    yield launched
    launched.end()
    shutil.rmtree(folder, ignore_errors=True)


def said(var):
    return (var / "terminal").read_text()


def refusal(process, var):
    """The one sentence with which it gave up."""
    assert process.wait(30) == 1
    assert said(var).count("\n") == 1
    return said(var)


def await_ready(process, var):
    eventually(lambda: "Rostrum is at" in said(var) or process.poll() is not None, 90)
    assert process.poll() is None, said(var)


def is_healthy(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def member(process, *words):
    """The direct child of the launcher whose command has all these words."""
    for child in psutil.Process(process.pid).children():
        with contextlib.suppress(psutil.Error):  # it may end while we look
            if all(word in " ".join(child.cmdline()) for word in words):
                return child.pid
    return None


def test_a_taken_port_is_one_sentence_that_names_another(launch, var, port):
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        assert re.match(
            rf"Port {port} is taken: stop what listens there, or .+ --port", refusal(launch(), var)
        )
    assert not (var / "postgres").exists()


def test_a_second_server_on_one_folder_names_the_first(launch, var):
    with (var / "server.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write("process 4711, port 8000")
        lock.flush()
        sentence = refusal(launch(), var)
    assert "already runs from" in sentence
    assert "process 4711, port 8000" in sentence
    assert "ROSTRUM_VAR" in sentence


def test_a_full_disk_is_one_sentence(launch, var):
    full = var / "full"
    full.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(full)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("making a small disk needs root")
    try:
        assert refusal(launch(folder=full), var).startswith("The disk is full: free at least")
    finally:
        subprocess.run(["umount", "--lazy", str(full)], check=True)


@pytest.mark.slow
@pytest.mark.xdist_group("server")
def test_a_command_typed_by_hand_finds_the_running_database(server):
    environment = {name: value for name, value in os.environ.items() if name not in OURS}
    done = subprocess.run(
        [sys.executable, "manage.py", "city_state"],
        cwd=ROOT,
        env=environment | {"ROSTRUM_VAR": str(server.var)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "empty", done.stderr


@pytest.mark.slow
@pytest.mark.xdist_group("server")
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's end")
def test_nothing_outlives_a_launcher_that_is_killed_and_it_starts_again_at_once(server):
    launcher = server.processes[-1]
    assert is_healthy(server.port)
    family = [child.pid for child in psutil.Process(launcher.pid).children(recursive=True)]
    launcher.kill()
    launcher.wait()
    eventually(lambda: not any(map(lives, family)))
    await_ready(server(), server.var)


@pytest.mark.slow
@pytest.mark.xdist_group("server")
def test_everything_that_is_killed_heals_and_ctrl_c_ends_it_all(server):
    launcher = server.processes[-1]
    assert is_healthy(server.port)

    for words in (
        ["gunicorn"],
        ["celery", "worker"],
        ["redis-server"],
        ["postgres", "-D"],
        ["celery", "beat"],
    ):
        first = member(launcher, *words)
        os.kill(first, signal.SIGKILL)
        eventually(lambda words=words, first=first: member(launcher, *words) not in (None, first))
    eventually(lambda: is_healthy(server.port))
    assert said(server.var).count("killed by SIGKILL") == 5

    family = [child.pid for child in psutil.Process(launcher.pid).children(recursive=True)]
    launcher.send_signal(signal.SIGINT)
    assert launcher.wait(60) == 0
    assert not any(map(lives, family))
