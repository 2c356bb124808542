"""An account in the registry: entered, corrected, activated, paused, closed."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts.models import Account, Administrator, Platform
from accounts.permissions import (
    can_activate_account,
    can_add_account,
    can_begin_closing_account,
    can_change_account,
    can_pause_account,
    can_resume_account,
    can_retire_account,
)
from accounts.platform_set import platform_set
from accounts.rules import address_of, normal_handle, resolve_url
from city import log
from city.actors import Actor
from city.permissions import require
from city.refusals import Refusal

#: What a person may change of an account. The platform never: that would be another account.
CHANGEABLE = (
    "office",
    "kind",
    "name",
    "handle",
    "native_id",
    "url",
    "language",
    "purpose",
    "audience",
    "generic_email",
    "capture_every",
)

#: Constraint → (field, what to say). The database decides who was first.
TAKEN = {
    "accounts_account_handle_once": ("handle", "Another account on this platform has this handle."),
    "accounts_account_url_once": ("url", "Another account has this address."),
    "accounts_account_native_id_once": ("native_id", "Another account has this platform id."),
    "accounts_account_capture_every": ("capture_every", "Choose between 1 and 1,440 minutes."),
    "accounts_account_has_a_handle_or_an_id": (
        "handle",
        "Give the handle, or the address with the number in it.",
    ),
}


@transaction.atomic
def add_account(
    *, by: Actor, at: datetime, platform: Platform, in_use: bool = False, **fields: Any
) -> Account:
    """Enter an account in the registry. One that is `in_use` already speaks for the city, so it is active at once
    and what is missing becomes a finding; a new one becomes active by its own act.
    """
    require(can_add_account, by, None, at)
    return enter_account(by=by, at=at, platform=platform, in_use=in_use, **fields)


def enter_account(
    *, by: Actor, at: datetime, platform: Platform, in_use: bool = False, **fields: Any
) -> Account:
    """Make the row of a new account; the right was asked by the act that this is part of."""
    account = Account(platform=platform, created_at=at, status=Account.Status.SETTING_UP)
    if in_use:
        account.status, account.active_since = Account.Status.ACTIVE, at
    _fill(account, fields)
    _identify(account)
    _save(account, by=by, at=at)
    log.note(
        account,
        verb="account.added",
        by=by,
        at=at,
        data={"url": account.url, "status": account.status},
        also=[account.office],
    )
    return account


@transaction.atomic
def change_account(account: Account, *, by: Actor, at: datetime, reason: str = "", **fields: Any) -> Account:
    """Correct what the registry says. Its history keeps every earlier value."""
    require(can_change_account, by, account, at)
    account = Account.objects.select_for_update().get(pk=account.pk)
    before = {name: _plain(getattr(account, name)) for name in CHANGEABLE}
    _fill(account, fields)
    _identify(account, moved="url" in fields or "handle" in fields)
    _not_another(account, before)
    changed = {
        name: [before[name], _plain(getattr(account, name))]
        for name in CHANGEABLE
        if before[name] != _plain(getattr(account, name))
    }
    if not changed:
        return account
    _save(account, by=by, at=at, reason=reason)
    log.note(
        account,
        verb="account.changed",
        by=by,
        at=at,
        reason=reason,
        data={"changed": changed},
        also=[account.office],
    )
    return account


@transaction.atomic
def activate_account(account: Account, *, by: Actor, at: datetime) -> Account:
    """Let an account speak for the city. Only when everything that is required holds (`activation_items`)."""
    require(can_activate_account, by, account, at)
    missing = [item.label for item in activation_items(account) if item.required and not item.done]
    if missing:
        raise Refusal(f"Not yet: {'; '.join(missing).lower()}.")
    log.move(
        account,
        to=Account.Status.ACTIVE,
        by=by,
        at=at,
        verb="account.activated",
        active_since=at,
        also=[account.office],
    )
    return account


@transaction.atomic
def pause_account(account: Account, *, by: Actor, at: datetime, reason: str) -> Account:
    """Stop using an account for a while; it is archived on."""
    require(can_pause_account, by, account, at)
    _need(reason, "Write why it is paused: its people will read it.")
    log.move(account, to=Account.Status.PAUSED, by=by, at=at, verb="account.paused", reason=reason)
    return account


@transaction.atomic
def resume_account(account: Account, *, by: Actor, at: datetime, reason: str = "") -> Account:
    """Use a paused account again."""
    require(can_resume_account, by, account, at)
    if account.status != Account.Status.PAUSED:
        raise Refusal(f"{account} is not paused: there is nothing to resume.")
    log.move(account, to=Account.Status.ACTIVE, by=by, at=at, verb="account.resumed", reason=reason)
    return account


@transaction.atomic
def begin_closing_account(account: Account, *, by: Actor, at: datetime, reason: str) -> Account:
    """Announce the end of an account. It is archived until it is retired."""
    require(can_begin_closing_account, by, account, at)
    _need(reason, "Write why the account is closed: the public and the archive will ask.")
    log.move(account, to=Account.Status.CLOSING, by=by, at=at, verb="account.closing", reason=reason)
    return account


@transaction.atomic
def retire_account(account: Account, *, by: Actor, at: datetime, reason: str = "") -> Account:
    """End an account. Its entry, its history and its archive stay; its handle is free for another."""
    require(can_retire_account, by, account, at)
    log.move(
        account, to=Account.Status.RETIRED, by=by, at=at, verb="account.retired", reason=reason, retired_at=at
    )
    return account


class Item:
    """One thing that must (or should) hold before an account is active, and whether it does."""

    def __init__(self, label: str, done: bool, note: str = "", *, required: bool = True) -> None:
        self.label, self.done, self.note, self.required = label, done, note, required


def activation_items(account: Account) -> list[Item]:
    """What activation asks for, in the order in which people do it."""
    people = list(account.administrators.current().select_related("user"))
    full = [person for person in people if person.platform_role == Administrator.PlatformRole.FULL]
    strong = [person for person in people if person.second_factor in Administrator.STRONG]
    connectable = bool(account.platform.module)
    return [
        Item(
            "The account has a platform that is not prohibited",
            account.platform.status != Platform.Status.PROHIBITED,
            str(account.platform),
        ),
        Item(
            "Two people with full control are named",
            len(full) >= Administrator.FULL_NEEDED,
            f"{len(full)} named",
        ),
        Item(
            "Every administrator's second factor is an app or a key, and attested",
            bool(people) and len(strong) == len(people),
            f"{len(strong)} of {len(people)}",
        ),
        Item(
            "The account is connected, so that it is archived",
            account.is_connected,
            "connected" if account.is_connected else "not connected",
            # Where the city cannot connect, archiving is arranged elsewhere.
            required=connectable,
        ),
    ]


def _fill(account: Account, fields: dict[str, Any]) -> None:
    unknown = set(fields) - set(CHANGEABLE)
    if unknown:
        raise TypeError(f"an account's {sorted(unknown)} is not changed this way")
    for name, value in fields.items():
        setattr(account, name, log.clean(value).strip() if isinstance(value, str) else value)


def _identify(account: Account, *, moved: bool = True) -> None:
    """Bring address and handle into their one form, and let neither contradict the other."""
    if not moved:
        return
    platforms = platform_set()
    platform = next(each for each in platforms if each.pk == account.platform_id)
    handle = normal_handle(platform, account.handle) if account.handle else ""
    if account.handle and not handle:
        raise Refusal(f"This cannot be a handle on {platform}.", field="handle")
    if not account.url and handle:
        account.url = address_of(platform, handle)
        if not account.url:
            raise Refusal(
                f"{platform} cannot have the handle “{handle}”. Check it, or give the address.",
                field="handle",
            )
    if not account.url:
        raise Refusal("Give the address of the account, or its handle.", field="url")
    found = resolve_url(account.url, platforms)
    if found is None:
        raise Refusal(
            f"This is not the address of an account on {platform}. Open the account's own page, "
            "not one of its posts, and copy the address from there.",
            field="url",
        )
    if found.platform.slug != platform.slug:
        raise Refusal(f"This address is on {found.platform.name}, not on {platform}.", field="url")
    if found.handle and handle and found.handle != handle:
        raise Refusal(
            f"The address is that of “{found.handle}”, but the handle says “{handle}”.", field="handle"
        )
    if found.native_id and account.native_id and found.native_id != account.native_id:
        raise Refusal(
            f"The address has the number {found.native_id}, not {account.native_id}.", field="native_id"
        )
    account.handle = found.handle or handle
    account.native_id = account.native_id or found.native_id
    account.url = found.url


def _not_another(account: Account, before: dict[str, Any]) -> None:
    """An id that the platform itself has confirmed is what makes the account the same one."""
    if account.is_connected and account.native_id != before["native_id"]:
        raise Refusal(
            "The platform itself has given this id. Disconnect the account first.", field="native_id"
        )


def _save(account: Account, *, by: Actor, at: datetime, reason: str = "") -> None:
    try:
        with transaction.atomic():
            log.keep(account, by=by, at=at, reason=reason)
    except IntegrityError as error:
        for constraint, (field, message) in TAKEN.items():
            if constraint in str(error):
                raise Refusal(message, field=field) from error
        raise


def _need(reason: str, message: str) -> None:
    if not reason.strip():
        raise Refusal(message, field="reason")


def _plain(value: Any) -> Any:
    return value.pk if hasattr(value, "pk") else value
