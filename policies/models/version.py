"""A version: one wording of a policy, from its first draft to its adoption. Adopted, it never changes."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, OuterRef, Q
from simple_history.models import HistoricalRecords

from city.models.entry import append_only
from city.roles import Role

#: The longest policy text that is taken, in characters: about eighty printed pages.
LONGEST_SOURCE = 200_000


class VersionQuerySet(models.QuerySet["Version"]):
    def adopted(self):
        return self.filter(status=Version.Status.ADOPTED)

    def drafts(self):
        """What is still being made: at most one of each policy."""
        return self.filter(status__in=Version.OPEN)

    def in_force(self, at):
        """Of each policy the version in force at an instant.

        The highest number wins among those that have taken effect: a version that is adopted later
        replaces even one whose own day has not yet come.
        """
        newest = (
            Version.objects.filter(
                policy=OuterRef("policy"), status=Version.Status.ADOPTED, effective_at__lte=at
            )
            .order_by("-number")
            .values("pk")[:1]
        )
        return self.filter(pk=newest)

    def upcoming(self, at):
        """Adopted, with their day still to come, and not overtaken by a version with a higher number."""
        overtaken = Version.objects.filter(
            policy=OuterRef("policy"), status=Version.Status.ADOPTED, number__gt=OuterRef("number")
        ).filter(effective_at__lte=OuterRef("effective_at"))
        return self.adopted().filter(effective_at__gt=at).filter(~models.Exists(overtaken))

    def visible_to(self, user, at):
        """What was adopted is everybody's; drafts are for those who read everything or keep the policy."""
        if getattr(user, "is_authenticated", False):
            if user.reads_all(at):
                return self
            return self.filter(
                Q(status=Version.Status.ADOPTED) | Q(policy__custodian_role__in=user.roles_at(at))
            )
        return self.adopted()


class Version(models.Model):
    """One wording of a policy.

    Whether it is in force or superseded is no status: that follows from `effective_at`, number and clock.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        IN_REVIEW = "in_review", "In legal review"
        REVIEWED = "reviewed", "Reviewed, waits for adoption"
        ADOPTED = "adopted", "Adopted"
        WITHDRAWN = "withdrawn", "Withdrawn"

    class Change(models.TextChoices):
        MATERIAL = "material", "Material: whom a changed clause concerns acknowledges it again"
        EDITORIAL = "editorial", "Editorial: earlier acknowledgements stay good"

    OPEN = (Status.DRAFT, Status.IN_REVIEW, Status.REVIEWED)
    #: From which states each state may be reached.
    SOURCES = {
        Status.DRAFT: (Status.IN_REVIEW, Status.REVIEWED),
        Status.IN_REVIEW: (Status.DRAFT,),
        Status.REVIEWED: (Status.IN_REVIEW,),
        Status.ADOPTED: (Status.REVIEWED,),
        Status.WITHDRAWN: OPEN,
    }

    policy = models.ForeignKey("policies.Policy", models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    based_on = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="successors")
    source = models.TextField("text, in Markdown", max_length=LONGEST_SOURCE)
    change = models.CharField("kind of change", max_length=10, choices=Change, default=Change.MATERIAL)
    summary_of_changes = models.TextField(max_length=2000, blank=True)
    concerns = ArrayField(
        models.CharField(max_length=20, choices=Role),
        default=list,
        blank=True,
        editable=False,
        help_text="Roles that its changes concern, found when it is adopted; empty: everybody bound.",
    )
    drafted_by = models.ForeignKey("city.User", models.PROTECT, null=True, related_name="+")
    drafted_at = models.DateTimeField()
    changed_at = models.DateTimeField("last change of text or state")
    reviewed_by = models.ForeignKey("city.User", models.PROTECT, null=True, blank=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    review_note = models.TextField(max_length=4000, blank=True)
    file_number = models.CharField("council file number", max_length=60, blank=True)
    adopted_on = models.DateField(null=True, blank=True)
    effective_on = models.DateField("in force from", null=True, blank=True)
    effective_at = models.DateTimeField(null=True, blank=True, editable=False)
    adopted_by = models.ForeignKey("city.User", models.PROTECT, null=True, blank=True, related_name="+")
    adopted_at = models.DateTimeField("adoption recorded at", null=True, blank=True)
    content_hash = models.CharField(max_length=64, blank=True, editable=False)

    history = HistoricalRecords()
    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering = ["policy", "-number", "-drafted_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["policy"],
                condition=Q(status__in=["draft", "in_review", "reviewed"]),
                name="policies_version_one_draft_at_a_time",
            ),
            # A withdrawn draft gives its number free.
            models.UniqueConstraint(
                fields=["policy", "number"],
                condition=~Q(status="withdrawn"),
                name="policies_version_number_once",
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="policies_version_counts_from_one"),
            models.CheckConstraint(
                condition=~Q(reviewed_by=F("drafted_by")), name="policies_version_not_reviewed_by_its_author"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["reviewed", "adopted"]) | Q(reviewed_at__isnull=False),
                name="policies_version_reviewed_at",
            ),
            models.CheckConstraint(
                condition=Q(
                    status="adopted",
                    adopted_on__isnull=False,
                    effective_on__isnull=False,
                    effective_at__isnull=False,
                    adopted_at__isnull=False,
                    effective_on__gte=F("adopted_on"),
                )
                & ~Q(file_number="")
                & ~Q(content_hash="")
                | ~Q(status="adopted")
                & Q(adopted_on=None, effective_at=None, adopted_at=None, content_hash=""),
                name="policies_version_adopted_with_its_facts",
            ),
        ]
        indexes = [
            # Which version of this policy was in force then?
            models.Index(
                fields=["policy", "-number", "effective_at"],
                condition=Q(status="adopted"),
                name="policies_version_in_force",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="adopted_stays", operation=pgtrigger.Update, condition=pgtrigger.Q(old__status="adopted")
            ),
            # A withdrawn draft is history too: no version is ever deleted.
            *append_only()[1:],
        ]

    def __str__(self) -> str:
        return f"{self.policy}, version {self.number}"

    @property
    def is_adopted(self) -> bool:
        return self.status == self.Status.ADOPTED

    @property
    def holder(self) -> str:
        """The role that has it now: whose turn it is."""
        turns: dict[str, str] = {
            self.Status.DRAFT: self.policy.get_custodian_role_display(),
            self.Status.IN_REVIEW: Role.ATTORNEY.label,
            self.Status.REVIEWED: Role.CLERK.label,
        }
        return turns.get(self.status, "")

    def state_at(self, at) -> str:
        """One word for lists: the status, or for an adopted version what the clock makes of it."""
        if not self.is_adopted:
            return self.status
        current = self.policy.version_in_force(at)
        if current is not None and current.number >= self.number:
            return "in_force" if current.pk == self.pk else "superseded"
        return "upcoming"
