"""A request is reviewed by every role at the same time; each answers what is asked of it, and nobody their own."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.actions import requests as acts
from accounts.actions import reviews
from accounts.findings import FINDINGS
from accounts.models import Account, Request, Review
from city.actions.people import end_grant
from city.log import history_of
from city.refusals import NotAllowed, Refusal, Stale
from tests.accounts.make import OTHER_ANSWERS, agree
from tests.conftest import NOW, make_office, make_user

DAY = timedelta(days=1)


@pytest.fixture
def backup(parks):
    return make_user("Bo Backup", "staff", office=parks)


@pytest.fixture
def answers(platforms, staff, backup):
    return {
        "platform": platforms["bluesky"],
        "name": "Testville Parks",
        "handle": "parks.testville.example",
        "criterion": "audience",
        "purpose": "Programs and closures of parks",
        "audience": "Families",
        "generic_email": "parks@testville.example",
        "primary_administrator": staff,
        "backup_administrator": backup,
        **OTHER_ANSWERS,
    }


@pytest.fixture
def wish(staff, parks, answers, head, cio, attorney, officer) -> Request:
    return acts.submit_request(
        acts.draft_request(by=staff, at=NOW, office=parks, **answers), by=staff, at=NOW
    )


def of(wish: Request, role: str) -> Review:
    return wish.reviews.get(role=role)


def test_everybody_is_asked_at_the_same_time_and_the_attorney_only_where_the_answers_call_for_it(
    wish, staff, parks, answers
):
    assert [review.role for review in wish.reviews.all()] == ["head", "cio", "officer"]
    answers |= {"handle": "two.testville.example", "comments": "closed"}
    other = acts.draft_request(by=staff, at=NOW, office=parks, **answers)
    acts.submit_request(other, by=staff, at=NOW)
    assert [review.role for review in other.reviews.all()] == ["head", "cio", "attorney", "officer"]
    assert {review.asked_at for review in other.reviews.all()} == {NOW}


def test_it_is_approved_only_when_everybody_who_was_asked_agrees(wish, head, cio, officer):
    with pytest.raises(Refusal, match="Department head is still open"):
        acts.approve_request(wish, by=officer, at=NOW)
    agree(wish, "head")
    with pytest.raises(Refusal, match="CIO and IT security is still open"):
        acts.approve_request(wish, by=officer, at=NOW)
    agree(wish, "cio")
    assert acts.approve_request(wish, by=officer, at=NOW).status == "setting_up"
    assert of(wish, "officer").status == "agreed"
    verbs = [entry.verb for entry in history_of(wish)]
    assert verbs.count("review.agreed") == 3


def test_an_objection_stops_approval_and_says_why(wish, cio, officer):
    agree(wish, "head")
    reviews.review_request(of(wish, "cio"), by=cio, at=NOW, verdict="objected", comment="No archive")
    with pytest.raises(Refusal, match="No archive"):
        acts.approve_request(wish, by=officer, at=NOW)
    assert not Account.objects.exists()
    acts.deny_request(wish, by=officer, at=NOW, reason="As IT security says")


def test_changes_are_asked_for_and_answered_and_who_agreed_is_asked_again_only_about_what_changed(
    wish, staff, head, cio
):
    agree(wish, "cio")
    reviews.review_request(
        of(wish, "head"), by=head, at=NOW + DAY, verdict="changes", comment="Why so often?"
    )
    wish.refresh_from_db()
    assert (wish.status, wish.returned_at) == ("changes", NOW + DAY)
    assert wish.turns() == [("Stella Staff", NOW + DAY)]
    acts.change_request(wish, by=staff, at=NOW + DAY, goals="Fewer, better")
    acts.submit_request(wish, by=staff, at=NOW + 2 * DAY, note="Once a week is enough")
    assert of(wish, "head").status == "waiting"
    assert of(wish, "head").asked_at == NOW + 2 * DAY
    assert of(wish, "cio").status == "agreed"
    answered = [entry for entry in history_of(wish) if entry.verb == "request.answered"]
    assert answered[0].reason == "Once a week is enough"
    reviews.review_request(of(wish, "head"), by=head, at=NOW, verdict="changes", comment="And the address?")
    acts.change_request(wish, by=staff, at=NOW, generic_email="park-desk@testville.example")
    acts.submit_request(wish, by=staff, at=NOW)
    assert of(wish, "cio").status == "waiting"


def test_an_answer_that_calls_for_the_attorney_later_asks_the_attorney(wish, staff, head):
    reviews.review_request(
        of(wish, "head"), by=head, at=NOW, verdict="changes", comment="Messages on, please"
    )
    acts.change_request(wish, by=staff, at=NOW, direct_messages="on", archiving="With the archive")
    acts.submit_request(wish, by=staff, at=NOW)
    assert of(wish, "attorney").status == "waiting"


def test_while_it_is_given_back_the_others_may_go_on(wish, head, cio):
    reviews.review_request(of(wish, "head"), by=head, at=NOW, verdict="changes", comment="?")
    reviews.review_request(of(wish, "cio"), by=cio, at=NOW, verdict="agreed")
    wish.refresh_from_db()
    assert (wish.status, of(wish, "cio").status) == ("changes", "agreed")


@pytest.mark.parametrize("verdict", ["changes", "objected"])
def test_who_does_not_agree_says_why(wish, cio, verdict):
    with pytest.raises(Refusal) as refusal:
        reviews.review_request(of(wish, "cio"), by=cio, at=NOW, verdict=verdict, comment=" ")
    assert refusal.value.field == "comment"


def test_a_role_is_answered_for_by_who_holds_it_for_that_office(wish, staff, cio, attorney, officer):
    elsewhere = make_user("Hedda Head", "head", office=make_office("Streets"))
    for person in (staff, cio, attorney, officer, elsewhere):
        with pytest.raises(NotAllowed):
            reviews.review_request(of(wish, "head"), by=person, at=NOW, verdict="agreed")


def test_a_review_is_answered_once(wish, head, parks):
    reviews.review_request(of(wish, "head"), by=head, at=NOW, verdict="agreed")
    other = make_user("Hedda Head", "head", office=parks)
    with pytest.raises(Stale):
        reviews.review_request(of(wish, "head"), by=other, at=NOW, verdict="agreed")


def test_a_head_who_asks_does_not_agree_with_themselves(head, cio, officer, parks, answers):
    draft = acts.draft_request(by=head, at=NOW, office=parks, **answers)
    wish = acts.submit_request(draft, by=head, at=NOW)
    with pytest.raises(NotAllowed, match="yourself"):
        reviews.review_request(of(wish, "head"), by=head, at=NOW, verdict="agreed")
    with pytest.raises(IntegrityError), transaction.atomic():
        wish.reviews.filter(role="head").update(status="agreed", answered_by=head, answered_at=NOW)
    agree(wish)
    acts.approve_request(wish, by=officer, at=NOW)
    assert of(wish, "head").status == "unfilled"


def test_a_colleague_who_changed_it_reviews_nothing_of_it(wish, head, cio):
    reviews.review_request(of(wish, "cio"), by=cio, at=NOW, verdict="changes", comment="Devices?")
    wish.refresh_from_db()
    acts.change_request(wish, by=head, at=NOW, devices="City telephones only")
    with pytest.raises(NotAllowed):
        reviews.review_request(of(wish, "head"), by=head, at=NOW, verdict="agreed")


def test_a_reviewer_who_left_stops_nothing(wish, head, cio, officer, parks):
    end_grant(head.grants.get(), by=make_user("Ada", "administrator"), at=NOW)
    head.forget_grants()
    agree(wish, "cio")
    with pytest.raises(NotAllowed):
        reviews.review_request(of(wish, "head"), by=head, at=NOW + DAY, verdict="agreed")
    follower = make_user("Hedda Head", "head", office=parks)
    with pytest.raises(Refusal, match="still open"):
        acts.approve_request(wish, by=officer, at=NOW + DAY)
    reviews.review_request(of(wish, "head"), by=follower, at=NOW + DAY, verdict="agreed")
    acts.approve_request(wish, by=officer, at=NOW + DAY)


def test_a_denial_is_answered_once(wish, staff, officer, cio):
    agree(wish, "head")
    reviews.review_request(of(wish, "cio"), by=cio, at=NOW, verdict="objected", comment="No")
    acts.deny_request(wish, by=officer, at=NOW, reason="No need")
    with pytest.raises(Refusal) as refusal:
        reviews.reconsider_request(wish, by=staff, at=NOW, answer=" ")
    assert refusal.value.field == "answer"
    reviews.reconsider_request(wish, by=staff, at=NOW + DAY, answer="There is: see the survey")
    wish.refresh_from_db()
    assert (wish.status, wish.denied_reason, wish.decided_by) == ("submitted", "No need", None)
    assert {review.role: review.status for review in wish.reviews.all()} == {
        "head": "agreed", "cio": "waiting", "officer": "waiting",
    }  # fmt: skip
    acts.deny_request(wish, by=officer, at=NOW + 2 * DAY, reason="Still no need")
    with pytest.raises(Refusal, match="once"):
        reviews.reconsider_request(wish, by=staff, at=NOW + 3 * DAY, answer="Again")


@pytest.mark.parametrize("role", ["head", "officer", "cio", "auditor"])
def test_only_who_asked_answers_a_denial(request, role, wish, officer):
    acts.deny_request(wish, by=officer, at=NOW, reason="No need")
    with pytest.raises(NotAllowed):
        reviews.reconsider_request(wish, by=request.getfixturevalue(role), at=NOW, answer="But")


@pytest.mark.parametrize("role", ["head", "cio", "attorney", "officer"])
def test_a_reviewer_reads_what_is_asked_of_them_and_nothing_else(request, role, wish, client, staff, answers):
    Review.objects.get_or_create(request=wish, role="attorney", defaults={"asked_at": NOW, "asked_by": staff})
    client.force_login(request.getfixturevalue(role))
    page = client.get(f"/requests/reviews/{of(wish, role).pk}/")
    shown = {answer.question.key for _, rows in page.context["answers"] for answer in rows}
    if role == "officer":
        assert len(shown) == len(wish.asked())
    else:
        assert shown == {question.key for question in wish.asked() if role in question.reviewers}
        assert "handle" not in shown


def test_a_reviewer_answers_on_the_page_and_the_request_says_who_has_it(wish, head, client, time_machine):
    time_machine.move_to(NOW + 3 * DAY, tick=False)
    client.force_login(head)
    url = f"/requests/reviews/{of(wish, 'head').pk}/"
    refused = client.post(url, {"verdict": "changes", "comment": ""})
    assert refused.context["form"].errors["comment"]
    assert client.post(url, {"verdict": "changes", "comment": "Who stands in?"}).status_code == 302
    page = client.get(f"/requests/{wish.pk}/").content.decode()
    assert "With Stella Staff for" in page
    assert "Cleo Cio" in page


def test_each_home_says_what_waits_for_this_person_and_opens_exactly_that(
    wish, head, cio, attorney, officer, staff, auditor, client, time_machine
):
    time_machine.move_to(NOW, tick=False)
    for person, number in ((head, 1), (cio, 1), (officer, 1), (attorney, 0), (staff, 0), (auditor, 0)):
        found = {one.code: one for find in FINDINGS if (one := find(person, NOW))}
        assert ("accounts.request_waiting" in found) == bool(number), person
        if number:
            client.force_login(person)
            page = client.get(found["accounts.request_waiting"].url)
            assert page.context["page"].paginator.count == found["accounts.request_waiting"].count == number


@pytest.mark.parametrize(("days", "late"), [(10, False), (11, True)])
def test_a_request_that_waits_for_too_long_is_a_finding_of_the_officer_and_of_who_has_it(
    wish, officer, head, days, late
):
    at = NOW + days * DAY
    for person in (officer, head):
        assert (
            "accounts.request_late" in {one.code for find in FINDINGS if (one := find(person, at))}
        ) == late


def test_a_request_in_every_state_is_drawn(wish, staff, officer, head, cio, client):
    client.force_login(officer)
    for act in (
        lambda: None,
        lambda: reviews.review_request(of(wish, "head"), by=head, at=NOW, verdict="changes", comment="?"),
        lambda: acts.submit_request(wish, by=staff, at=NOW, note="Done"),
        lambda: acts.deny_request(wish, by=officer, at=NOW, reason="No"),
        lambda: reviews.reconsider_request(wish, by=staff, at=NOW, answer="But"),
        lambda: acts.approve_request(agree(wish), by=officer, at=NOW),
    ):
        act()
        assert client.get(f"/requests/{wish.pk}/").status_code == 200
        assert client.get("/requests/").status_code == 200
        assert b"Testville Parks" in client.get("/requests/?format=csv").getvalue()
