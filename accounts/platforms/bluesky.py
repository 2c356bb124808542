"""Bluesky: reading one account of ours, and acting as it."""

import base64
import hashlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from . import bluesky_items as items
from .base import (
    BlockedAuthor,
    Fetched,
    Identity,
    Item,
    Media,
    MediaFile,
    NotFound,
    NotThePlatform,
    PlatformError,
    Presence,
    Profile,
    RateLimited,
    Recorder,
    WrongAccount,
)
from .bluesky_acts import Acts
from .http import MEGABYTE, Clock, Http, Limits, utc_now
from .xrpc import Xrpc, is_loopback, read_result

WEB_URL = "https://bsky.app"
PAGE = 100
DEPTH = 100
LARGEST_MEDIA = 100 * MEGABYTE


class Bluesky(Acts):
    """One account of ours on Bluesky. Use it in one thread, as a context manager or with close().

    Every verb raises PlatformError or one of its kinds. A list is right only when it has ended without one:
    an error in the middle means that the rest is unknown.
    """

    can = (
        frozenset({"whoami", "profile", "posts", "comments", "media", "fetch", "blocked", "hidden"})
        | Acts.can
    )

    def __init__(
        self,
        service_url: str,
        identifier: str,
        secret: str,
        *,
        expected_id: str | None = None,
        recorder: Recorder | None = None,
        plc_url: str | None = None,
        web_url: str | None = None,
        stop: Callable[[], None] | None = None,
        limits: Limits | None = None,
        clock: Clock = utc_now,
        inside: bool = False,
    ) -> None:
        """`service_url`: the account's server, e.g. https://bsky.social. `identifier`: handle or did.
        `secret`: an app password.

        `expected_id`: the did in the registry; anybody else who answers is WrongAccount. `recorder` is called
        with each Exchange (never with a sign-in). `stop` is called before every request and may raise to end
        the work there (R3). `plc_url`: the directory of identities. `web_url`: where people read posts, for
        Item.url. `inside`: whether the server may stand inside our own network; one on this machine always may.
        """
        self.http = Http(recorder=recorder, limits=limits, stop=stop, clock=clock)
        self.xrpc = Xrpc(
            self.http,
            service_url,
            identifier,
            secret,
            expected_id=expected_id,
            plc_url=plc_url,
            inside=inside,
        )
        self.web_url = (web_url or (service_url if is_loopback(service_url) else WEB_URL)).rstrip("/")

    def __enter__(self) -> "Bluesky":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.http.close()

    def whoami(self) -> Identity:
        """Ask the server who we are. Raises BadCredentials, and WrongAccount when it is not the account in
        the registry (R1).
        """
        session = self.xrpc.session
        given, _ = self.xrpc.get("com.atproto.server.getSession", secret=True)
        if items.string_in(given, "did") != session.did:
            raise WrongAccount(
                f"The server says that we are {given.get('did')}, but {session.did} signed in."
            )
        return Identity(session.did, items.string_in(given, "handle"), given.get("active", True) is not False)

    def profile(self) -> Profile:
        """Read our own profile as the public sees it."""
        view, exchange = self.xrpc.get("app.bsky.actor.getProfile", {"actor": self.did})
        if items.string_in(view, "did") != self.did:
            raise WrongAccount(f"Asked for the profile of {self.did}, got that of {view.get('did')}.")
        record, _ = self._own_record("app.bsky.actor.profile", "self")
        return items.read_profile(view, record, web_url=self.web_url, exchange=exchange)

    def posts(self, *, limit: int | None = None) -> Iterator[Item]:
        """Yield our own posts and replies, newest first, each once. Reposts of others are left out; a pinned
        post is not repeated.

        Raises WrongAccount when a post of somebody else is among them (R1). `limit` ends the reading after so
        many posts.
        """
        seen: set[str] = set()
        params = {"actor": self.did, "limit": PAGE, "filter": "posts_with_replies", "includePins": False}
        for page, exchange in self.xrpc.pages("app.bsky.feed.getAuthorFeed", params, "feed"):
            views = [items.object_in(entry, "post") for entry in page if not _is_repost(entry)]
            for view in views:
                author = items.object_in(view, "author").get("did")
                if author != self.did:
                    raise WrongAccount(f"Asked for the posts of {self.did}, got one by {author}.")
            for view in views:
                item = self._item(view, exchange, items.hidden_in(view, self.did))
                if item.platform_id in seen:
                    continue
                seen.add(item.platform_id)
                yield item
                if limit is not None and len(seen) >= limit:
                    return

    def comments(self, post_id: str) -> Iterator[Item]:
        """Yield what others wrote in the thread under one post, however deep, a parent always before its
        answers.

        Left out are our own replies (they are among `posts`), and what the network folds away: replies of
        authors whom somebody in the thread blocks. So a comment that is missing here is not deleted: ask
        `fetch`. Raises NotFound when the network does not show the post itself.
        """
        hidden: frozenset[str] = frozenset()
        asked: set[str] = set()
        seen = {post_id}
        waiting = [post_id]
        while waiting:
            top = waiting.pop()
            asked.add(top)
            answer, exchange = self.xrpc.get(
                "app.bsky.feed.getPostThread", {"uri": top, "depth": DEPTH, "parentHeight": 0}
            )
            thread = items.object_in(answer, "thread")
            if "post" not in thread:
                if top == post_id:
                    raise NotFound(f"The network does not show {post_id}.", code="NotFound")
                continue
            if thread["post"].get("uri") != top:
                raise NotThePlatform(f"Asked for the thread of {top}, got another one.")
            if top == post_id:
                hidden = items.hidden_in(answer, self.did) | items.hidden_in(thread["post"], self.did)
            for node in _below(thread):
                item = self._item(node["post"], exchange, hidden)
                if item.counts.get("replies") and not node.get("replies") and item.platform_id not in asked:
                    waiting.append(
                        item.platform_id
                    )  # the answer was cut off here, or all below it is folded away
                if item.platform_id not in seen and item.kind == "comment":
                    yield item
                seen.add(item.platform_id)

    def media(self, media: Media) -> MediaFile:
        """Fetch the bytes of one picture or video from its author's own server; they must match its content
        id.
        """
        answer = self.xrpc.ask_stranger(
            self.xrpc.server_of(media.author_id),
            "com.atproto.sync.getBlob",
            {"did": media.author_id, "cid": media.blob_id},
            max_bytes=LARGEST_MEDIA,
        )
        if answer.status >= 400:
            read_result(answer)
        if content_id(answer.body) != media.blob_id:
            raise NotThePlatform(f"The server gave other bytes than {media.blob_id}.")
        return MediaFile(
            media=media, mime=answer.mime or media.mime, body=answer.body, exchange=answer.exchange
        )

    def fetch(self, item_id: str) -> Fetched:
        """Ask the author's own repository whether a post still exists, with the network's view as help.

        Never raises for an answer that is merely missing: that is `unknown`. It does raise RateLimited, and
        what concerns ourselves (BadCredentials, WrongAccount).
        """
        author_id, collection, key = items.parts_of(item_id)
        try:
            server = self.xrpc.server_of(author_id)
            answer = self.xrpc.ask_stranger(
                server,
                "com.atproto.repo.getRecord",
                {"repo": author_id, "collection": collection, "rkey": key},
            )
            record = read_result(answer)
            if record.get("uri") != item_id:
                raise NotThePlatform("The author's server gave another record.")
            item = items.read_record(record, our_id=self.did, web_url=self.web_url, exchange=answer.exchange)
        except RateLimited:
            raise
        except PlatformError as error:
            if error.code == "DidDeleted":
                return Fetched("gone", item_id, None, "The author's identity was deleted.", "")
            if error.code and error.status in (400, 404):
                return self._missing(item_id, author_id, error)
            return self._shown_at_least(item_id, error)
        shown = self._view(item_id)
        if shown and shown.version == item.version:
            item = shown
        return Fetched("present", item_id, item, "", item.exchange)

    def blocked(self) -> Iterator[BlockedAuthor]:
        """Yield everybody whom our account blocks, as the network shows it."""
        for page, exchange in self.xrpc.pages("app.bsky.graph.getBlocks", {"limit": PAGE}, "blocks"):
            for view in page:
                yield items.read_blocked(view, exchange=exchange)

    def hidden(self, post_id: str) -> frozenset[str]:
        """Return the ids of the replies that we hide under one post of ours, as the network shows it."""
        shown = self._view(post_id)
        if shown is None:
            raise NotFound(f"The network does not show {post_id}.", code="NotFound")
        return items.hidden_in(shown.raw, self.did)

    def _item(self, view: Mapping[str, Any], exchange: str, hidden: frozenset[str]) -> Item:
        return items.read_post(view, our_id=self.did, web_url=self.web_url, exchange=exchange, hidden=hidden)

    def _missing(self, item_id: str, author_id: str, missing: PlatformError) -> Fetched:
        """Tell a deleted record from one whose author's account is switched off or suspended: servers
        answer alike.
        """
        try:
            answer = self.xrpc.ask_stranger(
                self.xrpc.server_of(author_id), "com.atproto.sync.getRepoStatus", {"did": author_id}
            )
            status = read_result(answer)
        except RateLimited:
            raise
        except PlatformError as error:
            if error.code == "RepoNotFound":
                return Fetched("gone", item_id, None, "The author's account was deleted.", "")
            return Fetched("unknown", item_id, None, error.message, "")
        if status.get("did") != author_id:
            return Fetched(
                "unknown", item_id, None, "The author's server told of another account.", answer.exchange
            )
        if status.get("active") is not True:
            state = status.get("status") or "not active"
            gone: Presence = "gone" if state == "deleted" else "unknown"
            return Fetched(gone, item_id, None, f"The author's account is {state}.", answer.exchange)
        if missing.code == "RecordNotFound":
            reason = "The author's repository has no such record."
            return Fetched("gone", item_id, None, reason, answer.exchange, alone=True)
        return Fetched("unknown", item_id, None, missing.message, answer.exchange)

    def _shown_at_least(self, item_id: str, error: PlatformError) -> Fetched:
        shown = self._view(item_id)
        if shown:
            return Fetched(
                "present",
                item_id,
                shown,
                "The network shows it; its author's server did not answer.",
                shown.exchange,
            )
        return Fetched("unknown", item_id, None, error.message, "")


