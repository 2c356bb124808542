"""When it goes: scheduling, publishing now, withdrawing, parking, and taking a parked post up again."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction

from accounts.platforms.bluesky_acts import new_key as bluesky_key
from city import log
from city.actors import Actor
from city.models import User
from city.permissions import require
from city.refusals import Refusal
from city.times import told
from posts import permissions
from posts.actions.asking import ask_gate, refuse_unless
from posts.actions.wording import cancel_deliveries, locked
from posts.gate import Moment
from posts.models import Approval, Dispatch, Post
from records.bell import ring

#: A form takes a while to fill in; a time that has just passed means now.
JUST_PASSED = timedelta(minutes=1)


@transaction.atomic
def schedule_post(
    post: Post, *, to: datetime, by: User, at: datetime, second_factor_at: datetime | None
) -> Post:
    """Let an approved post go at an instant: one delivery for the website and one for each account."""
    require(permissions.can_schedule_post, by, post, at)
    post = locked(post)
    if post.status not in Post.SOURCES[Post.Status.SCHEDULED]:
        raise Refusal(
            f"This post is {post.get_status_display().lower()}. Only an approved one can be scheduled."
        )
    if to < at - JUST_PASSED:
        raise Refusal(f"{told(to)} has passed. Choose a later time, or publish now.", field="scheduled_for")
    to = max(to, at)
    refuse_unless(
        ask_gate(post, by=by, at=at, moment=Moment.SCHEDULE, speaks_at=to, second_factor_at=second_factor_at)
    )
    cancel_deliveries(post, "It was given another time.", by=by, at=at)
    dispatches = []
    for account_id in (None, *post.revision.targets):
        dispatch = Dispatch.objects.create(
            post=post, revision=post.revision, account_id=account_id, key=new_key(to), due_at=to
        )
        dispatches.append(dispatch)
        if account_id is None and to <= at:
            ring("posts.tasks.send_dispatch", dispatch_id=dispatch.pk)
    log.move(
        post, to=Post.Status.SCHEDULED, by=by, at=at, verb="post.scheduled", also=[post.office, *dispatches],
        data={"for": to}, scheduled_for=to, scheduled_by=by, second_factor_at=second_factor_at,
    )  # fmt: skip
    return post


def publish_now(post: Post, *, by: User, at: datetime, second_factor_at: datetime | None) -> Post:
    """Let an approved post go at once: it is scheduled for this instant and passes the same gate."""
    return schedule_post(post, to=at, by=by, at=at, second_factor_at=second_factor_at)


@transaction.atomic
def withdraw_post(post: Post, *, by: User, at: datetime, reason: str) -> Post:
    """Take a post back before it is published. What is published stays: taking it down is a case of its own."""
    require(permissions.can_withdraw_post, by, post, at)
    if not reason.strip():
        raise Refusal("Say why it is withdrawn; the reason is kept with it.", field="reason")
    post = locked(post)
    if post.status == Post.Status.PUBLISHED:
        raise Refusal("It is published, and a published post is a public record. It cannot be withdrawn.")
    cancel_deliveries(post, "The post was withdrawn.", by=by, at=at)
    return _stop(post, to=Post.Status.WITHDRAWN, verb="post.withdrawn", by=by, at=at, reason=reason)


@transaction.atomic
def park_post(post: Post, *, by: Actor, at: datetime, reason: str) -> Post:
    """Stop a post that is to go, without judging it. It does not go by itself afterwards (R15)."""
    require(permissions.can_park_post, by, post, at)
    post = locked(post)
    if not reason.strip():
        raise Refusal("Say why it is parked.", field="reason")
    for dispatch in post.dispatches.select_for_update().filter(status=Dispatch.Status.DUE):
        log.move(
            dispatch, to=Dispatch.Status.PARKED, by=by, at=at, verb="dispatch.parked", reason=reason,
            also=[post], error=reason, not_before=None,
        )  # fmt: skip
    if post.status == Post.Status.PUBLISHED:
        return post  # the website has it; only the deliveries that had not gone are parked
    return _stop(post, to=Post.Status.PARKED, verb="post.parked", by=by, at=at, reason=reason)


@transaction.atomic
def unpark_post(post: Post, *, by: User, at: datetime) -> Post:
    """Take a parked post up again. It still stands approved if nothing was changed; it needs a new time."""
    require(permissions.can_unpark_post, by, post, at)
    post = locked(post)
    if post.status != Post.Status.PARKED:
        raise Refusal(f"This post is {post.get_status_display().lower()}, not parked.")
    cancel_deliveries(post, "It was parked and taken up again.", by=by, at=at)
    approved = Approval.objects.filter(revision=post.revision, decision=Approval.Decision.APPROVED).exists()
    to = Post.Status.APPROVED if approved else Post.Status.DRAFT
    log.move(
        post, to=to, by=by, at=at, verb="post.unparked", also=[post.office],
        scheduled_for=None, scheduled_by=None, second_factor_at=None, why="",
    )  # fmt: skip
    return post


def _stop(post: Post, *, to: str, verb: str, by: Actor, at: datetime, reason: str) -> Post:
    reason = log.clean(reason).strip()
    log.move(post, to=to, by=by, at=at, verb=verb, reason=reason, also=[post.office], why=reason)
    return post


def new_key(due_at: datetime) -> str:
    """A name that no other delivery has, in the form of a time-ordered key (https://atproto.com/specs/tid)."""
    within = timedelta(microseconds=secrets.randbelow(1_000_000))
    return bluesky_key(due_at.replace(microsecond=0) + within, secrets.randbelow(1024))
