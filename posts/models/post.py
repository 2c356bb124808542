"""Posts: one thing that an office says, from the first draft to the permalink."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.urls import reverse

if TYPE_CHECKING:
    from posts.models.revision import Revision


class PostQuerySet(models.QuerySet["Post"]):
    def visible_to(self, user, at):
        """City-wide roles read every office's posts; others those of their own offices."""
        if user.reads_all(at):
            return self
        offices = user.office_ids(at)
        return self.filter(Q(office__in=offices) | Q(office__parent__in=offices) | Q(author=user))

    def published(self):
        """Posts that stand on the city's website."""
        return self.filter(status=Post.Status.PUBLISHED)

    def waiting_for_approval(self):
        return self.filter(status=Post.Status.SUBMITTED)

    def due_unapproved(self, until):
        """Posts that somebody plans for before `until` and nobody has approved yet."""
        return self.filter(status__in=(Post.Status.DRAFT, Post.Status.SUBMITTED), scheduled_for__lte=until)


class Post(models.Model):
    """One post of one office. What it says stands in its revisions; where it went, in its dispatches."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        SUBMITTED = "submitted", "Waiting for approval"
        APPROVED = "approved", "Approved"
        SCHEDULED = "scheduled", "Scheduled"
        PUBLISHED = "published", "Published"
        PARKED = "parked", "Parked: a person must decide"
        REFUSED = "refused", "Refused when it was to be sent"
        WITHDRAWN = "withdrawn", "Withdrawn"

    #: From which states each state may be reached. What is published is never a draft again.
    SOURCES = {
        Status.DRAFT: (Status.SUBMITTED, Status.APPROVED, Status.SCHEDULED, Status.PARKED, Status.REFUSED),
        Status.SUBMITTED: (Status.DRAFT,),
        Status.APPROVED: (Status.SUBMITTED, Status.SCHEDULED, Status.PARKED),
        Status.SCHEDULED: (Status.APPROVED, Status.SCHEDULED),
        Status.PUBLISHED: (Status.SCHEDULED,),
        Status.PARKED: (Status.APPROVED, Status.SCHEDULED),
        Status.REFUSED: (Status.SCHEDULED,),
        Status.WITHDRAWN: (
            Status.DRAFT,
            Status.SUBMITTED,
            Status.APPROVED,
            Status.SCHEDULED,
            Status.PARKED,
            Status.REFUSED,
        ),
    }
    #: The wording may still be changed; doing so clears an approval.
    CHANGEABLE = (Status.DRAFT, *SOURCES[Status.DRAFT])

    office = models.ForeignKey("city.Office", models.PROTECT, related_name="posts")
    author = models.ForeignKey("city.User", models.PROTECT, related_name="posts")
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    current = models.ForeignKey("posts.Revision", models.PROTECT, null=True, related_name="+")
    scheduled_for = models.DateTimeField("planned for", null=True, blank=True)
    scheduled_by = models.ForeignKey("city.User", models.PROTECT, null=True, related_name="+")
    second_factor_at = models.DateTimeField(
        null=True, help_text="When whoever scheduled it last proved a second factor."
    )
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    why = models.TextField(blank=True, help_text="Why it was returned, parked, refused or withdrawn.")

    objects = PostQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="scheduled")
                | Q(scheduled_for__isnull=False, scheduled_by__isnull=False, second_factor_at__isnull=False),
                name="posts_post_scheduled_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(status="published", published_at__isnull=False)
                | (~Q(status="published") & Q(published_at=None)),
                name="posts_post_published_at",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["submitted", "approved", "scheduled", "published"])
                | Q(submitted_at__isnull=False, current__isnull=False),
                name="posts_post_submitted_at",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["parked", "refused", "withdrawn"]) | ~Q(why=""),
                name="posts_post_stopped_for_a_reason",
            ),
        ]
        indexes = [
            # What waits for an approver, oldest first?
            models.Index(
                fields=["submitted_at"], condition=Q(status="submitted"), name="posts_post_waits_for_approval"
            ),
            # What did this office say, newest first? (its public page and feed)
            models.Index(
                fields=["office", "-published_at"],
                condition=Q(status="published"),
                name="posts_post_of_office",
            ),
            # What needs a person: parked or refused?
            models.Index(
                fields=["scheduled_for"],
                condition=Q(status__in=["parked", "refused"]),
                name="posts_post_needs_a_person",
            ),
            # What is planned? (the calendar)
            models.Index(fields=["scheduled_for"], name="posts_post_planned"),
        ]

    def __str__(self) -> str:
        return f"post {self.pk} of {self.office}"

    def get_absolute_url(self) -> str:
        """The page for the city's people."""
        return reverse("posts:see_post", args=[self.pk])

    def permalink(self) -> str:
        """The path of the page for the public, the same from the first moment on."""
        return reverse("posts:public_post", args=[self.pk])

    @property
    def revision(self) -> "Revision":
        """What it says now: a post has a wording from the transaction that drafts it."""
        assert self.current is not None
        return self.current

    @property
    def can_change(self) -> bool:
        return self.status in self.CHANGEABLE
