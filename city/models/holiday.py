"""Days that the city adds to the legal holidays: they count in no deadline."""

from django.db import models
from simple_history.models import HistoricalRecords


class Holiday(models.Model):
    """One day on which the city's offices are closed beside the holidays of the statute (city/holidays.py)."""

    on = models.DateField("day", unique=True)
    name = models.CharField("why", max_length=120)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey("city.User", models.PROTECT, null=True, related_name="+")

    history = HistoricalRecords()

    class Meta:
        ordering = ["on"]

    def __str__(self) -> str:
        return f"{self.name}, {self.on:%Y-%m-%d}"
