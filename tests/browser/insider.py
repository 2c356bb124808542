"""The story's rows under an insider's hands: whoever has the database's keys, and none of the acts."""

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction
from django.utils import timezone

from city.log import verify_seals
from city.seals import seals

#: Table → a column that an insider would alter, and what to write there.
ALTERED = {
    "policies.version": ("source", "## 1. Nothing is allowed {#forum}"),
    "policies.acknowledgement": ("name", "Somebody else"),
    "accounts.silence": ("reason", "No reason."),
    "posts.post": ("scheduled_for", timezone.now),
    "posts.revision": ("text", "Something else was said."),
    "posts.approval": ("content_hash", "0" * 64),
    "posts.dispatch": ("url", "https://elsewhere.example"),
    "comments.case": ("author_id", "did:plc:somebody"),
    "comments.proposal": ("ladder", "Three earlier blocks."),
    "comments.decision": ("facts", "Threatens the mayor."),
    "comments.measure": ("target", "did:plc:somebody"),
    "comments.notice": ("text", "You may not appeal."),
    "comments.block": ("author_id", "did:plc:somebody"),
    "comments.statement": ("text", "I am sorry."),
    "comments.appeal": ("decide_within", 999),
    "comments.appealdecision": ("reasons", "No reason."),
    "elections.rule": ("citation", "Wis. Stat. 1.01"),
    "elections.confirmation": ("note", "Nobody read it."),
    "elections.election": ("circulation_note", "A feeling."),
    "elections.contest": ("has_primary", True),
    "elections.candidacy": ("counsel_note", "Counsel agrees."),
    "elections.blackout": ("explanation", ["It was always so."]),
    "elections.incident": ("text", "Good morning."),
}
#: What is sealed with another row.
PARTS = {
    "policies.clause": ("text", "Everything may be deleted.", "policies.version"),
    "policies.ground": ("definition", "Whatever the mayor dislikes.", "policies.version"),
    "posts.picture": ("alt", "A picture.", "posts.revision"),
}


def every_insider_change_is_named() -> None:
    """Each row of the story, altered or removed with the triggers off, is a fault that names it; then all is put back."""
    assert list(verify_seals()) == []
    assert set(seals()) == set(ALTERED)
    for label, (column, value) in ALTERED.items():
        model = apps.get_model(label)
        rows = (
            model._base_manager.filter(status="adopted")
            if label == "policies.version"
            else model._base_manager
        )
        row = rows.order_by("pk").first()
        assert row is not None, label
        name = f"{label}:{row.pk}"
        new = value() if callable(value) else value
        assert named_when(lambda q=row, c=column, v=new: altered(q, c, v)) == [name], label
        assert name in named_when(lambda q=row: removed(q)), label
    for label, (column, value, whole) in PARTS.items():
        row = apps.get_model(label)._base_manager.order_by("pk").first()
        assert row is not None, label
        faults = named_when(lambda q=row, c=column, v=value: altered(q, c, v))
        assert [one.partition(":")[0] for one in faults] == [whole], label


def altered(row: models.Model, column: str, value: Any) -> None:
    type(row)._base_manager.filter(pk=row.pk).update(**{column: value})


def removed(row: models.Model) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {row._meta.db_table} WHERE id = %s", [row.pk])


def named_when(change: Callable[[], None]) -> list[str]:
    """What the verification names after a change past all triggers, which is taken back afterwards."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
        change()
        named = [fault.where for fault in verify_seals()]
        transaction.set_rollback(True)
    return named
