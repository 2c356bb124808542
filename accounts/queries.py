"""Which rows each question of the registry means. Lists, their CSV and the findings all ask here.

Because the same function counts and lists, every number on a page opens exactly the rows that it counts.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, DateTimeField, Exists, ExpressionWrapper, F, OuterRef, Q, Value
from django.db.models.functions import Coalesce

from accounts.faults import BY_CODE, with_full
from accounts.models import (
    AccessReview,
    Account,
    Administrator,
    Errand,
    Request,
    Review,
    ReviewLine,
    key_rules,
)
from accounts.permissions import answers_for
from accounts.platform_set import platform_set
from accounts.rules import resolve_url
from city.models import Office, User
from city.roles import Role


def shown_accounts(user: User, at: datetime, wanted: dict[str, Any]):
    """The accounts that the filters leave, with what a list of them needs, in a fixed number of queries."""
    rows = Account.objects.visible_to(user, at)
    if text := (wanted.get("q") or "").strip():
        rows = rows.filter(matching(text))
    for name in ("office", "platform", "status", "kind"):
        if wanted.get(name):
            rows = rows.filter(**{name: wanted[name]})
    if wanted.get("whose") == "mine":
        rows = rows.filter(of_my_offices(user, at))
    if state := wanted.get("connection"):
        rows = rows.filter(connection=None) if state == "none" else rows.filter(connection__status=state)
    if question := BY_CODE.get(wanted.get("finding") or ""):
        rows = question.rows(rows, at)
    rows = with_full(rows).select_related("office", "platform", "connection")
    return rows.order_by("office__name", "platform__name", "handle", "pk")


def matching(text: str) -> Q:
    """Accounts that have these words, or that an address in any form means."""
    found = resolve_url(text, platform_set())
    if found and (found.handle or found.native_id):
        exact = Q(url__iexact=found.url)
        if found.native_id:
            exact |= Q(native_id=found.native_id)
        if found.handle:
            exact |= Q(platform__slug=found.platform.slug, handle__iexact=found.handle)
        return exact
    bare = text.replace("\x00", "").lstrip("@")
    match = Q()
    for field in ("name", "handle", "url", "native_id", "purpose", "audience", "office__name"):
        match |= Q(**{f"{field}__icontains": bare})
    return match


def of_my_offices(user: User, at: datetime) -> Q:
    """Accounts of the offices for which this person holds a role, and of those below them."""
    offices = user.office_ids(at)
    return Q(office__in=offices) | Q(office__parent__in=offices)


def shown_requests(user: User, at: datetime, wanted: dict[str, Any]):
    """The requests that the filters leave, the latest first."""
    rows = Request.objects.visible_to(user, at)
    # A draft is its writer's own affair until it is submitted.
    rows = rows.exclude(~Q(requested_by=user), status=Request.Status.DRAFT)
    for name in ("office", "platform", "status", "ask"):
        if wanted.get(name):
            rows = rows.filter(**{name: wanted[name]})
    if turn := wanted.get("turn"):
        rows = rows.filter(my_turn(user, at) if turn == "me" else _turn_of(turn))
    if wanted.get("late"):
        rows = rows.filter(_late(at))
    rows = rows.select_related(
        "office", "platform", "requested_by", "decided_by", "account", "about__platform"
    ).prefetch_related("reviews")
    return rows.order_by(F("submitted_at").desc(nulls_first=True), "-pk")


def my_turn(user: User, at: datetime) -> Q:
    """Requests that wait for this person: given back to them, or open to a role that they hold for that office."""
    turn = Q(status=Request.Status.CHANGES, requested_by=user)
    for role, _ in Review.ROLES:
        within = _offices_of(user, role, at)
        if within is None:
            continue
        reviews = Review.objects.filter(within, role=role, status=Review.Status.WAITING)
        open_ = Q(pk__in=reviews.values("request"), status__in=Request.UNDER_REVIEW)
        if role == Role.OFFICER:
            # While it is given back the others go on, and the officer waits. What was sent before there were
            # reviews is the officer's alone.
            before = ~Q(pk__in=Review.objects.values("request"))
            open_ = (open_ | before) & Q(status=Request.Status.SUBMITTED)
        turn |= open_ & ~_has_part(user)
    return turn


def _offices_of(user: User, role: str, at: datetime) -> Q | None:
    """The reviews that this person can answer for a role, by office; None when they do not hold it."""
    grants = [grant for grant in user.grants_at(at) if grant.role == role]
    if not grants:
        return None
    if any(grant.office_id is None for grant in grants):
        return Q()
    offices = [grant.office_id for grant in grants]
    below = Office.objects.filter(Q(parent__in=offices) | Q(parent__parent__in=offices))
    return Q(request__office__in=offices) | Q(request__office__in=below)


def _has_part(user: User) -> Q:
    writers = Request.writers.through.objects.filter(user=user)
    return Q(requested_by=user) | Q(pk__in=writers.values("request"))


def _turn_of(turn: str) -> Q:
    """Requests that wait for a role, or (`asker`) for who asked."""
    if turn == "asker":
        return Q(status=Request.Status.CHANGES)
    reviews = Review.objects.filter(role=turn, status=Review.Status.WAITING)
    return Q(status__in=Request.UNDER_REVIEW, pk__in=reviews.values("request"))


def _late(at: datetime) -> Q:
    """Requests with which somebody has taken longer than the city allows."""
    limit = at - timedelta(days=key_rules().request_days)
    reviews = Review.objects.filter(status=Review.Status.WAITING, asked_at__lt=limit)
    return Q(status=Request.Status.SUBMITTED, pk__in=reviews.values("request")) | Q(
        status=Request.Status.CHANGES, returned_at__lt=limit
    )


def shown_administrators(user: User, at: datetime, wanted: dict[str, Any]):
    """Everybody who can act as an account that the filters leave; each with `holds_until` of the attestation."""
    holds = timedelta(days=key_rules().attestation_days)
    accounts = Account.objects.visible_to(user, at).exclude(status=Account.Status.RETIRED)
    rows = Administrator.objects.current().filter(account__in=accounts)
    if text := (wanted.get("q") or "").strip():
        match = Q(user__name__icontains=text) | Q(contractor__icontains=text)
        match |= Q(account__name__icontains=text) | Q(account__handle__icontains=text)
        rows = rows.filter(match)
    for name, column in (("office", "account__office"), ("platform", "account__platform")):
        if wanted.get(name):
            rows = rows.filter(**{column: wanted[name]})
    if wanted.get("second_factor"):
        rows = rows.filter(second_factor=wanted["second_factor"])
    if wanted.get("whose") == "mine":
        offices = user.office_ids(at)
        rows = rows.filter(Q(account__office__in=offices) | Q(account__office__parent__in=offices))
    states = {
        "expired": Q(attested_at__lt=at - holds),
        "contractors": Q(user=None),
        "leavers": Q(user__is_active=False),
        "duties": Q(duties_confirmed_at=None),
    }
    rows = rows.filter(states.get(wanted.get("state") or "", Q()))
    rows = rows.annotate(
        holds_until=ExpressionWrapper(F("attested_at") + Value(holds), output_field=DateTimeField())
    )
    rows = rows.select_related(
        "user", "attested_by", "duties_confirmed_by", "reviewed_by", "account__office", "account__platform"
    )
    return rows.order_by(Coalesce("user__name", "contractor"), "account__name", "pk")


def shown_access_reviews(user: User, at: datetime, wanted: dict[str, Any]):
    """The access reviews that the filters leave, newest first, each with how many lines it has and lacks."""
    rows = AccessReview.objects.visible_to(user, at)
    state = wanted.get("state") or ""
    if state == "overdue":
        rows = rows.overdue(at)
    elif state == "mine":
        lines = ReviewLine.objects.open().filter(review=OuterRef("pk")).exclude(administrator__user=user)
        rows = rows.open().filter(Exists(lines.filter(answers_for(user, at))))
    elif state:
        rows = rows.filter(status=state)
    if wanted.get("office"):
        rows = rows.filter(office=wanted["office"])
    if wanted.get("whose") == "mine":
        offices = user.office_ids(at)
        rows = rows.filter(Q(office__in=offices) | Q(office__parent__in=offices))
    unanswered = Q(lines__answer=ReviewLine.Answer.WAITING, lines__administrator__removed_at=None)
    rows = rows.annotate(lines_count=Count("lines"), open_count=Count("lines", filter=unanswered))
    return rows.select_related("office").order_by("-opened_at", "office__name", "pk")


def shown_errands(user: User, at: datetime, wanted: dict[str, Any]):
    """The errands that the filters leave, the oldest first."""
    rows = Errand.objects.visible_to(user, at)
    if wanted.get("whose") == "mine":
        offices = user.office_ids(at)
        rows = rows.filter(Q(account__office__in=offices) | Q(account__office__parent__in=offices))
    state = wanted.get("state") or "open"
    if state == "overdue":
        rows = rows.overdue(at)
    elif state != "all":
        rows = rows.filter(status=state)
    if wanted.get("kind"):
        rows = rows.filter(kind=wanted["kind"])
    rows = rows.select_related(
        "account__office", "account__platform", "about", "administrator__user", "done_by"
    )
    return rows.order_by("status", "due_on", "account__name", "pk")
