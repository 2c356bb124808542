"""Find our accounts: the public page, without sign-in and without JavaScript."""

from django.contrib.auth.decorators import login_not_required
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from accounts.directory import listed_accounts, shown_url
from accounts.forms import DirectoryFilters
from city.lists import Column, list_response
from city.requests import CityRequest


@login_not_required
@require_safe
def find_accounts(request: CityRequest) -> HttpResponseBase:
    filters = DirectoryFilters(request.GET)
    columns = [
        Column("Office", "office"),
        Column("Platform", "platform"),
        Column("Name", "name"),
        Column("Handle", "handle"),
        Column("Address", shown_url),
        Column("Notice", "notice"),
        Column("Language", "language"),
    ]
    rows = listed_accounts(filters.values, request.at)
    context = {"filters": filters, "anything": any(filters.values.values())}
    return list_response(
        request, "public/find_accounts.html", rows, columns, name="city-accounts", context=context
    )
