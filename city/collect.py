"""Collects what each app contributes to the whole: verbs, navigation, findings, search."""

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps


@cache
def collected(module: str, name: str) -> tuple[Any, ...]:
    """The items of the list `name` in every app's module `<app>/<module>.py`, lowest floor first."""
    found: list[Any] = []
    for config in apps.get_app_configs():
        full = f"{config.name}.{module}"
        if "site-packages" in config.path or find_spec(full) is None:
            continue
        found.extend(getattr(import_module(full), name))
    return tuple(found)
