"""Every check that needs no test: style, types, templates, floors, migrations. All are run, then told."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from config import parts
from config.keys import make_keys

APPS = ("city", "policies", "accounts", "records", "posts", "comments", "elections", "config")

CHECKS = {
    "ruff check": ["ruff", "check", "--quiet", "."],
    "ruff format": ["ruff", "format", "--check", "--quiet", "."],
    "mypy": ["mypy", "--no-error-summary"],
    "djlint": ["djlint", "--lint", "--quiet", "templates"],
    "floors": ["lint-imports", "--no-cache"],
    "migrations": [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"],
    "django": [sys.executable, "manage.py", "check", "--fail-level", "WARNING"],
}


def main(*only: str) -> None:
    with tempfile.TemporaryDirectory(prefix="rostrum-lint-") as folder:
        Path(folder).chmod(0o711)  # as root, the database's own user has to pass
        environment = {**os.environ, **settings(Path(folder))}
        try:
            failed = [name for name in CHECKS if not only or name in only if not passes(name, environment)]
        finally:
            parts.stop_postgres(folder)
    sys.exit(f"Not clean: {', '.join(failed)}." if failed else None)


def settings(folder: Path) -> dict[str, str]:
    """Settings with which Django can be loaded; makemigrations asks the database about its history."""
    database = os.environ.get("DATABASE_URL") or parts.start_postgres(folder, fast=True)
    return {
        **make_keys(folder),
        "ROSTRUM_VAR": str(folder),
        "DATABASE_URL": database,
        "REDIS_URL": "redis://127.0.0.1:1/0",  # nobody is asked
    }


def passes(name: str, environment: dict[str, str]) -> bool:
    done = subprocess.run(
        CHECKS[name],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    print(f"{name}: {'ok' if done.returncode == 0 else 'not clean'}", flush=True)
    if done.returncode != 0:
        print(done.stdout)
    return done.returncode == 0


if __name__ == "__main__":
    main(*sys.argv[1:])
