"""Runs the tests with pytest on real parts, after finding (or fetching) a browser and the Bluesky network."""

import fcntl
import itertools
import os
import shutil
import subprocess
import sys
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC_BROWSERS = ("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",)
# With these the person wants one process, or says how many.
ONE_PROCESS = ("-n", "-k", "-s", "-x", "--numprocesses", "--pdb", "--collect-only", "--co", "--lf", "tests/")


def main(*arguments: str) -> None:
    missing = [trouble for trouble in (find_browser(), prepare_network()) if trouble]
    for trouble in missing:
        print(trouble, file=sys.stderr, flush=True)
    if missing and os.environ.get("CI", "").lower() in ("true", "1"):
        sys.exit("With CI=true nothing may be left out: mend that first.")
    spread = (
        [] if any(one.startswith(ONE_PROCESS) for one in arguments) else ["-n", "3", "--dist", "loadgroup"]
    )
    if "ROSTRUM_TEST_VAR" not in os.environ:
        os.environ["ROSTRUM_TEST_VAR"] = str(claim_folder())
    os.execv(sys.executable, [sys.executable, "-m", "pytest", *spread, *arguments])


def find_browser() -> str | None:
    """Put the browser's path into ROSTRUM_CHROMIUM, or say why there is none."""
    found = look_for_browser()
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Chromium …", file=sys.stderr, flush=True)
        apt_get("update")
        apt_get("install", "-y", "--no-install-recommends", "chromium", "fonts-dejavu-core")
        found = look_for_browser()
    if found is None:
        return "Browser tests are left out: install Chromium or Google Chrome, or name one in CHROMIUM."
    os.environ["ROSTRUM_CHROMIUM"] = found
    return None


def apt_get(*arguments: str) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "-q", *arguments], env=environment, capture_output=True, check=False)


def look_for_browser() -> str | None:
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    return next(filter(None, map(shutil.which, (*BROWSERS, *MAC_BROWSERS))), None)


def prepare_network() -> str | None:
    """The setup says in one sentence what it lacks; it costs minutes once, and nothing afterwards."""
    done = subprocess.run([str(Path("script/network/setup"))], stdout=sys.stderr, check=False)
    if done.returncode == 0:
        return None
    os.environ["ROSTRUM_NO_NETWORK"] = "1"
    return "Network tests are left out: see above."


def claim_folder() -> Path:
    """The first of var/test, var/test-2, … that no other run holds, emptied: two runs never share a database.

    The lock is an open file that pytest inherits, so it ends with the run, however that ends.
    """
    var = Path("var").resolve()
    var.mkdir(exist_ok=True)
    for number in itertools.count(1):
        folder = var / ("test" if number == 1 else f"test-{number}")
        lock = os.open(var / f"{folder.name}.lock", os.O_RDWR | os.O_CREAT)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            continue
        os.set_inheritable(lock, True)
        shutil.rmtree(folder, ignore_errors=True)
        return folder
    raise AssertionError


if __name__ == "__main__":
    main(*sys.argv[1:])
