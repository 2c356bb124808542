"""The master list for the Common Council: every account that the city controls, as a table on paper.

Source: Milwaukee Common Council file 251451 (2026), which would order "a master list of all City-controlled
social media pages". The PDF is tagged (PDF/UA-1): a screen reader reads its headings and its tables.
"""

import json
from datetime import datetime
from typing import Any

import typst
from django.db.models import QuerySet
from django.template.defaultfilters import pluralize
from django.utils import timezone

from accounts.faults import with_full
from accounts.models import Account
from city.lists import Column
from city.models import City
from city.times import told, told_date

COLUMNS = [
    Column("Office", "office"),
    Column("Platform", "platform"),
    Column("Name", "name"),
    Column("Handle or number", "called"),
    Column("Address", "url"),
    Column("Status", Account.get_status_display),
    Column("In use since", lambda row: timezone.localdate(row.active_since) if row.active_since else None),
    Column("Retired on", lambda row: timezone.localdate(row.retired_at) if row.retired_at else None),
    Column("People with full control", "full"),
    Column("Purpose", "purpose"),
]

TEMPLATE = r"""
#let it = json(bytes(sys.inputs.list))
#set document(title: it.title, author: it.author)
#set page(paper: "us-letter", flipped: true, margin: (x: 1.6cm, y: 1.6cm), numbering: "1 of 1")
#set text(lang: "en", size: 9pt, font: "Libertinus Serif")
#show heading.where(level: 1): set text(size: 17pt)
#show heading.where(level: 2): set text(size: 11pt)
#set par(justify: false)
#set table(stroke: (x, y) => (bottom: 0.4pt + rgb("#71767a")), inset: (x: 4pt, y: 3pt))

= #it.title
#it.lede

#for office in it.offices [
  == #office.name
  #table(
    columns: (1.1fr, 2.1fr, 3.4fr, 1.2fr, 1.5fr, 0.9fr),
    align: left,
    table.header(..it.headings.map(each => strong(each))),
    ..office.rows.flatten().map(each => [#each])
  )
]
#if it.offices.len() == 0 [The registry holds no accounts yet.]
"""
HEADINGS = ["Platform", "Name", "Address", "Status", "In use", "Full control"]


def listed() -> "QuerySet[Any]":
    """Every account that the city controls or did: also those that are being set up, and those that were given up."""
    rows = with_full(Account.objects.select_related("office", "platform"))
    return rows.order_by("office__kind", "office__number", "office__name", "platform__name", "handle", "pk")


def master_list_pdf(city: City, at: datetime) -> bytes:
    """The list as a PDF, by office."""
    offices: dict[str, list[list[str]]] = {}
    number = 0
    for row in listed():
        number += 1
        offices.setdefault(str(row.office), []).append(
            [
                row.platform.name,
                f"{row.name} ({row.called})",
                row.url,
                row.get_status_display(),
                _in_use(row),
                "1 person" if row.full == 1 else f"{row.full} people",
            ]
        )
    told_list = {
        "title": f"Official social media accounts of {city.name}",
        "author": city.name,
        "lede": f"{number:,} account{pluralize(number)} in {len(offices):,} office{pluralize(len(offices))}, "
        f"as the registry stood on {told(at)}.",
        "headings": HEADINGS,
        "offices": [{"name": name, "rows": rows} for name, rows in offices.items()],
    }
    return typst.compile(
        TEMPLATE.encode(),
        format="pdf",
        pdf_standards=["ua-1"],
        ignore_system_fonts=True,
        sys_inputs={"list": json.dumps(told_list)},
        timestamp=int(at.timestamp()),
    )


def _in_use(row: Any) -> str:
    since = f"since {told_date(timezone.localdate(row.active_since))}" if row.active_since else "not yet"
    return f"until {told_date(timezone.localdate(row.retired_at))}" if row.retired_at else since
