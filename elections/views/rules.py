"""The law's parameters, and who answered for them."""

import json

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from city.attempts import carried_out
from city.permissions import require
from city.requests import CityRequest
from elections import forms
from elections.actions import rules as acts
from elections.models import Election, Rule
from elections.pages import outcomes, rules_page
from elections.permissions import can_add_rule, can_confirm_rule, can_see_elections


@require_safe
def list_rules(request: CityRequest) -> HttpResponse:
    require(can_see_elections, request.user, None, request.at)
    return render(request, "elections/list_rules.html", rules_page(request.user, request.at))


@require_http_methods(["GET", "HEAD", "POST"])
def add_rule(request: CityRequest) -> HttpResponse:
    require(can_add_rule, request.user, None, request.at)
    like = (
        Rule.objects.visible_to(request.user, request.at).filter(pk=_number(request.GET.get("like"))).first()
    )
    form = forms.AddRuleForm(request.POST or None, initial=_as_typed(like) if like else None)
    if form.is_valid() and carried_out(
        form, acts.add_rule, by=request.user, at=request.at, **form.cleaned_data
    ):
        return redirect("elections:list_rules")
    return render(request, "elections/add_rule.html", {"form": form})


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 18 else None


def _as_typed(rule: Rule) -> dict[str, str]:
    values = json.dumps(rule.parameters, indent=2, ensure_ascii=False)
    return {
        "key": rule.key,
        "citation": rule.citation,
        "former_citation": rule.former_citation,
        "parameters": values,
        "note": rule.note,
    }


@require_POST
def load_rules(request: CityRequest) -> HttpResponse:
    acts.load_rules(by=request.user, at=request.at)
    return redirect("elections:list_rules")


@require_http_methods(["GET", "HEAD", "POST"])
def confirm_rule(request: CityRequest, pk: int, rule_pk: int) -> HttpResponse:
    election = get_object_or_404(Election.objects.visible_to(request.user, request.at), pk=pk)
    rule = get_object_or_404(Rule.objects.visible_to(request.user, request.at), pk=rule_pk)
    require(can_confirm_rule, request.user, rule, request.at)
    form = forms.ConfirmRuleForm(request.POST or None)
    if form.is_valid() and carried_out(
        form, acts.confirm_rule, rule, election=election, by=request.user, at=request.at, **form.cleaned_data
    ):
        return redirect("elections:see_election", pk)
    context = {"form": form, "election": election, "rule": rule, "outcomes": outcomes(election, rule.key)}
    return render(request, "elections/confirm_rule.html", context)
