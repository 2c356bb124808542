"""What was said on the practice network: kept in memory, and on disk as one journal of JSON lines.

Every change is one line, on the disk before it is answered, so that a killed server loses nothing that it
confirmed. A last line that a kill cut off is dropped at the next start.
"""

import collections
import contextlib
import datetime as dt
import hashlib
import json
import os
import re
import secrets
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import ids

Json = dict[str, Any]
POST = "app.bsky.feed.post"
GATE = "app.bsky.feed.threadgate"
BLOCK = "app.bsky.graph.block"
PROFILE = "app.bsky.actor.profile"


@dataclass(slots=True)
class Account:
    did: str
    handle: str
    email: str
    password: str
    created_at: str
    resident: bool = False
    status: str = ""  # "" is active


@dataclass(slots=True)
class Entry:
    """One record of somebody's repository. `likes` is an invented number that was seeded."""

    uri: str
    cid: str
    record: Json
    indexed_at: str
    likes: int = 0

    @property
    def did(self) -> str:
        return self.uri.split("/")[2]

    @property
    def key(self) -> str:
        return self.uri.rsplit("/", 1)[1]

    @property
    def sorted_by(self) -> tuple[str, str]:
        return min(str(self.record.get("createdAt") or self.indexed_at), self.indexed_at), self.uri

    def part(self, *names: str) -> str:
        """Return a text deep in the record, "" where there is none."""
        value: Any = self.record
        for name in names:
            value = value.get(name) if isinstance(value, dict) else None
        return value if isinstance(value, str) else ""


@dataclass(slots=True)
class Blob:
    mime: str
    size: int
    owners: set[str] = field(default_factory=set)


