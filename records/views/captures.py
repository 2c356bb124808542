"""How the captures stand: over all accounts, and of one."""

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Account
from city.lists import Column, list_response
from city.permissions import require
from city.requests import CityRequest
from records.actions.capture import open_capture as open_capture_action
from records.forms import CaptureFilters
from records.models import Capture, Record
from records.permissions import can_open_capture, can_see_captures
from records.queries import accounts_with_captures, asked_accounts

ACCOUNT_COLUMNS = [
    Column("Account", "name"),
    Column("Platform", "platform"),
    Column("Office", "office"),
    Column("Minutes between captures", "capture_every"),
    Column("Last good capture", "last_good"),
    Column("Last capture ended", "last_ended"),
    Column("As", "last_status"),
    Column("Reason", "last_error"),
    Column("Now", "open_status"),
]
CAPTURE_COLUMNS = [
    Column("Capture", "pk"),
    Column("Due", "due_at"),
    Column("Cause", lambda capture: capture.get_cause_display()),
    Column("Status", lambda capture: capture.get_status_display()),
    Column("Started", "started_at"),
    Column("Finished", "finished_at"),
    Column("Attempts", "attempt"),
    Column("Items seen", "items_seen"),
    Column("Records made", "records_made"),
    Column("First record", "first_record"),
    Column("Last record", "last_record"),
    Column("Failure", lambda capture: capture.get_failure_display()),
    Column("Reason", "error"),
    Column("WARC file (SHA-256)", "warc_id"),
]


@require_safe
def list_captures(request: CityRequest) -> HttpResponseBase:
    require(can_see_captures, request.user, None, request.at)
    filters = CaptureFilters(request.GET)
    rows = asked_accounts(filters.values, request.at)
    may = can_open_capture(request.user, None, request.at)
    context = {"filters": filters, "may_capture": may}
    return list_response(
        request, "records/list_captures.html", rows, ACCOUNT_COLUMNS, name="captures", context=context
    )


def _account(request: CityRequest, pk: int) -> Account:
    rows = Account.objects.visible_to(request.user, request.at).select_related("platform", "office")
    return get_object_or_404(rows, pk=pk)


@require_safe
def account_archive(request: CityRequest, pk: int) -> HttpResponseBase:
    """Every capture of one account, and what its archive holds."""
    require(can_see_captures, request.user, None, request.at)
    account = _account(request, pk)
    rows = (
        Capture.objects.filter(account=account).select_related("asked_by", "warc").order_by("-due_at", "-pk")
    )
    context = _summary(request, account)
    name = f"captures-{account.pk}"
    return list_response(
        request, "records/account_archive.html", rows, CAPTURE_COLUMNS, name=name, context=context
    )


@require_safe
def account_archive_summary(request: CityRequest, pk: int) -> HttpResponse:
    """A piece of the account's page; it asks again while a capture is open."""
    require(can_see_captures, request.user, None, request.at)
    account = _account(request, pk)
    return render(request, "records/_account_archive.html", _summary(request, account))


def _summary(request: CityRequest, account: Account) -> dict:
    """How one account's archive stands; `standing` is None while the account is not connected."""
    kept = Record.objects.visible_to(request.user, request.at).filter(account=account).latest()
    return {
        "account": account,
        "standing": accounts_with_captures(request.at).filter(pk=account.pk).first(),
        "kept": kept.count(),
        "may_capture": can_open_capture(request.user, account, request.at),
    }


@require_POST
def open_capture(request: CityRequest, pk: int) -> HttpResponse:
    account = _account(request, pk)
    open_capture_action(account, cause=Capture.Cause.PERSON, by=request.user, at=request.at)
    return redirect("records:account_archive", account.pk)
