"""A department's wish becomes an account only by two different people."""

import pytest
from django.db import IntegrityError, transaction

from accounts.actions import requests as acts
from accounts.models import Account, Request
from city.log import history_of
from city.refusals import NotAllowed, Refusal, Stale
from tests.accounts.make import OTHER_ANSWERS, agree, make_account
from tests.conftest import NOW, make_office, make_user


@pytest.fixture
def answers(platforms, staff, head):
    return {
        "platform": platforms["bluesky"],
        "name": "Testville Parks",
        "handle": "parks.testville.example",
        "criterion": "audience",
        "purpose": "Programs and closures of parks",
        "audience": "Families",
        "generic_email": "parks@testville.example",
        "primary_administrator": staff,
        "backup_administrator": head,
        **OTHER_ANSWERS,
    }


@pytest.fixture
def submitted(staff, parks, answers):
    draft = acts.draft_request(by=staff, at=NOW, office=parks, **answers)
    return acts.submit_request(draft, by=staff, at=NOW)


def test_a_draft_is_saved_however_little_is_answered(staff, parks, platforms):
    draft = acts.draft_request(by=staff, at=NOW, office=parks)
    acts.change_request(draft, by=staff, at=NOW, purpose="Closures")
    draft.refresh_from_db()
    assert (draft.status, draft.purpose) == ("draft", "Closures")


@pytest.mark.parametrize("name", Request.REQUIRED)
def test_a_request_is_not_submitted_before_it_is_whole(staff, parks, answers, name):
    del answers[name]
    draft = acts.draft_request(by=staff, at=NOW, office=parks, **answers)
    with pytest.raises(Refusal) as refusal:
        acts.submit_request(draft, by=staff, at=NOW)
    assert refusal.value.field == name


@pytest.mark.parametrize("name", Request.REQUIRED)
def test_the_database_refuses_a_submitted_request_with_a_gap(staff, parks, submitted, name):
    field = Request._meta.get_field(name)
    with pytest.raises(IntegrityError), transaction.atomic():
        Request.objects.filter(pk=submitted.pk).update(**{name: None if field.null else ""})


def test_approval_makes_the_account_with_both_administrators(officer, staff, head, submitted):
    account = acts.approve_request(agree(submitted), by=officer, at=NOW, reason="Fits the policy")
    assert account.status == "setting_up"
    assert account.url == "https://bsky.app/profile/parks.testville.example"
    assert {row.user for row in account.administrators.full()} == {staff, head}
    submitted.refresh_from_db()
    assert (submitted.status, submitted.account, submitted.decided_by) == ("approved", account, officer)
    verbs = [entry.verb for entry in history_of(account)]
    assert verbs == ["account.added", "administrator.added", "administrator.added", "request.approved"]


def test_nobody_decides_their_own_request(officer, head, parks, answers):
    answers["primary_administrator"] = officer
    draft = acts.draft_request(by=officer, at=NOW, office=parks, **answers)
    request = acts.submit_request(draft, by=officer, at=NOW)
    for act in (acts.approve_request, acts.deny_request):
        with pytest.raises(NotAllowed, match="somebody else"):
            act(request, by=officer, at=NOW, reason="Mine")
    another = make_user("Oscar Officer", "officer")
    acts.approve_request(agree(request), by=another, at=NOW)


def test_the_database_knows_that_nobody_decides_their_own_request(staff, submitted):
    with pytest.raises(IntegrityError), transaction.atomic():
        Request.objects.filter(pk=submitted.pk).update(
            status="denied", decided_by=staff, decided_at=NOW, decision_reason="No"
        )


@pytest.mark.parametrize("role", ["staff", "head", "cio", "administrator", "attorney", "auditor"])
def test_only_the_officer_decides(request, role, submitted):
    with pytest.raises(NotAllowed):
        acts.approve_request(submitted, by=request.getfixturevalue(role), at=NOW)


def test_staff_ask_for_their_own_offices_only(staff, platforms):
    with pytest.raises(NotAllowed):
        acts.draft_request(by=staff, at=NOW, office=make_office("Streets Division"))


def test_staff_cannot_move_a_draft_to_another_office(staff, parks, platforms):
    draft = acts.draft_request(by=staff, at=NOW, office=parks)
    with pytest.raises(NotAllowed):
        acts.change_request(draft, by=staff, at=NOW, office=make_office("Streets Division"))
    draft.refresh_from_db()
    assert draft.office == parks


@pytest.mark.parametrize("role", ["clerk", "auditor", "moderator", "cio"])
def test_who_has_no_office_asks_for_nothing(request, role, parks, platforms):
    with pytest.raises(NotAllowed):
        acts.draft_request(by=request.getfixturevalue(role), at=NOW, office=parks)


