"""The questions of a request: a draft of the next version, edited question by question, then put in force."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify

from accounts.models import Ask, Question, QuestionSet, Request
from accounts.permissions import can_change_questions
from accounts.question_set import FIRST
from accounts.request_rules import plain_text
from city import log
from city.actors import Actor
from city.permissions import require
from city.refusals import Refusal, Stale

CHANGEABLE = (
    "label", "help", "step", "position", "kind", "asks", "choices", "required", "required_when", "reviewers",
    "attorney_when",
)  # fmt: skip
#: What of a question with a column the registry itself relies on.
FIXED = ("kind", "asks", "choices", "required", "required_when")


@transaction.atomic
def seed_questions(*, by: Actor, at: datetime) -> QuestionSet | None:
    """Put the software's questions in force in a city that has none. None when it has."""
    if QuestionSet.objects.exists():
        return None
    first = QuestionSet.objects.create(
        number=1, status=QuestionSet.Status.IN_FORCE, made_at=at, in_force_since=at
    )
    Question.objects.bulk_create([Question(set=first, **row) for row in FIRST])
    log.note(first, verb="questions.adopted", by=by, at=at, data={"questions": len(FIRST)})
    return first


@transaction.atomic
def begin_questions(*, by: Actor, at: datetime) -> QuestionSet:
    """A draft of the next version, beginning as what is in force. Whoever finds one begun goes on with it."""
    require(can_change_questions, by, None, at)
    log_of_sets = QuestionSet.objects.select_for_update()
    current = log_of_sets.filter(status=QuestionSet.Status.IN_FORCE).first()
    if draft := log_of_sets.filter(status=QuestionSet.Status.DRAFT).first():
        return draft
    number = (QuestionSet.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    draft = QuestionSet.objects.create(number=number, made_at=at)
    for question in current.questions.all() if current else []:
        question.pk, question.set = None, draft
        question.save(force_insert=True)
    log.note(draft, verb="questions.begun", by=by, at=at)
    return draft


@transaction.atomic
def add_question(draft: QuestionSet, *, by: Actor, at: datetime, **fields: Any) -> Question:
    """Ask something that only this city asks."""
    require(can_change_questions, by, draft, at)
    _still_a_draft(draft)
    base = slugify(fields.get("label", ""))[:30].replace("-", "_") or "question"
    taken = set(draft.questions.values_list("key", flat=True)) | set(Request.COLUMNS)
    # What looks like a secret is never kept for somebody whose session ended (city.typed).
    key = next(name for number in range(1, 1000) if (name := f"own_{number}_{base}"[:40]) not in taken)
    question = Question(set=draft, key=key)
    _fill(question, fields)
    if question.kind not in Question.FREE_KINDS:
        raise Refusal("Choose one of the kinds that are offered.", field="kind")
    question.save()
    log.note(draft, verb="questions.changed", by=by, at=at, data={"added": question.label})
    return question


@transaction.atomic
def change_question(question: Question, *, by: Actor, at: datetime, **fields: Any) -> Question:
    """Other words, another place or other rules for a question of the draft."""
    require(can_change_questions, by, question.set, at)
    _still_a_draft(question.set)
    if question.key in Request.COLUMNS:
        fields = {name: value for name, value in fields.items() if name not in FIXED}
    before = {name: getattr(question, name) for name in CHANGEABLE}
    _fill(question, fields)
    changed = [name for name in CHANGEABLE if before[name] != getattr(question, name)]
    if changed:
        question.save()
        data = {"question": before["label"], "changed": changed}
        log.note(question.set, verb="questions.changed", by=by, at=at, data=data)
    return question


@transaction.atomic
def remove_question(question: Question, *, by: Actor, at: datetime) -> None:
    """Ask it no more, from the next version on. Earlier requests keep their question and answer."""
    require(can_change_questions, by, question.set, at)
    _still_a_draft(question.set)
    if question.key in Request.COLUMNS:
        raise Refusal("The registry itself needs this answer. Change its words instead.")
    dependent = [other.label for other in question.set.questions.all() if question.key in other.required_when]
    if dependent:
        raise Refusal(f"“{dependent[0]}” depends on this answer. Change that question first.")
    log.note(question.set, verb="questions.changed", by=by, at=at, data={"removed": question.label})
    question.delete()


@transaction.atomic
def adopt_questions(draft: QuestionSet, *, by: Actor, at: datetime) -> QuestionSet:
    """Ask the draft's questions from now on. Requests that were begun before keep the version they have."""
    require(can_change_questions, by, draft, at)
    _still_a_draft(draft)
    for ask in Ask.values:
        if not any(ask in question.asks for question in draft.questions.all()):
            raise Refusal(f"Nothing is asked for “{Ask(ask).label}”.")
    current = QuestionSet.objects.filter(status=QuestionSet.Status.IN_FORCE).first()
    if current is not None:
        log.move(current, to=QuestionSet.Status.REPLACED, by=by, at=at, verb="questions.replaced")
    log.move(
        draft,
        to=QuestionSet.Status.IN_FORCE,
        by=by,
        at=at,
        verb="questions.adopted",
        in_force_since=at,
        data={"questions": draft.questions.count()},
    )
    return draft


def questions_in_force() -> QuestionSet:
    """The version that a new request is asked. Raises Refusal in a city that has none."""
    found = QuestionSet.objects.filter(status=QuestionSet.Status.IN_FORCE).first()
    if found is None:
        raise Refusal("No questions are in force yet: the Social Media Officer puts them in force first.")
    return found


def _still_a_draft(questions: QuestionSet) -> None:
    status = QuestionSet.objects.select_for_update().values_list("status", flat=True).get(pk=questions.pk)
    if status != QuestionSet.Status.DRAFT:
        raise Stale("These questions are in force already: begin the next version to change them.")


def _fill(question: Question, fields: dict[str, Any]) -> None:
    unknown = set(fields) - set(CHANGEABLE)
    if unknown:
        raise TypeError(f"a question's {sorted(unknown)} is not changed this way")
    for name, value in fields.items():
        setattr(question, name, plain_text(value) if isinstance(value, str) else value)
    if not question.label:
        raise Refusal("Write the question.", field="label")
    if not question.asks:
        raise Refusal("Choose at least one kind of request.", field="asks")
    if question.kind == Question.Kind.CHOICE and not question.choices and question.key not in Request.COLUMNS:
        raise Refusal("Write at least two answers to choose from, one a line.", field="choices")
    known = {str(value) for value, _ in question.choices}
    if known and (strange := [value for value in question.attorney_when if value not in known]):
        raise Refusal(f"“{strange[0]}” is none of the answers.", field="attorney_when")
