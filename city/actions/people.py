"""People: invited, given roles for a time, deactivated. Nobody signs up."""

import hmac
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from city import log
from city.actors import Actor, SystemActor
from city.canonical import sha256
from city.mail import send_mail
from city.models import City, Grant, Invitation, Office, User
from city.permissions import (
    can_change_user,
    can_deactivate_user,
    can_give_role,
    can_invite_user,
    require,
)
from city.refusals import Refusal
from city.roles import OF_AN_OFFICE, Role
from city.sessions import end_sessions

INVITATION_LASTS = timedelta(days=7)


class EmailTaken(Refusal):
    """Somebody with this address is here already."""


class LastAdministrator(Refusal):
    """Without an administrator nobody could ever let anybody in again."""


class InvitationNotValid(Refusal):
    """The link was used, ran out, or was never one."""


def person_of(by: Actor) -> User | None:
    return None if isinstance(by, SystemActor) else by


@transaction.atomic
def invite_user_again(user: User, *, by: Actor, at: datetime) -> None:
    """Send a new link to somebody whose first one was lost or ran out."""
    if user.invitations.filter(used_at__isnull=False).exists():
        raise Refusal(f"{user} has come in already: a forgotten password is reset on the sign-in page.")
    send_invitation(user, by=by, at=at)
    log.note(user, verb="user.invited_again", by=by, at=at)


@transaction.atomic
def invite_user(
    *, email: str, name: str, by: Actor, at: datetime, title: str = "", phone: str = "", role: str = "",
    office: Office | None = None, ends_at: datetime | None = None,
) -> User:  # fmt: skip
    """Make an entry for a person, with a first role if one is named, and mail them the link to come in."""
    require(can_invite_user, by, None, at)
    email = User.objects.normalize_email(email).lower()
    if User.objects.filter(email=email).exists():
        raise EmailTaken(f"{email} is here already: open that person’s page instead.", field="email")
    try:
        with transaction.atomic():
            user = User.objects.create_user(email, name=name, title=title, phone=phone, joined_at=at)
    except IntegrityError:
        raise EmailTaken(f"{email} was invited just now by somebody else.", field="email") from None
    log.note(user, verb="user.invited", by=by, at=at)
    if role:
        give_role(user, role, office, by=by, at=at, starts_at=at, ends_at=ends_at)
    send_invitation(user, by=by, at=at)
    return user


@transaction.atomic
def send_invitation(user: User, *, by: Actor, at: datetime) -> str:
    """Mail a person a link that works once, for a week. Earlier links stop working. Returns its token."""
    require(can_invite_user, by, user, at)
    if not user.is_active:
        raise Refusal(f"{user} is deactivated: let them sign in again first.")
    user.invitations.filter(used_at=None, expires_at__gt=at).update(expires_at=at)
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        user=user, token_hash=sha256(token.encode()), invited_by=person_of(by), sent_at=at,
        expires_at=at + INVITATION_LASTS,
    )  # fmt: skip
    link = f"{settings.SITE_URL}{reverse('city:accept_invitation', args=[token])}"
    context = {"user": user, "by": by, "link": link, "expires_at": invitation.expires_at}
    send_mail(user.email, "invitation", context, at)
    return token


def invitation_for(token: str, at: datetime) -> Invitation:
    """The invitation that a link stands for. Raises InvitationNotValid, saying why."""
    hashed = sha256(token.encode(errors="replace"))
    invitation = Invitation.objects.select_related("user").filter(token_hash=hashed).first()
    ask = "Ask whoever invited you to send a new one."
    if invitation is None or not hmac.compare_digest(invitation.token_hash, hashed):
        raise InvitationNotValid(f"This invitation is not known here. Check that the link is whole. {ask}")
    if invitation.used_at:
        raise InvitationNotValid("This invitation was used already. Sign in with the password that was set.")
    if invitation.expires_at <= at or not invitation.user.is_active:
        raise InvitationNotValid(f"This invitation has expired. {ask}")
    return invitation


@transaction.atomic
def accept_invitation(token: str, *, password: str, at: datetime) -> User:
    """Set the password that the invited person chose. The link works once."""
    invitation = invitation_for(token, at)
    user = invitation.user
    try:
        validate_password(password, user)
    except ValidationError as problem:
        raise Refusal(" ".join(problem.messages), field="password") from None
    if not Invitation.objects.filter(pk=invitation.pk, used_at=None).update(used_at=at):
        raise InvitationNotValid("This invitation was used already. Sign in with the password that was set.")
    user.set_password(password)
    user.save(update_fields=["password"])
    end_sessions(user)
    log.note(user, verb="user.joined", by=user, at=at)
    return user


@transaction.atomic
def change_user(
    user: User, *, by: Actor, at: datetime, name: str, email: str, title: str = "", phone: str = ""
) -> User:
    """Correct a person's entry. Who sign-in letters go to changes with the address."""
    require(can_change_user, by, user, at)
    email = User.objects.normalize_email(email).lower()
    if User.objects.filter(email=email).exclude(pk=user.pk).exists():
        raise EmailTaken(f"{email} belongs to somebody else here.", field="email")
    user = User.objects.select_for_update().get(pk=user.pk)
    new = {"name": name, "email": email, "title": title, "phone": phone}
    changed = [field for field, value in new.items() if getattr(user, field) != value]
    for field, value in new.items():
        setattr(user, field, value)
    log.keep(user, by=by, at=at)
    if changed:
        log.note(user, verb="user.changed", by=by, at=at, data={"fields": changed})
    return user


