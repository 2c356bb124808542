"""Records: each kept version of each item, linked into the chain of its account."""

from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Left

from city.canonical import digest
from city.models.entry import append_only


class RecordQuerySet(models.QuerySet["Record"]):
    def visible_to(self, user, at):
        """City-wide roles read the whole archive; others what their own offices' accounts said and were told."""
        if user.reads_all(at):
            return self
        offices = user.office_ids(at)
        return self.filter(Q(account__office__in=offices) | Q(account__office__parent__in=offices))

    def latest(self):  # type: ignore[override]  # Django means one row by it, the archive one of each item
        """Only the newest version of each item."""
        return self.filter(head__isnull=False)


class Record(models.Model):
    """One version of one item, as the platform gave it, and when.

    `happened_after` and `happened_before` are the two visits between which this state came about: a
    platform does not tell when an item was edited or deleted, only that it now is.
    """

    class Kind(models.TextChoices):
        PROFILE = "profile", "Profile"
        POST = "post", "Post"
        COMMENT = "comment", "Comment"
        MEDIA = "media", "Picture or video"
        BLOCK = "block", "Blocked author"

    class State(models.TextChoices):
        PRESENT = "present", "Present"
        EDITED = "edited", "Edited"
        HIDDEN = "hidden", "Hidden by the city"
        DELETED_BY_AUTHOR = "deleted_by_author", "Deleted by its author"
        DELETED_BY_CITY = "deleted_by_city", "Deleted by the city"
        GONE = "gone", "No longer there"

    account = models.ForeignKey("accounts.Account", models.PROTECT, related_name="records")
    capture = models.ForeignKey("records.Capture", models.PROTECT, related_name="records")
    number = models.BigIntegerField(help_text="Place in the account's chain, from 1.")
    kind = models.CharField(max_length=8, choices=Kind)
    platform_item_id = models.CharField(max_length=400)
    version = models.PositiveIntegerField(help_text="1 for the first state that was seen of the item.")
    platform_version = models.CharField(
        max_length=200, blank=True, help_text="The platform's id of this wording."
    )
    state = models.CharField(max_length=20, choices=State)
    text = models.TextField(blank=True)
    alt_text = models.TextField(blank=True)
    author_id = models.CharField(max_length=200, blank=True)
    author_handle = models.CharField(max_length=200, blank=True)
    author_name = models.CharField(max_length=300, blank=True)
    parent_id = models.CharField(max_length=400, blank=True)
    root_id = models.CharField(max_length=400, blank=True)
    url = models.CharField(max_length=700, blank=True)
    created_at = models.DateTimeField(null=True, help_text="As the author's application claims.")
    indexed_at = models.DateTimeField(null=True, help_text="When the platform first saw it.")
    happened_after = models.DateTimeField(null=True)
    happened_before = models.DateTimeField()
    captured_at = models.DateTimeField()
    counts = models.JSONField(default=dict)
    raw = models.JSONField(
        default=dict, encoder=DjangoJSONEncoder, help_text="The item as the platform gave it."
    )
    method = models.CharField(max_length=60, help_text="How it was taken: api:bluesky.")
    tool = models.CharField(max_length=60, help_text="Name and version of what took it.")
    settings = models.JSONField(
        default=dict, help_text="Under which settings: account history, connection, policy version."
    )
    payload = models.ForeignKey("records.Payload", models.PROTECT, related_name="records")
    payload_offset = models.BigIntegerField(
        null=True, help_text="Bytes into the WARC; empty for a whole file."
    )
    payload_length = models.BigIntegerField(null=True)
    exchange = models.CharField(
        max_length=60, blank=True, help_text="WARC-Record-ID of the answer it was read from."
    )
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    words = models.GeneratedField(
        # Postgres refuses to index more than a megabyte of words; a network that lies can send more.
        expression=SearchVector(
            Left("text", 100_000),
            Left("alt_text", 100_000),
            "author_name",
            "author_handle",
            config="english",
        ),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = RecordQuerySet.as_manager()

    #: The fields that the hash covers, in no order that matters: canonical JSON sorts its keys.
    HASHED = (
        "account_id",
        "capture_id",
        "number",
        "kind",
        "platform_item_id",
        "version",
        "platform_version",
        "state",
        "text",
        "alt_text",
        "author_id",
        "author_handle",
        "author_name",
        "parent_id",
        "root_id",
        "url",
        "created_at",
        "indexed_at",
        "happened_after",
        "happened_before",
        "captured_at",
        "counts",
        "raw",
        "method",
        "tool",
        "settings",
        "payload_id",
        "payload_offset",
        "payload_length",
        "exchange",
    )

    class Meta:
        ordering = ["-captured_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["account", "number"], name="records_record_place_in_chain"),
            models.UniqueConstraint(
                fields=["account", "kind", "platform_item_id", "version"], name="records_record_version_once"
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1, version__gte=1), name="records_record_counts_from_one"
            ),
            models.CheckConstraint(
                condition=Q(happened_after=None) | Q(happened_after__lte=F("happened_before")),
                name="records_record_interval",
            ),
        ]
        indexes = [
            # Which records hold these words?
            GinIndex(fields=["words"], name="records_record_words"),
            # The archive, newest first, page by page.
            models.Index(fields=["-captured_at", "-id"], name="records_record_newest"),
            # What was said in this thread?
            models.Index(fields=["account", "root_id"], name="records_record_thread"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number} of {self.account}"

    def content(self) -> dict[str, Any]:
        """What this record says, as the hash covers it."""
        return {name: getattr(self, name) for name in self.HASHED}

    def content_digest(self) -> str:
        """The digest of what this record says; `city.canonical.link` makes its hash of it."""
        return digest(self.content())


class Item(models.Model):
    """What is known of one item now: its newest record, and what the next visit needs to know.

    It repeats nothing that is not in the records; verification checks it against them. An item that is
    not missing was last seen by the account's last capture that ended well, a comment by the last
    reading of its thread: no row is rewritten merely because everything is as it was.
    """

    account = models.ForeignKey("accounts.Account", models.PROTECT, related_name="items")
    kind = models.CharField(max_length=8, choices=Record.Kind)
    platform_item_id = models.CharField(max_length=400)
    record = models.OneToOneField(Record, models.PROTECT, related_name="head")
    first_seen_at = models.DateTimeField()
    missing_since = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Not in the last answer, and nobody who knows has said that it is gone.",
    )
    seen_until = models.DateTimeField(
        null=True, blank=True, help_text="While it is missing: when it was last seen."
    )
    thread_read_at = models.DateTimeField(
        null=True, blank=True, help_text="Of a post: when what others wrote below it was last read in full."
    )
    replies_seen = models.PositiveIntegerField(
        default=0, help_text="Of a post: the platform's count at that time."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "kind", "platform_item_id"], name="records_item_once"),
            models.CheckConstraint(
                condition=Q(missing_since=None, seen_until=None) | Q(missing_since__isnull=False),
                name="records_item_missing",
            ),
        ]

    def __str__(self) -> str:
        return self.platform_item_id
