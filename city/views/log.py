"""The log of acts, whole."""

from datetime import timedelta

from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from city import permissions
from city.clock import start_of_day
from city.forms import EntryFilters
from city.lists import Column, list_response
from city.models import Entry
from city.permissions import require
from city.requests import CityRequest
from city.verbs import sentence

COLUMNS = [
    Column("Number", "number"),
    Column("Time", "at"),
    Column("Who", "actor_name"),
    Column("Verb", "verb"),
    Column("What", sentence),
    Column("Subject", "subject"),
    Column("Subject’s name", "subject_label"),
    Column("Reason", "reason"),
    Column("Hash", "hash"),
]


def shown_entries(filters: EntryFilters):
    """The entries that the filters leave, newest first."""
    wanted = filters.values
    rows = Entry.objects.order_by("-at", "-id")
    if who := wanted.get("actor"):
        rows = rows.filter(actor_name__icontains=who)
    if verb := wanted.get("verb"):
        rows = rows.filter(verb=verb)
    if subject := wanted.get("subject"):
        is_name = ":" in subject
        rows = rows.filter(subject=subject) if is_name else rows.filter(subject_label__icontains=subject)
    zone = timezone.get_current_timezone()
    if since := wanted.get("since"):
        rows = rows.filter(at__gte=start_of_day(since, zone))
    if until := wanted.get("until"):
        rows = rows.filter(at__lt=start_of_day(until + timedelta(days=1), zone))
    return rows


@require_safe
def list_entries(request: CityRequest) -> HttpResponseBase:
    require(permissions.can_read_log, request.user, None, request.at)
    filters = EntryFilters(request.GET)
    context = {"filters": filters}
    return list_response(
        request, "city/list_entries.html", shown_entries(filters), COLUMNS, name="log", context=context
    )
