"""A real Chromium before the running application."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page

from tests.conftest import TOTP_SECRET, CityClient

# Playwright's loop runs in this thread; Django would take our own queries for ones made inside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

AXE = Path(settings.NODE_MODULES) / "axe-core" / "axe.min.js"
WIDTHS = {"phone": 360, "desk": 1280}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.browser)
            # One browser at a time: two would starve each other on two cores.
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    found = os.environ.get("ROSTRUM_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not found:
        reason = "no Chromium: install it, or name one in ROSTRUM_CHROMIUM"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    quiet = ["gpu", "quic", "background-networking", "component-update", "sync"]
    flags = ["--no-first-run", *(f"--disable-{what}" for what in quiet)]
    return {"executable_path": found, "args": [*flags, *(["--no-sandbox"] if os.geteuid() == 0 else [])]}


@pytest.fixture
def as_person(browser: Browser, live_server) -> Iterator[Callable[..., Page]]:
    """A page of their own for each person, signed in with a second factor; `None` is the public."""
    contexts: list[BrowserContext] = []

    def page_of(user=None, *, width: int = WIDTHS["desk"]) -> Page:
        context = browser.new_context(
            base_url=live_server.url, viewport={"width": width, "height": 900}, bypass_csp=False
        )
        contexts.append(context)
        if user is not None:
            client = CityClient()
            client.force_login(user)
            cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
            )
        page = context.new_page()
        page.set_default_timeout(15_000)
        return page

    yield page_of
    for context in contexts:
        context.close()


@pytest.fixture
def sign_in(browser: Browser, live_server) -> Iterator[Callable[..., Page]]:
    """Sign in as people do: password, then the code of their authenticator app."""
    contexts: list[BrowserContext] = []

    def through_the_door(user, password: str, *, width: int = WIDTHS["desk"]) -> Page:
        context = browser.new_context(base_url=live_server.url, viewport={"width": width, "height": 900})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.goto("/sign-in/login/")
        page.get_by_label("Email").fill(user.email)
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_label("Code").fill(current_code())
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/")
        return page

    yield through_the_door
    for context in contexts:
        context.close()


def current_code() -> str:
    """What the authenticator app of every test person shows now."""
    import time

    return format_hotp_value(hotp_value(TOTP_SECRET, int(time.time()) // 30))


def give_second_factor(user) -> None:
    from city import secrets

    Authenticator.objects.get_or_create(
        user=user, type=Authenticator.Type.TOTP, defaults={"data": {"secret": secrets.encrypt(TOTP_SECRET)}}
    )


def accessibility_faults(page: Page) -> list[str]:
    """What axe finds against WCAG 2.1 AA, and a page that must be scrolled sideways."""
    if not page.evaluate("typeof window.axe === 'object'"):
        page.evaluate(AXE.read_text())
    found = page.evaluate(
        "async rules => (await axe.run({runOnly: rules})).violations.map("
        "v => v.id + ' at ' + v.nodes.slice(0, 3).map(n => n.target.join(' ')).join(' | '))",
        RULES,
    )
    return [*found, *scrolled_sideways(page)]


def scrolled_sideways(page: Page) -> list[str]:
    wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1")
    return ["must be scrolled sideways"] if wide else []
