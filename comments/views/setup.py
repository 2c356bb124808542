"""How comments are decided here: the procedure in use and the word lists."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from city.attempts import carried_out
from city.permissions import require
from city.requests import CityRequest
from comments import actions, permissions
from comments.actions.cases import permitted_lists
from comments.forms import ChangeWordListForm, ChooseProcedureForm
from comments.models import Procedure, WordList
from comments.procedure import procedure_at
from comments.rules import PROCEDURES
from comments.views.answer import ask_and_do
from policies.models import KeywordKind


@require_safe
def see_setup(request: CityRequest) -> HttpResponse:
    user, at = request.user, request.at
    require(permissions.can_see_setup, user, None, at)
    lists = {one.kind: one for one in WordList.objects.all()}
    used = permitted_lists(at)
    context = {
        "procedure": procedure_at(at),
        "chosen": Procedure.objects.filter(chosen_at__lte=at).select_related("chosen_by").first(),
        "lists": [
            {"kind": kind, "label": label, "list": lists.get(kind), "used": kind in used}
            for kind, label in KeywordKind.choices
        ],
        "may_choose": permissions.can_choose_procedure(user, None, at),
        "may_change": permissions.can_change_word_list(user, None, at),
    }
    return render(request, "comments/see_setup.html", context)


@ask_and_do
def change_word_list(request: CityRequest, kind: str) -> HttpResponse:
    require(permissions.can_change_word_list, request.user, None, request.at)
    if kind not in KeywordKind.values:
        raise Http404
    found = WordList.objects.filter(kind=kind).first()
    form = ChangeWordListForm(request.POST or None, initial={"words": found.words if found else ""})
    if form.is_valid() and carried_out(
        form, actions.change_word_list, kind, by=request.user, at=request.at, **form.cleaned_data
    ):
        messages.success(request, "The list is changed. It counts for comments from now on.")
        return redirect("comments:see_setup")
    return render(request, "comments/change_word_list.html", {"form": form, "label": KeywordKind(kind).label})


@ask_and_do
def choose_procedure(request: CityRequest) -> HttpResponse:
    require(permissions.can_choose_procedure, request.user, None, request.at)
    form = ChooseProcedureForm(request.POST or None, initial={"key": procedure_at(request.at).key})
    if form.is_valid() and carried_out(
        form, actions.choose_procedure, by=request.user, at=request.at, **form.cleaned_data
    ):
        messages.success(request, "From now on comments are decided so.")
        return redirect("comments:see_setup")
    return render(
        request, "comments/choose_procedure.html", {"form": form, "procedures": PROCEDURES.values()}
    )
