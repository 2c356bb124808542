"""What every platform module takes and gives: items, profiles, exchanges and the ways in which a platform can
fail.

Nothing here knows Django, the database or a particular platform. All dataclasses are frozen; all datetimes
are aware.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Headers = tuple[tuple[str, str], ...]
Kind = Literal["post", "comment"]
Presence = Literal["present", "gone", "unknown"]


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request to a platform and its answer, as it went over the wire, without secrets.

    `id` is a `urn:uuid:…` that can serve as WARC-Record-ID of the response. `response_body` are the exact
    bytes after transfer-decoding (chunks joined) and before content-decoding: with a Content-Encoding header
    they are still compressed. Transfer-Encoding is taken out of `response_headers` for that reason.
    Authorization and cookies are never in the headers.
    """

    id: str
    method: str
    url: str
    request_headers: Headers
    request_body: bytes
    status: int
    reason: str
    response_headers: Headers
    response_body: bytes
    started_at: dt.datetime
    finished_at: dt.datetime


Recorder = Callable[[Exchange], None]


@dataclass(frozen=True, slots=True)
class Media:
    """A picture, video or preview that an item carries. `blob_id` is the platform's content id; sizes are in
    bytes and pixels, None where unknown.
    """

    kind: Literal["image", "video", "preview", "avatar", "banner"]
    blob_id: str
    url: str
    mime: str
    alt: str
    author_id: str
    size: int | None = None
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class MediaFile:
    """The bytes of one Media, exactly as the author's server keeps them. `mime` is what that server says they
    are.
    """

    media: Media
    mime: str
    body: bytes
    exchange: str


@dataclass(frozen=True, slots=True)
class Profile:
    """An account as the public sees it.

    `version` changes when name, description, pictures or handle change; counts do not change it.
    """

    platform_id: str
    version: str
    handle: str
    name: str
    description: str
    url: str
    created_at: dt.datetime | None
    media: tuple[Media, ...]
    counts: Mapping[str, int]
    labels: tuple[str, ...]
    raw: Mapping[str, Any]
    exchange: str


@dataclass(frozen=True, slots=True)
class Item:
    """One version of one post of ours (`post`) or of somebody else in our threads (`comment`).

    `platform_id` is the platform's immutable id (Bluesky: the at:// URI), `version` the id of this wording
    (the CID). `parent_id` and `root_id` are empty for a post that starts a thread. `created_at` is what the
    author's application claims; `indexed_at` is when the platform first saw it (None where it does not say).
    `hidden` is true when we have hidden it. `counts` (likes, reposts, replies, quotes) move without a new
    version. `raw` is the platform's JSON of the item; `exchange` is the id of the Exchange that it was read
    from.
    """

    kind: Kind
    platform_id: str
    version: str
    text: str
    author_id: str
    author_handle: str
    author_name: str
    parent_id: str
    root_id: str
    url: str
    created_at: dt.datetime
    indexed_at: dt.datetime | None
    media: tuple[Media, ...]
    counts: Mapping[str, int]
    labels: tuple[str, ...]
    hidden: bool
    raw: Mapping[str, Any]
    exchange: str


@dataclass(frozen=True, slots=True)
class Fetched:
    """The answer to "does this item still exist?", from its author's own repository.

    `gone` is definite: the repository answered that it has no such record, or that the author's account was
    deleted. `unknown` means that nobody who can know has answered; never read it as a deletion. `alone`: this one
    record was taken away while its author's account lives on. `reason` is the platform's word or ours.
    """

    state: Presence
    platform_id: str
    item: Item | None
    reason: str
    exchange: str
    alone: bool = False


@dataclass(frozen=True, slots=True)
class BlockedAuthor:
    """Somebody whom our account blocks. `block_id` names the block on the platform (empty where the block
    comes from a list).
    """

    author_id: str
    handle: str
    name: str
    block_id: str
    raw: Mapping[str, Any]
    exchange: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Who answered to our credentials: the immutable id and the handle of the day."""

    platform_id: str
    handle: str
    active: bool = True


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture to publish. `alt` is required: a picture without it is refused before anything is sent."""

    body: bytes
    mime: str
    alt: str
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class Published:
    """What the platform shows after publishing, read back. `platform_id` and `version` name it there."""

    platform_id: str
    version: str
    url: str
    item: Item = field(repr=False)


class PlatformError(Exception):
    """A platform did not do what was asked.

    `permanent`: asking again unchanged will not help; a person must act. `retry_after`: seconds to wait
    before asking again, where the platform said so. `status` and `code`: the HTTP status and the platform's
    own error name.
    """

    permanent = False

    def __init__(
        self,
        message: str,
        *,
        permanent: bool | None = None,
        retry_after: float | None = None,
        status: int | None = None,
        code: str = "",
    ) -> None:
        super().__init__(message)
        self.message = message
        if permanent is not None:
            self.permanent = permanent
        self.retry_after = retry_after
        self.status = status
        self.code = code


class BadCredentials(PlatformError):
    """The platform refuses the user name or password."""

    permanent = True


class WrongAccount(PlatformError):
    """Somebody other than the registered account answered, or the answer holds somebody else's posts."""

    permanent = True


class NotThePlatform(PlatformError):
    """The answer is not the platform's: a login page, an empty body, a redirect, another content type or
    broken JSON.
    """


class RateLimited(PlatformError):
    """The platform asks us to wait `retry_after` seconds (None where it does not say)."""


class Unreachable(PlatformError):
    """No whole answer in time: connection refused or reset, name unknown, too slow, or a failure inside the
    platform (5xx).
    """


class TooLarge(PlatformError):
    """The answer is larger than we accept."""

    permanent = True


class NotFound(PlatformError):
    """The platform says that it does not show this: deleted, or so new that it does not show it yet. See
    `fetch`.
    """
