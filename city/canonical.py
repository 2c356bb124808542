"""One way to write a value as bytes, so that its hash means the same today and in twenty years.

Canonical JSON after RFC 8785 for the values we use: keys sorted, no white space, UTF-8, no floats.
Instants are written in UTC with microseconds, dates as YYYY-MM-DD.
"""

import hashlib
import json
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

#: What stands before the first link of every chain.
GENESIS = "0" * 64


def instant(at: datetime) -> str:
    """An aware datetime as text: 2026-12-01T06:00:00.000000Z."""
    if at.tzinfo is None:
        raise ValueError("an instant without a time zone cannot be evidence")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def plain(value: Any) -> Any:
    """The value with only JSON's own types in it. Raises TypeError for what has no single spelling."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no canonical form")


def canonical(value: Any) -> bytes:
    """The value as canonical JSON in UTF-8."""
    return json.dumps(plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def sha256(data: bytes) -> str:
    """SHA-256 in lower-case hexadecimal, 64 characters."""
    return hashlib.sha256(data).hexdigest()


def digest(value: Any) -> str:
    """SHA-256 of the value's canonical form."""
    return sha256(canonical(value))


def link(prev_hash: str, number: int, content: str) -> str:
    """The hash of one link of a chain: over the link before it, its place and its content's digest.

    The same sum is made by the trigger on `city.Entry`; `tests/city/test_log.py` holds them together.
    """
    return sha256(f"{prev_hash}:{number}:{content}".encode())
