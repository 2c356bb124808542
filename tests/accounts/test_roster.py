"""The roster in full: attestations with evidence and an end, duties, contractors, and the officer everywhere."""

from datetime import date, timedelta

import pytest

from accounts.actions import administrators as acts
from accounts.actions.key_rules import change_key_rules
from accounts.models import Connection, key_rules
from accounts.queries import shown_accounts, shown_administrators
from city.refusals import NotAllowed, Refusal
from records.models import Capture, Payload, Record
from tests.accounts.make import make_account, make_administrator
from tests.conftest import NOW

DAY = timedelta(days=1)


def meant(code, reader, at=NOW):
    return set(shown_accounts(reader, at, {"finding": code}))


def test_an_attestation_needs_evidence(officer, staff, city):
    row = make_administrator(make_account(), staff)
    with pytest.raises(Refusal) as refusal:
        acts.attest_second_factor(row, by=officer, at=NOW, second_factor="key", evidence=" ")
    assert refusal.value.field == "evidence"
    acts.attest_second_factor(row, by=officer, at=NOW, second_factor="key", evidence="Looked together")
    row.refresh_from_db()
    assert (row.attested_by, row.attestation_evidence) == (officer, "Looked together")


def test_an_attestation_holds_for_180_days_unless_the_city_says_otherwise(officer, staff, city):
    account = make_account()
    row = make_administrator(account, staff)
    acts.attest_second_factor(row, by=officer, at=NOW, second_factor="app", evidence="Seen")
    assert meant("attestation_expired", officer, NOW + 180 * DAY) == set()
    assert meant("attestation_expired", officer, NOW + 180 * DAY + timedelta(seconds=1)) == {account}
    change_key_rules(by=officer, at=NOW, attestation_days=30, reason="A break-in")
    assert meant("attestation_expired", officer, NOW + 31 * DAY) == {account}
    (shown,) = shown_administrators(officer, NOW, {})
    assert shown.holds_until == NOW + 30 * DAY


def test_an_account_without_its_officer_is_found_and_named(officer, staff, city):
    account, other = make_account(), make_account()
    make_administrator(account, officer, role="editor")
    make_administrator(other, staff)
    assert meant("officer_missing", officer) == {other}


def test_too_many_people_in_full_control_is_as_wrong_as_too_few(officer, staff, head, cio, city):
    account = make_account()
    for person in (officer, staff, head):
        make_administrator(account, person)
    assert meant("many_administrators", officer) == set()
    change_key_rules(by=cio, at=NOW, most_full=2)
    assert meant("many_administrators", officer) == {account}


def test_a_contractors_access_ends_with_the_contract(officer, city):
    account = make_account()
    row = acts.add_administrator(account, by=officer, at=NOW, contractor="Connie", contractor_firm="Media")
    assert meant("no_contract_end", officer) == {account}
    acts.change_administrator(
        row, by=officer, at=NOW, platform_role="editor", contract_ends_on=date(2026, 11, 20)
    )
    assert meant("no_contract_end", officer) == set()
    assert meant("contract_over", officer) == set(), "the last day counts"
    assert meant("contract_over", officer, NOW + DAY) == {account}


def test_a_person_of_the_city_has_no_contract(officer, staff, city):
    row = make_administrator(make_account(), staff)
    acts.change_administrator(
        row, by=officer, at=NOW, platform_role="editor", contract_ends_on=date(2027, 1, 1)
    )
    row.refresh_from_db()
    assert (row.platform_role, row.contract_ends_on) == ("editor", None)


def test_duties_are_confirmed_by_somebody_else_who_says_where_they_stand(officer, head, parks, city):
    row = make_administrator(make_account(office=parks), head)
    with pytest.raises(NotAllowed, match="your own"):
        acts.confirm_duties(row, by=head, at=NOW, reason="Mine")
    with pytest.raises(Refusal):
        acts.confirm_duties(row, by=officer, at=NOW, reason=" ")
    assert meant("duties_unconfirmed", officer) == {row.account}
    acts.confirm_duties(row, by=officer, at=NOW, reason="Job description of May 2026")
    assert meant("duties_unconfirmed", officer) == set()


def test_an_app_password_grows_old(officer, city):
    account = make_account()
    Connection.objects.create(
        account=account, service_url="https://bsky.social", identifier="x", secret="x", connected_at=NOW
    )
    assert meant("credential_old", officer, NOW + 360 * DAY) == set()
    assert meant("credential_old", officer, NOW + 361 * DAY) == {account}


def said(account, at):
    """The archive holds a post of the account's."""
    payload = Payload.objects.create(
        sha256=f"{account.pk:064x}", kind="warc", size=1, media_type="x", path=f"{account.pk}", kept_at=at
    )
    capture = Capture.objects.create(account=account, due_at=at)
    Record.objects.create(
        account=account, capture=capture, number=1, kind="post", platform_item_id="1", version=1,
        state="present", created_at=at, happened_before=at, captured_at=at, method="x", tool="x",
        payload=payload, prev_hash="0", hash="1",
    )  # fmt: skip


def test_an_account_that_says_nothing_for_ninety_days_is_asked_after(officer, city):
    quiet, heard, unread = make_account(), make_account(), make_account()
    for account in (quiet, heard):
        Connection.objects.create(
            account=account, service_url="https://bsky.social", identifier="x", secret="x", connected_at=NOW
        )
    said(heard, NOW + 50 * DAY)
    assert meant("silent", officer, NOW + 90 * DAY) == set(), "it began today"
    assert meant("silent", officer, NOW + 91 * DAY) == {quiet}
    assert meant("silent", officer, NOW + 141 * DAY) == {quiet, heard}
    assert unread not in meant("silent", officer, NOW + 400 * DAY), "nobody can know"


def test_the_citys_numbers_are_the_officers_and_securitys(officer, cio, head, auditor, city):
    for person in (head, auditor):
        with pytest.raises(NotAllowed):
            change_key_rules(by=person, at=NOW, silent_days=1)
    change_key_rules(by=cio, at=NOW, silent_days=60)
    assert (key_rules().silent_days, key_rules().attestation_days) == (60, 180)
    with pytest.raises(Refusal) as refusal:
        change_key_rules(by=cio, at=NOW, closing_second_days=40)
    assert refusal.value.field == "closing_second_days"


def test_the_roster_of_the_whole_city_is_one_list(client, officer, staff, city):
    row = make_administrator(make_account(), staff)
    acts.add_administrator(row.account, by=officer, at=NOW, contractor="Connie")
    client.force_login(officer)
    page = client.get("/administrators/?state=contractors").content.decode()
    assert "Connie" in page
    assert "Stella" not in page
    told = b"".join(client.get("/administrators/?format=csv").streaming_content).decode()
    assert "Stella Staff" in told
    assert "Connie" in told
    response = client.post("/administrators/rules/", {"attestation_days": "0"})
    assert response.status_code == 200
    assert key_rules().attestation_days == 180
