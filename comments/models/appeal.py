"""Appeals of the public, and what somebody else than the decider made of them."""

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from city.models.entry import append_only


class AppealQuerySet(models.QuerySet["Appeal"]):
    def visible_to(self, user, at):
        """Reviewers, moderators and who reads everything: an appeal concerns no single office."""
        if user.reads_all(at) or user.has_role("moderator", "appeals", at=at):
            return self
        return self.none()

    def open(self):
        return self.filter(status=Appeal.Status.RECEIVED)


class Appeal(models.Model):
    """The question whether a decision was right, opened by the first statement against it. One per decision (R9)."""

    class Status(models.TextChoices):
        RECEIVED = "received", "Received"
        UPHELD = "upheld", "The decision stands"
        REVERSED = "reversed", "The decision was reversed"

    SOURCES = {Status.UPHELD: (Status.RECEIVED,), Status.REVERSED: (Status.RECEIVED,)}

    decision = models.OneToOneField("comments.Decision", models.PROTECT, related_name="appeal")
    received_at = models.DateTimeField()
    decide_within = models.PositiveSmallIntegerField(
        default=10, help_text="Business days; the date itself is computed, so that an added holiday moves it."
    )
    status = models.CharField(max_length=10, choices=Status, default=Status.RECEIVED)

    objects = AppealQuerySet.as_manager()

    #: How near the day is by which it is decided; written by the list (`with_due`), which computes it.
    nearness: str

    class Meta:
        ordering = ["received_at", "id"]
        indexes = [
            # Which appeals wait, oldest first?
            models.Index(
                fields=["received_at"], condition=Q(status="received"), name="comments_appeal_waiting"
            ),
        ]

    def __str__(self) -> str:
        return f"appeal against {self.decision}"

    def get_absolute_url(self) -> str:
        return reverse("comments:see_appeal", args=[self.pk])


class StatementQuerySet(models.QuerySet["Statement"]):
    def visible_to(self, user, at):
        """What residents wrote in confidence: for reviewers and who reads everything."""
        return self if user.reads_all(at) or user.has_role("appeals", at=at) else self.none()

    def unmatched(self):
        """Statements that a person must look at: they name no decision we know, or came in a flood."""
        return self.filter(appeal=None, set_aside_at=None)


class Statement(models.Model):
    """What somebody wrote on the public form. It needs no account; a private link shows how it stands.

    Anybody can read a reference in the register and write under it, so a stranger's statement must not
    shut out the person concerned: every statement is kept, and the reviewer reads all of them.
    """

    appeal = models.ForeignKey(Appeal, models.PROTECT, null=True, blank=True, related_name="statements")
    reference = models.CharField("reference of the decision, as given", max_length=40, blank=True)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    handle = models.CharField("name on the platform, as given", max_length=200, blank=True)
    described = models.TextField("what happened, where no reference is known", blank=True)
    name = models.CharField(max_length=120, blank=True)
    email = models.EmailField(blank=True)
    text = models.TextField()
    received_at = models.DateTimeField()
    held_why = models.CharField(
        "why a person looks at it first", max_length=200, blank=True, help_text="It is kept all the same."
    )
    set_aside_at = models.DateTimeField(null=True, blank=True)
    set_aside_by = models.ForeignKey("city.User", models.PROTECT, null=True, blank=True, related_name="+")
    set_aside_why = models.TextField(blank=True)

    objects = StatementQuerySet.as_manager()

    class Meta:
        ordering = ["received_at", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="comments_statement_says_something"),
            models.CheckConstraint(
                condition=Q(set_aside_at=None, set_aside_by=None, set_aside_why="")
                | (
                    Q(set_aside_at__isnull=False, set_aside_by__isnull=False, appeal=None)
                    & ~Q(set_aside_why="")
                ),
                name="comments_statement_set_aside_for_a_reason",
            ),
        ]
        indexes = [
            # Which statements has nobody matched with a decision?
            models.Index(
                fields=["received_at"],
                condition=Q(appeal=None, set_aside_at=None),
                name="comments_statement_unmatched",
            ),
        ]
        triggers = append_only(
            advances=("appeal", "set_aside_at", "set_aside_by", "set_aside_why"),
            fields=(
                "reference", "token_hash", "handle", "described", "name", "email", "text", "received_at", "held_why",
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return f"statement {self.pk}"


class AppealDecision(models.Model):
    """The answer to an appeal. Whoever decided the comment, or seconded its block, cannot give it."""

    class Outcome(models.TextChoices):
        UPHELD = "upheld", "The decision stands"
        REVERSED = "reversed", "The decision is reversed"

    appeal = models.OneToOneField(Appeal, models.PROTECT, related_name="answer")
    outcome = models.CharField(max_length=10, choices=Outcome)
    reasons = models.TextField()
    by = models.ForeignKey("city.User", models.PROTECT, related_name="+")
    first_decider = models.ForeignKey("city.User", models.PROTECT, related_name="+")
    first_seconder = models.ForeignKey("city.User", models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]
        constraints = [
            # R10: the reviewer is not the decider.
            models.CheckConstraint(
                condition=~Q(by=F("first_decider")) & (Q(first_seconder=None) | ~Q(by=F("first_seconder"))),
                name="comments_appeal_decided_by_another",
            ),
            models.CheckConstraint(condition=~Q(reasons=""), name="comments_appeal_answer_has_reasons"),
        ]
        triggers = [
            *append_only(),
            # Who decided first is not told by whoever writes the row, but by the decision itself.
            pgtrigger.Trigger(
                name="decided_by_another",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF NOT EXISTS (
                        SELECT 1 FROM comments_appeal a JOIN comments_decision d ON d.id = a.decision_id
                        WHERE a.id = NEW.appeal_id AND d.decided_by_id = NEW.first_decider_id
                            AND d.seconded_by_id IS NOT DISTINCT FROM NEW.first_seconder_id
                    ) THEN
                        RAISE EXCEPTION 'pgtrigger: the first deciders are not those of the decision';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"answer to the {self.appeal}"
