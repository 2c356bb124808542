"""Search everything: what the archive answers."""

from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse

from city.models import User
from city.search import LIMIT, Group, Hit
from records.permissions import can_read_records
from records.queries import found_records


def _records(user: User, text: str, at: datetime) -> Group | None:
    if not can_read_records(user, None, at):
        return None
    rows = found_records(user, {"q": text}, at)[:LIMIT]
    hits = [
        Hit(
            record.text[:80] or record.alt_text[:80] or record.platform_item_id,
            reverse("records:see_record", args=[record.pk]),
            f"{record.get_kind_display()} by {record.author_name or record.author_handle}, {record.account}",
        )
        for record in rows
    ]
    return Group("Records", hits, f"{reverse('records:list_records')}?{urlencode({'q': text})}")


SEARCH = [_records]
