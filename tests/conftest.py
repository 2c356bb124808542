"""What every test shares: a city with its cast, one person per role, named by role."""

import itertools
import os
import shutil
from datetime import UTC, datetime

import hypothesis
import pytest
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.core.files.storage import storages
from django.db import connection
from django.http import HttpRequest
from django.test import Client

from city import secrets
from city.models import City, Grant, Office, User
from city.roles import Role

#: Properties are looked for without a clock: a busy machine is no counterexample. In CI every run asks the same.
hypothesis.settings.register_profile("city", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI", "").lower() in ("true", "1") else "city")

MADE_BY_MIGRATIONS = {"django_content_type", "auth_permission", "django_site", "django_migrations"}

#: Fixtures that are used in several places.
pytest_plugins = ["tests.workers", "tests.demonstration", "tests.network.fixtures"]


class CityClient(Client):
    """A browser. `force_login` signs in as people do: with a second factor that was shown just now."""

    def force_login(self, user, backend=None, *, second_factor: bool = True):
        super().force_login(user, backend)
        if not second_factor:
            return
        Authenticator.objects.get_or_create(
            user=user,
            type=Authenticator.Type.TOTP,
            defaults={"data": {"secret": secrets.encrypt(TOTP_SECRET)}},
        )
        request = HttpRequest()
        request.session = session = self.session
        record_authentication(request, user, "password")
        record_authentication(request, user, "mfa", type="totp")
        session.save()


@pytest.fixture
def client() -> CityClient:
    return CityClient()


TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

#: A working Friday in Chicago: Nov 20, 2026, 9:00 am CST.
NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)

_numbers = itertools.count(1)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session", autouse=True)
def _flush_past_the_triggers():
    """After a transactional test all tables are emptied; only a test may do so past the triggers.

    Deleting a few rows takes milliseconds, truncating every table half a second. What migrations made and no test
    changes stays, so that nothing has to make it again.
    """
    operations = type(connection.ops)

    def sql_flush(self, style, tables, *, reset_sequences=False, allow_cascade=False):
        names = [self.quote_name(table) for table in sorted(tables) if table not in MADE_BY_MIGRATIONS]
        return [
            "SET LOCAL session_replication_role = replica",
            # As truncating does: whoever still writes ends first.
            f"LOCK TABLE {', '.join(names)} IN ACCESS EXCLUSIVE MODE",
            *(f"DELETE FROM {name}" for name in names),
        ]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "sql_flush", sql_flush)
        patch.setattr("django.core.management.commands.flush.emit_post_migrate_signal", lambda *_: None)
        yield


@pytest.fixture(autouse=True)
def _archive_as_empty_as_the_database(request):
    """A transactional test begins without rows, so also without the files that earlier ones archived."""
    marker = request.node.get_closest_marker("django_db")
    if (marker and marker.kwargs.get("transaction")) or "transactional_db" in request.fixturenames:
        shutil.rmtree(storages["archive"].location, ignore_errors=True)


def make_city(**changes) -> City:
    fields = {
        "name": "Testville",
        "population": 60_000,
        "website_url": "https://www.testville.example",
        "set_up_at": NOW,
    }
    city, _ = City.objects.update_or_create(id=1, defaults=fields | changes)
    return city


def make_office(name: str = "", **changes) -> Office:
    number = next(_numbers)
    fields = {
        "kind": Office.Kind.DEPARTMENT,
        "name": name or f"Department {number}",
        "slug": f"office-{number}",
    }
    return Office.objects.create(**(fields | changes))


def make_user(
    name: str = "", *roles: str, office: Office | None = None, at: datetime = NOW, **changes
) -> User:
    """A person with grants of `roles`, from the beginning of `at`'s year on."""
    number = next(_numbers)
    fields = {
        "email": f"person{number}@testville.example",
        "name": name or f"Person {number}",
        "joined_at": at,
    }
    user = User.objects.create_user(password=None, **(fields | changes))
    for role in roles:
        Grant.objects.create(
            user=user, role=role, office=office, starts_at=at.replace(month=1, day=1, hour=0, minute=0)
        )
    return user


@pytest.fixture
def city(db) -> City:
    return make_city()


@pytest.fixture
def parks(city) -> Office:
    return make_office("Parks Division")


@pytest.fixture
def district_3(city) -> Office:
    return make_office("District 3", kind=Office.Kind.DISTRICT, number=3)


def _one_of(role: str, name: str):
    @pytest.fixture(name=role)
    def person(request, city) -> User:
        office = None
        if role in (Role.STAFF, Role.HEAD):
            office = request.getfixturevalue("parks")
        elif role in (Role.ALDER, Role.AIDE):
            office = request.getfixturevalue("district_3")
        return make_user(name, role, office=office)

    return person


administrator = _one_of(Role.ADMINISTRATOR, "Ada Administrator")
officer = _one_of(Role.OFFICER, "Olive Officer")
staff = _one_of(Role.STAFF, "Stella Staff")
head = _one_of(Role.HEAD, "Henry Head")
alder = _one_of(Role.ALDER, "Alma Alder")
aide = _one_of(Role.AIDE, "Aidan Aide")
attorney = _one_of(Role.ATTORNEY, "Attila Attorney")
cio = _one_of(Role.CIO, "Cleo Cio")
clerk = _one_of(Role.CLERK, "Clara Clerk")
custodian = _one_of(Role.CUSTODIAN, "Cyrus Custodian")
moderator = _one_of(Role.MODERATOR, "Mona Moderator")
appeals = _one_of(Role.APPEALS, "Abel Appeals")
auditor = _one_of(Role.AUDITOR, "Audrey Auditor")
