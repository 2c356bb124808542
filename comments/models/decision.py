"""Decisions on comments, with the evidence and the clause as they stood, and the notice that tells of them."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from city.models.entry import append_only


class RegisterYear(models.Model):
    """The last number given in a year. Its row is locked while a decision is made, so that no number is skipped."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class Reasons(models.Model):
    """What an adverse act rests on, copied as it read: ground, definition, clause, policy version."""

    ground = models.ForeignKey("policies.Ground", models.PROTECT, null=True, blank=True, related_name="+")
    ground_title = models.CharField(max_length=160, blank=True)
    ground_definition = models.TextField(blank=True)
    clause_label = models.CharField(max_length=350, blank=True)
    clause_text = models.TextField(blank=True)
    policy_label = models.CharField(max_length=300, blank=True, help_text="The version that was in force.")
    policy_path = models.CharField(max_length=200, blank=True, help_text="Where that version can be read.")
    facts = models.TextField(
        blank=True, help_text="What in the comment meets the definition; the public reads it."
    )

    class Meta:
        abstract = True

    #: What is copied from a proposal to the decision.
    COPIED = (
        "ground", "ground_title", "ground_definition", "clause_label", "clause_text", "policy_label",
        "policy_path", "facts",
    )  # fmt: skip


HAS_REASONS = (
    Q(ground__isnull=False)
    & ~Q(ground_title="")
    & ~Q(ground_definition="")
    & ~Q(clause_label="")
    & ~Q(policy_label="")
    & ~Q(facts="")
)


class DecisionQuerySet(models.QuerySet["Decision"]):
    def adverse(self):
        """Decisions that take something from somebody: they need a statement, a notice and a way to appeal."""
        return self.filter(outcome__in=Decision.ADVERSE)

    def standing(self):
        """Adverse decisions that no appeal has reversed."""
        return self.adverse().exclude(appeal__status="reversed")


