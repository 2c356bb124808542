"""Requests: how an account comes to be, changes what it is for, rests, wakes, and ends."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from accounts.models.account import Account
from accounts.models.question import Ask, Question, QuestionSet
from city.roles import Role


class RequestQuerySet(models.QuerySet["Request"]):
    def visible_to(self, user, at):
        """City-wide roles read all requests; a department's people read their offices' and their own."""
        if user.reads_all(at):
            return self
        offices = user.office_ids(at)
        return self.filter(Q(requested_by=user) | Q(office__in=offices) | Q(office__parent__in=offices))

    def waiting(self):
        return self.filter(status__in=Request.UNDER_REVIEW)


class Request(models.Model):
    """A wish about one account, with why, and what became of it.

    What the registry needs stands in columns (`COLUMNS`), every other answer in `answers`; `questions` is the
    version that was asked.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        SUBMITTED = "submitted", "Under review"
        CHANGES = "changes", "Changes requested"
        APPROVED = "approved", "Approved"
        DENIED = "denied", "Denied"
        WITHDRAWN = "withdrawn", "Withdrawn"

    class Criterion(models.TextChoices):
        """The three uses that Madison's 2012 policy (APM) permits."""

        URGENT = "urgent", "Time-sensitive information must reach people fast"
        AUDIENCE = "audience", "The people we must reach prefer this medium"
        FEEDBACK = "feedback", "We seek the widest feedback on a proposal"

    #: The questions whose answers have a column of their own.
    COLUMNS = (
        "platform",
        "kind",
        "name",
        "handle",
        "criterion",
        "purpose",
        "audience",
        "why_new",
        "reason",
        "generic_email",
        "primary_administrator",
        "backup_administrator",
    )
    #: What a draft for a new account may lack and a submitted request may not.
    REQUIRED = (
        "platform",
        "name",
        "handle",
        "criterion",
        "purpose",
        "audience",
        "generic_email",
        "primary_administrator",
        "backup_administrator",
    )

    #: As long as it stands here, its answers may change.
    CHANGEABLE = (Status.DRAFT, Status.CHANGES)
    #: Reviewers may answer; one who asked for changes does not stop the others.
    UNDER_REVIEW = (Status.SUBMITTED, Status.CHANGES)

    SOURCES = {
        Status.SUBMITTED: (Status.DRAFT, Status.CHANGES, Status.DENIED),
        Status.CHANGES: (Status.SUBMITTED,),
        Status.APPROVED: (Status.SUBMITTED,),
        Status.DENIED: (Status.SUBMITTED,),
        Status.WITHDRAWN: (Status.DRAFT, Status.SUBMITTED, Status.CHANGES),
    }

    ask = models.CharField("what is asked for", max_length=10, choices=Ask, default=Ask.NEW)
    about = models.ForeignKey(
        "accounts.Account", models.PROTECT, null=True, blank=True, related_name="requests_about"
    )
    questions = models.ForeignKey(QuestionSet, models.PROTECT, null=True, blank=True, related_name="requests")
    answers = models.JSONField(default=dict, blank=True)
    #: Counts the saved changes, so that the second of two who edit at once is told.
    version = models.PositiveIntegerField(default=1)
    office = models.ForeignKey("city.Office", models.PROTECT, related_name="requests")
    requested_by = models.ForeignKey("city.User", models.PROTECT, related_name="requests")
    platform = models.ForeignKey(
        "accounts.Platform", models.PROTECT, null=True, blank=True, related_name="requests"
    )
    kind = models.CharField(max_length=12, choices=Account.Kind, default=Account.Kind.DEPARTMENT)
    name = models.CharField("display name", max_length=160, blank=True)
    handle = models.CharField("proposed handle", max_length=160, blank=True)
    criterion = models.CharField(max_length=10, choices=Criterion, blank=True)
    purpose = models.TextField(blank=True)
    audience = models.CharField(max_length=250, blank=True)
    why_new = models.TextField("why an existing account will not do", blank=True)
    reason = models.TextField("why now", blank=True)
    generic_email = models.EmailField("shared e-mail address", blank=True)
    primary_administrator = models.ForeignKey(
        "city.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    backup_administrator = models.ForeignKey(
        "city.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    returned_at = models.DateTimeField(null=True, blank=True)
    #: Colleagues who changed it while it was given back: they review nothing of it.
    writers = models.ManyToManyField("city.User", blank=True, related_name="+")
    reconsideration = models.TextField(blank=True)
    reconsidered_at = models.DateTimeField(null=True, blank=True)
    denied_reason = models.TextField("reasons of the first denial", blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey("city.User", models.PROTECT, null=True, blank=True, related_name="+")
    decision_reason = models.TextField(blank=True)
    account = models.OneToOneField(
        "accounts.Account", models.PROTECT, null=True, blank=True, related_name="request"
    )

    history = HistoricalRecords()
    objects = RequestQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=models.F("requested_by")),
                name="accounts_request_nobody_decides_their_own",
            ),
            models.CheckConstraint(
                condition=Q(primary_administrator=None)
                | Q(backup_administrator=None)
                | ~Q(primary_administrator=models.F("backup_administrator")),
                name="accounts_request_two_administrators",
            ),
            # A draft is saved however little of it is answered; what somebody decides on is whole.
            models.CheckConstraint(
                condition=Q(status__in=["draft", "changes", "withdrawn"])
                | (
                    Q(
                        ask="new",
                        platform__isnull=False,
                        primary_administrator__isnull=False,
                        backup_administrator__isnull=False,
                    )
                    & ~Q(name="")
                    & ~Q(handle="")
                    & ~Q(criterion="")
                    & ~Q(purpose="")
                    & ~Q(audience="")
                    & ~Q(generic_email="")
                )
                | (Q(ask="purpose") & ~Q(criterion="") & ~Q(purpose="") & ~Q(audience=""))
                | (Q(ask__in=["reactivate", "close"]) & ~Q(reason="")),
                name="accounts_request_submitted_is_complete",
            ),
            models.CheckConstraint(
                condition=Q(ask="new", about=None) | (~Q(ask="new") & Q(about__isnull=False)),
                name="accounts_request_about_an_account_or_for_a_new_one",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "withdrawn"]) | Q(submitted_at__isnull=False),
                name="accounts_request_submitted_at",
            ),
            models.CheckConstraint(
                condition=(
                    Q(status__in=["approved", "denied"], decided_at__isnull=False, decided_by__isnull=False)
                    | (~Q(status__in=["approved", "denied"]) & Q(decided_at=None, decided_by=None))
                ),
                name="accounts_request_decided",
            ),
            models.CheckConstraint(
                condition=Q(reconsidered_at=None, reconsideration="")
                | (Q(reconsidered_at__isnull=False) & ~Q(reconsideration="")),
                name="accounts_request_reconsidered_with_an_answer",
            ),
            models.CheckConstraint(
                condition=~Q(status="changes") | Q(returned_at__isnull=False),
                name="accounts_request_returned_at",
            ),
            models.CheckConstraint(
                condition=~Q(status="denied") | ~Q(decision_reason=""),
                name="accounts_request_denial_has_reasons",
            ),
            models.CheckConstraint(
                condition=Q(status="approved", ask="new", account__isnull=False)
                | ((~Q(status="approved") | ~Q(ask="new")) & Q(account=None)),
                name="accounts_request_approval_makes_the_account",
            ),
        ]

    def __str__(self) -> str:
        if self.about_id:
            return f"{self.get_ask_display().lower()}: {self.about}"
        return f"{self.name or 'an account'} on {self.platform or 'a platform not yet chosen'}"

    def asked(self) -> list[Question]:
        """The questions of this kind of request, in the version that was asked, in their order."""
        asked = self.questions or QuestionSet.objects.filter(status=QuestionSet.Status.IN_FORCE).first()
        rows = asked.questions.all() if asked else []
        return [question for question in rows if self.ask in question.asks]

    def turns(self) -> list[tuple[str, datetime]]:
        """Whose turn it is and since when: who asked, and each role that has not answered."""
        if self.status == self.Status.DRAFT:
            return [(self.requested_by.name, self.created_at)]
        if self.status not in self.UNDER_REVIEW:
            return []
        back = [(self.requested_by.name, self.returned_at)] if self.status == self.Status.CHANGES else []
        waiting = [
            (review.get_role_display(), review.asked_at)
            for review in self.reviews.all()
            if review.status == "waiting" and (review.role != Role.OFFICER or not back)
        ]
        return [(whose, since) for whose, since in (*back, *waiting) if since]

    def value(self, key: str) -> Any:
        """The answer as it is stored: a row, a text, or None."""
        return getattr(self, key) if key in self.COLUMNS else self.answers.get(key)

    def plain_answers(self) -> dict[str, str]:
        """Key → answer as plain text, "" for none: what the rules read."""
        keys = {*self.COLUMNS, *self.answers}
        values = {key: self.value(key) for key in keys}
        return {key: str(getattr(value, "pk", value) or "") for key, value in values.items()}

    def told(self, question: Question) -> str:
        """The answer in the words in which it was offered."""
        value = self.value(question.key)
        if question.key == "kind":
            return self.get_kind_display()
        if question.key == "criterion":
            return self.get_criterion_display()
        if question.kind == Question.Kind.CONFIRM:
            return "Confirmed" if value else ""
        words = {str(choice): str(said) for choice, said in question.choices}
        text = "" if value is None else str(value)
        return words.get(text, text)
