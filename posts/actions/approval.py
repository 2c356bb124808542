"""Approval: asking for it, giving it, and returning a post with reasons."""

from datetime import datetime

from django.db import transaction

from city import log
from city.models import User
from city.permissions import require
from city.refusals import Refusal, Stale
from posts import permissions
from posts.actions.asking import ask_gate, refuse_unless, speaks_at
from posts.actions.schedule import schedule_post
from posts.actions.wording import locked
from posts.gate import Moment
from posts.models import Approval, Post


@transaction.atomic
def submit_post(post: Post, *, by: User, at: datetime) -> Post:
    """Ask for approval of the current wording."""
    require(permissions.can_submit_post, by, post, at)
    post = locked(post)
    refuse_unless(ask_gate(post, by=by, at=at, moment=Moment.SUBMIT, speaks_at=speaks_at(post, at)))
    log.move(
        post, to=Post.Status.SUBMITTED, by=by, at=at, verb="post.submitted", also=[post.office],
        data={"revision": post.revision.number}, submitted_at=at,
    )  # fmt: skip
    return post


@transaction.atomic
def approve_post(
    post: Post, *, by: User, at: datetime, seen: int, second_factor_at: datetime | None = None
) -> Post:
    """Approve the wording that the person saw. If its time is planned, this also schedules it.

    `seen` is the id of the revision on the approver's screen: another one is not approved by it.
    """
    require(permissions.can_approve_post, by, post, at)
    post = locked(post)
    revision = _decidable(post, seen)
    if revision.computed_hash() != revision.content_hash:
        raise Refusal("This wording is not as it was saved. Save it again before it is approved.")
    refuse_unless(ask_gate(post, by=by, at=at, moment=Moment.APPROVE, speaks_at=speaks_at(post, at)))
    approval = _decide(post, Approval.Decision.APPROVED, by=by, at=at)
    log.move(
        post, to=Post.Status.APPROVED, by=by, at=at, verb="post.approved", also=[post.office, approval],
        data={"revision": revision.number, "content": revision.content_hash},
    )  # fmt: skip
    if post.scheduled_for and post.scheduled_for >= at:
        schedule_post(post, to=post.scheduled_for, by=by, at=at, second_factor_at=second_factor_at)
        post.refresh_from_db()
    return post


@transaction.atomic
def return_post(post: Post, *, by: User, at: datetime, seen: int, reasons: str) -> Post:
    """Return a wording to its author, with reasons (R11)."""
    require(permissions.can_return_post, by, post, at)
    if not reasons.strip():
        raise Refusal("Say what should be changed, so that the author can mend it.", field="reasons")
    post = locked(post)
    _decidable(post, seen)
    reasons = log.clean(reasons).strip()
    answer = _decide(post, Approval.Decision.RETURNED, by=by, at=at, reasons=reasons)
    log.move(
        post,
        to=Post.Status.DRAFT,
        by=by,
        at=at,
        verb="post.returned",
        reason=reasons,
        also=[post.office, answer],
        why=reasons,
    )
    return post


def _decidable(post: Post, seen: int):
    if post.status != Post.Status.SUBMITTED or post.current_id != seen:
        raise Stale(f"{post} was changed or decided since you opened it. Read it again before you decide.")
    return post.current


def _decide(post: Post, decision: str, *, by: User, at: datetime, reasons: str = "") -> Approval:
    revision = post.revision
    return Approval.objects.create(
        revision=revision,
        content_hash=revision.content_hash,
        author_id=revision.author_id,
        post_author_id=post.author_id,
        by=by,
        decision=decision,
        reasons=reasons,
        at=at,
    )
