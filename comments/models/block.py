"""The ledger of blocks: who was blocked where, from when until when, and how each block ended.

A block's row is written with the decision, because the decision is what binds the city: from then it is
counted, explained and ends by itself. Whether the network shows it is told by the decision's measure.
"""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from city.models.entry import append_only


class BlockQuerySet(models.QuerySet["Block"]):
    def visible_to(self, user, at):
        """As the cases behind them."""
        if user.reads_all(at) or user.has_role("moderator", "appeals", at=at):
            return self
        offices = user.office_ids(at)
        return self.filter(Q(account__office__in=offices) | Q(account__office__parent__in=offices))

    def at(self, at):
        """Blocks that stand at an instant. The clock ends them, not a worker."""
        return self.filter(starts_at__lte=at, ends_at__gt=at).filter(Q(lifted_at=None) | Q(lifted_at__gt=at))

    def run_out(self, at):
        """Blocks whose time is over and whose end on the network has not been ordered yet."""
        return self.filter(ends_at__lte=at, lifted_at=None)

    def to_be_read_again(self, at, every):
        """Blocks that stand and that nobody has read again for so long."""
        return self.at(at).filter(read_since__lte=at - every)

    def with_reading(self):
        return self.annotate(read_since=Coalesce("read_again_at", "starts_at"))


class Block(models.Model):
    """One block of one author at one account. It ends by itself at `ends_at`, or earlier when it is lifted."""

    decision = models.OneToOneField("comments.Decision", models.PROTECT, related_name="block")
    account = models.ForeignKey("accounts.Account", models.PROTECT, related_name="blocks")
    author_id = models.CharField(max_length=200)
    author_handle = models.CharField(max_length=200, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_why = models.CharField(max_length=200, blank=True)
    read_again_at = models.DateTimeField(null=True, blank=True)

    objects = BlockQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="comments_block_ends"),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_why="") | (Q(lifted_at__isnull=False) & ~Q(lifted_why="")),
                name="comments_block_lifted_for_a_reason",
            ),
            # One block of one author at one account at a time.
            models.UniqueConstraint(
                fields=["account", "author_id"], condition=Q(lifted_at=None), name="comments_block_once"
            ),
        ]
        indexes = [
            # Which blocks have run out?
            models.Index(fields=["ends_at"], condition=Q(lifted_at=None), name="comments_block_to_end"),
            # What was this author blocked for before?
            models.Index(fields=["author_id", "starts_at"], name="comments_block_of_author"),
        ]
        triggers = append_only(
            advances=("lifted_at", "lifted_why", "read_again_at"),
            fields=("decision", "account", "author_id", "author_handle", "starts_at", "ends_at"),
        )

    def __str__(self) -> str:
        return f"block of {self.author_handle or self.author_id} at {self.account}"

    def state_at(self, at) -> str:
        """standing, over (its time ran out), or lifted."""
        if self.lifted_at and self.lifted_at <= at and self.lifted_at < self.ends_at:
            return "lifted"
        return "standing" if at < self.ends_at else "over"
