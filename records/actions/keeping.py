"""From what a visit saw to records in the account's chain. Runs inside the transaction that ends a capture."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from accounts.models import Account
from city.canonical import link
from city.models import Chain
from records.archive import Kept
from records.models import Capture, Item, Payload, Record
from records.rules import Known, Sight, clean, new_state, storable
from records.warc import MEDIA_TYPE, Place

Key = tuple[str, str]  # kind and the platform's id
BATCH = 500
LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Head:
    """An item as the archive has it when a visit begins, with what the visit needs to know of it."""

    item: int
    known: Known
    root_id: str
    payload: str
    created_at: datetime | None
    captured_at: datetime
    missing_since: datetime | None
    seen_until: datetime | None
    thread_read_at: datetime | None
    replies_seen: int


@dataclass
class Found:
    """All that one visit saw, to be committed at once."""

    heads: Mapping[Key, Head]
    settings: dict[str, Any]
    method: str
    tool: str
    sights: dict[Key, Sight] = field(default_factory=dict)
    #: Where each answer stands in the WARC, by its exchange.
    places: dict[str, Place] = field(default_factory=dict)
    #: Pictures whose bytes are in the archive now, by SHA-256, with their media type.
    files: dict[str, tuple[Kept, str]] = field(default_factory=dict)
    #: Items that were looked for and not found, while nobody who knows says that they are gone: since when.
    missing: dict[Key, tuple[datetime, datetime | None]] = field(default_factory=dict)
    #: Threads that were read in full: when, and the platform's count of replies.
    threads: dict[str, tuple[datetime, int]] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


def chain_key(account_id: int) -> str:
    return f"account:{account_id}"


def heads_of(account: Account) -> dict[Key, Head]:
    """What the archive holds of the account's items now."""
    fields = (
        "pk", "kind", "platform_item_id", "missing_since", "seen_until", "thread_read_at", "replies_seen",
        "record__version", "record__state", "record__platform_version", "record__text", "record__alt_text",
        "record__root_id", "record__payload_id", "record__created_at", "record__captured_at",
    )  # fmt: skip
    heads = {}
    for row in Item.objects.filter(account=account).values_list(*fields).iterator():
        pk, kind, name, missing_since, seen_until, read_at, replies = row[:7]
        known, (root_id, payload, created_at, captured_at) = Known(*row[7:12]), row[12:]
        heads[kind, name] = Head(
            pk, known, root_id, payload, created_at, captured_at, missing_since, seen_until, read_at, replies
        )
    return heads


def keep_warc(warc: Kept, *, at: datetime) -> Payload:
    """The row of a WARC file that is in the archive."""
    return _keep_payload(warc, Payload.Kind.WARC, MEDIA_TYPE, at=at)


def _keep_payload(kept: Kept, kind: str, media_type: str, *, at: datetime) -> Payload:
    fields = {
        "kind": kind,
        "size": kept.size,
        "media_type": media_type[:100],
        "path": kept.path,
        "kept_at": at,
    }
    return Payload.objects.get_or_create(sha256=kept.sha256, defaults=fields)[0]


def keep_found(capture: Capture, found: Found, warc: Kept, *, at: datetime) -> dict[str, Any]:
    """Write records for what changed and link them into the chain. Returns the capture's columns that tell of it."""
    changed = [
        (sight, state)
        for key, sight in found.sights.items()
        if (state := new_state(_known(found.heads.get(key)), sight)) is not None
    ]
    # The row is the lock under which the next links are added.
    Chain.objects.get_or_create(key=chain_key(capture.account_id))
    chain = Chain.objects.select_for_update().get(key=chain_key(capture.account_id))
    made: list[Record] = []
    if changed:
        payload = keep_warc(warc, at=at)
        for kept, media_type in found.files.values():
            _keep_payload(kept, Payload.Kind.MEDIA, media_type, at=at)
        made = _records(capture, found, sorted(changed, key=_order), payload, chain)
        Record.objects.bulk_create(made, batch_size=BATCH)
        Chain.objects.filter(pk=chain.pk).update(number=made[-1].number, hash=made[-1].hash)
    _keep_items(capture, found, made)
    return {
        "records_made": len(made),
        "first_record": made[0].number if made else None,
        "last_record": made[-1].number if made else None,
        "chain_hash": made[-1].hash if made else chain.hash,
        "warc_id": warc.sha256 if made else None,
    }


def _known(head: Head | None) -> Known | None:
    return head.known if head else None


def _order(change: tuple[Sight, str]) -> tuple[Any, ...]:
    """The profile first, then what was said as it was said, each picture after its post, then blocks."""
    sight = change[0]
    rank = {Record.Kind.PROFILE: 0, Record.Kind.BLOCK: 2}.get(Record.Kind(sight.kind), 1)
    is_media = sight.kind == Record.Kind.MEDIA
    said = sight.parent_id if is_media else sight.platform_item_id
    return rank, sight.created_at or LONG_AGO, said, is_media, sight.platform_item_id


