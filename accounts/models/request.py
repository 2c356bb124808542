"""Requests: how an account comes to be, from a department's wish to an active account."""

from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from accounts.models.account import Account


class RequestQuerySet(models.QuerySet["Request"]):
    def visible_to(self, user, at):
        """City-wide roles read all requests; a department's people read their offices' and their own."""
        if user.reads_all(at):
            return self
        offices = user.office_ids(at)
        return self.filter(Q(requested_by=user) | Q(office__in=offices) | Q(office__parent__in=offices))

    def waiting(self):
        return self.filter(status=Request.Status.SUBMITTED)


class Request(models.Model):
    """A wish for one account, with why, and what became of it."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        SUBMITTED = "submitted", "Waiting for a decision"
        APPROVED = "approved", "Approved"
        DENIED = "denied", "Denied"
        WITHDRAWN = "withdrawn", "Withdrawn"

    class Criterion(models.TextChoices):
        """The three uses that Madison's 2012 policy (APM) permits."""

        URGENT = "urgent", "Time-sensitive information must reach people fast"
        AUDIENCE = "audience", "The people we must reach prefer this medium"
        FEEDBACK = "feedback", "We seek the widest feedback on a proposal"

    #: What a draft may lack and a submitted request may not.
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

    SOURCES = {
        Status.SUBMITTED: (Status.DRAFT,),
        Status.APPROVED: (Status.SUBMITTED,),
        Status.DENIED: (Status.SUBMITTED,),
        Status.WITHDRAWN: (Status.DRAFT, Status.SUBMITTED),
    }

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
                condition=Q(status__in=["draft", "withdrawn"])
                | (
                    Q(
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
                ),
                name="accounts_request_submitted_is_complete",
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
                condition=~Q(status="denied") | ~Q(decision_reason=""),
                name="accounts_request_denial_has_reasons",
            ),
            models.CheckConstraint(
                condition=Q(status="approved", account__isnull=False)
                | (~Q(status="approved") & Q(account=None)),
                name="accounts_request_approval_makes_the_account",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name or 'an account'} on {self.platform or 'a platform not yet chosen'}"
