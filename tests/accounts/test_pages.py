"""What people see of the registry: numbers that open their rows, forms that keep what was typed, the public list."""

import csv
import io
import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.faults import QUESTIONS
from accounts.findings import FINDINGS
from accounts.forms import AccountFilters, ErrandFilters, RequestFilters
from accounts.models import Account, Administrator, Connection, Errand, Import, Request, Silence
from tests.accounts.make import make_account, make_administrator
from tests.conftest import NOW, make_office, make_user


@pytest.fixture
def troubled(officer, head, staff, cio, parks, platforms):
    """A city with one account for every finding, some of them of Parks."""
    gone = make_user("Gone", is_active=False, deactivated_at=NOW)
    for number, office in enumerate([parks, make_office("Water Utility")]):
        well = make_account(f"well{number}", platform="x", office=office)
        make_administrator(well, staff, factor="key", by=officer)
        make_administrator(well, head, factor="app", by=officer)
        leaver = make_account(f"leaver{number}", platform="x", office=office)
        make_administrator(leaver, gone)
        for status, error in (("failing", "Slow"), ("refused", "Wrong")):
            account = make_account(f"{status}{number}", office=office)
            Connection.objects.create(
                account=account,
                service_url="https://a.example",
                identifier="x",
                secret="x",
                status=status,
                error=error,
                connected_at=NOW,
            )
        make_account(f"prohibited{number}", platform="tiktok", office=office)
        long_ago = NOW - timedelta(days=400)
        old = make_account(f"old{number}", office=office, created_at=long_ago, active_since=long_ago)
        Connection.objects.create(
            account=old,
            service_url="https://a.example",
            identifier="x",
            secret="x",
            connected_at=long_ago,
            answered_at=long_ago,
        )
        row = make_administrator(old, staff, factor="app", by=officer)
        Administrator.objects.filter(pk=row.pk).update(attested_at=long_ago)
        make_administrator(old, contractor="Somebody")
        make_administrator(old, contractor="Over", contract_ends_on=long_ago.date())
        crowded = make_account(f"crowded{number}", platform="x", office=office)
        for _ in range(6):
            make_administrator(crowded, make_user(), factor="app", by=officer)
        make_account(f"retired{number}", platform="tiktok", office=office, status="retired")
        Errand.objects.create(account=leaver, kind="remove", about=gone, due_on=NOW.date(), opened_at=NOW)
        overdue = NOW.date() - timedelta(days=1)
        Errand.objects.create(account=leaver, kind="rotate", about=gone, due_on=overdue, opened_at=NOW)
    Request.objects.create(
        office=parks, requested_by=staff, platform=platforms["x"], name="N", handle="h", criterion="urgent", purpose="P",
        audience="A", generic_email="parks@x.example", primary_administrator=staff, backup_administrator=head,
        status="submitted", created_at=NOW, submitted_at=NOW,
    )  # fmt: skip


@pytest.mark.parametrize("role", ["officer", "cio", "auditor", "head"])
def test_every_finding_opens_exactly_the_rows_that_it_counts(request, role, troubled, client, time_machine):
    time_machine.move_to(NOW, tick=False)
    person = request.getfixturevalue(role)
    client.force_login(person)
    found = [finding for find in FINDINGS if (finding := find(person, NOW))]
    assert len(found) >= len(QUESTIONS) + 1
    for finding in found:
        page = client.get(finding.url)
        assert page.context["page"].paginator.count == finding.count, finding.code
        lines = list(
            csv.reader(io.StringIO(client.get(finding.url + "&format=csv").getvalue().decode("utf-8-sig")))
        )
        assert len(lines) - 1 == finding.count, finding.code
        assert page.context["filters"].is_valid()
    few = {finding.code: finding.count for finding in found}
    assert few["accounts.leaver_listed"] == (1 if role == "head" else 2)


def test_a_city_in_order_has_no_findings(officer, staff, head, cio, platforms):
    account = make_account(platform="x")
    for person, factor in ((staff, "key"), (head, "app"), (officer, "app")):
        make_administrator(
            account, person, factor=factor, by=cio, duties_confirmed_by=cio, duties_confirmed_at=NOW
        )
    assert [finding for find in FINDINGS if (finding := find(officer, NOW))] == []


def test_others_are_told_nothing(alder, moderator, clerk, troubled):
    for person in (alder, moderator, clerk):
        assert [finding for find in FINDINGS if (finding := find(person, NOW))] == []


@pytest.mark.parametrize("form", [AccountFilters, RequestFilters, ErrandFilters])
def test_a_wrong_filter_filters_nothing_out(form, city):
    assert form({"office": "zoo", "platform": "-1", "status": "x\x00", "q": "\x00"}).values is not None


@pytest.mark.parametrize(
    "words", ["parks", "@parks", "https://mobile.twitter.com/Parks/", "%", "\x00", "'", "a" * 600]
)
def test_search_words_of_every_kind_are_answered(officer, client, words, platforms):
    make_account("parks", platform="x", url="https://x.com/parks")
    client.force_login(officer)
    page = client.get("/accounts/", {"q": words})
    assert page.status_code == 200
    if "parks" in words.lower():
        assert page.context["page"].paginator.count == 1