class Decision(Reasons):
    """What was decided about one comment, on which ground, on which evidence. It never changes.

    The wording of the clause and the ground is kept here as it read, and the evidence by its hash: a later
    version of the policy, or of the comment, does not change what was decided.
    """

    class Outcome(models.TextChoices):
        LEAVE = "leave", "Left up"
        HIDE = "hide", "Comment hidden"
        BLOCK = "block", "Comment hidden, author blocked for a time"

    ADVERSE = (Outcome.HIDE, Outcome.BLOCK)

    #: 2026-00041; only adverse decisions have one, so that the public register has no gaps.
    reference = models.CharField(max_length=20, unique=True, null=True, blank=True)
    case = models.ForeignKey("comments.Case", models.PROTECT, related_name="decisions")
    outcome = models.CharField(max_length=6, choices=Outcome)
    decided_by = models.ForeignKey("city.User", models.PROTECT, related_name="decisions")
    decided_at = models.DateTimeField()
    seconded_by = models.ForeignKey("city.User", models.PROTECT, null=True, blank=True, related_name="+")
    seconded_at = models.DateTimeField(null=True, blank=True)
    record = models.ForeignKey("records.Record", models.PROTECT, related_name="decisions")
    record_hash = models.CharField(max_length=64)
    block_until = models.DateTimeField(null=True, blank=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["-decided_at", "-id"]
        constraints = [
            # R11: an adverse decision names its ground, its clause and its facts.
            models.CheckConstraint(
                condition=Q(outcome="leave") | HAS_REASONS, name="comments_decision_has_reasons"
            ),
            models.CheckConstraint(
                condition=Q(outcome="leave", reference=None)
                # isnull is said besides: a comparison with NULL is neither true nor false, and would pass.
                | (~Q(outcome="leave") & Q(reference__isnull=False, reference__regex=r"^\d{4}-\d{5,}$")),
                name="comments_decision_reference",
            ),
            # Garnier v. O'Connor-Ratcliff: no block without an end. And no block by one person alone.
            models.CheckConstraint(
                condition=(
                    Q(outcome="block", block_until__isnull=False, block_until__gt=F("seconded_at"))
                    & Q(seconded_by__isnull=False, seconded_at__isnull=False)
                )
                | (~Q(outcome="block") & Q(block_until=None, seconded_by=None, seconded_at=None)),
                name="comments_decision_block_ends_and_has_two",
            ),
            models.CheckConstraint(
                condition=Q(seconded_by=None) | ~Q(seconded_by=F("decided_by")),
                name="comments_decision_second_is_another",
            ),
            models.CheckConstraint(
                condition=Q(record_hash__regex=r"^[0-9a-f]{64}$"), name="comments_decision_has_evidence"
            ),
        ]
        indexes = [
            # The public register, newest first.
            models.Index(fields=["-decided_at", "-id"], name="comments_decision_latest"),
        ]
        triggers = [
            *append_only(),
            # R8: nothing adverse is committed without the notice that tells of it and of the appeal.
            pgtrigger.Trigger(
                name="tells_of_itself",
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                timing=pgtrigger.Deferred,
                func="""
                    IF NEW.outcome <> 'leave' AND NOT EXISTS (
                        SELECT 1 FROM comments_notice WHERE decision_id = NEW.id
                    ) THEN
                        RAISE EXCEPTION 'pgtrigger: an adverse decision needs its notice (%)', NEW.reference;
                    END IF;
                    RETURN NULL;
                """,
            ),
            # The evidence is the archive's record of this very comment.
            pgtrigger.Trigger(
                name="rests_on_its_record",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF NOT EXISTS (
                        SELECT 1 FROM records_record r JOIN comments_case c ON c.id = NEW.case_id
                        JOIN records_item i ON i.id = c.item_id
                        WHERE r.id = NEW.record_id AND r.hash = NEW.record_hash AND r.kind = 'comment'
                            AND r.account_id = i.account_id AND r.platform_item_id = i.platform_item_id
                    ) THEN
                        RAISE EXCEPTION 'pgtrigger: the evidence is not a record of this comment';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"decision {self.reference}" if self.reference else "decision to leave a comment up"

    def get_absolute_url(self) -> str:
        """Where everybody reads it; what was left up has no page of its own."""
        if not self.reference:
            return reverse("comments:see_case", args=[self.case_id])
        return reverse("comments:see_decision", args=[self.reference])

    @property
    def is_adverse(self) -> bool:
        return self.outcome in self.ADVERSE


class Proposal(Reasons):
    """A block that one person proposes. It does nothing until another person seconds it."""

    class Status(models.TextChoices):
        WAITING = "waiting", "Waits for a second person"
        SECONDED = "seconded", "Seconded"
        REFUSED = "refused", "Refused"

    SOURCES = {Status.SECONDED: (Status.WAITING,), Status.REFUSED: (Status.WAITING,)}

    case = models.ForeignKey("comments.Case", models.PROTECT, related_name="proposals")
    status = models.CharField(max_length=8, choices=Status, default=Status.WAITING)
    proposed_by = models.ForeignKey("city.User", models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    record = models.ForeignKey("records.Record", models.PROTECT, related_name="+")
    days = models.PositiveSmallIntegerField()
    ladder = models.TextField(help_text="How the length follows from what went before.")
    answered_by = models.ForeignKey("city.User", models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)

    class Meta:
        ordering = ["-proposed_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(status="waiting"), name="comments_proposal_one_at_a_time"
            ),
            models.CheckConstraint(condition=HAS_REASONS, name="comments_proposal_has_reasons"),
            models.CheckConstraint(
                condition=Q(days__gte=1, days__lte=365), name="comments_proposal_block_ends"
            ),
            models.CheckConstraint(
                condition=Q(status="waiting", answered_by=None, answered_at=None)
                | (~Q(status="waiting") & Q(answered_by__isnull=False, answered_at__isnull=False)),
                name="comments_proposal_answered",
            ),
            models.CheckConstraint(
                condition=Q(answered_by=None) | ~Q(answered_by=F("proposed_by")) | Q(status="refused"),
                name="comments_proposal_second_is_another",
            ),
            models.CheckConstraint(
                condition=~Q(status="refused") | ~Q(answer=""), name="comments_proposal_refused_why"
            ),
        ]
        indexes = [
            # Which blocks wait for a second person, oldest first?
            models.Index(
                fields=["proposed_at"], condition=Q(status="waiting"), name="comments_proposal_waiting"
            ),
        ]

    def __str__(self) -> str:
        return f"proposal to block {self.case.author_handle or self.case.author_id} for {self.days} days"


class Notice(models.Model):
    """What the affected person is told, with the way to appeal. Published with the decision itself."""

    class Channel(models.TextChoices):
        REGISTER = "register", "The public register only: the platform lets the city reach nobody"
        REPLY = "reply", "A public reply on the platform"

    decision = models.OneToOneField(Decision, models.PROTECT, related_name="notice")
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.REGISTER)
    text = models.TextField()
    appeal_path = models.CharField(max_length=200)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(text="") & ~Q(appeal_path=""), name="comments_notice_tells_the_way"
            ),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"notice of {self.decision}"
