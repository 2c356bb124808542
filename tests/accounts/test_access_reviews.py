"""Access reviews: each quarter every office answers for its rosters, and silence goes up."""

from datetime import timedelta

import pytest

from accounts.actions import access_reviews as acts
from accounts.actions.administrators import remove_administrator
from accounts.actions.errands import complete_errand
from accounts.findings import FINDINGS
from accounts.models import AccessReview, Administrator, Errand
from accounts.queries import shown_access_reviews
from city.models import Mail
from city.refusals import NotAllowed, Refusal, Stale
from tests.accounts.make import make_account, make_administrator
from tests.conftest import NOW

DAY = timedelta(days=1)


@pytest.fixture
def account(parks):
    return make_account(office=parks)


def line_of(review, row):
    return review.lines.get(administrator=row)


def test_a_review_asks_about_everybody_on_the_offices_rosters_and_writes_to_the_keepers(
    officer, staff, head, moderator, account, parks
):
    rows = [make_administrator(account, person) for person in (staff, moderator)]
    editor = make_administrator(account, contractor="Connie", role="editor")
    make_administrator(make_account(), officer)
    review = acts.open_access_review(office=parks, by=officer, at=NOW)
    assert {line.administrator for line in review.lines.all()} == {*rows, editor}
    assert {mail.to for mail in Mail.objects.all()} == {staff.email, moderator.email, head.email}
    assert review.due_on == (NOW + 14 * DAY).date()
    with pytest.raises(Refusal, match="under way"):
        acts.open_access_review(office=parks, by=officer, at=NOW)


def test_nobody_says_of_themselves_that_they_need_the_key(officer, staff, head, account, parks):
    mine, other = make_administrator(account, staff), make_administrator(account, head)
    review = acts.open_access_review(office=parks, by=officer, at=NOW)
    with pytest.raises(NotAllowed, match="yourself"):
        acts.answer_review_line(line_of(review, mine), by=staff, at=NOW, answer="confirmed")
    acts.answer_review_line(line_of(review, other), by=staff, at=NOW, answer="confirmed")
    other.refresh_from_db()
    assert (other.reviewed_by, other.reviewed_at) == (staff, NOW)
    with pytest.raises(Stale):
        acts.answer_review_line(line_of(review, other), by=officer, at=NOW, answer="confirmed")


def test_strangers_editors_and_auditors_answer_nothing(officer, staff, auditor, moderator, account, parks):
    row = make_administrator(account, officer)
    make_administrator(account, moderator, role="editor")
    review = acts.open_access_review(office=parks, by=officer, at=NOW)
    for person in (staff, auditor, moderator):
        with pytest.raises(NotAllowed):
            acts.answer_review_line(line_of(review, row), by=person, at=NOW, answer="confirmed")


def test_who_is_to_be_removed_is_an_errand_until_the_platform_lets_them_in_no_more(
    officer, staff, account, parks
):
    person, contractor = make_administrator(account, staff), make_administrator(account, contractor="Connie")
    review = acts.open_access_review(office=parks, by=officer, at=NOW)
    for row in (person, contractor):
        acts.answer_review_line(line_of(review, row), by=officer, at=NOW, answer="removed")
    assert Errand.objects.open().count() == 2
    assert Administrator.objects.current().count() == 2
    for errand in Errand.objects.open():
        assert errand.due_on == NOW.date()
        complete_errand(errand, by=officer, at=NOW, evidence="Seen in the settings")
    assert not Administrator.objects.current().exists()


def test_a_change_is_recorded_with_the_answer_and_the_last_answer_ends_the_review(
    officer, staff, head, account, parks
):
    first, second = make_administrator(account, staff), make_administrator(account, head)
    review = acts.open_access_review(office=parks, by=officer, at=NOW)
    acts.answer_review_line(
        line_of(review, first), by=officer, at=NOW, answer="changed", platform_role="editor"
    )
    first.refresh_from_db()
    assert first.platform_role == "editor"
    assert line_of(review, first).role_then == "full"
    acts.answer_review_line(line_of(review, second), by=officer, at=NOW + DAY, answer="confirmed")
    review.refresh_from_db()
    assert (review.status, review.done_at) == ("done", NOW + DAY)


