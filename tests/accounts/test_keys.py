"""Who holds the keys: administrators, attestations, leavers and their errands."""

import pytest
from django.db import IntegrityError, transaction

from accounts.actions import administrators as acts
from accounts.actions.errands import complete_errand, errands_when_leaving
from accounts.actions.people import deactivate_user
from accounts.models import Administrator, Connection, Errand
from city.log import history_of
from city.refusals import NotAllowed, Refusal, Stale
from tests.accounts.make import make_account, make_administrator
from tests.conftest import NOW, make_user


def connect(account):
    return Connection.objects.create(
        account=account, service_url="https://bsky.social", identifier="x", secret="x", connected_at=NOW
    )


def test_an_administrator_is_a_person_of_the_city_or_a_named_contractor(officer, staff, city):
    account = make_account()
    acts.add_administrator(account, by=officer, at=NOW, user=staff, platform_role="full")
    acts.add_administrator(
        account, by=officer, at=NOW, contractor="Connie Contractor", contractor_firm="Media Ltd"
    )
    assert [row.holder for row in account.administrators.current()] == ["Connie Contractor", "Stella Staff"]
    for both_or_none in ({}, {"user": staff, "contractor": "Connie"}):
        with pytest.raises(Refusal):
            acts.add_administrator(account, by=officer, at=NOW, **both_or_none)


def test_nobody_stands_twice_on_a_roster(officer, staff, city):
    account = make_account()
    acts.add_administrator(account, by=officer, at=NOW, user=staff)
    with pytest.raises(Refusal) as refusal:
        acts.add_administrator(account, by=officer, at=NOW, user=staff)
    assert refusal.value.field == "user"
    acts.add_administrator(account, by=officer, at=NOW, contractor="Connie")
    with pytest.raises(Refusal) as refusal:
        acts.add_administrator(account, by=officer, at=NOW, contractor="CONNIE")
    assert refusal.value.field == "contractor"


def test_who_was_removed_may_be_entered_again(officer, staff, city):
    account = make_account()
    row = acts.add_administrator(account, by=officer, at=NOW, user=staff)
    acts.remove_administrator(row, by=officer, at=NOW, reason="Seen on the platform")
    acts.add_administrator(account, by=officer, at=NOW, user=staff)
    assert account.administrators.count() == 2
    assert account.administrators.current().count() == 1


def test_a_department_head_keeps_the_roster_of_their_own_accounts_only(head, staff, parks):
    acts.add_administrator(make_account(office=parks), by=head, at=NOW, user=staff)
    with pytest.raises(NotAllowed):
        acts.add_administrator(make_account(), by=head, at=NOW, user=staff)


@pytest.mark.parametrize("role", ["staff", "alder", "auditor", "clerk", "moderator", "administrator"])
def test_nobody_else_keeps_it(request, role, parks):
    person = request.getfixturevalue(role)
    with pytest.raises(NotAllowed):
        acts.add_administrator(make_account(office=parks), by=person, at=NOW, user=person)


def test_a_second_factor_is_attested_by_somebody_else(officer, staff, cio, city):
    account = make_account()
    row = make_administrator(account, staff)
    acts.attest_second_factor(row, by=cio, at=NOW, second_factor="key", evidence="Seen in the settings")
    row.refresh_from_db()
    assert (row.second_factor, row.attested_by, row.attested_at) == ("key", cio, NOW)
    assert history_of(account).get().reason == "Security key. Seen in the settings"


def test_nobody_attests_their_own_second_factor(officer, city):
    row = make_administrator(make_account(), officer)
    with pytest.raises(NotAllowed, match="your own"):
        acts.attest_second_factor(row, by=officer, at=NOW, second_factor="key", evidence="Mine")


def test_a_second_factor_without_an_attestation_cannot_be_stored(staff, city):
    row = make_administrator(make_account(), staff)
    with pytest.raises(IntegrityError), transaction.atomic():
        Administrator.objects.filter(pk=row.pk).update(second_factor="key")


