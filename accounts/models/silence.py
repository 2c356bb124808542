"""Silences: when an account, or everything of an office, must not speak for the city.

"Is this account silent now?" is answered by these rows and an instant, never by whether a worker ran.
"""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from city.models.entry import append_only


class SilenceQuerySet(models.QuerySet["Silence"]):
    def at(self, at):
        """Silences that hold at an instant. Periods are half-open: at `ends_at` one may speak again."""
        return (
            self.filter(starts_at__lte=at)
            .filter(Q(ends_at=None) | Q(ends_at__gt=at))
            .filter(Q(lifted_at=None) | Q(lifted_at__gt=at))
        )

    def coming(self, at):
        """Silences that are known to begin after an instant."""
        return self.filter(starts_at__gt=at, lifted_at=None)

    def covering(self, account):
        """Silences of this account, or of all that its office says."""
        return self.filter(Q(account=account) | Q(office=account.office_id))

    def of_office(self, office):
        """Silences of an office as a whole: its page, and any account that it may yet get."""
        return self.filter(office=office)


class Silence(models.Model):
    """One period in which an account (or all of an office) must be silent, why, and what is still allowed.

    A row is never rewritten: when the facts change it is lifted and another one takes its place. `source` names
    the row that it comes from ("elections.blackout:4"), which lies on a floor above.
    """

    class Exemption(models.TextChoices):
        """What a silence does not reach (Wis. Stat. 11.1205(1)(ar) and (2))."""

        ANSWER = "answer_to_constituent", "An answer to a constituent's message"
        OFFICIAL = "official_business", "Official business under a named law, ordinance or resolution"
        EMERGENCY = "emergency", "About a declared state of emergency"

    account = models.ForeignKey(
        "accounts.Account", models.PROTECT, null=True, blank=True, related_name="silences"
    )
    office = models.ForeignKey("city.Office", models.PROTECT, null=True, blank=True, related_name="silences")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True, help_text="Empty: until somebody lifts it.")
    reason = models.TextField(help_text="One sentence that may stand on a public page.")
    citation = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=80)
    explained_at = models.CharField("address of the page that explains it", max_length=200, blank=True)
    exemptions = ArrayField(models.CharField(max_length=24, choices=Exemption), default=list, blank=True)
    created_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey("city.User", models.PROTECT, null=True, blank=True, related_name="+")
    lift_reason = models.TextField(blank=True)

    objects = SilenceQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(account__isnull=False, office=None) | Q(account=None, office__isnull=False),
                name="accounts_silence_of_an_account_or_an_office",
            ),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("starts_at")),
                name="accounts_silence_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None, lift_reason="")
                | (Q(lifted_at__isnull=False) & ~Q(lift_reason="")),
                name="accounts_silence_lifted_with_a_reason",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="accounts_silence_says_why"),
            # The same fact silences the same place for the same time once, whoever schedules it twice.
            models.UniqueConstraint(
                fields=["source", "account", "office"],
                condition=Q(lifted_at=None),
                nulls_distinct=False,
                name="accounts_silence_once",
            ),
        ]
        indexes = [
            # Which accounts are silent now?
            models.Index(
                fields=["account", "starts_at"], condition=Q(lifted_at=None), name="accounts_silence_holding"
            ),
        ]
        triggers = [
            *append_only(
                advances=("lifted_at", "lifted_by", "lift_reason"),
                fields=(
                    "account",
                    "office",
                    "starts_at",
                    "ends_at",
                    "reason",
                    "citation",
                    "source",
                    "explained_at",
                    "exemptions",
                    "created_at",
                ),
            ),
            pgtrigger.Protect(
                name="lifted_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__lifted_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"silence of {self.account or self.office}"

    def holds_at(self, at) -> bool:
        """Whether nothing may be said at an instant."""
        return (
            self.starts_at <= at
            and (self.ends_at is None or at < self.ends_at)
            and (self.lifted_at is None or at < self.lifted_at)
        )

    def exempts(self, exemption: str) -> bool:
        return exemption in self.exemptions


def account_silence(account, at) -> "Silence | None":
    """The silence that binds this account at an instant, the longest if there are several."""
    return (
        Silence.objects.at(at).covering(account).order_by(F("ends_at").desc(nulls_first=True), "id").first()
    )


def office_silence(office, at) -> "Silence | None":
    """The silence that binds all that an office says at an instant: its page shows the notice."""
    return (
        Silence.objects.at(at).of_office(office).order_by(F("ends_at").desc(nulls_first=True), "id").first()
    )
