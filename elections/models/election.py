"""Elections, and which seats are up in them."""

from datetime import date

from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from city.days import words


class ElectionQuerySet(models.QuerySet["Election"]):
    def visible_to(self, user, at):
        return self if user.grants_at(at) else self.none()

    def from_on(self, on):
        """Elections that are held on this date or later."""
        return self.filter(election_on__gte=on)


class Election(models.Model):
    """One election. Its days follow from kind and year by the rules; those of a special one are ordered."""

    class Kind(models.TextChoices):
        SPRING = "spring", "Spring election"
        PARTISAN = "partisan", "Partisan primary and general election"
        SPECIAL = "special", "Special election"

    kind = models.CharField(max_length=10, choices=Kind)
    election_on = models.DateField("day of the election")
    primary_on = models.DateField("day of the primary", null=True, blank=True)
    ordered_on = models.DateField("day on which the order was filed", null=True, blank=True)
    circulation_on = models.DateField(
        "first day of circulation, where it differs from the rule",
        null=True,
        blank=True,
        help_text="Only where an order or counsel says so.",
    )
    circulation_note = models.TextField(blank=True)
    recorded_at = models.DateTimeField()

    history = HistoricalRecords()
    objects = ElectionQuerySet.as_manager()

    class Meta:
        ordering = ["-election_on", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "election_on"], name="elections_election_once"),
            models.CheckConstraint(
                condition=Q(kind="special", ordered_on__isnull=False)
                | (~Q(kind="special") & Q(ordered_on=None)),
                name="elections_election_special_is_ordered",
            ),
            models.CheckConstraint(
                condition=Q(primary_on=None) | Q(primary_on__lt=models.F("election_on")),
                name="elections_election_primary_comes_first",
            ),
            models.CheckConstraint(
                condition=Q(circulation_on=None) | ~Q(circulation_note=""),
                name="elections_election_override_has_a_note",
            ),
        ]

    def __str__(self) -> str:
        names = {"spring": "Spring election", "partisan": "General election", "special": "Special election"}
        return f"{names[self.kind]} of {words(self.election_on)}"

    @property
    def year(self) -> int:
        return self.election_on.year

    @property
    def cycle(self) -> str:
        """What rules are confirmed for: spring-2027, special-2027-06-15."""
        if self.kind == Election.Kind.SPECIAL:
            return f"special-{self.election_on.isoformat()}"
        return f"{self.kind}-{self.year}"

    @property
    def governed_on(self) -> date:
        """The date by which the rules in force are chosen: the year's first day, or that of the order."""
        return self.ordered_on or date(self.year, 1, 1)


class Contest(models.Model):
    """A seat that is up in an election. Whether a primary is held for it is a fact that the Clerk enters.

    Source: Wis. Stat. 8.11: a city's primary is held only where candidates exceed twice the seats.
    """

    election = models.ForeignKey(Election, models.PROTECT, related_name="contests")
    seat = models.ForeignKey("city.Seat", models.PROTECT, related_name="contests")
    incumbent = models.ForeignKey("city.User", models.PROTECT, null=True, blank=True, related_name="+")
    has_primary = models.BooleanField("a primary is held for this seat", null=True, blank=True)
    recorded_at = models.DateTimeField()

    history = HistoricalRecords()

    class Meta:
        ordering = ["seat"]
        constraints = [models.UniqueConstraint(fields=["election", "seat"], name="elections_contest_once")]

    def __str__(self) -> str:
        return f"{self.seat}, {self.election}"
