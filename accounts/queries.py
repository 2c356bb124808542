"""Which rows each question of the registry means. Lists, their CSV and the findings all ask here.

Because the same function counts and lists, every number on a page opens exactly the rows that it counts.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Account, Administrator, Connection, Errand, Platform, Request
from accounts.platform_set import platform_set
from accounts.rules import resolve_url
from city.findings import Severity
from city.models import User

LIVING = (Account.Status.ACTIVE, Account.Status.PAUSED, Account.Status.CLOSING)
WEAK = [factor for factor in Administrator.SecondFactor.values if factor not in Administrator.STRONG]


def _with_full(rows):
    """Accounts with `full`: how many people who are still here have full control."""
    full = (
        Administrator.objects.full()
        .filter(account=OuterRef("pk"))
        .exclude(user__is_active=False)
        .order_by()
        .values("account")
        .annotate(number=Count("pk"))
        .values("number")
    )
    return rows.annotate(full=Coalesce(Subquery(full, output_field=IntegerField()), 0))


def _having(**conditions: Any) -> Exists:
    return Exists(Administrator.objects.current().filter(account=OuterRef("pk"), **conditions))


def _too_few(rows, _at):
    return _with_full(rows.filter(status__in=LIVING)).filter(full__lt=Administrator.FULL_NEEDED)


def _weak_factor(rows, _at):
    return rows.filter(_having(second_factor__in=WEAK), status__in=LIVING)


def _leaver(rows, _at):
    return rows.filter(_having(user__is_active=False), status__in=LIVING)


def _refused(rows, _at):
    return rows.filter(connection__status=Connection.Status.REFUSED, status__in=LIVING)


def _failing(rows, _at):
    return rows.filter(connection__status=Connection.Status.FAILING, status__in=LIVING)


def _not_connected(rows, _at):
    return rows.filter(connection=None, status__in=LIVING).exclude(platform__module="")


def _prohibited(rows, _at):
    return rows.filter(platform__status=Platform.Status.PROHIBITED, status__in=LIVING)


@dataclass(frozen=True)
class AccountQuestion:
    """Something that can be wrong with accounts: its code in addresses, its words, and which accounts it means."""

    code: str
    title: str
    severity: Severity
    what_to_do: str
    rows: Callable[[Any, datetime], Any]


QUESTIONS = [
    AccountQuestion(
        "connection_refused",
        "accounts whose connection the platform refuses",
        Severity.NOW,
        "Nothing of them is archived. Connect each again with a new app password.",
        _refused,
    ),
    AccountQuestion(
        "leaver_listed",
        "accounts that somebody who left can still act as",
        Severity.NOW,
        "Remove them on the platform, then finish the errand.",
        _leaver,
    ),
    AccountQuestion(
        "few_administrators",
        "accounts with fewer than two people in full control",
        Severity.SOON,
        "Name a second person, so that nobody is locked out.",
        _too_few,
    ),
    AccountQuestion(
        "weak_second_factor",
        "accounts with an administrator whose second factor is none, a text message or unknown",
        Severity.SOON,
        "Have them use an app or a key, look at the setting, and attest it.",
        _weak_factor,
    ),
    AccountQuestion(
        "platform_prohibited",
        "accounts on a platform that is prohibited",
        Severity.SOON,
        "Close them, or decide anew on the platform.",
        _prohibited,
    ),
    AccountQuestion(
        "connection_failing",
        "accounts whose connection fails at the moment",
        Severity.INFORMATION,
        "It is tried again by itself. Look at the reason if it lasts.",
        _failing,
    ),
    AccountQuestion(
        "not_connected",
        "accounts that could be connected and are not",
        Severity.SOON,
        "Nothing of them is archived. Connect each with an app password.",
        _not_connected,
    ),
]
BY_CODE = {question.code: question for question in QUESTIONS}


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
    rows = _with_full(rows).select_related("office", "platform", "connection")
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
    """The requests that the filters leave, longest waiting first."""
    rows = Request.objects.visible_to(user, at)
    # A draft is its writer's own affair until it is submitted.
    rows = rows.exclude(~Q(requested_by=user), status=Request.Status.DRAFT)
    for name in ("office", "platform", "status"):
        if wanted.get(name):
            rows = rows.filter(**{name: wanted[name]})
    rows = rows.select_related("office", "platform", "requested_by", "decided_by", "account")
    return rows.order_by(F("submitted_at").desc(nulls_first=True), "-pk")


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
    rows = rows.select_related("account__office", "account__platform", "about", "done_by")
    return rows.order_by("status", "due_on", "account__name", "pk")
