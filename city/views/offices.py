"""Offices as a tree, their seats, and the terms in which somebody holds a seat."""

from collections import defaultdict

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from city import permissions
from city.actions import offices
from city.attempts import carried_out
from city.forms import CloseOfficeForm, EndTermForm, OfficeForm, RecordTermForm, SeatForm
from city.log import history_of
from city.models import Grant, Office, Seat, Term
from city.permissions import require
from city.requests import CityRequest

ask_and_do = require_http_methods(["GET", "HEAD", "POST"])


def tree(rows) -> list[dict]:
    """The offices as branches: {"office": …, "below": […]}, the city's own offices first."""
    below = defaultdict(list)
    for office in rows:
        below[office.parent_id].append(office)

    def branches(parent_id) -> list[dict]:
        return [{"office": office, "below": branches(office.pk)} for office in below[parent_id]]

    return branches(None)


@require_safe
def list_offices(request: CityRequest) -> HttpResponse:
    today = timezone.localdate(request.at)
    holders = Prefetch("seat__terms", Term.objects.on(today).select_related("person"), to_attr="now")
    rows = list(Office.objects.select_related("seat").prefetch_related(holders))
    context = {
        "branches": tree(rows),
        "today": today,
        "count": len(rows),
        "can_manage": permissions.can_manage_offices(request.user, None, request.at),
    }
    return render(request, "city/list_offices.html", context)


@require_safe
def see_office(request: CityRequest, pk: int) -> HttpResponse:
    office = get_object_or_404(Office.objects.select_related("parent", "seat"), pk=pk)
    seat = getattr(office, "seat", None)
    context = {
        "office": office,
        "seat": seat,
        "terms": seat.terms.select_related("person") if seat else [],
        "children": office.children.all(),
        "grants": Grant.objects.at(request.at)
        .filter(office=office, user__is_active=True)
        .select_related("user"),
        "entries": history_of(office),
        "can_see_people": permissions.can_see_people(request.user, None, request.at),
        "can_manage": permissions.can_manage_offices(request.user, office, request.at),
        "can_record": permissions.can_record_term(request.user, office, request.at),
    }
    return render(request, "city/see_office.html", context)


@ask_and_do
def add_office(request: CityRequest) -> HttpResponse:
    require(permissions.can_manage_offices, request.user, None, request.at)
    form = OfficeForm(request.POST or None)
    if form.is_valid() and carried_out(
        form, offices.add_office, by=request.user, at=request.at, **form.cleaned_data
    ):
        messages.success(request, f"{form.cleaned_data['name']} is added.")
        return redirect("city:list_offices")
    return render(request, "city/add_office.html", {"form": form})


@ask_and_do
def change_office(request: CityRequest, pk: int) -> HttpResponse:
    office = get_object_or_404(Office, pk=pk)
    require(permissions.can_manage_offices, request.user, office, request.at)
    form = OfficeForm(request.POST or None, instance=office)
    if form.is_valid() and carried_out(
        form, offices.change_office, office, by=request.user, at=request.at, **form.cleaned_data
    ):
        return redirect("city:see_office", pk)
    return render(request, "city/change_office.html", {"form": form, "office": office})


@ask_and_do
def close_office(request: CityRequest, pk: int) -> HttpResponse:
    office = get_object_or_404(Office, pk=pk)
    require(permissions.can_manage_offices, request.user, office, request.at)
    form = CloseOfficeForm(request.POST or None)
    if form.is_valid() and carried_out(
        form, offices.close_office, office, by=request.user, at=request.at, **form.cleaned_data
    ):
        return redirect("city:see_office", pk)
    return render(request, "city/close_office.html", {"form": form, "office": office})


@ask_and_do
def add_seat(request: CityRequest, pk: int) -> HttpResponse:
    office = get_object_or_404(Office, pk=pk)
    require(permissions.can_record_term, request.user, office, request.at)
    form = SeatForm(request.POST or None, initial={"title": str(office), "term_years": 2})
    if form.is_valid() and carried_out(
        form, offices.add_seat, office, by=request.user, at=request.at, **form.cleaned_data
    ):
        return redirect("city:see_office", pk)
    return render(request, "city/add_seat.html", {"form": form, "office": office})


@ask_and_do
def change_seat(request: CityRequest, pk: int) -> HttpResponse:
    seat = get_object_or_404(Seat.objects.select_related("office"), pk=pk)
    require(permissions.can_record_term, request.user, seat, request.at)
    form = SeatForm(request.POST or None, instance=seat)
    if form.is_valid() and carried_out(
        form, offices.change_seat, seat, by=request.user, at=request.at, **form.cleaned_data
    ):
        return redirect("city:see_office", seat.office_id)
    return render(request, "city/change_seat.html", {"form": form, "seat": seat})


@ask_and_do
def record_term(request: CityRequest, pk: int) -> HttpResponse:
    seat = get_object_or_404(Seat.objects.select_related("office"), pk=pk)
    require(permissions.can_record_term, request.user, seat, request.at)
    form = RecordTermForm(request.POST or None)
    if form.is_valid() and carried_out(
        form, offices.record_term, seat, by=request.user, at=request.at, **form.cleaned_data
    ):
        return redirect("city:see_office", seat.office_id)
    return render(request, "city/record_term.html", {"form": form, "seat": seat})


@ask_and_do
def end_term(request: CityRequest, pk: int) -> HttpResponse:
    term = get_object_or_404(Term.objects.select_related("seat__office", "person"), pk=pk)
    require(permissions.can_record_term, request.user, term, request.at)
    form = EndTermForm(request.POST or None)
    if form.is_valid() and carried_out(
        form, offices.end_term, term, by=request.user, at=request.at, **form.cleaned_data
    ):
        return redirect("city:see_office", term.seat.office_id)
    return render(request, "city/end_term.html", {"form": form, "term": term})
