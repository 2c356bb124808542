"""The desk on which policies are made: the list, one policy, one version, and its way to adoption."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from city.attempts import carried_out
from city.log import history_of
from city.permissions import require
from city.refusals import Stale
from city.requests import CityRequest
from city.roles import Role
from policies import actions, permissions, queries, wording
from policies.forms import (
    AddPolicyForm,
    AdoptVersionForm,
    ChangePolicyForm,
    PolicyFilters,
    ReviewVersionForm,
    SubmitForReviewForm,
    WithdrawDraftForm,
)
from policies.models import Policy, Version
from policies.models.clause import in_words
from policies.rules import redline
from policies.views.public import rows_of

ask_and_do = require_http_methods(["GET", "HEAD", "POST"])


def visible_version(request: CityRequest, pk: int) -> Version:
    versions = Version.objects.visible_to(request.user, request.at)
    return get_object_or_404(
        versions.select_related("policy", "based_on", "drafted_by", "reviewed_by"), pk=pk
    )


def changes_of(version: Version) -> dict:
    """The redline of a version from the one that it was made from; empty for a first version."""
    if version.based_on is None:
        return {"changes": [], "ground_changes": [], "concerns": ""}
    clauses, grounds = wording.changes(version.based_on, version)
    material = version.change == Version.Change.MATERIAL
    return {
        "changes": redline.concerned(clauses),
        "ground_changes": redline.concerned(grounds),
        "concerns": in_words(wording.roles_of([*clauses, *grounds])) if material else "",
    }


def progress(request: CityRequest, rows: list[queries.Row]) -> dict[int, dict]:
    """Of each policy how many people have acknowledged what counts, and how many have not."""
    counts: dict[int, dict] = {}
    for row in rows:
        one = counts.setdefault(row.version.policy_id, {"done": 0, "outdated": 0, "pending": 0, "all": 0})
        one[row.standing] += 1
        one["all"] += 1
    return counts


def rows_for(request: CityRequest, policies=None) -> list[queries.Row]:
    """The acknowledgements that this person may read."""
    if not permissions.can_see_acknowledgements(request.user, None, request.at):
        return []
    offices = permissions.own_offices(request.user, request.at)
    return queries.visible_standings(request.at, offices=offices, policies=policies)


@require_safe
def list_policies(request: CityRequest) -> HttpResponse:
    require(permissions.can_see_policies, request.user, None, request.at)
    filters = PolicyFilters(request.GET)
    state = filters.values.get("state")
    versions = Version.objects.visible_to(request.user, request.at).drafts().select_related("policy")
    drafts = {one.policy_id: one for one in versions.defer("source")}
    current = {one.policy_id: one for one in Version.objects.in_force(request.at).defer("source")}
    counts = progress(request, rows_for(request))
    policies = Policy.objects.visible_to(request.user, request.at)
    rows = [
        {
            "policy": one,
            "version": current.get(one.pk),
            "draft": drafts.get(one.pk),
            "count": counts.get(one.pk),
        }
        for one in policies
    ]
    context = {
        "rows": [row for row in rows if stands(row["draft"], state)],
        "filters": filters,
        "can_add": permissions.can_add_policy(request.user, None, request.at),
        "can_see_acknowledgements": permissions.can_see_acknowledgements(request.user, None, request.at),
    }
    return render(request, "policies/list_policies.html", context)


def stands(draft: Version | None, state: str | None) -> bool:
    """Whether a policy's draft stands where the filter asks."""
    if not state:
        return True
    if draft is None:
        return False
    if state == "returned":
        return draft.status == Version.Status.DRAFT and bool(draft.review_note)
    return draft.status == state


@require_safe
def show_policy(request: CityRequest, pk: int) -> HttpResponse:
    policy = get_object_or_404(Policy.objects.visible_to(request.user, request.at), pk=pk)
    user, at = request.user, request.at
    drafts = Version.objects.visible_to(user, at).filter(policy=policy).exclude(status=Version.Status.ADOPTED)
    context = {
        "policy": policy,
        "rows": rows_of(policy, at),
        "binds": [Role(role).label for role in policy.binds],
        "drafts": drafts.select_related("policy", "drafted_by").defer("source"),
        "count": progress(request, rows_for(request, [policy])).get(policy.pk),
        "entries": history_of(policy),
        "can_change": permissions.can_change_policy(user, policy, at),
        "can_draft": permissions.can_draft_version(user, policy, at) and policy.open_draft() is None,
    }
    return render(request, "policies/show_policy.html", context)


