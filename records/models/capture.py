"""Captures: one visit of the archive worker to one account."""

from django.db import models
from django.db.models import F, Q


class CaptureQuerySet(models.QuerySet["Capture"]):
    def open(self):
        """Captures that are still to be finished."""
        return self.filter(status__in=Capture.OPEN)

    def waiting(self, at):
        """Captures that a worker may claim at an instant: due ones, and those whose lease has run out."""
        return self.filter(
            Q(status=Capture.Status.DUE, due_at__lte=at)
            | Q(status=Capture.Status.RUNNING, lease_until__lte=at)
        )


class Capture(models.Model):
    """One run for one account. It is claimed with a lease, and all that it found is committed at once.

    A worker that dies leaves a row whose lease runs out; the next one begins anew under a higher `attempt`.
    """

    class Status(models.TextChoices):
        DUE = "due", "Waiting"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    class Cause(models.TextChoices):
        SCHEDULE = "schedule", "On schedule"
        PERSON = "person", "Asked for by a person"
        CONNECTED = "connected", "First capture after connecting"

    class Failure(models.TextChoices):
        """What went wrong, so that the page can say who must act."""

        CREDENTIALS = "credentials", "The platform refuses our credentials"
        WRONG_ACCOUNT = "wrong_account", "Another account answered"
        NOT_THE_PLATFORM = "not_the_platform", "What answered is not the platform"
        RATE_LIMITED = "rate_limited", "The platform asked us to wait"
        UNREACHABLE = "unreachable", "The platform did not answer in time"
        PLATFORM = "platform", "The platform refused"
        OURS = "ours", "Something failed on our side"
        LOST = "lost", "The worker died, more than once"

    OPEN = (Status.DUE, Status.RUNNING)

    SOURCES = {
        Status.RUNNING: (Status.DUE, Status.RUNNING),
        Status.DONE: (Status.RUNNING,),
        Status.FAILED: (Status.RUNNING,),
    }

    account = models.ForeignKey("accounts.Account", models.PROTECT, related_name="captures")
    cause = models.CharField(max_length=10, choices=Cause, default=Cause.SCHEDULE)
    asked_by = models.ForeignKey("city.User", models.PROTECT, null=True, blank=True, related_name="+")
    status = models.CharField(max_length=8, choices=Status, default=Status.DUE)
    due_at = models.DateTimeField()
    attempt = models.PositiveSmallIntegerField(default=0)
    worker = models.CharField(max_length=120, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    step = models.CharField(
        max_length=60, blank=True, help_text="What the worker is doing, for the account's page."
    )
    items_seen = models.PositiveIntegerField(default=0)
    records_made = models.PositiveIntegerField(default=0)
    failure = models.CharField(max_length=20, choices=Failure, blank=True)
    error = models.TextField(blank=True)
    warnings = models.JSONField(
        default=list,
        blank=True,
        help_text="What could not be fetched this time and is tried again: sentences.",
    )
    warc = models.ForeignKey(
        "records.Payload", models.PROTECT, null=True, blank=True, related_name="captures"
    )
    first_record = models.BigIntegerField(null=True, blank=True, help_text="Number in the account's chain.")
    last_record = models.BigIntegerField(null=True, blank=True)
    chain_hash = models.CharField(
        max_length=64, blank=True, help_text="Head of the account's chain when this capture was done."
    )

    objects = CaptureQuerySet.as_manager()

    class Meta:
        ordering = ["-due_at", "-id"]
        constraints = [
            # Two workers must never capture one account at once, nor a queue pile up behind a slow one.
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(status__in=["due", "running"]),
                name="records_capture_one_open",
            ),
            models.CheckConstraint(
                condition=Q(status="running", lease_until__isnull=False, started_at__isnull=False)
                | (~Q(status="running") & Q(lease_until=None)),
                name="records_capture_running_has_a_lease",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["done", "failed"], finished_at__isnull=False)
                | (Q(status__in=["due", "running"]) & Q(finished_at=None)),
                name="records_capture_finished_at",
            ),
            models.CheckConstraint(
                condition=(Q(status="failed") & ~Q(failure="") & ~Q(error=""))
                | (~Q(status="failed") & Q(failure="")),
                name="records_capture_failure_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(first_record=None, last_record=None)
                | Q(last_record=F("first_record") + F("records_made") - 1, records_made__gt=0),
                name="records_capture_span_of_the_chain",
            ),
        ]
        indexes = [
            # Which captures wait for a worker?
            models.Index(
                fields=["due_at"], condition=Q(status__in=["due", "running"]), name="records_capture_waiting"
            ),
            # When was this account last captured, and how did it end?
            models.Index(fields=["account", "-finished_at"], name="records_capture_latest"),
        ]

    def __str__(self) -> str:
        return f"capture of {self.account}"
