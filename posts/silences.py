"""The silences that bind what an office says, as the rules see them."""

from datetime import datetime

from django.db.models import Q

from accounts.models import Account, Silence
from city.models import Office
from posts.rules import CITATION, Quiet


def quiets(office: Office, account: Account | None, at: datetime) -> list[Quiet]:
    """The silences that hold at `at` or come after it, for an account, or (None) for the office's own page."""
    rows = Silence.objects.covering(account) if account else Silence.objects.of_office(office)
    open_rows = rows.filter(Q(ends_at=None) | Q(ends_at__gt=at)).filter(
        Q(lifted_at=None) | Q(lifted_at__gt=at)
    )
    return [quiet_of(row) for row in open_rows]


def silences_within(starts: datetime, ends: datetime) -> list[Silence]:
    """What must be silent at some time of a period; an office stands for its accounts."""
    rows = (
        Silence.objects.filter(lifted_at=None, starts_at__lt=ends)
        .filter(Q(ends_at=None) | Q(ends_at__gt=starts))
        .select_related("office", "account__platform")
        .order_by("starts_at", "office__kind", "office__number", "pk")
    )
    found = list(rows)
    offices = {row.source for row in found if row.office_id}
    return [row for row in found if row.office_id or row.source not in offices]


def quiet_of(row: Silence) -> Quiet:
    ends = [end for end in (row.ends_at, row.lifted_at) if end is not None]
    return Quiet(
        starts_at=row.starts_at,
        ends_at=min(ends, default=None),
        why=row.reason,
        citation=row.citation or CITATION,
        url=row.explained_at,
        exemptions=frozenset(row.exemptions),
    )
