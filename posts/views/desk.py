"""Posts at the desk: the list, the calendar, one post, and each act on it."""

import difflib
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from city.attempts import carried_out
from city.clock import start_of_day
from city.lists import Column, list_response
from city.log import history_of
from city.permissions import require
from city.requests import CityRequest
from city.sign_in import fresh_second_factor, shown_at
from city.times import told
from posts import actions, forms, permissions, queries
from posts.actions.asking import ask_gate, speaks_at, targets_of
from posts.gate import Moment, public_address, wording_of
from posts.models import Dispatch, Post
from posts.search import words_in
from posts.silences import silences_within
from posts.views.compose import previews

ask_and_do = require_http_methods(["GET", "HEAD", "POST"])

COLUMNS = [
    Column("Number", "pk"),
    Column("Office", "office"),
    Column("Author", "author"),
    Column("State", "get_status_display"),
    Column("Planned for", "scheduled_for"),
    Column("Published", "published_at"),
    Column("Text", lambda post: post.current.text if post.current else ""),
    Column("Permalink", lambda post: public_address(post.pk) if post.status == Post.Status.PUBLISHED else ""),
]


def second_factor_at(request: CityRequest) -> datetime | None:
    shown = shown_at(request)
    return datetime.fromtimestamp(shown, UTC) if shown is not None else None


@require_safe
def list_posts(request: CityRequest) -> HttpResponseBase:
    require(permissions.can_see_posts, request.user, None, request.at)
    filters, rows = shown_posts(request)
    rows = rows.select_related("office", "author", "current").order_by("-created_at", "-pk")
    can_draft = permissions.can_draft_posts(request.user, None, request.at)
    context = {"filters": filters, "can_draft": can_draft}
    return list_response(request, "posts/list_posts.html", rows, COLUMNS, name="posts", context=context)


def shown_posts(request: CityRequest):
    """The posts that the filters leave."""
    filters = forms.PostFilters(request.GET)
    wanted = filters.cleaned_data if filters.is_valid() else {}
    rows = Post.objects.visible_to(request.user, request.at)
    if wanted.get("waits") == "me":
        rows = queries.waiting_for(request.user, request.at)
    elif wanted.get("waits") == "soon":
        rows = queries.due_soon(request.user, request.at)
    if text := wanted.get("q", "").replace("\x00", ""):
        rows = words_in(rows, text)
    if delivery := wanted.get("delivery"):
        rows = queries.with_delivery(rows, delivery, request.at)
    chosen = {name: wanted[name] for name in ("status", "office") if wanted.get(name)}
    return filters, rows.filter(**chosen)


@require_safe
def calendar(request: CityRequest) -> HttpResponse:
    """One month of what is planned and what was published, day by day in the city's time."""
    require(permissions.can_see_posts, request.user, None, request.at)
    zone = ZoneInfo(request.city.time_zone)
    first = month_asked(request, request.at.astimezone(zone).date())
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    starts, ends = start_of_day(first, zone), start_of_day(following, zone)
    planned = {"scheduled_for__gte": starts, "scheduled_for__lt": ends}
    rows = Post.objects.visible_to(request.user, request.at).filter(**planned).exclude(status="withdrawn")
    days: dict[date, list[Post]] = {}
    for post in rows.select_related("office", "author", "current").order_by("scheduled_for", "pk"):
        days.setdefault(post.scheduled_for.astimezone(zone).date(), []).append(post)
    earlier = date(first.year - (first.month == 1), (first.month - 2) % 12 + 1, 1)
    context = {
        "days": days.items(),
        "first": first,
        "earlier": earlier,
        "following": following,
        "silences": silences_within(starts, ends),
        "can_draft": permissions.can_draft_posts(request.user, None, request.at),
    }
    return render(request, "posts/calendar.html", context)


def month_asked(request: CityRequest, today: date) -> date:
    """The month in the address, or this one."""
    try:
        return datetime.strptime(request.GET.get("month", ""), "%Y-%m").date()  # noqa: DTZ007 - a month has no zone
    except ValueError:
        return today.replace(day=1)


def found(request: CityRequest, post_id: int) -> Post:
    posts = Post.objects.visible_to(request.user, request.at).select_related("office", "author", "current")
    return get_object_or_404(posts, pk=post_id)


@require_safe
def see_post(request: CityRequest, post_id: int) -> HttpResponse:
    post = found(request, post_id)
    return render(request, "posts/see_post.html", facts_of(request, post))


def facts_of(request: CityRequest, post: Post) -> dict:
    """All that the page of one post tells."""
    wording = wording_of(post.revision)
    open_rights = {
        name: getattr(permissions, f"can_{name}_post")(request.user, post, request.at)
        for name in ("change", "submit", "approve", "schedule", "withdraw", "park", "unpark")
    }
    waits = post.status in (
        Post.Status.DRAFT,
        Post.Status.SUBMITTED,
        Post.Status.APPROVED,
        Post.Status.PARKED,
    )
    moment = Moment.SEND if post.status in (Post.Status.APPROVED, Post.Status.SCHEDULED) else Moment.COMPOSE
    asked: dict[str, Any] = {
        "by": request.user,
        "at": request.at,
        "moment": moment,
        "speaks_at": speaks_at(post, request.at),
    }
    return {
        "post": post,
        "revision": post.current,
        "pictures": post.revision.pictures.select_related("media"),
        "previews": previews(wording, targets_of(post)),
        "verdict": ask_gate(post, **asked) if waits or post.status == Post.Status.SCHEDULED else None,
        "dispatches": post.dispatches.select_related("account__platform", "post").order_by("pk"),
        "revisions": with_differences(post),
        "can": open_rights,
        "entries": history_of(post),
        "late_before": request.at - queries.LATE,
    }


