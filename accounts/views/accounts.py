"""The registry: its list, one account, and what can be done with it."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts import permissions as may
from accounts.actions import accounts as acts
from accounts.faults import BY_CODE
from accounts.forms import (
    AccountFilters,
    AddAccountForm,
    ChangeAccountForm,
    NothingToAskForm,
    OptionalReasonForm,
    ReasonForm,
)
from accounts.models import Account, Administrator, Connection, Silence, key_rules
from accounts.models.errand import city_day
from accounts.networks import is_practice
from accounts.proof import proof_state
from accounts.queries import shown_accounts
from accounts.views.answer import account_or_404, ask_and_do, one_act
from city.attempts import carried_out
from city.lists import Column, list_response
from city.log import history_of
from city.permissions import require
from city.requests import CityRequest

KINDS = {
    "active": "good",
    "paused": "attention",
    "closing": "attention",
    "setting_up": "attention",
    "retired": "neutral",
}
CONNECTION_KINDS = {"working": "good", "failing": "attention", "refused": "bad"}


def connection_words(account: Account) -> str:
    if account.is_connected:
        return account.connection.get_status_display()
    return "Not connected" if account.platform.module else "Cannot be connected"


COLUMNS = [
    Column("Office", "office"),
    Column("Platform", "platform"),
    Column("Name", "name"),
    Column("Handle", "handle"),
    Column("Address", "url"),
    Column("Platform id", "native_id"),
    Column("Kind", Account.get_kind_display),
    Column("Status", Account.get_status_display),
    Column("People with full control", "full"),
    Column("Connection", connection_words),
    Column("Active since", "active_since"),
    Column("Shared e-mail", "generic_email"),
    Column("Purpose", "purpose"),
    Column("Audience", "audience"),
    Column("Language", "language"),
]


@require_safe
def list_accounts(request: CityRequest) -> HttpResponseBase:
    require(may.can_see_registry, request.user, None, request.at)
    filters = AccountFilters(request.GET)
    rows = shown_accounts(request.user, request.at, filters.values)
    context = {
        "filters": filters,
        "question": BY_CODE.get(filters.values.get("finding") or ""),
        "may_add": may.can_add_account(request.user, None, request.at),
        "may_ask": may.can_request_account(request.user, None, request.at),
        "kinds": KINDS,
    }
    return list_response(
        request, "accounts/list_accounts.html", rows, COLUMNS, name="accounts", context=context
    )


@require_safe
def see_account(request: CityRequest, pk: int) -> HttpResponse:
    account = account_or_404(request, pk)
    people = account.administrators.select_related(
        "user", "attested_by", "duties_confirmed_by", "reviewed_by"
    )
    connection = account.connection if account.is_connected else None
    silences = Silence.objects.covering(account)
    context = {
        "account": account,
        "status_kind": KINDS[account.status],
        "administrators": rows_with_rights(people.current(), request),
        "full": sum(one.platform_role == Administrator.PlatformRole.FULL for one in people.current()),
        "former": people.exclude(removed_at=None),
        "connection": connection,
        "connection_kind": CONNECTION_KINDS.get(connection.status, "") if connection else "",
        "is_practice": connection is not None and is_practice(connection.service_url),
        "refused": Connection.Status.REFUSED,
        "proven": proof_state(account, request.at),
        "proofs": account.proofs.all(),
        "credentials": account.credentials.current().select_related("keeper"),
        "errands": account.errands.select_related("about", "administrator__user", "done_by"),
        "items": acts.activation_items(account) if account.status == Account.Status.SETTING_UP else [],
        "silences": told_once([*silences.at(request.at), *silences.coming(request.at)]),
        "wish": getattr(account, "request", None),
        "entries": history_of(account),
        "may": rights(request, account),
    }
    return render(request, "accounts/see_account.html", context)


def rows_with_rights(people, request: CityRequest) -> list[Administrator]:
    """The roster, each row with whether this reader may attest it."""
    rows = list(people)
    holds, today = timedelta(days=key_rules().attestation_days), city_day(request.at)
    for row in rows:
        row.holds_until = row.attested_at + holds if row.attested_at else None
        row.has_expired = bool(row.holds_until and row.holds_until <= request.at)
        row.contract_over = bool(row.contract_ends_on and row.contract_ends_on < today)
        row.may_attest = may.can_attest_second_factor(request.user, row, request.at)
        row.is_strong = row.second_factor in Administrator.STRONG
    return rows


def rights(request: CityRequest, account: Account) -> dict[str, bool]:
    """Which of the page's actions this reader may take, in the account's present state."""
    user, at, status = request.user, request.at, account.status
    living = status != Account.Status.RETIRED
    return {
        "change": may.can_change_account(user, account, at),
        "activate": status == "setting_up" and may.can_activate_account(user, account, at),
        "pause": status == "active" and may.can_pause_account(user, account, at),
        "resume": status == "paused" and may.can_resume_account(user, account, at),
        "begin_closing": status in Account.SOURCES[Account.Status.CLOSING]
        and may.can_begin_closing_account(user, account, at),
        "retire": status == "closing" and may.can_retire_account(user, account, at),
        "roster": living and may.can_change_administrators(user, account, at),
        "connect": living and bool(account.platform.module) and may.can_connect_account(user, account, at),
        "disconnect": account.is_connected and may.can_disconnect_account(user, account, at),
        "prove": living and may.can_prove_account(user, account, at),
        "credentials": may.can_keep_credentials(user, account, at),
        "errands": may.can_change_administrators(user, account, at),
    }


@ask_and_do
def add_account(request: CityRequest) -> HttpResponse:
    require(may.can_add_account, request.user, None, request.at)
    form = AddAccountForm(request.POST or None)
    if form.is_valid():
        made: list[Account] = []

        def act(**fields):
            made.append(acts.add_account(**fields))

        if carried_out(form, act, by=request.user, at=request.at, **form.cleaned_data):
            messages.success(request, f"{made[0]} is in the registry.")
            return redirect("accounts:see_account", made[0].pk)
    return render(request, "accounts/add_account.html", {"form": form})


@ask_and_do
def change_account(request: CityRequest, pk: int) -> HttpResponse:
    account = account_or_404(request, pk)
    require(may.can_change_account, request.user, account, request.at)
    form = ChangeAccountForm(request.POST or None, instance=account_or_404(request, pk))
    return one_act(request, form, acts.change_account, account, said="The entry is changed.")


@ask_and_do
def activate_account(request: CityRequest, pk: int) -> HttpResponse:
    account = account_or_404(request, pk)
    require(may.can_activate_account, request.user, account, request.at)
    form = NothingToAskForm(request.POST or None)
    items = acts.activation_items(account)
    return one_act(request, form, acts.activate_account, account, said=f"{account} is active.", items=items)


@ask_and_do
def pause_account(request: CityRequest, pk: int) -> HttpResponse:
    account = account_or_404(request, pk)
    require(may.can_pause_account, request.user, account, request.at)
    form = ReasonForm(request.POST or None)
    return one_act(request, form, acts.pause_account, account, said=f"{account} is paused.")


@ask_and_do
def resume_account(request: CityRequest, pk: int) -> HttpResponse:
    account = account_or_404(request, pk)
    require(may.can_resume_account, request.user, account, request.at)
    form = OptionalReasonForm(request.POST or None)
    return one_act(request, form, acts.resume_account, account, said=f"{account} is active again.")


@ask_and_do
def begin_closing_account(request: CityRequest, pk: int) -> HttpResponse:
    account = account_or_404(request, pk)
    require(may.can_begin_closing_account, request.user, account, request.at)
    form = ReasonForm(request.POST or None)
    return one_act(request, form, acts.begin_closing_account, account, said=f"{account} is closing.")


@ask_and_do
def retire_account(request: CityRequest, pk: int) -> HttpResponse:
    account = account_or_404(request, pk)
    require(may.can_retire_account, request.user, account, request.at)
    form = OptionalReasonForm(request.POST or None)
    return one_act(request, form, acts.retire_account, account, said=f"{account} is retired.")


def told_once(silences: list[Silence]) -> list[Silence]:
    """An account and its whole office are often silent for one and the same cause: say it once."""
    return list({(each.source, each.starts_at, each.ends_at): each for each in silences}.values())