@ask_and_do
def add_policy(request: CityRequest) -> HttpResponse:
    require(permissions.can_add_policy, request.user, None, request.at)
    form = AddPolicyForm(request.POST or None)
    if form.is_valid() and carried_out(
        form, actions.add_policy, by=request.user, at=request.at, **form.wanted()
    ):
        messages.success(request, f"{form.cleaned_data['title']} is begun. Read its draft and change it.")
        return redirect("policies:list_policies")
    return render(request, "policies/add_policy.html", {"form": form})


@ask_and_do
def change_policy(request: CityRequest, pk: int) -> HttpResponse:
    policy = get_object_or_404(Policy.objects.visible_to(request.user, request.at), pk=pk)
    require(permissions.can_change_policy, request.user, policy, request.at)
    form = ChangePolicyForm(request.POST or None, instance=Policy.objects.get(pk=pk))
    if form.is_valid() and carried_out(
        form, actions.change_policy, policy, by=request.user, at=request.at, **form.cleaned_data
    ):
        return redirect("policies:show_policy", pk)
    return render(request, "policies/change_policy.html", {"form": form, "policy": policy})


@require_POST
def draft_version(request: CityRequest, pk: int) -> HttpResponse:
    policy = get_object_or_404(Policy.objects.visible_to(request.user, request.at), pk=pk)
    version = actions.draft_version(policy, by=request.user, at=request.at)
    return redirect("policies:change_draft", version.pk)


@require_safe
def show_version(request: CityRequest, pk: int) -> HttpResponse:
    version = visible_version(request, pk)
    user, at = request.user, request.at
    context = {
        "version": version,
        "policy": version.policy,
        "state": version.state_at(at),
        "clauses": wording.shown(version.clauses.all()),
        "grounds": version.grounds.select_related("clause"),
        "entries": history_of(version).exclude(verb="version.acknowledged"),
        "can_write": permissions.can_change_draft(user, version, at),
        "can_review": permissions.can_review_version(user, version, at),
        "can_adopt": permissions.can_adopt_version(user, version, at),
        **changes_of(version),
    }
    return render(request, "policies/show_version.html", context)


def must_stand(version: Version, *statuses: str) -> Version:
    """The version, where this question may be asked of it. Raises Stale (a page that says so) elsewhere."""
    if version.status not in statuses:
        raise Stale(
            f"{version} is now “{version.get_status_display()}”. Open it again to see what can be done."
        )
    return version


def carry(
    request: CityRequest,
    pk: int,
    *,
    right,
    form_class,
    action,
    typed,
    template: str,
    asked_of: tuple[str, ...],
    more=lambda _version: {},
) -> HttpResponse:
    """One step of a version's way: the question with what it concerns, then the act."""
    version = visible_version(request, pk)
    require(right, request.user, version, request.at)
    if request.method != "POST":  # what was typed is kept and answered beside its form
        must_stand(version, *asked_of)
    form = form_class(request.POST if request.method == "POST" else None)
    if form.is_valid() and carried_out(form, action, version, by=request.user, at=request.at, **typed(form)):
        return redirect("policies:show_version", pk)
    context = {"version": version, "form": form, "grounds": version.grounds.select_related("clause")}
    return render(request, template, {**context, **changes_of(version), **more(version)})


@ask_and_do
def submit_for_review(request: CityRequest, pk: int) -> HttpResponse:
    return carry(
        request,
        pk,
        right=permissions.can_submit_for_review,
        form_class=SubmitForReviewForm,
        action=actions.submit_for_review,
        typed=lambda form: {},
        template="policies/submit_for_review.html",
        asked_of=(Version.Status.DRAFT,),
    )


@ask_and_do
def review_version(request: CityRequest, pk: int) -> HttpResponse:
    return carry(
        request,
        pk,
        right=permissions.can_review_version,
        form_class=ReviewVersionForm,
        action=actions.review_version,
        typed=lambda form: form.typed(),
        template="policies/review_version.html",
        asked_of=(Version.Status.IN_REVIEW, Version.Status.REVIEWED),
    )


@ask_and_do
def adopt_version(request: CityRequest, pk: int) -> HttpResponse:
    return carry(
        request,
        pk,
        right=permissions.can_adopt_version,
        form_class=AdoptVersionForm,
        action=actions.adopt_version,
        typed=lambda form: form.cleaned_data,
        template="policies/adopt_version.html",
        asked_of=(Version.Status.REVIEWED,),
        more=lambda version: {"asked": queries.asked_by(version, request.at)},
    )


@ask_and_do
def withdraw_draft(request: CityRequest, pk: int) -> HttpResponse:
    return carry(
        request,
        pk,
        right=permissions.can_withdraw_draft,
        form_class=WithdrawDraftForm,
        action=actions.withdraw_draft,
        typed=lambda form: form.cleaned_data,
        template="policies/withdraw_draft.html",
        asked_of=Version.OPEN,
    )
