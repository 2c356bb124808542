"""The days that count in no deadline: the statute's, and those that the city adds."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from city import permissions
from city.actions.holidays import add_holiday as add
from city.attempts import carried_out
from city.forms import HolidayForm
from city.holidays import holidays
from city.models import Holiday
from city.permissions import require
from city.requests import CityRequest


@require_http_methods(["GET", "HEAD", "POST"])
def list_holidays(request: CityRequest) -> HttpResponse:
    """Everybody who works here may look up why a deadline falls where it does; the Clerk adds a day."""
    can_add = permissions.can_add_holiday(request.user, None, request.at)
    if request.method == "POST":
        require(permissions.can_add_holiday, request.user, None, request.at)
    form = HolidayForm(request.POST or None)
    if form.is_valid() and carried_out(form, add, by=request.user, at=request.at, **form.cleaned_data):
        messages.success(
            request, f"{form.cleaned_data['name']} is added. Every open deadline that it touches has moved."
        )
        return redirect("city:list_holidays")
    year = timezone.localdate(request.at).year
    added = {day.on: day for day in Holiday.objects.select_related("added_by")}
    days = holidays()
    years = [
        {"year": one, "days": [(on, name, added.get(on)) for on, name in days.in_year(one).items()]}
        for one in sorted({year, year + 1} | {on.year for on in added if on.year > year})
    ]
    return render(request, "city/list_holidays.html", {"form": form, "years": years, "can_add": can_add})
