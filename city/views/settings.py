"""City settings, and the walk by which a new installation becomes a city."""

from allauth.account.internal.flows.login import record_authentication
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from city import permissions
from city.actions import city as actions
from city.attempts import carried_out
from city.forms import CityForm, SetUpForm
from city.log import history_of
from city.models import City
from city.permissions import require
from city.presets import PRESETS, Preset, preset_named
from city.requests import CityRequest

ask_and_do = require_http_methods(["GET", "HEAD", "POST"])
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@ask_and_do
def change_city(request: CityRequest) -> HttpResponse:
    require(permissions.can_change_city, request.user, request.city, request.at)
    preset = preset_named(request.GET.get("preset", ""))
    form = CityForm(
        request.POST or None,
        request.FILES or None,
        instance=request.city,
        initial=preset.values if preset else {},
    )
    if form.is_valid() and carried_out(
        form, actions.change_city, request.city, by=request.user, at=request.at, **form.values()
    ):
        messages.success(request, "The settings are saved.")
        return redirect("city:change_city")
    context = {"form": form, "presets": PRESETS, "preset": preset, "entries": history_of(request.city)}
    return render(request, "city/change_city.html", context)


@login_not_required
@never_cache
@ask_and_do
def set_up(request: CityRequest) -> HttpResponse:
    """First who you are, then which city this is; the second factor and the home page follow by themselves."""
    if City.objects.exists():
        return redirect("home")
    if request.user.is_authenticated and permissions.can_change_city(request.user, None, request.at):
        return _set_up_city(request, preset_named(request.GET.get("preset", "")) or PRESETS[0])
    return _set_up_administrator(request)


def _set_up_administrator(request: CityRequest) -> HttpResponse:
    form = SetUpForm(request.POST or None)
    if form.is_valid() and carried_out(
        form, actions.make_first_administrator, at=request.at, **form.cleaned_data
    ):
        user = actions.User.objects.get(email=form.cleaned_data["email"].lower())
        login(request, user, backend=BACKEND)
        record_authentication(request, user, "password")
        return redirect("city:set_up")
    return render(request, "city/set_up.html", {"form": form, "step": 1})


def _set_up_city(request: CityRequest, preset: Preset) -> HttpResponse:
    form = CityForm(request.POST or None, request.FILES or None, instance=City(), initial=preset.values)
    if form.is_valid() and carried_out(
        form, actions.set_up_city, by=request.user, at=request.at, preset=preset.slug, **form.values()
    ):
        messages.success(request, "The city is set up. Set up your own second factor now.")
        return redirect("home")
    return render(
        request, "city/set_up.html", {"form": form, "step": 2, "presets": PRESETS, "preset": preset}
    )
