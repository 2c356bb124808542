"""Imports: a city's spreadsheet of accounts, what was read in it, and what became of each row."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from city.models import Office


class ImportQuerySet(models.QuerySet["Import"]):
    def visible_to(self, user, at):
        """City-wide roles see every import; others see their own."""
        return self if user.reads_all(at) else self.filter(uploaded_by=user)

    def waiting(self, at):
        """Imports that a worker may go on with: confirmed ones that nobody holds, or whose worker died."""
        return self.filter(status=Import.Status.APPLYING).filter(Q(lease_until=None) | Q(lease_until__lte=at))


class Import(models.Model):
    """One file, read once and kept as rows, so that what is confirmed is exactly what was shown."""

    class Status(models.TextChoices):
        CHECKED = "checked", "Checked, nothing changed yet"
        APPLYING = "applying", "Being applied"
        DONE = "done", "Applied"
        DISCARDED = "discarded", "Discarded"

    SOURCES = {
        Status.APPLYING: (Status.CHECKED,),
        Status.DONE: (Status.APPLYING,),
        Status.DISCARDED: (Status.CHECKED,),
    }

    file_name = models.CharField(max_length=200)
    encoding = models.CharField(max_length=20)
    replaced = models.PositiveIntegerField("characters that could not be read", default=0)
    header = models.JSONField(default=list, help_text="The file's own column names, in order.")
    columns = models.JSONField(default=dict, help_text="Which column was read as what.")
    create_offices = models.BooleanField("add offices that are not known yet", default=False)
    status = models.CharField(max_length=10, choices=Status, default=Status.CHECKED)
    uploaded_by = models.ForeignKey("city.User", models.PROTECT, related_name="imports")
    uploaded_at = models.DateTimeField()
    confirmed_by = models.ForeignKey("city.User", models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        ordering = ["-uploaded_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["checked", "discarded"], confirmed_at=None)
                | Q(status__in=["applying", "done"], confirmed_at__isnull=False, confirmed_by__isnull=False),
                name="accounts_import_applied_only_when_confirmed",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


class ImportRow(models.Model):
    """One row of the file: what it says, what it would do, and what it did."""

    class Outcome(models.TextChoices):
        ADD = "add", "To be added"
        UPDATE = "update", "To be updated"
        UNCHANGED = "unchanged", "Unchanged"
        REJECTED = "rejected", "Rejected"

    batch = models.ForeignKey(Import, models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField("line in the file")
    outcome = models.CharField(max_length=10, choices=Outcome)
    reason = models.TextField(blank=True)
    cells = models.JSONField(default=list, help_text="The row as it stands in the file.")
    values = models.JSONField(default=dict, help_text="What the account is to be, field by field.")
    before = models.JSONField(default=dict, help_text="What those fields were when the file was checked.")
    account = models.ForeignKey(
        "accounts.Account", models.PROTECT, null=True, blank=True, related_name="import_rows"
    )
    applied_at = models.DateTimeField(null=True, blank=True)

    #: Only while the row is applied: the office that it names, None where it says nothing of it.
    office: "Office | None"

    class Meta:
        ordering = ["batch", "line"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "line"], name="accounts_importrow_line_once"),
            models.CheckConstraint(
                condition=~Q(outcome="rejected") | (~Q(reason="") & Q(applied_at=None)),
                name="accounts_importrow_rejected_has_a_reason",
            ),
        ]
        indexes = [
            # Which rows of this file are of one outcome, in the file's order?
            models.Index(fields=["batch", "outcome", "line"], name="accounts_importrow_outcome"),
        ]

    def __str__(self) -> str:
        return f"line {self.line} of {self.batch}"
