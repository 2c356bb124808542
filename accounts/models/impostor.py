"""Impostors: accounts of strangers that pass for the city's, as reported, judged, and taken to the platform."""

from django.db import models
from django.db.models import Exists, OuterRef, Q

from city.models.entry import append_only


class ImpostorQuerySet(models.QuerySet["Impostor"]):
    def known(self):
        """Those of which the public is warned."""
        return self.filter(status__in=Impostor.KNOWN)

    def visible_to(self, user, at):
        """The officer's list is read by everybody who holds a role, as the registry is."""
        return self if user.grants_at(at) else self.none()

    def with_reports(self):
        """Each with `trusted`: whether anybody reported it outside a flood."""
        trusted = ImpostorReport.objects.filter(impostor=OuterRef("pk"), held_why="")
        return self.annotate(trusted=Exists(trusted))

    def reported_again(self):
        """Those that were settled, and of which somebody has told since."""
        since = ImpostorReport.objects.filter(
            impostor=OuterRef("pk"), received_at__gt=OuterRef("settled_at"), held_why=""
        )
        return self.filter(Exists(since), settled_at__isnull=False)


class Impostor(models.Model):
    """One account that is said to pass for the city's. However often it is reported, it is one row."""

    class Status(models.TextChoices):
        REPORTED = "reported", "Reported"
        CONFIRMED = "confirmed", "Confirmed"
        NOT_IMPOSTOR = "not_impostor", "Not an impostor"
        AT_PLATFORM = "at_platform", "Reported to the platform"
        TAKEN_DOWN = "taken_down", "Taken down"
        REFUSED = "refused", "Refused by the platform"
        REOPENED = "reopened", "Reopened"

    SOURCES = {
        Status.CONFIRMED: (Status.REPORTED, Status.NOT_IMPOSTOR),
        Status.NOT_IMPOSTOR: (Status.REPORTED, Status.CONFIRMED, Status.REOPENED),
        Status.AT_PLATFORM: (Status.CONFIRMED, Status.REOPENED),
        Status.TAKEN_DOWN: (Status.CONFIRMED, Status.AT_PLATFORM, Status.REFUSED, Status.REOPENED),
        Status.REFUSED: (Status.AT_PLATFORM,),
        Status.REOPENED: (Status.TAKEN_DOWN, Status.REFUSED),
    }
    #: The city says so in public.
    KNOWN = (Status.CONFIRMED, Status.AT_PLATFORM, Status.TAKEN_DOWN, Status.REFUSED, Status.REOPENED)
    #: Nobody has anything left to do.
    SETTLED = (Status.NOT_IMPOSTOR, Status.TAKEN_DOWN, Status.REFUSED)

    key = models.CharField(
        max_length=200, unique=True, help_text="The one spelling of its address (accounts.reading.key_of)."
    )
    platform = models.ForeignKey(
        "accounts.Platform", models.PROTECT, null=True, blank=True, related_name="impostors"
    )
    handle = models.CharField(max_length=200, blank=True)
    native_id = models.CharField("platform's id", max_length=200, blank=True)
    url = models.CharField("address", max_length=600, blank=True)
    status = models.CharField(max_length=12, choices=Status, default=Status.REPORTED)
    first_reported_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    reported_on = models.DateField("reported to the platform on", null=True, blank=True)
    reference = models.CharField("the platform's reference", max_length=120, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = ImpostorQuerySet.as_manager()

    class Meta:
        ordering = ["-first_reported_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["reported", "not_impostor"]) | Q(confirmed_at__isnull=False),
                name="accounts_impostor_confirmed_at",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["at_platform", "refused"]) | Q(reported_on__isnull=False),
                name="accounts_impostor_reported_on",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["not_impostor", "taken_down", "refused"], settled_at__isnull=False)
                | (~Q(status__in=["not_impostor", "taken_down", "refused"]) & Q(settled_at=None)),
                name="accounts_impostor_settled_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.called} on {self.platform}" if self.platform_id else self.called

    @property
    def called(self) -> str:
        """How it is called where it is: @handle, its number, or its address."""
        return (
            f"@{self.handle}"
            if self.handle
            else self.native_id or self.url or "An account without an address"
        )


class ImpostorReport(models.Model):
    """What one person told the city about an impostor. Nobody needs an account to tell it."""

    impostor = models.ForeignKey(Impostor, models.PROTECT, related_name="reports")
    typed = models.CharField("address as given", max_length=2000)
    text = models.TextField("what it does")
    email = models.EmailField(blank=True)
    received_at = models.DateTimeField()
    held_why = models.CharField(
        "why it is looked at later", max_length=200, blank=True, help_text="It is kept all the same."
    )
    # Unique where there is one; a form without a nonce has none.
    nonce_hash = models.CharField(max_length=64, unique=True, null=True, editable=False)  # noqa: DJ001

    class Meta:
        ordering = ["received_at", "pk"]
        indexes = [
            # Which reports belong to it, and has there been one since?
            models.Index(fields=["impostor", "received_at"], name="accounts_impostorreport_of"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"report {self.pk} about {self.impostor}"
