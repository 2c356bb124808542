"""Runs Rostrum on this machine: database, broker, web, worker and beat, as one tree that ends together."""

import argparse
import contextlib
import errno
import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from config import parts
from config.keys import make_keys
from script.children import Asked, Child, Refusal, Tree, Wish, describe, say, spawn

ROOT = Path(__file__).resolve().parent.parent
PRACTICE_PORT = 8055
NETWORK_PORT = 2582  # and the two after it: directory, PDS, AppView
ROOM_TO_RUN = 200 * 2**20  # bytes
HOW_LONG_TO_PREPARE = 600.0  # seconds; the demonstration city on a slow machine


def main() -> None:
    options = read_options()
    var = Path(os.environ.get("ROSTRUM_VAR") or ROOT / "var").resolve()
    began = time.monotonic()
    wish = Wish()
    try:
        with the_only_server(var, options.port):
            check_machine(var, options.port)
            tree = Tree(var, wish)
            try:
                serve(tree, options, began)
            except Asked:
                say("Stopping …")
            finally:
                tree.stop()
    except (Refusal, parts.PartError) as refusal:
        sys.exit(str(refusal) if room(var) > ROOM_TO_RUN else disk_is_full(var))
    except OSError as problem:
        if problem.errno != errno.ENOSPC:
            raise
        sys.exit(disk_is_full(var))


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="script/server", description=__doc__)
    parser.add_argument("--port", type=int, default=8000, help="where the pages are (default 8000)")
    parser.add_argument("--practice-port", type=int, help="where the practice network is (default 8055)")
    parser.add_argument("--empty", action="store_true", help="do not load the demonstration city")
    parser.add_argument("--network", action="store_true", help="also start a local Bluesky network")
    parser.add_argument("--workers", type=int, default=2, help="tasks worked on at the same time (default 2)")
    return parser.parse_args()


def serve(tree: Tree, options: argparse.Namespace, began: float) -> None:
    environment = {**os.environ, **start_parts(tree, options)}
    practice = None
    if not options.empty:
        practice = start_practice(tree, options, environment)
    write_environment(tree.var, environment)
    city = prepare(tree, environment, ["--empty"] if options.empty else [])
    if practice is None and city["state"] == "demonstration":  # --empty on a city that is not
        start_practice(tree, options, environment)
    elif practice is not None and city["state"] == "city":
        # A real city's server has nothing that pretends to be a platform.
        tree.drop(practice)
        environment["PRACTICE_NETWORK_URL"] = ""
    write_environment(tree.var, environment)
    if options.network:
        start_network(tree, environment)
    start_processes(tree, options, environment)
    say(f"\nRostrum is at {environment['SITE_URL']} (ready after {time.monotonic() - began:.0f} s).")
    if city["people"]:
        say(f"\n{city['people']}")
    if city["token"]:
        say(
            f"\nThere is no city yet: open {environment['SITE_URL']}/set-up/ with the set-up token {city['token']}"
        )
    say(f"\nLogs are in {tree.var / 'log'}. Ctrl-C stops everything.")
    tree.watch()


# -- before anything is started ----------------------------------------------------------------------


@contextlib.contextmanager
def the_only_server(var: Path, port: int) -> Iterator[None]:
    """Two servers on one folder would fight for its database. The lock ends with the process."""
    var.mkdir(parents=True, exist_ok=True)
    with (var / "server.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise Refusal(
                f"Rostrum already runs from {var} ({lock.read().strip() or 'it is just starting'}): "
                "use that one, stop it first, or set ROSTRUM_VAR to another folder."
            ) from None
        lock.truncate(0)
        lock.write(f"process {os.getpid()}, port {port}")
        lock.flush()
        yield


def check_machine(var: Path, port: int) -> None:
    if room(var) < ROOM_TO_RUN:
        raise Refusal(disk_is_full(var))
    if not is_free(port):
        raise Refusal(
            f"Port {port} is taken: stop what listens there, "
            f"or choose another one (script/server --port {port + 1})."
        )


