"""Plain factories for comments: kept versions as the archive has them, a policy in force, and cases at any stage."""

import itertools
from datetime import datetime, timedelta

from accounts.models import Account
from city.canonical import GENESIS, link
from city.models import Chain
from comments import actions
from comments.actions import Judgment
from comments.models import Case, Decision, Measure
from comments.permissions import DESK
from policies.models import Ground, Version
from records.actions.keeping import chain_key
from records.models import Capture, Item, Payload, Record
from tests.accounts.make import make_account
from tests.conftest import NOW
from tests.policies.make import adopt, make_comment_policy

_numbers = itertools.count(1)
LONG_BEFORE = NOW - timedelta(days=200)


def make_rules(officer, attorney, clerk, *, at: datetime = LONG_BEFORE) -> Version:
    """The comment policy, adopted long ago."""
    return adopt(make_comment_policy(officer, at=at), officer, attorney, clerk, at=at)


def ground_called(version: Version, key: str = "threats") -> Ground:
    return version.grounds.get(key=key)


def keep(account: Account, kind: str, item_id: str, text: str, *, at: datetime = NOW, **changes) -> Record:
    """One more version of an item, linked into the account's chain as a capture links it."""
    number = next(_numbers)
    payload = Payload.objects.create(
        sha256=f"{number:064x}",
        kind="warc",
        size=1,
        media_type="application/warc",
        path=f"t/{number}",
        kept_at=at,
    )
    capture = Capture.objects.create(account=account, status="done", due_at=at, started_at=at, finished_at=at)
    chain, _ = Chain.objects.get_or_create(key=chain_key(account.pk))
    item = Item.objects.filter(account=account, kind=kind, platform_item_id=item_id).first()
    before = item.record if item else None
    fields = {
        "state": "present" if before is None else "edited",
        "author_id": "did:plc:resident",
        "author_handle": "resident.test",
        "parent_id": "",
        "root_id": "",
    } | (
        {name: getattr(before, name) for name in ("author_id", "author_handle", "parent_id", "root_id")}
        if before
        else {}
    )
    record = Record(
        account=account, capture=capture, number=chain.number + 1, kind=kind, platform_item_id=item_id,
        version=before.version + 1 if before else 1, text=text, happened_before=at, captured_at=at, method="api:test",
        tool="test", payload=payload, prev_hash=chain.hash or GENESIS, **(fields | changes),
    )  # fmt: skip
    record.hash = link(record.prev_hash, record.number, record.content_digest())
    record.save()
    Chain.objects.filter(pk=chain.pk).update(number=record.number, hash=record.hash)
    if item:
        Item.objects.filter(pk=item.pk).update(record=record)
    else:
        Item.objects.create(
            account=account, kind=kind, platform_item_id=item_id, record=record, first_seen_at=at
        )
    return record


def make_commented(
    account: Account | None = None, text: str = "I will be waiting with a bat", **changes
) -> Case:
    """A comment under a post of ours, in the queue."""
    account = account or make_account(native_id=f"did:plc:ours{next(_numbers)}")
    at = changes.pop("at", NOW)
    number = next(_numbers)
    root = f"at://{account.native_id}/post/{number}"
    keep(
        account,
        "post",
        root,
        "The plows are out tonight.",
        at=at,
        author_id=account.native_id,
        author_handle="ours",
    )
    comment = f"at://resident/post/{number}"
    changes = {"root_id": root, "parent_id": root} | changes
    keep(account, "comment", comment, text, at=at, **changes)
    actions.open_cases(by=DESK, at=at)
    return Case.objects.get(item__platform_item_id=comment)


def judgment(
    case: Case, ground: Ground | None, facts: str = "It announces violence against a person."
) -> Judgment:
    case = Case.objects.select_related("item").get(pk=case.pk)
    return Judgment(case.item.record_id, ground, facts)


def hide(case: Case, version: Version, *, by, at: datetime = NOW, key: str = "threats") -> Decision:
    actions.claim_case(case, by=by, at=at)
    return actions.decide_case(case, judgment(case, ground_called(version, key)), "hide", by=by, at=at)


def block(case: Case, version: Version, *, by, second, days: int = 7, at: datetime = NOW) -> Decision:
    actions.claim_case(case, by=by, at=at)
    proposal = actions.propose_block(case, judgment(case, ground_called(version)), days, by=by, at=at)
    return actions.second_block(proposal, by=second, at=at)


def carried_out(case: Case, *, at: datetime = NOW) -> None:
    """As if the network had shown everything: for tests that are not about the network."""
    from comments.actions.measures import claim_measure, finish_measure

    for measure in case.measures.filter(status=Measure.Status.DUE):
        finish_measure(claim_measure(measure.pk, worker="test", at=at), at=at)
