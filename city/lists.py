"""Lists: numbered pages, and CSV of exactly the rows that the filters leave."""

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from city import times

PER_PAGE = 50


@dataclass(frozen=True)
class Column:
    """A column of the CSV: its heading, and how a row's value is read (a function or an attribute's name)."""

    label: str
    value: str | Callable[[Any], Any]

    def of(self, row: Any) -> str:
        found = getattr(row, self.value) if isinstance(self.value, str) else self.value(row)
        return cell(found)


def cell(value: Any) -> str:
    """A value as a spreadsheet may open it: a cell that would be read as a formula is made harmless."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return times.told(value)
    if isinstance(value, date):
        return value.isoformat()
    text = str(value)
    return f"'{text}" if text.lstrip(" ")[:1] in ("=", "+", "-", "@", "\t", "\r", "\n") else text


class _Line:
    """csv.writer wants something to write to; this hands each line back."""

    def write(self, line: str) -> str:
        return line


def csv_response(rows: Iterable[Any], columns: Iterable[Column], *, name: str) -> StreamingHttpResponse:
    """The rows as a CSV file, streamed; it begins with a byte order mark, so that spreadsheets read UTF-8."""
    columns = list(columns)
    writer = csv.writer(_Line())

    def lines() -> Iterator[str]:
        yield "\ufeff" + writer.writerow([column.label for column in columns])
        for row in rows:
            yield writer.writerow([column.of(row) for column in columns])

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def list_response(
    request: HttpRequest,
    template: str,
    rows: "QuerySet[Any] | list[Any]",
    columns: Iterable[Column],
    *,
    name: str,
    context: dict[str, Any] | None = None,
) -> HttpResponseBase:
    """One page of the rows as `page` in the template, or with ?format=csv all of them as `<name>.csv`.

    The queryset must be filtered, ordered without ties, and select what its rows need. A list is for rows
    that are ordered by what no database knows.
    """
    if request.GET.get("format") == "csv":
        return csv_response(rows if isinstance(rows, list) else _streamed(rows), columns, name=name)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return _page(request, template, {"page": page, **(context or {})})


def _streamed(rows: "QuerySet[Any]") -> Iterator[Any]:
    prefetching = bool(getattr(rows, "_prefetch_related_lookups", ()))
    return rows.iterator(chunk_size=500) if prefetching else rows.iterator()


def _page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    return render(request, template, context)