def room(var: Path) -> int:
    return shutil.disk_usage(var).free


def disk_is_full(var: Path) -> str:
    return f"The disk is full: free at least {ROOM_TO_RUN >> 20} MB for {var} and start again."


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise Refusal(f"Port {port} needs root: choose one above 1023.") from None
        except OSError:
            return False
        return True


# -- what is started, in this order ------------------------------------------------------------------


def start_parts(tree: Tree, options: argparse.Namespace) -> dict[str, str]:
    """The embedded database and broker, unless the environment names others. Returns the settings."""
    var = tree.var
    site = os.environ.get("SITE_URL") or f"http://localhost:{options.port}"
    settings = {**make_keys(var), "ROSTRUM_VAR": str(var), "SITE_URL": site, "PORT": str(options.port)}
    settings["ROSTRUM_BEAT_FILE"] = str(var / "beat" / "schedule")
    settings["PRACTICE_NETWORK_URL"] = ""
    for name, variable, run in (
        ("Postgres", "DATABASE_URL", parts.run_postgres),
        ("Redis", "REDIS_URL", parts.run_redis),
    ):
        if not os.environ.get(variable):
            settings[variable] = start_part(tree, name, partial(run, var))
    # What is set by hand wins over what is made here.
    return settings | {name: os.environ[name] for name in settings if os.environ.get(name)}


def start_part(tree: Tree, name: str, run: Callable[[], parts.Part]) -> str:
    part = run()
    child = Child(name, lambda: run().process, lambda: True, part.stop_signal, part.process, time.monotonic())
    tree.children.append(child)
    if part.process is None:
        say(f"{name} already runs in {tree.var}: it is used, and left running.")
    return part.url


def start_practice(tree: Tree, options: argparse.Namespace, environment: dict[str, str]) -> Child:
    port = options.practice_port or next(
        (p for p in range(PRACTICE_PORT, PRACTICE_PORT + 20) if is_free(p)), 0
    )
    if not port or not is_free(port):
        raise Refusal(f"Port {port or PRACTICE_PORT} is taken: choose another with --practice-port.")
    environment["PRACTICE_NETWORK_URL"] = url = f"http://127.0.0.1:{port}"
    state = str(tree.var / "practice")
    command = [sys.executable, "-m", "accounts.platforms.practice", "--port", str(port), "--state", state]
    child = Child(
        "Practice network",
        partial(spawn, "practice", command, tree.var, environment),
        lambda: answers(url),
    )
    tree.start(child)
    return child


def prepare(tree: Tree, environment: dict[str, str], arguments: list[str]) -> dict[str, str]:
    command = [sys.executable, "-m", "script.prepare", *arguments]
    process = subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=parts.dies_with_parent(signal.SIGTERM),
    )
    deadline = time.monotonic() + HOW_LONG_TO_PREPARE
    try:
        while process.poll() is None and time.monotonic() < deadline:
            tree.wish.pause(0.05)
    finally:
        parts.stop_process(process, signal.SIGTERM, 5)
    assert process.stdout is not None
    said = process.stdout.read().decode().strip().splitlines()
    if process.returncode != 0 or not said:
        ending = describe(process.returncode)
        raise Refusal(f"The database could not be prepared ({ending}): the reason stands above.")
    return dict(json.loads(said[-1]))


