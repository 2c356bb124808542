"""Bluesky's JSON into our dataclasses. Pure: values in, values out.

Source: the lexicons app.bsky.feed.defs, app.bsky.feed.post and app.bsky.embed.*.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from .base import BlockedAuthor, Item, Kind, Media, NotThePlatform, Profile

Json = Mapping[str, Any]
POST = "app.bsky.feed.post"


def parts_of(item_id: str) -> tuple[str, str, str]:
    """Split at://did/collection/key. Raises NotThePlatform for anything else."""
    pieces = item_id.removeprefix("at://").split("/")
    if not item_id.startswith("at://did:") or len(pieces) != 3 or not all(pieces):
        raise NotThePlatform(f"{item_id} is not the address of a record.")
    return pieces[0], pieces[1], pieces[2]


def read_post(
    view: Json, *, our_id: str, web_url: str, exchange: str, hidden: frozenset[str] = frozenset()
) -> Item:
    """Read one app.bsky.feed.defs#postView. It is a `post` when we wrote it, a `comment` when somebody else
    did.
    """
    author, record = object_in(view, "author"), object_in(view, "record")
    uri, author_id = string_in(view, "uri"), string_in(author, "did")
    if parts_of(uri)[0] != author_id:
        raise NotThePlatform(f"{uri} is said to be by {author_id}.")
    counts = {name: view.get(f"{name[:-1]}Count") for name in ("likes", "reposts", "quotes")}
    counts["replies"] = view.get("replyCount")
    return _item(
        uri, string_in(view, "cid"), record, author_id,
        kind="post" if author_id == our_id else "comment",
        handle=str(author.get("handle") or ""), name=str(author.get("displayName") or ""),
        indexed_at=moment(view.get("indexedAt")), embed=view.get("embed"),
        counts={name: value for name, value in counts.items() if isinstance(value, int)},
        labels=labels_of(view), hidden=uri in hidden, web_url=web_url, raw=view, exchange=exchange,
    )  # fmt: skip


def read_record(answer: Json, *, our_id: str, web_url: str, exchange: str) -> Item:
    """Read one post as its author's own repository gives it (com.atproto.repo.getRecord): no names, no
    counts.
    """
    uri = string_in(answer, "uri")
    author_id = parts_of(uri)[0]
    return _item(
        uri, string_in(answer, "cid"), object_in(answer, "value"), author_id,
        kind="post" if author_id == our_id else "comment", handle="", name="", indexed_at=None, embed=None,
        counts={}, labels=labels_of(answer), hidden=False, web_url=web_url, raw=answer, exchange=exchange,
    )  # fmt: skip


def _item(
    uri: str, version: str, record: Json, author_id: str, *, kind: Kind, handle: str, name: str,
    indexed_at: dt.datetime | None, embed: object, counts: Mapping[str, int], labels: tuple[str, ...],
    hidden: bool, web_url: str, raw: Json, exchange: str,
) -> Item:  # fmt: skip
    reply = part(record, "reply")
    return Item(
        kind=kind,
        platform_id=uri,
        version=version,
        text=str(record.get("text") or ""),
        author_id=author_id,
        author_handle=handle,
        author_name=name,
        parent_id=str(part(reply, "parent").get("uri") or ""),
        root_id=str(part(reply, "root").get("uri") or ""),
        url=f"{web_url}/profile/{author_id}/post/{parts_of(uri)[2]}",
        created_at=moment(record.get("createdAt")) or indexed_at or dt.datetime(1970, 1, 1, tzinfo=dt.UTC),
        indexed_at=indexed_at,
        media=tuple(media_of(record.get("embed"), embed, author_id)),
        counts=counts,
        labels=labels,
        hidden=hidden,
        raw=dict(raw),
        exchange=exchange,
    )


def media_of(embed: object, view: object, author_id: str) -> list[Media]:
    """List what a post carries, from its record's embed; addresses come from the view of the same embed where
    there is one.
    """
    if not isinstance(embed, dict):
        return []
    shown = view if isinstance(view, dict) else {}
    if isinstance(embed.get("media"), dict):  # a quoted post with media of its own
        return media_of(embed["media"], shown.get("media"), author_id)
    if isinstance(embed.get("images"), list):
        seen = shown.get("images") if isinstance(shown.get("images"), list) else []
        urls = [str(entry.get("fullsize") or "") for entry in seen or [] if isinstance(entry, dict)]
        urls += [""] * len(embed["images"])
        entries = [entry for entry in embed["images"] if isinstance(entry, dict)]
        return [
            _media("image", entry.get("image"), entry, url, author_id)
            for entry, url in zip(entries, urls, strict=False)
        ]
    if "video" in embed:
        return [_media("video", embed["video"], embed, str(shown.get("playlist") or ""), author_id)]
    external = embed.get("external")
    if isinstance(external, dict) and "thumb" in external:
        url = str(part(shown, "external").get("thumb") or "")
        return [_media("preview", external["thumb"], {"alt": ""}, url, author_id)]
    return []


