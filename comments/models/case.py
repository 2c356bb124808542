"""Cases: one comment before one moderator. A case is made from what was archived, and from nothing else."""

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(self, user, at):
        """City-wide roles and moderators read all cases; others those at their own offices' accounts."""
        if user.reads_all(at) or user.has_role("moderator", "appeals", at=at):
            return self
        offices = user.office_ids(at)
        return self.filter(Q(account__office__in=offices) | Q(account__office__parent__in=offices))

    def waiting(self, at):
        """Comments that nobody has before them: never looked at, or let go of."""
        return self.filter(
            Q(status=Case.Status.WAITING) | Q(status=Case.Status.CLAIMED, claimed_until__lte=at)
        )

    def undecided(self):
        """Comments about which somebody must still say something."""
        return self.filter(status__in=Case.UNDECIDED)

    def open(self):
        return self.exclude(status=Case.Status.CLOSED)

    def flagged(self):
        return self.filter(Exists(Flag.objects.filter(case=OuterRef("pk"))))

    def stuck(self):
        """Cases with a measure that failed: a person must act."""
        measures = self.model._meta.get_field("measures").related_model
        rows = measures._default_manager  # type: ignore[union-attr]  # measures are declared after cases
        return self.filter(Exists(rows.filter(case=OuterRef("pk"), status="failed")))


class Case(models.Model):
    """One comment of the public at one of our accounts, from its first capture to the last word about it."""

    class Status(models.TextChoices):
        WAITING = "waiting", "Waiting"
        CLAIMED = "claimed", "Somebody has it open"
        PROPOSED = "proposed", "A block waits for a second person"
        CARRYING_OUT = "carrying_out", "Being carried out on the network"
        CLOSED = "closed", "Closed"

    UNDECIDED = (Status.WAITING, Status.CLAIMED, Status.PROPOSED)

    SOURCES = {
        Status.CLAIMED: (Status.WAITING, Status.CLAIMED),
        Status.WAITING: (Status.CLAIMED, Status.PROPOSED, Status.CLOSED),
        Status.PROPOSED: (Status.CLAIMED,),
        Status.CARRYING_OUT: (Status.CLAIMED, Status.PROPOSED, Status.CLOSED),
        Status.CLOSED: (Status.CLAIMED, Status.CARRYING_OUT, Status.WAITING),
    }

    item = models.OneToOneField("records.Item", models.PROTECT, related_name="case")
    record = models.ForeignKey(
        "records.Record",
        models.PROTECT,
        related_name="+",
        help_text="The newest version that this case knows.",
    )
    account = models.ForeignKey("accounts.Account", models.PROTECT, related_name="cases")
    author_id = models.CharField(max_length=200, help_text="The platform's id of who wrote the comment.")
    author_handle = models.CharField(max_length=200, blank=True)
    status = models.CharField(max_length=14, choices=Status, default=Status.WAITING)
    opened_at = models.DateTimeField(
        help_text="Since when it waits; again from the start when it is reopened."
    )
    claimed_by = models.ForeignKey(
        "city.User", models.PROTECT, null=True, blank=True, related_name="claimed_cases"
    )
    claimed_until = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        ordering = ["opened_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="claimed", claimed_by__isnull=False, claimed_until__isnull=False)
                | (~Q(status="claimed") & Q(claimed_by=None, claimed_until=None)),
                name="comments_case_claimed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(status="closed", closed_at__isnull=False)
                | (~Q(status="closed") & Q(closed_at=None)),
                name="comments_case_closed_at",
            ),
        ]
        indexes = [
            # What waits for a moderator, oldest first?
            models.Index(fields=["opened_at"], condition=~Q(status="closed"), name="comments_case_open"),
            # What else did this author write at our accounts?
            models.Index(fields=["author_id", "opened_at"], name="comments_case_of_author"),
        ]

    def __str__(self) -> str:
        return f"the comment of {self.author_handle or self.author_id} at {self.account}"

    def get_absolute_url(self) -> str:
        return reverse("comments:see_case", args=[self.pk])

    def held_by(self, user, at) -> bool:
        """Whether this person has it open now."""
        return self.holder_id(at) == user.pk

    def holder_id(self, at) -> int | None:
        """Who has it open now: a claim that ran out holds nothing."""
        if self.status != self.Status.CLAIMED or self.claimed_until is None or self.claimed_until <= at:
            return None
        return self.claimed_by_id


class Flag(models.Model):
    """Why a comment deserves a look: a person's hint, or a word of the permitted lists. It decides nothing."""

    class Source(models.TextChoices):
        STAFF = "staff", "A member of staff"
        WORDS = "words", "A word list"
        EDITED = "edited", "Edited after it was decided"

    case = models.ForeignKey(Case, models.PROTECT, related_name="flags")
    source = models.CharField(max_length=10, choices=Source)
    by = models.ForeignKey("city.User", models.PROTECT, null=True, blank=True, related_name="+")
    text = models.CharField(max_length=500)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "source", "text"], name="comments_flag_once"),
            models.CheckConstraint(
                condition=~Q(source="staff") | Q(by__isnull=False), name="comments_flag_of_somebody"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_source_display()}: {self.text}"
