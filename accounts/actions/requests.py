"""Asking for an account: a draft, a wish, a decision by somebody else."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from accounts.actions.accounts import begin_closing_account, change_account, enter_account, resume_account
from accounts.actions.administrators import enter_administrator
from accounts.actions.questions import questions_in_force
from accounts.actions.reviews import (
    answer_review,
    ask_for_reviews,
    locked_request,
    require_another,
    settle_reviews,
)
from accounts.models import Account, Administrator, Ask, Platform, Question, Request, Review
from accounts.permissions import (
    can_change_request,
    can_request_account,
    can_withdraw_request,
)
from accounts.platform_set import with_rules
from accounts.request_rules import LONGEST_LINE, LONGEST_TEXT, plain_text, unanswered, why_not_plain
from accounts.rules import address_of, normal_handle, personal_address
from city import log
from city.models import Office, User
from city.permissions import require
from city.refusals import Refusal, Stale
from city.roles import Role

#: What to say beside a question that is not answered yet, where the question itself says too little.
MISSING = {
    "platform": "Choose the platform.",
    "name": "Give the name that people will see.",
    "handle": "Propose a handle.",
    "criterion": "Choose the use that the policy permits.",
    "purpose": "Write what the account is for.",
    "audience": "Write whom it is to reach.",
    "generic_email": "Give an e-mail address that several people read.",
    "primary_administrator": "Name the person who will answer for it.",
    "backup_administrator": "Name a second person, who can act when the first is away.",
    "why_not_department": "Write why the department’s own account will not do for this programme or campaign.",
    "archiving": "Direct messages are public records: write how they are archived, or leave them off.",
}


@dataclass(frozen=True)
class Problem:
    """Something that stands between a draft and its being submitted; `key` is the question it belongs beside."""

    key: str
    message: str


@transaction.atomic
def draft_request(
    *,
    by: User,
    at: datetime,
    office: Office | None = None,
    ask: str = Ask.NEW,
    about: Account | None = None,
    **answers: Any,
) -> Request:
    """Begin a request, by the questions in force. However little of it is answered, it is saved."""
    if ask not in Ask.values:
        raise Refusal("Choose what you ask for.", field="ask")
    if ask == Ask.NEW:
        about = None
        if office is None:
            raise Refusal("Choose the office that asks.", field="office")
    elif about is None:
        raise Refusal("Choose the account.", field="about")
    else:
        office = about.office
        _possible(ask, about)
    require(can_request_account, by, office, at)
    request = Request(
        ask=ask, about=about, requested_by=by, office=office, created_at=at, questions=questions_in_force()
    )
    if about is not None:
        # What the account has is where a change begins.
        request.platform, request.name, request.handle = about.platform, about.name, about.handle
        request.kind, request.purpose, request.audience = about.kind, about.purpose, about.audience
        if ask != Ask.PURPOSE:
            request.purpose = ""
    _fill(request, answers)
    log.keep(request, by=by, at=at)
    log.note(request, verb="request.drafted", by=by, at=at, also=[one for one in (office, about) if one])
    return request


@transaction.atomic
def change_request(
    request: Request, *, by: User, at: datetime, version: int | None = None, **answers: Any
) -> Request:
    """Go on with a draft. `version` is what the person saw: who saves second is told, and writes over nothing
    unawares (Stale).
    """
    require(can_change_request, by, request, at)
    request = locked_request(request)
    if request.status not in Request.CHANGEABLE:
        raise Stale(
            f"The request for {request} is {request.get_status_display().lower()}: it can no longer be changed."
        )
    if version is not None and version != request.version:
        last = log.history_of(request).order_by("-pk").first()
        raise Stale(
            f"{last.actor_name if last else 'Somebody'} has saved this request since you opened it. Your text is "
            "still here, and not saved yet: compare it with what is saved, then save again."
        )
    office, before = request.office, request.plain_answers()
    _fill(request, answers)
    if request.office != office:
        require(can_request_account, by, request.office, at)
    after = request.plain_answers()
    changed = sorted(key for key in after if after[key] != before.get(key, ""))
    if request.office != office:
        changed.append("office")
    if changed:
        request.version += 1
        log.keep(request, by=by, at=at)
        if by.pk != request.requested_by_id:
            request.writers.add(by)
        log.note(request, verb="request.changed", by=by, at=at, data={"changed": changed})
    return request


@transaction.atomic
def submit_request(request: Request, *, by: User, at: datetime, note: str = "") -> Request:
    """Send a draft, or a request that was given back, to its reviewers: all at the same time. `note` answers what
    they asked for.
    """
    require(can_change_request, by, request, at)
    request = locked_request(request)
    if request.status not in Request.CHANGEABLE:
        raise Stale(f"The request for {request} is {request.get_status_display().lower()} already.")
    note = plain_text(note)
    if why := why_not_plain(note, LONGEST_TEXT):
        raise Refusal(why, field="note")
    check_request(request)
    first = request.status == Request.Status.DRAFT
    log.move(
        request,
        to=Request.Status.SUBMITTED,
        by=by,
        at=at,
        verb="request.submitted" if first else "request.answered",
        reason=note,
        submitted_at=request.submitted_at or at,
        also=[request.office],
    )
    ask_for_reviews(request, by=by, at=at)
    return request


@transaction.atomic
def withdraw_request(request: Request, *, by: User, at: datetime, reason: str = "") -> Request:
    """Take a request back before it is decided."""
    require(can_withdraw_request, by, request, at)
    log.move(request, to=Request.Status.WITHDRAWN, by=by, at=at, verb="request.withdrawn", reason=reason)
    return request


@transaction.atomic
def approve_request(request: Request, *, by: User, at: datetime, reason: str = "") -> Account:
    """Say yes: a new account stands in the registry, being set up, with both administrators; or what was asked
    about an existing one is done.
    """
    require_another(request, by, at)
    request = locked_request(request)
    if request.status != Request.Status.SUBMITTED:
        raise Stale(f"The request for {request} is {request.get_status_display().lower()}.")
    settle_reviews(request, by=by, at=at)
    _answer_as_officer(request, Review.Status.AGREED, by=by, at=at, comment=reason)
    made = _enter(request, by=by, at=at) if request.ask == Ask.NEW else None
    log.move(
        request,
        to=Request.Status.APPROVED,
        by=by,
        at=at,
        verb="request.approved",
        reason=reason,
        decision_reason=log.clean(reason).strip(),
        decided_at=at,
        decided_by=by,
        account=made,
        also=[thing for thing in (made, request.about, request.office) if thing],
    )
    if made is None:
        return _carry_out(request, by=by, at=at)
    return made


def _enter(request: Request, *, by: User, at: datetime) -> Account:
    assert request.platform is not None  # what was submitted is complete: the database sees to it
    _not_prohibited(request.platform)
    account = enter_account(
        by=by,
        at=at,
        platform=request.platform,
        office=request.office,
        kind=request.kind,
        name=request.name,
        handle=request.handle,
        purpose=request.purpose,
        audience=request.audience,
        generic_email=request.generic_email,
    )
    for person in (request.primary_administrator, request.backup_administrator):
        full = Administrator.PlatformRole.FULL
        enter_administrator(account, by=by, at=at, user=person, platform_role=full)
    return account


def _carry_out(request: Request, *, by: User, at: datetime) -> Account:
    """Do what was asked about an account that exists."""
    account = request.about
    assert account is not None
    if request.ask == Ask.REACTIVATE:
        return resume_account(account, by=by, at=at, reason=request.reason)
    if request.ask == Ask.CLOSE:
        return begin_closing_account(account, by=by, at=at, reason=request.reason)
    return change_account(
        account, by=by, at=at, reason="The request to change what it is for was approved.",
        kind=request.kind, purpose=request.purpose, audience=request.audience,
    )  # fmt: skip


@transaction.atomic
def deny_request(request: Request, *, by: User, at: datetime, reason: str) -> Request:
    """Say no, with the reasons."""
    require_another(request, by, at)
    request = locked_request(request)
    if request.status != Request.Status.SUBMITTED:
        raise Stale(f"The request for {request} is {request.get_status_display().lower()}.")
    reason = plain_text(reason)
    if not reason:
        raise Refusal("Write the reasons: whoever asked will read them.", field="reason")
    _answer_as_officer(request, Review.Status.OBJECTED, by=by, at=at, comment=reason)
    log.move(
        request,
        to=Request.Status.DENIED,
        by=by,
        at=at,
        verb="request.denied",
        reason=reason,
        decision_reason=reason,
        decided_at=at,
        decided_by=by,
        also=[request.office],
    )
    return request


def check_request(request: Request) -> None:
    """Whether a draft may be submitted. Raises Refusal with the question that needs an answer first."""
    for problem in problems_of(request):
        raise Refusal(problem.message, field=problem.key)


def problems_of(request: Request) -> list[Problem]:
    """What must still be mended, in the order in which it is asked."""
    questions, answers = request.asked(), request.plain_answers()
    found = [
        Problem(one.key, MISSING.get(one.key) or "This must be answered.")
        for one in unanswered(questions, answers)
    ]
    checks = (
        [_check_account] if request.about else [_check_platform, _check_handle, _check_people, _check_overlap]
    )
    for check in checks:
        try:
            check(request)
        except Refusal as refusal:
            found.append(Problem(refusal.field or "", refusal.message))
    place = {question.key: number for number, question in enumerate(questions)}
    return sorted(found, key=lambda problem: place.get(problem.key, -1))


def _check_account(request: Request) -> None:
    assert request.about is not None
    _possible(request.ask, request.about)


def _check_platform(request: Request) -> None:
    if request.platform is not None:
        _not_prohibited(request.platform)


def _check_handle(request: Request) -> None:
    if request.platform is not None and request.handle:
        _free_handle(request)


def _check_people(request: Request) -> None:
    named = {
        "primary_administrator": request.primary_administrator,
        "backup_administrator": request.backup_administrator,
    }
    for field, person in named.items():
        if person is not None and not person.is_active:
            raise Refusal(f"{person} has left. Name somebody who works here.", field=field)
    if request.primary_administrator and request.primary_administrator == request.backup_administrator:
        raise Refusal("Name two different people.", field="backup_administrator")
    people = [person for person in (*named.values(), request.requested_by) if person]
    if not request.generic_email:
        return
    personal = personal_address(request.generic_email, [(person.name, person.email) for person in people])
    if not personal and User.objects.filter(email=request.generic_email.strip().lower()).exists():
        personal = "This is somebody's own address. Use one that several people read."
    if personal:
        raise Refusal(personal, field="generic_email")


def _check_overlap(request: Request) -> None:
    if not request.why_new.strip() and overlapping(request).exists():
        others = ", ".join(account.called for account in overlapping(request)[:3])
        raise Refusal(
            f"{request.office} already has {others} on {request.platform}. Write why that will not do.",
            field="why_new",
        )


def _possible(ask: str, about: Account) -> None:
    """Whether the account stands where this can be done with it."""
    wanted = {
        Ask.REACTIVATE: (Account.Status.PAUSED,),
        Ask.CLOSE: Account.SOURCES[Account.Status.CLOSING],
        Ask.PURPOSE: (Account.Status.ACTIVE, Account.Status.PAUSED, Account.Status.SETTING_UP),
    }[Ask(ask)]
    if about.status not in wanted:
        raise Refusal(
            f"{about} is {about.get_status_display().lower()}: this cannot be asked for it.", field="about"
        )


def overlapping(request: Request):
    """Living accounts of the same office on the same platform."""
    if not request.platform_id or not request.office_id:
        return Account.objects.none()
    return Account.objects.filter(office=request.office, platform=request.platform).exclude(
        status=Account.Status.RETIRED
    )


def _free_handle(request: Request) -> None:
    assert request.platform is not None  # asked for before the handle
    platform = with_rules(request.platform)
    handle = normal_handle(platform, request.handle)
    if not handle or not address_of(platform, handle):
        raise Refusal(f"{platform} cannot have the handle “{request.handle}”.", field="handle")
    taken = Account.objects.filter(platform=platform, handle__iexact=handle).exclude(
        status=Account.Status.RETIRED
    )
    if taken.exists():
        raise Refusal(f"{taken[0].office} already has this handle on {platform}.", field="handle")


def _not_prohibited(platform: Platform) -> None:
    if platform.status == Platform.Status.PROHIBITED:
        raise Refusal(f"{platform} is prohibited: {platform.reason}", field="platform")


def _answer_as_officer(request: Request, status: str, *, by: User, at: datetime, comment: str) -> None:
    """The officer's own review is answered by the decision."""
    for review in request.reviews.filter(role=Role.OFFICER, status=Review.Status.WAITING):
        answer_review(review, status, by=by, at=at, comment=plain_text(comment))


