"""Starts the real parts before Django reads its settings: an early pytest plugin (`-p tests.parts`).

The parts live under ROSTRUM_TEST_VAR (default var/test) and are shared by all of a run's processes.
"""

import atexit
import os
from pathlib import Path

from config import parts
from config.keys import make_keys

REPOSITORY = Path(__file__).resolve().parent.parent


def prepare() -> None:
    """Set the environment that config/settings.py needs. Another process of this run has it already."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    if "ROSTRUM_TEST_PARTS" not in os.environ:
        var = Path(os.environ.get("ROSTRUM_TEST_VAR", REPOSITORY / "var" / "test")).resolve()
        var.mkdir(parents=True, exist_ok=True)
        os.environ["ROSTRUM_TEST_PARTS"] = str(var)
        os.environ.update(make_keys(var))
        os.environ["DATABASE_URL"] = parts.start_postgres(var, fast=True)
        atexit.register(parts.stop_postgres, var)
        os.environ["ROSTRUM_TEST_REDIS"] = parts.start_redis(var)
        atexit.register(parts.stop_redis, var)
        os.environ["SITE_URL"] = "http://testserver"
        os.environ["ALLOWED_HOSTS"] = "testserver,127.0.0.1,localhost"
        os.environ["EMAIL_URL"] = "smtp://127.0.0.1:1"
        os.environ["LOG_LEVEL"] = "WARNING"
        os.environ.pop("PRACTICE_NETWORK_URL", None)
    var = Path(os.environ["ROSTRUM_TEST_PARTS"])
    os.environ["REDIS_URL"] = f"{os.environ['ROSTRUM_TEST_REDIS']}?db={worker}"
    os.environ["ROSTRUM_VAR"] = str(var / f"worker-{worker}")


prepare()
