"""The officer's list of impostors, and what is done about each."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import permissions as may
from accounts.actions import impostors as acts
from accounts.forms import ImpostorFilters, ReasonForm, ReportToPlatformForm
from accounts.impostors import BY_CODE, shown_impostors
from accounts.models import Impostor
from accounts.verification import ours_that_look_like
from accounts.views.answer import ask_and_do
from city.attempts import carried_out
from city.lists import Column, list_response
from city.log import history_of
from city.permissions import require
from city.requests import CityRequest

KINDS = {
    "reported": "attention",
    "confirmed": "bad",
    "at_platform": "bad",
    "refused": "bad",
    "reopened": "bad",
    "taken_down": "good",
    "not_impostor": "neutral",
}
COLUMNS = [
    Column("Account", "called"),
    Column("Platform", "platform"),
    Column("Address", "url"),
    Column("State", Impostor.get_status_display),
    Column("Reports", "told"),
    Column("First reported", "first_reported_at"),
    Column("Last reported", "last_told_at"),
    Column("Reported to the platform", "reported_on"),
    Column("Reference", "reference"),
    Column("Settled", "settled_at"),
]
#: Act → (what its button says, in the order in which they are done); from which states says the model.
ACTS = {
    "confirm_impostor": ("It is an impostor", Impostor.Status.CONFIRMED),
    "dismiss_impostor": ("It is none", Impostor.Status.NOT_IMPOSTOR),
    "report_to_platform": ("Reported to the platform", Impostor.Status.AT_PLATFORM),
    "record_taken_down": ("It was taken down", Impostor.Status.TAKEN_DOWN),
    "record_refusal": ("The platform refused", Impostor.Status.REFUSED),
    "reopen_impostor": ("Reopen", Impostor.Status.REOPENED),
}


@require_safe
def list_impostors(request: CityRequest) -> HttpResponseBase:
    require(may.can_see_registry, request.user, None, request.at)
    filters = ImpostorFilters(request.GET)
    rows = shown_impostors(request.user, request.at, filters.values)
    context = {
        "filters": filters,
        "question": BY_CODE.get(filters.values.get("question") or ""),
        "anything": any(filters.values.values()),
        "kinds": KINDS,
        "may_handle": may.can_handle_impostor(request.user, None, request.at),
    }
    return list_response(
        request, "accounts/list_impostors.html", rows, COLUMNS, name="impostors", context=context
    )


@require_safe
def see_impostor(request: CityRequest, pk: int) -> HttpResponse:
    impostor = impostor_or_404(request, pk)
    may_handle = may.can_handle_impostor(request.user, impostor, request.at)
    open_to = [
        (f"accounts:{name}", label)
        for name, (label, to) in ACTS.items()
        if may_handle and impostor.status in Impostor.SOURCES[to]
    ]
    context = {
        "impostor": impostor,
        "kind": KINDS[impostor.status],
        "reports": impostor.reports.order_by("-received_at", "-pk")[:100],
        "told": impostor.reports.count(),
        "acts": open_to,
        "may_handle": may_handle,
        "ours": acts.ours_behind(impostor, request.at),
        "alike": ours_that_look_like(impostor.handle, request.at),
        "entries": history_of(impostor),
    }
    return render(request, "accounts/see_impostor.html", context)


@ask_and_do
def confirm_impostor(request: CityRequest, pk: int) -> HttpResponse:
    return one_act(
        request, pk, acts.confirm_impostor, "Whoever asks about it is now told that it is an impostor."
    )


@ask_and_do
def dismiss_impostor(request: CityRequest, pk: int) -> HttpResponse:
    return one_act(request, pk, acts.dismiss_impostor, "It is recorded that this is no impostor.")


@ask_and_do
def report_to_platform(request: CityRequest, pk: int) -> HttpResponse:
    form = ReportToPlatformForm(request.POST or None, initial={"reported_on": timezone.localdate(request.at)})
    return one_act(request, pk, acts.report_to_platform, "The report to the platform is recorded.", form)


@ask_and_do
def record_taken_down(request: CityRequest, pk: int) -> HttpResponse:
    return one_act(request, pk, acts.record_taken_down, "It is recorded that it is gone.")


@ask_and_do
def record_refusal(request: CityRequest, pk: int) -> HttpResponse:
    return one_act(request, pk, acts.record_refusal, "The platform’s answer is recorded.")


@ask_and_do
def reopen_impostor(request: CityRequest, pk: int) -> HttpResponse:
    return one_act(request, pk, acts.reopen_impostor, "It is open again.")


def one_act(request: CityRequest, pk: int, act: Any, said: str, form: Any = None) -> HttpResponse:
    """Carry the act out and go back to the impostor; or draw the act's form."""
    impostor = impostor_or_404(request, pk)
    require(may.can_handle_impostor, request.user, impostor, request.at)
    form = form or ReasonForm(request.POST or None)
    if form.is_valid() and carried_out(
        form, act, impostor, by=request.user, at=request.at, **form.cleaned_data
    ):
        messages.success(request, said)
        return redirect("accounts:see_impostor", impostor.pk)
    return render(request, f"accounts/{act.__name__}.html", {"form": form, "thing": impostor})


def impostor_or_404(request: CityRequest, pk: int) -> Impostor:
    rows = Impostor.objects.visible_to(request.user, request.at).select_related("platform")
    return get_object_or_404(rows, pk=pk)
