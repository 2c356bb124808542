"""Personal and campaign accounts that officials have declared: listed as not the city's, and never captured."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from simple_history.models import HistoricalRecords


class DeclaredAccountQuerySet(models.QuerySet["DeclaredAccount"]):
    def current(self):
        return self.filter(ended_at=None)


class DeclaredAccount(models.Model):
    """An account that is not ours, named by whose it is. It has no row in the registry, so nothing reads it."""

    class Kind(models.TextChoices):
        PERSONAL = "personal", "Personal"
        CAMPAIGN = "campaign", "Campaign"

    person = models.ForeignKey("city.User", models.PROTECT, related_name="declared_accounts")
    kind = models.CharField(max_length=8, choices=Kind)
    platform = models.ForeignKey("accounts.Platform", models.PROTECT, related_name="+")
    handle = models.CharField(max_length=160, blank=True)
    url = models.URLField("address", max_length=500)
    declared_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    history = HistoricalRecords()
    objects = DeclaredAccountQuerySet.as_manager()

    class Meta:
        ordering = ["person__name", "pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("url"), condition=Q(ended_at=None), name="accounts_declaredaccount_url_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display().lower()} account of {self.person} on {self.platform}"
