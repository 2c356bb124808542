"""Makes requirements/*.txt from requirements/*.in: every version pinned, every file hashed, no host named."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

FOLDER = Path("requirements")
OLDEST_PYTHON = "3.11"


def main(*arguments: str) -> None:
    if shutil.which("uv") is None:
        subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "uv"], check=True)
    compile_one("base", *arguments)
    # What the tests run with is what runs in production.
    compile_one("dev", "--constraint", "requirements/base.txt", *arguments)
    compile_one("node", *arguments)
    compile_one("redis", "--no-deps", *arguments)


def compile_one(name: str, *arguments: str) -> None:
    target = str(FOLDER / f"{name}.txt")
    options = ["--generate-hashes", "--universal", "--python-version", OLDEST_PYTHON, "--quiet"]
    options += [
        "--no-emit-index-url",
        "--no-emit-find-links",
        "--custom-compile-command",
        "script/requirements",
    ]
    command = [
        "uv",
        "pip",
        "compile",
        *options,
        *arguments,
        "--output-file",
        target,
        str(FOLDER / f"{name}.in"),
    ]
    subprocess.run(command, check=True, env={**os.environ, "UV_NO_PROGRESS": "1"})


if __name__ == "__main__":
    main(*sys.argv[1:])
