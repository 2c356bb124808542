"""What the city has decided about each platform."""

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from accounts import permissions as may
from accounts.actions.platforms import change_platform as change
from accounts.forms import ChangePlatformForm
from accounts.models import Platform
from accounts.models.errand import city_day
from accounts.views.answer import ask_and_do
from city.attempts import carried_out
from city.lists import Column, list_response
from city.log import history_of
from city.permissions import require
from city.requests import CityRequest

KINDS = {"approved": "good", "conditional": "attention", "prohibited": "bad"}
COLUMNS = [
    Column("Platform", "name"),
    Column("Decision", Platform.get_status_display),
    Column("Reason", "reason"),
    Column("Decided on", "decided_on"),
    Column("Accounts", "accounts_count"),
]


@require_safe
def list_platforms(request: CityRequest) -> HttpResponseBase:
    require(may.can_see_registry, request.user, None, request.at)
    rows = Platform.objects.annotate(accounts_count=Count("accounts")).order_by("name")
    context = {"kinds": KINDS, "may_change": may.can_change_platform(request.user, None, request.at)}
    return list_response(
        request, "accounts/list_platforms.html", rows, COLUMNS, name="platforms", context=context
    )


@ask_and_do
def change_platform(request: CityRequest, pk: int) -> HttpResponse:
    platform = get_object_or_404(Platform, pk=pk)
    require(may.can_change_platform, request.user, platform, request.at)
    before = {"status": platform.status, "reason": platform.reason, "decided_on": city_day(request.at)}
    form = ChangePlatformForm(request.POST or None, initial=before)
    if form.is_valid() and carried_out(
        form, change, platform, by=request.user, at=request.at, **form.cleaned_data
    ):
        messages.success(request, f"The decision on {platform} is recorded.")
        return redirect("accounts:list_platforms")
    context = {"form": form, "platform": platform, "entries": history_of(platform)}
    return render(request, "accounts/change_platform.html", context)
