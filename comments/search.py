"""Comments as the search finds them: by their words and their author; decisions by their number."""

from datetime import datetime

from django.urls import reverse
from django.utils.http import urlencode

from city.models import User
from city.search import LIMIT, Group, Hit
from comments.forms import CaseFilters
from comments.register import published
from comments.views.queue import shown_cases


def _comments(user: User, text: str, at: datetime) -> Group | None:
    query = {"q": text, "status": "all"}
    rows = shown_cases(CaseFilters(query), user, at)
    hits = [
        Hit(row.record.text[:80] or "A comment without words", row.get_absolute_url(), f"{row.author_handle}, {row.account}")
        for row in rows.order_by("-opened_at", "-pk")[:LIMIT]
    ]  # fmt: skip
    return Group("Comments", hits, f"{reverse('comments:list_cases')}?{urlencode(query)}")


def _decisions(_user: User, text: str, _at: datetime) -> Group | None:
    rows = published({"q": text})[:LIMIT]
    hits = [
        Hit(row.reference, row.get_absolute_url(), f"{row.ground_title}, {row.case.account}") for row in rows
    ]
    return Group("Decisions", hits, f"{reverse('comments:list_decisions')}?{urlencode({'q': text})}")


SEARCH = [_comments, _decisions]
