"""Which city this is, in which time zone, at which instant; and what a refusal looks like as a page."""

from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.reauthentication import suspend_request
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from city.models import City
from city.refusals import NotAllowed, Refusal
from city.requests import CityRequest
from city.sessions import end_other_sessions
from city.sign_in import ask_again_at, may_do_without, shown_at


class CityMiddleware:
    """Sets `request.city` and `request.at`, the one reading of the clock that a page goes by.

    Before set-up there is nothing to show: every page leads to set-up.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: CityRequest) -> HttpResponse:
        request.at = timezone.now()
        city = City.objects.defer("seal").filter(id=1).first()
        request.city = city  # type: ignore[assignment]
        if city is None:
            if not self.answers_before_set_up(request.path):
                return redirect("city:set_up")
            return self.get_response(request)
        with timezone.override(request.city.time_zone):
            response = self.get_response(request)
            if response.streaming:  # a CSV is written after this middleware has ended
                response.streaming_content = in_zone(request.city.time_zone, response.streaming_content)
            return response

    @staticmethod
    def answers_before_set_up(path: str) -> bool:
        names = ("city:set_up", "health", "city:stylesheet")
        return path in {reverse(name) for name in names} or path.startswith(
            f"/{settings.STATIC_URL.lstrip('/')}"
        )

    def process_exception(self, request: CityRequest, problem: Exception) -> HttpResponse | None:
        """A refusal that no form could show: 403 for a missing right, 409 for anything else."""
        if isinstance(problem, NotAllowed):
            return render(request, "403.html", {"reason": problem.message}, status=403)
        if isinstance(problem, Refusal):
            return render(request, "409.html", {"reason": problem.message}, status=409)
        if isinstance(problem, PermissionDenied) and str(problem):
            return render(request, "403.html", {"reason": str(problem)}, status=403)
        return None


def in_zone(zone: str, parts):
    """A streamed body, each part made in the city's time."""
    parts = iter(parts)
    while True:
        with timezone.override(zone):
            try:
                part = next(parts)
            except StopIteration:
                return
        yield part


class SecondFactorMiddleware:
    """No way in without a second factor.

    Until one is set up, only its set-up, signing out and what everybody may see answer. A session that was
    opened before it was set up has not shown it, and is asked.
    """

    SET_UP = frozenset({"mfa_activate_totp", "mfa_add_webauthn"})
    SHOW = frozenset({"account_reauthenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn"})
    OPEN = frozenset({"mfa_index", "account_logout"}) | SET_UP | SHOW

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: CityRequest) -> HttpResponse:
        had_one = request.user.is_authenticated and is_mfa_enabled(request.user)
        request.has_second_factor = had_one
        response = self.get_response(request)
        match = request.resolver_match
        if match and match.url_name in self.SET_UP and request.method == "POST" and not had_one:
            self.first_one_was_set_up(request)
        return response

    def first_one_was_set_up(self, request: CityRequest) -> None:
        """Who set it up has shown it. A session that somebody opened with the password alone ends."""
        if request.user.is_authenticated and is_mfa_enabled(request.user):
            record_authentication(request, request.user, "mfa", type="set_up")
            end_other_sessions(request)

    def process_view(self, request: CityRequest, view, args, kwargs) -> HttpResponse | None:
        if not request.user.is_authenticated or not getattr(view, "login_required", True):
            return None
        name = request.resolver_match.url_name if request.resolver_match else None
        if not request.has_second_factor:
            if name in self.OPEN or may_do_without(request):
                return None
            return redirect("mfa_index")
        if shown_at(request) is None and name not in self.SHOW | {"account_logout"}:
            return suspend_request(request, ask_again_at(request.user))
        return None
