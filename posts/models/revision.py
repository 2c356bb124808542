"""Revisions: each wording of a post as it was saved. An approval is of one revision and of no other."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Q

from city.canonical import digest
from city.models.entry import append_only


class Revision(models.Model):
    """What a post says and where it is to go. It never changes: another wording is another revision."""

    class Exemption(models.TextChoices):
        """Why this may be said even while the office's accounts are silent (Wis. Stat. 11.1205(2))."""

        NONE = "none", "None: it waits while the office must be silent"
        ANSWER = "answer_to_constituent", "An answer to a constituent's message"
        OFFICIAL = "official_business", "Official business under a named law, ordinance or resolution"
        EMERGENCY = "emergency", "About a declared state of emergency"

    post = models.ForeignKey("posts.Post", models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    author = models.ForeignKey("city.User", models.PROTECT, related_name="+")
    text = models.TextField()
    link = models.URLField(
        max_length=500,
        blank=True,
        help_text="The page on the city's website that it leads to; empty: the post's own permalink there.",
    )
    targets = ArrayField(
        models.BigIntegerField(),
        default=list,
        blank=True,
        help_text="Ids of the accounts it goes to after the website, in ascending order.",
    )
    exemption = models.CharField(max_length=24, choices=Exemption, default=Exemption.NONE)
    citation = models.CharField(
        max_length=300,
        blank=True,
        help_text="The law, ordinance, resolution or declaration that is carried out.",
    )
    message = models.TextField("the constituent's message", blank=True)
    record = models.ForeignKey(
        "records.Record",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The message as archived.",
    )
    saved_at = models.DateTimeField()
    content_hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["post", "number"]
        constraints = [
            models.UniqueConstraint(fields=["post", "number"], name="posts_revision_number_once"),
            # An exemption without what it rests on is no exemption.
            models.CheckConstraint(
                condition=Q(exemption="none")
                | (Q(exemption="answer_to_constituent") & (~Q(message="") | Q(record__isnull=False)))
                | (Q(exemption__in=["official_business", "emergency"]) & ~Q(citation="")),
                name="posts_revision_exemption_has_evidence",
            ),
        ]
        indexes = [
            # Which posts hold these words?
            GinIndex(SearchVector("text", config="english"), name="posts_revision_words"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"wording {self.number} of post {self.post_id}"

    def content(self) -> dict[str, Any]:
        """All that an approver approves, as the hash covers it."""
        return {
            "post": self.post_id,
            "number": self.number,
            "author": self.author_id,
            "text": self.text,
            "link": self.link,
            "targets": list(self.targets),
            "exemption": self.exemption,
            "citation": self.citation,
            "message": self.message,
            "record": self.record_id,
            "pictures": [[picture.media_id, picture.alt] for picture in self.pictures.all()],
        }

    def computed_hash(self) -> str:
        """The hash of what stands in the database now; it must equal `content_hash` and the approval's."""
        return digest(self.content())


class Picture(models.Model):
    """One picture in one revision, with the words for those who cannot see it."""

    revision = models.ForeignKey(Revision, models.PROTECT, related_name="pictures")
    place = models.PositiveSmallIntegerField()
    media = models.ForeignKey("posts.Media", models.PROTECT, related_name="uses")
    alt = models.TextField(
        "alternative text", blank=True, help_text="A draft may lack it; nothing is approved without."
    )

    class Meta:
        ordering = ["revision", "place"]
        constraints = [
            models.UniqueConstraint(fields=["revision", "place"], name="posts_picture_place_once"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"picture {self.place} of {self.revision}"
