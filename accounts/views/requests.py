"""Asking for an account: the list, the form that saves at every step, the decision."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from accounts import permissions as may
from accounts.actions import requests as acts
from accounts.forms import OptionalReasonForm, ReasonForm, RequestFilters, RequestForm
from accounts.models import Account, Platform, Request
from accounts.queries import shown_requests
from accounts.views.answer import ask_and_do
from city.attempts import carried_out
from city.lists import Column, list_response
from city.log import history_of
from city.models import Office
from city.permissions import require
from city.requests import CityRequest
from city.roles import Role

KINDS = {
    "draft": "neutral",
    "submitted": "attention",
    "approved": "good",
    "denied": "bad",
    "withdrawn": "neutral",
}
COLUMNS = [
    Column("Account", "name"),
    Column("Platform", "platform"),
    Column("Office", "office"),
    Column("Asked for by", "requested_by"),
    Column("Status", Request.get_status_display),
    Column("Submitted", "submitted_at"),
    Column("Decided", "decided_at"),
    Column("Decided by", "decided_by"),
    Column("Reasons", "decision_reason"),
]


@require_safe
def list_requests(request: CityRequest) -> HttpResponseBase:
    require(may.can_see_registry, request.user, None, request.at)
    filters = RequestFilters(request.GET)
    rows = shown_requests(request.user, request.at, filters.values)
    may_ask = may.can_request_account(request.user, None, request.at)
    context = {"filters": filters, "kinds": KINDS, "may_ask": may_ask}
    return list_response(
        request, "accounts/list_requests.html", rows, COLUMNS, name="requests", context=context
    )


def request_or_404(request: CityRequest, pk: int) -> Request:
    rows = Request.objects.visible_to(request.user, request.at).exclude(
        ~Q(requested_by=request.user), status=Request.Status.DRAFT
    )
    related = (
        "office",
        "platform",
        "requested_by",
        "decided_by",
        "primary_administrator",
        "backup_administrator",
    )
    return get_object_or_404(rows.select_related(*related, "account"), pk=pk)


@require_safe
def see_request(request: CityRequest, pk: int) -> HttpResponse:
    wish = request_or_404(request, pk)
    user, at = request.user, request.at
    waiting, open_ = wish.status == "submitted", wish.status in ("draft", "submitted")
    context = {
        "wish": wish,
        "status_kind": KINDS[wish.status],
        "steps": steps_of(wish),
        "overlapping": acts.overlapping(wish).select_related("platform") if open_ else [],
        "may_change": wish.status == "draft" and may.can_change_request(user, wish, at),
        "may_withdraw": open_ and may.can_withdraw_request(user, wish, at),
        "may_decide": waiting and may.can_decide_request(user, wish, at),
        "is_own": waiting and wish.requested_by_id == user.pk and user.has_role(Role.OFFICER, at=at),
        "entries": history_of(wish),
    }
    return render(request, "accounts/see_request.html", context)


def steps_of(wish: Request) -> list[dict[str, str]]:
    """The step indicator: what is done, where the request stands, what follows."""
    names = ["Draft", "Decision", "Set-up", "Active"]
    active = wish.account is not None and wish.account.status != Account.Status.SETTING_UP
    now = {"draft": 0, "submitted": 1, "denied": 1, "withdrawn": 0, "approved": 3 if active else 2}[
        wish.status
    ]
    states = ["complete" if place < now else "current" if place == now else "" for place in range(4)]
    if active:
        states[3] = "complete"
    return [{"name": name, "state": state} for name, state in zip(names, states, strict=True)]


def my_offices(request: CityRequest):
    """The offices for which this person may ask."""
    if request.user.has_role(Role.OFFICER, at=request.at):
        return Office.objects.filter(closed_on=None)
    own = request.user.office_ids(request.at, *may.ASKERS)
    return Office.objects.filter(Q(pk__in=own) | Q(parent__in=own), closed_on=None)


@ask_and_do
def draft_request(request: CityRequest) -> HttpResponse:
    require(may.can_request_account, request.user, None, request.at)
    form = RequestForm(request.POST or None, offices=my_offices(request))
    return request_page(request, form, None)


@ask_and_do
def change_request(request: CityRequest, pk: int) -> HttpResponse:
    wish = request_or_404(request, pk)
    require(may.can_change_request, request.user, wish, request.at)
    form = RequestForm(
        request.POST or None, instance=request_or_404(request, pk), offices=my_offices(request)
    )
    return request_page(request, form, wish)


def request_page(request: CityRequest, form: RequestForm, wish: Request | None) -> HttpResponse:
    """Save what was typed as a draft; with the button “Submit”, submit it too."""
    saved: list[Request] = [wish] if wish else []

    def save(**named: Any) -> None:
        saved[:] = [acts.change_request(wish, **named) if wish else acts.draft_request(**named)]

    who = {"by": request.user, "at": request.at}
    if form.is_valid() and carried_out(form, save, **who, **form.cleaned_data):
        if "submit" not in request.POST:
            messages.success(request, "The draft is saved. Nobody else sees it until you submit it.")
            return redirect("accounts:see_request", saved[0].pk)
        if carried_out(form, acts.submit_request, saved[0], **who):
            messages.success(request, "The request is submitted. You can follow it here.")
            return redirect("accounts:see_request", saved[0].pk)
        if wish is None:
            messages.warning(request, "The draft is saved, but it cannot be submitted yet: see below.")
    action = saved[0] if saved else None
    context = {"form": form, "wish": action, "platforms": Platform.objects.exclude(reason="")}
    return render(request, "accounts/draft_request.html", context)


@ask_and_do
def withdraw_request(request: CityRequest, pk: int) -> HttpResponse:
    wish = request_or_404(request, pk)
    require(may.can_withdraw_request, request.user, wish, request.at)
    return decide(
        request, wish, OptionalReasonForm(request.POST or None), acts.withdraw_request, "It is withdrawn."
    )


@ask_and_do
def approve_request(request: CityRequest, pk: int) -> HttpResponse:
    wish = request_or_404(request, pk)
    require(may.can_decide_request, request.user, wish, request.at)
    form = OptionalReasonForm(request.POST or None)
    return decide(request, wish, form, acts.approve_request, "Approved: the account is being set up.")


@ask_and_do
def deny_request(request: CityRequest, pk: int) -> HttpResponse:
    wish = request_or_404(request, pk)
    require(may.can_decide_request, request.user, wish, request.at)
    return decide(
        request, wish, ReasonForm(request.POST or None), acts.deny_request, "The request is denied."
    )


def decide(request: CityRequest, wish: Request, form, act, said: str) -> HttpResponse:
    """One of the acts that end a request's waiting, on its own page."""
    if form.is_valid() and carried_out(form, act, wish, by=request.user, at=request.at, **form.cleaned_data):
        messages.success(request, said)
        return redirect("accounts:see_request", wish.pk)
    return render(request, f"accounts/{act.__name__}.html", {"form": form, "wish": wish})
