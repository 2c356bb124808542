"""Mail that is to leave, as rows: a lost worker or broker loses no letter."""

from datetime import timedelta

from django.db import models
from django.db.models import Q


class MailQuerySet(models.QuerySet["Mail"]):
    def unsent(self):
        """What must still leave."""
        return self.filter(status__in=[Mail.Status.WAITING, Mail.Status.SENDING])

    def due(self, at):
        """What a worker may take now: waiting and due, or left by a worker that died."""
        return self.filter(
            Q(status=Mail.Status.WAITING, not_before__lte=at)
            | Q(status=Mail.Status.SENDING, lease_until__lte=at)
        )

    def late(self, at):
        """What has waited for more than a quarter of an hour."""
        return self.unsent().filter(created_at__lt=at - timedelta(minutes=15))


class Mail(models.Model):
    """One message to one address. Sent by SMTP; in the demonstration city it lands on the outbox page."""

    class Status(models.TextChoices):
        WAITING = "waiting", "Waiting"
        SENDING = "sending", "Sending"
        SENT = "sent", "Sent"
        SHOWN = "shown", "On the outbox page"
        FAILED = "failed", "Failed"

    event = models.SlugField(max_length=60, blank=True)
    to = models.EmailField(max_length=254)
    subject = models.CharField(max_length=250)
    body = models.TextField()
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    created_at = models.DateTimeField()
    not_before = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)

    objects = MailQuerySet.as_manager()

    SOURCES = {"waiting": ["failed"]}

    class Meta:
        verbose_name_plural = "mail"
        ordering = ["-created_at", "-id"]
        indexes = [
            # What must still leave?
            models.Index(
                fields=["not_before"],
                condition=Q(status__in=["waiting", "sending"]),
                name="city_mail_to_send",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} to {self.to}"
