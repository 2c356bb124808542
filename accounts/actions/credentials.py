"""Credentials: where they lie, when they were changed, and who looked at one, with which reason."""

from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.views.decorators.debug import sensitive_variables

from accounts.models import Account, Credential
from accounts.models.errand import city_day
from accounts.permissions import can_keep_credentials, can_reveal_credential
from city import log
from city.actors import Actor
from city.mail import send_mail
from city.models import User
from city.permissions import require
from city.refusals import Refusal, Stale
from city.roles import Role
from city.secrets import Unreadable, decrypt, encrypt


@sensitive_variables("secret")
@transaction.atomic
def add_credential(
    account: Account,
    *,
    by: Actor,
    at: datetime,
    place: str,
    keeper: User,
    kind: str = Credential.Kind.PASSWORD,
    identifier: str = "",
    vault: str = "",
    vault_path: str = "",
    secret: str = "",
    rotated_on: date | None = None,
) -> Credential:
    """Enter where a secret lies, or store it here. It is encrypted at once, and in no log and no history."""
    require(can_keep_credentials, by, account, at)
    if account.status == Account.Status.RETIRED and place == Credential.Place.HERE:
        raise Refusal(f"{account} is retired: only where its credentials lie can still be entered.")
    credential = Credential(
        account=account, kind=kind, place=place, identifier=log.clean(identifier).strip(), keeper=keeper,
        rotated_on=rotated_on or city_day(at), added_at=at,
    )  # fmt: skip
    _put(credential, vault=vault, vault_path=vault_path, secret=secret)
    _must_be_past(credential.rotated_on, at)
    log.keep(credential, by=by, at=at)
    log.note(credential, verb="credential.added", by=by, at=at, data={"place": place}, also=[account])
    return credential


@sensitive_variables("secret")
@transaction.atomic
def rotate_credential(
    credential: Credential, *, by: Actor, at: datetime, rotated_on: date, reason: str, secret: str = ""
) -> Credential:
    """Record that a secret was changed on the platform; one that is stored here is stored anew."""
    require(can_keep_credentials, by, credential.account, at)
    credential = _current(credential)
    _must_be_past(rotated_on, at)
    if rotated_on < credential.rotated_on:
        raise Refusal("It was changed after that day already.", field="rotated_on")
    if credential.place == Credential.Place.HERE:
        _put(credential, secret=secret)
    credential.rotated_on = rotated_on
    log.keep(credential, by=by, at=at, reason=reason, only=["rotated_on", "secret"])
    log.note(
        credential,
        verb="credential.rotated",
        by=by,
        at=at,
        reason=reason,
        data={"on": rotated_on},
        also=[credential.account],
    )
    return credential


@transaction.atomic
def end_credential(credential: Credential, *, by: Actor, at: datetime, reason: str) -> Credential:
    """Record that a secret opens nothing any more. What was stored here is forgotten."""
    require(can_keep_credentials, by, credential.account, at)
    if not reason.strip():
        raise Refusal("Write why it opens nothing any more.", field="reason")
    credential = _current(credential)
    credential.ended_at, credential.secret = at, ""
    log.keep(credential, by=by, at=at, reason=reason, only=["ended_at", "secret"])
    log.note(credential, verb="credential.ended", by=by, at=at, reason=reason, also=[credential.account])
    return credential


@transaction.atomic
def reveal_credential(credential: Credential, *, by: User, at: datetime, reason: str) -> str:
    """The secret in plain text, for one person and one reason. The officer gets a letter each time.

    The entry and the letter are written before the secret leaves: who cannot be told of does not see it.
    """
    require(can_reveal_credential, by, credential, at)
    reason = log.clean(reason).strip()
    if len(reason) < 10:
        raise Refusal("Write for what you need it, in a sentence: the officer reads it.", field="reason")
    credential = _current(credential)
    if credential.place != Credential.Place.HERE:
        raise Refusal(f"It lies in {credential.vault}, at {credential.vault_path}: look there.")
    try:
        secret = decrypt(credential.secret)
    except Unreadable as problem:
        raise Refusal(str(problem)) from None
    log.note(
        credential, verb="credential.revealed", by=by, at=at, reason=reason, also=[credential.account, by]
    )
    link = f"{settings.SITE_URL}{reverse('accounts:see_account', args=[credential.account_id])}"
    for officer in User.objects.holding(Role.OFFICER, at):
        context = {"credential": credential, "by": by, "at": at, "reason": reason, "link": link}
        send_mail(officer.email, "credential_revealed", context, at)
    return secret


@sensitive_variables("secret")
def _put(credential: Credential, *, vault: str = "", vault_path: str = "", secret: str = "") -> None:
    """Fill in the one place where the secret lies."""
    if credential.place == Credential.Place.VAULT:
        credential.vault, credential.vault_path = log.clean(vault).strip(), log.clean(vault_path).strip()
        if secret:
            raise Refusal("It lies in the vault: do not write it down here as well.", field="secret")
        if not credential.vault:
            raise Refusal("Write the vault’s name.", field="vault")
        if not credential.vault_path:
            raise Refusal("Write where in the vault it lies.", field="vault_path")
    elif not secret:
        raise Refusal("Give the secret, or choose the vault.", field="secret")
    else:
        credential.secret = encrypt(secret)


def _must_be_past(on: date, at: datetime) -> None:
    if on > city_day(at):
        raise Refusal("This day has not come yet.", field="rotated_on")


def _current(credential: Credential) -> Credential:
    credential = (
        Credential.objects.select_for_update(of=("self",))
        .select_related("account__platform", "account__office", "keeper")
        .get(pk=credential.pk)
    )
    if credential.ended_at:
        raise Stale(f"{credential} has already been ended.")
    return credential
