"""Acknowledging: what is mine to read, what changed in it, the receipt; and who has not read yet."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from city.attempts import carried_out
from city.lists import PER_PAGE, Column, csv_response
from city.permissions import require
from city.requests import CityRequest
from policies import actions, permissions, queries, wording
from policies.forms import AcknowledgementFilters, AcknowledgeVersionForm
from policies.models import Acknowledgement, Version
from policies.rules import redline
from policies.rules.force import Standing
from policies.views.desk import ask_and_do, rows_for, visible_version

COLUMNS = [
    Column("Name", lambda row: row.person.name),
    Column("E-mail", lambda row: row.person.email),
    Column("Offices", lambda row: "; ".join(row.offices)),
    Column("Policy", lambda row: row.version.policy.title),
    Column("Version in force", lambda row: row.version.number),
    Column("State", "standing_words"),
    Column("Last acknowledged version", lambda row: row.last.version.number if row.last else None),
    Column("Acknowledged at", lambda row: row.last.at if row.last else None),
    Column("Receipt", lambda row: row.last.receipt if row.last else None),
]


@require_safe
def list_mine(request: CityRequest) -> HttpResponse:
    require(permissions.can_see_policies, request.user, None, request.at)
    upcoming = Version.objects.upcoming(request.at).select_related("policy").defer("source")
    mine = request.user.acknowledgements.select_related("version__policy").defer("version__source")
    known = {one.version_id for one in mine}
    roles = request.user.roles_at(request.at)
    later = [
        one
        for one in upcoming
        if one.pk not in known and (not one.policy.binds or roles & set(one.policy.binds))
    ]
    context = {
        "needed": queries.needs_acknowledgement(request.user, request.at),
        "later": later,
        "acknowledgements": mine,
    }
    return render(request, "policies/list_mine.html", context)


@ask_and_do
def acknowledge_version(request: CityRequest, pk: int) -> HttpResponse:
    version = visible_version(request, pk)
    require(permissions.can_acknowledge_version, request.user, version, request.at)
    form = AcknowledgeVersionForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and carried_out(
        form, actions.acknowledge_version, version, by=request.user, at=request.at
    ):
        receipt = version.acknowledgements.get(user=request.user)
        return redirect("policies:see_receipt", receipt.pk)
    since = queries.last_acknowledged(request.user, version)
    clauses, grounds = wording.changes(since, version)
    context = {
        "version": version,
        "form": form,
        "since": since,
        "known": version.acknowledgements.filter(user=request.user).first(),
        "changes": redline.concerned(clauses) if since else [],
        "ground_changes": redline.concerned(grounds) if since else [],
        "unchanged": sum(change.kind == redline.Kind.SAME for change in clauses),
        "clauses": [] if since else wording.shown(version.clauses.all()),
        "grounds": [] if since else version.grounds.select_related("clause"),
    }
    return render(request, "policies/acknowledge_version.html", context)


@require_safe
def see_receipt(request: CityRequest, pk: int) -> HttpResponse:
    receipts = Acknowledgement.objects.select_related("version__policy", "shown_since")
    if not request.user.reads_all(request.at):
        receipts = receipts.filter(user=request.user)
    receipt = get_object_or_404(receipts, pk=pk)
    genuine = receipt.hash == receipt.content_hash()
    return render(request, "policies/see_receipt.html", {"receipt": receipt, "genuine": genuine})


def wanted(rows: list[queries.Row], values: dict) -> list[queries.Row]:
    """The rows that the filters leave."""
    standing, name = values.get("standing"), (values.get("q") or "").strip().lower()
    policy, office = values.get("policy"), values.get("office")
    if policy:
        rows = [row for row in rows if row.version.policy_id == policy.pk]
    if office:
        rows = [row for row in rows if office.pk in row.office_ids]
    if name:
        rows = [row for row in rows if name in row.person.name.lower() or name in row.person.email]
    if standing == "outstanding":
        return [row for row in rows if row.standing != Standing.DONE]
    return [row for row in rows if row.standing == standing] if standing else rows


@require_safe
def list_acknowledgements(request: CityRequest) -> HttpResponseBase:
    require(permissions.can_see_acknowledgements, request.user, None, request.at)
    filters = AcknowledgementFilters(request.GET)
    rows = wanted(rows_for(request), filters.values)
    if request.GET.get("format") == "csv":
        return csv_response(rows, COLUMNS, name="acknowledgements")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "policies/list_acknowledgements.html", {"page": page, "filters": filters})
