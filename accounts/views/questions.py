"""The questions of a request: what is in force, what earlier requests were asked, the draft of the next version."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts import permissions as may
from accounts.actions import questions as acts
from accounts.models import Question, QuestionSet, Request
from accounts.request_forms import QuestionForm
from accounts.views.answer import ask_and_do
from city.attempts import carried_out
from city.log import history_of
from city.permissions import require
from city.requests import CityRequest


@require_safe
def list_questions(request: CityRequest) -> HttpResponse:
    """The version that the address names, or the one in force."""
    require(may.can_see_registry, request.user, None, request.at)
    versions = QuestionSet.objects.all()
    wanted = request.GET.get("version", "")
    shown = (
        get_object_or_404(versions, number=int(wanted[:9]))
        if wanted.isdecimal()
        else versions.filter(status=QuestionSet.Status.IN_FORCE).first()
    )
    steps: dict[str, list[Question]] = {}
    for question in shown.questions.all() if shown else []:
        question.is_fixed = question.key in Request.COLUMNS  # type: ignore[attr-defined]  # for the page
        steps.setdefault(question.step, []).append(question)
    context = {
        "versions": versions,
        "shown": shown,
        "steps": steps.items(),
        "draft": versions.filter(status=QuestionSet.Status.DRAFT).first(),
        "may_change": may.can_change_questions(request.user, shown, request.at),
        "entries": history_of(shown) if shown else [],
    }
    return render(request, "accounts/list_questions.html", context)


@require_POST
def begin_questions(request: CityRequest) -> HttpResponse:
    draft = acts.begin_questions(by=request.user, at=request.at)
    return to_draft(draft)


@ask_and_do
def add_question(request: CityRequest, pk: int) -> HttpResponse:
    draft = get_object_or_404(QuestionSet, pk=pk)
    require(may.can_change_questions, request.user, draft, request.at)
    last = draft.questions.last()
    new = Question(set=draft, position=last.position + 10 if last else 10)
    form = QuestionForm(request.POST or None, instance=new)
    values = form.cleaned_data if form.is_valid() else {}
    if values and carried_out(form, acts.add_question, draft, by=request.user, at=request.at, **values):
        messages.success(request, "The question is in the draft.")
        return to_draft(draft)
    return render(request, "accounts/add_question.html", {"form": form, "draft": draft})


@ask_and_do
def change_question(request: CityRequest, pk: int) -> HttpResponse:
    question = get_object_or_404(Question.objects.select_related("set"), pk=pk)
    require(may.can_change_questions, request.user, question.set, request.at)
    form = QuestionForm(request.POST or None, instance=question)
    values = form.cleaned_data if form.is_valid() else {}
    fresh = Question.objects.select_related("set").get(pk=pk)
    if values and carried_out(form, acts.change_question, fresh, by=request.user, at=request.at, **values):
        messages.success(request, "The draft is changed.")
        return to_draft(question.set)
    context = {"form": form, "question": question, "is_fixed": question.key in Request.COLUMNS}
    return render(request, "accounts/change_question.html", context)


@require_POST
def remove_question(request: CityRequest, pk: int) -> HttpResponse:
    question = get_object_or_404(Question.objects.select_related("set"), pk=pk)
    acts.remove_question(question, by=request.user, at=request.at)
    messages.success(request, "The question is no longer in the draft.")
    return to_draft(question.set)


@require_POST
def adopt_questions(request: CityRequest, pk: int) -> HttpResponse:
    draft = get_object_or_404(QuestionSet, pk=pk)
    acts.adopt_questions(draft, by=request.user, at=request.at)
    messages.success(request, f"Version {draft.number} is asked from now on.")
    return redirect("accounts:list_questions")


def to_draft(draft: QuestionSet) -> HttpResponse:
    response = redirect("accounts:list_questions")
    response["Location"] += f"?version={draft.number}"
    return response
