"""What makes a new version of an item, and when to look again. Pure: values in, values out."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

#: A thread is read at every capture while its post, or what was last said in it, is younger than this.
WARM = timedelta(days=14)
#: A thread that has gone quiet is still read once in this time: comments are also deleted from old posts.
QUIET = timedelta(hours=24)
#: A worker that does not say how far it is for so long is taken for dead.
PATIENCE = timedelta(minutes=5)
#: How deep an item's JSON may be nested. Deeper parts stand in the WARC file only.
DEEPEST = 60
TOO_DEEP = "[nested too deeply: see the WARC file]"

FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=2)

PRESENT, EDITED, HIDDEN, GONE = "present", "edited", "hidden", "gone"
DELETED_BY_AUTHOR, DELETED_BY_CITY = "deleted_by_author", "deleted_by_city"
#: States after which nothing more is expected of an item, unless it comes back.
ENDED = frozenset({DELETED_BY_AUTHOR, DELETED_BY_CITY, GONE})


@dataclass(frozen=True, slots=True)
class Sight:
    """One item as it was seen at one visit. `gone` is the state of an item that definitely is no more."""

    kind: str
    platform_item_id: str
    platform_version: str
    exchange: str
    seen_at: datetime
    text: str = ""
    alt_text: str = ""
    author_id: str = ""
    author_handle: str = ""
    author_name: str = ""
    parent_id: str = ""
    root_id: str = ""
    url: str = ""
    created_at: datetime | None = None
    indexed_at: datetime | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    raw: Mapping[str, Any] = field(default_factory=dict)
    hidden: bool = False
    gone: str = ""
    #: Of a picture: the SHA-256 of its bytes in the archive.
    payload: str = ""
    #: When the item was last seen otherwise, or looked for and not there. None: never looked before.
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What the archive holds of an item: the parts of its newest record that decide whether it changed."""

    version: int
    state: str
    platform_version: str
    text: str
    alt_text: str


def new_state(known: Known | None, sight: Sight) -> str | None:
    """The state of the record that a sight makes, or None where it tells nothing new.

    Counts (likes, replies) and names of authors move without a new version.
    """
    if sight.gone:
        return None if known is None or known.state == sight.gone else sight.gone
    if known is None:
        return HIDDEN if sight.hidden else PRESENT
    reworded = (known.platform_version, known.text) != (sight.platform_version, sight.text)
    described = known.alt_text != sight.alt_text
    if sight.hidden:
        state = HIDDEN
    elif reworded or described:
        state = EDITED
    elif known.state == HIDDEN or known.state in ENDED:
        state = PRESENT
    else:
        state = known.state
    return state if reworded or described or state != known.state else None


def thread_is_due(
    *,
    created_at: datetime | None,
    last_said_at: datetime | None,
    read_at: datetime | None,
    replies: int,
    replies_seen: int,
    at: datetime,
) -> bool:
    """Whether what stands under a post is read at this capture.

    Always while it is warm or the platform's count of replies moved; else once a day, so that the archive
    of an account with ten thousand posts does not cost ten thousand requests every quarter of an hour.
    """
    if read_at is None or replies != replies_seen:
        return True
    youngest = max(moment for moment in (created_at, last_said_at, read_at - WARM) if moment is not None)
    return at - youngest < WARM or at - read_at >= QUIET


def wait_after(failures: int, account_id: int) -> timedelta:
    """How long an account that failed so often in a row is left alone.

    It doubles from one minute to two hours. Up to a quarter is taken off by a number that is the account's
    own, so that accounts that failed together do not all come back at once, and a test knows the answer.
    """
    times: int = 2 ** min(max(failures, 1) - 1, 20)
    wait = min(FIRST_WAIT * times, LONGEST_WAIT)
    share = hashlib.sha256(f"{account_id}:{failures}".encode()).digest()[0] / 255
    return wait - wait * 0.25 * share


def ended_as(*, alone: bool, ours: bool) -> str:
    """Who ended an item: only of a single record that was taken away is it known that somebody deleted it.

    The posts are the city's own, a comment is its author's. Everything else (a whole account that went) is
    merely no longer there.
    """
    if not alone:
        return GONE
    return DELETED_BY_CITY if ours else DELETED_BY_AUTHOR


def storable(value: Any, depth: int = 0) -> Any:
    """JSON as it is kept in `Record.raw` and covered by the hash: what survives Postgres' jsonb exactly.

    This is the one place that says how `raw` differs from the bytes in the WARC: floats become their
    shortest decimal text (no two programs agree on them), NUL and halves of surrogate pairs become U+FFFD
    (jsonb refuses them), and what is nested more than DEEPEST levels is left to the WARC.
    """
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, float):
        return repr(value)
    if value is None or isinstance(value, int):
        return value
    if depth >= DEEPEST:
        return TOO_DEEP
    if isinstance(value, Mapping):
        return {clean(str(name)): storable(item, depth + 1) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [storable(item, depth + 1) for item in value]
    return clean(str(value))


def clean(text: str, longest: int | None = None) -> str:
    """Text that Postgres can keep, cut to `longest` characters where the column is no wider."""
    if not text.isascii():
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text.replace("\x00", "\ufffd")[:longest]


def objects_in(whole: Any) -> Iterator[dict[str, Any]]:
    """Every object that occurs somewhere in a JSON value."""
    waiting = [whole]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            yield value
            value = value.values()
        elif not isinstance(value, list):
            continue
        waiting.extend(item for item in value if isinstance(item, dict | list))
