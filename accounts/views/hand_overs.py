"""Hand-overs of a seat's accounts, and what officials declared as their own."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from accounts import permissions as may
from accounts.actions import declared as declared_acts
from accounts.forms import ReasonForm
from accounts.models import DeclaredAccount, HandOver
from accounts.models.errand import city_day
from accounts.views.answer import ask_and_do
from city.attempts import carried_out
from city.forms import Filters
from city.lists import Column, list_response
from city.log import history_of
from city.models import User
from city.offers import offer_rows
from city.permissions import require
from city.requests import CityRequest


class HandOverFilters(Filters):
    state = forms.ChoiceField(choices=[("", "All"), ("open", "Under way"), ("overdue", "Overdue")])


class DeclareAccountForm(forms.Form):
    person = forms.ModelChoiceField(User.objects.none(), label="Whose it is")
    kind = forms.ChoiceField(choices=DeclaredAccount.Kind.choices, widget=forms.RadioSelect)
    url = forms.CharField(label="Address", max_length=500, help_text="Copied from the account’s own page.")

    def __init__(self, *arguments, people, **named):
        super().__init__(*arguments, **named)
        offer_rows(self, "person", people)


@require_safe
def list_hand_overs(request: CityRequest) -> HttpResponseBase:
    require(may.can_see_registry, request.user, None, request.at)
    filters = HandOverFilters(request.GET)
    rows = HandOver.objects.visible_to(request.user, request.at)
    state = filters.values.get("state")
    rows = rows.under_way() if state == "open" else rows.overdue(request.at) if state == "overdue" else rows
    rows = rows.select_related("term__seat__office", "term__person", "former")
    columns = [
        Column("Seat", lambda one: one.term.seat),
        Column("From", "former"),
        Column("To", lambda one: one.term.person),
        Column("Since", "opened_at"),
    ]
    context = {"filters": filters}
    return list_response(
        request, "accounts/list_hand_overs.html", rows, columns, name="hand-overs", context=context
    )


@require_safe
def see_hand_over(request: CityRequest, pk: int) -> HttpResponse:
    rows = HandOver.objects.visible_to(request.user, request.at)
    hand_over = get_object_or_404(rows.select_related("term__seat__office", "term__person", "former"), pk=pk)
    errands = hand_over.errands.select_related(
        "account__office", "account__platform", "about", "administrator__user", "done_by"
    )
    errands = list(errands.order_by("account__name", "account", "status", "pk"))
    for errand in errands:
        errand.may_finish = errand.status == "open" and may.can_complete_errand(
            request.user, errand, request.at
        )
    context = {
        "hand_over": hand_over,
        "errands": errands,
        "open": sum(errand.status == "open" for errand in errands),
        "today": city_day(request.at),
        "entries": history_of(hand_over),
    }
    return render(request, "accounts/see_hand_over.html", context)


@require_safe
def list_declared_accounts(request: CityRequest) -> HttpResponseBase:
    require(may.can_see_registry, request.user, None, request.at)
    rows = list(DeclaredAccount.objects.current().select_related("person", "platform"))
    for row in rows:
        row.may_end = may.can_declare_account(request.user, row.person, request.at)
    columns = [
        Column("Person", "person"),
        Column("Kind", DeclaredAccount.get_kind_display),
        Column("Platform", "platform"),
        Column("Address", "url"),
        Column("Declared", "declared_at"),
    ]
    context = {"may_declare": may.can_declare_account(request.user, request.user, request.at)}
    return list_response(
        request, "accounts/list_declared_accounts.html", rows, columns, name="declared", context=context
    )


@ask_and_do
def declare_account(request: CityRequest) -> HttpResponse:
    require(may.can_declare_account, request.user, request.user, request.at)
    people = User.objects.filter(is_active=True)
    if not may.declares_for_others(request.user, request.at):
        people = people.filter(pk=request.user.pk)
    form = DeclareAccountForm(request.POST or None, people=people)
    if form.is_valid() and carried_out(
        form, declared_acts.declare_account, by=request.user, at=request.at, **form.cleaned_data
    ):
        messages.success(request, "It is listed as not the city’s.")
        return redirect("accounts:list_declared_accounts")
    return render(request, "accounts/declare_account.html", {"form": form})


@ask_and_do
def end_declared_account(request: CityRequest, pk: int) -> HttpResponse:
    declared = get_object_or_404(DeclaredAccount.objects.current().select_related("person"), pk=pk)
    require(may.can_declare_account, request.user, declared.person, request.at)
    form = ReasonForm(request.POST or None)
    if form.is_valid() and carried_out(
        form,
        declared_acts.end_declared_account,
        declared,
        by=request.user,
        at=request.at,
        **form.cleaned_data,
    ):
        messages.success(request, "It is off the list.")
        return redirect("accounts:list_declared_accounts")
    return render(request, "accounts/end_declared_account.html", {"form": form, "thing": declared})
