"""Measures: ordered with a decision, claimed with a lease, done only when the network shows them.

Claiming and putting back are leases, not acts, and write no entry; every ending does.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction

from city import log
from city.actors import Actor
from city.mail import send_mail
from city.models import User
from city.permissions import require
from city.refusals import Refusal
from comments import permissions
from comments.models import Appeal, AppealDecision, Block, Case, Decision, Measure
from comments.permissions import DESK
from comments.queries import is_blocked, is_hidden
from comments.rules import MOST_ATTEMPTS, readable
from records.bell import ring
from records.models import Item, Record

LEASE = timedelta(seconds=settings.MEASURE_LEASE_SECONDS)
Verb, Status = Measure.Verb, Measure.Status


class LeaseLost(Exception):
    """Another worker has this measure now, or it is over: what came of it is found by reading back."""


# -- ordering ------------------------------------------------------------------------------------------


def hideable(case: Case) -> bool:
    """Whether the comment stands under a post of ours: under somebody else's only they can hide it."""
    root = case.item.record.root_id
    ours = Item.objects.filter(account=case.account_id, kind=Record.Kind.POST, platform_item_id=root)
    return bool(root) and ours.exists()


def order(
    case: Case, verb: str, *, at: datetime, decision: Decision | None = None,
    appeal_decision: AppealDecision | None = None,
) -> Measure:  # fmt: skip
    """Have a comment hidden, or shown again."""
    record = case.item.record
    measure = Measure.objects.create(
        case=case, decision=decision, appeal_decision=appeal_decision, account=case.account, verb=verb,
        target=record.platform_item_id, root_id=record.root_id, due_at=at,
    )  # fmt: skip
    ring("comments.tasks.carry_out_measure", measure_id=measure.pk)
    return measure


def order_block(
    block: Block, verb: str, *, at: datetime, decision: Decision | None = None,
    appeal_decision: AppealDecision | None = None,
) -> Measure:  # fmt: skip
    """Have an author blocked, or a block ended."""
    measure = Measure.objects.create(
        case_id=block.decision.case_id, decision=decision, appeal_decision=appeal_decision, block=block,
        account=block.account, verb=verb, target=block.author_id, due_at=at,
    )  # fmt: skip
    ring("comments.tasks.carry_out_measure", measure_id=measure.pk)
    return measure


def is_wanted(measure: Measure, at: datetime) -> bool:
    """Whether the city still wants this. Decisions, ledger and clock say it; a late measure undoes nothing newer."""
    if measure.verb in (Verb.HIDE, Verb.UNHIDE):
        return is_hidden(measure.case) == (measure.verb == Verb.HIDE)
    return is_blocked(measure.account_id, measure.target, at) == (measure.verb == Verb.BLOCK)


# -- the worker's side ---------------------------------------------------------------------------------


def waiting_measures(at: datetime) -> Iterator[Measure]:
    """Measures for which a worker must be rung, longest waiting first."""
    rows = Measure.objects.claimable(at).filter(attempt__lt=MOST_ATTEMPTS)
    return rows.order_by("due_at", "pk").iterator()


@transaction.atomic
def claim_measure(measure_id: int, *, worker: str, at: datetime, lease: timedelta = LEASE) -> Measure | None:
    """Take a measure that is due, or whose worker let go of it. None when another worker was first, or when one
    acts on the same comment or author just now: the database allows one at a time.
    """
    require(permissions.can_carry_out_measure, DESK, None, at)
    waiting = Measure.objects.claimable(at).filter(pk=measure_id, attempt__lt=MOST_ATTEMPTS)
    taken = (
        waiting.select_for_update(skip_locked=True, of=("self",))
        .select_related("account__platform", "account__connection", "case__item__record")
        .first()
    )
    if taken is None:
        return None
    taken.status, taken.attempt, taken.worker = Status.DOING, taken.attempt + 1, worker[:120] or "worker"
    taken.lease_until = at + lease
    try:
        with transaction.atomic():
            taken.save(update_fields=["status", "attempt", "worker", "lease_until"])
    except IntegrityError:
        return None
    return taken


@transaction.atomic
def finish_measure(measure: Measure, *, at: datetime) -> Measure:
    """The network shows it. Raises LeaseLost."""
    measure = _held(measure)
    _end(measure, Status.DONE, at=at, verb="measure.done", done_at=at, error="")
    _settle(measure, at=at)
    return measure


@transaction.atomic
def put_back(measure: Measure, *, not_before: datetime, error: str) -> None:
    """Try again, not before then. Nothing is lost if this is not reached: the lease runs out."""
    _ours(measure).update(status=Status.DUE, lease_until=None, due_at=not_before, error=error)


@transaction.atomic
def fail_measure(measure: Measure, *, at: datetime, error: str) -> None:
    """It could not be done; a person sees why and decides. The case stays open."""
    measure = _held(measure)
    _end(measure, Status.FAILED, at=at, verb="measure.failed", reason=error, error=error)


