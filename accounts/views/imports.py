"""Importing a spreadsheet: check, look, confirm, follow."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from accounts.actions import imports as acts
from accounts.forms import CheckImportForm
from accounts.models import Import, ImportRow
from accounts.permissions import can_import_accounts
from accounts.spreadsheet import HEADERS, LARGEST
from accounts.uploads import NoLargerThan
from accounts.views.answer import ask_and_do
from city.attempts import carried_out
from city.lists import Column, list_response
from city.log import history_of
from city.permissions import require
from city.requests import CityRequest

KINDS = {"add": "good", "update": "attention", "unchanged": "neutral", "rejected": "bad"}
WORDS = {
    "add": "would be added",
    "update": "would be updated",
    "unchanged": "unchanged",
    "rejected": "rejected",
}
WORDS_DONE = {"add": "added", "update": "updated", "unchanged": "unchanged", "rejected": "rejected"}


@require_safe
def list_imports(request: CityRequest) -> HttpResponseBase:
    require(can_import_accounts, request.user, None, request.at)
    rows = Import.objects.visible_to(request.user, request.at).select_related("uploaded_by").order_by("-pk")
    columns = [Column("File", "file_name"), Column("Uploaded", "uploaded_at"), Column("By", "uploaded_by")]
    columns.append(Column("State", Import.get_status_display))
    return list_response(request, "accounts/list_imports.html", rows, columns, name="imports")


# The limit must stand before anything reads the upload, and the CSRF check reads it: so that check comes second.
@csrf_exempt
@ask_and_do
def check_import(request: CityRequest) -> HttpResponse:
    require(can_import_accounts, request.user, None, request.at)
    guard = NoLargerThan(request)
    request.upload_handlers.insert(0, guard)
    return _check_import(request, guard)


@csrf_protect
def _check_import(request: CityRequest, guard: NoLargerThan) -> HttpResponse:
    form = CheckImportForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    made: list[Import] = []
    if guard.too_large:
        form.errors.pop("file", None)  # that it is missing: it was let go
        form.add_error(
            "file", f"The file is larger than {LARGEST // 2**20} MB. Divide it, or remove what is not needed."
        )
    elif form.is_valid():
        file = form.cleaned_data["file"]

        def act(**named):
            made.append(acts.check_import(file_name=file.name, data=file.read(), **named))

        more = {"create_offices": form.cleaned_data["create_offices"]}
        if carried_out(form, act, by=request.user, at=request.at, **more):
            return redirect("accounts:see_import", made[0].pk)
    columns = [(name.replace("_", " "), ", ".join(names[:5])) for name, names in HEADERS.items()]
    return render(request, "accounts/check_import.html", {"form": form, "columns": columns})


def import_or_404(request: CityRequest, pk: int) -> Import:
    require(can_import_accounts, request.user, None, request.at)
    rows = Import.objects.visible_to(request.user, request.at)
    return get_object_or_404(rows.select_related("uploaded_by", "confirmed_by"), pk=pk)


@require_safe
def see_import(request: CityRequest, pk: int) -> HttpResponseBase:
    batch = import_or_404(request, pk)
    outcome = request.GET.get("outcome", "")
    rows = batch.rows.select_related("account__platform").order_by("line")
    rows = rows.filter(outcome=outcome) if outcome in ImportRow.Outcome.values else rows
    context = {
        "batch": batch,
        "tallies": tallies(batch),
        "outcome": outcome,
        "kinds": KINDS,
        "progress": progress_of(batch),
        "entries": history_of(batch),
    }
    name = f"import-{outcome or 'all'}"
    return list_response(
        request, "accounts/see_import.html", rows, columns_of(batch), name=name, context=context
    )


def columns_of(batch: Import) -> list[Column]:
    """Line, outcome and reason, then the row as it stands in the file: so that it can be mended and sent again."""
    columns = [
        Column("Line", "line"),
        Column("Outcome", ImportRow.get_outcome_display),
        Column("Reason", "reason"),
    ]
    for place, label in enumerate(batch.header):
        columns.append(Column(label, cell(place)))
    return columns


def cell(place: int) -> Callable[[ImportRow], str]:
    """What stands in that place of a row; a row may be shorter than the header."""
    return lambda row: row.cells[place] if place < len(row.cells) else ""


def tallies(batch: Import) -> list[dict]:
    """The numbers of the check, each with the words for it before and after it is applied."""
    words = WORDS_DONE if batch.status == Import.Status.DONE else WORDS
    found = acts.counts(batch)
    return [{"outcome": name, "words": words[name], "count": found[name]} for name in words]


def progress_of(batch: Import) -> dict[str, int]:
    done, total = acts.progress(batch)
    return {"done": done, "total": total}


@require_POST
def confirm_import(request: CityRequest, pk: int) -> HttpResponse:
    batch = import_or_404(request, pk)
    acts.confirm_import(batch, by=request.user, at=request.at)
    return redirect("accounts:see_import", batch.pk)


@require_POST
def discard_import(request: CityRequest, pk: int) -> HttpResponse:
    batch = import_or_404(request, pk)
    acts.discard_import(batch, by=request.user, at=request.at)
    messages.success(request, "Nothing was changed.")
    return redirect("accounts:list_imports")


@require_safe
def follow_import(request: CityRequest, pk: int) -> HttpResponse:
    """The progress alone, for htmx; when the import has ended, the whole page is drawn anew."""
    batch = import_or_404(request, pk)
    response = render(request, "accounts/_progress.html", {"batch": batch, "progress": progress_of(batch)})
    if batch.status != Import.Status.APPLYING:
        response["HX-Refresh"] = "true"
    return response
