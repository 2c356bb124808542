"""Acting on Bluesky: publish, delete, hide, block, and the way back. Every act can be repeated without
doing it twice, and is read back from our own repository before it counts as done.

What the network shows follows some seconds later: ask `posts`, `hidden` and `blocked` for that.
"""

import datetime as dt
import hashlib
import re
from collections.abc import Iterable
from typing import Any

from . import bluesky_items as items
from .base import BlockedAuthor, Item, NotFound, Picture, PlatformError, Published, WrongAccount
from .bluesky_items import POST
from .xrpc import Json, Xrpc

GATE = "app.bsky.feed.threadgate"
BLOCK = "app.bsky.graph.block"
SORTABLE = "234567abcdefghijklmnopqrstuvwxyz"
LINK = re.compile(r"https?://[^\s<>\"]+")
TRIES = 4


def new_key(at: dt.datetime, number: int) -> str:
    """Return the key of a post that is to be published: it sorts by `at`; `number` (the row's, say)
    tells apart what is of the same moment. Keep it with the row before publishing: the same key never
    makes a second post.

    Source: https://atproto.com/specs/tid.
    """
    return _sortable((int(at.timestamp() * 1_000_000) << 10) | (number & 1023))


def _sortable(number: int) -> str:
    return "".join(SORTABLE[(number >> shift) & 31] for shift in range(60, -1, -5))


