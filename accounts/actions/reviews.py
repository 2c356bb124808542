"""What each role says to a request: asked in parallel, answered once, asked again when what was read has changed."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from accounts.models import Request, Review
from accounts.permissions import can_decide_request, can_reconsider_request, can_review_request
from accounts.request_rules import plain_text, reviewers_for, why_not_plain
from city import log
from city.models import Grant, User
from city.permissions import require
from city.refusals import NotAllowed, Refusal, Stale
from city.roles import Role

#: What a reviewer may say; the officer's yes and no are acts of their own.
VERDICTS = (Review.Status.AGREED, Review.Status.CHANGES, Review.Status.OBJECTED)
LONGEST = 5000


@transaction.atomic
def review_request(review: Review, *, by: User, at: datetime, verdict: str, comment: str = "") -> Review:
    """Answer for one role. Asking for changes gives the request back to who asked; the other reviews go on."""
    _another(review.request, by)
    require(can_review_request, by, review, at)
    request = locked_request(review.request)
    if request.status not in Request.UNDER_REVIEW:
        raise Stale(
            f"The request for {request} is {request.get_status_display().lower()}: no review is asked."
        )
    comment = plain_text(comment)
    if why := why_not_plain(comment, LONGEST):
        raise Refusal(why, field="comment")
    if verdict not in VERDICTS:
        raise Refusal("Choose what you say to it.", field="verdict")
    if verdict != Review.Status.AGREED and not comment:
        raise Refusal("Write what would have to be different: whoever asked reads it.", field="comment")
    if review.role == Role.OFFICER and verdict != Review.Status.CHANGES:
        raise Refusal("The officer approves or denies.", field="verdict")
    answer_review(review, verdict, by=by, at=at, comment=comment)
    if verdict == Review.Status.CHANGES and request.status == Request.Status.SUBMITTED:
        log.move(
            request,
            to=Request.Status.CHANGES,
            by=by,
            at=at,
            verb="request.returned",
            reason=comment,
            returned_at=at,
            also=[request.office],
        )
    return review


@transaction.atomic
def reconsider_request(request: Request, *, by: User, at: datetime, answer: str) -> Request:
    """Answer a denial, once: it is looked at again, by those who objected and by the officer."""
    require(can_reconsider_request, by, request, at)
    request = locked_request(request)
    answer = plain_text(answer)
    if request.status != Request.Status.DENIED:
        raise Stale(f"The request for {request} is {request.get_status_display().lower()}.")
    if request.reconsidered_at is not None:
        raise Refusal("A denial can be answered once. Ask anew when something has changed.")
    if not answer:
        raise Refusal("Write what the decision did not take into account.", field="answer")
    if why := why_not_plain(answer, LONGEST):
        raise Refusal(why, field="answer")
    log.move(
        request,
        to=Request.Status.SUBMITTED,
        by=by,
        at=at,
        verb="request.reconsidered",
        reason=answer,
        reconsideration=answer,
        reconsidered_at=at,
        denied_reason=request.decision_reason,
        decision_reason="",
        decided_at=None,
        decided_by=None,
        also=[request.office],
    )
    for review in request.reviews.filter(status=Review.Status.WAITING):
        review.asked_at = at  # while it was denied nobody was asked
        log.keep(review, by=by, at=at, only=["asked_at"])
    ask_for_reviews(request, by=by, at=at)
    return request


def ask_for_reviews(request: Request, *, by: User, at: datetime) -> None:
    """Ask every role that the answers call for, and again each whose answers have changed or that had not agreed."""
    known = {review.role: review for review in request.reviews.select_for_update()}
    questions, answers = request.asked(), request.plain_answers()
    for role in reviewers_for(request.ask, questions, answers):
        review = known.get(role)
        if review is None:
            Review.objects.create(request=request, role=role, asked_at=at, asked_by=request.requested_by)
        elif review.status != Review.Status.WAITING and (
            review.status != Review.Status.AGREED or review.seen != read_by(role, request)
        ):
            log.move(
                review,
                to=Review.Status.WAITING,
                by=by,
                at=at,
                verb="review.asked_again",
                asked_at=at,
                answered_at=None,
                answered_by=None,
                comment="",
                data={"said": review.status, "comment": review.comment},
                also=[request],
            )


def answer_review(review: Review, status: str, *, by: User, at: datetime, comment: str = "") -> None:
    """Write one role's answer, with the answers it was given to."""
    unfilled = status == Review.Status.UNFILLED
    log.move(
        review,
        to=status,
        by=by,
        at=at,
        verb=f"review.{status}",
        reason=comment,
        comment=comment,
        answered_at=at,
        answered_by=None if unfilled else by,
        seen=read_by(review.role, review.request),
        also=[review.request],
    )


def settle_reviews(request: Request, *, by: User, at: datetime) -> None:
    """Before the officer says yes: everybody who was asked has agreed, and a role that nobody holds stops nothing."""
    for review in request.reviews.select_for_update().exclude(role=Role.OFFICER):
        if review.status in (Review.Status.AGREED, Review.Status.UNFILLED):
            continue
        if review.status != Review.Status.WAITING:
            said = review.get_status_display().lower()
            raise Refusal(
                f"{review.get_role_display()} {said}: “{review.comment}”. Ask for changes, or deny it."
            )
        if holders(review.role, request, at).exists():
            raise Refusal(f"The review by the {review.get_role_display()} is still open.")
        answer_review(review, Review.Status.UNFILLED, by=by, at=at)


def holders(role: str, request: Request, at: datetime) -> Any:
    """Who could answer for a role today: anybody who holds it for the office, and has no part in the request."""
    within = Q(office=None) | Q(office__in=request.office.lineage())
    grants = Grant.objects.at(at).filter(within, role=role)
    writers = request.writers.values("pk")
    people = User.objects.filter(is_active=True, pk__in=grants.values("user"))
    return people.exclude(pk=request.requested_by_id).exclude(pk__in=writers)


def read_by(role: str, request: Request) -> dict[str, str]:
    """The answers that this role's review reads; the officer reads all."""
    answers = request.plain_answers()
    return {
        question.key: answers.get(question.key, "")
        for question in request.asked()
        if role == Role.OFFICER or role in question.reviewers
    }


def locked_request(request: Request) -> Request:
    return (
        Request.objects.select_for_update(of=("self",))
        .select_related(
            "office", "platform", "requested_by", "primary_administrator", "backup_administrator", "about",
            "questions",
        )
        .get(pk=request.pk)
    )  # fmt: skip


def _another(request: Request, by: User) -> None:
    if request.requested_by_id == by.pk:
        raise NotAllowed("You asked for this account yourself: somebody else must decide.")


def require_another(request: Request, by: User, at: datetime) -> None:
    _another(request, by)
    require(can_decide_request, by, request, at)
