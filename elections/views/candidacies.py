"""Candidacies and their facts."""

from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from city.attempts import carried_out
from city.log import history_of
from city.permissions import require
from elections import forms
from elections.actions import candidacies as acts
from elections.models import Blackout, Candidacy, Election
from elections.permissions import can_record_candidacy


def _candidacy(request, pk):
    rows = Candidacy.objects.visible_to(request.user, request.at)
    return get_object_or_404(rows.select_related("election", "person", "contest__seat"), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def record_candidacy(request, pk):
    election = get_object_or_404(Election.objects.visible_to(request.user, request.at), pk=pk)
    require(can_record_candidacy, request.user, election, request.at)
    form = forms.RecordCandidacyForm(request.POST or None, election=election)
    if form.is_valid() and carried_out(
        form, acts.record_candidacy, election, by=request.user, at=request.at, **form.cleaned_data
    ):
        return redirect("elections:see_election", pk)
    return render(request, "elections/record_candidacy.html", {"form": form, "election": election})


@require_safe
def see_candidacy(request, pk):
    candidacy = _candidacy(request, pk)
    context = {
        "candidacy": candidacy,
        "blackout": Blackout.objects.filter(candidacy=candidacy).first(),
        "may_record": can_record_candidacy(request.user, candidacy, request.at),
        "entries": history_of(candidacy),
    }
    return render(request, "elections/see_candidacy.html", context)


def _enter(request, pk, form_class, act):
    """One fact from one form, if the candidacy is still as the Clerk saw it."""
    candidacy = _candidacy(request, pk)
    require(can_record_candidacy, request.user, candidacy, request.at)
    form = form_class(request.POST or None, initial={"version": candidacy.version})
    if form.is_valid():
        facts = dict(form.cleaned_data)
        candidacy.version = facts.pop("version")
        if carried_out(form, act, candidacy, by=request.user, at=request.at, **facts):
            return redirect("elections:see_candidacy", pk)
    return render(request, f"elections/{act.__name__}.html", {"form": form, "candidacy": candidacy})


@require_http_methods(["GET", "HEAD", "POST"])
def record_filing(request, pk):
    return _enter(request, pk, forms.RecordFilingForm, acts.record_filing)


@require_http_methods(["GET", "HEAD", "POST"])
def record_noncandidacy(request, pk):
    return _enter(request, pk, forms.RecordNoncandidacyForm, acts.record_noncandidacy)


@require_http_methods(["GET", "HEAD", "POST"])
def record_no_filing(request, pk):
    return _enter(request, pk, forms.RecordNoFilingForm, acts.record_no_filing)


@require_http_methods(["GET", "HEAD", "POST"])
def record_withdrawal(request, pk):
    return _enter(request, pk, forms.RecordWithdrawalForm, acts.record_withdrawal)


@require_http_methods(["GET", "HEAD", "POST"])
def record_primary_result(request, pk):
    return _enter(request, pk, forms.RecordPrimaryResultForm, acts.record_primary_result)


@require_http_methods(["GET", "HEAD", "POST"])
def enter_dates(request, pk):
    return _enter(request, pk, forms.EnterDatesForm, acts.enter_dates)