@transaction.atomic
def supersede_measure(measure: Measure, *, at: datetime, why: str) -> None:
    """Nobody wants it any more: a later decision says otherwise."""
    measure = _held(measure)
    _end(measure, Status.SUPERSEDED, at=at, verb="measure.superseded", reason=why)
    _settle(measure, at=at)


@transaction.atomic
def give_up_lost_measures(*, at: datetime) -> int:
    """Fail what killed its worker time and again, so that a person sees it instead of a worker dying for ever."""
    lost = Measure.objects.select_for_update(skip_locked=True).filter(
        status=Status.DOING, lease_until__lte=at, attempt__gte=MOST_ATTEMPTS
    )
    found = list(lost)
    for measure in found:
        error = (
            f"The worker died or was too slow {measure.attempt} times. Ask whoever runs the server to look at the "
            "worker’s log, then have it tried again."
        )
        fail_measure(measure, at=at, error=error)
    return len(found)


def _ours(measure: Measure):
    return Measure.objects.filter(pk=measure.pk, status=Status.DOING, attempt=measure.attempt)


def _held(measure: Measure) -> Measure:
    """The row and its case, held until the end of the transaction. Raises LeaseLost: then nothing is written."""
    # The case first, as everywhere: two acts that want both rows wait in one order.
    Case.objects.select_for_update().get(pk=measure.case_id)
    held = _ours(measure).select_for_update(of=("self",)).select_related("case", "account").first()
    if held is None:
        raise LeaseLost(f"{measure} is no longer ours")
    return held


def _end(
    measure: Measure, to: str, *, at: datetime, verb: str, by: Actor = DESK, reason: str = "", **changes
):
    log.move(
        measure, to=to, by=by, at=at, verb=verb, reason=reason, also=[measure.case, measure.account],
        lease_until=None, data={"verb": measure.verb, "target": measure.target, "attempt": measure.attempt}, **changes,
    )  # fmt: skip


def _settle(measure: Measure, *, at: datetime, by: Actor = DESK) -> None:
    """Close a case once the network shows all that was decided (R7), and tell who appealed what is given back."""
    if measure.appeal_decision_id:
        _tell_given_back(measure, at=at)
    case = measure.case
    case.refresh_from_db()
    if case.status == Case.Status.CARRYING_OUT and not case.measures.unfinished().exists():
        log.move(case, to=Case.Status.CLOSED, by=by, at=at, verb="case.closed", closed_at=at)


def _tell_given_back(measure: Measure, *, at: datetime) -> None:
    """Write to who appealed, once, when the network shows what the reversal gives back.

    What a later decision took anew, or what was given up, is not told as given back.
    """
    ordered = list(Measure.objects.filter(appeal_decision=measure.appeal_decision_id).order_by("pk"))
    shown = [one for one in ordered if one.status == Status.DONE]
    if not shown or any(one.status not in Measure.FINISHED for one in ordered):
        return
    # The case's lock makes whoever ends the other measure wait, so that one of them is the last.
    appeal = Appeal.objects.select_related("decision__case__account__platform").get(
        answer=measure.appeal_decision_id
    )
    log.note(appeal, verb="appeal.given_back", by=DESK, at=at, also=[appeal.decision, appeal.decision.case])
    for statement in appeal.statements.exclude(email=""):
        send_mail(statement.email, "appeal_given_back", {"decision": appeal.decision, "shown": shown}, at)


# -- a person's side -----------------------------------------------------------------------------------


def _failed(measure: Measure) -> Measure:
    Case.objects.select_for_update().get(pk=measure.case_id)
    found = (
        Measure.objects.select_for_update(of=("self",)).select_related("case", "account").get(pk=measure.pk)
    )
    if found.status != Status.FAILED:
        raise Refusal(f"This has not failed: {found.get_status_display().lower()}.")
    return found


@transaction.atomic
def retry_measure(measure: Measure, *, by: User, at: datetime) -> Measure:
    """Have a measure that failed tried again, from the start."""
    require(permissions.can_retry_measure, by, measure, at)
    measure = _failed(measure)
    log.move(
        measure, to=Status.DUE, by=by, at=at, verb="measure.retried", also=[measure.case], due_at=at, attempt=0,
        error="",
    )  # fmt: skip
    ring("comments.tasks.carry_out_measure", measure_id=measure.pk)
    return measure


@transaction.atomic
def drop_measure(measure: Measure, *, by: User, at: datetime, why: str) -> Measure:
    """Give up a measure that cannot be carried out, say because the post is gone. The reason is kept."""
    require(permissions.can_drop_measure, by, measure, at)
    why = readable(why).strip()
    if not why:
        raise Refusal("Say why nothing more is to be done on the network.", field="why")
    measure = _failed(measure)
    _end(measure, Status.SUPERSEDED, at=at, verb="measure.superseded", by=by, reason=why)
    _settle(measure, at=at, by=by)
    return measure


def reopen_for_carrying_out(case: Case, *, by: Actor, at: datetime, verb: str, reason: str) -> None:
    """A closed case is open again until the network shows what was ordered now (R7)."""
    if case.status == Case.Status.CLOSED:
        log.move(case, to=Case.Status.CARRYING_OUT, by=by, at=at, verb=verb, reason=reason, closed_at=None)
