"""Deciding about a comment: first what will happen is shown, then it is done."""

from collections.abc import Callable

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from city.attempts import carried_out
from city.permissions import require
from city.refusals import NotAllowed, Refusal
from city.requests import CityRequest
from comments import actions, permissions, previews
from comments.actions.decide import version_in_force
from comments.actions.measures import hideable
from comments.forms import DecideCaseForm, ProposeBlockForm, RefuseBlockForm, SecondBlockForm
from comments.models import Case, Decision
from comments.views.answer import ask_and_do, case_or_404, one_act
from comments.views.case import background_of


def shown_before(form: BaseForm, look: Callable[[], previews.Preview]) -> previews.Preview | None:
    """The preview, or None with the reason beside its field."""
    try:
        return look()
    except NotAllowed:
        raise
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return None


def drawn(
    request: CityRequest, template: str, case: Case, form: BaseForm, preview=None, **more
) -> HttpResponse:
    context = {
        "case": case,
        "form": form,
        "preview": preview,
        "hideable": hideable(case),
        **background_of(case, request),
        **more,
    }
    return render(request, f"comments/{template}.html", context)


@ask_and_do
def decide_case(request: CityRequest, pk: int) -> HttpResponse:
    case, at = case_or_404(request, pk), request.at
    require(permissions.can_decide_case, request.user, case, at)
    start = {"seen": case.item.record_id}
    form = DecideCaseForm(request.POST or None, initial=start, version=version_in_force(at), permits="hide")
    preview = None
    if form.is_valid():
        judgment, outcome = form.judgment, form.cleaned_data["outcome"]
        preview = shown_before(form, lambda: previews.of_decision(case, judgment, outcome, at=at))
        sure = preview and request.POST.get("step") == "confirm"
        if sure and carried_out(form, actions.decide_case, case, judgment, outcome, by=request.user, at=at):
            said = "left up" if outcome == Decision.Outcome.LEAVE else "being hidden on the network"
            messages.success(request, f"Decided: the comment is {said}.")
            return redirect("comments:list_cases")
    return drawn(request, "decide_case", case, form, preview if not form.errors else None)


@ask_and_do
def propose_block(request: CityRequest, pk: int) -> HttpResponse:
    case, at = case_or_404(request, pk), request.at
    require(permissions.can_propose_block, request.user, case, at)
    start = {"seen": case.item.record_id}
    form = ProposeBlockForm(
        request.POST or None, initial=start, version=version_in_force(at), permits="block"
    )
    preview = None
    if form.is_valid():
        judgment, days = form.judgment, form.cleaned_data["days"]
        block = Decision.Outcome.BLOCK
        preview = shown_before(form, lambda: previews.of_decision(case, judgment, block, at=at, days=days))
        sure = preview and request.POST.get("step") == "confirm"
        if sure and carried_out(form, actions.propose_block, case, judgment, days, by=request.user, at=at):
            messages.success(request, "The block waits for a second person.")
            return redirect(case)
    return drawn(request, "propose_block", case, form, preview if not form.errors else None)


def waiting_proposal(case: Case):
    return get_object_or_404(
        case.proposals.select_related("proposed_by", "record", "ground"), status="waiting"
    )


@ask_and_do
def second_block(request: CityRequest, pk: int) -> HttpResponse:
    case, at = case_or_404(request, pk), request.at
    proposal = waiting_proposal(case)
    require(permissions.can_second_block, request.user, proposal, at)
    form = SecondBlockForm(request.POST or None)
    if form.is_valid() and carried_out(
        form, actions.second_block, proposal, by=request.user, at=at, **form.cleaned_data
    ):
        messages.success(request, "The block is decided and is being carried out.")
        return redirect(case)
    preview = previews.of_proposal(proposal, at=at)
    return drawn(request, "second_block", case, form, preview, proposal=proposal)


@ask_and_do
def refuse_block(request: CityRequest, pk: int) -> HttpResponse:
    case = case_or_404(request, pk)
    proposal = waiting_proposal(case)
    require(permissions.can_refuse_block, request.user, proposal, request.at)
    form = RefuseBlockForm(request.POST or None)
    back, own = case.get_absolute_url(), proposal.proposed_by_id == request.user.pk
    said = f"The block is {'taken back' if own else 'refused'}; the comment waits again."
    return one_act(request, form, actions.refuse_block, proposal, said=said, back=back, case=case, own=own)