def _fill(request: Request, answers: dict[str, Any]) -> None:
    """Put answers where they belong: in their column, or among the other answers of the version that was asked."""
    questions = {question.key: question for question in request.asked()}
    for key, value in answers.items():
        if isinstance(value, str):
            value = plain_text(value)  # noqa: PLW2901  # from here on only the clean text is meant
            if why := why_not_plain(value, longest_answer(key, questions.get(key))):
                raise Refusal(why, field=key)
        if key in Request.COLUMNS or key == "office":
            setattr(request, key, value)
        elif key in questions:
            request.answers[key] = _stored(questions[key], value)
        else:
            raise TypeError(f"a request's {key} is not changed this way")
    if request.generic_email:
        try:
            validate_email(request.generic_email)
        except ValidationError:
            raise Refusal("This is not an e-mail address.", field="generic_email") from None
    two = (request.primary_administrator_id, request.backup_administrator_id)
    if two[0] is not None and two[0] == two[1]:
        raise Refusal("Name two different people.", field="backup_administrator")


def longest_answer(key: str, question: Question | None) -> int:
    """How many characters an answer may have."""
    if key in ("name", "handle"):
        return 160
    return LONGEST_TEXT if question is not None and question.kind == Question.Kind.LONG else LONGEST_LINE


def _stored(question: Question, value: Any) -> str:
    """An answer as plain text; "" is none."""
    if question.kind == Question.Kind.CONFIRM:
        return "yes" if value in (True, "yes") else ""
    text = "" if value is None else str(value)
    if (
        question.kind == Question.Kind.CHOICE
        and text
        and text not in {str(one) for one, _ in question.choices}
    ):
        raise Refusal("Choose one of the answers.", field=question.key)
    return text
