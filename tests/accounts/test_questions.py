"""What is asked of who wants an account is data, and an old request shows it as it was asked."""

import pytest

from accounts.actions import questions as acts
from accounts.actions import requests as wishes
from accounts.models import Ask, Question, QuestionSet, Request
from accounts.request_pages import answers_by_step
from accounts.request_rules import calling_the_attorney, is_required, reviewers_for, why_not_plain, words_of
from city.refusals import NotAllowed, Refusal, Stale
from tests.accounts.make import SETUP
from tests.conftest import NOW


@pytest.fixture
def draft(officer, platforms) -> QuestionSet:
    return acts.begin_questions(by=officer, at=NOW)


def test_a_new_city_has_questions_for_every_kind_of_request(platforms):
    first = QuestionSet.objects.get()
    assert first.status == "in_force"
    for ask in Ask.values:
        assert any(ask in question.asks for question in first.questions.all())
    assert set(Request.COLUMNS) <= set(first.questions.values_list("key", flat=True))
    assert acts.seed_questions(by=SETUP, at=NOW) is None


def test_every_condition_of_the_first_version_names_an_answer_that_exists(platforms):
    rows = {question.key: question for question in Question.objects.all()}
    for question in rows.values():
        offered = {value for value, _ in question.choices}
        assert set(question.attorney_when) <= offered, question.key
        for key, values in question.required_when.items():
            assert key in rows
            assert key == "kind" or set(values) <= {value for value, _ in rows[key].choices}


def test_an_old_request_shows_the_questions_as_they_were_asked(officer, staff, parks, draft):
    request = wishes.draft_request(by=staff, at=NOW, office=parks, purpose="Closures")
    question = draft.questions.get(key="purpose")
    acts.change_question(question, by=officer, at=NOW, label="Tell us everything")
    acts.adopt_questions(draft, by=officer, at=NOW)
    request.refresh_from_db()
    assert "What is the account for?" in labels(request)
    assert "Tell us everything" not in labels(request)
    later = wishes.draft_request(by=staff, at=NOW, office=parks)
    assert "Tell us everything" in labels(later)


def labels(request) -> list[str]:
    return [answer.question.label for _, rows in answers_by_step(request) for answer in rows]


def test_what_was_in_force_is_never_changed(officer, draft):
    for status in ("in_force", "replaced"):
        question = Question.objects.filter(set__status="in_force").first()
        with pytest.raises(Stale):
            acts.change_question(question, by=officer, at=NOW, label="Else")
        with pytest.raises(Stale):
            acts.remove_question(question, by=officer, at=NOW)
        assert status


def test_the_citys_own_question_is_asked_and_must_be_answered(officer, staff, parks, draft):
    own = acts.add_question(
        draft, by=officer, at=NOW, label="Which languages?", kind="short", asks=["new"], step="Audience",
        position=305, required=True,
    )  # fmt: skip
    acts.adopt_questions(draft, by=officer, at=NOW)
    request = wishes.draft_request(by=staff, at=NOW, office=parks)
    assert own.key in [problem.key for problem in wishes.problems_of(request)]
    request = wishes.change_request(request, by=staff, at=NOW, **{own.key: "Hmong and Spanish"})
    assert own.key not in [problem.key for problem in wishes.problems_of(request)]


def test_the_registrys_own_questions_keep_their_kind_and_stay(officer, draft):
    question = draft.questions.get(key="platform")
    acts.change_question(question, by=officer, at=NOW, label="Which network?", kind="short", required=False)
    question.refresh_from_db()
    assert (question.label, question.kind, question.required) == ("Which network?", "platform", True)
    with pytest.raises(Refusal):
        acts.remove_question(question, by=officer, at=NOW)


def test_a_question_that_another_depends_on_stays(officer, draft):
    with pytest.raises(Refusal, match="depends"):
        acts.remove_question(draft.questions.get(key="direct_messages"), by=officer, at=NOW)


def test_there_is_one_draft_however_often_it_is_begun(officer, draft):
    assert acts.begin_questions(by=officer, at=NOW) == draft


@pytest.mark.parametrize("role", ["staff", "head", "cio", "attorney", "administrator", "auditor"])
def test_only_the_officer_changes_the_questions(request, role, draft):
    person = request.getfixturevalue(role)
    for act in (
        lambda: acts.begin_questions(by=person, at=NOW),
        lambda: acts.add_question(draft, by=person, at=NOW, label="?"),
        lambda: acts.change_question(draft.questions.first(), by=person, at=NOW, label="?"),
        lambda: acts.remove_question(draft.questions.first(), by=person, at=NOW),
        lambda: acts.adopt_questions(draft, by=person, at=NOW),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_question_is_written_in_words_and_read_as_data(officer, draft, client):
    client.force_login(officer)
    question = draft.questions.get(key="direct_messages")
    page = client.get(f"/questions/{question.pk}/change/")
    assert page.context["form"]["options"].value() == "Off\nOn"
    answers = {
        "label": "Messages", "help": "", "step": "Rules and records", "position": 500, "kind": "choice",
        "options": "Off\nOn\nOnly answers", "asks": ["new"], "required": "on", "depends_on": "contractor",
        "depends_answer": "yes", "reviewers": ["cio", "attorney"], "attorney_when": "On, only answers",
    }  # fmt: skip
    assert client.post(f"/questions/{question.pk}/change/", answers).status_code == 302
    question.refresh_from_db()
    assert question.choices == [["off", "Off"], ["on", "On"], ["only answers", "Only answers"]]
    assert question.attorney_when == ["on", "only answers"]
    assert question.required_when == {"contractor": ["yes"]}
    listed = client.get(f"/questions/?version={draft.number}").content.decode()
    assert "Only answers" in listed
    assert client.post(f"/questions/versions/{draft.pk}/adopt/").status_code == 302
    assert client.post(f"/questions/versions/{draft.pk}/adopt/").status_code == 409


def test_the_attorney_is_asked_where_the_answers_call_for_it(platforms):
    questions = list(QuestionSet.objects.get().questions.all())
    assert reviewers_for("new", questions, {"direct_messages": "off"}) == ["head", "cio", "officer"]
    assert reviewers_for("new", questions, {"direct_messages": "on"}) == [
        "head",
        "cio",
        "attorney",
        "officer",
    ]
    assert reviewers_for("close", questions, {}) == ["head", "officer"]
    assert [one.key for one in calling_the_attorney(questions, {"comments": "closed"})] == ["comments"]


def test_a_condition_makes_a_question_necessary():
    question = Question(required=False, required_when={"kind": ["programme"]})
    assert is_required(question, {"kind": "programme"})
    assert not is_required(question, {"kind": "department"})


@pytest.mark.parametrize("text", ["3 < 4 and 5 > 2", "<- there", "a<b", "I <3 parks", "x" * 250])
def test_signs_that_are_no_tags_are_taken(text):
    assert why_not_plain(text, 250) == ""


def test_an_audience_is_found_by_the_words_that_tell_something():
    assert words_of("Everybody in the city: families with children, FAMILIES & skaters") == [
        "families", "children", "skaters",
    ]  # fmt: skip
