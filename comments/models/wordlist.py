"""What the city sets for the moderation of comments: word lists, and the procedure that it follows."""

from django.db import models
from simple_history.models import HistoricalRecords

from city.models.entry import append_only
from policies.models import KeywordKind


class WordList(models.Model):
    """Words that send a comment to a person. Only the four kinds that DOMAIN permits; nothing is hidden by it."""

    kind = models.CharField(max_length=12, choices=KeywordKind, unique=True)
    words = models.TextField("words and phrases, one a line", max_length=20_000, blank=True)

    history = HistoricalRecords()

    class Meta:
        ordering = ["kind"]

    def __str__(self) -> str:
        return f"list of {self.get_kind_display().lower()} words"

    @property
    def lines(self) -> list[str]:
        return [line.strip() for line in self.words.splitlines() if line.strip()]


class Procedure(models.Model):
    """Which procedure the city follows from an instant on (comments.rules.PROCEDURES). The newest holds."""

    key = models.CharField(max_length=40)
    chosen_at = models.DateTimeField()
    chosen_by = models.ForeignKey("city.User", models.PROTECT, related_name="+")
    reason = models.TextField()

    class Meta:
        ordering = ["-chosen_at", "-id"]
        triggers = append_only()

    def __str__(self) -> str:
        return f"procedure {self.key}"
