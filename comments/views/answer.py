"""What the pages about comments have in common: fetching is checking; one action, then a redirect."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from city.attempts import carried_out
from city.requests import CityRequest
from comments.models import Case

ask_and_do = require_http_methods(["GET", "HEAD", "POST"])


def case_or_404(request: CityRequest, pk: int) -> Case:
    rows = Case.objects.visible_to(request.user, request.at)
    related = ("item__record", "record", "account__platform", "account__office", "claimed_by")
    return get_object_or_404(rows.select_related(*related), pk=pk)


def one_act(
    request: CityRequest, form: BaseForm, act: Callable[..., Any], thing: Any, *, said: str, back: str, **context: Any
) -> HttpResponse:  # fmt: skip
    """Carry the act out on the thing and go `back`; or draw the act's own template with the form."""
    if form.is_valid() and carried_out(form, act, thing, by=request.user, at=request.at, **form.cleaned_data):
        messages.success(request, said)
        return redirect(back)
    return render(
        request, f"comments/{act.__name__}.html", {"form": form, "thing": thing, "back": back, **context}
    )
