"""Search the archive, look at one record, and take its evidence away."""

from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from city.lists import Column, list_response
from city.permissions import require
from city.requests import CityRequest
from records import archive
from records.forms import RecordFilters
from records.models import Record
from records.permissions import can_read_records
from records.queries import found_records
from records.story import story_of
from records.warc import MEDIA_TYPE, Place, answers, cut

COLUMNS = [
    Column("Account", "account"),
    Column("Number in chain", "number"),
    Column("Kind", lambda record: record.get_kind_display()),
    Column("State", lambda record: record.get_state_display()),
    Column("Version", "version"),
    Column("Author", "author_name"),
    Column("Handle", "author_handle"),
    Column("Text", "text"),
    Column("Description of pictures", "alt_text"),
    Column("Written", "created_at"),
    Column("Captured", "captured_at"),
    Column("Address", "url"),
    Column("Platform id", "platform_item_id"),
    Column("SHA-256 in chain", "hash"),
]
#: What a picture begins with, and what it is then served as. Everything else is a download, never shown.
PICTURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)


@require_safe
def list_records(request: CityRequest) -> HttpResponseBase:
    require(can_read_records, request.user, None, request.at)
    filters = RecordFilters(request.GET)
    rows = found_records(request.user, filters.values, request.at)
    context = {"filters": filters}
    return list_response(request, "records/list_records.html", rows, COLUMNS, name="records", context=context)


def _visible(request: CityRequest, pk: int) -> Record:
    rows = Record.objects.visible_to(request.user, request.at)
    related = ("account__platform", "capture__warc", "payload")
    return get_object_or_404(rows.select_related(*related), pk=pk)


@require_safe
def see_record(request: CityRequest, pk: int) -> HttpResponse:
    require(can_read_records, request.user, None, request.at)
    record = _visible(request, pk)
    return render(request, "records/see_record.html", story_of(record))


@require_safe
def see_picture(request: CityRequest, pk: int) -> HttpResponseBase:
    """A picture of the archive. Strangers made it: it is shown only as a picture, and can do nothing."""
    require(can_read_records, request.user, None, request.at)
    record = _visible(request, pk)
    if record.kind != Record.Kind.MEDIA:
        raise Http404
    file = _opened(record.payload.path)
    kind = _picture_kind(file.read(16))
    file.seek(0)
    name = f"{record.payload_id[:16]}.bin" if kind is None else ""
    response = FileResponse(
        file, content_type=kind or "application/octet-stream", as_attachment=kind is None, filename=name
    )
    return _harmless(response)


def _picture_kind(start: bytes) -> str | None:
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for magic, kind in PICTURES if start.startswith(magic)), None)


def _opened(path: str):
    try:
        return archive.storage().open(path)
    except FileNotFoundError as error:
        raise Http404("The file is missing: verify the archive.") from error


def _harmless(response: HttpResponseBase) -> HttpResponseBase:
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, max-age=3600"
    return response


@require_safe
def download_warc(request: CityRequest, pk: int) -> HttpResponseBase:
    """The one WARC record that a record was read from, as it stands in the archive."""
    require(can_read_records, request.user, None, request.at)
    record = _visible(request, pk)
    if record.capture.warc is None:
        raise Http404
    with _opened(record.capture.warc.path) as file:
        place = _place(record, file)
        body = cut(file, place)
    response = HttpResponse(body, content_type=MEDIA_TYPE)
    response["Content-Disposition"] = (
        f'attachment; filename="record-{record.account_id}-{record.number}.warc.gz"'
    )
    return _harmless(response)


def _place(record: Record, file) -> Place:
    if record.payload_offset is not None and record.payload_length is not None:
        return Place(record.payload_offset, record.payload_length)
    found = next((answer.place for answer in answers(file) if answer.id == record.exchange), None)
    if found is None:
        raise Http404
    return found
