"""The ledger of blocks: opened with a decision, ended by the clock, lifted or read again by people."""

from datetime import datetime

from django.db import transaction

from accounts.models import Account
from city import log
from city.actors import Actor
from city.models import User
from city.permissions import require
from city.refusals import Refusal
from comments import permissions, rules
from comments.actions.measures import order_block, reopen_for_carrying_out
from comments.models import AppealDecision, Block, Case, Decision, Measure
from comments.permissions import DESK

OVER = "Its time is over."


def open_block(decision: Decision, *, at: datetime) -> Block:
    """The block's row, with the decision: from now on it binds, whether or not the network shows it yet."""
    case = decision.case
    assert decision.block_until is not None  # no block without an end: the database sees to it
    return Block.objects.create(
        decision=decision, account=case.account, author_id=case.author_id, author_handle=case.author_handle,
        starts_at=at, ends_at=decision.block_until,
    )  # fmt: skip


@transaction.atomic
def lift_block(block: Block, *, by: User, at: datetime, why: str) -> Block:
    """End a block early."""
    require(permissions.can_lift_block, by, block, at)
    why = rules.readable(why).strip()[:200]
    if not why:
        raise Refusal("Say why it is lifted.", field="why")
    block = _locked(block)
    if block.lifted_at or block.ends_at <= at:
        raise Refusal("This block is over already.")
    end_block(block, by=by, at=at, verb="block.lifted", why=why)
    return block


def end_block(
    block: Block,
    *,
    by: Actor,
    at: datetime,
    verb: str,
    why: str,
    appeal_decision: AppealDecision | None = None,
) -> None:
    """Write the end of a block and order it on the network; its case is open until the network shows it."""
    Block.objects.filter(pk=block.pk).update(lifted_at=at, lifted_why=why)
    block.refresh_from_db()
    case = Case.objects.select_for_update(of=("self",)).get(pk=block.decision.case_id)
    ordered = order_block(block, Measure.Verb.UNBLOCK, at=at, appeal_decision=appeal_decision)
    log.note(block, verb=verb, by=by, at=at, reason=why, also=[case, block.account, ordered])
    reopen_for_carrying_out(case, by=by, at=at, verb="case.reopened", reason=why)


def _locked(block: Block) -> Block:
    # The case first, as everywhere.
    Case.objects.select_for_update().get(pk=block.decision.case_id)
    return (
        Block.objects.select_for_update(of=("self",)).select_related("decision", "account").get(pk=block.pk)
    )


def end_run_out_blocks(*, at: datetime) -> int:
    """Order the end of every block whose time is over. The sweep's work; the ledger said so already."""
    require(permissions.can_end_block, DESK, None, at)
    ended = 0
    for block in Block.objects.run_out(at).select_related("decision").order_by("ends_at")[:500]:
        ended += _end_run_out(block, at=at)
    return ended


@transaction.atomic
def _end_run_out(block: Block, *, at: datetime) -> bool:
    block = _locked(block)
    if block.lifted_at or block.ends_at > at:
        return False
    end_block(block, by=DESK, at=at, verb="block.ended", why=OVER)
    return True


def end_run_out(account: Account, author_id: str, *, at: datetime) -> None:
    """Before a new block of an author: the old one, if its time is over, is ended in the ledger first."""
    for block in (
        Block.objects.run_out(at).filter(account=account, author_id=author_id).select_related("decision")
    ):
        _end_run_out(block, at=at)


@transaction.atomic
def read_block_again(block: Block, *, by: User, at: datetime, note: str) -> Block:
    """Somebody has read again whether a block that stands is still needed (quarterly, DOMAIN section 6)."""
    require(permissions.can_read_block_again, by, block, at)
    note = rules.readable(note).strip()
    if not note:
        raise Refusal("Write why it is still needed; otherwise lift it.", field="note")
    block = _locked(block)
    if block.lifted_at or block.ends_at <= at:
        raise Refusal("This block is over already.")
    Block.objects.filter(pk=block.pk).update(read_again_at=at)
    block.refresh_from_db()
    log.note(block, verb="block.read_again", by=by, at=at, reason=note, also=[block.decision.case])
    return block
