"""The registry: accounts that speak for the city, and who can post as them."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from simple_history.models import HistoricalRecords

from accounts.likeness import stored_likeness


class AccountQuerySet(models.QuerySet["Account"]):
    def active(self):
        return self.filter(status=Account.Status.ACTIVE)

    def public(self):
        """Accounts that the city stands behind before the public."""
        return self.filter(status__in=Account.PUBLIC)

    def visible_to(self, user, at):
        """The registry is read by every signed-in person who holds a role in the city."""
        return self if user.grants_at(at) else self.none()

    def captured(self):
        """Accounts that the archive worker visits: live, connected, and not put on hold by a person."""
        return self.filter(status__in=Account.CAPTURED, connection__isnull=False)


class Account(models.Model):
    """One account on one platform that speaks for the city."""

    class Status(models.TextChoices):
        SETTING_UP = "setting_up", "Being set up"
        ACTIVE = "active", "Active"
        PAUSED = "paused", "Paused"
        CLOSING = "closing", "Closing"
        RETIRED = "retired", "Retired"

    class Kind(models.TextChoices):
        DEPARTMENT = "department", "Department"
        DISTRICT = "district", "District or ward"
        PROGRAMME = "programme", "Programme or campaign"
        EMERGENCY = "emergency", "Emergency information"

    #: From which states each state may be reached.
    SOURCES = {
        Status.ACTIVE: (Status.SETTING_UP, Status.PAUSED),
        Status.PAUSED: (Status.ACTIVE,),
        Status.CLOSING: (Status.ACTIVE, Status.PAUSED, Status.SETTING_UP),
        Status.RETIRED: (Status.CLOSING,),
    }
    PUBLIC = (Status.ACTIVE, Status.PAUSED, Status.CLOSING)
    CAPTURED = (Status.ACTIVE, Status.PAUSED, Status.CLOSING)

    office = models.ForeignKey("city.Office", models.PROTECT, related_name="accounts")
    platform = models.ForeignKey("accounts.Platform", models.PROTECT, related_name="accounts")
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.DEPARTMENT)
    name = models.CharField("display name", max_length=160)
    handle = models.CharField(
        max_length=160,
        blank=True,
        help_text="Without @; empty where the platform gives an account only a number.",
    )
    native_id = models.CharField(
        "platform's id",
        max_length=200,
        blank=True,
        help_text="The platform's own immutable id, never the handle.",
    )
    url = models.URLField("address", max_length=500)
    language = models.CharField(max_length=12, default="en")
    purpose = models.TextField(blank=True)
    audience = models.CharField(max_length=250, blank=True)
    generic_email = models.EmailField(blank=True)
    status = models.CharField(max_length=12, choices=Status, default=Status.SETTING_UP)
    created_at = models.DateTimeField()
    active_since = models.DateTimeField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    capture_every = models.PositiveSmallIntegerField("minutes between captures", default=15)

    history = HistoricalRecords()
    objects = AccountQuerySet.as_manager()

    class Meta:
        ordering = ["office__name", "platform__name", "handle"]
        constraints = [
            # A retired account gives its handle free; a living one shares it with nobody.
            models.UniqueConstraint(
                "platform",
                Lower("handle"),
                condition=~Q(status="retired") & ~Q(handle=""),
                name="accounts_account_handle_once",
                violation_error_message="Another account on this platform has this handle.",
            ),
            models.UniqueConstraint(
                Lower("url"),
                condition=~Q(status="retired"),
                name="accounts_account_url_once",
                violation_error_message="Another account has this address.",
            ),
            models.UniqueConstraint(
                fields=["platform", "native_id"],
                condition=~Q(native_id=""),
                name="accounts_account_native_id_once",
                violation_error_message="Another account has this platform id.",
            ),
            models.CheckConstraint(
                condition=~Q(handle="") | ~Q(native_id=""), name="accounts_account_has_a_handle_or_an_id"
            ),
            models.CheckConstraint(
                condition=Q(status="setting_up", active_since=None)
                | Q(status__in=["active", "paused"], active_since__isnull=False)
                | Q(status__in=["closing", "retired"]),
                name="accounts_account_active_since",
            ),
            models.CheckConstraint(
                condition=Q(status="retired", retired_at__isnull=False)
                | (~Q(status="retired") & Q(retired_at=None)),
                name="accounts_account_retired_at",
            ),
            models.CheckConstraint(
                condition=Q(capture_every__gte=1, capture_every__lte=1440),
                name="accounts_account_capture_every",
            ),
        ]
        indexes = [
            # Which account is meant by these words?
            GinIndex(
                SearchVector("name", "handle", "purpose", "audience", config="english"),
                name="accounts_account_words",
            ),
            # Whose is this name, on whichever platform and in whichever state?
            models.Index(Lower("handle"), "platform", name="accounts_account_by_handle"),
            # Whose is this number, when nobody says on which platform?
            models.Index(
                fields=["native_id"], condition=~Q(native_id=""), name="accounts_account_by_native_id"
            ),
            # Which of our names does this one imitate?
            models.Index(stored_likeness(), name="accounts_account_likeness"),
        ]

    def __str__(self) -> str:
        return f"{self.name} on {self.platform}"

    @property
    def called(self) -> str:
        """How the platform calls it: @handle, or its number where it has no handle."""
        return f"@{self.handle}" if self.handle else self.native_id

    @property
    def is_connected(self) -> bool:
        """Whether the city reads this account by itself."""
        return hasattr(self, "connection")


class AdministratorQuerySet(models.QuerySet["Administrator"]):
    def current(self):
        """Those who can act as the account today."""
        return self.filter(removed_at=None)

    def full(self):
        """Those who could take everybody else's access away."""
        return self.current().filter(platform_role=Administrator.PlatformRole.FULL)

    def attested_before(self, at):
        """Those whose second factor was last looked at before an instant; who never was is another question."""
        return self.current().filter(attested_at__lt=at)