def content_id(body: bytes) -> str:
    """Return the CID of raw bytes: version 1, codec raw, SHA-256, in base32
    (https://github.com/multiformats/cid).
    """
    packed = b"\x01\x55\x12\x20" + hashlib.sha256(body).digest()
    return "b" + base64.b32encode(packed).decode().lower().rstrip("=")


def address(text: str) -> str:
    """Return the handle or did in what people paste: @name, a profile's address in any form, at://…, a did
    (R23). "" if none.
    """
    found = (
        text.strip()
        .removeprefix("at://")
        .removeprefix("https://")
        .removeprefix("http://")
        .split("?")[0]
        .split("#")[0]
    )
    host, _, rest = found.partition("/")
    if host.lower().removeprefix("www.").removeprefix("m.").removeprefix("mobile.") in (
        "bsky.app",
        "staging.bsky.app",
    ):
        kind, _, rest = rest.partition("/")
        host = rest.split("/")[0] if kind == "profile" else ""
    host = host.removeprefix("@").strip()
    if host.lower().startswith("did:"):
        return host
    host = host.lower().rstrip(".")
    return (
        host
        if "." in host and all(part and part.replace("-", "").isalnum() for part in host.split("."))
        else ""
    )


def _is_repost(entry: Mapping[str, Any]) -> bool:
    reason = entry.get("reason")
    return isinstance(reason, dict) and str(reason.get("$type", "")).endswith("#reasonRepost")


def _below(thread: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the nodes under a thread's top, parents first; folded and missing ones are passed over."""
    waiting = [thread]
    while waiting:
        node = waiting.pop()
        replies = node.get("replies")
        children = (
            [child for child in replies if isinstance(child, dict) and isinstance(child.get("post"), dict)]
            if isinstance(replies, list)
            else []
        )
        yield from children
        waiting.extend(reversed(children))
