"""The queue: which comments wait, for how long, and who has them."""

from datetime import datetime

from django.contrib.postgres.search import SearchQuery
from django.db.models import Case as Turn
from django.db.models import Exists, OuterRef, Q, When
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from city.lists import Column, list_response
from city.models import User
from city.permissions import require
from city.requests import CityRequest
from comments import permissions
from comments.forms import CaseFilters
from comments.models import Case, Flag
from comments.procedure import overdue_since

COLUMNS = [
    Column("Waiting since", "opened_at"),
    Column("Account", lambda case: str(case.account)),
    Column("Author", "author_handle"),
    Column("Comment", lambda case: case.record.text),
    Column("Flags", lambda case: "; ".join(flag.text for flag in case.flags.all())),
    Column("State", lambda case: case.get_status_display()),
    Column("Who has it", lambda case: case.claimed_by.name if case.claimed_by else ""),
    Column("Address", lambda case: case.record.url),
]


def in_state(rows, status: str, at: datetime):
    """The cases of one state, as the filter, the findings and the home page count them."""
    if status == "waiting":
        return rows.waiting(at)
    by_state = {"": rows.undecided(), "open": rows.open(), "stuck": rows.stuck(), "all": rows}
    return by_state[status] if status in by_state else rows.filter(status=status)


def shown_cases(filters: CaseFilters, user: User, at: datetime):
    """The cases that the filters leave: what is flagged and undecided first, then the oldest."""
    wanted = filters.values
    rows = in_state(Case.objects.visible_to(user, at), wanted.get("status", ""), at)
    if text := (wanted.get("q") or "").replace("\x00", "").strip():
        words = Q(record__words=SearchQuery(text, config="english", search_type="websearch"))
        author = Q(author_handle__icontains=text.lstrip("@")) | Q(author_id=text)
        rows = rows.filter(words | author | Q(decisions__reference=text)).distinct()
    if wanted.get("account"):
        rows = rows.filter(account=wanted["account"])
    flags = Exists(Flag.objects.filter(case=OuterRef("pk")))
    if wanted.get("flagged"):
        rows = rows.filter(flags) if wanted["flagged"] == "yes" else rows.filter(~flags)
    if wanted.get("mine"):
        rows = rows.filter(
            Q(claimed_by=user) | Q(proposals__proposed_by=user) | Q(decisions__decided_by=user)
        ).distinct()
    if wanted.get("since"):
        rows = rows.filter(opened_at__lt=overdue_since(at, 1))
    related = rows.select_related("account__platform", "account__office", "record", "claimed_by")
    pressing = When(flags, status__in=Case.UNDECIDED, then=0)
    ordered = related.annotate(turn=Turn(pressing, default=1)).order_by("turn", "opened_at", "pk")
    return ordered.prefetch_related("flags")


@require_safe
def list_cases(request: CityRequest) -> HttpResponseBase:
    require(permissions.can_see_cases, request.user, None, request.at)
    filters = CaseFilters(request.GET)
    rows = shown_cases(filters, request.user, request.at)
    context: dict[str, object] = {"filters": filters}
    if permissions.can_claim_case(request.user, None, request.at):
        context["next"] = shown_cases(CaseFilters({"status": "waiting"}), request.user, request.at).first()
    return list_response(request, "comments/list_cases.html", rows, COLUMNS, name="comments", context=context)
