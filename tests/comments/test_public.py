"""The public side: the appeal's form withstands everybody and turns nobody away; the register tells no names."""

import random
import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from city.models import City
from city.times import told
from comments import actions, throttle
from comments.models import Appeal, Statement
from tests.comments.make import carried_out, hide, make_commented
from tests.conftest import NOW

pytestmark = pytest.mark.django_db
FORM = "/appeals/"


def send(client, **fields):
    return client.post(FORM, {"text": "It was a song.", "described": "On Monday, at Parks"} | fields)


def nonce_of(client) -> str:
    found = re.search(r'name="nonce" value="([^"]+)"', client.get(FORM).content.decode())
    assert found
    return found[1]


@pytest.fixture
def decision(rules_in_force, moderator):
    return hide(make_commented(), rules_in_force, by=moderator)


def test_somebody_appeals_without_account_cookies_or_script_and_follows_it(decision):
    client = Client(enforce_csrf_checks=True)
    page = client.get(f"{FORM}?reference={decision.reference}")
    assert decision.reference in page.content.decode()
    assert not page.cookies
    assert "<script" not in page.content.decode()
    client.cookies.clear()
    with time_machine.travel(NOW, tick=False):
        answer = send(client, reference=decision.reference, described="", nonce=nonce_of(client))
        assert answer.status_code == 302
        private = client.get(answer["Location"])
    text = private.content.decode()
    assert "Mon Dec 7, 2026" in text
    assert "Thanksgiving" in text
    assert private["Referrer-Policy"] == "no-referrer"
    assert "no-store" in private["Cache-Control"]
    assert Appeal.objects.get().decision == decision


def test_the_private_page_tells_when_everything_was_given_back(decision, client, appeals):
    nonce = nonce_of(client)
    private = send(client, reference=decision.reference, email="r@example.org", nonce=nonce)["Location"]
    carried_out(decision.case)
    actions.decide_appeal(Appeal.objects.get(), "reversed", "It was a song.", by=appeals, at=NOW)
    assert "It is being taken back on the network now" in client.get(private).content.decode()
    carried_out(decision.case, at=NOW + timedelta(hours=1))
    text = client.get(private).content.decode()
    assert "The network shows that it was taken back." in text
    assert told(NOW + timedelta(hours=1)) in text
    assert "a letter about it went to the address that you gave" in text


def test_who_comes_from_a_decision_is_not_asked_which_one_they_mean(decision, client):
    assert 'name="described"' not in client.get(f"{FORM}?reference={decision.reference}").content.decode()
    assert 'name="described"' in client.get(FORM).content.decode()
    kept = client.post(FORM, {"reference": decision.reference, "described": "On Monday", "text": ""})
    assert "On Monday" in kept.content.decode()


def test_a_notice_names_the_city_as_it_calls_itself(decision):
    City.objects.update(name="City of Marlow Bay")
    other = hide(make_commented(), decision.ground.version, by=decision.decided_by)
    assert "City of Marlow Bay, decision" in other.notice.text
    assert "City of City" not in other.notice.text


def test_what_is_missing_is_said_beside_its_field_and_what_was_typed_is_kept(city, client):
    answer = client.post(FORM, {"text": "", "described": "", "handle": "@me", "email": "no address"})
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "Give the number of the decision" in text
    assert 'value="@me"' in text
    assert 'value="no address"' in text
    assert not Statement.objects.exists()


def test_pressing_send_twice_sends_once(city, client):
    nonce = nonce_of(client)
    first, second = send(client, nonce=nonce), send(client, nonce=nonce)
    assert first["Location"] == second["Location"]
    assert Statement.objects.count() == 1


@pytest.mark.parametrize("token", ["x", "0" * 64, "%00", "é" * 10, "a" * 3000, "..%2f"])
def test_a_wrong_link_opens_nothing(city, client, token):
    assert client.get(f"{FORM}{token}/").status_code == 404


def test_50_kilobytes_of_text_are_kept_whole(city, client):
    words = "Wörter, " * 6_000
    assert send(client, text=words).status_code == 302
    assert Statement.objects.get().text == words.strip()


