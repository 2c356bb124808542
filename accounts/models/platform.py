"""Platforms: what the city has decided about each network, and how its addresses are read."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords


class PlatformQuerySet(models.QuerySet["Platform"]):
    def usable(self):
        """Platforms on which an account may be asked for."""
        return self.exclude(status=Platform.Status.PROHIBITED)


class Platform(models.Model):
    """One network: its standing in the city, and the rules for its addresses as data."""

    class Status(models.TextChoices):
        APPROVED = "approved", "Approved"
        CONDITIONAL = "conditional", "Approved on conditions"
        PROHIBITED = "prohibited", "Prohibited"

    slug = models.SlugField(max_length=30, unique=True)
    name = models.CharField(max_length=60, unique=True)
    aliases = ArrayField(
        models.CharField(max_length=60),
        default=list,
        blank=True,
        help_text="Other spellings that a spreadsheet may use, in lower case: twitter, x.com, tweets.",
    )
    status = models.CharField(max_length=12, choices=Status, default=Status.CONDITIONAL)
    reason = models.TextField(blank=True, help_text="The conditions, or why it is prohibited.")
    decided_on = models.DateField(null=True, blank=True)
    url_rules = models.JSONField(
        default=list,
        blank=True,
        help_text="A list of {pattern, canonical}: a regular expression over host and path with a group "
        "`handle` or `id`, and the address it stands for with {handle} or {id}. See accounts.rules.",
    )
    module = models.SlugField(
        max_length=30,
        blank=True,
        help_text="The module of accounts.platforms that speaks to it; empty where the city cannot connect.",
    )

    history = HistoricalRecords()
    objects = PlatformQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="approved") | ~Q(reason=""), name="accounts_platform_limits_have_a_reason"
            )
        ]

    def __str__(self) -> str:
        return self.name
