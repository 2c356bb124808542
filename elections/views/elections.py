"""Elections: what runs, what comes, what waits for the Clerk."""

from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from city.attempts import carried_out
from city.log import history_of
from city.permissions import require
from elections import forms
from elections.actions import elections as acts
from elections.models import Blackout, Contest, Election, Incident, Rule
from elections.pages import election_page, waiting_for_confirmation
from elections.permissions import can_load_rules, can_record_election, can_see_elections


@require_safe
def list_elections(request):
    user, at = request.user, request.at
    require(can_see_elections, user, None, at)
    blackouts = Blackout.objects.visible_to(user, at).select_related(
        "candidacy__election", "candidacy__person", "candidacy__contest__seat"
    )
    context = {
        "running": blackouts.in_effect(at),
        "coming": blackouts.coming(at),
        "elections": Election.objects.visible_to(user, at),
        "waiting": waiting_for_confirmation(at),
        "open_incidents": Incident.objects.visible_to(user, at).open().count(),
        "has_rules": Rule.objects.exists(),
        "may_record": can_record_election(user, None, at),
        "may_load": can_load_rules(user, None, at),
    }
    return render(request, "elections/list_elections.html", context)


def next_spring(at):
    """The year of the spring election that is recorded next; papers for it circulate from December."""
    return at.year + (at.month > 4)


@require_http_methods(["GET", "HEAD", "POST"])
def record_election(request):
    require(can_record_election, request.user, None, request.at)
    form = forms.RecordElectionForm(request.POST or None, initial={"year": next_spring(request.at)})
    if form.is_valid() and carried_out(
        form, acts.record_election, by=request.user, at=request.at, **form.cleaned_data
    ):
        return redirect("elections:list_elections")
    return render(request, "elections/record_election.html", {"form": form})


@require_safe
def see_election(request, pk):
    election = get_object_or_404(Election.objects.visible_to(request.user, request.at), pk=pk)
    context = election_page(election, request.user, request.at)
    return render(request, "elections/see_election.html", {**context, "entries": history_of(election)})


@require_http_methods(["GET", "HEAD", "POST"])
def set_circulation(request, pk):
    election = get_object_or_404(Election.objects.visible_to(request.user, request.at), pk=pk)
    require(can_record_election, request.user, election, request.at)
    known = {"circulation_on": election.circulation_on, "note": election.circulation_note}
    form = forms.SetCirculationForm(request.POST or None, initial=known)
    if form.is_valid() and carried_out(
        form, acts.set_circulation, election, by=request.user, at=request.at, **form.cleaned_data
    ):
        return redirect("elections:see_election", pk)
    return render(request, "elections/set_circulation.html", {"form": form, "election": election})


@require_http_methods(["GET", "HEAD", "POST"])
def record_seat_up(request, pk):
    election = get_object_or_404(Election.objects.visible_to(request.user, request.at), pk=pk)
    require(can_record_election, request.user, election, request.at)
    form = forms.RecordSeatUpForm(request.POST or None, election=election)
    if form.is_valid() and carried_out(
        form, acts.record_seat_up, election, by=request.user, at=request.at, **form.cleaned_data
    ):
        return redirect("elections:see_election", pk)
    return render(request, "elections/record_seat_up.html", {"form": form, "election": election})


@require_http_methods(["GET", "HEAD", "POST"])
def record_seat_primary(request, pk):
    contest = get_object_or_404(Contest.objects.select_related("election", "seat"), pk=pk)
    require(can_record_election, request.user, contest, request.at)
    form = forms.RecordSeatPrimaryForm(request.POST or None)
    if form.is_valid() and carried_out(
        form, acts.record_seat_primary, contest, by=request.user, at=request.at, **form.cleaned_data
    ):
        return redirect("elections:see_election", contest.election_id)
    return render(request, "elections/record_seat_primary.html", {"form": form, "contest": contest})
