"""What everybody reads without signing in: the register, one decision, the appeal and its private page.

The appeal's form is exempt from the check against forged requests, on purpose: it acts for nobody who is signed in, so
there is nothing to forge, and the check would turn away, with what they typed, people whose browser keeps no
cookies. A signed nonce in the form makes sending it twice harmless.
"""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from city.lists import Column, list_response
from city.log import history_of
from city.requests import CityRequest
from comments import actions, throttle
from comments.actions.appeals import decision_named, new_nonce, statement_for
from comments.forms import RegisterFilters, SubmitStatementForm
from comments.models import Statement
from comments.procedure import due_of, procedure_at
from comments.register import appeal_in_words, published
from comments.views.answer import ask_and_do

FLOOD = "Many statements came from one address in a short time."
FILLED_IN = "A field was filled in that people do not see."

COLUMNS = [
    Column("Number", "reference"),
    Column("Decided", lambda row: row.seconded_at or row.decided_at),
    Column("Account", lambda row: str(row.case.account)),
    Column("Decision", lambda row: row.get_outcome_display()),
    Column("Blocked until", "block_until"),
    Column("Ground", "ground_title"),
    Column("Clause", "clause_label"),
    Column("Policy", "policy_label"),
    Column("Facts", "facts"),
    Column("Appeal", appeal_in_words),
]


@login_not_required
@require_safe
def list_decisions(request: CityRequest) -> HttpResponseBase:
    filters = RegisterFilters(request.GET)
    rows = published(filters.values)
    return list_response(
        request, "comments/list_decisions.html", rows, COLUMNS, name="decisions", context={"filters": filters}
    )


@login_not_required
@require_safe
def see_decision(request: CityRequest, reference: str) -> HttpResponse:
    decision = get_object_or_404(published(), reference=reference.replace("\x00", ""))
    appeal = getattr(decision, "appeal", None)
    context = {
        "decision": decision,
        "appeal": appeal,
        "answer": getattr(appeal, "answer", None),
        "due": due_of(appeal) if appeal and appeal.status == "received" else None,
        "measures": decision.case.measures.filter(decision=decision)
        | decision.case.measures.filter(appeal_decision__appeal__decision=decision)
        | decision.case.measures.filter(block__decision=decision),
    }
    return render(request, "comments/see_decision.html", context)


@csrf_exempt
@login_not_required
@never_cache
@ask_and_do
def submit_statement(request: CityRequest) -> HttpResponse:
    if request.method != "POST":
        start = {"reference": request.GET.get("reference", "")[:40], "nonce": new_nonce()}
        return drawn(request, SubmitStatementForm(initial=start))
    form = SubmitStatementForm(request.POST)
    if not form.is_valid():
        return drawn(request, form)
    standing = throttle.counted(request, request.at)
    if standing.wait:
        return drawn(request, form, wait=standing.wait)
    held = FILLED_IN if form.cleaned_data["homepage"] else FLOOD if standing.held else ""
    _, token = actions.submit_statement(
        form.words, nonce=form.cleaned_data["nonce"], at=request.at, held_why=held
    )
    return redirect("comments:see_statement", token)


def drawn(request: CityRequest, form: SubmitStatementForm, wait: int = 0) -> HttpResponse:
    named = decision_named(str(form["reference"].value() or ""))
    within = procedure_at(request.at).decide_within
    context = {"form": form, "named": named, "minutes": -(-wait // 60), "within": within}
    response = render(request, "comments/submit_statement.html", context, status=429 if wait else 200)
    if wait:
        response["Retry-After"] = str(wait)
    return response


@login_not_required
@never_cache
@require_safe
def see_statement(request: CityRequest, token: str) -> HttpResponse:
    statement = statement_for(token)
    if statement is None:
        raise Http404("No appeal has this link. Check that it is whole.")
    response = render(
        request, "comments/see_statement.html", {"statement": statement, **standing_of(statement)}
    )
    # The address is the key: it is given to no other site and to no search engine.
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def standing_of(statement: Statement) -> dict:
    """How a statement stands: what was decided, what is being carried out, and what happens next by when."""
    appeal = statement.appeal
    if appeal is None:
        return {}
    case = appeal.decision.case
    back = case.measures.filter(verb__in=["unhide", "unblock"], appeal_decision__appeal=appeal)
    return {
        "appeal": appeal,
        "decision": appeal.decision,
        "answer": getattr(appeal, "answer", None),
        "due": due_of(appeal),
        "measures": back,
        "finished": not back.unfinished().exists(),
        "given_back": history_of(appeal).filter(verb="appeal.given_back").first(),
    }