def test_a_prohibited_platform_is_refused_with_its_reason(staff, parks, answers, platforms):
    draft = acts.draft_request(
        by=staff, at=NOW, office=parks, **(answers | {"platform": platforms["tiktok"]})
    )
    with pytest.raises(Refusal) as refusal:
        acts.submit_request(draft, by=staff, at=NOW)
    assert refusal.value.field == "platform"
    assert platforms["tiktok"].reason in refusal.value.message


def test_a_platform_prohibited_meanwhile_is_not_approved(officer, submitted, platforms):
    type(platforms["bluesky"]).objects.filter(slug="bluesky").update(status="prohibited", reason="Breach")
    with pytest.raises(Refusal, match="Breach"):
        acts.approve_request(agree(submitted), by=officer, at=NOW)
    assert not Account.objects.exists()


@pytest.mark.parametrize("email", ["testvilleparks@gmail.com", "stella.staff@testville.example"])
def test_a_persons_own_address_is_not_accepted(staff, parks, answers, email):
    draft = acts.draft_request(by=staff, at=NOW, office=parks, **(answers | {"generic_email": email}))
    with pytest.raises(Refusal) as refusal:
        acts.submit_request(draft, by=staff, at=NOW)
    assert refusal.value.field == "generic_email"


def test_what_is_no_address_is_refused_already_in_the_draft(staff, parks, answers):
    with pytest.raises(Refusal) as refusal:
        acts.draft_request(by=staff, at=NOW, office=parks, generic_email="parks at testville")
    assert refusal.value.field == "generic_email"


def test_a_second_account_on_a_platform_needs_a_reason(staff, parks, answers, platforms):
    make_account("old.testville.example", office=parks)
    draft = acts.draft_request(by=staff, at=NOW, office=parks, **answers)
    with pytest.raises(Refusal) as refusal:
        acts.submit_request(draft, by=staff, at=NOW)
    assert refusal.value.field == "why_new"
    acts.change_request(draft, by=staff, at=NOW, why_new="The old one is for jobs")
    acts.submit_request(draft, by=staff, at=NOW)


def test_a_handle_in_use_is_refused(staff, parks, answers):
    make_account("parks.testville.example")
    draft = acts.draft_request(by=staff, at=NOW, office=parks, **answers)
    with pytest.raises(Refusal) as refusal:
        acts.submit_request(draft, by=staff, at=NOW)
    assert refusal.value.field == "handle"


@pytest.mark.parametrize("key", OTHER_ANSWERS)
def test_every_question_that_must_be_answered_is_asked_for(staff, parks, answers, key):
    draft = acts.draft_request(by=staff, at=NOW, office=parks, **(answers | {key: ""}))
    assert [problem.key for problem in acts.problems_of(draft)] == [key]


def test_a_programmes_account_says_why_the_departments_own_will_not_do(staff, parks, answers):
    draft = acts.draft_request(by=staff, at=NOW, office=parks, **(answers | {"kind": "programme"}))
    with pytest.raises(Refusal, match="department’s own") as refusal:
        acts.submit_request(draft, by=staff, at=NOW)
    assert refusal.value.field == "why_not_department"
    acts.change_request(draft, by=staff, at=NOW, why_not_department="Other people, and for one summer only")
    acts.submit_request(draft, by=staff, at=NOW)


def test_direct_messages_are_on_only_when_they_are_archived(staff, parks, answers):
    draft = acts.draft_request(by=staff, at=NOW, office=parks, **(answers | {"direct_messages": "on"}))
    with pytest.raises(Refusal, match="public records") as refusal:
        acts.submit_request(draft, by=staff, at=NOW)
    assert refusal.value.field == "archiving"


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("x" * 50_000, "50,000 characters"),
        ("See <script>alert(1)</script>", "tags of HTML"),
        ("<img src=x onerror=y>", "tags of HTML"),
        ("<!-- hidden -->", "tags of HTML"),
    ],
)
def test_what_is_too_long_or_no_plain_text_is_refused_beside_its_question(
    staff, parks, platforms, typed, why
):
    draft = acts.draft_request(by=staff, at=NOW, office=parks, purpose="Closures")
    with pytest.raises(Refusal, match=why) as refusal:
        acts.change_request(draft, by=staff, at=NOW, purpose=typed)
    assert refusal.value.field == "purpose"
    draft.refresh_from_db()
    assert draft.purpose == "Closures"


def test_invisible_characters_are_taken_out_and_arrows_stay(staff, parks, platforms):
    draft = acts.draft_request(
        by=staff, at=NOW, office=parks, purpose="a\x00b\x07c\u202ed\r\ne < f > g", goals="x\x1b[31m"
    )
    draft.refresh_from_db()
    assert draft.purpose == "abcd\ne < f > g"
    assert draft.answers["goals"] == "x[31m"


