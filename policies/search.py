"""Policies and their clauses, found by their words."""

from datetime import datetime

from django.db.models import Q
from django.urls import reverse

from city.models import User
from city.search import LIMIT, Group, Hit
from policies.models import Clause, Policy, Version


def _policies(user: User, text: str, at: datetime) -> Group | None:
    found = Policy.objects.visible_to(user, at).filter(Q(title__icontains=text) | Q(summary__icontains=text))
    hits = [
        Hit(one.title, reverse("policies:show_policy", args=[one.pk]), one.summary) for one in found[:LIMIT]
    ]
    return Group("Policies", hits, reverse("policies:list_policies"))


def _clauses(_user: User, text: str, at: datetime) -> Group | None:
    """Clauses of what is in force: an older wording is found from its policy."""
    in_force = Version.objects.in_force(at).values("pk")
    found = Clause.objects.filter(version__in=in_force).filter(
        Q(title__icontains=text) | Q(text__icontains=text)
    )
    hits = [
        Hit(
            f"{clause.version.policy}: {clause.label}",
            f"{reverse('policies:see_policy', args=[clause.version.policy.slug])}#{clause.anchor}",
            f"version {clause.version.number}, in force",
        )
        for clause in found.select_related("version__policy").defer("version__source")[:LIMIT]
    ]
    return Group("Clauses in force", hits)


SEARCH = [_policies, _clauses]
