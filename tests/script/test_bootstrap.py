"""The failures of set-up that a person can mend, each provoked for real in a copy of what it needs."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def copy(var):
    """The set-up's own files, with nothing installed."""
    for folder in ("script", "requirements"):
        shutil.copytree(
            ROOT / folder, var / folder, ignore=shutil.ignore_patterns("node_modules", "__pycache__")
        )
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(ROOT / name, var)
    return var


def run(copy, command="server", **environment):
    return subprocess.run(
        [f"script/{command}"],
        cwd=copy,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def without_python(var):
    """A PATH on which everything stands that a shell script needs, but no Python."""
    folder = var / "bin"
    folder.mkdir()
    for tool in ("sh", "dirname", "basename"):
        (folder / tool).symlink_to(shutil.which(tool))
    return folder


def add_python(folder, body):
    program = folder / "python3"
    program.write_text(f"#!/bin/sh\n{body}\n")
    program.chmod(0o755)


@pytest.mark.parametrize("command", ["server", "test", "lint", "bench", "requirements"])
def test_without_python_every_command_says_which_one_to_install(copy, without_python, command):
    done = run(copy, command, PATH=str(without_python))
    assert done.returncode == 1
    assert done.stderr.startswith("Rostrum needs Python 3.11 or later: install it")
    assert done.stderr.count("\n") == 1


def test_a_python_that_is_too_old_is_passed_over(copy, without_python):
    add_python(without_python, "exit 1")  # what any Python answers to the question whether it is new enough
    assert "Python 3.11 or later" in run(copy, PATH=str(without_python)).stderr


def test_without_the_venv_module_it_says_what_to_install(copy, without_python):
    # Debian's Python without python3-venv: the standard library without ensurepip.
    library = copy / "library"
    shutil.copytree(
        os.path.dirname(os.__file__),
        library,
        ignore=shutil.ignore_patterns("ensurepip", "site-packages", "test*"),
    )
    add_python(without_python, f'exec {sys.base_prefix}/bin/python3 -I -S "$@"')
    paths = [str(library), str(library / "lib-dynload")]
    (copy / "script" / "bootstrap.py").write_text(
        f"import sys; sys.path[:] = {paths!r}\n" + (copy / "script" / "bootstrap.py").read_text()
    )
    done = run(copy, PATH=str(without_python))
    assert done.returncode == 1
    assert "has no venv module here: install it" in done.stderr
    assert done.stderr.count("\n") == 1


def test_packages_that_cannot_be_had_are_a_sentence_after_the_reason(copy):
    done = run(copy, PATH=os.environ["PATH"], PIP_NO_INDEX="1", PIP_CONFIG_FILE=os.devnull, HOME=str(copy))
    assert done.returncode == 1
    assert "No matching distribution found" in done.stderr
    assert done.stderr.splitlines()[-1].startswith("The Python packages could not be installed")
    # Nothing pretends to be installed: the next run tries again.
    assert not list((copy / ".venv").glob("installed-*"))


def test_no_lock_file_names_a_host():
    for path in (*(ROOT / "requirements").glob("*.txt"), ROOT / "package-lock.json"):
        assert "://" not in path.read_text(), path.name


def test_every_requirement_is_pinned_to_hashes():
    for path in (ROOT / "requirements").glob("*.txt"):
        pinned = [line for line in path.read_text().splitlines() if line and line[0] not in " #"]
        assert pinned
        assert all("==" in line and line.endswith("\\") for line in pinned), path.name


def test_tests_run_with_the_versions_that_production_has():
    def versions(name):
        lines = (ROOT / "requirements" / name).read_text().splitlines()
        return {line.split(" ")[0] for line in lines if line and line[0] not in " #"}

    assert versions("base.txt") <= versions("dev.txt")
