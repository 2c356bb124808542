"""An account is connected only when the platform itself says that it is that account."""

import logging

import pytest

from accounts.actions.connections import connect_account, disconnect_account
from accounts.models import Account, Connection
from accounts.networks import checked_service_url
from accounts.platforms.practice import PracticeNetwork
from city.log import history_of
from city.models import Entry
from city.refusals import NotAllowed, Refusal
from city.secrets import decrypt
from tests.accounts.make import make_account, make_administrator, make_platforms
from tests.conftest import NOW

SECRET = "correct-horse-battery"


@pytest.fixture
def network(tmp_path, settings, city):
    with PracticeNetwork(tmp_path / "practice") as network:
        settings.PRACTICE_NETWORK_URL = network.url
        make_platforms()
        yield network


@pytest.fixture
def account(network):
    network.state.create_account("parks.practice", SECRET)
    return make_account("parks.practice")


def connect(account, officer, network, **changes):
    values = {"service_url": network.url, "identifier": "parks.practice", "secret": SECRET} | changes
    return connect_account(account, by=officer, at=NOW, **values)


def nothing_written(account):
    account.refresh_from_db()
    return account.native_id == "" and not Connection.objects.exists() and not history_of(account).exists()


def test_connecting_stores_the_id_that_answered_and_the_secret_encrypted(officer, account, network):
    connection = connect(account, officer, network)
    account.refresh_from_db()
    assert account.native_id == network.state.account("parks.practice").did
    assert SECRET not in connection.secret
    assert decrypt(connection.secret) == SECRET
    assert [entry.verb for entry in history_of(account)] == ["connection.made"]


def test_connecting_again_replaces_and_disconnecting_forgets(officer, account, network):
    connect(account, officer, network)
    connect(account, officer, network)
    assert Connection.objects.count() == 1
    with pytest.raises(Refusal):
        disconnect_account(account, by=officer, at=NOW, reason=" ")
    disconnect_account(account, by=officer, at=NOW, reason="New password")
    assert not Connection.objects.exists()
    verbs = [entry.verb for entry in history_of(account)]
    assert verbs == ["connection.made", "connection.renewed", "connection.ended"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"secret": "wrong"}, "secret"),
        ({"secret": ""}, "secret"),
        ({"identifier": ""}, "identifier"),
        ({"identifier": "nobody.practice"}, "secret"),
        ({"service_url": "http://127.0.0.1:1"}, "service_url"),
        ({"service_url": "not an address"}, "service_url"),
    ],
)
def test_wrong_values_are_refused_beside_their_field_and_nothing_is_written(
    officer, account, network, changes, field
):
    with pytest.raises(Refusal) as refusal:
        connect(account, officer, network, **changes)
    assert refusal.value.field == field
    assert nothing_written(account)


def test_the_credentials_of_another_account_are_refused(officer, account, network):
    network.state.create_account("other.practice", SECRET)
    with pytest.raises(Refusal, match=r"other\.practice answers") as refusal:
        connect(account, officer, network, identifier="other.practice")
    assert refusal.value.field == "identifier"
    assert nothing_written(account)


def test_another_id_than_the_registrys_is_refused(officer, account, network):
    Account.objects.filter(pk=account.pk).update(native_id="did:plc:somebodyelse")
    account.refresh_from_db()
    with pytest.raises(Refusal) as refusal:
        connect(account, officer, network)
    assert refusal.value.field == "identifier"
    assert not Connection.objects.exists()


def test_an_account_that_is_in_the_registry_already_is_refused(officer, account, network):
    make_account("former.name", native_id=network.state.account("parks.practice").did)
    with pytest.raises(Refusal, match="already in the registry"):
        connect(account, officer, network)
    assert nothing_written(account)


@pytest.mark.parametrize(
    "kind",
    [
        "rate_limit",
        "login_page",
        "empty",
        "broken_json",
        "wrong_json",
        "reset",
        "truncated",
        "error",
        "redirect",
    ],
)
def test_however_the_platform_misbehaves_it_is_told_and_nothing_is_written(
    officer, account, network, kind, caplog
):
    caplog.set_level(logging.DEBUG)
    network.fault(kind)
    with pytest.raises(Refusal) as refusal:
        connect(account, officer, network)
    assert SECRET not in refusal.value.message
    assert SECRET not in caplog.text
    assert nothing_written(account)


def test_a_platform_that_asks_to_wait_is_named_with_the_time(officer, account, network):
    network.fault("rate_limit", retry_after=600)
    with pytest.raises(Refusal, match="in 10 minutes"):
        connect(account, officer, network)


def test_the_secret_is_in_no_page_and_no_entry(officer, account, network, client):
    client.force_login(officer)
    url = f"/accounts/{account.pk}/connect/"
    values = {"service_url": network.url, "identifier": "parks.practice", "secret": "not-this-one-9"}
    answer = client.post(url, values)
    assert answer.status_code == 200
    assert "not-this-one-9" not in answer.content.decode()
    assert "parks.practice" in answer.content.decode(), "what was typed is kept"
    assert client.post(url, values | {"secret": SECRET}).status_code == 302
    assert SECRET not in client.get(f"/accounts/{account.pk}/").content.decode()
    assert not any(SECRET in str(entry.data) + entry.reason for entry in Entry.objects.all())


def test_its_own_people_with_full_control_connect_an_account_and_others_do_not(staff, head, account, network):
    with pytest.raises(NotAllowed):
        connect(account, staff, network)
    make_administrator(account, staff)
    connect(account, staff, network)
    with pytest.raises(NotAllowed):
        disconnect_account(account, by=staff, at=NOW, reason="No")


@pytest.mark.parametrize(
    "url",
    [
        "http://bsky.social",
        "https://127.0.0.1",
        "https://localhost",
        "https://[::1]",
        "https://[::ffff:10.0.0.1]",
        "https://10.0.0.5",
        "https://192.168.1.1",
        "https://169.254.169.254",
        "https://0.0.0.0",
        "https://2130706433",
        "https://user:pass@bsky.social",
        "https://",
        "ftp://bsky.social",
        "https://[",
        "https://127.0.0.1:99999",
        "javascript:alert(1)",
        "",
    ],
)
def test_the_city_does_not_connect_inside_its_own_network(url, settings):
    settings.PRACTICE_NETWORK_URL = ""
    settings.LOCAL_NETWORKS_ALLOWED = []
    with pytest.raises(Refusal) as refusal:
        checked_service_url(url)
    assert refusal.value.field == "service_url"


def test_a_local_network_is_allowed_by_name_only(settings):
    settings.PRACTICE_NETWORK_URL = ""
    settings.LOCAL_NETWORKS_ALLOWED = ["http://localhost:2583"]
    assert checked_service_url("http://localhost:2583/") == "http://localhost:2583"
    for near in ("http://localhost:2584", "https://localhost:2583", "http://localhost:2583@evil.example"):
        with pytest.raises(Refusal):
            checked_service_url(near)
