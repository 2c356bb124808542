"""The registry: who may change it, what it refuses, and that every change is told."""

import pytest
from django.db import IntegrityError, transaction

from accounts.actions import accounts as acts
from accounts.actions.platforms import change_platform, seed_platforms
from accounts.models import Account, Platform
from city.log import history_of
from city.models import Entry
from city.refusals import NotAllowed, Refusal, Stale
from tests.accounts.make import SETUP, make_account, make_administrator
from tests.conftest import NOW, make_office, make_user


def add(officer, parks, platforms, **changes):
    fields = {
        "platform": platforms["x"],
        "office": parks,
        "name": "Testville Parks",
        "handle": "@TestvilleParks",
    }
    return acts.add_account(by=officer, at=NOW, **(fields | changes))


def test_an_account_is_kept_under_its_canonical_address(officer, parks, platforms):
    account = add(officer, parks, platforms)
    assert (account.handle, account.url) == ("testvilleparks", "https://x.com/testvilleparks")
    assert account.status == "setting_up"
    assert [entry.verb for entry in history_of(account)] == ["account.added"]
    assert account.history.get().history_user == officer


def test_a_number_is_enough_where_the_platform_gives_no_handle(officer, parks, platforms):
    url = "https://www.facebook.com/profile.php?id=100064567890123"
    account = add(officer, parks, platforms, platform=platforms["facebook"], handle="", url=url)
    assert (account.handle, account.native_id) == ("", "100064567890123")


@pytest.mark.parametrize("role", ["staff", "head", "alder", "clerk", "auditor", "moderator"])
def test_only_officer_and_administrator_enter_accounts(request, role, parks, platforms):
    with pytest.raises(NotAllowed):
        add(request.getfixturevalue(role), parks, platforms)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"handle": "two words"}, "handle"),
        ({"handle": ""}, "url"),
        ({"handle": "", "url": "https://x.com/testville/status/1"}, "url"),
        ({"handle": "", "url": "https://www.facebook.com/testville"}, "url"),
        ({"handle": "other", "url": "https://x.com/testville"}, "handle"),
        ({"handle": "much_too_long_for_this_platform"}, "handle"),
    ],
)
def test_what_cannot_be_an_account_is_refused_beside_its_field(officer, parks, platforms, changes, field):
    with pytest.raises(Refusal) as refusal:
        add(officer, parks, platforms, **changes)
    assert refusal.value.field == field
    assert not Account.objects.exists()
    assert not Entry.objects.filter(verb="account.added").exists()


@pytest.mark.parametrize(
    "form", ["TestvilleParks", "@testvilleparks", "https://mobile.twitter.com/testvilleparks/"]
)
def test_no_account_is_entered_twice_however_it_is_written(officer, parks, platforms, form):
    add(officer, parks, platforms)
    with pytest.raises(Refusal) as refusal:
        add(officer, make_office(), platforms, handle=form)
    assert refusal.value.field in ("handle", "url")


def test_a_retired_account_leaves_its_handle_to_another(officer, parks, platforms):
    account = add(officer, parks, platforms)
    acts.begin_closing_account(account, by=officer, at=NOW, reason="Merged with the city's account")
    acts.retire_account(account, by=officer, at=NOW)
    assert add(officer, parks, platforms).pk != account.pk


def test_a_change_is_told_field_by_field(officer, parks, platforms):
    account = add(officer, parks, platforms)
    acts.change_account(account, by=officer, at=NOW, name="Parks of Testville", reason="New name")
    entry = history_of(account).get(verb="account.changed")
    assert entry.data == {"changed": {"name": ["Testville Parks", "Parks of Testville"]}}
    assert account.history.count() == 2


def test_a_change_of_nothing_is_not_told(officer, parks, platforms):
    account = add(officer, parks, platforms)
    acts.change_account(account, by=officer, at=NOW, name="Testville Parks")
    assert not history_of(account).filter(verb="account.changed").exists()


