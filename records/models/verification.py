"""Verifications: one run of the whole proof, kept so that a page can show what it found."""

from django.db import models
from django.db.models import Q, Value


class Verification(models.Model):
    """One run over the archive: how far it is, and every fault that it named."""

    class Status(models.TextChoices):
        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Did not finish"

    SOURCES = {
        Status.RUNNING: (Status.WAITING,),
        Status.DONE: (Status.RUNNING,),
        Status.FAILED: (Status.WAITING, Status.RUNNING),
    }
    OPEN = (Status.WAITING, Status.RUNNING)

    status = models.CharField(max_length=8, choices=Status, default=Status.WAITING)
    asked_by = models.ForeignKey("city.User", models.PROTECT, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    heard_at = models.DateTimeField(
        null=True, blank=True, help_text="When its worker last told how far it is."
    )
    finished_at = models.DateTimeField(null=True, blank=True)
    step = models.CharField(max_length=80, blank=True)
    done = models.BigIntegerField("rows checked", default=0)
    total = models.BigIntegerField("rows to check", default=0)
    counts = models.JSONField(
        default=dict, blank=True, help_text="What was checked: records, entries, files, checkpoints."
    )
    fault_count = models.PositiveIntegerField(default=0)
    faults = models.JSONField(default=list, blank=True, help_text="The first thousand, as [where, what].")
    error = models.TextField(blank=True)

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            # One run reads the whole archive: a second one beside it would only slow both.
            models.UniqueConstraint(
                Value(1), condition=Q(status__in=["waiting", "running"]), name="records_verification_one_open"
            )
        ]

    def __str__(self) -> str:
        return "the verification of the archive"

    @property
    def percent(self) -> int:
        return min(100, self.done * 100 // self.total) if self.total else 0