class Acts:
    """The acting half of Bluesky."""

    can = frozenset({"publish", "delete", "hide", "unhide", "block", "unblock"})

    xrpc: Xrpc
    web_url: str

    @property
    def did(self) -> str:
        return self.xrpc.session.did

    def publish(
        self,
        text: str,
        *,
        key: str,
        at: dt.datetime,
        pictures: Iterable[Picture] = (),
        reply_to: str = "",
        language: str = "en",
    ) -> Published:
        """Publish a post, or find it published already: `key` (see new_key) names it, whatever happened
        before.

        Addresses in the text become links. `reply_to` is the id of what is answered. Raises PlatformError,
        permanent for a picture without alt text (R21), or where another post stands under this key. After
        Unreachable nobody knows whether it was published: call again with the same key.
        """
        pictures = list(pictures)
        if not all(picture.alt.strip() for picture in pictures):
            raise PlatformError("A picture has no alternative text.", permanent=True)
        self.xrpc.renew()
        found, exchange = self._own_record(POST, key)
        if found is None:
            record: Json = {
                "$type": POST,
                "text": text,
                "createdAt": at.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
                "langs": [language],
            }
            if facets := links_in(text):
                record["facets"] = facets
            if reply_to:
                record["reply"] = self._reply_to(reply_to)
            if pictures:
                images = [self._image(picture) for picture in pictures]
                record["embed"] = {"$type": "app.bsky.embed.images", "images": images}
            self._put(POST, key, record, swap=None)
            found, exchange = self._own_record(POST, key)
        if found is None:
            raise PlatformError("The post was accepted, but it is not there.")
        item = items.read_record(found, our_id=self.did, web_url=self.web_url, exchange=exchange)
        if item.text != text or [media.alt for media in item.media] != [picture.alt for picture in pictures]:
            raise PlatformError("Another post stands under this key already.", permanent=True)
        return Published(platform_id=item.platform_id, version=item.version, url=item.url, item=item)

    def delete(self, item_id: str) -> None:
        """Delete a post of ours; one that is gone already is fine. Raises WrongAccount for somebody
        else's.
        """
        author_id, collection, key = items.parts_of(item_id)
        if author_id != self.did:
            raise WrongAccount("We can delete our own posts only.")
        self._delete(collection, key)

    def hide(self, comment_id: str, *, post_id: str, at: dt.datetime) -> None:
        """Hide a comment under a post of ours (`post_id` is the comment's root). Done already is fine."""
        self._gate(comment_id, post_id, at, hidden=True)

    def unhide(self, comment_id: str, *, post_id: str, at: dt.datetime) -> None:
        """Show a comment again. Done already is fine."""
        self._gate(comment_id, post_id, at, hidden=False)

    def block(self, author_id: str, *, at: dt.datetime) -> BlockedAuthor:
        """Block an author. Done already is fine; two at once make one block."""
        existing = self._block_ids(author_id)
        if not existing:
            record = {"$type": BLOCK, "subject": author_id, "createdAt": at.astimezone(dt.UTC).isoformat()}
            key = _sortable(int.from_bytes(hashlib.sha256(author_id.encode()).digest()[:8], "big") >> 1)
            self._put(BLOCK, key, record, swap=None)
            existing = self._block_ids(author_id)
        if not existing:
            raise PlatformError("The block was accepted, but it is not there.")
        return BlockedAuthor(author_id, "", "", existing[0], {}, "")

    def unblock(self, author_id: str) -> None:
        """Take back every block of an author. Done already is fine."""
        for block_id in self._block_ids(author_id):
            self._delete(BLOCK, items.parts_of(block_id)[2])
        if self._block_ids(author_id):
            raise PlatformError("The block was taken back, but it is still there.")

    def _gate(self, comment_id: str, post_id: str, at: dt.datetime, *, hidden: bool) -> None:
        author_id, _, key = items.parts_of(post_id)
        if author_id != self.did:
            raise WrongAccount("We can hide comments under our own posts only.")
        for _ in range(TRIES):
            gate, _ = self._own_record(GATE, key)
            record = dict(items.part(gate or {}, "value"))
            listed = record.get("hiddenReplies")
            others = [one for one in listed if one != comment_id] if isinstance(listed, list) else []
            if hidden == (comment_id in (listed or [])):
                return
            record = {
                "$type": GATE,
                "post": post_id,
                "createdAt": at.astimezone(dt.UTC).isoformat(),
                **record,
                "hiddenReplies": [*others, comment_id] if hidden else others,
            }
            self._put(GATE, key, record, swap=gate["cid"] if gate else None)
        raise PlatformError("The list of hidden comments keeps changing under our hands.")

    def _put(self, collection: str, key: str, record: Json, *, swap: str | None) -> None:
        """Write a record only where `swap` (None: nothing) still stands; somebody else's being first is
        left to the reader.
        """
        body = {"repo": self.did, "collection": collection, "rkey": key, "record": record, "swapRecord": swap}
        try:
            self.xrpc.post("com.atproto.repo.putRecord", body)
        except PlatformError as error:
            if error.code != "InvalidSwap":
                raise

    def _delete(self, collection: str, key: str) -> None:
        self.xrpc.post(
            "com.atproto.repo.deleteRecord", {"repo": self.did, "collection": collection, "rkey": key}
        )
        if self._own_record(collection, key)[0] is not None:
            raise PlatformError("It was deleted, but it is still there.")

    def _block_ids(self, author_id: str) -> list[str]:
        params = {"repo": self.did, "collection": BLOCK, "limit": 100}
        return [
            items.string_in(record, "uri")
            for page, _ in self.xrpc.pages("com.atproto.repo.listRecords", params, "records")
            for record in page
            if items.part(record, "value").get("subject") == author_id
        ]

    def _image(self, picture: Picture) -> Json:
        image: Json = {"image": self.xrpc.upload(picture.body, picture.mime), "alt": picture.alt}
        if picture.width and picture.height:
            image["aspectRatio"] = {"width": picture.width, "height": picture.height}
        return image

    def _reply_to(self, item_id: str) -> Json:
        parent = self._view(item_id)
        if parent is None:
            raise NotFound(f"The network does not show {item_id}, so it cannot be answered.")
        ref = {"uri": parent.platform_id, "cid": parent.version}
        root: Any = items.part(items.part(parent.raw, "record"), "reply").get("root")
        return {"root": root or ref, "parent": ref}

    def _view(self, item_id: str) -> Item | None:
        """Read one post as the network shows it, None where it does not."""
        answer, exchange = self.xrpc.get("app.bsky.feed.getPosts", {"uris": [item_id]})
        for view in items.list_in(answer, "posts"):
            if view.get("uri") == item_id:
                hidden = items.hidden_in(view, self.did)
                return items.read_post(
                    view, our_id=self.did, web_url=self.web_url, exchange=exchange, hidden=hidden
                )
        return None

    def _own_record(self, collection: str, key: str) -> tuple[Json | None, str]:
        """Read one record of our own repository, None where it has none, and the id of the exchange."""
        params = {"repo": self.did, "collection": collection, "rkey": key}
        try:
            return self.xrpc.get("com.atproto.repo.getRecord", params)
        except NotFound as missing:
            if missing.code == "RecordNotFound":
                return None, ""
            raise


def links_in(text: str) -> list[Json]:
    """Mark the addresses in a text as links; places are counted in bytes of UTF-8
    (app.bsky.richtext.facet).
    """
    facets = []
    for match in LINK.finditer(text):
        uri = match[0].rstrip(".,;:!?'")
        uri = uri if "(" in uri else uri.rstrip(")")
        start = len(text[: match.start()].encode())
        facets.append(
            {
                "index": {"byteStart": start, "byteEnd": start + len(uri.encode())},
                "features": [{"$type": "app.bsky.richtext.facet#link", "uri": uri}],
            }
        )
    return facets
