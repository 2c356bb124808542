"""The public side of the registry, without sign-in and without JavaScript: find our accounts, is this one ours, and
report one that passes for us.

The report's form is exempt from the check against forged requests, on purpose: it acts for nobody who is signed in,
so there is nothing to forge, and the check would turn away, with what they typed, people whose browser keeps no cookies.
"""

from urllib.parse import urlencode

from csp.decorators import csp_replace
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from accounts.actions import impostors as acts
from accounts.directory import listed_accounts, shown_url
from accounts.forms import DirectoryFilters, ReportImpostorForm, VerifyForm
from accounts.languages import language_named
from accounts.models import ImpostorReport
from accounts.permissions import PUBLIC
from accounts.verification import ours_that_look_like, verify
from accounts.views.answer import ask_and_do
from city import throttle
from city.attempts import carried_out
from city.lists import Column, list_response
from city.requests import CityRequest

#: Up to `soft` reports of one network in ten minutes are as any other; above, they wait until there is time.
REPORTS = throttle.Limit("impostor reports", soft=5, hard=60, window=600)
FLOOD = "Many reports came from one network in a short time."
FILLED_IN = "A field was filled in that people do not see."
SENT = "accounts.report_sent"

COLUMNS = [
    Column("Office", "office"),
    Column("Platform", "platform"),
    Column("Name", "name"),
    Column("Handle", "handle"),
    Column("Address", shown_url),
    Column("Notice", "notice"),
    Column("Language", lambda row: language_named(row.language)),
]


@login_not_required
@require_safe
def find_accounts(request: CityRequest) -> HttpResponseBase:
    filters = DirectoryFilters(request.GET)
    rows = listed_accounts(filters.values, request.at)
    context = {
        "filters": filters,
        "anything": any(filters.values.values()),
        "query_text": wanted_of(request),
        "snippet": embedding(request),
    }
    return list_response(
        request, "public/find_accounts.html", rows, COLUMNS, name="city-accounts", context=context
    )


def wanted_of(request: CityRequest) -> str:
    """The filters of this address, for another one."""
    names = DirectoryFilters.base_fields
    return urlencode({name: value for name, value in request.GET.items() if value and name in names})


def embedding(request: CityRequest) -> str:
    """What another site writes into its page to show this list there."""
    address = f"{settings.SITE_URL}{reverse('accounts:embed_accounts')}"
    if wanted := wanted_of(request):
        address += f"?{wanted}"
    return (
        f'<iframe src="{address}" title="Social media accounts of {request.city.name}" '
        'width="100%" height="480" loading="lazy"></iframe>'
    )


@xframe_options_exempt
@csp_replace({"frame-ancestors": "*"})  # type: ignore[arg-type]  # a request as every view gets it
@login_not_required
@require_safe
def embed_accounts(request: CityRequest) -> HttpResponseBase:
    """The list for other sites' pages: the only page of ours that may be shown inside another one."""
    filters = DirectoryFilters(request.GET)
    rows = listed_accounts(filters.values, request.at)
    context = {"all_url": f"{settings.SITE_URL}{reverse('accounts:find_accounts')}"}
    return list_response(
        request, "public/embed_accounts.html", rows, COLUMNS, name="city-accounts", context=context
    )


@login_not_required
@never_cache
@require_safe
def verify_account(request: CityRequest) -> HttpResponse:
    form = VerifyForm(request.GET if "q" in request.GET else None)
    wait = throttle.counted(request, request.at, throttle.PAGE).wait if form.is_bound else 0
    context = {
        "form": form,
        "wait": throttle.please_wait(wait) if wait else "",
        "verdict": None,
        "asked": urlencode({"address": request.GET.get("q", "")[:2000]}),
    }
    if form.is_valid() and not wait:
        context["verdict"] = verify(
            form.cleaned_data["q"], at=request.at, city=request.city, on=form.cleaned_data["platform"]
        )
    return answered(request, "public/verify_account.html", context, wait)


@csrf_exempt
@login_not_required
@never_cache
@ask_and_do
def report_impostor(request: CityRequest) -> HttpResponse:
    if request.method != "POST":
        start = {"address": request.GET.get("address", "")[:2000], "nonce": acts.new_nonce()}
        return answered(request, "public/report_impostor.html", {"form": ReportImpostorForm(initial=start)})
    form = ReportImpostorForm(request.POST)
    if not form.is_valid():
        return answered(request, "public/report_impostor.html", {"form": form})
    standing = throttle.counted(request, request.at, REPORTS)
    if standing.wait:
        context = {"form": form, "minutes": -(-standing.wait // 60)}
        return answered(request, "public/report_impostor.html", context, standing.wait)
    told = dict(form.cleaned_data)
    held = FILLED_IN if told.pop("homepage") else FLOOD if standing.held else ""
    made: list[ImpostorReport] = []

    def act(**fields):
        made.append(acts.report_impostor(**fields))

    if carried_out(form, act, by=PUBLIC, at=request.at, held_why=held, **told):
        return redirect("accounts:see_report", signing.Signer(salt=SENT).sign(str(made[0].pk)))
    return answered(request, "public/report_impostor.html", {"form": form})


@login_not_required
@never_cache
@require_safe
def see_report(request: CityRequest, token: str) -> HttpResponse:
    """What becomes of a report, and which of our accounts the reported one looks like."""
    try:
        pk = int(signing.Signer(salt=SENT).unsign(token))
    except (signing.BadSignature, ValueError) as error:
        raise Http404("No report has this link. Check that it is whole.") from error
    report = get_object_or_404(ImpostorReport.objects.select_related("impostor__platform"), pk=pk)
    impostor = report.impostor
    context = {
        "impostor": impostor,
        "is_known": impostor.status in impostor.KNOWN,
        "ours": acts.ours_behind(impostor, request.at),
        "alike": ours_that_look_like(impostor.handle, request.at),
    }
    response = answered(request, "public/see_report.html", context)
    response["Referrer-Policy"] = "no-referrer"
    return response


def answered(request: CityRequest, template: str, context: dict, wait: int = 0) -> HttpResponse:
    """The page; or, for who must wait, the same with what was typed, and when it is open again."""
    response = render(request, template, context, status=429 if wait else 200)
    if wait:
        response["Retry-After"] = str(wait)
    response["X-Robots-Tag"] = "noindex"
    return response
