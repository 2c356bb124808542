"""The line over which the city reads an account: where, as whom, and with which secret."""

from django.db import models
from django.db.models import Q


class Connection(models.Model):
    """An account's connection. The secret is encrypted with a key outside the database (city.secrets)."""

    class Status(models.TextChoices):
        WORKING = "working", "Working"
        FAILING = "failing", "Failing"
        REFUSED = "refused", "Refused: needs a person"

    SOURCES = {
        Status.WORKING: (Status.WORKING, Status.FAILING, Status.REFUSED),
        Status.FAILING: (Status.WORKING, Status.FAILING),
        Status.REFUSED: (Status.WORKING, Status.FAILING, Status.REFUSED),
    }

    account = models.OneToOneField("accounts.Account", models.PROTECT, related_name="connection")
    service_url = models.URLField(max_length=300)
    identifier = models.CharField(max_length=200)
    secret = models.TextField(editable=False)
    status = models.CharField(max_length=8, choices=Status, default=Status.WORKING)
    error = models.TextField(blank=True)
    connected_at = models.DateTimeField()
    connected_by = models.ForeignKey("city.User", models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField("failures in a row", default=0)
    not_before = models.DateTimeField(
        null=True, blank=True, help_text="The platform asked us to stay away until then."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status="working", error="") | (~Q(status="working") & ~Q(error="")),
                name="accounts_connection_failure_has_a_reason",
            )
        ]

    def __str__(self) -> str:
        return f"connection of {self.account}"
