"""What the pages of a request show: its steps, its answers as they were asked, early warnings."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.search import SearchQuery, SearchVector

from accounts.actions.requests import Problem, overlapping
from accounts.models import Account, Platform, Question, Request
from accounts.request_rules import words_of
from city.models import User


@dataclass
class Step:
    """One part of the form. `state` is the step indicator's: complete, current or nothing."""

    number: int
    name: str
    questions: list[Question]
    state: str = ""
    problems: int = 0


@dataclass(frozen=True)
class Answer:
    question: Question
    told: str
    problem: str = ""


def steps_of(wish: Request, *, current: int = 0, problems: list[Problem] | None = None) -> list[Step]:
    """The parts of the form in their order, each with the questions of this kind of request."""
    parts: dict[str, list[Question]] = {}
    for question in wish.asked():
        parts.setdefault(question.step, []).append(question)
    steps = [Step(number, name, questions) for number, (name, questions) in enumerate(parts.items(), start=1)]
    open_keys = {problem.key for problem in problems or []}
    for step in steps:
        step.problems = sum(question.key in open_keys for question in step.questions)
        step.state = "current" if step.number == current else "" if step.problems else "complete"
    return steps


def answers_by_step(
    wish: Request, *, problems: list[Problem] | None = None, role: str = ""
) -> list[tuple[Step, list[Answer]]]:
    """Every question with its answer, as it was asked; with a role only what is asked of that review."""
    wrong = {problem.key: problem.message for problem in problems or []}
    shown = []
    for step in steps_of(wish, problems=problems):
        rows = [
            Answer(question, wish.told(question), wrong.get(question.key, ""))
            for question in step.questions
            if not role or role in question.reviewers
        ]
        if rows:
            shown.append((step, rows))
    return shown


@dataclass(frozen=True)
class Advice:
    """What is worth knowing while one still writes."""

    prohibited: Platform | None = None
    conditional: Platform | None = None
    same_place: tuple[Account, ...] = ()
    same_people: tuple[Account, ...] = ()


def advice_for(wish: Request, user: User, at: datetime) -> Advice:
    """The platform's standing, and accounts that already reach these people. `wish` may be unsaved."""
    platform = wish.platform
    same_place = tuple(overlapping(wish).select_related("platform")[:5])
    return Advice(
        prohibited=platform if platform and platform.status == Platform.Status.PROHIBITED else None,
        conditional=platform if platform and platform.status == Platform.Status.CONDITIONAL else None,
        same_place=same_place,
        same_people=tuple(account for account in same_audience(wish, user, at) if account not in same_place),
    )


def same_audience(wish: Request, user: User, at: datetime) -> list[Account]:
    """Living accounts whose name or audience has a word of this audience."""
    words = words_of(wish.audience)
    if not words:
        return []
    query = SearchQuery(" | ".join(words), search_type="raw", config="english")
    rows = Account.objects.visible_to(user, at).exclude(status=Account.Status.RETIRED)
    if wish.about_id:
        rows = rows.exclude(pk=wish.about_id)
    rows = rows.annotate(words=SearchVector("name", "audience", config="english")).filter(words=query)
    return list(rows.select_related("platform", "office")[:6])
