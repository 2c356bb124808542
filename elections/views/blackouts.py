"""Blackouts: a list, the page that explains one, and the neutral notice for the public."""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from city.lists import Column, list_response
from city.log import history_of
from elections import forms
from elections.models import Blackout
from elections.pages import blackouts_shown, explain_page, notice_page
from elections.permissions import can_report_incident

COLUMNS = [
    Column("Person", lambda row: row.candidacy.person.name),
    Column("Office sought", lambda row: row.candidacy.office),
    Column("Election", lambda row: row.candidacy.election),
    Column("State", lambda row: row.shown_state),
    Column("From", "starts_at"),
    Column("Until", "ends_at"),
    Column("Rule", lambda row: row.rule.cited),
]


@require_safe
def list_blackouts(request):
    filters, rows = blackouts_shown(request.GET, request.user, request.at)
    return list_response(
        request,
        "elections/list_blackouts.html",
        rows,
        COLUMNS,
        name="blackouts",
        context={"filters": filters},
    )


@login_not_required
@require_safe
def explain_blackout(request, pk):
    """For staff; who is not signed in, and came from a public page, is led to the public notice."""
    if not request.user.is_authenticated:
        return redirect("elections:blackout_notice", pk)
    rows = Blackout.objects.visible_to(request.user, request.at)
    blackout = get_object_or_404(
        rows.select_related("candidacy__election", "candidacy__person", "candidacy__contest__seat", "rule"),
        pk=pk,
    )
    tried = forms.WhatIfForm(request.GET or None)
    context = explain_page(blackout, tried, request.at)
    context["may_report"] = can_report_incident(request.user, blackout, request.at)
    return render(request, "elections/explain_blackout.html", {**context, "entries": history_of(blackout)})


@login_not_required
@require_safe
def blackout_notice(request, pk):
    """What the public reads where links were: neutral, with no person's name in it but the office's."""
    blackout = get_object_or_404(Blackout.objects.select_related("candidacy__election", "rule"), pk=pk)
    return render(request, "elections/blackout_notice.html", notice_page(blackout, request.at))