def _records(
    capture: Capture, found: Found, changed: Iterable[tuple[Sight, str]], warc: Payload, chain: Chain
) -> list[Record]:
    changed = list(changed)
    ended = [found.heads[sight.kind, sight.platform_item_id].item for sight, _ in changed if sight.gone]
    last = {
        (record.kind, record.platform_item_id): record for record in Record.objects.filter(head__pk__in=ended)
    }
    made = []
    number, prev_hash = chain.number, chain.hash
    for sight, state in changed:
        number += 1
        record = _record(capture, found, sight, state, warc)
        if sight.gone:
            _repeat_last_words(record, last[sight.kind, sight.platform_item_id])
        record.number, record.prev_hash = number, prev_hash
        record.hash = prev_hash = link(prev_hash, number, record.content_digest())
        made.append(record)
    return made


def _record(capture: Capture, found: Found, sight: Sight, state: str, warc: Payload) -> Record:
    head = found.heads.get((sight.kind, sight.platform_item_id))
    place = found.places.get(sight.exchange)
    whole_file = sight.kind == Record.Kind.MEDIA
    return Record(
        account_id=capture.account_id,
        capture_id=capture.pk,
        kind=sight.kind,
        platform_item_id=sight.platform_item_id,
        version=head.known.version + 1 if head else 1,
        platform_version=sight.platform_version,
        state=state,
        text=sight.text,
        alt_text=sight.alt_text,
        author_id=clean(sight.author_id, 200),
        author_handle=clean(sight.author_handle, 200),
        author_name=clean(sight.author_name, 300),
        parent_id=clean(sight.parent_id, 400),
        root_id=clean(sight.root_id, 400),
        url=clean(sight.url, 700),
        created_at=sight.created_at,
        indexed_at=sight.indexed_at,
        happened_after=min(sight.not_before, sight.seen_at) if sight.not_before else None,
        happened_before=sight.seen_at,
        captured_at=sight.seen_at,
        counts=storable(sight.counts),
        raw=storable(sight.raw),
        method=found.method,
        tool=found.tool,
        settings=found.settings,
        payload_id=(sight.payload or (head.payload if head else "")) if whole_file else warc.pk,
        payload_offset=place.offset if place and not whole_file else None,
        payload_length=place.length if place and not whole_file else None,
        exchange=sight.exchange,
    )


def _repeat_last_words(record: Record, last: Record) -> None:
    """A record of an end says what is gone: the last wording, as the record before it has it in full."""
    for name in (
        "platform_version", "text", "alt_text", "author_id", "author_handle", "author_name",
        "parent_id", "root_id", "url", "created_at", "indexed_at",
    ):  # fmt: skip
        setattr(record, name, getattr(last, name))


def _keep_items(capture: Capture, found: Found, made: list[Record]) -> None:
    """Advance the heads of what changed, and what is known of threads and of items that are missing."""
    fresh, items = [], {}
    for record in made:
        key = (record.kind, record.platform_item_id)
        head = found.heads.get(key)
        if head is None:
            name = record.platform_item_id
            fresh.append(
                Item(
                    account_id=capture.account_id,
                    kind=record.kind,
                    platform_item_id=name,
                    record=record,
                    first_seen_at=record.captured_at,
                )
            )
        else:
            items[key] = Item(pk=head.item, record=record)
    Item.objects.bulk_create(fresh, batch_size=BATCH)
    Item.objects.bulk_update(items.values(), ["record"], batch_size=BATCH)
    _keep_missing(found)
    _keep_threads(capture, found)


def _keep_missing(found: Found) -> None:
    back = [head.item for key, head in found.heads.items() if head.missing_since and key in found.sights]
    Item.objects.filter(pk__in=back).update(missing_since=None, seen_until=None)
    for key, (since, seen_until) in found.missing.items():
        if not found.heads[key].missing_since:
            rows = Item.objects.filter(pk=found.heads[key].item)
            rows.update(missing_since=since, seen_until=min(seen_until, since) if seen_until else None)


def _keep_threads(capture: Capture, found: Found) -> None:
    rows = Item.objects.filter(
        account_id=capture.account_id, kind=Record.Kind.POST, platform_item_id__in=list(found.threads)
    )
    items = list(rows.only("pk", "platform_item_id"))
    for item in items:
        item.thread_read_at, item.replies_seen = found.threads[item.platform_item_id]
    Item.objects.bulk_update(items, ["thread_read_at", "replies_seen"], batch_size=BATCH)
