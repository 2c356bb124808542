"""The side navigation and the public header, as a table: each app has its entries in `<app>/navigation.py`.

An entry is drawn only when its page exists and, on the staff side, when the person's roles may use it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import NoReverseMatch, reverse

from city import permissions
from city.collect import collected
from city.models import User


@dataclass(frozen=True)
class NavigationEntry:
    """One line of the navigation. `right` is a right as in permissions.py, or None for everybody signed in.

    `public` entries stand in the public header instead; they need no right. `order` sorts, small first;
    the staff side counts as UX does: Home 0, Accounts 10, Requests 20, Posts 30, Calendar 40, Comments 50,
    Appeals 60, Policies 70, Elections 80, Records 90, Reports 100, People 110, Settings 120.
    """

    label: str
    url_name: str
    order: int
    right: Callable[[User, Any, datetime], bool] | None = None
    public: bool = False
    #: What somebody of the public finds there, in one sentence, for the page on which they arrive.
    about: str = ""
    #: Other beginnings of addresses under which this entry is the current one.
    also_under: tuple[str, ...] = ()


@dataclass(frozen=True)
class Link:
    """A navigation entry as a page draws it."""

    label: str
    url: str
    current: bool
    about: str = ""


NAVIGATION = [
    NavigationEntry("Home", "home", 0),
    NavigationEntry(
        "People",
        "city:list_people",
        110,
        permissions.can_see_people,
        also_under=("/invitations/", "/grants/"),
    ),
    NavigationEntry("Offices and seats", "city:list_offices", 112, also_under=("/seats/", "/terms/")),
    NavigationEntry("Holidays", "city:list_holidays", 113, permissions.can_add_holiday),
    NavigationEntry("Log", "city:list_entries", 114, permissions.can_read_log),
    NavigationEntry("Mail", "city:outbox", 116, permissions.can_read_mail, also_under=("/outbox/",)),
    NavigationEntry("Settings", "city:change_city", 120, permissions.can_change_city),
]


def entries() -> list[NavigationEntry]:
    """Every app's entries in the order in which they are drawn."""
    return sorted(collected("navigation", "NAVIGATION"), key=lambda entry: (entry.order, entry.label))


def links_for(user: User, at: datetime, path: str) -> list[Link]:
    """What this person finds at the side now."""
    wanted = [e for e in entries() if not e.public and (e.right is None or e.right(user, None, at))]
    return _links(wanted, path)


def public_links(path: str) -> list[Link]:
    """What everybody finds in the public header."""
    return _links([entry for entry in entries() if entry.public], path)


def _links(wanted: list[NavigationEntry], path: str) -> list[Link]:
    links = []
    for entry in wanted:
        try:
            url = reverse(entry.url_name)
        except NoReverseMatch:
            continue
        current = path == url or (url != "/" and path.startswith((url, *entry.also_under)))
        links.append(Link(entry.label, url, current, entry.about))
    return links
