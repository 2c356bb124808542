"""The demonstration's own page: whom one can be, with the code of the moment."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config.demonstration.sign_in import NotADemonstration, people_with_codes, seconds_left


@login_not_required
@never_cache
@require_safe
def demonstration(request: HttpRequest) -> HttpResponse:
    try:
        people = people_with_codes()
    except NotADemonstration as refusal:
        raise Http404(refusal.message) from refusal
    return render(request, "demonstration/people.html", {"people": people, "seconds": seconds_left()})
