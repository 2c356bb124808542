"""What of the posts needs somebody now: those who can do something about it."""

from datetime import datetime

from django.urls import reverse

from city.findings import Finding, Severity
from city.models import User
from posts.models import Post
from posts.permissions import can_approve_posts, can_draft_posts
from posts.queries import due_soon, waiting_for, with_delivery


def _found(code, title, title_one, severity, rows, query, oldest, what_to_do) -> Finding | None:
    first = rows.order_by(oldest).values_list(oldest, flat=True).first()
    count = rows.count()
    if not count:
        return None
    url = f"{reverse('posts:list_posts')}?{query}"
    return Finding(f"posts.{code}", title, severity, count, url, first, what_to_do, title_one=title_one)


def _waiting_for_my_approval(user: User, at: datetime) -> Finding | None:
    if not can_approve_posts(user, None, at):
        return None
    words = "Read each post as it will look, then approve it or return it with reasons."
    rows = waiting_for(user, at)
    return _found(
        "approval",
        "posts wait for your approval",
        "post waits for your approval",
        Severity.SOON,
        rows,
        "waits=me",
        "submitted_at",
        words,
    )


def _parked(user: User, at: datetime) -> Finding | None:
    if not can_draft_posts(user, None, at):
        return None
    rows = Post.objects.visible_to(user, at).filter(status=Post.Status.PARKED)
    words = "Read why it was stopped; take it up again or withdraw it. Nothing goes out by itself."
    return _found(
        "parked", "parked posts", "parked post", Severity.SOON, rows, "status=parked", "scheduled_for", words
    )


def _refused(user: User, at: datetime) -> Finding | None:
    if not can_draft_posts(user, None, at):
        return None
    rows = Post.objects.visible_to(user, at).filter(status=Post.Status.REFUSED)
    words = "Something was no longer in order when it was to be sent. Read why, and mend it."
    return _found(
        "refused",
        "posts refused at the last moment",
        "post refused at the last moment",
        Severity.NOW,
        rows,
        "status=refused",
        "scheduled_for",
        words,
    )


def _failed(user: User, at: datetime) -> Finding | None:
    if not can_draft_posts(user, None, at):
        return None
    rows = with_delivery(Post.objects.visible_to(user, at), "failed", at)
    words = "It stands on the city’s website, but not on a network. Read why, and have it sent again."
    return _found(
        "failed",
        "posts with a failed delivery",
        "post with a failed delivery",
        Severity.NOW,
        rows,
        "delivery=failed",
        "published_at",
        words,
    )


def _late(user: User, at: datetime) -> Finding | None:
    if not can_draft_posts(user, None, at):
        return None
    rows = with_delivery(Post.objects.visible_to(user, at), "late", at)
    words = "No worker takes them up. Tell whoever runs the server."
    return _found(
        "late",
        "posts that should have gone out by now",
        "post that should have gone out by now",
        Severity.NOW,
        rows,
        "delivery=late",
        "scheduled_for",
        words,
    )


def _due_soon(user: User, at: datetime) -> Finding | None:
    if not can_draft_posts(user, None, at):
        return None
    words = "Ask for approval, or approve: what is not approved does not go out."
    rows = due_soon(user, at)
    return _found(
        "due_soon",
        "posts due within a day without approval",
        "post due within a day without approval",
        Severity.SOON,
        rows,
        "waits=soon",
        "scheduled_for",
        words,
    )


FINDINGS = [_waiting_for_my_approval, _parked, _refused, _failed, _late, _due_soon]