def test_the_second_of_two_who_edit_at_once_is_told_and_overwrites_nothing(staff, parks, platforms):
    draft = acts.draft_request(by=staff, at=NOW, office=parks)
    acts.change_request(draft, by=staff, at=NOW, version=1, purpose="First")
    with pytest.raises(Stale, match="Stella Staff has saved this request since"):
        acts.change_request(draft, by=staff, at=NOW, version=1, purpose="Second")
    draft.refresh_from_db()
    assert (draft.purpose, draft.version) == ("First", 2)


def test_a_change_of_purpose_changes_the_account_when_it_is_approved(officer, staff, parks, answers):
    account = make_account("parks.testville.example", office=parks, platform="x", purpose="Closures")
    named = {
        key: answers[key] for key in ("criterion", "audience", "goals", "measures", "frequency", "review_on")
    }
    named |= {"purpose": "Closures and jobs", "confirms_policy": "yes", "confirms_records": "yes"}
    draft = acts.draft_request(by=staff, at=NOW, ask="purpose", about=account, **named)
    acts.approve_request(agree(acts.submit_request(draft, by=staff, at=NOW)), by=officer, at=NOW)
    account.refresh_from_db()
    assert (account.purpose, account.audience) == ("Closures and jobs", "Families")
    assert "request.approved" in [entry.verb for entry in history_of(account)]


def test_closing_is_asked_for_and_begins_when_it_is_approved(officer, staff, parks, platforms):
    account = make_account("parks.testville.example", office=parks, platform="x")
    answers = {"reason": "Nobody reads it", "followers_told": "To our page", "closing_on": "2027-01-01"}
    answers |= {"confirms_policy": "yes", "confirms_records": "yes"}
    draft = acts.draft_request(by=staff, at=NOW, ask="close", about=account, **answers)
    acts.approve_request(acts.submit_request(draft, by=staff, at=NOW), by=officer, at=NOW)
    account.refresh_from_db()
    assert account.status == "closing"


def test_only_a_paused_account_is_asked_to_be_used_again(staff, parks, platforms):
    account = make_account("parks.testville.example", office=parks, platform="x")
    with pytest.raises(Refusal) as refusal:
        acts.draft_request(by=staff, at=NOW, ask="reactivate", about=account)
    assert refusal.value.field == "about"


def test_an_account_of_another_office_is_nobody_elses_to_close(staff, platforms):
    with pytest.raises(NotAllowed):
        acts.draft_request(by=staff, at=NOW, ask="close", about=make_account(platform="x"))


def test_two_different_people_are_named(staff, parks, answers):
    with pytest.raises(Refusal) as refusal:
        acts.draft_request(by=staff, at=NOW, office=parks, **(answers | {"backup_administrator": staff}))
    assert refusal.value.field == "backup_administrator"


def test_a_denial_has_reasons(officer, submitted):
    with pytest.raises(Refusal):
        acts.deny_request(submitted, by=officer, at=NOW, reason="  ")
    acts.deny_request(submitted, by=officer, at=NOW, reason="The city's own account reaches them")
    submitted.refresh_from_db()
    assert submitted.decision_reason == "The city's own account reaches them"


def test_what_is_decided_stays_decided(officer, staff, submitted):
    acts.deny_request(submitted, by=officer, at=NOW, reason="No")
    another = make_user("Oscar Officer", "officer")
    with pytest.raises(Stale):
        acts.approve_request(submitted, by=another, at=NOW)
    with pytest.raises(Stale):
        acts.withdraw_request(submitted, by=staff, at=NOW)
    with pytest.raises(Stale):
        acts.change_request(submitted, by=staff, at=NOW, purpose="Else")


def test_a_submitted_request_stays_as_it_was_asked(staff, submitted):
    with pytest.raises(Stale):
        acts.change_request(submitted, by=staff, at=NOW, purpose="Else")


def test_who_asked_may_take_it_back_and_a_stranger_may_not(staff, alder, submitted):
    with pytest.raises(NotAllowed):
        acts.withdraw_request(submitted, by=alder, at=NOW)
    acts.withdraw_request(submitted, by=staff, at=NOW)
    submitted.refresh_from_db()
    assert submitted.status == "withdrawn"


def test_other_offices_do_not_read_a_request(alder, head, auditor, submitted):
    assert not Request.objects.visible_to(alder, NOW).exists()
    assert Request.objects.visible_to(head, NOW).exists()
    assert Request.objects.visible_to(auditor, NOW).exists()
