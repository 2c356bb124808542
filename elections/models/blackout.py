"""Blackouts: one candidate's silence, and what must be done at its moments, once each."""

from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords


class BlackoutQuerySet(models.QuerySet["Blackout"]):
    def visible_to(self, user, at):
        return self if user.grants_at(at) else self.none()

    def in_effect(self, at):
        """Blackouts whose silence holds at an instant, whatever the workers have done."""
        return (
            self.exclude(status=Blackout.Status.RELEASED)
            .filter(starts_at__lte=at)
            .filter(Q(ends_at=None) | Q(ends_at__gt=at))
        )

    def coming(self, at):
        return self.exclude(status=Blackout.Status.RELEASED).filter(starts_at__gt=at)

    def awaiting_canvass(self, at):
        return self.in_effect(at).filter(awaits_from__lte=at)

    def over(self, at):
        return self.filter(Q(status=Blackout.Status.RELEASED) | Q(ends_at__lte=at))


class Blackout(models.Model):
    """The silence of one candidate, in `[starts_at, ends_at)`, computed from facts under a rule.

    What holds now is `state_at(at)`, by the facts and the clock; `status` follows when a worker has told the
    people and done what belongs to the moment.
    """

    class Status(models.TextChoices):
        SCHEDULED = "scheduled", "Scheduled"
        ACTIVE = "active", "Active"
        AWAITING = "awaiting", "Primary held, awaiting the canvass"
        ENDED = "ended", "Ended"
        RELEASED = "released", "Released: not a candidate"

    #: Facts may change in any direction until the election is over: a worker follows, a person corrects.
    SOURCES = dict.fromkeys(Status, tuple(Status))

    candidacy = models.OneToOneField("elections.Candidacy", models.PROTECT, related_name="blackout")
    status = models.CharField(max_length=10, choices=Status, default=Status.SCHEDULED)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(
        null=True, blank=True, help_text="Empty: until the City Clerk enters an end."
    )
    awaits_from = models.DateTimeField(
        null=True, blank=True, help_text="From then on the canvass of the primary is awaited."
    )
    rule = models.ForeignKey("elections.Rule", models.PROTECT, related_name="blackouts")
    explanation = models.JSONField(default=list, help_text="How it was found, in sentences.")
    scheduled_at = models.DateTimeField()
    computed_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True, blank=True)

    history = HistoricalRecords()
    objects = BlackoutQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
                name="elections_blackout_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(status="released", released_at__isnull=False)
                | (~Q(status="released") & Q(released_at=None)),
                name="elections_blackout_released_at",
            ),
        ]

    def __str__(self) -> str:
        return f"blackout of {self.candidacy.person}, {self.candidacy.election}"

    @property
    def source(self) -> str:
        """How the silences of this blackout name it."""
        return f"elections.blackout:{self.pk}"

    def state_at(self, at) -> str:
        """What holds at an instant, by the facts and the clock alone."""
        if self.status == Blackout.Status.RELEASED:
            return Blackout.Status.RELEASED
        if at < self.starts_at:
            return Blackout.Status.SCHEDULED
        if self.ends_at is not None and at >= self.ends_at:
            return Blackout.Status.ENDED
        if self.awaits_from is not None and at >= self.awaits_from:
            return Blackout.Status.AWAITING
        return Blackout.Status.ACTIVE


class BlackoutStepQuerySet(models.QuerySet["BlackoutStep"]):
    def open(self):
        return self.filter(status=BlackoutStep.Status.DUE)

    def due(self, at):
        """Steps whose time has come."""
        return self.open().filter(due_at__lte=at)


class BlackoutStep(models.Model):
    """One outward effect of a blackout: a notice, a snapshot, a status. It is done once, or drops out.

    All that it does are rows written in the transaction that marks it done: it happens once, and whole.
    """

    class Kind(models.TextChoices):
        SCHEDULED = "scheduled", "Tell people that a blackout is scheduled"
        CHANGED = "changed", "Tell people that its dates changed"
        DAYS_30 = "days_30", "Tell people 30 days before"
        DAYS_7 = "days_7", "Tell people 7 days before"
        DAY_1 = "day_1", "Tell people the day before"
        SNAPSHOT = "snapshot", "Take a snapshot of the accounts"
        START = "start", "Tell people that it has started"
        AWAITING = "awaiting", "Ask for the canvass of the primary"
        END = "end", "Tell people that it has ended"
        RELEASED = "released", "Tell people that it was released"

    class Status(models.TextChoices):
        DUE = "due", "To be done"
        DONE = "done", "Done"
        DROPPED = "dropped", "No longer needed: the facts changed"

    blackout = models.ForeignKey(Blackout, models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=10, choices=Kind)
    due_at = models.DateTimeField()
    status = models.CharField(max_length=8, choices=Status, default=Status.DUE)
    done_at = models.DateTimeField(null=True, blank=True)
    outcome = models.TextField(blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)

    objects = BlackoutStepQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "id"]
        constraints = [
            # The same thing is told for the same moment once.
            models.UniqueConstraint(
                fields=["blackout", "kind", "due_at"],
                condition=~Q(status="dropped"),
                name="elections_blackoutstep_once",
            ),
            models.CheckConstraint(
                condition=Q(status="done", done_at__isnull=False) | (~Q(status="done") & Q(done_at=None)),
                name="elections_blackoutstep_done_at",
            ),
        ]
        indexes = [
            # What waits to be done?
            models.Index(fields=["due_at"], condition=Q(status="due"), name="elections_blackoutstep_due"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.blackout}"
