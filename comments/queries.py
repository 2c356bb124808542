"""Readings that more than one action or page needs."""

from datetime import datetime

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import F, Q

from city.models import User
from comments.models import Block, Case, Decision
from comments.rules import Earlier
from records.models import Item, Record

SIMILAR = 5
NEARBY = 12


def earlier_decisions(case: Case) -> list[Earlier]:
    """What was decided against this author before, at any of our accounts on this platform, and still stands."""
    rows = (
        Decision.objects.standing()
        .filter(case__author_id=case.author_id, case__account__platform=case.account.platform_id)
        .exclude(case=case.pk)
        .select_related("block")
        .order_by("decided_at")
    )
    return [
        Earlier(
            row.reference or "", row.seconded_at or row.decided_at,
            (row.block.ends_at - row.block.starts_at).days if row.outcome == Decision.Outcome.BLOCK else 0,
        )
        for row in rows
    ]  # fmt: skip


def is_hidden(case: Case) -> bool:
    """Whether the last word about a comment is that it is hidden. Decisions say it, not the network."""
    last = case.decisions.select_related("appeal").order_by("-decided_at", "-pk").first()
    if last is None or not last.is_adverse:
        return False
    appeal = getattr(last, "appeal", None)
    return appeal is None or appeal.status != "reversed"


def is_blocked(account_id: int, author_id: str, at: datetime) -> bool:
    """Whether a block of this author stands at this account, by the ledger and the clock."""
    return Block.objects.at(at).filter(account=account_id, author_id=author_id).exists()


def may_read(record: Record, user: User, at: datetime) -> bool:
    """Whether somebody finds this record in the archive, where its proof stands."""
    return Record.objects.visible_to(user, at).filter(pk=record.pk).exists()


def thread_of(record: Record) -> dict[str, object]:
    """The comment in its thread as archived: the post, what it answers, and what stands beside and below it."""
    ids = [one for one in {record.root_id, record.parent_id} if one]
    items = Item.objects.filter(account=record.account_id).filter(
        Q(platform_item_id__in=ids) | Q(record__root_id=record.root_id, kind=Record.Kind.COMMENT)
    )
    rows = [item.record for item in items.select_related("record").order_by("record__created_at", "pk")[:200]]
    by_id = {row.platform_item_id: row for row in rows}
    above: list[Record] = []
    parent = by_id.get(record.parent_id)
    while parent is not None and parent.platform_item_id != record.root_id and len(above) < NEARBY:
        above.insert(0, parent)
        parent = by_id.get(parent.parent_id)
    below = [row for row in rows if row.parent_id == record.platform_item_id]
    return {"post": by_id.get(record.root_id), "above": above, "below": below[:NEARBY]}


def earlier_cases(case: Case):
    """The author's other cases, newest first."""
    return (
        Case.objects.filter(author_id=case.author_id, account__platform=case.account.platform_id)
        .exclude(pk=case.pk)
        .select_related("account__platform", "record")
        .prefetch_related("decisions__appeal")
        .order_by("-opened_at", "-pk")[:10]
    )


def similar_left_up(case: Case) -> list[Decision]:
    """Comments with like words that were left up: what was allowed to others is allowed to this author."""
    words = sorted({word for word in case.record.text.lower().split() if len(word) > 3 and word.isalpha()})[
        :15
    ]
    if not words:
        return []
    query = SearchQuery(" | ".join(words), config="english", search_type="raw")
    return list(
        Decision.objects.filter(outcome=Decision.Outcome.LEAVE, record__words=query)
        .exclude(case=case.pk)
        .annotate(rank=SearchRank(F("record__words"), query))
        .select_related("record", "case__account__platform", "decided_by")
        .order_by("-rank", "-decided_at")[:SIMILAR]
    )
