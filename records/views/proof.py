"""The proof of the archive: the last checkpoint, and what verifications found."""

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from city.lists import Column, list_response
from city.permissions import require
from city.requests import CityRequest
from records.actions.checkpoint import file_of
from records.actions.verification import open_verification as open_verification_action
from records.models import Checkpoint, Verification
from records.permissions import can_open_verification, can_see_proof

COLUMNS = [
    Column("Number", "number"),
    Column("Signed", "at"),
    Column("Chains", lambda checkpoint: len(checkpoint.heads)),
    Column("Root", "root"),
    Column("Key", "key_id"),
]


def _proof(request: CityRequest) -> dict:
    verifications = Verification.objects.select_related("asked_by")
    chosen = request.GET.get("verification", "")
    shown = verifications.filter(pk=chosen).first() if chosen.isdigit() else verifications.first()
    return {
        "verification": shown,
        "others": verifications.exclude(pk=shown.pk)[:10] if shown else [],
        "checkpoint": Checkpoint.objects.first(),
        "may_verify": can_open_verification(request.user, None, request.at),
        "is_open": Verification.objects.filter(status__in=Verification.OPEN).exists(),
    }


@require_safe
def see_proof(request: CityRequest) -> HttpResponse:
    require(can_see_proof, request.user, None, request.at)
    template = "records/_verification.html" if request.headers.get("HX-Request") else "records/see_proof.html"
    return render(request, template, _proof(request))


@require_POST
def open_verification(request: CityRequest) -> HttpResponse:
    open_verification_action(by=request.user, at=request.at)
    return redirect("records:see_proof")


@require_safe
def list_checkpoints(request: CityRequest) -> HttpResponseBase:
    require(can_see_proof, request.user, None, request.at)
    rows = Checkpoint.objects.order_by("-number")
    return list_response(request, "records/list_checkpoints.html", rows, COLUMNS, name="checkpoints")


@require_safe
def download_checkpoint(request: CityRequest, number: int) -> HttpResponseBase:
    require(can_see_proof, request.user, None, request.at)
    checkpoint = get_object_or_404(Checkpoint, number=number)
    path, content = file_of(checkpoint)
    response = HttpResponse(content, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="checkpoint-{path.rsplit("/", 1)[-1]}"'
    return response
