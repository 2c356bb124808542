"""Connecting an account, so that the city reads it by itself."""

import logging
from datetime import datetime

from django.db import IntegrityError, transaction
from django.views.decorators.debug import sensitive_variables

from accounts.line import open_service
from accounts.models import Account, Connection
from accounts.networks import checked_service_url
from accounts.permissions import can_connect_account, can_disconnect_account
from accounts.platforms import (
    MODULES,
    BadCredentials,
    Identity,
    NotThePlatform,
    PlatformError,
    RateLimited,
    Unreachable,
    WrongAccount,
)
from accounts.platforms.http import Limits
from accounts.rules import normal_handle, visible
from city import log
from city.actors import Actor, SystemActor
from city.permissions import require
from city.refusals import Refusal
from city.secrets import encrypt

logger = logging.getLogger(__name__)

#: Somebody waits at the screen: shorter than a capture's patience.
PATIENCE = Limits(connect=5.0, read=10.0, total=20.0)


@sensitive_variables("secret")
def connect_account(
    account: Account, *, by: Actor, at: datetime, service_url: str, identifier: str, secret: str
) -> Connection:
    """Store the secret by which the city reads this account, after the platform has said who answers to it.

    Connecting again replaces the old connection. The platform is asked first, outside of any transaction; only
    then is anything written. The secret is stored encrypted, and never shown or logged.
    """
    require(can_connect_account, by, account, at)
    _may_be_connected(account)
    service = checked_service_url(service_url)
    identifier = visible(identifier).lstrip("@")
    if not identifier:
        raise Refusal("Give the handle or the id under which to sign in.", field="identifier")
    if not secret:
        raise Refusal("Give the app password.", field="secret")
    identity = _who_answers(account, service, identifier, secret)
    _is_the_account(account, identity)
    return _store(
        account, by=by, at=at, service=service, identifier=identifier, secret=secret, identity=identity
    )


@transaction.atomic
def disconnect_account(account: Account, *, by: Actor, at: datetime, reason: str) -> None:
    """Forget the secret. From here on nothing of this account is archived until it is connected again."""
    require(can_disconnect_account, by, account, at)
    if not reason.strip():
        raise Refusal("Write why: from now on nothing of this account is archived.", field="reason")
    connection = Connection.objects.select_for_update().filter(account=account).first()
    if connection is None:
        raise Refusal(f"{account} is not connected.")
    connection.delete()
    log.note(
        account,
        verb="connection.ended",
        by=by,
        at=at,
        reason=reason,
        data={"service": connection.service_url},
    )


def _may_be_connected(account: Account) -> None:
    if account.platform.module not in MODULES:
        raise Refusal(f"Rostrum cannot connect to {account.platform} yet; its accounts are tended by hand.")
    if account.status == Account.Status.RETIRED:
        raise Refusal(f"{account} is retired; its archive is complete.")


@sensitive_variables("secret")
def _who_answers(account: Account, service: str, identifier: str, secret: str) -> Identity:
    """Ask the platform who we are there. Each way in which that can fail stands beside the field that it is about."""
    try:
        with open_service(account, service, identifier, secret, limits=PATIENCE) as platform:
            identity = platform.whoami()
    except BadCredentials:
        message = (
            f"{account.platform} refuses this handle with this app password. Make a new app password there."
        )
        raise Refusal(message, field="secret") from None
    except WrongAccount:
        message = f"Another account answers to this: not {account.called}, whose id is {account.native_id}."
        raise Refusal(message, field="identifier") from None
    except RateLimited as error:
        wait = f"in {max(1, round(error.retry_after / 60))} minutes" if error.retry_after else "later"
        raise Refusal(f"{service} asks us to wait: it was asked too often. Try again {wait}.") from None
    except NotThePlatform:
        message = (
            f"What answers at {service} is not {account.platform}: perhaps a login page. Check the address."
        )
        raise Refusal(message, field="service_url") from None
    except Unreachable:
        raise Refusal(f"{service} does not answer in time. Try again later.", field="service_url") from None
    except PlatformError as error:
        # Logged without its arguments' values: a platform may echo what it was sent.
        logger.warning("connecting account %s failed: %s %s", account.pk, type(error).__name__, error.code)
        raise Refusal(
            f"{account.platform} answered in a way that we do not understand ({error.status})."
        ) from None
    if not identity.active:
        raise Refusal(f"{account.platform} has switched this account off.", field="identifier")
    return identity


def _is_the_account(account: Account, identity: Identity) -> None:
    """The id that answers must be the one in the registry; where none is known yet, the handle must be."""
    if account.native_id:
        if identity.platform_id != account.native_id:
            message = f"{identity.handle} answers to this, not {account.called}. Use the account's own app password."
            raise Refusal(message, field="identifier")
    elif normal_handle(account.platform, identity.handle) != account.handle:
        message = (
            f"{identity.handle} answers to this, but the registry says {account.called}. "
            "Use the account's own app password, or correct the handle in the registry."
        )
        raise Refusal(message, field="identifier")


@sensitive_variables("secret")
@transaction.atomic(durable=True)
def _store(
    account: Account,
    *,
    by: Actor,
    at: datetime,
    service: str,
    identifier: str,
    secret: str,
    identity: Identity,
) -> Connection:
    """Write connection and id together. `durable`: nobody may call the platform inside a transaction."""
    locked = Account.objects.select_for_update(of=("self",)).select_related("platform").get(pk=account.pk)
    _may_be_connected(locked)
    _is_the_account(locked, identity)
    if not locked.native_id:
        locked.native_id = identity.platform_id
        try:
            with transaction.atomic():
                log.keep(locked, by=by, at=at, reason="The platform's own id", only=["native_id"])
        except IntegrityError as error:
            raise Refusal(
                "This account is already in the registry, under another handle.", field="identifier"
            ) from error
    had = Connection.objects.select_for_update().filter(account=locked).exists()
    values = {
        "service_url": service,
        "identifier": identifier,
        "secret": encrypt(secret),
        "status": Connection.Status.WORKING,
        "error": "",
        "failures": 0,
        "not_before": None,
        "connected_at": at,
        "connected_by": None if isinstance(by, SystemActor) else by,
        "answered_at": at,
    }
    connection, _ = Connection.objects.update_or_create(account=locked, defaults=values)
    log.note(
        locked,
        verb="connection.renewed" if had else "connection.made",
        by=by,
        at=at,
        data={
            "service": service,
            "identifier": identifier,
            "id": identity.platform_id,
            "handle": identity.handle,
        },
    )
    account.refresh_from_db()
    return connection
