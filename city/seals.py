"""Seals: the digest of a row's content stands in each entry of the log that tells of the row.

The log is a chain whose head is signed with the archive, so that a row which somebody with the database's keys
changed, removed or slipped in past the acts no longer agrees with it, and is named. Each app says in its
`seals.py` which of its rows are sealed, and by which values; only values that no act changes without an entry.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import models

from city.canonical import digest
from city.collect import collected

#: Where an entry's data holds the seals: {"posts.post:4": "9f2c…"}.
KEY = "sealed"


@dataclass(frozen=True)
class Seal:
    """`values` gives what is sealed of a row, in canonical types."""

    model: type[models.Model]
    values: Callable[[Any], dict[str, Any]]


#: The city's own rows keep a field-by-field history instead.
SEALS: list[Seal] = []


def fields(*names: str) -> Callable[[Any], dict[str, Any]]:
    """The values of these columns."""
    return lambda row: {name: getattr(row, name) for name in names}


@cache
def seals() -> dict[str, Seal]:
    return {seal.model._meta.label_lower: seal for seal in collected("seals", "SEALS")}


def sealed(things: Iterable[models.Model]) -> dict[str, str]:
    """Reference → digest of those things that are sealed, as they stand in the database now."""
    found = {}
    for thing in things:
        label = thing._meta.label_lower
        if seal := seals().get(label):
            row = seal.model._base_manager.get(pk=thing.pk)
            found[f"{label}:{thing.pk}"] = digest(seal.values(row))
    return found


def broken_seals(last: dict[str, tuple[int, str]]) -> Iterator[tuple[str, str]]:
    """(where, what) of each row that is not as the log last told of it. `last`: reference → (entry, digest)."""
    unseen = dict(last)
    for label, seal in seals().items():
        for row in seal.model._base_manager.order_by("pk").iterator(chunk_size=500):
            where = f"{label}:{row.pk}"
            entry, told = unseen.pop(where, (0, ""))
            if not told:
                yield where, "no entry of the log tells of it"
            elif told != digest(seal.values(row)):
                yield where, f"it is not as entry {entry} of the log tells"
    for where, (entry, _) in unseen.items():
        yield where, f"it is gone, and entry {entry} of the log tells of it"
