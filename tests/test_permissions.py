"""Every page, asked as every role. A page that stands in no table fails."""

import copy
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest
import time_machine
from django.db import transaction
from django.urls import NoReverseMatch, URLPattern, get_resolver, reverse

from city.models import City
from city.roles import Role
from tests.conftest import NOW, CityClient, make_city, make_office, make_user
from tests.permissions import ANONYMOUS

TABLES = [
    import_module(f"tests.permissions.{path.stem}")
    for path in sorted((Path(__file__).parent / "permissions").glob("*.py"))
    if path.stem != "__init__"
]
PAGES = {name: page for table in TABLES for name, page in table.PAGES.items()}
#: The repair site makes its addresses from the models; it is asked as a whole below.
ELSEWHERE = ("admin:",)


def names(patterns=None, before: str = "") -> set[str]:
    """Every URL name that exists; an address without a name gives its route."""
    found = set()
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLPattern):
            if pattern.name:
                found.add(before + pattern.name)
        else:
            inner = f"{before}{pattern.namespace}:" if pattern.namespace else before
            found |= names(pattern.url_patterns, inner)
    return {name for name in found if not name.startswith(ELSEWHERE)}


def make_world() -> SimpleNamespace:
    """One city with a person per role; each app's table adds what its pages show."""
    make_city()
    parks, district = make_office("Parks Division"), make_office("District 3", kind="district", number=3)
    offices = {Role.STAFF: parks, Role.HEAD: parks, Role.ALDER: district, Role.AIDE: district}
    world = SimpleNamespace(parks=parks, district=district, at=NOW, people={})
    world.people = {role: make_user(f"The {role}", role, office=offices.get(role)) for role in Role}
    for table in TABLES:
        getattr(table, "build", lambda world: None)(world)
    return world


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker):
    """The city of the tables, made once and taken back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)


@pytest.fixture
def world(built, db):
    """The city as it was built: what one test changes is taken back at its end."""
    return copy.deepcopy(built)


@contextmanager
def taken_back():
    """A page that changed something must not change what the next one is asked about."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_every_page_stands_in_a_table():
    assert names() - set(PAGES) == set(), "add these to tests/permissions/<app>.py"


def test_no_table_names_a_page_that_is_gone():
    assert set(PAGES) - names() == set()


def test_no_page_stands_in_two_tables():
    told = [name for table in TABLES for name in table.PAGES]
    assert len(told) == len(set(told))


def test_before_set_up_every_page_leads_to_set_up(db, client):
    # It stands before the tests whose city is built for the whole module.
    assert not City.objects.exists()
    world = SimpleNamespace()
    open_before = {"city:set_up", "city:stylesheet", "health"}
    for name in names() - open_before:
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        response = client.get(url)
        assert (response.status_code, response.headers.get("Location")) == (302, "/set-up/"), (name, world)


@pytest.mark.parametrize("role", [ANONYMOUS, *Role.values])
def test_every_page_answers_this_role_as_the_tables_say(world, role):
    wrong = []
    with time_machine.travel(NOW, tick=False):
        signed_in = CityClient()
        if role != ANONYMOUS:
            signed_in.force_login(world.people[role])
        for name, page in sorted(PAGES.items()):
            with taken_back():
                client = CityClient(raise_request_exception=False)
                client.cookies = copy.deepcopy(signed_in.cookies)
                url = reverse(name, args=page.args(world)) + page.query
                status = getattr(client, page.method)(url).status_code
            expected = page.expected(role)
            if status not in (expected if isinstance(expected, tuple) else (expected,)):
                wrong.append(f"{name} ({url}): {status}, expected {expected}")
    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.parametrize("role", [ANONYMOUS, *Role.values])
def test_the_repair_site_is_closed_to_every_role(world, role):
    client = CityClient()
    with time_machine.travel(NOW, tick=False):
        if role != ANONYMOUS:
            client.force_login(world.people[role])
        statuses = {
            client.get(reverse(name)).status_code for name in ("admin:index", "admin:password_change")
        }
    assert statuses <= {302, 403}
