"""A new city begins with what every floor needs, and its secrets survive a change of keys."""

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Connection, Platform
from city import secrets
from city.actions.city import set_up_city
from city.models import City
from elections.models import Rule
from tests.accounts.make import make_account
from tests.conftest import NOW, TOTP_SECRET, CityClient, make_user

CITY = {"name": "Newville", "population": 9_000, "website_url": "https://newville.example"}


@pytest.fixture
def founder(db):
    return make_user("Ada Administrator", "administrator")


def test_a_new_city_knows_the_platforms_and_the_rules_of_its_state(founder):
    set_up_city(by=founder, at=NOW, **CITY)
    assert Platform.objects.filter(slug="bluesky").exists()
    assert Rule.objects.exists()
    assert not Rule.objects.filter(confirmations__isnull=False).exists()


def test_a_city_elsewhere_gets_no_rules_of_wisconsin(founder):
    set_up_city(by=founder, at=NOW, state="MN", blackout_mode=City.BlackoutMode.NONE, **CITY)
    assert Platform.objects.exists()
    assert not Rule.objects.exists()


def test_every_secret_stays_readable_while_keys_are_exchanged(settings, staff):
    CityClient().force_login(staff)
    connection = Connection.objects.create(
        account=make_account(),
        service_url="https://bsky.social",
        identifier="parks.test",
        secret=secrets.encrypt("an app password"),
        connected_at=NOW,
    )
    old, new = settings.CREDENTIAL_KEYS, ["1XqMOQm8t0CDIHh5kKXrPl1tl7u1z7uwdjlyO0uFoZ8="]
    settings.CREDENTIAL_KEYS = [*new, *old]
    call_command("rotate_secrets")
    settings.CREDENTIAL_KEYS = new
    assert secrets.decrypt(staff.authenticator_set.get().data["secret"]) == TOTP_SECRET
    connection.refresh_from_db()
    assert secrets.decrypt(connection.secret) == "an app password"
    settings.CREDENTIAL_KEYS = list(old)
    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("rotate_secrets")
