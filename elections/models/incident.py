"""Incidents: what was said past the gate while an account had to be silent."""

from django.db import models
from django.db.models import Q


class IncidentQuerySet(models.QuerySet["Incident"]):
    def visible_to(self, user, at):
        return self if user.grants_at(at) else self.none()

    def open(self):
        return self.filter(status=Incident.Status.OPEN)


class Incident(models.Model):
    """A post made natively on the network during a blackout, with the record that proves it."""

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        CLOSED = "closed", "Closed"

    SOURCES = {Status.CLOSED: (Status.OPEN,)}

    blackout = models.ForeignKey("elections.Blackout", models.PROTECT, related_name="incidents")
    account = models.ForeignKey("accounts.Account", models.PROTECT, related_name="incidents")
    record = models.ForeignKey(
        "records.Record", models.PROTECT, null=True, blank=True, related_name="incidents"
    )
    native_id = models.CharField("platform’s id of the post", max_length=400)
    url = models.CharField("address", max_length=700, blank=True)
    text = models.TextField(blank=True)
    evidence_hash = models.CharField(
        max_length=64, blank=True, help_text="The record’s hash in the archive’s chain."
    )
    posted_at = models.DateTimeField()
    found_at = models.DateTimeField()
    status = models.CharField(max_length=6, choices=Status, default=Status.OPEN)
    finding = models.TextField("what was found and done", blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey("city.User", models.PROTECT, null=True, blank=True, related_name="+")

    objects = IncidentQuerySet.as_manager()

    class Meta:
        ordering = ["-posted_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["account", "native_id"], name="elections_incident_once"),
            models.CheckConstraint(
                condition=Q(status="open", closed_at=None, closed_by=None, finding="")
                | (Q(status="closed", closed_at__isnull=False, closed_by__isnull=False) & ~Q(finding="")),
                name="elections_incident_closed_with_a_finding",
            ),
            models.CheckConstraint(
                condition=Q(record=None) | ~Q(evidence_hash=""), name="elections_incident_holds_its_evidence"
            ),
        ]

    def __str__(self) -> str:
        return f"post during a blackout on {self.account}"
