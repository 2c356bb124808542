"""What the registry's form pages have in common: one action, then a redirect, or the form again."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.models import Account, Administrator
from city.attempts import carried_out
from city.requests import CityRequest

ask_and_do = require_http_methods(["GET", "HEAD", "POST"])


def one_act(
    request: CityRequest,
    form: BaseForm,
    act: Callable[..., Any],
    thing: Any,
    *,
    said: str,
    **context: Any,
) -> HttpResponse:
    """Carry the act out on the thing and go to its account; or draw the act's own template with the form."""
    account = thing if isinstance(thing, Account) else thing.account
    if form.is_valid() and carried_out(form, act, thing, by=request.user, at=request.at, **form.cleaned_data):
        messages.success(request, said)
        return redirect("accounts:see_account", account.pk)
    context |= {"form": form, "thing": thing, "account": account}
    return render(request, f"accounts/{act.__name__}.html", context)


def account_or_404(request: CityRequest, pk: int) -> Account:
    rows = Account.objects.visible_to(request.user, request.at).select_related(
        "office", "platform", "connection"
    )
    return get_object_or_404(rows, pk=pk)


def administrator_or_404(request: CityRequest, pk: int) -> Administrator:
    account = Account.objects.visible_to(request.user, request.at)
    rows = Administrator.objects.current().filter(account__in=account)
    return get_object_or_404(rows.select_related("account__office", "account__platform", "user"), pk=pk)
