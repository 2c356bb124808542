"""The log of acts: append-only and chained, so that what was done cannot be untold."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from city.canonical import GENESIS, digest


def append_only(*, advances: tuple[str, ...] = (), fields: tuple[str, ...] = ()) -> list[pgtrigger.Trigger]:
    """Triggers by which Postgres refuses UPDATE, DELETE and TRUNCATE of a table.

    `advances` names the columns that legitimately move on; then `fields` must name all others.
    """
    update = (
        pgtrigger.Protect(
            name="no_update", operation=pgtrigger.Update, condition=pgtrigger.AnyChange(*fields)
        )
        if advances
        else pgtrigger.Protect(name="no_update", operation=pgtrigger.Update)
    )
    return [
        update,
        pgtrigger.Protect(name="no_delete", operation=pgtrigger.Delete),
        # Protect knows rows only; TRUNCATE is one statement.
        pgtrigger.Trigger(
            name="no_truncate",
            level=pgtrigger.Statement,
            when=pgtrigger.Before,
            operation=pgtrigger.Truncate,
            func="RAISE EXCEPTION 'pgtrigger: Cannot truncate rows from % table', TG_TABLE_NAME;",
        ),
    ]


class Chain(models.Model):
    """The head of one hash chain: of the log of acts (`entries`), or of an account's records (`account:17`).

    The row is also the lock under which the next link is added.
    """

    ENTRIES = "entries"

    key = models.CharField(max_length=60, primary_key=True)
    number = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default=GENESIS)

    def __str__(self) -> str:
        return f"{self.key} at {self.number}"


class Entry(models.Model):
    """Who did what to which thing, when and why.

    `number`, `prev_hash` and `hash` are given by a trigger at commit, so that the lock on the chain is
    held for an instant only and two changes that each wait for the other's rows cannot also wait for
    the log.
    """

    number = models.BigIntegerField(unique=True, null=True, editable=False)
    at = models.DateTimeField()
    actor = models.ForeignKey("city.User", models.PROTECT, null=True, related_name="entries")
    actor_name = models.CharField(max_length=120)
    verb = models.CharField(max_length=60)
    subject = models.CharField(max_length=80)
    subject_label = models.CharField(max_length=250)
    also = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    reason = models.TextField(blank=True)
    data = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    digest = models.CharField(max_length=64)
    prev_hash = models.CharField(max_length=64, null=True)  # noqa: DJ001 - none until commit
    hash = models.CharField(max_length=64, null=True)  # noqa: DJ001 - none until commit

    class Meta:
        verbose_name_plural = "entries"
        ordering = ["at", "id"]
        indexes = [
            # What happened to this thing?
            models.Index(fields=["subject", "at"], name="city_entry_of_subject"),
            GinIndex(fields=["also"], name="city_entry_also"),
            # What happened lately, and what has this person done?
            models.Index(fields=["-at"], name="city_entry_latest"),
            models.Index(fields=["actor", "-at"], name="city_entry_of_actor"),
        ]
        triggers = [
            *append_only(
                advances=("number", "prev_hash", "hash"),
                fields=(
                    "at",
                    "actor",
                    "actor_name",
                    "verb",
                    "subject",
                    "subject_label",
                    "also",
                    "reason",
                    "data",
                    "digest",
                ),
            ),
            pgtrigger.Protect(
                name="chained_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__number__isnull=False),
            ),
            pgtrigger.Trigger(
                name="chain",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                timing=pgtrigger.Deferred,
                declare=[("head", "city_chain%ROWTYPE"), ("sum", "text")],
                func=f"""
                    INSERT INTO city_chain (key, number, hash) VALUES ('entries', 0, '{GENESIS}')
                        ON CONFLICT (key) DO NOTHING;
                    SELECT * INTO head FROM city_chain WHERE key = 'entries' FOR UPDATE;
                    sum := encode(sha256(convert_to(
                        head.hash || ':' || (head.number + 1)::text || ':' || NEW.digest, 'UTF8')), 'hex');
                    UPDATE city_entry SET number = head.number + 1, prev_hash = head.hash, hash = sum
                        WHERE id = NEW.id;
                    UPDATE city_chain SET number = head.number + 1, hash = sum WHERE key = 'entries';
                    RETURN NULL;
                """,  # noqa: S608 - a constant of ours
            ),
        ]

    def __str__(self) -> str:
        return f"{self.actor_name}: {self.verb} {self.subject_label}"

    def content_digest(self) -> str:
        """The digest of what this entry says, as it must stand in `digest`."""
        return digest(
            {
                "at": self.at,
                "actor": self.actor_id,
                "actor_name": self.actor_name,
                "verb": self.verb,
                "subject": self.subject,
                "subject_label": self.subject_label,
                "also": self.also,
                "reason": self.reason,
                "data": self.data,
            }
        )
