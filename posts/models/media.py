"""Media: pictures that posts carry, kept once each under the hash of their bytes."""

from django.core.files.storage import default_storage
from django.db import models
from django.db.models import Q

from city.models.entry import append_only


class Media(models.Model):
    """The bytes of one picture. Two equal uploads are one row; what they are is read from the bytes."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    mime = models.CharField(max_length=40)
    size = models.PositiveIntegerField(help_text="Bytes.")
    width = models.PositiveIntegerField(help_text="Pixels.")
    height = models.PositiveIntegerField(help_text="Pixels.")
    uploaded_by = models.ForeignKey("city.User", models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "media"
        constraints = [
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="posts_media_sha256"),
            models.CheckConstraint(
                condition=Q(mime__in=["image/jpeg", "image/png", "image/webp", "image/gif"]),
                name="posts_media_mime",
            ),
            models.CheckConstraint(
                condition=Q(size__gt=0, width__gt=0, height__gt=0), name="posts_media_not_empty"
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"picture {self.sha256[:12]}"

    @property
    def path(self) -> str:
        """Name in the default storage."""
        return f"posts/{self.sha256[:2]}/{self.sha256}"

    def body(self) -> bytes:
        """The bytes, exactly as uploaded."""
        with default_storage.open(self.path) as file:
            return file.read()
