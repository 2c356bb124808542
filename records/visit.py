"""One visit to one account: asks the platform for everything, and tells what it saw. Writes no row.

What the platform says is believed only as a whole: an error in the middle ends the visit, and nothing of
it becomes a record. Only what concerns a stranger's server (a picture that cannot be fetched) is passed
over with a warning and tried again next time.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from accounts.platforms import (
    BadCredentials,
    BlockedAuthor,
    Bluesky,
    Exchange,
    Item,
    Media,
    NotFound,
    NotThePlatform,
    PlatformError,
    Profile,
    RateLimited,
    WrongAccount,
)
from records import archive
from records.actions.keeping import Found, Head, Key
from records.rules import (
    ENDED,
    GONE,
    HIDDEN,
    Sight,
    clean,
    ended_as,
    thread_is_due,
)
from records.warc import Writer

Clock = Callable[[], datetime]
Progress = Callable[[str, int], None]

PROFILE, POST, COMMENT, MEDIA, BLOCK = "profile", "post", "comment", "media", "block"
LONGEST_ID = 400


class Visit:
    """Reads one account once. `found` is what it saw; it is right only when `read` has ended without an error."""

    def __init__(
        self,
        found: Found,
        warc: Writer,
        *,
        our_id: str,
        last_visit: datetime | None,
        clock: Clock,
        progress: Progress,
    ) -> None:
        """`last_visit`: when the last capture that ended well began. `progress` is told the step and the count."""
        self.found = found
        self.warc = warc
        self.our_id = our_id
        self.last_visit = last_visit
        self.clock = clock
        self.step = ""
        self._progress = progress
        self._times: dict[str, datetime] = {}
        self._posts: dict[str, Item] = {}

    def record(self, exchange: Exchange) -> None:
        """Takes each exchange from the platform module; never a sign-in."""
        self.warc(exchange)
        self._times[exchange.id] = exchange.finished_at

    def still_wanted(self) -> None:
        """Called before each request: tells how far the visit is, and raises where it must end."""
        self._progress(self.step, len(self.found.sights))

    def read(self, platform: Bluesky) -> None:
        """Raises PlatformError, and whatever `progress` raises."""
        self.step = "Signing in"
        identity = platform.whoami()
        if identity.platform_id != self.our_id:
            raise WrongAccount(
                f"{identity.handle} ({identity.platform_id}) answered; expected {self.our_id}."
            )
        if not identity.active:
            raise BadCredentials(f"The platform has switched {identity.handle} off. Ask the platform why.")
        self.step = "Reading the profile"
        self._see_profile(platform, platform.profile())
        self.step = "Reading posts"
        for item in platform.posts():
            self._posts[item.platform_id] = item
            self._see_item(item, not_before=self.last_visit)
        self._ask_after_posts(platform)
        self.step = "Reading replies"
        self._read_threads(platform)
        self.step = "Reading blocked authors"
        self._read_blocked(platform)
        self._miss_media()
        self.step = "Fetching pictures"
        self._fetch_media(platform)
        self.found.places = self.warc.places

    # -- what is seen ----------------------------------------------------------------------------------

    def _add(self, sight: Sight) -> None:
        if len(sight.platform_item_id) > LONGEST_ID:
            raise NotThePlatform(
                f"An id of {len(sight.platform_item_id)} characters is none of the platform's."
            )
        self.found.sights.setdefault((sight.kind, sight.platform_item_id), sight)

    def _time(self, exchange: str) -> datetime:
        return self._times.get(exchange) or self.clock()

    def _since(self, key: Key, otherwise: datetime | None) -> datetime | None:
        """The last moment at which an item was known to be as the archive has it."""
        head = self.found.heads.get(key)
        if head is None:
            return otherwise
        if head.missing_since:
            return head.seen_until or head.captured_at
        return max(head.captured_at, otherwise) if otherwise else head.captured_at

    def _see_profile(self, platform: Bluesky, profile: Profile) -> None:
        key = (PROFILE, profile.platform_id)
        sight = Sight(
            kind=PROFILE,
            platform_item_id=profile.platform_id,
            platform_version=clean(profile.version, 200),
            exchange=profile.exchange,
            seen_at=self._time(profile.exchange),
            text="\n".join(filter(None, [clean(profile.name), clean(profile.description)])),
            author_id=profile.platform_id,
            author_handle=profile.handle,
            author_name=profile.name,
            url=profile.url,
            created_at=profile.created_at,
            counts=profile.counts,
            raw=profile.raw.get("view") or profile.raw,
            not_before=self._since(key, self.last_visit),
        )
        self._add(sight)
        self._see_media(profile.media, sight)

    def _see_item(self, item: Item, *, not_before: datetime | None, seen_at: datetime | None = None) -> None:
        key = (item.kind, item.platform_id)
        sight = Sight(
            kind=item.kind,
            platform_item_id=item.platform_id,
            platform_version=clean(item.version, 200),
            exchange=item.exchange,
            seen_at=seen_at or self._time(item.exchange),
            text=clean(item.text),
            alt_text="\n".join(clean(media.alt) for media in item.media if media.alt),
            author_id=item.author_id,
            author_handle=item.author_handle,
            author_name=item.author_name,
            parent_id=item.parent_id,
            root_id=item.root_id,
            url=item.url,
            created_at=item.created_at,
            indexed_at=item.indexed_at,
            counts=item.counts,
            raw=item.raw,
            hidden=item.hidden,
            not_before=self._since(key, not_before),
        )
        self._add(sight)
        self._see_media(item.media, sight)

    def _see_media(self, pictures: Iterable[Media], of: Sight) -> None:
        """A picture is an item of its own below its post; its bytes are fetched at the end."""
        for media in pictures:
            name = f"{of.platform_item_id}#{media.kind}:{media.blob_id}"
            twice = 2
            while (MEDIA, name) in self.found.sights:
                name = f"{of.platform_item_id}#{media.kind}:{media.blob_id}:{twice}"
                twice += 1
            raw = {
                field: getattr(media, field)
                for field in ("kind", "blob_id", "mime", "size", "width", "height")
            }
            self._add(
                Sight(
                    kind=MEDIA,
                    platform_item_id=name,
                    platform_version=clean(media.blob_id, 200),
                    exchange=of.exchange,
                    seen_at=of.seen_at,
                    alt_text=clean(media.alt),
                    author_id=of.author_id,
                    author_handle=of.author_handle,
                    author_name=of.author_name,
                    parent_id=of.platform_item_id,
                    root_id=of.root_id or of.platform_item_id,
                    url=media.url,
                    created_at=of.created_at,
                    raw=raw,
                    not_before=of.not_before,
                )
            )

    # -- what is no longer seen ------------------------------------------------------------------------

    def _unseen(self, kind: str) -> list[tuple[str, Head]]:
        return [
            (name, head)
            for (of_kind, name), head in self.found.heads.items()
            if of_kind == kind and (kind, name) not in self.found.sights and head.known.state not in ENDED
        ]

    def _ask_after_posts(self, platform: Bluesky) -> None:
        for name, head in self._unseen(POST):
            self._ask_after(platform, POST, name, head, seen_until=self.last_visit)

    def _ask_after(
        self, platform: Bluesky, kind: str, name: str, head: Head, *, seen_until: datetime | None
    ) -> None:
        """Ask the author's own repository whether the item is no more: not to be shown is not to be deleted."""
        key = (kind, name)
        answer = platform.fetch(name)
        if answer.state == "present" and answer.item:
            # Its author's repository knows neither names nor who hid it.
            item = answer.item
            self._see_item(item, not_before=seen_until)
            seen = self.found.sights[key]
            if head.known.state == HIDDEN and not seen.hidden:
                self.found.sights[key] = replace(seen, hidden=True)
            return
        now = self.clock()
        if answer.state == "gone":
            exchange = answer.exchange or self.warc.last
            self._add(
                Sight(
                    kind=kind,
                    platform_item_id=name,
                    platform_version="",
                    exchange=exchange,
                    seen_at=self._time(exchange),
                    raw={"gone": answer.reason},
                    gone=ended_as(alone=answer.alone, ours=kind == POST),
                    not_before=self._since(key, seen_until),
                )
            )
            return
        self.found.missing[key] = (now, self._since(key, seen_until))

    # -- threads ---------------------------------------------------------------------------------------

    def _read_threads(self, platform: Bluesky) -> None:
        last_said: dict[str, datetime] = {}
        for (kind, _), said in self.found.heads.items():
            if kind == COMMENT and said.created_at and said.root_id:
                last_said[said.root_id] = max(said.created_at, last_said.get(said.root_id, said.created_at))
        read_roots: dict[str, datetime | None] = {}
        for post in self._posts.values():
            if post.root_id in self._posts:
                continue  # an answer of ours in a thread of ours: read with it
            head = self.found.heads.get((POST, post.platform_id))
            root = post.root_id or post.platform_id
            replies = max(0, post.counts.get("replies", 0))
            due = thread_is_due(
                created_at=post.created_at,
                last_said_at=last_said.get(root),
                read_at=head.thread_read_at if head else None,
                replies=replies,
                replies_seen=head.replies_seen if head else 0,
                at=self.clock(),
            )
            if not due:
                continue
            read_at = head.thread_read_at if head else None
            if self._read_thread(platform, post, replies, read_at):
                read_roots[root] = read_at
        for name, head in self._unseen(COMMENT):
            if head.root_id in read_roots:
                self._ask_after(platform, COMMENT, name, head, seen_until=read_roots[head.root_id])

    def _read_thread(self, platform: Bluesky, post: Item, replies: int, read_at: datetime | None) -> bool:
        now = self.clock()
        try:
            for item in platform.comments(post.platform_id):
                self._see_item(item, not_before=read_at)
        except NotFound:
            self._warn(f"The network lists {post.platform_id} but does not show its thread.")
            return False
        self.found.threads[post.platform_id] = (now, replies)
        return True

    # -- blocks and pictures ---------------------------------------------------------------------------

    def _read_blocked(self, platform: Bluesky) -> None:
        for author in platform.blocked():
            self._see_blocked(author)
        now = self.clock()
        for name, _ in self._unseen(BLOCK):
            self._add(
                Sight(
                    kind=BLOCK,
                    platform_item_id=name,
                    platform_version="",
                    exchange=self.warc.last,
                    seen_at=now,
                    raw={"gone": "The list of blocked authors ends without this one."},
                    gone=GONE,
                    not_before=self._since((BLOCK, name), self.last_visit),
                )
            )

    def _see_blocked(self, author: BlockedAuthor) -> None:
        key = (BLOCK, author.author_id)
        self._add(
            Sight(
                kind=BLOCK,
                platform_item_id=author.author_id,
                platform_version=clean(author.block_id, 200),
                exchange=author.exchange,
                seen_at=self._time(author.exchange),
                author_id=author.author_id,
                author_handle=author.handle,
                author_name=author.name,
                raw=author.raw,
                not_before=self._since(key, self.last_visit),
            )
        )

    def _miss_media(self) -> None:
        """A picture that its post no longer carries is gone; one whose post was not seen has only its post's fate."""
        shown = {name: sight for (_, name), sight in self.found.sights.items() if not sight.gone}
        for name, _ in self._unseen(MEDIA):
            of = shown.get(name.split("#")[0])
            if of is None:
                continue
            self._add(
                Sight(
                    kind=MEDIA,
                    platform_item_id=name,
                    platform_version="",
                    exchange=of.exchange,
                    seen_at=of.seen_at,
                    raw={"gone": "Its post no longer carries it."},
                    gone=GONE,
                    not_before=self._since((MEDIA, name), of.not_before),
                )
            )

    def _fetch_media(self, platform: Bluesky) -> None:
        fetched: dict[str, tuple[str, str] | None] = {}
        for key, sight in list(self.found.sights.items()):
            if sight.kind != MEDIA or sight.gone:
                continue
            head = self.found.heads.get(key)
            if head and head.payload:
                self.found.sights[key] = replace(sight, payload=head.payload)
                continue
            blob = sight.platform_version
            if blob not in fetched:
                fetched[blob] = self._fetch(platform, sight)
            got = fetched[blob]
            if got is None:
                del self.found.sights[key]
            else:
                self.found.sights[key] = replace(sight, payload=got[0], exchange=got[1])

    def _fetch(self, platform: Bluesky, sight: Sight) -> tuple[str, str] | None:
        """The SHA-256 of a picture's bytes, now in the archive, and the exchange; None if it must be tried again."""
        raw = sight.raw
        media = Media(
            kind=raw["kind"],
            blob_id=raw["blob_id"],
            url=sight.url,
            mime=raw["mime"],
            alt="",
            author_id=sight.author_id,
        )
        try:
            file = platform.media(media)
        except PlatformError as error:
            ours = sight.author_id == self.our_id
            if ours and isinstance(error, RateLimited | BadCredentials | WrongAccount):
                raise
            self._warn(f"A picture of {sight.parent_id} could not be fetched: {error.message}")
            return None
        kept = archive.keep_bytes(file.body, room="media")
        self.found.files[kept.sha256] = (kept, clean(file.mime, 100) or "application/octet-stream")
        return kept.sha256, file.exchange

    def _warn(self, sentence: str) -> None:
        self.found.warnings.append(clean(sentence, 500))
