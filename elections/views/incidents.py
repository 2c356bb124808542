"""Incidents: posts made past the gate during a blackout."""

from django import forms as django_forms
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Account
from city.attempts import carried_out
from city.lists import Column, list_response
from city.log import history_of
from city.permissions import require
from elections import forms
from elections.actions import incidents as acts
from elections.models import Blackout, Incident
from elections.permissions import can_close_incident, can_report_incident, can_see_elections

COLUMNS = [
    Column("Account", "account"),
    Column("Posted", "posted_at"),
    Column("Found", "found_at"),
    Column("State", lambda row: row.get_status_display()),
    Column("Text", "text"),
    Column("Evidence (hash)", "evidence_hash"),
    Column("Finding", "finding"),
]


class IncidentFilters(django_forms.Form):
    status = django_forms.ChoiceField(
        label="State", choices=[("", "All"), *Incident.Status.choices], required=False
    )


@require_safe
def list_incidents(request):
    require(can_see_elections, request.user, None, request.at)
    filters = IncidentFilters(request.GET)
    rows = Incident.objects.visible_to(request.user, request.at).select_related(
        "account__platform", "blackout"
    )
    if filters.is_valid() and filters.cleaned_data["status"]:
        rows = rows.filter(status=filters.cleaned_data["status"])
    return list_response(
        request,
        "elections/list_incidents.html",
        rows,
        COLUMNS,
        name="incidents",
        context={"filters": filters},
    )


@require_safe
def see_incident(request, pk):
    rows = Incident.objects.visible_to(request.user, request.at)
    incident = get_object_or_404(
        rows.select_related("account__platform", "record", "blackout", "closed_by"), pk=pk
    )
    context = {
        "incident": incident,
        "may_close": incident.status == Incident.Status.OPEN
        and can_close_incident(request.user, incident, request.at),
        "entries": history_of(incident),
    }
    return render(request, "elections/see_incident.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def report_incident(request, pk):
    blackout = get_object_or_404(Blackout.objects.visible_to(request.user, request.at), pk=pk)
    require(can_report_incident, request.user, blackout, request.at)
    silent = Account.objects.filter(silences__source=blackout.source).select_related("platform").distinct()
    form = forms.ReportIncidentForm(request.POST or None, accounts=silent)
    if form.is_valid() and carried_out(
        form, acts.report_incident, blackout, by=request.user, at=request.at, **form.cleaned_data
    ):
        return redirect("elections:list_incidents")
    return render(request, "elections/report_incident.html", {"form": form, "blackout": blackout})


@require_http_methods(["GET", "HEAD", "POST"])
def close_incident(request, pk):
    incident = get_object_or_404(Incident.objects.visible_to(request.user, request.at), pk=pk)
    require(can_close_incident, request.user, incident, request.at)
    form = forms.CloseIncidentForm(request.POST or None)
    if form.is_valid() and carried_out(
        form, acts.close_incident, incident, by=request.user, at=request.at, **form.cleaned_data
    ):
        return redirect("elections:see_incident", pk)
    return render(request, "elections/close_incident.html", {"form": form, "incident": incident})
