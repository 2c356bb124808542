"""Credentials: where the password of an account lies, and who keeps it; or the secret itself, encrypted."""

from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords


class CredentialQuerySet(models.QuerySet["Credential"]):
    def current(self):
        """Those that still open something."""
        return self.filter(ended_at=None)

    def set_before(self, on):
        """Those that were last changed before a day."""
        return self.current().filter(rotated_on__lt=on)


class Credential(models.Model):
    """One secret of one account: a pointer to the city's vault, or kept here (city.secrets)."""

    class Kind(models.TextChoices):
        PASSWORD = "password", "Password"
        RECOVERY = "recovery", "Recovery codes"
        MAILBOX = "mailbox", "Password of the mailbox behind it"
        OTHER = "other", "Something else"

    class Place(models.TextChoices):
        VAULT = "vault", "In the city’s vault"
        HERE = "here", "Stored here, encrypted"

    account = models.ForeignKey("accounts.Account", models.PROTECT, related_name="credentials")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.PASSWORD)
    place = models.CharField(max_length=6, choices=Place)
    identifier = models.CharField("user name", max_length=200, blank=True)
    vault = models.CharField("name of the vault", max_length=120, blank=True)
    vault_path = models.CharField("place in the vault", max_length=300, blank=True)
    keeper = models.ForeignKey("city.User", models.PROTECT, related_name="keeps")
    secret = models.TextField(blank=True, editable=False)
    rotated_on = models.DateField("last changed on")
    added_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    history = HistoricalRecords(excluded_fields=["secret"])
    objects = CredentialQuerySet.as_manager()

    class Meta:
        ordering = ["account", "kind", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(place="vault", secret="") & ~Q(vault="") & ~Q(vault_path=""))
                | (Q(place="here", vault="", vault_path="", ended_at=None) & ~Q(secret=""))
                | Q(place="here", vault="", vault_path="", ended_at__isnull=False, secret=""),
                name="accounts_credential_is_in_one_place",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.account}"
