"""After a session has ended: what was typed, to be sent now or thrown away."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from city.requests import CityRequest
from city.typed import kept_for, throw_away


@require_http_methods(["GET", "HEAD", "POST"])
def send_typed(request: CityRequest) -> HttpResponse:
    typed = kept_for(request)
    if typed is None or request.method == "POST":
        throw_away(request)
        if typed is not None:
            messages.info(request, "What you had typed was thrown away.")
        return redirect("home")
    return render(request, "city/send_typed.html", {"typed": typed})