def test_who_left_the_roster_meanwhile_needs_no_answer(officer, staff, head, account, parks):
    first, second = make_administrator(account, staff), make_administrator(account, head)
    review = acts.open_access_review(office=parks, by=officer, at=NOW)
    remove_administrator(first, by=officer, at=NOW, reason="Gone")
    acts.answer_review_line(line_of(review, second), by=officer, at=NOW, answer="confirmed")
    review.refresh_from_db()
    assert review.status == "done"


def test_a_review_opens_by_itself_each_quarter_and_never_in_the_first(officer, staff, account, parks):
    make_administrator(account, staff)
    assert acts.open_due_access_reviews(at=NOW + 90 * DAY) == []
    (review,) = acts.open_due_access_reviews(at=NOW + 91 * DAY)
    assert acts.open_due_access_reviews(at=NOW + 92 * DAY) == []
    acts.answer_review_line(review.lines.get(), by=officer, at=NOW + 93 * DAY, answer="confirmed")
    assert acts.open_due_access_reviews(at=NOW + 181 * DAY) == []
    assert len(acts.open_due_access_reviews(at=NOW + 182 * DAY)) == 1


def test_silence_goes_to_the_head_and_then_to_the_officer(officer, staff, head, account, parks):
    make_administrator(account, staff)
    review = acts.open_access_review(office=parks, by=officer, at=NOW)
    Mail.objects.all().delete()
    assert acts.escalate_access_reviews(at=NOW + 14 * DAY) == [], "the last day counts"
    assert acts.escalate_access_reviews(at=NOW + 15 * DAY) == [review]
    assert [mail.to for mail in Mail.objects.all()] == [head.email]
    assert acts.escalate_access_reviews(at=NOW + 21 * DAY) == []
    assert acts.escalate_access_reviews(at=NOW + 22 * DAY) == [review]
    assert {mail.to for mail in Mail.objects.all()} == {head.email, officer.email}
    assert acts.escalate_access_reviews(at=NOW + 60 * DAY) == []


def test_each_review_is_found_by_those_who_can_answer_it(officer, staff, head, moderator, account, parks):
    make_administrator(account, staff)
    review = acts.open_access_review(office=parks, by=officer, at=NOW)
    codes = {}
    for person in (officer, head, staff, moderator):
        found = [one for find in FINDINGS if (one := find(person, NOW + 20 * DAY))]
        codes[person] = {one.code for one in found if "review" in one.code}
    waiting, late = "accounts.access_review_waiting", "accounts.access_review_overdue"
    assert codes == {officer: {waiting, late}, head: {waiting, late}, staff: set(), moderator: set()}
    assert list(shown_access_reviews(head, NOW, {"state": "mine"})) == [review]


def test_one_click_answers_and_the_page_is_the_auditors_result(client, officer, staff, head, account, parks):
    first, _ = make_administrator(account, staff), make_administrator(account, head)
    review = acts.open_access_review(office=parks, by=officer, at=NOW)
    client.force_login(officer)
    url = f"/access-reviews/lines/{line_of(review, first).pk}/answer/"
    response = client.post(url, {"answer": "confirmed", "platform_role": "full"})
    assert response.headers["Location"].startswith(f"/access-reviews/{review.pk}/#line-")
    page = client.get(f"/access-reviews/{review.pk}/").content.decode()
    assert "Still needs it" in page
    assert "1 of 2 not answered" in page
    assert client.post(url, {"answer": "confirmed"}, follow=True).status_code == 200
    assert AccessReview.objects.open().count() == 1
