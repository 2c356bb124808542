"""Search everything: each app answers for its own things in `<app>/search.py`.

`SEARCH` is a list of functions `(user, text, at) -> Group | None`. A function shows only what its reader
may see, at most LIMIT hits, and where its app has a list, the address of all of them.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.urls import reverse

from city.collect import collected
from city.models import Office, User
from city.permissions import can_see_people

LIMIT = 8


@dataclass(frozen=True)
class Hit:
    """One thing that was found."""

    label: str
    url: str
    detail: str = ""


@dataclass(frozen=True)
class Group:
    """What one app found. `all_url` opens the list of all of them, when there are more than are shown."""

    title: str
    hits: list[Hit]
    all_url: str = ""


def search_everything(user: User, text: str, at: datetime) -> list[Group]:
    """Everything that this person may see and that has the text, as groups in the order of the floors."""
    text = text.replace("\x00", "").strip()
    if not text:
        return []
    found = (search(user, text, at) for search in reversed(collected("search", "SEARCH")))
    return [group for group in found if group is not None and group.hits]


def _people(user: User, text: str, at: datetime) -> Group | None:
    if not can_see_people(user, None, at):
        return None
    people = User.objects.visible_to(user, at).filter(Q(name__icontains=text) | Q(email__icontains=text))
    hits = [Hit(one.name, reverse("city:see_person", args=[one.pk]), one.email) for one in people[:LIMIT]]
    return Group("People", hits, f"{reverse('city:list_people')}?q={text}")


def _offices(_user: User, text: str, _at: datetime) -> Group | None:
    offices = Office.objects.filter(name__icontains=text)[:LIMIT]
    return Group(
        "Offices",
        [Hit(one.name, reverse("city:see_office", args=[one.pk]), one.get_kind_display()) for one in offices],
    )


SEARCH = [_people, _offices]
