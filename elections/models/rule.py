"""The law's parameters as dated rows, and who confirmed them for which election."""

from django.db import models
from django.db.models import F, Q

from city.models.entry import append_only
from elections.rules.parameters import NAMES, Statute


class RuleQuerySet(models.QuerySet["Rule"]):
    def visible_to(self, user, at):
        return self if user.grants_at(at) else self.none()

    def governing(self, on):
        """Rules and bills for elections held on this date."""
        return self.filter(effective_from__lte=on).filter(Q(effective_until=None) | Q(effective_until__gt=on))


class Rule(models.Model):
    """One statute's parameters, for elections held from `effective_from` up to, not on, `effective_until`.

    A change in the law is a new row; the old one keeps its words and gets its end. A bill that is
    not known to be law stands beside them as `proposed`: it governs an election only when confirmed for it.
    """

    KEYS = [(key, name) for key, name in NAMES.items()]

    key = models.CharField("rule", max_length=40, choices=KEYS)
    citation = models.CharField(max_length=160)
    former_citation = models.CharField(
        max_length=60, blank=True, help_text="Its number before it was renumbered."
    )
    parameters = models.JSONField()
    effective_from = models.DateField("for elections held from")
    effective_until = models.DateField("and before", null=True, blank=True)
    proposed = models.BooleanField("a bill, not known to be law", default=False)
    note = models.TextField(blank=True)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey("city.User", models.PROTECT, null=True, blank=True, related_name="+")

    objects = RuleQuerySet.as_manager()

    class Meta:
        ordering = ["key", "-effective_from", "proposed", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(effective_until=None) | Q(effective_until__gt=F("effective_from")),
                name="elections_rule_ends_after_it_starts",
            ),
        ]
        triggers = append_only(
            advances=("effective_until",),
            fields=(
                "key",
                "citation",
                "former_citation",
                "parameters",
                "effective_from",
                "proposed",
                "note",
                "added_at",
                "added_by",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_key_display()}, {self.cited}"

    @property
    def cited(self) -> str:
        return self.statute().cited

    def values_shown(self) -> list[tuple[str, str]]:
        """The values as a page shows them: “Filing ends”, “first Tuesday in January”."""
        return [
            (name.replace("_", " ").capitalize().replace("to monday", "to Monday"), _shown(value))
            for name, value in self.parameters.items()
        ]

    def statute(self) -> Statute:
        """The rule as the pure functions take it."""
        return Statute(
            key=self.key,
            citation=self.citation,
            values=self.parameters,
            former=self.former_citation,
            note=self.note,
            ref=f"elections.rule:{self.pk}",
        )


def _shown(value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_shown(each)}" for name, each in value.items())
    if isinstance(value, list):
        return ", ".join(_shown(each) for each in value)
    return str(value)


class Confirmation(models.Model):
    """Somebody answered for a rule for one election. The newest of a rule's key holds; all are kept."""

    rule = models.ForeignKey(Rule, models.PROTECT, related_name="confirmations")
    cycle = models.CharField("election", max_length=40)
    confirmed_by = models.ForeignKey("city.User", models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField()
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["-confirmed_at", "-id"]
        indexes = [
            # Which rules are confirmed for this election?
            models.Index(fields=["cycle"], name="elections_confirmation_cycle"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.rule} for {self.cycle}"
