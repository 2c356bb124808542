"""Find our accounts: the list that others show, follow and print."""

import csv
import io
import json
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest

from accounts.actions.accounts import (
    add_account,
    begin_closing_account,
    change_account,
    retire_account,
)
from accounts.languages import language_named
from accounts.models import Silence
from tests.accounts.make import make_account
from tests.conftest import NOW, make_office

pytestmark = pytest.mark.django_db
ATOM = {"a": "http://www.w3.org/2005/Atom"}


def feed(client):
    answer = client.get("/find/changes.atom")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("application/atom+xml")
    return ET.fromstring(answer.content)


def titles(client):
    return [one.text for one in feed(client).findall("a:entry/a:title", ATOM)]


def test_accounts_are_found_by_language(city, platforms, client):
    make_account("parks", language="en")
    make_account("parques", language="es")
    page = client.get("/find/", {"language": "es"})
    assert [row.handle for row in page.context["page"]] == ["parques"]
    assert "Spanish" in page.content.decode()
    assert client.get("/api/accounts", {"language": "es"}).json()["count"] == 1
    lines = list(
        csv.reader(io.StringIO(client.get("/find/?language=es&format=csv").getvalue().decode("utf-8-sig")))
    )
    assert len(lines) == 2
    assert lines[1][6] == "Spanish"


@pytest.mark.parametrize(
    ("code", "name"), [("en", "English"), ("hmn", "Hmong"), ("zh-hans", "Chinese"), ("xx", "xx")]
)
def test_a_language_is_called_by_its_name(code, name):
    assert language_named(code).startswith(name)


def test_the_feed_tells_what_was_added_changed_and_retired_and_no_reason(
    city, platforms, officer, parks, client
):
    account = add_account(
        by=officer, at=NOW, platform=platforms["x"], office=parks, name="Parks", handle="parks", in_use=True
    )
    change_account(account, by=officer, at=NOW, name="Testville Parks", reason="A secret reason")
    change_account(account, by=officer, at=NOW, purpose="Nobody’s business outside")
    begin_closing_account(account, by=officer, at=NOW, reason="A secret reason")
    retire_account(account, by=officer, at=NOW + timedelta(days=28))
    assert titles(client) == [
        f"{what}: Testville Parks on X" for what in ("Retired", "Closing", "Changed", "Added")
    ]
    assert "secret" not in client.get("/find/changes.atom").content.decode()


def test_the_feed_tells_nothing_of_an_account_before_it_speaks_for_the_city(
    city, platforms, officer, parks, client
):
    add_account(by=officer, at=NOW, platform=platforms["x"], office=parks, name="Soon", handle="soon")
    assert titles(client) == []


def test_a_silent_account_has_no_address_in_the_feed_and_in_the_embedded_list(
    city, platforms, officer, parks, client, time_machine
):
    time_machine.move_to(NOW, tick=False)
    account = add_account(
        by=officer, at=NOW, platform=platforms["x"], office=parks, name="Parks", handle="parks", in_use=True
    )
    Silence.objects.create(
        account=account, starts_at=NOW, reason="Not shown before the election.", source="x:1", created_at=NOW
    )
    told = feed(client).find("a:entry/a:summary", ATOM).text
    assert "Not shown before the election." in told
    assert "https://x.com/parks" not in told
    shown = client.get("/find/embed/").content.decode()
    assert "Not shown before the election." in shown
    assert "https://x.com/parks" not in shown


def test_only_the_embeddable_list_may_be_framed_and_it_needs_no_script(city, platforms, client):
    make_account("parks", platform="x", url="https://x.com/parks")
    inside = client.get("/find/embed/")
    assert "frame-ancestors *" in inside["Content-Security-Policy"]
    assert "X-Frame-Options" not in inside
    assert "<script" not in inside.content.decode()
    assert "https://x.com/parks" in inside.content.decode()
    for address in ("/find/", "/is-it-ours/", "/find/report/"):
        other = client.get(address)
        assert "frame-ancestors 'none'" in other["Content-Security-Policy"]
        assert other["X-Frame-Options"] == "DENY"


def test_the_snippet_shows_the_list_as_it_is_filtered(city, platforms, client, settings):
    settings.SITE_URL = "https://social.testville.example"
    make_account("parks", platform="x")
    page = client.get("/find/", {"platform": "x", "page": "1"}).content.decode()
    assert "&lt;iframe src=&quot;https://social.testville.example/find/embed/?platform=x&quot;" in page


@pytest.mark.parametrize("address", ["/find/", "/find/embed/", "/find/changes.atom", "/api/accounts"])
def test_each_asks_the_same_number_of_questions_however_long_it_is(
    city, platforms, officer, parks, client, address, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for number in range(2, 22):
        add_account(
            by=officer,
            at=NOW,
            platform=platforms["x"],
            office=make_office(),
            name="N",
            handle=f"n{number}",
            in_use=True,
        )
        if number in (4, 21):
            with CaptureQueriesContext(connection) as asked:
                client.get(address)
            counts.append(len(asked))
    assert counts[0] == counts[1]


# -- the master list for the Council -------------------------------------------------------------------------


def test_the_master_list_names_every_account_also_those_given_up(city, platforms, auditor, client):
    for status in ("active", "paused", "closing", "retired", "setting_up"):
        make_account(f"account_{status}", platform="x", status=status)
    client.force_login(auditor)
    answer = client.get("/accounts/master-list.csv")
    lines = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert len(lines) == 6
    assert "master-list-of-accounts-" in answer["Content-Disposition"]


def test_the_master_list_as_pdf_is_tagged_titled_and_in_a_language(
    city, platforms, auditor, client, time_machine
):
    time_machine.move_to(NOW, tick=False)
    make_account("parks", platform="x", name='Parks #1 "*_$<@\\ é', office=make_office("Parks = Division"))
    client.force_login(auditor)
    answer = client.get("/accounts/master-list.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    for mark in (b"/MarkInfo", b"/Lang", b"/StructTreeRoot", b"pdfuaid"):
        assert mark in answer.content, mark
    assert b"Official social media accounts of Testville" in answer.content


def test_an_empty_registry_has_a_master_list_too(city, auditor, client):
    client.force_login(auditor)
    assert client.get("/accounts/master-list.pdf").content.startswith(b"%PDF")


def test_the_description_of_the_api_is_whole(city, client):
    described = json.loads(client.get("/api/openapi.json").content)
    assert set(described["paths"]) == {"/api/accounts", "/api/verify"}