@pytest.mark.parametrize("number", [3, 30])
def test_a_list_asks_the_same_number_of_questions_however_long_it_is(
    officer, client, platforms, number, django_assert_max_num_queries
):
    for _ in range(number):
        make_administrator(make_account(), officer)
    client.force_login(officer)
    client.get("/accounts/")
    with django_assert_max_num_queries(24):
        client.get("/accounts/")


def upload(client, content: bytes, name: str = "accounts.csv"):
    return client.post("/imports/new/", {"file": SimpleUploadedFile(name, content)})


def test_an_import_is_looked_at_and_confirmed(officer, client, parks, platforms):
    client.force_login(officer)
    answer = upload(client, b"Department,Platform,Handle\nParks,X,parks\nPrks,X,two\n")
    batch = Import.objects.get()
    assert answer.url == f"/imports/{batch.pk}/"
    page = client.get(answer.url).content.decode()
    assert "1</strong> would be added" in page
    assert "1</strong> rejected" in page
    rejected = client.get(f"{answer.url}?outcome=rejected&format=csv").getvalue().decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(rejected)))[1][0] == "3"
    assert list(csv.reader(io.StringIO(rejected)))[1][3:] == ["Prks", "X", "two"]
    assert client.post(f"{answer.url}confirm/").status_code == 302
    batch.refresh_from_db()
    assert batch.status == "applying"
    assert "0 of 1" in client.get(f"{answer.url}progress/").content.decode()
    assert client.post(f"{answer.url}confirm/").status_code == 409


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04", "workbook"),
        (b"", "empty"),
        (b"x" * (20 * 2**20 + 70_000), "larger than 20 MB"),
        (b"\xff\xfe\x00", "not recognized"),
    ],
)
def test_a_wrong_file_is_refused_beside_the_field(officer, client, platforms, content, words):
    client.force_login(officer)
    answer = upload(client, content)
    assert answer.status_code == 200
    assert words in " ".join(answer.context["form"].errors["file"])
    assert not Import.objects.exists()


def test_an_upload_without_the_forms_token_is_refused(officer, client, platforms):
    client.force_login(officer)
    client.handler.enforce_csrf_checks = True
    assert upload(client, b"Department,Platform,Handle\nParks,X,parks\n").status_code == 403


def test_a_refused_form_keeps_what_was_typed(officer, client, parks, platforms):
    client.force_login(officer)
    values = {"office": parks.pk, "platform": platforms["x"].pk, "kind": "department", "name": "Kept name",
              "url": "https://x.com/parks/status/1", "language": "en"}  # fmt: skip
    page = client.post("/accounts/add/", values)
    assert page.context["form"].errors["url"]
    assert "Kept name" in page.content.decode()
    assert client.post("/accounts/add/", values | {"url": "x.com/parks"}).status_code == 302


def test_anybody_finds_the_citys_accounts_without_signing_in(client, platforms, parks, district_3):
    make_account("parks", platform="x", office=parks, url="https://x.com/parks")
    make_account("three", office=district_3)
    make_account("new", status="setting_up")
    make_account("old", status="retired")
    page = client.get("/find/")
    assert page.context["page"].paginator.count == 2
    assert b"<script" not in page.content
    answer = client.get("/api/accounts").json()
    assert [row["handle"] for row in answer["results"]] == [row.handle for row in page.context["page"]]
    for query, handle in (("district=3", "three"), (f"office={parks.slug}", "parks"), ("platform=x", "parks"),
                          ("q=twitter.com/parks", "parks")):  # fmt: skip
        assert [row["handle"] for row in client.get(f"/api/accounts?{query}").json()["results"]] == [handle]
        assert [row.handle for row in client.get(f"/find/?{query}").context["page"]] == [handle]


def test_in_a_silence_the_address_is_gone_and_the_notice_stands(
    client, platforms, district_3, officer, time_machine
):
    account = make_account("three", office=district_3, url="https://bsky.app/profile/three.example")
    Silence.objects.create(
        office=district_3, starts_at=NOW, ends_at=NOW + timedelta(hours=1), reason="Links return on Apr 7.",
        source="elections.blackout:1", created_at=NOW,
    )  # fmt: skip
    for moment, silent in ((-1, False), (0, True), (3599, True), (3600, False)):
        time_machine.move_to(NOW + timedelta(seconds=moment), tick=False)
        page = client.get("/find/").content.decode()
        assert (account.url not in page) is silent
        assert ("Links return on Apr 7." in page) is silent
        (row,) = client.get("/api/accounts").json()["results"]
        assert (row["url"] is None) is silent
        assert (account.url not in client.get("/find/?format=csv").getvalue().decode()) is silent


def test_the_api_describes_itself_and_refuses_nonsense(client, city):
    described = client.get("/api/openapi.json").json()
    assert "/api/accounts" in described["paths"]
    assert client.get("/api/accounts?office=nowhere").status_code == 404
    assert client.get("/api/accounts?page=x").status_code == 422
    assert client.get("/api/accounts?q=%00").status_code == 200
    assert client.post("/api/accounts").status_code == 405
    assert json.loads(client.get("/api/accounts?page=99").content)["count"] == 0


def test_an_empty_registry_says_what_to_do_first(officer, client, city):
    assert b"No accounts are listed yet" in client.get("/find/").content
    client.force_login(officer)
    assert b"Import a spreadsheet" in client.get("/accounts/").content
    assert not Account.objects.exists()