class Administrator(models.Model):
    """Somebody who can act as an account: a person of the city, or a contractor named here."""

    #: How many people with full control an account needs, so that one illness or quarrel does not lock the city out.
    FULL_NEEDED = 2

    class PlatformRole(models.TextChoices):
        FULL = "full", "Full control"
        EDITOR = "editor", "Can post"
        MODERATOR = "moderator", "Can moderate"
        ANALYST = "analyst", "Can read figures"

    class SecondFactor(models.TextChoices):
        NONE = "none", "None"
        SMS = "sms", "Text message"
        APP = "app", "Authenticator app"
        KEY = "key", "Security key"
        UNKNOWN = "unknown", "Not known"

    #: Second factors that a stolen telephone number or password does not defeat.
    STRONG = (SecondFactor.APP, SecondFactor.KEY)

    account = models.ForeignKey(Account, models.PROTECT, related_name="administrators")
    user = models.ForeignKey("city.User", models.PROTECT, null=True, blank=True, related_name="administers")
    contractor = models.CharField("contractor's name", max_length=120, blank=True)
    contractor_firm = models.CharField(max_length=120, blank=True)
    contract_ends_on = models.DateField(null=True, blank=True)
    platform_role = models.CharField(max_length=10, choices=PlatformRole, default=PlatformRole.EDITOR)
    second_factor = models.CharField(max_length=8, choices=SecondFactor, default=SecondFactor.UNKNOWN)
    attested_by = models.ForeignKey("city.User", models.PROTECT, null=True, blank=True, related_name="+")
    attested_at = models.DateTimeField(null=True, blank=True)
    attestation_evidence = models.TextField(blank=True)
    duties_confirmed_by = models.ForeignKey(
        "city.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    duties_confirmed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey("city.User", models.PROTECT, null=True, blank=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    history = HistoricalRecords()
    objects = AdministratorQuerySet.as_manager()

    class Meta:
        ordering = ["account", "platform_role", "user__name", "contractor"]
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, contractor="") | (Q(user=None) & ~Q(contractor="")),
                name="accounts_administrator_is_one_person",
            ),
            models.CheckConstraint(
                condition=Q(second_factor="unknown")
                | Q(attested_by__isnull=False, attested_at__isnull=False),
                name="accounts_administrator_factor_is_attested",
            ),
            models.CheckConstraint(
                condition=Q(duties_confirmed_by=None, duties_confirmed_at=None)
                | Q(duties_confirmed_by__isnull=False, duties_confirmed_at__isnull=False),
                name="accounts_administrator_duties_confirmed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by=None, reviewed_at=None)
                | Q(reviewed_by__isnull=False, reviewed_at__isnull=False),
                name="accounts_administrator_reviewed_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["account", "user"],
                condition=Q(removed_at=None, user__isnull=False),
                name="accounts_administrator_once",
            ),
            models.UniqueConstraint(
                "account",
                Lower("contractor"),
                condition=Q(removed_at=None) & ~Q(contractor=""),
                name="accounts_administrator_contractor_once",
            ),
        ]

    def __str__(self) -> str:
        return self.holder

    @property
    def holder(self) -> str:
        """The name of whoever this is."""
        return self.user.name if self.user else self.contractor
