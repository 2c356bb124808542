"""The home page, made of every app's findings; search over all apps; the health check."""

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from city.findings import each_severity, findings_for
from city.navigation import public_links
from city.requests import CityRequest
from city.search import search_everything
from config.first_steps import first_steps


@require_safe
def home(request: CityRequest) -> HttpResponse:
    findings = findings_for(request.user, request.at)
    context = {"findings": findings, "groups": list(each_severity(findings))}
    return render(request, "home.html", context | {"steps": first_steps(request.user, request.at)})


@login_not_required
@require_safe
def welcome(request: CityRequest) -> HttpResponse:
    """Where the public arrives: what there is to read and to do here, without signing in."""
    return render(request, "welcome.html", {"links": public_links(request.path)})


@require_safe
def search(request: CityRequest) -> HttpResponse:
    text = request.GET.get("q", "")[:200]
    groups = search_everything(request.user, text, request.at)
    return render(request, "search.html", {"search_text": text, "groups": groups})


@login_not_required
def closed(request: CityRequest) -> HttpResponse:
    """An address that a part of ours brings along and a city does not use."""
    raise Http404


@login_not_required
@never_cache
@require_safe
def health(request: CityRequest) -> JsonResponse:
    """200 when the database answers: what a load balancer and the launcher ask."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})
