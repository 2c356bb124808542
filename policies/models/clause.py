"""Clauses, which can be cited, and grounds, on which a comment may be acted on."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Deferrable, Q

from city.models.entry import append_only
from city.roles import Role


def frozen_with_its_version() -> list[pgtrigger.Trigger]:
    """Triggers by which Postgres refuses to add, change or remove parts of an adopted version.

    The version's row is locked for the look, so that an adoption in the same instant is waited for.
    """
    return [
        pgtrigger.Trigger(
            name="adopted_stays",
            when=pgtrigger.Before,
            operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
            declare=[("found", "text")],
            func="""
                IF TG_OP <> 'INSERT' THEN
                    SELECT status INTO found FROM policies_version WHERE id = OLD.version_id FOR SHARE;
                    IF found = 'adopted' THEN
                        RAISE EXCEPTION 'pgtrigger: an adopted version cannot change (%)', TG_TABLE_NAME;
                    END IF;
                END IF;
                IF TG_OP = 'DELETE' THEN
                    RETURN OLD;
                END IF;
                SELECT status INTO found FROM policies_version WHERE id = NEW.version_id FOR SHARE;
                IF found = 'adopted' THEN
                    RAISE EXCEPTION 'pgtrigger: an adopted version cannot change (%)', TG_TABLE_NAME;
                END IF;
                RETURN NEW;
            """,
        ),
        append_only()[-1],
    ]


class Act(models.TextChoices):
    """What a ground may permit. Hiding comes before deleting (DOMAIN, section 6)."""

    HIDE = "hide", "Hide the comment"
    DELETE = "delete", "Delete the comment"
    BLOCK = "block", "Block its author for a time"


class KeywordKind(models.TextChoices):
    """The four kinds for which a word list may send a comment to a person (Milwaukee's policy 2.0)."""

    PROFANE = "profane", "Profane"
    OBSCENE = "obscene", "Obscene"
    VIOLENT = "violent", "Violent"
    PORNOGRAPHIC = "pornographic", "Pornographic"


class Clause(models.Model):
    """One addressable part of a version. `key` names the same clause through all versions."""

    version = models.ForeignKey("policies.Version", models.PROTECT, related_name="clauses")
    key = models.CharField(max_length=80)
    address = models.CharField(max_length=40, blank=True)
    title = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    level = models.PositiveSmallIntegerField(help_text="Depth of its heading; 0 for a numbered paragraph.")
    order = models.PositiveIntegerField()
    concerns = ArrayField(
        models.CharField(max_length=20, choices=Role),
        default=list,
        blank=True,
        help_text="Roles that it concerns; empty: everybody whom the policy binds.",
    )

    class Meta:
        ordering = ["version", "order"]
        constraints = [
            # Checked at commit: two clauses of a draft may change places.
            models.UniqueConstraint(
                fields=["version", "key"], name="policies_clause_key_once", deferrable=Deferrable.DEFERRED
            ),
            models.UniqueConstraint(
                fields=["version", "order"], name="policies_clause_order_once", deferrable=Deferrable.DEFERRED
            ),
        ]
        triggers = frozen_with_its_version()

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """How people cite it: `4.2 Threats`."""
        return " ".join(part for part in (self.address, self.title) if part) or "Opening text"

    @property
    def anchor(self) -> str:
        """The fragment of its permanent link: `4.2`."""
        return self.address or self.key


def in_words(roles) -> str:
    """Roles as people read them: `City Clerk, Moderator`."""
    return ", ".join(sorted(Role(role).label for role in roles))


class Ground(models.Model):
    """A reason for which a comment may be acted on, as one version of the comment policy defines it."""

    version = models.ForeignKey("policies.Version", models.PROTECT, related_name="grounds")
    clause = models.ForeignKey(Clause, models.PROTECT, related_name="grounds")
    key = models.SlugField("short name", max_length=60)
    title = models.CharField(max_length=160)
    definition = models.TextField(max_length=3000)
    examples = models.TextField("examples, one a line", max_length=3000)
    permits = ArrayField(models.CharField(max_length=8, choices=Act), verbose_name="what may be done")
    keyword_kind = models.CharField(
        "kind of word list that may send a comment to a person",
        max_length=12,
        choices=KeywordKind,
        blank=True,
        help_text="A word list never hides anything by itself: a person decides.",
    )
    warning = models.TextField("viewpoint-neutrality warning", max_length=1000, blank=True)
    order = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["version", "order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "key"],
                name="policies_ground_key_once",
                violation_error_message="Another ground of this version has this short name.",
            ),
            models.CheckConstraint(
                condition=Q(permits__contained_by=["hide", "delete", "block"]) & Q(permits__len__gte=1),
                name="policies_ground_permits_known_acts",
            ),
            # A ground without a written definition and examples is somebody's discretion.
            models.CheckConstraint(
                condition=~Q(definition="") & ~Q(examples=""), name="policies_ground_is_defined"
            ),
        ]
        triggers = frozen_with_its_version()

    def __str__(self) -> str:
        return self.title

    @property
    def keywords_may_queue(self) -> bool:
        """Whether a word list may send a comment to the human queue under this ground."""
        return bool(self.keyword_kind)

    @property
    def example_lines(self) -> list[str]:
        return [line.strip() for line in self.examples.splitlines() if line.strip()]

    @property
    def permitted(self) -> list[str]:
        """What may be done, in words, mildest first."""
        return [act.label for act in Act if act.value in self.permits]
