"""Candidacies: who stands for what, and the facts from which a silence follows."""

from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from elections.rules.windows import Trigger


class CandidacyQuerySet(models.QuerySet["Candidacy"]):
    def visible_to(self, user, at):
        return self if user.grants_at(at) else self.none()

    def standing(self):
        return self.filter(status=Candidacy.Status.STANDING)


class Candidacy(models.Model):
    """One person in one election. Facts are entered with their dates; the silence is computed from them.

    `version` counts the changes: a clerk who looked at an older one is told so (Stale).
    """

    class Basis(models.TextChoices):
        PRESUMED = "presumed", "Presumed: holds the seat that is up"
        PAPERS = "papers", "Circulates or filed nomination papers"
        DECLARATION = "declaration", "Nominated solely by a declaration of candidacy"
        WRITE_IN = "write_in", "Nominated at a primary by write-in votes"
        CAUCUS = "caucus", "Nominated at a caucus"
        BY_HAND = "by_hand", "Dates entered by hand, with counsel’s note"

    class Status(models.TextChoices):
        STANDING = "standing", "Is or may become a candidate"
        RELEASED = "released", "Not a candidate"

    SOURCES = {
        Status.STANDING: (Status.RELEASED,),
        Status.RELEASED: (Status.STANDING,),
    }
    TRIGGERS = {
        Basis.PRESUMED: Trigger.PAPERS,
        Basis.PAPERS: Trigger.PAPERS,
        Basis.DECLARATION: Trigger.DECLARATION,
        Basis.WRITE_IN: Trigger.WRITE_IN,
        Basis.CAUCUS: Trigger.CAUCUS,
        Basis.BY_HAND: Trigger.BY_HAND,
    }

    election = models.ForeignKey("elections.Election", models.PROTECT, related_name="candidacies")
    person = models.ForeignKey("city.User", models.PROTECT, related_name="candidacies")
    contest = models.ForeignKey(
        "elections.Contest", models.PROTECT, null=True, blank=True, related_name="candidacies"
    )
    office_sought = models.CharField(
        max_length=120,
        blank=True,
        help_text="Where it is no seat of the city: state assembly, county board …",
    )
    basis = models.CharField(max_length=12, choices=Basis)
    status = models.CharField(max_length=10, choices=Status, default=Status.STANDING)
    version = models.PositiveIntegerField(default=1)

    filed_on = models.DateField("papers or declaration filed on", null=True, blank=True)
    did_not_file = models.BooleanField("did not file by the deadline", default=False)
    noncandidacy_on = models.DateField("notice of noncandidacy filed on", null=True, blank=True)
    withdrew_on = models.DateField("withdrew on", null=True, blank=True)
    on_primary_ballot = models.BooleanField("name is on the ballot of a primary", null=True, blank=True)
    nominated = models.BooleanField("nominated, says the canvass", null=True, blank=True)
    nominated_on = models.DateField("day of the canvassers’ determination", null=True, blank=True)
    caucus_on = models.DateField("day of the caucus", null=True, blank=True)
    starts_on = models.DateField("silent from (by hand)", null=True, blank=True)
    ends_on = models.DateField("free again on (by hand)", null=True, blank=True)
    counsel_note = models.TextField("counsel’s note", blank=True)
    recorded_at = models.DateTimeField()

    history = HistoricalRecords()
    objects = CandidacyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "candidacies"
        ordering = ["-election__election_on", "person__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["election", "person", "contest", "office_sought"],
                nulls_distinct=False,
                name="elections_candidacy_once",
            ),
            models.CheckConstraint(
                condition=Q(contest__isnull=False, office_sought="")
                | (Q(contest=None) & ~Q(office_sought="")),
                name="elections_candidacy_names_its_office",
            ),
            models.CheckConstraint(
                condition=Q(noncandidacy_on=None, did_not_file=False, withdrew_on=None)
                | Q(status="released"),
                name="elections_candidacy_released_by_a_fact",
            ),
            models.CheckConstraint(
                condition=Q(did_not_file=False) | Q(filed_on=None), name="elections_candidacy_filed_or_not"
            ),
            models.CheckConstraint(
                condition=Q(starts_on=None, ends_on=None) | ~Q(counsel_note=""),
                name="elections_candidacy_by_hand_has_counsels_note",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} for {self.office}, {self.election}"

    @property
    def office(self) -> str:
        return str(self.contest.seat) if self.contest else self.office_sought

    @property
    def appears_on_primary(self) -> bool:
        """Whether the name is on the ballot of a primary: entered, or following from the seat's primary."""
        if self.on_primary_ballot is not None:
            return self.on_primary_ballot
        return bool(self.contest and self.contest.has_primary and self.basis != Candidacy.Basis.WRITE_IN)
