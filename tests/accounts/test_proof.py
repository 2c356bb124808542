"""Proof of control: what is seen counts, what is only said does not, and what is no longer seen has lapsed."""

import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace

import pytest

from accounts.actions.connection_health import refuse_connection
from accounts.actions.proofs import assert_proof, record_look, withdraw_proof
from accounts.looking import Seen, look, under_the_citys_domain
from accounts.models import Connection, Proof
from accounts.proof import proof_state, proof_states
from accounts.queries import shown_accounts
from city.actors import SystemActor
from city.log import history_of
from city.models import City
from city.refusals import NotAllowed, Refusal
from tests.accounts.make import make_account
from tests.conftest import NOW

DAY = timedelta(days=1)
GOOD, BAD, NOBODY = Seen(True, "There"), Seen(False, "Not there"), Seen(None, "No answer")


def coded(officer):
    account = make_account()
    return account, assert_proof(account, by=officer, at=NOW, method="nonce")


def test_what_the_registry_says_is_asserted_until_somebody_has_seen_it(officer, city):
    account, proof = coded(officer)
    assert proof_state(account, NOW) == "asserted"
    record_look(proof, GOOD, at=NOW)
    assert proof_state(account, NOW) == "proven"


def test_a_proof_that_is_seen_to_be_gone_lapses_at_once(officer, city):
    account, proof = coded(officer)
    record_look(proof, GOOD, at=NOW)
    record_look(proof, BAD, at=NOW + DAY)
    assert proof_state(account, NOW + DAY) == "lapsed"
    assert list(shown_accounts(officer, NOW + DAY, {"finding": "proof_lapsed"})) == [account]
    record_look(proof, GOOD, at=NOW + 2 * DAY)
    assert proof_state(account, NOW + 2 * DAY) == "proven"
    verbs = [entry.verb for entry in history_of(account)]
    assert verbs == ["proof.asserted", "proof.seen", "proof.lapsed", "proof.seen"]


def test_a_page_that_does_not_answer_denies_nothing_for_thirty_days(officer, city):
    account, proof = coded(officer)
    record_look(proof, GOOD, at=NOW)
    record_look(proof, NOBODY, at=NOW + 30 * DAY)
    assert proof_state(account, NOW + 30 * DAY) == "proven"
    assert proof_state(account, NOW + 30 * DAY + timedelta(seconds=1)) == "lapsed"


def test_our_own_session_proves_it_until_the_platform_refuses_us(officer, city):
    account, other = make_account(), make_account()
    connection = Connection.objects.create(
        account=account, service_url="https://a.example", identifier="x", secret="x", connected_at=NOW,
        answered_at=NOW,
    )  # fmt: skip
    assert proof_states([account, other], NOW) == {account.pk: "proven", other.pk: "asserted"}
    refuse_connection(connection, by=SystemActor("Archive"), at=NOW + DAY, error="Wrong password")
    assert proof_state(account, NOW + DAY) == "lapsed"


def test_a_handle_proves_something_only_under_the_citys_own_domain(officer, city):
    with pytest.raises(Refusal) as refusal:
        assert_proof(make_account("parks.bsky.social"), by=officer, at=NOW, method="domain")
    assert refusal.value.field == "method"
    assert_proof(make_account("parks.testville.example"), by=officer, at=NOW, method="domain")
    here = City.objects.get()
    assert under_the_citys_domain("testville.example", here)
    assert not under_the_citys_domain("eviltestville.example", here)
    assert not under_the_citys_domain("testville.example.evil.net", here)


def test_who_cannot_act_as_the_account_proves_nothing(officer, staff, auditor, city):
    account, proof = coded(officer)
    for person in (staff, auditor):
        with pytest.raises(NotAllowed):
            assert_proof(account, by=person, at=NOW, method="nonce")
        with pytest.raises(NotAllowed):
            withdraw_proof(proof, by=person, at=NOW, reason="No")
    withdraw_proof(proof, by=officer, at=NOW, reason="Another way is better")
    assert not Proof.objects.exists()


def test_pages_are_read_where_the_settings_allow_it_and_nowhere_inside(officer, settings, city, pages):
    """A real server on this machine stands for both the city's site and the platform."""
    make = pages(
        {
            "/us": '<a rel="me" href="{root}/@parks">We</a>',
            "/@parks": '<a rel="nofollow me" href="{root}/us/">City</a> city-1',
        }
    )
    City.objects.update(website_url=make.root)
    account = make_account(url=f"{make.root}/@parks")
    mutual = Proof(account=account, method="rel_me", page_url=f"{make.root}/us")
    code = Proof(account=account, method="nonce", nonce="city-1")
    assert look(mutual).holds is None, "inside our network, and not allowed"
    settings.LOCAL_NETWORKS_ALLOWED = [make.root]
    assert look(mutual).holds is True
    assert look(code).holds is True
    assert look(Proof(account=account, method="nonce", nonce="city-2")).holds is False
    assert look(Proof(account=account, method="rel_me", page_url=f"{make.root}/none")).holds is False


@pytest.fixture
def pages():
    """Serves pages from this machine; `{root}` in them is the server's own address."""
    servers = []

    def serve(texts):
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                text = texts.get(self.path)
                self.send_response(200 if text else 404)
                self.end_headers()
                self.wfile.write((text or "").replace("{root}", root).encode())

            def log_message(self, *_):
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        root = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return SimpleNamespace(root=root)

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()
