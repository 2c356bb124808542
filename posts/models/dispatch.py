"""Dispatches: each delivery of a post to one place is one row, so that nothing is sent twice or lost unseen."""

from django.db import models
from django.db.models import Q


class DispatchQuerySet(models.QuerySet["Dispatch"]):
    def visible_to(self, user, at):
        from posts.models.post import Post

        return self.filter(post__in=Post.objects.visible_to(user, at))

    def claimable(self, at):
        """Deliveries that a worker may take at an instant: due ones, and those whose worker let go of them.

        A network waits until the city's website shows the post: the website is the repository.
        """
        website_first = Q(account=None) | Q(post__status="published")
        return self.filter(website_first).filter(
            Q(status=Dispatch.Status.DUE, due_at__lte=at, not_before=None)
            | Q(status=Dispatch.Status.DUE, due_at__lte=at, not_before__lte=at)
            | Q(status=Dispatch.Status.SENDING, lease_until__lte=at)
        )

    def overdue(self, before):
        """Deliveries that should have begun before this instant: the workers are not working."""
        return self.filter(status__in=Dispatch.OPEN, due_at__lte=before)

    def needing_a_person(self):
        return self.filter(status__in=Dispatch.STOPPED)


class Dispatch(models.Model):
    """One delivery to one place: the city's website (no account), or one account on one network.

    `key` names the item on the platform before it exists there: a second attempt under the same key finds
    what the first one left, and a worker that comes back from the dead cannot make a second item.
    """

    class Status(models.TextChoices):
        DUE = "due", "Waiting for its time"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"
        PARKED = "parked", "Parked: a person must decide"
        REFUSED = "refused", "Refused when it was to be sent"
        CANCELLED = "cancelled", "Not sent: withdrawn or changed before"

    class Failure(models.TextChoices):
        """What went wrong, so that the page can say who must act."""

        CREDENTIALS = "credentials", "The platform refuses our credentials"
        WRONG_ACCOUNT = "wrong_account", "Another account answered"
        UNREACHABLE = "unreachable", "The platform did not answer in time"
        PLATFORM = "platform", "The platform refused"
        UNCERTAIN = "uncertain", "It is not known whether the platform took it"
        OURS = "ours", "Something failed on our side"

    OPEN = (Status.DUE, Status.SENDING)
    STOPPED = (Status.FAILED, Status.PARKED, Status.REFUSED)

    SOURCES = {
        Status.DUE: (Status.SENDING, *STOPPED),
        Status.SENDING: (Status.DUE, Status.SENDING),
        Status.SENT: (Status.SENDING, *STOPPED),
        Status.FAILED: (Status.SENDING,),
        Status.PARKED: (Status.DUE, Status.SENDING),
        Status.REFUSED: (Status.DUE, Status.SENDING),
        Status.CANCELLED: (Status.DUE, *STOPPED),
    }

    post = models.ForeignKey("posts.Post", models.PROTECT, related_name="dispatches")
    revision = models.ForeignKey("posts.Revision", models.PROTECT, related_name="dispatches")
    account = models.ForeignKey("accounts.Account", models.PROTECT, null=True, related_name="dispatches")
    key = models.CharField(max_length=40, unique=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.DUE)
    due_at = models.DateTimeField()
    not_before = models.DateTimeField(null=True, blank=True, help_text="When to try again.")
    attempt = models.PositiveSmallIntegerField(default=0)
    worker = models.CharField(max_length=120, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    called_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when the platform may have it: set before the first call."
    )
    sent_at = models.DateTimeField(null=True, blank=True)
    platform_item_id = models.CharField(max_length=400, blank=True)
    platform_version = models.CharField(max_length=200, blank=True)
    url = models.CharField(max_length=700, blank=True)
    failure = models.CharField(max_length=14, choices=Failure, blank=True)
    error = models.TextField(blank=True, help_text="Why it failed, was parked or refused, in words.")

    objects = DispatchQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "dispatches"
        ordering = ["post", models.F("account").asc(nulls_first=True)]
        constraints = [
            # One post goes to one place once.
            models.UniqueConstraint(
                fields=["post", "account"],
                condition=~Q(status="cancelled"),
                nulls_distinct=False,
                name="posts_dispatch_once",
            ),
            models.CheckConstraint(
                condition=(Q(status="sending", lease_until__isnull=False) & ~Q(worker=""))
                | (~Q(status="sending") & Q(lease_until=None)),
                name="posts_dispatch_sending_has_a_lease",
            ),
            models.CheckConstraint(
                condition=(Q(status="sent", sent_at__isnull=False) & ~Q(url=""))
                | (~Q(status="sent") & Q(sent_at=None)),
                name="posts_dispatch_sent_says_where",
            ),
            models.CheckConstraint(
                condition=Q(status="sent", account__isnull=True)
                | ~Q(status="sent")
                | ~Q(platform_item_id=""),
                name="posts_dispatch_sent_names_the_item",
            ),
            # R5, R16: whatever stops says why, and is never shown as sent.
            models.CheckConstraint(
                condition=~Q(status__in=["failed", "parked", "refused", "cancelled"]) | ~Q(error=""),
                name="posts_dispatch_stopped_for_a_reason",
            ),
            models.CheckConstraint(
                condition=(Q(status="failed") & ~Q(failure="")) | (~Q(status="failed") & Q(failure="")),
                name="posts_dispatch_failure_is_named",
            ),
        ]
        indexes = [
            # What is to be sent now, or was left behind by a worker?
            models.Index(
                fields=["due_at"], condition=Q(status__in=["due", "sending"]), name="posts_dispatch_to_send"
            ),
            # What waits for a person?
            models.Index(
                fields=["status", "due_at"],
                condition=Q(status__in=["failed", "parked", "refused"]),
                name="posts_dispatch_needs_a_person",
            ),
            # Which dispatch made this item? (the capture finds it on the network)
            models.Index(
                fields=["platform_item_id"], condition=~Q(platform_item_id=""), name="posts_dispatch_of_item"
            ),
        ]

    def __str__(self) -> str:
        return f"post {self.post_id} to {self.place}"

    @property
    def place(self) -> str:
        """Where it goes, in words."""
        return str(self.account) if self.account_id else "the city’s website"
