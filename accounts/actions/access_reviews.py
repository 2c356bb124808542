"""Access reviews: opened each quarter, answered line by line, and followed up when nobody answers."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.actions.administrators import alter_administrator
from accounts.actions.errands import open_errand
from accounts.faults import LIVING
from accounts.models import (
    AccessReview,
    Account,
    Administrator,
    Errand,
    ReviewLine,
    key_rules,
)
from accounts.models.errand import city_day
from accounts.permissions import can_answer_review_line, can_open_access_review
from city import log
from city.actors import Actor, SystemActor
from city.mail import send_mail
from city.models import Office, User
from city.permissions import require
from city.refusals import NotAllowed, Refusal, Stale
from city.roles import Role

CALENDAR = SystemActor("The calendar", frozenset({"can_open_access_review"}))


@transaction.atomic
def open_access_review(*, office: Office, by: Actor, at: datetime) -> AccessReview:
    """Ask an office about everybody on the rosters of its accounts, and write to those who can answer."""
    require(can_open_access_review, by, office, at)
    Office.objects.select_for_update(of=("self",)).get(pk=office.pk)
    if AccessReview.objects.open().filter(office=office).exists():
        raise Refusal(f"A review of {office} is under way already.", field="office")
    rows = Administrator.objects.current().filter(account__office=office, account__status__in=LIVING)
    rows = list(rows.select_related("account", "user"))
    if not rows:
        raise Refusal(f"{office} has no account on which anybody is named.", field="office")
    due_on = city_day(at) + timedelta(days=key_rules().review_days)
    review = AccessReview.objects.create(office=office, opened_at=at, due_on=due_on)
    ReviewLine.objects.bulk_create(
        ReviewLine(review=review, administrator=row, role_then=row.platform_role) for row in rows
    )
    log.note(review, verb="access_review.opened", by=by, at=at, data={"lines": len(rows)}, also=[office])
    keepers = {row.user for row in rows if row.user and row.platform_role == "full" and row.user.is_active}
    _write("access_review_opened", review, {*keepers, *heads_of(office, at)}, at)
    return review


def open_due_access_reviews(*, at: datetime) -> list[AccessReview]:
    """Open a review for each office whose last one, or whose oldest account, is a quarter old."""
    before = at - timedelta(days=key_rules().review_every_days)
    living = Account.objects.filter(status__in=LIVING, created_at__lte=before)
    named = living.filter(administrators__in=Administrator.objects.current())
    offices = Office.objects.filter(pk__in=named.values("office")).exclude(
        pk__in=AccessReview.objects.filter(opened_at__gt=before).values("office")
    )
    offices = offices.exclude(pk__in=AccessReview.objects.open().values("office"))
    return [open_access_review(office=office, by=CALENDAR, at=at) for office in offices]


@transaction.atomic
def answer_review_line(
    line: ReviewLine, *, by: User, at: datetime, answer: str, platform_role: str = ""
) -> ReviewLine:
    """Say of one person whether they still need the key. The last answer ends the review.

    Removing opens an errand: the platform still lets them in until somebody there takes the access away.
    """
    review = (
        AccessReview.objects.select_for_update(of=("self",)).select_related("office").get(pk=line.review_id)
    )
    line = ReviewLine.objects.select_related(
        "administrator__user", "administrator__account__office", "administrator__account__platform"
    ).get(pk=line.pk)
    row = line.administrator
    if row.user_id == by.pk:
        raise NotAllowed("You cannot answer for yourself: another keeper, your head or the officer does.")
    require(can_answer_review_line, by, line, at)
    if line.answer != ReviewLine.Answer.WAITING or row.removed_at:
        raise Stale(f"Somebody has answered for {row.holder} already.")
    if answer == ReviewLine.Answer.CHANGED and platform_role == row.platform_role:
        answer = ReviewLine.Answer.CONFIRMED
    if answer == ReviewLine.Answer.CHANGED:
        if platform_role not in Administrator.PlatformRole.values:
            raise Refusal("Choose what they may do.", field="platform_role")
        row = alter_administrator(row, by=by, at=at, platform_role=platform_role)
    elif answer == ReviewLine.Answer.REMOVED:
        open_errand(row.account, kind=Errand.Kind.REMOVE, administrator=row, about=row.user, by=by, at=at)
    elif answer != ReviewLine.Answer.CONFIRMED:
        raise Refusal("Choose whether they still need it.", field="answer")
    row.reviewed_by, row.reviewed_at = by, at
    log.keep(row, by=by, at=at, only=["reviewed_by", "reviewed_at"])
    line.answer, line.answered_by, line.answered_at = answer, by, at
    line.save(update_fields=["answer", "answered_by", "answered_at"])
    log.note(
        row,
        verb="administrator.reviewed",
        by=by,
        at=at,
        reason=line.get_answer_display(),
        data={"answer": answer},
        also=[review, row.account],
    )
    if not review.lines.open().exists():
        log.move(
            review,
            to=AccessReview.Status.DONE,
            by=by,
            at=at,
            verb="access_review.done",
            done_at=at,
            also=[review.office],
        )
    return line


@transaction.atomic
def escalate_access_reviews(*, at: datetime) -> list[AccessReview]:
    """Tell the head of the office of a review that nobody answered in time; some days later, the officer."""
    today, later = city_day(at), timedelta(days=key_rules().review_officer_days)
    told = []
    rows = AccessReview.objects.overdue(at).select_for_update(of=("self",)).select_related("office")
    for review in rows:
        if review.head_told_at is None:
            field, people = "head_told_at", heads_of(review.office, at)
        elif review.officer_told_at is None and review.due_on + later < today:
            field, people = "officer_told_at", set(User.objects.holding(Role.OFFICER, at))
        else:
            continue
        setattr(review, field, at)
        review.save(update_fields=[field])
        log.note(
            review,
            verb="access_review.escalated",
            by=CALENDAR,
            at=at,
            reason="To "
            + (", ".join(sorted(person.name for person in people)) or "nobody: the office has no head"),
            also=[review.office],
        )
        _write("access_review_overdue", review, people, at)
        told.append(review)
    return told


def heads_of(office: Office, at: datetime) -> set[User]:
    """The heads of an office, or of those above it where it has none."""
    for office_id in office.lineage():
        people = User.objects.filter(
            is_active=True, grants__role=Role.HEAD, grants__office_id=office_id, grants__starts_at__lte=at
        )
        here = {person for person in people if person.has_role(Role.HEAD, at=at, office=office)}
        if here:
            return here
    return set()


def _write(event: str, review: AccessReview, people, at: datetime) -> None:
    link = f"{settings.SITE_URL}{reverse('accounts:see_access_review', args=[review.pk])}"
    context = {"review": review, "link": link, "open": review.lines.open().count()}
    for person in sorted(people, key=lambda one: one.pk):
        send_mail(person.email, event, context | {"person": person}, at)
