"""Verifies the files of the archive: that each is what its name says, and holds what the records say."""

import hashlib
import itertools
from collections.abc import Iterator

from city.canonical import canonical
from city.log import Fault
from records import archive
from records.models import Payload, Record
from records.rules import objects_in
from records.warc import Answer, WarcError, answers

FIELDS = ("account_id", "number", "kind", "state", "payload_offset", "payload_length", "exchange", "raw")


def verify_payloads(payload: Payload) -> Iterator[Fault]:
    """One file: there, of its size and hash; and if it is a WARC, readable and as its records say."""
    where = f"file {payload.path}"
    name = payload.path.rsplit("/", 1)[-1].split(".")[0]
    if name != payload.sha256:
        yield Fault(where, "its row names another hash than its name")
    try:
        size, found = _measured(payload.path)
    except FileNotFoundError:
        yield Fault(where, "it is missing")
        return
    if size != payload.size:
        yield Fault(where, f"it has {size} bytes, not {payload.size}")
    if found != payload.sha256:
        yield Fault(where, "its bytes were altered: their SHA-256 is not its name")
    if payload.kind == Payload.Kind.WARC:
        yield from _warc(payload)


def _measured(path: str) -> tuple[int, str]:
    total, size = hashlib.sha256(), 0
    with archive.storage().open(path) as file:
        while chunk := file.read(archive.CHUNK):
            total.update(chunk)
            size += len(chunk)
    return size, total.hexdigest()


def _warc(payload: Payload) -> Iterator[Fault]:
    """Walk through file and records together, both in the order of their places."""
    rows = Record.objects.filter(payload=payload).order_by("payload_offset", "number").values(*FIELDS)
    groups = itertools.groupby(rows.iterator(chunk_size=500), key=lambda row: row["payload_offset"])
    offset, wanted = next(groups, (None, iter(())))
    try:
        with archive.storage().open(payload.path) as file:
            for answer in answers(file):
                while offset is not None and offset < answer.place.offset:
                    yield from _nowhere(payload, wanted)
                    offset, wanted = next(groups, (None, iter(())))
                if offset == answer.place.offset:
                    yield from _answer(payload, answer, wanted)
                    offset, wanted = next(groups, (None, iter(())))
    except WarcError as error:
        yield Fault(f"file {payload.path}", str(error))
    while offset is not None:
        yield from _nowhere(payload, wanted)
        offset, wanted = next(groups, (None, iter(())))
    yield from _nowhere(payload, wanted)


def _nowhere(payload: Payload, rows) -> Iterator[Fault]:
    for row in rows:
        where = f"account {row['account_id']}, record {row['number']}"
        yield Fault(where, f"the answer that it was read from is not at its place in {payload.path}")


def _answer(payload: Payload, answer: Answer, rows) -> Iterator[Fault]:
    """The records that were read from one answer."""
    try:
        said = {canonical(part) for part in objects_in(answer.json())}
    except ValueError:
        said = set()
    for row in rows:
        where = f"account {row['account_id']}, record {row['number']}"
        place = f"{payload.path} at {answer.place.offset}"
        if row["payload_length"] != answer.place.length:
            yield Fault(where, f"its answer has another length in {place}")
        if row["exchange"] != answer.id:
            yield Fault(where, f"{place} holds another answer than the one it was read from")
        elif "gone" not in row["raw"] and canonical(row["raw"]) not in said:
            yield Fault(where, f"{place} does not say what the record says")
