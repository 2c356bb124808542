"""What the practice network shows of its records, in the shapes of app.bsky.*."""

from typing import Any

from .state import BLOCK, GATE, POST, Account, Entry, State

Json = dict[str, Any]


class Views:
    """The network as one viewer sees it. `base` is the server's own address."""

    def __init__(self, state: State, viewer: str, base: str) -> None:
        self.state = state
        self.viewer = viewer
        self.base = base

    def blob_url(self, did: str, blob: object) -> str:
        link = blob.get("ref", {}).get("$link", "") if isinstance(blob, dict) else ""
        return f"{self.base}/xrpc/com.atproto.sync.getBlob?did={did}&cid={link}"

    def author(self, did: str) -> Json:
        account, profile = self.state.accounts[did], self.state.profile(did)
        view: Json = {
            "did": did,
            "handle": account.handle,
            "displayName": str(profile.get("displayName") or ""),
        }
        if isinstance(profile.get("avatar"), dict):
            view["avatar"] = self.blob_url(did, profile["avatar"])
        mine, theirs = self.state.block(self.viewer, did), self.state.block(did, self.viewer)
        view["viewer"] = {
            "muted": False,
            "blockedBy": bool(theirs),
            **({"blocking": mine.uri} if mine else {}),
        }
        return view | {"labels": [], "createdAt": account.created_at}

    def profile(self, account: Account) -> Json:
        record = self.state.profile(account.did)
        posts = len(self.state.entries(account.did, POST))
        return self.author(account.did) | {
            "description": str(record.get("description") or ""),
            "followersCount": 0,
            "followsCount": 0,
            "postsCount": posts,
            "indexedAt": account.created_at,
        }

    def post(self, entry: Entry) -> Json:
        view = {
            "uri": entry.uri,
            "cid": entry.cid,
            "author": self.author(entry.did),
            "record": entry.record,
            "replyCount": sum(1 for _ in self.state.children(entry)),
            "repostCount": 0,
            "likeCount": entry.likes,
            "quoteCount": 0,
            "indexedAt": entry.indexed_at,
            "viewer": {},
            "labels": [],
        }
        embed = entry.record.get("embed")
        if isinstance(embed, dict) and isinstance(embed.get("images"), list):
            view["embed"] = {
                "$type": "app.bsky.embed.images#view",
                "images": [self._image(entry.did, image) for image in embed["images"]],
            }
        gate = self.state.entry(f"at://{entry.did}/{GATE}/{entry.key}")
        if gate:
            view["threadgate"] = {"uri": gate.uri, "cid": gate.cid, "record": gate.record, "lists": []}
        return view

    def _image(self, did: str, image: Json) -> Json:
        url = self.blob_url(did, image.get("image"))
        return {"thumb": url, "fullsize": url, "alt": str(image.get("alt") or "")}

    def feed(self, did: str) -> list[Entry]:
        return [] if self.state.accounts[did].status else self.state.posts(did)

    def thread(self, entry: Entry, depth: int) -> Json:
        """Return a thread down to `depth`, without recursion: a thread may be very deep."""
        top: Json = self._node(entry)
        level = [(entry, top)]
        while level and depth > 0:
            depth -= 1
            below = []
            for parent, node in level:
                for child in self.state.children(parent):
                    view = self._node(child)
                    node["replies"].append(view)
                    below.append((child, view))
            level = below
        return top

    def _node(self, entry: Entry) -> Json:
        return {"$type": "app.bsky.feed.defs#threadViewPost", "post": self.post(entry), "replies": []}

    def blocks(self) -> list[Json]:
        entries = sorted(
            self.state.entries(self.viewer, BLOCK), key=lambda entry: entry.sorted_by, reverse=True
        )
        subjects = dict.fromkeys(str(entry.record.get("subject")) for entry in entries)
        return [self.author(did) for did in subjects if did in self.state.accounts]
