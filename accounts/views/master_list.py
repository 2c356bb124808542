"""The master list for the Council, in one click."""

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import master_list
from accounts.permissions import can_see_registry
from city.lists import csv_response
from city.permissions import require
from city.requests import CityRequest


@require_safe
def master_list_csv(request: CityRequest) -> HttpResponseBase:
    require(can_see_registry, request.user, None, request.at)
    rows = master_list.listed().iterator()
    return csv_response(rows, master_list.COLUMNS, name=file_name(request))


@require_safe
def master_list_pdf(request: CityRequest) -> HttpResponse:
    require(can_see_registry, request.user, None, request.at)
    response = HttpResponse(
        master_list.master_list_pdf(request.city, request.at), content_type="application/pdf"
    )
    response["Content-Disposition"] = f'inline; filename="{file_name(request)}.pdf"'
    return response


def file_name(request: CityRequest) -> str:
    return f"master-list-of-accounts-{timezone.localdate(request.at).isoformat()}"
