"""Who has read and acknowledged which version, with a receipt."""

from django.db import models

from city.canonical import digest
from city.models.entry import append_only


class Acknowledgement(models.Model):
    """A person's word that they have read a version. The receipt's hash binds it to the very text."""

    version = models.ForeignKey("policies.Version", models.PROTECT, related_name="acknowledgements")
    user = models.ForeignKey("city.User", models.PROTECT, related_name="acknowledgements")
    name = models.CharField("name, as it was", max_length=120)
    at = models.DateTimeField()
    shown_since = models.ForeignKey(
        "policies.Version",
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="The version whose differences were shown; empty when the whole text was.",
    )
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["version", "user"], name="policies_acknowledgement_once"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.name}: {self.version}"

    @property
    def receipt(self) -> str:
        """The receipt's number, short enough to read out: `7F3A-09BC-12DE`."""
        return "-".join(self.hash[start : start + 4].upper() for start in (0, 4, 8))

    def content_hash(self) -> str:
        """The hash that must stand in `hash`: over who, when, and the version's own hash."""
        return digest(
            {
                "user": self.user_id,
                "name": self.name,
                "version": self.version_id,
                "text": self.version.content_hash,
                "shown_since": self.shown_since_id,
                "at": self.at,
            }
        )