def start_network(tree: Tree, environment: dict[str, str]) -> None:
    """A local Bluesky network; it announces itself on stdout and ends when its stdin closes."""
    say("Starting the local Bluesky network …")
    told = tree.var / "log" / "network.json"
    told.parent.mkdir(exist_ok=True)
    told.unlink(missing_ok=True)
    plc, pds, appview = range(NETWORK_PORT, NETWORK_PORT + 3)
    if not all(map(is_free, (plc, pds, appview))):
        raise Refusal(f"The ports {plc} to {appview} are not all free: stop what listens there.")

    def start() -> subprocess.Popen[bytes]:
        with told.open("wb") as out:
            # The same ports every time, since the connections name them.
            command = [str(ROOT / "script" / "network" / "start"), "--plc-port", str(plc)]
            command += ["--pds-port", str(pds), "--appview-port", str(appview)]
            return spawn("bluesky", command, tree.var, environment, stdin=subprocess.PIPE, stdout=out)

    child = Child("Bluesky network", start, lambda: told.exists() and b"\n" in told.read_bytes())
    tree.start(child, patience=600)
    network = json.loads(told.read_text().splitlines()[-1])
    environment["PLC_URL"] = network["plc"]
    environment["LOCAL_NETWORKS_ALLOWED"] = f"{network['pds']},{network['appview']}"
    write_environment(tree.var, environment)
    command = [sys.executable, "manage.py", "connect_network_demo"]
    if subprocess.run(command, env=environment, check=False).returncode != 0:
        raise Refusal("The demonstration accounts could not be connected to the network: see above.")


def start_processes(tree: Tree, options: argparse.Namespace, environment: dict[str, str]) -> None:
    python, var = sys.executable, tree.var
    schedule = Path(environment["ROSTRUM_BEAT_FILE"])
    schedule.parent.mkdir(exist_ok=True)
    celery = [python, "-m", "celery", "--app", "config", "--quiet"]
    web = [python, "-m", "gunicorn", "--config", "config/gunicorn.py"]
    worker = [*celery, "worker", "--loglevel", "info", "--concurrency", str(options.workers)]
    worker += ["--hostname", "rostrum@localhost", "--without-gossip", "--without-mingle"]
    beat = [*celery, "beat", "--loglevel", "info", "--pidfile", "", "--schedule", str(schedule)]
    began = time.time()
    health = f"http://127.0.0.1:{options.port}/health/"
    # The checks of Django's read every page's code; the lint runs them, so that a worker need not at each start.
    unchecked = {**environment, "CELERY_SKIP_CHECKS": "1"}
    tree.start(
        Child("Web", partial(spawn, "web", web, var, environment), lambda: is_healthy(health)),
        Child("Worker", partial(spawn, "worker", worker, var, unchecked), partial(pongs, environment)),
        Child("Beat", partial(spawn, "beat", beat, var, environment), lambda: touched(schedule, began)),
    )


# -- is it healthy? ----------------------------------------------------------------------------------


def is_healthy(url: str) -> bool:
    request = urllib.request.Request(url, headers={"Host": "localhost"})
    try:
        with urllib.request.urlopen(request, timeout=5) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def answers(url: str) -> bool:
    try:
        urllib.request.urlopen(url, timeout=5).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def pongs(environment: dict[str, str]) -> bool:
    """Does a worker answer through the broker? That proves both."""
    from celery import Celery  # only here, while the worker starts anyway

    broker = environment["REDIS_URL"].replace("unix://", "redis+socket://")
    with Celery(broker=broker) as app:
        return bool(app.control.ping(timeout=0.3))


def touched(schedule: Path, since: float) -> bool:
    """Beat writes its schedule when it starts; the file's suffix depends on the machine's dbm."""
    return any(path.stat().st_mtime >= since - 1 for path in schedule.parent.glob("schedule*"))


# -- the settings, for a manage.py that is typed by hand ---------------------------------------------


def write_environment(var: Path, environment: dict[str, str]) -> None:
    names = ["SECRET_KEY", "CREDENTIAL_KEYS", "SIGNING_KEY_FILE", "SITE_URL", "DATABASE_URL", "REDIS_URL"]
    names += ["PRACTICE_NETWORK_URL", "ROSTRUM_BEAT_FILE", "PLC_URL", "LOCAL_NETWORKS_ALLOWED"]
    lines = ["# Written by script/server at every start; changes made here are lost."]
    lines += [f"{name}={environment[name]}" for name in names if name in environment]
    new = var / "rostrum.env.new"
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write("\n".join(lines) + "\n")
    new.replace(var / "rostrum.env")


if __name__ == "__main__":
    main()
