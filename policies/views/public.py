"""What everybody reads without signing in: the policies, their older wordings, and what changed."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from city.canonical import instant
from city.requests import CityRequest
from policies import wording
from policies.models import Policy, Version
from policies.rules import redline


def adopted_version(slug: str, number: int) -> Version:
    return get_object_or_404(
        Version.objects.adopted().select_related("policy", "based_on"), policy__slug=slug, number=number
    )


def rows_of(policy: Policy, at) -> list[dict]:
    """A policy's adopted versions, newest first, each with what the clock makes of it."""
    versions = list(policy.versions.adopted().defer("source").order_by("-number"))
    current = next((version for version in versions if version.effective_at <= at), None)
    numbers = [version.number for version in versions]
    return [
        {
            "version": version,
            "state": "in_force" if version == current else "upcoming" if version.effective_at > at and (
                current is None or version.number > current.number
            ) else "superseded",
            "previous": max((n for n in numbers if n < version.number), default=None),
        }
        for version in versions
    ]  # fmt: skip


def shown_version(request: CityRequest, version: Version) -> HttpResponse:
    rows = rows_of(version.policy, request.at)
    context = {
        "policy": version.policy,
        "version": version,
        "rows": rows,
        "row": next(row for row in rows if row["version"] == version),
        "clauses": wording.shown(version.clauses.all()),
        "grounds": version.grounds.select_related("clause"),
    }
    return render(request, "policies/see_version.html", context)


@login_not_required
@require_safe
def index(request: CityRequest) -> HttpResponse:
    current = {one.policy_id: one for one in Version.objects.in_force(request.at).defer("source")}
    rows = [{"policy": policy, "version": current.get(policy.pk)} for policy in Policy.objects.adopted()]
    return render(request, "policies/index.html", {"rows": rows})


@login_not_required
@require_safe
def see_policy(request: CityRequest, slug: str) -> HttpResponse:
    policy = get_object_or_404(Policy.objects.adopted(), slug=slug)
    version = policy.version_in_force(request.at) or policy.versions.adopted().order_by("number").first()
    return shown_version(request, version)


@login_not_required
@require_safe
def see_version(request: CityRequest, slug: str, number: int) -> HttpResponse:
    return shown_version(request, adopted_version(slug, number))


@login_not_required
@require_safe
def see_changes(request: CityRequest, slug: str, number: int, since: int) -> HttpResponse:
    new, old = adopted_version(slug, number), adopted_version(slug, since)
    if old.number >= new.number:
        raise Http404("An older version stands before a newer one.")
    clauses, grounds = wording.changes(old, new)
    context = {
        "old": old,
        "new": new,
        "clauses": redline.concerned(clauses),
        "grounds": redline.concerned(grounds),
        "unchanged": len(clauses) - len(redline.concerned(clauses)),
    }
    return render(request, "policies/see_changes.html", context)


@login_not_required
@require_safe
def download_version(request: CityRequest, slug: str, number: int, form: str) -> HttpResponse:
    version = adopted_version(slug, number)
    name = f'attachment; filename="{slug}-version-{number}.{form}"'
    if form == "md":
        answer = HttpResponse(version.source, content_type="text/markdown; charset=utf-8")
    else:
        assert version.adopted_on is not None  # a constraint: it is adopted
        assert version.effective_at is not None
        facts = {
            "title": version.policy.title,
            "file_number": version.file_number,
            "adopted_on": version.adopted_on.isoformat(),
            "effective_at": instant(version.effective_at),
            "sha256": version.content_hash,
            "url": request.build_absolute_uri(reverse("policies:see_version", args=[slug, number])),
        }
        answer = JsonResponse({**facts, "content": wording.content(version)}, json_dumps_params={"indent": 2})
    answer["Content-Disposition"] = name
    return answer


@login_not_required
@require_safe
def comment_rules(request: CityRequest) -> HttpResponse:
    version = (
        Version.objects.in_force(request.at)
        .filter(policy__kind=Policy.Kind.COMMENT)
        .select_related("policy")
        .first()
    )
    grounds = version.grounds.select_related("clause") if version else []
    return render(request, "policies/comment_rules.html", {"version": version, "grounds": grounds})
