"""Proofs of control: how one can see, today and without trusting anybody, that an account is the city's."""

from datetime import timedelta

from django.db import models
from django.db.models import Q


class ProofQuerySet(models.QuerySet["Proof"]):
    def holding(self, since):
        """Those that were good at the last look, not longer ago than `since`."""
        return self.filter(denied_at=None, proven_at__gte=since)

    def waiting(self, at):
        """Those to look at again: never looked at, or not for a day; a worker that died has had its time."""
        due = Q(checked_at=None) | Q(checked_at__lt=at - Proof.EVERY)
        return self.filter(due).filter(Q(lease_until=None) | Q(lease_until__lte=at))


class Proof(models.Model):
    """One way to see it, and what the last look gave. That our own session answers needs no row: see `accounts.proof`."""

    class Method(models.TextChoices):
        DOMAIN = "domain", "The handle is under the city’s own domain"
        NONCE = "nonce", "A code stands in the profile"
        REL_ME = "rel_me", "The city’s site and the profile link to each other (rel=me)"

    EVERY = timedelta(days=1)
    LEASE = timedelta(minutes=5)

    account = models.ForeignKey("accounts.Account", models.PROTECT, related_name="proofs")
    method = models.CharField(max_length=8, choices=Method)
    nonce = models.CharField(max_length=40, blank=True)
    page_url = models.URLField("page of the city", max_length=500, blank=True)
    asserted_by = models.ForeignKey("city.User", models.PROTECT, related_name="+")
    asserted_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True, blank=True)
    proven_at = models.DateTimeField(null=True, blank=True, help_text="The last look that was good.")
    denied_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Since when it is seen that it does not hold; a failed look denies nothing.",
    )
    said = models.TextField(blank=True, help_text="What the last look gave.")
    lease_until = models.DateTimeField(null=True, blank=True)

    objects = ProofQuerySet.as_manager()

    class Meta:
        ordering = ["account", "method"]
        constraints = [
            models.UniqueConstraint(fields=["account", "method"], name="accounts_proof_once_a_method"),
            models.CheckConstraint(
                condition=~Q(method="nonce") | ~Q(nonce=""), name="accounts_proof_has_its_code"
            ),
        ]

    def __str__(self) -> str:
        return f"proof for {self.account}: {self.get_method_display().lower()}"
