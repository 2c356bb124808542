"""What the archive's pages ask: each question once, so that a number and its list cannot differ."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypedDict

from django.contrib.postgres.search import SearchQuery
from django.db.models import (
    DateTimeField,
    DurationField,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.utils import timezone

from accounts.models import Account
from city.clock import start_of_day
from records.models import Capture, Record

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class HowItsCapturesStand(TypedDict):
        """What `accounts_with_captures` adds to each account; None where there is none yet."""

        last_good: datetime | None
        last_ended: datetime | None
        last_status: str | None
        last_failure: str | None
        last_error: str | None
        last_warnings: list[str] | None
        open_status: str | None
        open_step: str | None
        open_seen: int | None
        late_at: datetime | None

    AccountWithCaptures = WithAnnotations[Account, HowItsCapturesStand]

#: So many intervals without a good capture are called late.
LATE_INTERVALS = 3


def found_records(user: Any, wanted: dict[str, Any], at: datetime) -> QuerySet[Record]:
    """The records that a person's filters leave, newest first, in an order without ties."""
    rows = (
        Record.objects.visible_to(user, at)
        .select_related("account__platform")
        .order_by("-captured_at", "-id")
    )
    if wanted.get("versions") != "all":
        rows = rows.latest()
    rows = rows.filter(**{name: wanted[name] for name in ("account", "kind", "state") if wanted.get(name)})
    zone = timezone.get_current_timezone()
    if since := wanted.get("since"):
        rows = rows.filter(captured_at__gte=start_of_day(since, zone))
    if until := wanted.get("until"):
        rows = rows.filter(captured_at__lt=start_of_day(until + timedelta(days=1), zone))
    if text := (wanted.get("q") or "").replace("\x00", "").strip():
        rows = rows.filter(says(text))
    return rows


def says(text: str) -> Q:
    """Words, quoted phrases and -exclusions as in a web search; an address or id finds its item."""
    if text.startswith(("at://", "did:", "http://", "https://")):
        return Q(platform_item_id=text) | Q(url=text) | Q(author_id=text) | Q(root_id=text)
    return Q(words=SearchQuery(text, config="english", search_type="websearch"))


def accounts_with_captures(at: datetime) -> "QuerySet[AccountWithCaptures]":
    """Every account that is to be captured, with how its captures stand."""
    captures = Capture.objects.filter(account=OuterRef("pk"))
    good = captures.filter(status=Capture.Status.DONE).order_by("-finished_at")
    ended = captures.filter(finished_at__isnull=False).order_by("-finished_at")
    now_open = captures.filter(status__in=Capture.OPEN)
    patience = ExpressionWrapper(
        F("capture_every") * timedelta(minutes=LATE_INTERVALS), output_field=DurationField()
    )
    return (
        Account.objects.captured()
        .select_related("platform", "office", "connection")
        .annotate(
            last_good=Subquery(good.values("finished_at")[:1]),
            last_ended=Subquery(ended.values("finished_at")[:1]),
            last_status=Subquery(ended.values("status")[:1]),
            last_failure=Subquery(ended.values("failure")[:1]),
            last_error=Subquery(ended.values("error")[:1]),
            last_warnings=Subquery(ended.values("warnings")[:1]),
            open_status=Subquery(now_open.values("status")[:1]),
            open_step=Subquery(now_open.values("step")[:1]),
            open_seen=Subquery(now_open.values("items_seen")[:1]),
        )
        .annotate(late_at=ExpressionWrapper(F("last_good") + patience, output_field=DateTimeField()))
        .order_by(F("last_good").asc(nulls_first=True), "pk")
    )


def asked_accounts(wanted: dict[str, Any], at: datetime) -> "QuerySet[AccountWithCaptures]":
    """The accounts that the captures page lists."""
    rows = accounts_with_captures(at)
    if text := (wanted.get("q") or "").strip():
        rows = rows.filter(
            Q(name__icontains=text) | Q(handle__icontains=text) | Q(office__name__icontains=text)
        )
    match wanted.get("question"):
        case "failing":
            return rows.filter(last_status=Capture.Status.FAILED)
        case "late":
            return rows.filter(late_at__lt=at)
        case "never":
            return rows.filter(last_good=None)
        case "open":
            return rows.filter(open_status__isnull=False)
        case "warned":
            return rows.exclude(last_warnings=[]).filter(last_warnings__isnull=False)
    return rows
