"""The form of a request: saved at every step, warned early, nothing typed is lost."""

import pytest

from accounts.actions import requests as acts
from accounts.models import Request
from tests.accounts.make import OTHER_ANSWERS, make_account
from tests.conftest import NOW


@pytest.fixture
def draft(staff, parks, platforms) -> Request:
    return acts.draft_request(by=staff, at=NOW, office=parks)


@pytest.fixture
def at_work(staff, client, time_machine):
    time_machine.move_to(NOW, tick=False)
    client.force_login(staff)
    return client


def test_a_request_is_asked_for_step_by_step(at_work, staff, head, parks, platforms):
    begun = at_work.post("/requests/new/", {"ask": "new", "office": parks.pk})
    wish = Request.objects.get()
    assert begun.url == f"/requests/{wish.pk}/change/1/"
    answers = {
        "platform": platforms["bluesky"].pk, "kind": "department", "name": "Testville Parks",
        "handle": "parks.testville.example", "criterion": "urgent", "purpose": "Closures", "audience": "Skaters",
        "generic_email": "parks@testville.example", "primary_administrator": staff.pk,
        "backup_administrator": head.pk, **OTHER_ANSWERS,
    }  # fmt: skip
    url = begun.url
    while "change" in url:
        page = at_work.get(url)
        keys = [name for name in page.context["form"].fields if name != "version"]
        named = {key: answers[key] for key in keys if key in answers}
        answer = at_work.post(url, named | {"version": page.context["form"]["version"].value(), "next": "1"})
        assert answer.status_code == 302, answer.context["form"].errors
        url = answer.url
    assert url == f"/requests/{wish.pk}/submit/"
    assert "Something is still to do" not in at_work.get(url).content.decode()
    assert at_work.post(url).url == f"/requests/{wish.pk}/"
    wish.refresh_from_db()
    assert (wish.status, wish.answers["frequency"]) == ("submitted", "Twice a week")


def test_a_step_with_a_gap_is_saved_all_the_same(at_work, draft):
    page = at_work.post(f"/requests/{draft.pk}/change/2/", {"version": 1, "purpose": "Closures", "next": "1"})
    assert page.context["form"].errors["criterion"] == ["Choose the use that the policy permits."]
    draft.refresh_from_db()
    assert draft.purpose == "Closures"
    assert at_work.post(
        f"/requests/{draft.pk}/change/2/", {"version": 2, "purpose": "Rinks", "later": "1"}
    ).url == (f"/requests/{draft.pk}/")


def test_what_is_refused_stands_beside_its_question_with_what_was_typed(at_work, draft):
    page = at_work.post(
        f"/requests/{draft.pk}/change/2/", {"version": 1, "purpose": "<b>Closures</b>", "next": "1"}
    )
    assert "plain text" in page.context["form"].errors["purpose"][0]
    assert "&lt;b&gt;Closures&lt;/b&gt;" in page.content.decode()
    long = at_work.post(f"/requests/{draft.pk}/change/2/", {"version": 1, "purpose": "x" * 50_000})
    assert "purpose" in long.context["form"].errors
    assert "x" * 50_000 in long.content.decode()
    assert (
        at_work.post(f"/requests/{draft.pk}/change/2/", {"version": 1, "purpose": "a\x00b"}).status_code
        == 200
    )


def test_a_second_window_is_told_what_the_first_saved_and_may_then_save(at_work, draft):
    url = f"/requests/{draft.pk}/change/2/"
    at_work.post(url, {"version": 1, "purpose": "First", "later": "1"})
    page = at_work.post(url, {"version": 1, "purpose": "Second", "later": "1"})
    text = page.content.decode()
    assert "Saved meanwhile" in text
    assert "First" in text
    assert "Second" in text
    assert page.context["form"]["version"].value() == "2"
    at_work.post(url, {"version": 2, "purpose": "Second", "later": "1"})
    draft.refresh_from_db()
    assert draft.purpose == "Second"


def test_a_step_that_comes_after_the_session_ended_keeps_what_was_typed(at_work, draft, staff):
    at_work.get("/requests/")
    at_work.session.flush()
    url = f"/requests/{draft.pk}/change/2/"
    assert at_work.post(url, {"version": 1, "purpose": "Typed for an hour", "later": "1"}).status_code == 302
    kept = at_work.session["typed"]
    at_work.force_login(staff)
    session = at_work.session
    session["typed"] = kept
    session.save()
    assert "Typed for an hour" in at_work.get("/typed/").content.decode()
    at_work.post(kept["path"], dict(kept["fields"]))
    draft.refresh_from_db()
    assert draft.purpose == "Typed for an hour"


def test_overlap_is_said_while_it_is_typed_and_without_javascript_on_the_next_step(
    at_work, draft, parks, platforms
):
    make_account("old", platform="x", office=parks, audience="Skaters and skiers")
    other = make_account("rinks", audience="Skaters on the lake")
    url = f"/requests/{draft.pk}/"
    typed = at_work.post(url + "advise/", {"audience": "young skaters", "platform": platforms["x"].pk})
    assert "Parks Division already has an account on X" in typed.content.decode()
    assert str(other) in typed.content.decode()
    draft.refresh_from_db()
    assert draft.audience == ""
    at_work.post(url + "change/3/", {"version": 1, "audience": "young skaters", "later": "1"})
    assert "may already reach these people" in at_work.get(url + "change/4/").content.decode()


def test_a_prohibited_platform_is_refused_with_the_reason_and_a_conditional_one_says_its_conditions(
    at_work, draft, platforms
):
    url = f"/requests/{draft.pk}/change/1/"
    page = at_work.post(
        url, {"version": 1, "platform": platforms["tiktok"].pk, "kind": "department", "next": "1"}
    )
    assert platforms["tiktok"].reason in page.context["form"].errors["platform"][0]
    conditional = next(one for one in platforms.values() if one.status == "conditional")
    typed = at_work.post(f"/requests/{draft.pk}/advise/", {"platform": conditional.pk})
    assert "This platform has conditions" in typed.content.decode()


@pytest.mark.parametrize("number", [0, 99])
def test_a_step_that_does_not_exist_is_no_page(at_work, draft, number):
    assert at_work.get(f"/requests/{draft.pk}/change/{number}/").status_code == 404
