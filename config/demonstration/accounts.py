"""The registry of the demonstration: every account entered, staffed, connected and activated by the actions.

Each account is taken up where it stands, so that a load that was broken off can simply be started again.
"""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.actions.accounts import (
    activate_account,
    add_account,
    begin_closing_account,
    pause_account,
    retire_account,
)
from accounts.actions.administrators import add_administrator, attest_second_factor, remove_administrator
from accounts.actions.connections import connect_account
from accounts.actions.people import deactivate_user
from accounts.actions.platforms import change_platform
from accounts.models import Account, Administrator, Platform
from city.models import Office, User
from config.demonstration.city import address, office_address, person
from config.demonstration.practice import APP_PASSWORD
from config.demonstration.registry import ACCOUNTS, AccountRow
from config.demonstration.wishes import REQUESTS, build_request

#: What an administrator of the demonstration says when a key is named that nobody has looked at.
UNSEEN = Administrator.SecondFactor.UNKNOWN
LEFT_DAYS_AGO = 20


def build_accounts(*, now: datetime, practice_url: str, progress) -> None:
    for position, row in enumerate(ACCOUNTS):
        build_account(row, at=now - timedelta(days=400 - 4 * position), practice_url=practice_url)
        progress(position + 1, len(ACCOUNTS))
    for wish in REQUESTS:
        build_request(wish, now=now)
    somebody_leaves(now - timedelta(days=LEFT_DAYS_AGO))
    a_platform_falls(now - timedelta(days=45))


def build_account(row: AccountRow, *, at: datetime, practice_url: str) -> None:
    officer, cio = person("officer"), person("cio")
    account = find(row) or enter(row, officer, at=at)
    if account.status != Account.Status.SETTING_UP or row.state == Account.Status.SETTING_UP:
        return
    if row.practice and not account.is_connected:
        connect_account(
            account,
            by=officer,
            at=at + timedelta(hours=3),
            service_url=practice_url,
            identifier=row.handle,
            secret=APP_PASSWORD,
        )
    with transaction.atomic():
        activate_account(account, by=officer, at=at + timedelta(days=2))
        settle_administrators(account, row, officer, cio, at=at + timedelta(days=3))
        befall(account, row.state, officer, at=at + timedelta(days=90))


def find(row: AccountRow) -> Account | None:
    return Account.objects.filter(platform__slug=row.platform, handle=row.handle).first()


@transaction.atomic
def enter(row: AccountRow, officer: User, *, at: datetime) -> Account:
    """Enter the account as the officer does, with the two attested people whom activation asks for."""
    office = office_named(row.office)
    account = add_account(
        by=officer,
        at=at,
        platform=Platform.objects.get(slug=row.platform),
        office=office,
        kind=row.kind,
        name=row.name,
        handle=row.handle,
        generic_email=office.email,
        purpose=f"Official news of {office.name} and answers to questions about it.",
        audience="Everybody who lives, works or travels here",
    )
    names = [name for name, _, _ in keys(row) if not name.startswith("@")]
    for name in [*names, *[spare for spare in ("jmertens", "tvang") if spare not in names]][:2]:
        holder = account.administrators.filter(user__email=address(name)).first() or add_administrator(
            account, by=officer, at=at, user=person(name), platform_role="full"
        )
        attest_second_factor(
            holder,
            by=officer,
            at=at + timedelta(hours=1),
            second_factor="app",
            evidence="Seen in the settings.",
        )
    return account


def settle_administrators(
    account: Account, row: AccountRow, officer: User, cio: User, *, at: datetime
) -> None:
    """What became of the roster in the months since: people came and went, and factors were looked at again."""
    wanted = {name: (role, factor) for name, role, factor in keys(row)}
    for holder in account.administrators.current().select_related("user"):
        name = holder.user.email.partition("@")[0] if holder.user else ""
        if name not in wanted:
            remove_administrator(
                holder, by=officer, at=at, reason="Helped with the beginning; access removed."
            )
    for name, (role, factor) in wanted.items():
        contractor, _, firm = name.removeprefix("@").partition(", ")
        current = account.administrators.current()
        if name.startswith("@"):
            holder = add_administrator(
                account, by=officer, at=at, contractor=contractor, contractor_firm=firm, platform_role=role
            )
        else:
            holder = current.filter(user=person(name)).first()
            if holder is not None and (holder.platform_role != role or factor == UNSEEN):
                remove_administrator(holder, by=officer, at=at, reason="Entered anew with another role.")
                holder = None
            holder = holder or add_administrator(
                account, by=officer, at=at, user=person(name), platform_role=role
            )
        if factor not in (UNSEEN, holder.second_factor):
            attest_second_factor(
                holder,
                by=cio,
                at=at + timedelta(hours=2),
                second_factor=factor,
                evidence="Looked at the settings together.",
            )


def befall(account: Account, state: str, officer: User, *, at: datetime) -> None:
    """Bring an account to the state in which the visitor finds it."""
    if state == Account.Status.PAUSED:
        pause_account(
            account, by=officer, at=at, reason="Paused while the department decides who will tend it."
        )
    if state in (Account.Status.CLOSING, Account.Status.RETIRED):
        begin_closing_account(
            account, by=officer, at=at, reason="Its audience is reached by the department’s other accounts."
        )
    if state == Account.Status.RETIRED:
        retire_account(
            account, by=officer, at=at + timedelta(days=28), reason="Closing notice ran for four weeks."
        )


def keys(row: AccountRow) -> list[tuple[str, str, str]]:
    """(name, role, factor) of each holder; a contractor's name contains blanks, so it is read from the right."""
    holders, rest = [], row.keys
    while rest:
        holder, _, rest = rest.partition(":")
        role, _, rest = rest.partition(":")
        factor, _, rest = rest.partition(" ")
        holders.append((holder, role, factor))
    return holders


def somebody_leaves(at: datetime) -> None:
    """A person leaves, and the errands at their accounts are still open: a finding that opens its rows."""
    leaver = person("leaver")
    if leaver.is_active:
        deactivate_user(leaver, by=person("officer"), at=at, reason="Left the city’s service.")


def a_platform_falls(at: datetime) -> None:
    """The CIO sets conditions for a platform on which the city already has accounts."""
    platform = Platform.objects.get(slug="x")
    if platform.decided_on != at.date():
        change_platform(
            platform,
            by=person("cio"),
            at=at,
            status=Platform.Status.CONDITIONAL,
            reason="Only for accounts that exist, and only with a second account elsewhere that says the same.",
            decided_on=at.date(),
        )


def office_named(key: str) -> Office:
    return Office.objects.get(email=office_address(key))