def _media(kind: Any, blob: object, entry: Json, url: str, author_id: str) -> Media:
    given = blob if isinstance(blob, dict) else {}
    reference = given.get("ref")
    blob_id = reference.get("$link") if isinstance(reference, dict) else given.get("cid")
    size = given.get("size")
    width, height = (part(entry, "aspectRatio").get(side) for side in ("width", "height"))
    return Media(
        kind=kind,
        blob_id=str(blob_id or ""),
        url=url,
        mime=str(given.get("mimeType") or ""),
        alt=str(entry.get("alt") or ""),
        author_id=author_id,
        size=size if isinstance(size, int) and size >= 0 else None,
        width=width if isinstance(width, int) else None,
        height=height if isinstance(height, int) else None,
    )


def read_profile(view: Json, record: Json | None, *, web_url: str, exchange: str) -> Profile:
    """Read app.bsky.actor.defs#profileViewDetailed beside the account's own profile record (None where it has
    none).
    """
    did, handle = string_in(view, "did"), string_in(view, "handle")
    value = part(record or {}, "value")
    media = [
        _media(kind, value[kind], {"alt": ""}, str(view.get(kind) or ""), did)
        for kind in ("avatar", "banner")
        if isinstance(value.get(kind), dict)
    ]
    counts = {name: view.get(f"{name}Count") for name in ("followers", "follows", "posts")}
    return Profile(
        platform_id=did,
        version=f"{(record or {}).get('cid') or 'no-profile'}@{handle}",
        handle=handle,
        name=str(view.get("displayName") or ""),
        description=str(view.get("description") or ""),
        url=f"{web_url}/profile/{did}",
        created_at=moment(view.get("createdAt")),
        media=tuple(media),
        counts={name: value for name, value in counts.items() if isinstance(value, int)},
        labels=labels_of(view),
        raw={"view": dict(view), "record": dict(record) if record else None},
        exchange=exchange,
    )


def read_blocked(view: Json, *, exchange: str) -> BlockedAuthor:
    """Read one entry of app.bsky.graph.getBlocks."""
    return BlockedAuthor(
        author_id=string_in(view, "did"),
        handle=str(view.get("handle") or ""),
        name=str(view.get("displayName") or ""),
        block_id=str(part(view, "viewer").get("blocking") or ""),
        raw=dict(view),
        exchange=exchange,
    )


def hidden_in(view: Json, our_id: str) -> frozenset[str]:
    """Return the replies that our threadgate hides, from a post view or a thread. Somebody else's gate is not
    ours.
    """
    gate = part(view, "threadgate")
    if not str(gate.get("uri") or "").startswith(f"at://{our_id}/"):
        return frozenset()
    hidden = part(gate, "record").get("hiddenReplies")
    return frozenset(str(uri) for uri in hidden) if isinstance(hidden, list) else frozenset()


def labels_of(view: Json) -> tuple[str, ...]:
    """List the labels in force, as "label by did"; a negated label is left out."""
    labels = view.get("labels")
    given = [label for label in labels if isinstance(label, dict)] if isinstance(labels, list) else []
    return tuple(f"{label.get('val')} by {label.get('src')}" for label in given if not label.get("neg"))


def moment(value: object) -> dt.datetime | None:
    """Read an RFC 3339 instant; None where there is none, or none that can be read (authors' applications
    write anything).
    """
    try:
        at = dt.datetime.fromisoformat(str(value))
        return at.astimezone(dt.UTC) if at.tzinfo else at.replace(tzinfo=dt.UTC)
    except (ValueError, OverflowError):
        return None


def part(value: Json, key: str) -> Json:
    """Return an object inside another, {} where there is none: strangers' records hold anything."""
    given = value.get(key)
    return given if isinstance(given, dict) else {}


def list_in(value: Json, key: str) -> list[Json]:
    given = value.get(key)
    if not isinstance(given, list) or not all(isinstance(entry, dict) for entry in given):
        raise NotThePlatform(f"The platform's answer lacks a list of {key}.")
    return given


def object_in(value: Json, key: str) -> Json:
    given = value.get(key)
    if not isinstance(given, dict):
        raise NotThePlatform(f"The platform's answer lacks {key}.")
    return given


def string_in(value: Json, key: str) -> str:
    given = value.get(key)
    if not isinstance(given, str) or not given:
        raise NotThePlatform(f"The platform's answer lacks {key}.")
    return given
