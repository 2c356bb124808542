"""Accounts by name, handle, address in any form, or id."""

from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse

from accounts.queries import shown_accounts
from city.models import User
from city.search import LIMIT, Group, Hit


def _accounts(user: User, text: str, at: datetime) -> Group | None:
    rows = shown_accounts(user, at, {"q": text})[:LIMIT]
    hits = [
        Hit(
            row.name,
            reverse("accounts:see_account", args=[row.pk]),
            f"{row.called} on {row.platform}, {row.office}",
        )
        for row in rows
    ]
    return Group("Accounts", hits, f"{reverse('accounts:list_accounts')}?{urlencode({'q': text})}")


SEARCH = [_accounts]
