"""Checkpoints: the heads of all chains at one instant, bound by a Merkle root and signed by the city."""

import json
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from city.actors import Actor
from city.canonical import GENESIS, canonical, instant
from city.log import note
from city.models import Chain
from city.permissions import require
from records import archive, proof
from records.models import Checkpoint
from records.permissions import can_make_checkpoint

FOLDER = "checkpoints"
#: An arbitrary number, the same everywhere: one checkpoint is made at a time.
LOCK = 6962


def make_checkpoint(*, by: Actor, at: datetime) -> Checkpoint | None:
    """Sign the heads of all chains. Returns None when nothing is new since the last checkpoint.

    Raises proof.SigningKeyError when the key is missing. The file follows the commit; one that a kill
    prevented is written at the next run, from the signed row.
    """
    made = _signed(by=by, at=at)
    write_missing_files()
    return made


@transaction.atomic
def _signed(*, by: Actor, at: datetime) -> Checkpoint | None:
    require(can_make_checkpoint, by, None, at)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    last = Checkpoint.objects.order_by("-number").first()
    # One statement sees all heads at one instant.
    heads = [[chain.key, chain.number, chain.hash] for chain in Chain.objects.order_by("key")]
    if not is_new(heads, last.heads if last else []):
        return None
    key = proof.read_signing_key(settings.SIGNING_KEY_FILE)
    made = Checkpoint(
        number=last.number + 1 if last else 1,
        at=at,
        heads=heads,
        root=proof.heads_root(heads),
        prev_root=last.root if last else GENESIS,
        key_id=proof.key_id(key.public_key()),
    )
    made.signature = proof.sign(statement_of(made), key)
    made.save(force_insert=True)
    data = {"number": made.number, "root": made.root, "signature": made.signature}
    note(made, verb="checkpoint.made", by=by, at=at, data=data)
    return made


def is_new(heads: list[list[Any]], last: list[list[Any]]) -> bool:
    """Whether anything was added since. The entry that tells of the last checkpoint itself does not count."""
    before = {key: number for key, number, _ in last}
    return any(
        number > before.get(key, 0) + (1 if key == Chain.ENTRIES and last else 0) for key, number, _ in heads
    )


def statement_of(checkpoint: Checkpoint) -> dict[str, Any]:
    """What the signature covers, with instants as text."""
    statement = {name: getattr(checkpoint, name) for name in proof.SIGNED}
    return {**statement, "at": instant(checkpoint.at)}


def file_of(checkpoint: Checkpoint) -> tuple[str, bytes]:
    """Name and content of a checkpoint's file: the same statement, for everybody who checks without our database."""
    content = {**statement_of(checkpoint), "signature": checkpoint.signature}
    return f"{FOLDER}/{checkpoint.number:010d}.json", canonical(content) + b"\n"


def write_missing_files() -> None:
    """Give every checkpoint its file, newest first, down to the first that has one."""
    for checkpoint in Checkpoint.objects.order_by("-number").iterator(chunk_size=50):
        path, content = file_of(checkpoint)
        if archive.storage().exists(path):
            return
        archive.write_once(path, content)


def read_file(content: bytes) -> dict[str, Any]:
    """A checkpoint's file as a statement with its signature. Raises ValueError."""
    value = json.loads(content)
    if not isinstance(value, dict) or not {*proof.SIGNED, "signature"} <= value.keys():
        raise ValueError("it is not a checkpoint")
    return value
