"""The city's numbers for accounts and their keys: how long an attestation holds, how long silence is quiet."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from simple_history.models import HistoricalRecords


def _days(label: str, default: int, help_text: str, most: int = 730) -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(
        label,
        default=default,
        help_text=help_text,
        validators=[MinValueValidator(1), MaxValueValidator(most)],
    )


class KeyRules(models.Model):
    """One row. Until the city changes a number, the one that stands here as default holds."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    attestation_days = _days(
        "days for which an attestation holds", 180, "Then somebody must look at the second factor again."
    )
    most_full = _days(
        "people with full control, at most", 5, "More than these, and nobody knows who did it.", 50
    )
    silent_days = _days("days of silence", 90, "An account that said nothing for longer is a finding.")
    credential_months = _days(
        "months after which a credential is changed",
        12,
        "An older password or app password is a finding.",
        60,
    )
    review_every_days = _days(
        "days between access reviews", 91, "Each office answers for its rosters this often."
    )
    review_days = _days("days to answer an access review", 14, "Then it goes to the head of the office.", 90)
    review_officer_days = _days(
        "more days until the officer hears of it", 7, "When the head has not seen to it either.", 90
    )
    proof_days = _days(
        "days for which a proof of control holds",
        30,
        "A proof that could not be repeated for longer has lapsed.",
    )
    request_days = _days(
        "days for which a request may wait", 10, "One that waits longer is a finding for whoever has it.", 90
    )
    closing_first_days = _days("days before closing: first notice", 28, "Buffalo closes in four weeks.", 180)
    closing_second_days = _days("days before closing: second notice", 14, "", 90)
    closing_last_hours = _days("hours before closing: last notice", 48, "", 336)

    history = HistoricalRecords()

    class Meta:
        verbose_name_plural = "key rules"
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="accounts_keyrules_one_row"),
        ]

    def __str__(self) -> str:
        return "the rules for accounts and their keys"


def key_rules() -> KeyRules:
    """The city's numbers, or the defaults while nobody has changed them."""
    return KeyRules.objects.filter(id=1).first() or KeyRules()
