"""Deliveries: claimed with a lease, then sent, put back, stopped or failed. Each ending is committed at once.

Claiming and putting back are leases, not acts, and write no entry; every ending does.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from city import log
from city.actors import Actor
from city.models import User
from city.permissions import require
from city.refusals import Refusal
from posts import gate, permissions, rules
from posts.actions.asking import refuse_unless
from posts.actions.schedule import park_post
from posts.gate import Moment
from posts.models import Dispatch, Post
from posts.permissions import SENDER
from records.bell import ring

#: How long a claim holds; longer than the slowest whole exchange with a platform.
LEASE = timedelta(seconds=settings.DISPATCH_LEASE_SECONDS)
#: After this much delay a post is not sent any more: a person looks at it first.
LATEST = timedelta(minutes=settings.DISPATCH_LATEST_MINUTES)
#: How often one delivery is begun before it fails for a person to see.
MOST_ATTEMPTS = 12


class LeaseLost(Exception):
    """Another worker has this delivery now, or it is over: what came of it here is found by reading back."""


def waiting_dispatches(at: datetime) -> Iterator[Dispatch]:
    """Deliveries for which a worker must be rung, the longest waiting first."""
    return (
        Dispatch.objects.claimable(at)
        .filter(attempt__lt=MOST_ATTEMPTS)
        .order_by("due_at", "account_id", "pk")
        .iterator()
    )


@transaction.atomic
def claim_dispatch(
    dispatch_id: int, *, worker: str, at: datetime, lease: timedelta = LEASE
) -> Dispatch | None:
    """Take a delivery that is due, or whose worker let go of it. Returns None when another worker was first."""
    require(permissions.can_send_post, SENDER, None, at)
    waiting = Dispatch.objects.claimable(at).filter(pk=dispatch_id, attempt__lt=MOST_ATTEMPTS)
    taken = waiting.select_for_update(skip_locked=True, of=("self",)).first()
    if taken is None:
        return None
    taken.status = Dispatch.Status.SENDING
    taken.attempt += 1
    taken.worker = worker[:120] or "worker"
    taken.lease_until = at + lease
    taken.not_before = None
    taken.save(update_fields=["status", "attempt", "worker", "lease_until", "not_before"])
    return taken


@transaction.atomic
def note_call(dispatch: Dispatch, *, at: datetime) -> None:
    """Say, before the platform is called, that it may have the post from now on. Raises LeaseLost."""
    if not _ours(dispatch).filter(lease_until__gt=at).update(called_at=at):
        raise LeaseLost(f"{dispatch} is no longer ours")
    dispatch.called_at = at


@transaction.atomic
def publish_on_website(dispatch: Dispatch, *, at: datetime) -> Post | None:
    """Show the post on the city's website: the commit of this transaction is its publication.

    The gate is asked in the same transaction. Returns None when it was stopped instead.
    """
    dispatch = _held(dispatch)
    post = (
        Post.objects.select_for_update(of=("self",))
        .select_related("office", "current")
        .get(pk=dispatch.post_id)
    )
    if post.status != Post.Status.SCHEDULED:
        _end(
            dispatch,
            Dispatch.Status.PARKED,
            at=at,
            error=post.why or f"The post is {post.get_status_display()}.",
        )
        return None
    verdict = gate_now(dispatch, at)
    if not verdict.allowed:
        _stop_all(post, dispatch, verdict, at=at)
        return None
    log.move(
        post, to=Post.Status.PUBLISHED, by=SENDER, at=at, verb="post.published", also=[post.office],
        data={"revision": dispatch.revision.number, "content": dispatch.revision.content_hash}, published_at=at,
    )  # fmt: skip
    _end(dispatch, Dispatch.Status.SENT, at=at, url=gate.public_address(post.pk), sent_at=at)
    for other in post.dispatches.filter(status=Dispatch.Status.DUE):
        ring("posts.tasks.send_dispatch", dispatch_id=other.pk)
    return post


@transaction.atomic
def finish_dispatch(
    dispatch: Dispatch, *, at: datetime, item_id: str, version: str, url: str, found: bool = False
) -> Dispatch:
    """The platform shows it. `found`: it was there already when we read back. Raises LeaseLost."""
    dispatch = _held(dispatch)
    changes: dict[str, Any] = {
        "platform_item_id": item_id,
        "platform_version": version,
        "url": url or item_id,
        "sent_at": at,
    }
    _end(dispatch, Dispatch.Status.SENT, at=at, verb="dispatch.found" if found else "", **changes)
    return dispatch


@transaction.atomic
def put_back(dispatch: Dispatch, *, not_before: datetime, error: str) -> None:
    """Try again, not before then. Nothing is lost if this is not reached: the lease runs out."""
    _ours(dispatch).update(status=Dispatch.Status.DUE, lease_until=None, not_before=not_before, error=error)


@transaction.atomic
def stop_dispatch(dispatch: Dispatch, verdict: rules.Verdict, *, at: datetime) -> None:
    """The gate says no at the instant of sending: parked if the post itself is in order, otherwise refused."""
    dispatch = _held(dispatch)
    _end(dispatch, _stopped_as(verdict), at=at, error=gate.in_words(verdict))


@transaction.atomic
def fail_dispatch(dispatch: Dispatch, *, at: datetime, failure: str, error: str) -> None:
    """It was not sent, or nobody knows; a person sees why and decides."""
    dispatch = _held(dispatch)
    error = error or "It failed without a word."
    _end(dispatch, Dispatch.Status.FAILED, at=at, failure=failure, error=error)
    if dispatch.account_id is None:
        park_post(dispatch.post, by=SENDER, at=at, reason=f"It could not be shown on the website. {error}")


@transaction.atomic
def give_up_lost_dispatches(*, at: datetime) -> int:
    """Fail what killed its worker time and again, so that a person sees it instead of a worker dying for ever."""
    lost = Dispatch.objects.select_for_update(skip_locked=True).filter(
        status=Dispatch.Status.SENDING, lease_until__lte=at, attempt__gte=MOST_ATTEMPTS
    )
    given_up = list(lost)
    for dispatch in given_up:
        failure = Dispatch.Failure.UNCERTAIN if dispatch.called_at else Dispatch.Failure.OURS
        error = (
            f"The worker died {dispatch.attempt} times while it sent this. Look at the account before it is sent again, "
            "and ask whoever runs the server to look at the worker’s log."
        )
        fail_dispatch(dispatch, at=at, failure=failure, error=error)
    return len(given_up)


@transaction.atomic
def retry_dispatch(
    dispatch: Dispatch, *, by: User, at: datetime, second_factor_at: datetime | None
) -> Dispatch:
    """Have a delivery that stopped sent again, if the gate allows it now. It is read back before it is sent."""
    dispatch = (
        Dispatch.objects.select_for_update(of=("self",))
        .select_related("post__office", "account")
        .get(pk=dispatch.pk)
    )
    require(permissions.can_retry_dispatch, by, dispatch, at)
    if dispatch.status not in Dispatch.STOPPED:
        raise Refusal(
            f"This delivery is {dispatch.get_status_display().lower()}; there is nothing to repeat."
        )
    if dispatch.post.status != Post.Status.PUBLISHED:
        raise Refusal(
            "The post does not stand on the city’s website. Take it up again and schedule it there first."
        )
    wording = gate.wording_of(dispatch.revision)
    refuse_unless(
        gate.verdict(
            wording, dispatch.account, by=by, at=at, moment=Moment.SCHEDULE, second_factor_at=second_factor_at
        )
    )
    log.move(
        dispatch, to=Dispatch.Status.DUE, by=by, at=at, verb="dispatch.retried", also=[dispatch.post],
        due_at=at, not_before=None, failure="", error="", attempt=0,
    )  # fmt: skip
    ring("posts.tasks.send_dispatch", dispatch_id=dispatch.pk)
    return dispatch


def gate_now(dispatch: Dispatch, at: datetime) -> rules.Verdict:
    """The gate at the instant of sending, and whether that instant is still the one that was meant."""
    late = rules.Verdict(tuple(rules.too_late(dispatch.due_at, at, LATEST)))
    wording = gate.wording_of(dispatch.revision)
    return late | gate.verdict(wording, dispatch.account, by=SENDER, at=at, moment=Moment.SEND)


def _stopped_as(verdict: rules.Verdict) -> str:
    return Dispatch.Status.PARKED if verdict.parks else Dispatch.Status.REFUSED


def _stop_all(post: Post, website: Dispatch, verdict: rules.Verdict, *, at: datetime) -> None:
    """What may not stand on the website goes nowhere: the post and all its deliveries stop together."""
    status = _stopped_as(verdict)
    _end(website, status, at=at, error=gate.in_words(verdict))
    for other in post.dispatches.select_for_update().filter(status=Dispatch.Status.DUE):
        _end(other, status, at=at, error=gate.in_words(verdict))
    to = Post.Status.PARKED if verdict.parks else Post.Status.REFUSED
    verb = "post.parked" if verdict.parks else "post.refused"
    why = gate.in_words(verdict)
    log.move(
        post, to=to, by=SENDER, at=at, verb=verb, reason=why, also=[post.office], why=why,
        data={"reasons": [reason.code for reason in verdict.reasons]},
    )  # fmt: skip


def _ours(dispatch: Dispatch):
    return Dispatch.objects.filter(pk=dispatch.pk, status=Dispatch.Status.SENDING, attempt=dispatch.attempt)


def _held(dispatch: Dispatch) -> Dispatch:
    """The row, held until the end of the transaction. Raises LeaseLost: then nothing may be written."""
    held = _ours(dispatch).select_for_update(of=("self",)).select_related(
        "post__office", "revision__post__office", "revision__author", "account__platform"
    ).first()  # fmt: skip
    if held is None:
        raise LeaseLost(f"{dispatch} is no longer ours")
    return held


def _end(
    dispatch: Dispatch,
    to: str,
    *,
    at: datetime,
    verb: str = "",
    error: str = "",
    by: Actor = SENDER,
    **changes,
):
    log.move(
        dispatch, to=to, by=by, at=at, verb=verb or f"dispatch.{to}", reason=error,
        also=[dispatch.post, *([dispatch.account] if dispatch.account else [])],
        lease_until=None, not_before=None, error=error, **changes,
    )  # fmt: skip
