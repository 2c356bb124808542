"""Checkpoints: at one instant, the heads of all chains, bound together and signed."""

from django.db import models

from city.models.entry import append_only


class Checkpoint(models.Model):
    """The Merkle root (RFC 6962 hashing) over the chain heads, signed with the city's Ed25519 key."""

    number = models.BigIntegerField(unique=True)
    at = models.DateTimeField()
    heads = models.JSONField(
        help_text="List of [chain key, number, hash], sorted by key: the leaves of the tree."
    )
    root = models.CharField(max_length=64)
    prev_root = models.CharField(max_length=64)
    key_id = models.CharField(max_length=64, help_text="SHA-256 of the public key that signed.")
    signature = models.CharField(
        max_length=128, help_text="Ed25519 over the canonical JSON of the other fields."
    )

    class Meta:
        ordering = ["-number"]
        triggers = append_only()

    def __str__(self) -> str:
        return f"checkpoint {self.number}"
