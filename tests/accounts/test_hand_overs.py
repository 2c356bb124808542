"""Hand-overs on a term's first day, and declared accounts that are not the city's."""

from datetime import timedelta

import pytest

from accounts.actions.administrators import add_administrator
from accounts.actions.declared import declare_account, end_declared_account
from accounts.actions.errands import complete_errand
from accounts.actions.hand_overs import open_due_hand_overs
from accounts.findings import FINDINGS
from accounts.models import Account, Administrator, DeclaredAccount, Errand, HandOver
from city.models import Seat, Term
from city.refusals import NotAllowed, Refusal
from tests.accounts.make import make_account, make_administrator, make_platforms
from tests.conftest import NOW, make_user

DAY = timedelta(days=1)


@pytest.fixture
def seat(district_3):
    return Seat.objects.create(office=district_3, title="Seat of District 3", first_election_year=2026)


@pytest.fixture
def passed_on(seat, alder, district_3):
    """A district's account whose holder's last day was yesterday."""
    account = make_account("district3.testville.example", office=district_3)
    make_administrator(account, alder)
    successor = make_user("Sue Successor")
    today = NOW.date()
    Term.objects.create(seat=seat, person=alder, starts_on=today - 700 * DAY, ends_on=today)
    Term.objects.create(seat=seat, person=successor, starts_on=today)
    return account, successor


def test_on_the_first_day_of_a_term_the_keys_change_hands_and_the_account_stays(passed_on, alder, officer):
    _, successor = passed_on
    (hand_over,) = open_due_hand_overs(at=NOW)
    assert (hand_over.former, hand_over.term.person) == (alder, successor)
    todo = {(errand.kind, errand.about) for errand in hand_over.errands.open()}
    assert todo == {
        ("remove", alder), ("rotate", alder), ("admit", successor), ("profile", successor), ("explain", successor)
    }  # fmt: skip
    assert {errand.due_on for errand in hand_over.errands.all()} == {NOW.date()}
    assert Account.objects.get().status == "active"
    assert open_due_hand_overs(at=NOW + timedelta(hours=1)) == []
    assert Errand.objects.count() == 5


def test_a_hand_over_is_done_when_the_new_holder_has_the_key_and_the_former_has_not(
    passed_on, alder, officer
):
    account, successor = passed_on
    (hand_over,) = open_due_hand_overs(at=NOW)
    admit = hand_over.errands.get(kind="admit")
    with pytest.raises(Refusal, match="not on the roster"):
        complete_errand(admit, by=officer, at=NOW, evidence="Done")
    add_administrator(account, by=officer, at=NOW, user=successor)
    for errand in hand_over.errands.open():
        complete_errand(errand, by=officer, at=NOW, evidence="Seen")
    assert [row.user for row in Administrator.objects.current()] == [successor]
    assert not HandOver.objects.under_way().exists()
    assert open_due_hand_overs(at=NOW + DAY) == []


def test_who_goes_on_with_the_seat_hands_over_nothing(seat, alder, district_3):
    make_administrator(make_account(office=district_3), alder)
    today = NOW.date()
    Term.objects.create(seat=seat, person=alder, starts_on=today - 700 * DAY, ends_on=today)
    Term.objects.create(seat=seat, person=alder, starts_on=today)
    assert open_due_hand_overs(at=NOW) == []
    assert not Errand.objects.exists()


def test_a_vacant_seat_is_closed_to_who_held_it(seat, alder, district_3):
    make_administrator(make_account(office=district_3), alder)
    Term.objects.create(seat=seat, person=alder, starts_on=NOW.date() - 700 * DAY, ends_on=NOW.date())
    assert open_due_hand_overs(at=NOW - DAY) == []
    assert not Errand.objects.exists()
    open_due_hand_overs(at=NOW)
    assert {errand.kind for errand in Errand.objects.all()} == {"remove", "rotate"}


def test_an_overdue_hand_over_is_found(passed_on, officer, client):
    open_due_hand_overs(at=NOW)
    codes = {one.code for find in FINDINGS if (one := find(officer, NOW + DAY))}
    assert "accounts.hand_over_overdue" in codes
    client.force_login(officer)
    page = client.get(f"/hand-overs/{HandOver.objects.get().pk}/").content.decode()
    assert "5 of 5 still to do" in page


def test_a_declared_account_is_not_ours_and_has_no_row_that_could_be_captured(alder, officer, city):
    make_platforms()
    declared = declare_account(
        person=alder, kind="campaign", url="https://x.com/almaforcouncil", by=alder, at=NOW
    )
    assert declared.url == "https://x.com/almaforcouncil"
    assert not Account.objects.exists()
    with pytest.raises(Refusal, match="declared already"):
        declare_account(person=alder, kind="personal", url="twitter.com/AlmaForCouncil", by=officer, at=NOW)
    end_declared_account(declared, by=alder, at=NOW, reason="The campaign is over")
    assert not DeclaredAccount.objects.current().exists()


def test_the_citys_own_account_cannot_be_declared_as_somebodys(alder, staff, officer, city):
    make_platforms()
    make_account("testville", platform="x", url="https://x.com/testville")
    with pytest.raises(Refusal, match="cannot be both"):
        declare_account(person=alder, kind="personal", url="https://x.com/testville", by=alder, at=NOW)
    for by, person in ((staff, staff), (alder, staff)):
        with pytest.raises(NotAllowed):
            declare_account(person=person, kind="personal", url="https://x.com/other", by=by, at=NOW)