def test_a_leaver_leaves_an_errand_for_each_thing_to_do(officer, staff, head, city):
    alone = make_account("alone")
    shared = make_account("shared")
    connected = make_account("connected")
    connect(connected)
    retired = make_account("retired", status="retired")
    for account in (alone, shared, connected, retired):
        make_administrator(account, staff)
    for account in (shared, connected):
        make_administrator(account, head)
        make_administrator(account, officer)
    expected = {"alone": ["remove", "replace"], "connected": ["remove", "rotate"], "shared": ["remove"]}
    assert {need.account.handle: list(need.kinds) for need in errands_when_leaving(staff)} == expected
    errands = deactivate_user(staff, by=officer, at=NOW, reason="New job")
    opened: dict[str, list[str]] = {}
    for errand in errands:
        opened.setdefault(errand.account.handle, []).append(errand.kind)
    assert opened == expected
    assert {errand.due_on for errand in errands} == {NOW.date()}
    staff.refresh_from_db()
    assert not staff.is_active
    assert Administrator.objects.current().filter(user=staff).count() == 4, "the platforms still let them in"


def test_the_due_day_is_the_citys_own(officer, staff, city):
    make_administrator(make_account(), staff)
    late_evening = NOW.replace(day=21, hour=3)  # still Nov 20 in Chicago
    (errand, _) = deactivate_user(staff, by=officer, at=late_evening, reason="New job")
    assert errand.due_on == NOW.date()
    assert not Errand.objects.overdue(late_evening).exists()
    assert Errand.objects.overdue(NOW.replace(day=21, hour=6)).count() == 2


def test_a_leaver_who_left_before_does_not_count_as_a_full_administrator(officer, staff, head, city):
    account = make_account()
    make_administrator(account, staff)
    make_administrator(account, head)
    make_administrator(account, officer)
    deactivate_user(head, by=officer, at=NOW, reason="Retired")
    deactivate_user(staff, by=officer, at=NOW, reason="New job")
    assert Errand.objects.open().filter(kind="replace").count() == 1


def test_removing_a_leaver_is_done_with_evidence_and_ends_the_entry(officer, staff, head, city):
    account = make_account()
    row = make_administrator(account, staff)
    deactivate_user(staff, by=officer, at=NOW, reason="New job")
    errand = Errand.objects.get(kind="remove")
    with pytest.raises(Refusal) as refusal:
        complete_errand(errand, by=officer, at=NOW, evidence=" ")
    assert refusal.value.field == "evidence"
    complete_errand(errand, by=officer, at=NOW, evidence="Screenshot in the IT ticket 123")
    row.refresh_from_db()
    errand.refresh_from_db()
    assert (row.removed_at, errand.status, errand.done_by) == (NOW, "done", officer)
    with pytest.raises(Stale):
        complete_errand(errand, by=officer, at=NOW, evidence="Again")


def test_a_replacement_is_done_only_when_two_remain(officer, staff, head, cio, city):
    account = make_account()
    make_administrator(account, staff)
    deactivate_user(staff, by=officer, at=NOW, reason="New job")
    errand = Errand.objects.get(kind="replace")
    make_administrator(account, head)
    with pytest.raises(Refusal, match="Only 1 person"):
        complete_errand(errand, by=officer, at=NOW, evidence="Named Henry")
    make_administrator(account, cio)
    complete_errand(errand, by=officer, at=NOW, evidence="Named Henry and Cleo")


def test_strangers_and_auditors_finish_no_errand(auditor, alder, officer, staff, city):
    make_administrator(make_account(), staff)
    deactivate_user(staff, by=officer, at=NOW, reason="New job")
    for person in (auditor, alder):
        with pytest.raises(NotAllowed):
            complete_errand(Errand.objects.filter(kind="remove").get(), by=person, at=NOW, evidence="Done")


def test_an_accounts_own_people_may_finish_its_errands(moderator, officer, staff, city):
    account = make_account()
    make_administrator(account, staff)
    make_administrator(account, moderator)
    deactivate_user(staff, by=officer, at=NOW, reason="New job")
    complete_errand(
        Errand.objects.get(kind="remove"), by=moderator, at=NOW, evidence="Removed, seen in settings"
    )


def test_who_may_not_deactivate_opens_no_errands(head, staff, city):
    make_administrator(make_account(), staff)
    with pytest.raises(NotAllowed):
        deactivate_user(staff, by=head, at=NOW, reason="No")
    assert not Errand.objects.exists()
    assert make_user("Else").is_active
