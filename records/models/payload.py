"""Payloads: bytes that are kept, named by their own SHA-256."""

from django.db import models
from django.db.models import Q

from city.models.entry import append_only


class Payload(models.Model):
    """One file of the archive: the WARC of a capture, or a picture. Two equal files are one payload."""

    class Kind(models.TextChoices):
        WARC = "warc", "Exchanges with a platform (WARC 1.1)"
        MEDIA = "media", "Picture or video"

    sha256 = models.CharField(max_length=64, primary_key=True)
    kind = models.CharField(max_length=6, choices=Kind)
    size = models.BigIntegerField(help_text="Bytes.")
    media_type = models.CharField(max_length=100)
    path = models.CharField(max_length=200, unique=True, help_text="Name in the archive storage.")
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="records_payload_sha256"
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.sha256[:12]}"
