"""Every page of the permission tables, in a real Chromium, at the width of a desk and of a telephone."""

from collections.abc import Iterable

import pytest
from django.urls import reverse
from playwright.sync_api import Page as Tab

from city.roles import Role
from tests.browser.conftest import WIDTHS, accessibility_faults, scrolled_sideways
from tests.permissions import ANONYMOUS
from tests.test_permissions import PAGES, make_world


def visit(tab: Tab, address: str, *, widths: Iterable[str] = WIDTHS) -> list[str]:
    """Open a page once, look whether it fits both widths, and have axe look at these. What is wrong, in words."""
    answer = tab.request.get(address)
    if not answer.headers.get("content-type", "").startswith("text/html"):
        return []
    if not answer.text().lstrip().lower().startswith("<!doctype"):
        return []  # a part of a page, which another page loads
    tab.goto(address)
    wrong = []
    for name, width in WIDTHS.items():
        tab.set_viewport_size({"width": width, "height": 900})
        faults = accessibility_faults(tab) if name in widths else scrolled_sideways(tab)
        wrong += [f"{address} at the {name}: {fault}" for fault in faults]
    return wrong


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("role", [ANONYMOUS, Role.OFFICER.value, Role.MODERATOR.value])
def test_every_page_can_be_used_by_everybody(as_person, role):
    world = make_world()
    tab = as_person(None if role == ANONYMOUS else world.people[role])
    said: list[str] = []
    tab.on("console", lambda message: said.append(f"{tab.url}: {message.text}"))
    wrong = []
    for name, page in sorted(PAGES.items()):
        # The moderator's round is for what the officer does not see.
        seen_by_officer = role == Role.MODERATOR and page.expected(Role.OFFICER) == 200
        if page.method == "get" and page.expected(role) == 200 and not seen_by_officer:
            # The officer sees nearly everything, and axe takes its time: there it looks where space is short.
            widths = ["phone"] if role == Role.OFFICER else WIDTHS
            wrong += visit(tab, reverse(name, args=page.args(world)) + page.query, widths=widths)
    assert not wrong, "\n" + "\n".join(wrong)
    assert not [text for text in said if "Content Security Policy" in text]