def test_an_account_is_not_active_before_two_people_with_a_strong_second_factor_hold_it(
    officer, staff, head, parks, platforms
):
    account = add(officer, parks, platforms)
    with pytest.raises(Refusal, match="two people with full control"):
        acts.activate_account(account, by=officer, at=NOW)
    make_administrator(account, staff, factor="app", by=officer)
    sms = make_administrator(account, head, factor="sms", by=officer)
    with pytest.raises(Refusal, match="second factor"):
        acts.activate_account(account, by=officer, at=NOW)
    sms.second_factor = "key"
    sms.save()
    acts.activate_account(account, by=officer, at=NOW)
    account.refresh_from_db()
    assert (account.status, account.active_since) == ("active", NOW)


def test_an_account_that_can_be_connected_is_not_active_before_it_is(officer, staff, head, parks, platforms):
    account = add(officer, parks, platforms, platform=platforms["bluesky"], handle="parks.testville.example")
    for person in (staff, head):
        make_administrator(account, person, factor="app", by=officer)
    with pytest.raises(Refusal, match="connected"):
        acts.activate_account(account, by=officer, at=NOW)


def test_nobody_activates_on_a_prohibited_platform(officer, staff, head, cio, parks, platforms):
    account = add(officer, parks, platforms)
    for person in (staff, head):
        make_administrator(account, person, factor="app", by=officer)
    change_platform(
        platforms["x"], by=cio, at=NOW, status="prohibited", reason="Impersonation", decided_on=NOW.date()
    )
    account.refresh_from_db()
    with pytest.raises(Refusal, match="prohibited"):
        acts.activate_account(Account.objects.get(pk=account.pk), by=officer, at=NOW)


def test_pause_and_resume_tell_why(officer, cio, city):
    account = make_account()
    with pytest.raises(Refusal):
        acts.pause_account(account, by=cio, at=NOW, reason=" ")
    acts.pause_account(account, by=cio, at=NOW, reason="Somebody signed in from abroad")
    with pytest.raises(NotAllowed):
        acts.resume_account(account, by=cio, at=NOW)
    acts.resume_account(account, by=officer, at=NOW)
    assert [entry.verb for entry in history_of(account)] == ["account.paused", "account.resumed"]


def test_the_second_of_two_people_is_told_that_somebody_was_first(officer, cio, city):
    account = make_account()
    seen_by_second = Account.objects.get(pk=account.pk)
    acts.pause_account(account, by=officer, at=NOW, reason="Storm")
    with pytest.raises(Stale):
        acts.pause_account(seen_by_second, by=cio, at=NOW, reason="Storm")


def test_an_account_being_set_up_is_not_resumed_into_activity(officer, city):
    with pytest.raises(Refusal, match="not paused"):
        acts.resume_account(make_account(status="setting_up"), by=officer, at=NOW)


def test_the_database_knows_that_an_active_account_has_a_beginning(city):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_account(active_since=None)


def test_an_account_has_a_handle_or_a_number(city):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_account(handle="x", native_id="", url="https://x.com/x").__class__.objects.update(handle="")


def test_seeding_again_leaves_the_citys_decision_alone(cio, platforms):
    change_platform(
        platforms["x"], by=cio, at=NOW, status="prohibited", reason="Decided", decided_on=NOW.date()
    )
    assert seed_platforms(by=SETUP, at=NOW) == 0
    assert Platform.objects.get(slug="x").status == "prohibited"
    assert len(platforms) == 12


@pytest.mark.parametrize("status", ["conditional", "prohibited"])
def test_a_limit_on_a_platform_has_a_reason(cio, platforms, status):
    with pytest.raises(Refusal) as refusal:
        change_platform(platforms["x"], by=cio, at=NOW, status=status, reason=" ", decided_on=NOW.date())
    assert refusal.value.field == "reason"


@pytest.mark.parametrize("role", ["staff", "head", "administrator", "auditor", "clerk"])
def test_only_officer_and_cio_decide_on_platforms(request, role, platforms):
    with pytest.raises(NotAllowed):
        change_platform(
            platforms["x"],
            by=request.getfixturevalue(role),
            at=NOW,
            status="approved",
            reason="",
            decided_on=NOW.date(),
        )


def test_the_registry_is_read_by_those_who_hold_a_role(officer, city):
    make_account()
    assert Account.objects.visible_to(officer, NOW).count() == 1
    assert Account.objects.visible_to(make_user("Nobody"), NOW).count() == 0
