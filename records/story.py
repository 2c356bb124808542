"""Everything that one record's page tells: the item as it looked, its versions, its thread, its proof."""

import json
from dataclasses import dataclass
from typing import Any

from records.difference import difference
from records.models import Item, Record

#: A thread is shown so far; the list shows all of it.
LONGEST_THREAD = 200


@dataclass(frozen=True)
class VersionStep:
    """A version, and what it changed in the words of the one before it."""

    record: Record
    changes: list[tuple[str, str]]


def story_of(record: Record) -> dict[str, Any]:
    """The context of the record's page; a fixed number of queries."""
    same = Record.objects.filter(
        account=record.account_id, kind=record.kind, platform_item_id=record.platform_item_id
    )
    versions = list(same.order_by("version"))
    item = Item.objects.filter(record=versions[-1].pk).first()
    thread = thread_of(record)
    return {
        "record": record,
        "title": f"{record.get_kind_display()} by {record.author_name or record.author_handle or record.author_id}",
        "steps": _steps(versions),
        "newest": versions[-1],
        "item": item,
        "pictures": _pictures(record),
        "thread": thread[:LONGEST_THREAD],
        "thread_is_longer": len(thread) > LONGEST_THREAD,
        "root": record.root_id or record.platform_item_id,
        "raw": json.dumps(record.raw, indent=2, ensure_ascii=False),
        "parent": next((one for one in thread if one.platform_item_id == record.parent_id), None),
    }


def _steps(versions: list[Record]) -> list[VersionStep]:
    steps, before = [], None
    for version in versions:
        old = f"{before.text}\n{before.alt_text}".strip() if before else ""
        new = f"{version.text}\n{version.alt_text}".strip()
        changed = before is not None and old != new
        steps.append(VersionStep(version, difference(old, new) if changed else []))
        before = version
    return steps[::-1]


def thread_of(record: Record) -> list[Record]:
    """Newest version of each post and reply of the record's thread, as they were written."""
    root = record.root_id or record.platform_item_id
    rows = Record.objects.filter(
        account=record.account_id, kind__in=[Record.Kind.POST, Record.Kind.COMMENT]
    ).latest()
    first = rows.filter(platform_item_id=root)
    return list((first | rows.filter(root_id=root)).order_by("created_at", "pk")[: LONGEST_THREAD + 1])


def _pictures(record: Record) -> list[Record]:
    """The pictures that the item carried: in their newest version before the record's own successor."""
    if record.kind == Record.Kind.MEDIA:
        return [record]
    rows = Record.objects.filter(
        account=record.account_id,
        kind=Record.Kind.MEDIA,
        parent_id=record.platform_item_id,
        head__isnull=False,
    )
    return list(rows.order_by("number"))
