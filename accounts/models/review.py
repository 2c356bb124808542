"""Reviews: what each role says to a request, all asked at the same time."""

from django.db import models
from django.db.models import Q

from city.models import User
from city.roles import Role


class Review(models.Model):
    """One role's say on one request. The officer's is the decision itself."""

    class Status(models.TextChoices):
        WAITING = "waiting", "Waiting"
        AGREED = "agreed", "Agrees"
        CHANGES = "changes", "Asks for changes"
        OBJECTED = "objected", "Objects"
        UNFILLED = "unfilled", "Nobody holds the role"

    SOURCES = {
        Status.AGREED: (Status.WAITING,),
        Status.CHANGES: (Status.WAITING,),
        Status.OBJECTED: (Status.WAITING,),
        Status.UNFILLED: (Status.WAITING,),
        Status.WAITING: (Status.AGREED, Status.CHANGES, Status.OBJECTED, Status.UNFILLED),
    }

    ROLES = [(role.value, role.label) for role in (Role.HEAD, Role.CIO, Role.ATTORNEY, Role.OFFICER)]

    request = models.ForeignKey("accounts.Request", models.CASCADE, related_name="reviews")
    role = models.CharField(max_length=20, choices=ROLES)
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    asked_at = models.DateTimeField()
    #: Who asked for the account, so that the database knows that nobody reviews their own.
    asked_by = models.ForeignKey("city.User", models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey("city.User", models.PROTECT, null=True, blank=True, related_name="+")
    comment = models.TextField(blank=True)
    #: The answers that were read, so that a change of one of them asks again.
    seen = models.JSONField(default=dict, blank=True)

    #: Who could answer it today, and whether the reader may; written by the page that shows it.
    people: "list[User]"
    may_answer: bool

    class Meta:
        ordering = ["request", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["request", "role"], name="accounts_review_once_a_role"),
            models.CheckConstraint(
                condition=Q(answered_by=None) | ~Q(answered_by=models.F("asked_by")),
                name="accounts_review_nobody_reviews_their_own",
            ),
            models.CheckConstraint(
                condition=Q(status="waiting", answered_at=None, answered_by=None)
                | Q(status="unfilled", answered_at__isnull=False, answered_by=None)
                | Q(
                    status__in=["agreed", "changes", "objected"],
                    answered_at__isnull=False,
                    answered_by__isnull=False,
                ),
                name="accounts_review_answered",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["changes", "objected"]) | ~Q(comment=""),
                name="accounts_review_says_why",
            ),
        ]
        indexes = [
            # What waits for this role?
            models.Index(
                fields=["role", "asked_at"], condition=Q(status="waiting"), name="accounts_review_waiting"
            ),
        ]

    def __str__(self) -> str:
        return f"review by the {self.get_role_display()} of {self.request}"
