"""Ids in the form that Bluesky gives them: identities, content ids and time-ordered record keys."""

import base64
import datetime as dt
import hashlib
import json
from typing import Any

SORTABLE = "234567abcdefghijklmnopqrstuvwxyz"


def new_did(handle: str) -> str:
    """Return the did:plc of an invented account; it depends on the handle alone."""
    digest = hashlib.sha256(f"practice network {handle}".encode()).digest()
    return "did:plc:" + base64.b32encode(digest).decode().lower()[:24]


def record_cid(record: Any) -> str:
    """Return the content id of a record: CIDv1 form, over its canonical JSON (Bluesky hashes CBOR)."""
    canonical = json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return _cid(0x71, canonical.encode("utf-8", "surrogatepass"))


def blob_cid(body: bytes) -> str:
    """Return the content id of a picture's bytes, the same as on Bluesky."""
    return _cid(0x55, body)


def _cid(codec: int, body: bytes) -> str:
    packed = bytes([1, codec, 0x12, 0x20]) + hashlib.sha256(body).digest()
    return "b" + base64.b32encode(packed).decode().lower().rstrip("=")


def tid(at: dt.datetime, clock: int) -> str:
    """Return a record key: 13 characters that sort by time (https://atproto.com/specs/tid). `clock` is 0
    to 1023.
    """
    number = (int(at.timestamp() * 1_000_000) << 10) | (clock & 1023)
    return "".join(SORTABLE[(number >> shift) & 31] for shift in range(60, -1, -5))


def written(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
