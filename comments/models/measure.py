"""Measures: what a decision causes on the network. Done only when the network shows it."""

from django.db import models
from django.db.models import Q


class MeasureQuerySet(models.QuerySet["Measure"]):
    def claimable(self, at):
        """Measures that a worker may take: due ones, and those whose worker let go of them."""
        return self.filter(
            Q(status=Measure.Status.DUE, due_at__lte=at) | Q(status=Measure.Status.DOING, lease_until__lte=at)
        )

    def unfinished(self):
        """Measures that the network does not show yet and that are still wanted."""
        return self.exclude(status__in=Measure.FINISHED)

    def failed(self):
        return self.filter(status=Measure.Status.FAILED)


class Measure(models.Model):
    """One act on one network: hide, unhide, block or unblock. It is idempotent there, and is read back."""

    class Verb(models.TextChoices):
        HIDE = "hide", "Hide the comment"
        UNHIDE = "unhide", "Show the comment again"
        BLOCK = "block", "Block the author"
        UNBLOCK = "unblock", "End the block"

    class Status(models.TextChoices):
        DUE = "due", "Waiting"
        DOING = "doing", "Being done"
        DONE = "done", "The network shows it"
        FAILED = "failed", "Failed: a person must act"
        SUPERSEDED = "superseded", "No longer wanted"

    FINISHED = (Status.DONE, Status.SUPERSEDED)
    OPEN = (Status.DUE, Status.DOING)

    SOURCES = {
        Status.DOING: (Status.DUE, Status.DOING),
        Status.DUE: (Status.DOING, Status.FAILED),
        Status.DONE: (Status.DOING,),
        Status.FAILED: (Status.DOING,),
        Status.SUPERSEDED: (Status.DUE, Status.DOING, Status.FAILED),
    }

    WORDS = {
        Verb.HIDE: "hide {case}",
        Verb.UNHIDE: "show {case} again",
        Verb.BLOCK: "block {who} at {account}",
        Verb.UNBLOCK: "end the block of {who} at {account}",
    }

    #: Measures that make the network stricter; the others give back.
    STRICT = (Verb.HIDE, Verb.BLOCK)

    case = models.ForeignKey("comments.Case", models.PROTECT, related_name="measures")
    decision = models.ForeignKey(
        "comments.Decision", models.PROTECT, null=True, blank=True, related_name="measures"
    )
    appeal_decision = models.ForeignKey(
        "comments.AppealDecision", models.PROTECT, null=True, blank=True, related_name="measures"
    )
    block = models.ForeignKey(
        "comments.Block", models.PROTECT, null=True, blank=True, related_name="measures",
        help_text="The block that it carries out or ends.",
    )  # fmt: skip
    account = models.ForeignKey("accounts.Account", models.PROTECT, related_name="measures")
    verb = models.CharField(max_length=8, choices=Verb)
    target = models.CharField(max_length=400, help_text="The comment's id on the platform, or its author's.")
    root_id = models.CharField(
        max_length=400, blank=True, help_text="Of a comment: the post it stands under."
    )
    status = models.CharField(max_length=12, choices=Status, default=Status.DUE)
    due_at = models.DateTimeField()
    attempt = models.PositiveSmallIntegerField(default=0)
    worker = models.CharField(max_length=120, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True, help_text="When the network was seen to show it.")
    error = models.TextField(blank=True)

    objects = MeasureQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status="doing", lease_until__isnull=False)
                | (~Q(status="doing") & Q(lease_until=None)),
                name="comments_measure_doing_has_a_lease",
            ),
            models.CheckConstraint(
                condition=Q(status="done", done_at__isnull=False) | (~Q(status="done") & Q(done_at=None)),
                name="comments_measure_done_at",
            ),
            models.CheckConstraint(
                condition=~Q(status="failed") | ~Q(error=""), name="comments_measure_failed_why"
            ),
            # Nothing is taken from anybody without a decision; a block may end because its time is over.
            models.CheckConstraint(
                condition=Q(verb__in=["hide", "block"], decision__isnull=False)
                | Q(verb="unhide", decision__isnull=False)
                | Q(verb="unhide", appeal_decision__isnull=False)
                | Q(verb="unblock", block__isnull=False),
                name="comments_measure_was_decided",
            ),
            # Two workers never act on one comment or one author at once: the later act would win by chance.
            models.UniqueConstraint(
                fields=["account", "target"],
                condition=Q(status="doing"),
                name="comments_measure_one_at_a_time",
            ),
        ]
        indexes = [
            # What is to be done on a network now?
            models.Index(
                fields=["due_at"], condition=Q(status__in=["due", "doing"]), name="comments_measure_to_do"
            ),
            # Which measures wait for a person?
            models.Index(fields=["case"], condition=Q(status="failed"), name="comments_measure_failed"),
        ]

    def __str__(self) -> str:
        who = self.case.author_handle or self.case.author_id
        return f"the order to {self.WORDS[self.Verb(self.verb)].format(case=self.case, who=who, account=self.account)}"