def test_a_program_that_fills_in_everything_is_kept_for_a_person(decision, client):
    send(client, homepage="https://spam.example", reference=decision.reference)
    assert Statement.objects.unmatched().get().held_why
    assert not Appeal.objects.exists()


HOSTILE = [
    "\x00", "\u202e", "\ud7ff", "'; DROP TABLE comments_statement; --", "<script>alert(1)</script>", "{{ 7*7 }}",
    "{% debug %}",
    "../../etc/passwd", "%s%n%x", "\r\nBcc: all@example.org", "A" * 50_000, "🏳️‍🌈" * 900,
    "=cmd|' /C calc'!A0", "\u0000\u0001\u0008",
    "http://[::1", "0" * 400, "-1", "2026-00001", "９９９９-１", "٢٠٢٦-١", "𝟚𝟘𝟚𝟞-𝟙", "", " ", "\n" * 5000, "\\u0000", "null",
]  # fmt: skip
FIELDS = ("reference", "described", "text", "handle", "name", "email", "homepage", "nonce")


@pytest.mark.slow
def test_2000_hostile_submissions_break_nothing_lose_nothing_and_lock_nobody_out(decision):
    dice = random.Random(20261120)
    sent = waited = 0
    with time_machine.travel(NOW, tick=False) as clock:
        for number in range(2000):
            fields = {name: dice.choice(HOSTILE) + str(number) for name in FIELDS if dice.random() < 0.7}
            if dice.random() < 0.5:
                fields["email"] = f"a{number}@example.org"
            client = Client(REMOTE_ADDR=dice.choice(("203.0.113.9", "2001:db8::1", "198.51.100.7")))
            before = Statement.objects.count()
            answer = client.post(FORM, fields)
            assert answer.status_code in (200, 302, 429), (answer.status_code, fields)
            if answer.status_code == 302:
                sent += 1
                assert Statement.objects.count() == before + 1
                if number % 50 == 0:
                    assert client.get(answer["Location"]).status_code == 200
            elif answer.status_code == 429:
                waited += 1
                assert int(answer["Retry-After"]) <= throttle.WINDOW
                assert str(number) in answer.content.decode(), "what was typed is gone"
            if number % 97 == 0:
                innocent = Client(REMOTE_ADDR=f"192.0.2.{number % 250}")
                kept = send(innocent, reference=decision.reference, text=f"Innocent {number}")
                assert kept.status_code == 302
                assert Statement.objects.get(text=f"Innocent {number}").appeal.decision == decision
        assert sent > 100
        assert waited > 100
        # Somebody behind the same address as the flood waits ten minutes at most.
        clock.shift(timedelta(seconds=throttle.WINDOW))
        assert send(Client(REMOTE_ADDR="203.0.113.9"), text="Innocent neighbour").status_code == 302
    assert Appeal.objects.count() == 1


def test_the_register_tells_the_reasons_and_no_name(decision, client, appeals):
    listed = client.get("/decisions/").content.decode()
    shown = client.get(f"/decisions/{decision.reference}/").content.decode()
    data = client.get("/api/decisions/").json()
    assert "3.4 Threats" in shown
    assert data["results"][0]["reference"] == decision.reference
    for text in (listed, shown, str(data), client.get("/decisions/?format=csv").getvalue().decode()):
        assert "resident.test" not in text
        assert "did:plc:resident" not in text
    carried_out(decision.case)
    actions.submit_statement(actions.Words("x", reference=decision.reference), nonce="", at=NOW)
    actions.decide_appeal(Appeal.objects.get(), "reversed", "It was a song.", by=appeals, at=NOW)
    assert "It was a song." in client.get(f"/decisions/{decision.reference}/").content.decode()
    assert client.get(f"/api/decisions/{decision.reference}").json()["appeal"] == "reversed"


@pytest.mark.parametrize("address", ["/decisions/2026-99999/", "/decisions/%00/", "/api/decisions/nothing"])
def test_a_number_that_was_never_given_is_not_found(city, client, address):
    assert client.get(address).status_code == 404


def test_r8_the_appeal_link_of_a_notice_opens_a_form_that_knows_the_decision(decision, client):
    page = client.get(decision.notice.appeal_path).content.decode()
    assert f'value="{decision.reference}"' in page
    assert f"decision {decision.reference}" in page