def with_differences(post: Post) -> list[dict]:
    """Each wording, newest first, with what changed in it word by word."""
    rows = list(post.revisions.select_related("author").prefetch_related("approvals__by").order_by("number"))
    before = [None, *rows]
    return [
        {"revision": row, "parts": difference(old.text, row.text) if old else [("same", row.text)]}
        for old, row in reversed(list(zip(before, rows, strict=False)))
    ]


def difference(old: str, new: str) -> list[tuple[str, str]]:
    """Parts of the new text in order, each `same`, `gone` or `new`."""
    one, two = old.split(" "), new.split(" ")
    parts = []
    for kind, a, b, c, d in difflib.SequenceMatcher(a=one, b=two, autojunk=False).get_opcodes():
        if kind == "equal":
            parts.append(("same", " ".join(one[a:b])))
            continue
        parts += [(name, " ".join(words)) for name, words in (("gone", one[a:b]), ("new", two[c:d])) if words]
    return parts


def act_page(request: CityRequest, post: Post, name: str, form, act, *, done: str, **extra) -> HttpResponse:
    """One act from one form: carried out, or the form again with the reason beside its field."""
    require(getattr(permissions, f"can_{name}_post"), request.user, post, request.at)
    if request.method == "POST" and form.is_valid():
        values = {key: value for key, value in form.cleaned_data.items() if key != "which"}
        if carried_out(form, act, post, by=request.user, at=request.at, **extra, **values):
            messages.success(request, done)
            return redirect(post)
    wording = wording_of(post.revision)
    pictures = post.revision.pictures.select_related("media")
    context = {
        "post": post,
        "form": form,
        "previews": previews(wording, targets_of(post)),
        "pictures": pictures,
    }
    return render(request, f"posts/{name}_post.html", context)


@ask_and_do
def submit_post(request: CityRequest, post_id: int) -> HttpResponse:
    post = found(request, post_id)
    form = forms.ConfirmForm(request.POST or None)
    return act_page(request, post, "submit", form, actions.submit_post, done="Submitted for approval.")


@ask_and_do
@fresh_second_factor
def approve_post(request: CityRequest, post_id: int) -> HttpResponse:
    post = found(request, post_id)
    form = forms.ApprovePostForm(request.POST or None, initial={"seen": post.current_id})
    proved = {"second_factor_at": second_factor_at(request)}
    planned = post.scheduled_for if post.scheduled_for and post.scheduled_for >= request.at else None
    when = f"It goes out by itself on {told(planned)}." if planned else "Now give it a time."
    return act_page(request, post, "approve", form, actions.approve_post, done=f"Approved. {when}", **proved)


@ask_and_do
def return_post(request: CityRequest, post_id: int) -> HttpResponse:
    post = found(request, post_id)
    form = forms.ReturnPostForm(request.POST or None, initial={"seen": post.current_id})
    return act_page(request, post, "return", form, actions.return_post, done="Returned to its author.")


@ask_and_do
@fresh_second_factor
def schedule_post(request: CityRequest, post_id: int) -> HttpResponse:
    post = found(request, post_id)
    form = forms.SchedulePostForm(request.POST or None, initial={"scheduled_for": post.scheduled_for})
    proved = second_factor_at(request)

    def schedule(post, *, by, at, scheduled_for):
        return actions.schedule_post(post, to=scheduled_for, by=by, at=at, second_factor_at=proved)

    return act_page(request, post, "schedule", form, schedule, done="Scheduled.")


@ask_and_do
@fresh_second_factor
def publish_now(request: CityRequest, post_id: int) -> HttpResponse:
    post = found(request, post_id)
    require(permissions.can_schedule_post, request.user, post, request.at)
    form = forms.ConfirmForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        proved = second_factor_at(request)
        if carried_out(
            form, actions.publish_now, post, by=request.user, at=request.at, second_factor_at=proved
        ):
            messages.success(request, "It goes out now: first to the city’s website, then to each network.")
            return redirect(post)
    return render(
        request, "posts/publish_now.html", {"post": post, "form": form, "targets": targets_of(post)}
    )


@ask_and_do
def withdraw_post(request: CityRequest, post_id: int) -> HttpResponse:
    post = found(request, post_id)
    form = forms.ReasonForm(request.POST or None)
    return act_page(request, post, "withdraw", form, actions.withdraw_post, done="Withdrawn.")


@ask_and_do
def park_post(request: CityRequest, post_id: int) -> HttpResponse:
    post = found(request, post_id)
    form = forms.ReasonForm(request.POST or None)
    return act_page(
        request, post, "park", form, actions.park_post, done="Parked. It does not go out by itself."
    )


@ask_and_do
def unpark_post(request: CityRequest, post_id: int) -> HttpResponse:
    post = found(request, post_id)
    form = forms.ConfirmForm(request.POST or None)
    return act_page(
        request, post, "unpark", form, actions.unpark_post, done="Taken up again. Give it a new time."
    )


@ask_and_do
@fresh_second_factor
def retry_dispatch(request: CityRequest, dispatch_id: int) -> HttpResponse:
    rows = Dispatch.objects.visible_to(request.user, request.at).select_related(
        "post__office", "account__platform"
    )
    dispatch = get_object_or_404(rows, pk=dispatch_id)
    require(permissions.can_retry_dispatch, request.user, dispatch, request.at)
    form = forms.ConfirmForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        proved = second_factor_at(request)
        if carried_out(
            form, actions.retry_dispatch, dispatch, by=request.user, at=request.at, second_factor_at=proved
        ):
            messages.success(request, "It is sent again; first we look whether it is there already.")
            return redirect(dispatch.post)
    return render(request, "posts/retry_dispatch.html", {"dispatch": dispatch, "form": form})
