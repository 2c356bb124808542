"""One comment: in its thread, with what went before, and what is being done about it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from city.log import history_of
from city.permissions import require
from city.requests import CityRequest
from comments import actions, permissions, queries, rules
from comments.actions.decide import version_in_force
from comments.actions.measures import hideable
from comments.forms import DecideCaseForm, DropMeasureForm, FlagCommentForm, ProposeBlockForm
from comments.models import Case, Measure
from comments.procedure import procedure_at
from comments.views.answer import ask_and_do, case_or_404, one_act
from posts.permissions import can_draft_post


def background_of(case: Case, request: CityRequest) -> dict:
    """What a moderator reads before deciding."""
    record = case.item.record
    return {
        "record": record,
        "may_read": queries.may_read(record, request.user, request.at),
        "thread": queries.thread_of(record),
        "earlier": queries.earlier_cases(case),
        "similar": queries.similar_left_up(case),
        "flags": case.flags.select_related("by"),
    }


def forms_for(case: Case, request: CityRequest) -> dict:
    """The forms of whoever has the comment open."""
    version = version_in_force(request.at)
    step = rules.next_step(queries.earlier_decisions(case), request.at, procedure_at(request.at))
    seen = {"seen": case.item.record_id}
    return {
        "version": version,
        "hideable": hideable(case),
        "form": DecideCaseForm(initial=seen, version=version, permits="hide"),
        "step": step,
        "block_form": ProposeBlockForm(
            initial={**seen, "days": step.days}, version=version, permits="block", auto_id="block_%s"
        ) if step.days else None,
    }  # fmt: skip


@require_safe
def see_case(request: CityRequest, pk: int) -> HttpResponse:
    case = case_or_404(request, pk)
    user, at = request.user, request.at
    proposal = case.proposals.filter(status="waiting").select_related("proposed_by", "record").first()
    context = {
        "case": case,
        "held": case.held_by(user, at),
        "holder": case.claimed_by if case.holder_id(at) else None,
        "proposal": proposal,
        "counsel_first": bool(proposal) and procedure_at(at).counsel_first,
        "may": {
            "claim": permissions.can_claim_case(user, case, at),
            "release": permissions.can_release_case(user, case, at),
            "flag": permissions.can_flag_comment(user, case, at),
            "answer": can_draft_post(user, case.account.office, at),
            "second": proposal and permissions.can_second_block(user, proposal, at),
            "refuse": proposal and permissions.can_refuse_block(user, proposal, at),
            "retry": permissions.can_retry_measure(user, None, at),
            "drop": permissions.can_drop_measure(user, None, at),
        },
        "decisions": case.decisions.select_related(
            "decided_by", "seconded_by", "record", "notice", "appeal__answer"
        ),
        "measures": case.measures.order_by("pk"),
        "entries": history_of(case),
        **background_of(case, request),
        **(forms_for(case, request) if case.held_by(user, at) else {}),
    }
    return render(request, "comments/see_case.html", context)


@require_POST
def claim_case(request: CityRequest, pk: int) -> HttpResponse:
    actions.claim_case(case_or_404(request, pk), by=request.user, at=request.at)
    return redirect("comments:see_case", pk)


@require_POST
def release_case(request: CityRequest, pk: int) -> HttpResponse:
    actions.release_case(case_or_404(request, pk), by=request.user, at=request.at)
    messages.success(request, "The comment waits again, in its old place.")
    return redirect("comments:list_cases")


@ask_and_do
def flag_comment(request: CityRequest, pk: int) -> HttpResponse:
    case = case_or_404(request, pk)
    require(permissions.can_flag_comment, request.user, case, request.at)
    form = FlagCommentForm(request.POST or None)
    return one_act(
        request,
        form,
        actions.flag_comment,
        case,
        said="The comment is flagged.",
        back=case.get_absolute_url(),
    )


def measure_or_404(request: CityRequest, pk: int) -> Measure:
    cases = Case.objects.visible_to(request.user, request.at)
    return get_object_or_404(Measure.objects.filter(case__in=cases).select_related("case__account"), pk=pk)


@require_POST
def retry_measure(request: CityRequest, pk: int) -> HttpResponse:
    measure = measure_or_404(request, pk)
    actions.retry_measure(measure, by=request.user, at=request.at)
    messages.success(request, "It is tried again now.")
    return redirect(measure.case)


@ask_and_do
def drop_measure(request: CityRequest, pk: int) -> HttpResponse:
    measure = measure_or_404(request, pk)
    require(permissions.can_drop_measure, request.user, measure, request.at)
    form = DropMeasureForm(request.POST or None)
    back = measure.case.get_absolute_url()
    return one_act(
        request, form, actions.drop_measure, measure, said="Nothing more is done about it.", back=back
    )