class State:
    """The whole network. Change it only through its methods, which hold the lock."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lock = threading.RLock()
        self.accounts: dict[str, Account] = {}
        self.handles: dict[str, str] = {}
        self.repositories: dict[str, dict[str, dict[str, Entry]]] = {}
        self.answers: dict[str, dict[str, None]] = collections.defaultdict(dict)
        self.blobs: dict[str, Blob] = {}
        self._last_tid = 0
        self._together = False
        (folder / "blobs").mkdir(parents=True, exist_ok=True)
        self.key = self._own_key()
        self._journal = self._replayed(folder / "journal.jsonl")

    def close(self) -> None:
        self._journal.close()

    def _own_key(self) -> bytes:
        """Sessions survive a restart: the key that signs them is kept."""
        path = self.folder / "key"
        if not path.exists():
            _write_whole(path, secrets.token_hex(32).encode())
        return path.read_bytes()

    def _replayed(self, path: Path) -> Any:
        path.touch()
        with path.open("rb+") as journal:
            whole = 0
            for line in journal:
                if not line.endswith(b"\n"):
                    break
                self._apply(json.loads(line))
                whole += len(line)
            journal.truncate(whole)
        return path.open("ab")

    def _commit(self, *changes: Json) -> None:
        lines = b"".join(json.dumps(change, separators=(",", ":")).encode() + b"\n" for change in changes)
        self._journal.write(lines)
        if not self._together:
            self._to_disk()
        for change in changes:
            self._apply(change)

    def _to_disk(self) -> None:
        self._journal.flush()
        os.fsync(self._journal.fileno())

    @contextlib.contextmanager
    def together(self) -> Iterator[None]:
        """Make many changes and put them on the disk once, at the end."""
        with self.lock:
            self._together = True
            try:
                yield
            finally:
                self._together = False
                self._to_disk()

    def _apply(self, change: Json) -> None:
        match change["op"]:
            case "account":
                account = Account(**change["account"])
                self.accounts[account.did] = account
                self.handles[account.handle] = account.did
                self.repositories.setdefault(account.did, {})
            case "status":
                self.accounts[change["did"]].status = change["status"]
            case "put":
                self._put(
                    Entry(
                        change["uri"], change["cid"], change["record"], change["indexed_at"], change["likes"]
                    )
                )
            case "delete":
                self._delete(change["uri"])
            case "blob":
                blob = self.blobs.setdefault(change["cid"], Blob(change["mime"], change["size"]))
                blob.owners.add(change["did"])

    def _put(self, entry: Entry) -> None:
        _, _, did, collection, key = entry.uri.split("/")
        self._delete(entry.uri)
        self.repositories[did].setdefault(collection, {})[key] = entry
        parent = entry.part("reply", "parent", "uri")
        if collection == POST and parent:
            self.answers[parent][entry.uri] = None

    def _delete(self, uri: str) -> None:
        _, _, did, collection, key = uri.split("/")
        old = self.repositories[did].get(collection, {}).pop(key, None)
        if old and collection == POST:
            self.answers[old.part("reply", "parent", "uri")].pop(uri, None)

    # -- asking ------------------------------------------------------------------------------------------

    def account(self, who: str) -> Account | None:
        """Find an account by did or handle."""
        return self.accounts.get(self.handles.get(who.lower(), who))

    def entry(self, uri: str) -> Entry | None:
        pieces = uri.split("/")
        if len(pieces) != 5:
            return None
        return self.repositories.get(pieces[2], {}).get(pieces[3], {}).get(pieces[4])

    def entries(self, did: str, collection: str) -> list[Entry]:
        return list(self.repositories.get(did, {}).get(collection, {}).values())

    def posts(self, did: str) -> list[Entry]:
        """Return somebody's posts and replies, newest first."""
        return sorted(self.entries(did, POST), key=lambda entry: entry.sorted_by, reverse=True)

    def profile(self, did: str) -> Json:
        entry = self.entry(f"at://{did}/{PROFILE}/self")
        return entry.record if entry else {}

    def block(self, author: str, subject: str) -> Entry | None:
        return next(
            (entry for entry in self.entries(author, BLOCK) if entry.record.get("subject") == subject), None
        )

    def blocked(self, one: str, other: str) -> bool:
        """Whether either of two people blocks the other."""
        return bool(self.block(one, other) or self.block(other, one))

    def children(self, entry: Entry) -> Iterator[Entry]:
        """Yield the direct answers that the network shows: those of switched off or blocked authors are
        folded away.

        As on Bluesky, a block between an answer's author and the author of what is answered, or of the
        thread's first post, takes the answer (and all below it) out of the thread for everybody.
        """
        root = (entry.part("reply", "root", "uri") or entry.uri).split("/")[2]
        found = [answer for uri in list(self.answers.get(entry.uri, ())) if (answer := self.entry(uri))]
        for answer in sorted(found, key=lambda one: one.sorted_by):
            if self.accounts[answer.did].status:
                continue
            if not (self.blocked(answer.did, entry.did) or self.blocked(answer.did, root)):
                yield answer

    # -- changing ----------------------------------------------------------------------------------------

    def create_account(
        self, handle: str, password: str, *, email: str = "", created_at: str = "", resident: bool = False
    ) -> Account:
        """Open an account. Raises ValueError when the handle is taken."""
        with self.lock:
            handle = handle.lower()
            if not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", handle):
                raise ValueError(f"Invalid handle: {handle}")
            if handle in self.handles:
                raise ValueError(f"Handle already taken: {handle}")
            account = {
                "did": ids.new_did(handle),
                "handle": handle,
                "email": email or f"{handle.split('.')[0]}@example.com",
                "password": _locked(password),
                "created_at": created_at or ids.written(_now()),
                "resident": resident,
            }
            self._commit({"op": "account", "account": account})
            return self.accounts[str(account["did"])]

    def knows_password(self, account: Account, password: str) -> bool:
        return secrets.compare_digest(_locked(password, account.password.split("$")[0]), account.password)

    def set_status(self, did: str, status: str) -> None:
        with self.lock:
            self._commit({"op": "status", "did": did, "status": status})

    def put(self, uri: str, record: Json, *, indexed_at: str = "", likes: int | None = None) -> Entry:
        """Write a record. An edited one keeps the moment at which it was first seen."""
        with self.lock:
            old = self.entry(uri)
            change = {
                "op": "put",
                "uri": uri,
                "cid": ids.record_cid(record),
                "record": record,
                "indexed_at": indexed_at or (old.indexed_at if old else ids.written(_now())),
                "likes": likes if likes is not None else (old.likes if old else 0),
            }
            self._commit(change)
            entry = self.entry(uri)
            assert entry
            return entry

    def create(self, did: str, collection: str, record: Json) -> Entry:
        return self.put(f"at://{did}/{collection}/{self.new_key()}", record)

    def delete(self, uri: str) -> None:
        with self.lock:
            if self.entry(uri):
                self._commit({"op": "delete", "uri": uri})

    def keep_blob(self, did: str, body: bytes, mime: str) -> Json:
        """Keep a picture's bytes. Returns the blob as it stands in records."""
        cid = ids.blob_cid(body)
        with self.lock:
            path = self.folder / "blobs" / cid
            if not path.exists():
                _write_whole(path, body)
            if cid not in self.blobs or did not in self.blobs[cid].owners:
                self._commit({"op": "blob", "did": did, "cid": cid, "mime": mime, "size": len(body)})
        return {"$type": "blob", "ref": {"$link": cid}, "mimeType": mime, "size": len(body)}

    def new_key(self) -> str:
        """Return a record key later than every one before, also within one microsecond."""
        with self.lock:
            self._last_tid = max(self._last_tid + 1, int(_now().timestamp() * 1_000_000))
            return ids.tid(
                dt.datetime.fromtimestamp(self._last_tid / 1_000_000, dt.UTC), secrets.randbelow(1024)
            )


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _locked(password: str, salt: str = "") -> str:
    salt = salt or secrets.token_hex(8)
    return f"{salt}${hashlib.scrypt(password.encode(), salt=salt.encode(), n=256, r=8, p=1).hex()}"


def _write_whole(path: Path, body: bytes) -> None:
    """Write a file so that it is either whole or not there."""
    partial = path.with_name(f"{path.name}.{secrets.token_hex(4)}.partial")
    with partial.open("wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
