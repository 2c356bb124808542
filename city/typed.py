"""What somebody had typed when their session ended: kept, and offered again after they have signed in.

A form that is sent after the session ended is not carried out and not thrown away. Its fields wait in the new
session; after sign-in a page shows them and sends them when the person says so. Only to whoever typed them:
a signed cookie remembers who last worked in this browser. Files and passwords are not kept.
"""

from datetime import timedelta
from typing import Any, cast

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse

from city.requests import CityRequest

KEY = "typed"
WHO = "rostrum_who"
LONGEST = 200_000  # characters; more than any form of ours takes
KEPT_FOR = timedelta(hours=12)
NOT_KEPT = ("csrfmiddlewaretoken", "password", "secret", "token", "code")


class KeepTypedMiddleware(LoginRequiredMiddleware):
    """Default deny, as Django's own; a form that comes too late is kept, and the public has its own front page."""

    def __call__(self, request: CityRequest) -> HttpResponseBase:  # type: ignore[override]  # CityMiddleware was before
        response = cast("HttpResponseBase", super().__call__(request))  # we never run asynchronously
        if request.user.is_authenticated:
            remember_who(request, response)
            if (
                request.method == "POST"
                and request.session.get(KEY, {}).get("path") == request.get_full_path()
            ):
                throw_away(request)  # it has been sent
        return response

    def handle_no_permission(  # type: ignore[override]
        self, request: CityRequest, view_func: Any
    ) -> HttpResponseRedirect:
        if request.path == reverse("home"):
            return redirect("welcome")  # the public knows the city's address, and arrives there
        if request.method == "POST" and not request.headers.get("HX-Request") and keep(request):
            return redirect_to_login(reverse("city:send_typed"), self.get_login_url(view_func), "next")
        return super().handle_no_permission(request, view_func)


def remember_who(request: CityRequest, response: HttpResponseBase) -> None:
    """Note in the browser, signed, who works in it; the note outlives the session."""
    known = request.get_signed_cookie(WHO, default="", salt=WHO)
    if known != str(request.user.pk):
        response.set_signed_cookie(
            WHO,
            str(request.user.pk),
            salt=WHO,
            max_age=int(KEPT_FOR.total_seconds()),
            httponly=True,
            secure=request.is_secure(),
            samesite="Lax",
        )


def keep(request: CityRequest) -> bool:
    """Put the form's fields into the session. False when nobody is known to have typed them, or they are too many."""
    who = request.get_signed_cookie(WHO, default="", salt=WHO, max_age=int(KEPT_FOR.total_seconds()))
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if not any(word in name.lower() for word in NOT_KEPT)
        for value in values
    ]
    if not who or not fields or sum(len(name) + len(value) for name, value in fields) > LONGEST:
        return False
    request.session[KEY] = {"who": who, "path": request.get_full_path(), "fields": fields}
    return True


def kept_for(request: CityRequest) -> dict[str, Any] | None:
    """What this person had typed, or None. What somebody else typed is thrown away."""
    typed = request.session.get(KEY)
    if typed and typed["who"] != str(request.user.pk):
        throw_away(request)
        return None
    return dict(typed) if typed else None


def throw_away(request: CityRequest) -> None:
    request.session.pop(KEY, None)
