"""A policy: the lasting name under which versions are adopted one after the other."""

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from simple_history.models import HistoricalRecords

from city.models import Grant, User
from city.roles import Role


class PolicyQuerySet(models.QuerySet["Policy"]):
    def adopted(self):
        """Policies of which at least one version was adopted: what the public can read."""
        versions = apps.get_model("policies", "Version")
        return self.filter(Exists(versions._base_manager.filter(policy=OuterRef("pk"), status="adopted")))

    def visible_to(self, user, at):
        """Drafts are for those who read everything and for the role that keeps it; the rest is public."""
        if getattr(user, "is_authenticated", False):
            if user.reads_all(at):
                return self
            return self.filter(
                Q(pk__in=self.adopted().values("pk")) | Q(custodian_role__in=user.roles_at(at))
            )
        return self.adopted()

    def binding(self, roles):
        """Policies that bind somebody who holds these roles."""
        if not roles:
            return self.none()
        return self.filter(Q(binds=[]) | Q(binds__overlap=list(roles)))


class Policy(models.Model):
    """What the city has decided on one matter. Its wording stands in its versions."""

    class Kind(models.TextChoices):
        SOCIAL_MEDIA = "social_media", "Social media policy"
        COMMENT = "comment", "Comment policy"
        OTHER = "other", "Other policy"

    title = models.CharField(max_length=160)
    slug = models.SlugField("short name in addresses", max_length=80, unique=True)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.OTHER)
    summary = models.CharField("what it is for, in one sentence", max_length=300, blank=True)
    custodian_role = models.CharField("role that keeps it", max_length=20, choices=Role, default=Role.OFFICER)
    binds = ArrayField(
        models.CharField(max_length=20, choices=Role),
        default=list,
        blank=True,
        verbose_name="roles that must acknowledge it",
        help_text="Empty: everybody who holds a role.",
    )
    created_at = models.DateTimeField()

    history = HistoricalRecords()
    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "policies"
        ordering = ["kind", "title"]
        constraints = [
            # A decision on a comment cites the comment policy: there is one. So with the social media policy.
            models.UniqueConstraint(
                fields=["kind"], condition=~Q(kind="other"), name="policies_policy_one_of_its_kind"
            ),
            # The auditor reads everything and changes nothing.
            models.CheckConstraint(
                condition=~Q(custodian_role="auditor"), name="policies_policy_not_the_auditors"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def version_in_force(self, at):
        """The version in force at an instant, or None. The clock decides, no worker."""
        return self.versions.in_force(at).first()

    def next_version(self, at):
        """The version that is adopted and takes effect later, or None."""
        return self.versions.upcoming(at).order_by("effective_at").first()

    def open_draft(self):
        """The one version that is being written, reviewed or waits for adoption, or None."""
        return self.versions.drafts().first()

    def people_bound(self, at):
        """Active people who hold a role that this policy binds."""
        grants = Grant.objects.at(at).filter(user=OuterRef("pk"))
        if self.binds:
            grants = grants.filter(role__in=self.binds)
        return User.objects.filter(Exists(grants), is_active=True).order_by(F("name"), F("pk"))
