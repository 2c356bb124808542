"""How the city looks: its colours and its seal. Answered to everybody."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.views.decorators.http import condition, require_safe

from city.canonical import sha256
from city.models import City
from city.requests import CityRequest

UNTIL_SET_UP = City()
A_PNG = b"\x89PNG\r\n\x1a\n"


def css(city: City) -> bytes:
    """The city's two colours as custom properties. They are checked to be hexadecimal when they are set."""
    return (
        f":root {{ --city-primary: {city.primary_colour}; --city-accent: {city.accent_colour}; }}\n"
    ).encode()


def _css_tag(request: CityRequest) -> str:
    return f'"{sha256(css(request.city or UNTIL_SET_UP))[:16]}"'


def _seal_tag(request: CityRequest) -> str:
    seal = City.objects.values_list("seal", flat=True).first()
    return f'"{sha256(bytes(seal or b""))[:16]}"'


@login_not_required
@require_safe
@condition(etag_func=_css_tag)
def stylesheet(request: CityRequest) -> HttpResponse:
    """A sheet of its own, because the content security policy allows no style inside a page."""
    response = HttpResponse(css(request.city or UNTIL_SET_UP), content_type="text/css")
    response["Cache-Control"] = "public, max-age=60"
    return response


@login_not_required
@require_safe
@condition(etag_func=_seal_tag)
def seal(request: CityRequest) -> HttpResponse:
    """The city's seal, a PNG; the upload checked that it is one."""
    found = City.objects.values_list("seal", flat=True).first()
    if not found:
        raise Http404
    response = HttpResponse(bytes(found), content_type="image/png")
    response["Cache-Control"] = "public, max-age=300"
    response["X-Content-Type-Options"] = "nosniff"
    return response
