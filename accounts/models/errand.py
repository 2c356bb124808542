"""Errands: what a named person must do by hand, and the evidence that it was done."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Q

from city.clock import day_of
from city.models import City


def city_day(at: datetime) -> date:
    """The date in the city at an instant."""
    return day_of(at, ZoneInfo(City.objects.values_list("time_zone", flat=True).get(id=1)))


class ErrandQuerySet(models.QuerySet["Errand"]):
    def open(self):
        return self.filter(status=Errand.Status.OPEN)

    def overdue(self, at):
        """Open errands whose day is over, by the city's calendar."""
        return self.open().filter(due_on__lt=city_day(at))

    def visible_to(self, user, at):
        """Errands are part of the registry: everybody who holds a role reads them."""
        return self if user.grants_at(at) else self.none()


class Errand(models.Model):
    """One thing to do by hand at one account."""

    class Kind(models.TextChoices):
        REMOVE = "remove", "Remove somebody from the account"
        ROTATE = "rotate", "Change the password that a leaver knew"
        REPLACE = "replace", "Name another administrator"
        ADMIT = "admit", "Give the new holder access"
        PROFILE = "profile", "Bring name, picture and text of the profile up to date"
        EXPLAIN = "explain", "Go through the policy and the records duty with the new holder"

    class Status(models.TextChoices):
        OPEN = "open", "To do"
        DONE = "done", "Done"

    #: The checklist of a hand-over, in the order in which it is done.
    OF_A_HAND_OVER = (Kind.ADMIT, Kind.PROFILE, Kind.EXPLAIN)

    SOURCES = {Status.DONE: (Status.OPEN,)}

    account = models.ForeignKey("accounts.Account", models.PROTECT, related_name="errands")
    kind = models.CharField(max_length=10, choices=Kind)
    about = models.ForeignKey(
        "city.User", models.PROTECT, null=True, blank=True, related_name="errands_about"
    )
    administrator = models.ForeignKey(
        "accounts.Administrator", models.PROTECT, null=True, blank=True, related_name="errands"
    )
    hand_over = models.ForeignKey(
        "accounts.HandOver", models.PROTECT, null=True, blank=True, related_name="errands"
    )
    due_on = models.DateField()
    status = models.CharField(max_length=6, choices=Status, default=Status.OPEN)
    evidence = models.TextField(blank=True)
    opened_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey("city.User", models.PROTECT, null=True, blank=True, related_name="+")

    objects = ErrandQuerySet.as_manager()

    class Meta:
        ordering = ["status", "due_on", "account"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "kind", "about"], condition=Q(status="open"), name="accounts_errand_once"
            ),
            # A contractor is no person of the city: the entry on the roster says whom it is about.
            models.UniqueConstraint(
                fields=["kind", "administrator"],
                condition=Q(status="open", about=None, administrator__isnull=False),
                name="accounts_errand_once_a_contractor",
            ),
            models.CheckConstraint(
                condition=Q(status="open", done_at=None)
                | (Q(status="done", done_at__isnull=False, done_by__isnull=False) & ~Q(evidence="")),
                name="accounts_errand_done_has_evidence",
            ),
        ]

    def __str__(self) -> str:
        whom = self.whom
        who = f" ({whom})" if whom else ""
        return f"{self.get_kind_display()}{who}: {self.account}"

    @property
    def whom(self) -> str:
        """Whom it is about, if it is about somebody."""
        if self.about:
            return self.about.name
        return self.administrator.holder if self.administrator else ""