@transaction.atomic
def give_role(
    user: User, role: str, office: Office | None = None, *, by: Actor, at: datetime, starts_at: datetime,
    ends_at: datetime | None = None,
) -> Grant:  # fmt: skip
    """Give a person a role, for one office or the whole city, from an instant on."""
    require(can_give_role, by, role, at)
    if not user.is_active:
        raise Refusal(f"{user} is deactivated: let them sign in again first.")
    if role in OF_AN_OFFICE and office is None:
        raise Refusal(f"Choose the office: “{Role(role).label}” is a role in one office.", field="office")
    if ends_at is not None and ends_at <= starts_at:
        raise Refusal("The role must end after it begins.", field="ends_on")
    for grant in user.grants.filter(role=role, office=office):
        begins_after = ends_at is not None and grant.starts_at >= ends_at
        ended_before = grant.ends_at is not None and grant.ends_at <= starts_at
        if not (begins_after or ended_before):
            raise Refusal(f"{user} has the role “{grant}” in this time already.", field="role")
    grant = Grant(
        user=user, role=role, office=office, starts_at=starts_at, ends_at=ends_at, granted_by=person_of(by)
    )
    log.keep(grant, by=by, at=at)
    user.forget_grants()
    log.note(grant, verb="grant.given", by=by, at=at, also=[user], data={"from": starts_at, "until": ends_at})
    return grant


@transaction.atomic
def end_grant(
    grant: Grant, *, by: Actor, at: datetime, reason: str = "", ends_at: datetime | None = None
) -> Grant:
    """End a role now, or at a later instant."""
    require(can_give_role, by, grant.role, at)
    one_at_a_time()
    grant = Grant.objects.select_for_update(of=("self",)).select_related("user", "office").get(pk=grant.pk)
    if grant.ends_at is not None and grant.ends_at <= at:
        raise Refusal("This role has ended already.")
    ends_at = max(ends_at or at, at, grant.starts_at)
    if grant.role == Role.ADMINISTRATOR:
        keep_an_administrator(at, without=Grant.objects.filter(pk=grant.pk))
    grant.ends_at = ends_at
    log.keep(grant, by=by, at=at, reason=reason, only=["ends_at"])
    grant.user.forget_grants()
    log.note(
        grant, verb="grant.ended", by=by, at=at, reason=reason, also=[grant.user], data={"until": ends_at}
    )
    return grant


@transaction.atomic
def deactivate_user(user: User, *, by: Actor, at: datetime, reason: str) -> User:
    """Let a person in no more: every session ends at once, and so does every role."""
    require(can_deactivate_user, by, user, at)
    one_at_a_time()
    user = User.objects.select_for_update().get(pk=user.pk)
    if not user.is_active:
        raise Refusal(f"{user} is deactivated already.")
    grants = list(user.grants.select_related("office").exclude(ends_at__lte=at))
    keep_an_administrator(at, without=Grant.objects.filter(user=user))
    for grant in grants:
        grant.ends_at = max(at, grant.starts_at)
        log.keep(grant, by=by, at=at, reason=reason, only=["ends_at"])
        log.note(grant, verb="grant.ended", by=by, at=at, reason=reason, also=[user], data={"until": at})
    user.is_active, user.deactivated_at = False, at
    log.keep(user, by=by, at=at, reason=reason, only=["is_active", "deactivated_at"])
    user.invitations.filter(used_at=None, expires_at__gt=at).update(expires_at=at)
    end_sessions(user)
    user.forget_grants()
    log.note(user, verb="user.deactivated", by=by, at=at, reason=reason)
    return user


@transaction.atomic
def reactivate_user(user: User, *, by: Actor, at: datetime, reason: str = "") -> User:
    """Let a person sign in again. Roles are given anew: what they once were says nothing about now."""
    require(can_invite_user, by, user, at)
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.is_active:
        raise Refusal(f"{user} may sign in already.")
    user.is_active, user.deactivated_at = True, None
    log.keep(user, by=by, at=at, reason=reason, only=["is_active", "deactivated_at"])
    log.note(user, verb="user.reactivated", by=by, at=at, reason=reason)
    return user


@transaction.atomic
def sign_out_everywhere(user: User, *, by: Actor, at: datetime, reason: str = "") -> int:
    """End every session of a person, for example when a telephone was lost."""
    if by != user:
        require(can_deactivate_user, by, user, at)
    ended = end_sessions(user)
    log.note(user, verb="user.sessions_ended", by=by, at=at, reason=reason, data={"sessions": ended})
    return ended


def one_at_a_time() -> None:
    """Two administrators who remove each other at the same moment take turns; the second is refused."""
    City.objects.select_for_update().filter(id=1).values_list("pk", flat=True).first()


def keep_an_administrator(at: datetime, *, without) -> None:
    """Raise LastAdministrator unless, without these grants, somebody who has joined is one for good."""
    others = Grant.objects.at(at).filter(role=Role.ADMINISTRATOR, ends_at=None, user__is_active=True)
    others = others.exclude(user__in=User.objects.not_joined())
    touched = without.filter(pk__in=Grant.objects.at(at).filter(role=Role.ADMINISTRATOR))
    if touched.exists() and not others.exclude(pk__in=without).exists():
        raise LastAdministrator(
            "This is the last administrator. Make somebody else one first, without an end date; "
            "that person must have accepted the invitation."
        )
