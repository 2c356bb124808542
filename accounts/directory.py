"""The public directory: which accounts are the city's. The page, its CSV and the API all read it here."""

from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Q, Subquery, TextField, Value
from django.db.models.functions import Coalesce

from accounts.models import Account, Silence
from accounts.queries import matching


def listed_accounts(wanted: dict[str, Any], at: datetime):
    """The city's public accounts that the filters leave, in the order of the page.

    Each has `notice`: while it is silent, the neutral sentence that stands in the place of its address.
    """
    rows = Account.objects.public().select_related("office", "platform")
    if text := (wanted.get("q") or "").strip():
        rows = rows.filter(matching(text))
    for name in ("office", "platform"):
        if wanted.get(name):
            rows = rows.filter(**{name: wanted[name]})
    if wanted.get("district"):
        rows = rows.filter(office__kind="district", office__number=wanted["district"])
    if wanted.get("language"):
        rows = rows.filter(language=wanted["language"])
    rows = with_notice(rows, at)
    return rows.order_by("office__kind", "office__number", "office__name", "platform__name", "handle", "pk")


def with_notice(rows, at: datetime):
    """The same accounts, each with `notice`: "" or, while it is silent, the neutral sentence that tells why."""
    silence = Silence.objects.at(at).filter(Q(account=OuterRef("pk")) | Q(office=OuterRef("office")))
    reason = Subquery(silence.order_by("pk").values("reason")[:1])
    return rows.annotate(notice=Coalesce(reason, Value(""), output_field=TextField()))


def shown_url(account: Any) -> str:
    """The address of a listed account; "" while it is silent."""
    return "" if account.notice else account.url
