"""Who holds the keys: administrators, connections, errands, and people who leave."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from accounts import permissions as may
from accounts.actions import administrators as acts
from accounts.actions import key_rules as rule_acts
from accounts.actions.connections import connect_account as connect
from accounts.actions.connections import disconnect_account as disconnect
from accounts.actions.errands import complete_errand as complete
from accounts.actions.errands import errands_when_leaving
from accounts.actions.people import deactivate_user as deactivate
from accounts.forms import (
    AddAdministratorForm,
    CompleteErrandForm,
    ConnectAccountForm,
    ErrandFilters,
    ReasonForm,
)
from accounts.key_forms import (
    AdministratorFilters,
    AttestSecondFactorForm,
    ChangeAdministratorForm,
    ChangeContractorForm,
    ConfirmDutiesForm,
    KeyRulesForm,
)
from accounts.models import Administrator, Errand, key_rules
from accounts.models.errand import city_day
from accounts.networks import is_practice
from accounts.queries import shown_administrators, shown_errands
from accounts.views.answer import account_or_404, administrator_or_404, ask_and_do, one_act
from city.attempts import carried_out
from city.lists import Column, list_response
from city.models import User
from city.permissions import can_deactivate_user, require
from city.requests import CityRequest


@ask_and_do
def add_administrator(request: CityRequest, pk: int) -> HttpResponse:
    account = account_or_404(request, pk)
    require(may.can_change_administrators, request.user, account, request.at)
    form = AddAdministratorForm(request.POST or None)
    return one_act(request, form, acts.add_administrator, account, said="The administrator is entered.")


@ask_and_do
def change_administrator(request: CityRequest, pk: int) -> HttpResponse:
    administrator = administrator_or_404(request, pk)
    require(may.can_change_administrators, request.user, administrator.account, request.at)
    kind = ChangeContractorForm if administrator.contractor else ChangeAdministratorForm
    before = {name: getattr(administrator, name) for name in kind.base_fields}
    form = kind(request.POST or None, initial=before)
    return one_act(
        request, form, acts.change_administrator, administrator, said="What they may do is recorded."
    )


@ask_and_do
def remove_administrator(request: CityRequest, pk: int) -> HttpResponse:
    administrator = administrator_or_404(request, pk)
    require(may.can_change_administrators, request.user, administrator.account, request.at)
    form = ReasonForm(request.POST or None)
    form.fields["reason"].label = "How you know that the access is gone"
    return one_act(
        request, form, acts.remove_administrator, administrator, said=f"{administrator} is off the list."
    )


@ask_and_do
def attest_second_factor(request: CityRequest, pk: int) -> HttpResponse:
    administrator = administrator_or_404(request, pk)
    require(may.can_attest_second_factor, request.user, administrator, request.at)
    form = AttestSecondFactorForm(
        request.POST or None, initial={"second_factor": administrator.second_factor}
    )
    return one_act(
        request, form, acts.attest_second_factor, administrator, said="The second factor is attested."
    )


@ask_and_do
def confirm_duties(request: CityRequest, pk: int) -> HttpResponse:
    administrator = administrator_or_404(request, pk)
    require(may.can_confirm_duties, request.user, administrator, request.at)
    form = ConfirmDutiesForm(request.POST or None)
    said = f"The duties of {administrator} are confirmed."
    return one_act(request, form, acts.confirm_duties, administrator, said=said)


ADMINISTRATOR_COLUMNS = [
    Column("Person", "holder"),
    Column("Contractor of", "contractor_firm"),
    Column("Contract ends", "contract_ends_on"),
    Column("Has left", lambda one: bool(one.user_id) and not one.user.is_active),
    Column("Account", "account"),
    Column("Office", lambda one: one.account.office),
    Column("May", Administrator.get_platform_role_display),
    Column("Second factor", Administrator.get_second_factor_display),
    Column("Attested by", "attested_by"),
    Column("Attested", "attested_at"),
    Column("Evidence", "attestation_evidence"),
    Column("Attestation holds until", "holds_until"),
    Column("Duties confirmed by", "duties_confirmed_by"),
    Column("Duties confirmed", "duties_confirmed_at"),
    Column("Last review by", "reviewed_by"),
    Column("Last review", "reviewed_at"),
    Column("Since", "added_at"),
]


@require_safe
def list_administrators(request: CityRequest) -> HttpResponseBase:
    require(may.can_see_registry, request.user, None, request.at)
    filters = AdministratorFilters(request.GET)
    rows = shown_administrators(request.user, request.at, filters.values)
    return list_response(
        request,
        "accounts/list_administrators.html",
        rows,
        ADMINISTRATOR_COLUMNS,
        name="administrators",
        context={"filters": filters},
    )


@ask_and_do
def change_key_rules(request: CityRequest) -> HttpResponse:
    require(may.can_change_key_rules, request.user, None, request.at)
    form = KeyRulesForm(request.POST or None, instance=key_rules())
    if form.is_valid() and carried_out(
        form, rule_acts.change_key_rules, by=request.user, at=request.at, **form.cleaned_data
    ):
        messages.success(request, "The rules are changed.")
        return redirect("accounts:list_administrators")
    return render(request, "accounts/change_key_rules.html", {"form": form})


@sensitive_post_parameters("secret")
@ask_and_do
def connect_account(request: CityRequest, pk: int) -> HttpResponse:
    account = account_or_404(request, pk)
    require(may.can_connect_account, request.user, account, request.at)
    had = account.connection if account.is_connected else None
    usual = settings.PRACTICE_NETWORK_URL or "https://bsky.social"
    before = {
        "service_url": had.service_url if had else usual,
        "identifier": had.identifier if had else account.handle,
    }
    form = ConnectAccountForm(request.POST or None, initial=before)
    said = f"{account} is connected. It is archived from now on."
    context = {"had": had, "is_practice": is_practice(before["service_url"])}
    return one_act(request, form, connect, account, said=said, **context)


@ask_and_do
def disconnect_account(request: CityRequest, pk: int) -> HttpResponse:
    account = account_or_404(request, pk)
    require(may.can_disconnect_account, request.user, account, request.at)
    form = ReasonForm(request.POST or None)
    return one_act(
        request, form, disconnect, account, said="The account is disconnected and its secret forgotten."
    )


ERRAND_COLUMNS = [
    Column("What", Errand.get_kind_display),
    Column("About", "whom"),
    Column("Account", "account"),
    Column("Office", lambda one: one.account.office),
    Column("Due", "due_on"),
    Column("State", Errand.get_status_display),
    Column("Opened", "opened_at"),
    Column("Done", "done_at"),
    Column("Done by", "done_by"),
    Column("Evidence", "evidence"),
]


@require_safe
def list_errands(request: CityRequest) -> HttpResponseBase:
    require(may.can_see_registry, request.user, None, request.at)
    filters = ErrandFilters(request.GET)
    rows = shown_errands(request.user, request.at, filters.values)
    context = {"filters": filters, "today": city_day(request.at)}
    return list_response(
        request, "accounts/list_errands.html", rows, ERRAND_COLUMNS, name="errands", context=context
    )


@ask_and_do
def complete_errand(request: CityRequest, pk: int) -> HttpResponse:
    rows = Errand.objects.visible_to(request.user, request.at)
    errand = get_object_or_404(
        rows.select_related("account__office", "account__platform", "about", "administrator__user"), pk=pk
    )
    require(may.can_complete_errand, request.user, errand, request.at)
    form = CompleteErrandForm(request.POST or None)
    return one_act(request, form, complete, errand, said="Thank you: the errand is done.")


@ask_and_do
def deactivate_user(request: CityRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(User.objects.visible_to(request.user, request.at), pk=pk)
    require(can_deactivate_user, request.user, person, request.at)
    form = ReasonForm(request.POST or None)
    if form.is_valid() and carried_out(
        form, deactivate, person, by=request.user, at=request.at, **form.cleaned_data
    ):
        messages.success(request, f"{person} can no longer sign in. The errands are open.")
        return redirect("city:see_person", person.pk)
    context = {
        "form": form,
        "person": person,
        "needed": errands_when_leaving(person),
        "today": city_day(request.at),
    }
    return render(request, "accounts/deactivate_user.html", context)
