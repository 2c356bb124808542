"""Filling the practice network with an invented city: accounts and back-dated posts and replies, in bulk."""

import base64
import datetime as dt
import hashlib
from typing import Any

from . import ids
from .state import BLOCK, GATE, POST, PROFILE, State

Json = dict[str, Any]


def seed(state: State, data: Json) -> Json:
    """Create what is not there yet; what is there stays as it is, so that seeding twice changes nothing.

    `data`: {"accounts": [{handle, password, name, description, resident, created_at}], "posts": [{key,
    author, text, created_at, indexed_at?, reply_to?, likes?, pictures?: [{alt, mime, data (base64)}]}],
    "blocks": [{author, subject, created_at}], "hidden": [{post, reply, created_at}]}. Accounts are named by
    handle, posts by their `key`, times are RFC 3339; a reply must stand after what it answers. Returns
    {"accounts": {handle: did}, "posts": {key: {"uri", "cid"}}}. Raises ValueError and KeyError for what
    cannot be understood.
    """
    with state.together():
        for account in data.get("accounts", []):
            _seed_account(state, account)
        posts: dict[str, Json] = {}
        for post in data.get("posts", []):
            posts[post["key"]] = _seed_post(state, post, posts)
        for block in data.get("blocks", []):
            author, subject = _did(state, block["author"]), _did(state, block["subject"])
            if not state.block(author, subject):
                state.create(
                    author, BLOCK, {"$type": BLOCK, "subject": subject, "createdAt": block["created_at"]}
                )
        for pair in data.get("hidden", []):
            hide(state, posts[pair["post"]]["uri"], posts[pair["reply"]]["uri"], pair["created_at"])
        dids = {account["handle"]: _did(state, account["handle"]) for account in data.get("accounts", [])}
    return {"accounts": dids, "posts": posts}


def hide(state: State, post_uri: str, reply_uri: str, created_at: str, *, hidden: bool = True) -> None:
    """Hide a reply under a post by the post's threadgate, or show it again."""
    _, _, did, _, key = post_uri.split("/")
    uri = f"at://{did}/{GATE}/{key}"
    gate = state.entry(uri)
    record = gate.record if gate else {"$type": GATE, "post": post_uri, "createdAt": created_at}
    others = [other for other in record.get("hiddenReplies", []) if other != reply_uri]
    state.put(uri, {**record, "hiddenReplies": [*others, reply_uri] if hidden else others})


def _did(state: State, handle: str) -> str:
    account = state.account(handle)
    if account is None:
        raise ValueError(f"there is no account {handle}")
    return account.did


def _seed_account(state: State, given: Json) -> None:
    if state.account(given["handle"]):
        return
    created_at = (
        ids.written(dt.datetime.fromisoformat(given["created_at"])) if given.get("created_at") else ""
    )
    account = state.create_account(
        given["handle"], given["password"], created_at=created_at, resident=bool(given.get("resident"))
    )
    record = {
        "$type": PROFILE,
        "displayName": given.get("name", ""),
        "description": given.get("description", ""),
    }
    state.put(f"at://{account.did}/{PROFILE}/self", record, indexed_at=created_at)


def _seed_post(state: State, given: Json, posts: dict[str, Json]) -> Json:
    did, created = _did(state, given["author"]), dt.datetime.fromisoformat(given["created_at"])
    clock = int.from_bytes(hashlib.sha256(str(given["key"]).encode()).digest()[:2], "big")
    uri = f"at://{did}/{POST}/{ids.tid(created, clock)}"
    entry = state.entry(uri)
    if entry is None:
        record: Json = {
            "$type": POST,
            "text": given["text"],
            "createdAt": ids.written(created),
            "langs": ["en"],
        }
        if given.get("reply_to"):
            record["reply"] = reply_to(state, posts[given["reply_to"]]["uri"])
        if given.get("pictures"):
            images = [_image(state, did, picture) for picture in given["pictures"]]
            record["embed"] = {"$type": "app.bsky.embed.images", "images": images}
        indexed = dt.datetime.fromisoformat(given.get("indexed_at") or given["created_at"])
        entry = state.put(uri, record, indexed_at=ids.written(indexed), likes=int(given.get("likes", 0)))
    return {"uri": entry.uri, "cid": entry.cid}


def _image(state: State, did: str, picture: Json) -> Json:
    return {
        "alt": picture["alt"],
        "image": state.keep_blob(did, base64.b64decode(picture["data"]), picture["mime"]),
    }


def reply_to(state: State, uri: str) -> Json:
    """Return the `reply` part of an answer to a post: what is answered, and what started the thread."""
    parent = state.entry(uri)
    if parent is None:
        raise ValueError(f"there is no post {uri}")
    ref = {"uri": parent.uri, "cid": parent.cid}
    return {"root": parent.record.get("reply", {}).get("root") or ref, "parent": ref}
