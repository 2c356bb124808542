"""People, and the roles that they are granted for a time."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Lower
from simple_history.models import HistoricalRecords

from city.roles import READ_ALL, Role


class UserQuerySet(models.QuerySet["User"]):
    def visible_to(self, user, at):
        """Whom this person may look up: everybody, for who reads all; a head those of their offices."""
        if user.reads_all(at):
            return self
        offices = user.office_ids(at, Role.HEAD)
        return self.filter(Q(pk=user.pk) | Q(grants__office_id__in=offices)).distinct()

    def holding(self, role, at):
        """Active people who hold a role at an instant."""
        grants = Grant.objects.at(at).filter(role=role)
        return self.filter(is_active=True, pk__in=grants.values("user_id"))

    def not_joined(self):
        """People who were invited and have set no password yet."""
        return (
            self.filter(is_active=True, last_login=None)
            .filter(Exists(Invitation.objects.filter(user=OuterRef("pk"))))
            .exclude(Exists(Invitation.objects.filter(user=OuterRef("pk"), used_at__isnull=False)))
        )

    def invitation_expired(self, at):
        """People whose every invitation ran out unused."""
        return self.not_joined().exclude(
            Exists(Invitation.objects.filter(user=OuterRef("pk"), used_at=None, expires_at__gt=at))
        )


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)

    def create_user(self, email, password=None, **fields):
        """A person who can sign in; used by set-up, invitations and tests, never by a page directly."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        """For Django's own command. The admin site is for rare repairs; superusers hold no role by it."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person of the city: employee, elected official, consultant, intern or volunteer."""

    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=120)
    title = models.CharField("job title", max_length=120, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    is_active = models.BooleanField(default=True, editable=False)
    is_staff = models.BooleanField("may open the repair site", default=False)
    joined_at = models.DateTimeField()
    deactivated_at = models.DateTimeField(null=True, blank=True, editable=False)

    history = HistoricalRecords(excluded_fields=["password", "last_login"])
    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name"]
        constraints = [
            # Written in one way only, so that unique means once.
            models.CheckConstraint(condition=Q(email=Lower("email")), name="city_user_email_is_lower_case"),
            models.CheckConstraint(
                condition=Q(is_active=True, deactivated_at=None)
                | Q(is_active=False, deactivated_at__isnull=False),
                name="city_user_inactive_since",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def grants_at(self, at) -> list["Grant"]:
        """The grants that this person holds at an instant; empty once they are deactivated."""
        if not self.is_active:
            return []
        if not hasattr(self, "_grants"):
            self._grants = list(self.grants.select_related("office"))
        return [grant for grant in self._grants if grant.holds_at(at)]

    def forget_grants(self) -> None:
        """Read the grants again next time: somebody has just changed them."""
        self.__dict__.pop("_grants", None)

    def roles_at(self, at) -> set[str]:
        """The roles that this person holds at an instant, for whatever office."""
        return {grant.role for grant in self.grants_at(at)}

    def has_role(self, *roles, at, office=None) -> bool:
        """Whether one of `roles` is held at `at`, for `office` or for one above it.

        A grant without an office holds for the whole city. With no `office` given, any grant counts.
        """
        within = set(office.lineage()) if office is not None else None
        return any(
            grant.role in roles and (within is None or grant.office_id is None or grant.office_id in within)
            for grant in self.grants_at(at)
        )

    def reads_all(self, at) -> bool:
        """Whether this person may read every office's matters."""
        return bool(self.roles_at(at) & READ_ALL)

    def office_ids(self, at, *roles) -> set[int]:
        """The offices for which this person holds a role (one of `roles`, if given)."""
        return {
            grant.office_id
            for grant in self.grants_at(at)
            if grant.office_id is not None and (not roles or grant.role in roles)
        }


class GrantQuerySet(models.QuerySet["Grant"]):
    def at(self, at):
        """Grants that hold at an instant."""
        return self.filter(starts_at__lte=at).filter(Q(ends_at=None) | Q(ends_at__gt=at))


class Grant(models.Model):
    """A role that a person holds, for one office or the whole city, in `[starts_at, ends_at)`."""

    user = models.ForeignKey(User, models.PROTECT, related_name="grants")
    role = models.CharField(max_length=20, choices=Role)
    office = models.ForeignKey("city.Office", models.PROTECT, null=True, blank=True, related_name="grants")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    granted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    history = HistoricalRecords()
    objects = GrantQuerySet.as_manager()

    class Meta:
        ordering = ["role", "starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at")),
                name="city_grant_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=~Q(role__in=["staff", "head", "alder", "aide"]) | Q(office__isnull=False),
                name="city_grant_names_its_office",
            ),
        ]

    def __str__(self) -> str:
        where = f", {self.office}" if self.office_id else ""
        return f"{self.get_role_display()}{where}"

    def holds_at(self, at) -> bool:
        return self.starts_at <= at and (self.ends_at is None or at < self.ends_at)


class Invitation(models.Model):
    """A mailed link by which a person sets a password; it works once and for a limited time."""

    user = models.ForeignKey(User, models.CASCADE, related_name="invitations")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-sent_at"]

    def __str__(self) -> str:
        return f"Invitation of {self.user}"
