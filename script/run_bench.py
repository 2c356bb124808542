"""Runs a benchmark of tests/benchmarks by its name; without a name, lists them with what each measures."""

import ast
import os
import sys
from pathlib import Path

FOLDER = Path("tests/benchmarks")


def main(name: str = "", *arguments: str) -> None:
    found = {path.stem.removeprefix("bench_"): path for path in sorted(FOLDER.glob("bench_*.py"))}
    if name in found:
        command = [sys.executable, "-m", "script.run_tests", "-n", "0", "-s", str(found[name]), *arguments]
        os.execv(sys.executable, command)
    if not found:
        print("There are no benchmarks yet.")
    for one, path in found.items():
        says = ast.get_docstring(ast.parse(path.read_text())) or ""
        print(f"{one:24} {says.splitlines()[0] if says else ''}")
    if name:
        sys.exit(f"There is no benchmark named {name}.")


if __name__ == "__main__":
    main(*sys.argv[1:])
