"""Writing a draft: its text with a preview, and its grounds."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from city.attempts import carried_out
from city.permissions import require
from city.requests import CityRequest
from policies import actions, permissions, wording
from policies.forms import ChangeDraftForm, GroundForm
from policies.models import Ground, Version
from policies.rules import clauses as rules
from policies.views.desk import ask_and_do, must_stand, visible_version


def preview_of(form: ChangeDraftForm) -> list[wording.ShownClause]:
    """What was typed as it would be read; a text that is unclear says so beside its field."""
    try:
        return wording.shown(rules.parse(form.cleaned_data["source"]))
    except rules.UnclearText as problem:
        form.add_error("source", str(problem))
        return []


@ask_and_do
def change_draft(request: CityRequest, pk: int) -> HttpResponse:
    version = visible_version(request, pk)
    require(permissions.can_change_draft, request.user, version, request.at)
    if request.method != "POST":
        must_stand(version, Version.Status.DRAFT)
    form = ChangeDraftForm(request.POST or None, instance=Version.objects.select_related("policy").get(pk=pk))
    preview = []
    if form.is_valid():
        if "preview" in request.POST:
            preview = preview_of(form)
        elif carried_out(form, actions.change_draft, version, by=request.user, at=request.at, **form.typed()):
            messages.success(request, "The draft is saved.")
            return redirect("policies:show_version", pk)
    return render(
        request, "policies/change_draft.html", {"form": form, "version": version, "preview": preview}
    )


@ask_and_do
def add_ground(request: CityRequest, pk: int) -> HttpResponse:
    version = visible_version(request, pk)
    require(permissions.can_change_ground, request.user, version, request.at)
    must_stand(version, Version.Status.DRAFT)
    form = GroundForm(request.POST or None, version=version)
    if form.is_valid() and carried_out(
        form, actions.add_ground, version, by=request.user, at=request.at, **form.cleaned_data
    ):
        return redirect("policies:show_version", pk)
    return render(request, "policies/add_ground.html", {"form": form, "version": version})


def visible_ground(request: CityRequest, pk: int) -> Ground:
    grounds = Ground.objects.filter(version__in=Version.objects.visible_to(request.user, request.at))
    return get_object_or_404(grounds.select_related("version__policy", "clause"), pk=pk)


@ask_and_do
def change_ground(request: CityRequest, pk: int) -> HttpResponse:
    ground = visible_ground(request, pk)
    require(permissions.can_change_ground, request.user, ground.version, request.at)
    must_stand(ground.version, Version.Status.DRAFT)
    form = GroundForm(request.POST or None, instance=visible_ground(request, pk), version=ground.version)
    if form.is_valid() and carried_out(
        form, actions.change_ground, ground, by=request.user, at=request.at, **form.cleaned_data
    ):
        return redirect("policies:show_version", ground.version_id)
    return render(request, "policies/change_ground.html", {"form": form, "ground": ground})


@ask_and_do
def remove_ground(request: CityRequest, pk: int) -> HttpResponse:
    ground = visible_ground(request, pk)
    require(permissions.can_change_ground, request.user, ground.version, request.at)
    must_stand(ground.version, Version.Status.DRAFT)
    if request.method == "POST":
        actions.remove_ground(ground, by=request.user, at=request.at)
        return redirect("policies:show_version", ground.version_id)
    return render(request, "policies/remove_ground.html", {"ground": ground})
