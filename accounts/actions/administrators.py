"""Who can act as an account, and how well their sign-in there is protected."""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from accounts.models import Account, Administrator
from accounts.permissions import can_attest_second_factor, can_change_administrators
from city import log
from city.actors import Actor
from city.models import User
from city.permissions import require
from city.refusals import NotAllowed, Refusal, Stale


@transaction.atomic
def add_administrator(
    account: Account,
    *,
    by: Actor,
    at: datetime,
    user: User | None = None,
    contractor: str = "",
    contractor_firm: str = "",
    contract_ends_on: date | None = None,
    platform_role: str = Administrator.PlatformRole.EDITOR,
) -> Administrator:
    """Enter somebody who can act as the account: a person of the city or a named contractor."""
    require(can_change_administrators, by, account, at)
    contractor = log.clean(contractor).strip()
    if (user is None) == (not contractor):
        raise Refusal("Choose a person of the city, or name a contractor: one of the two.", field="user")
    if user is not None and not user.is_active:
        raise Refusal(
            f"{user} can no longer sign in to Rostrum. Choose somebody who works here.", field="user"
        )
    if account.status == Account.Status.RETIRED:
        raise Refusal(f"{account} is retired: nobody acts as it any more.")
    return enter_administrator(
        account,
        by=by,
        at=at,
        user=user,
        contractor=contractor,
        contractor_firm=log.clean(contractor_firm).strip(),
        contract_ends_on=contract_ends_on if contractor else None,
        platform_role=platform_role,
    )


def enter_administrator(account: Account, *, by: Actor, at: datetime, **fields) -> Administrator:
    """Make the row; the right was asked by the act that this is part of."""
    administrator = Administrator(account=account, added_at=at, **fields)
    try:
        with transaction.atomic():
            log.keep(administrator, by=by, at=at)
    except IntegrityError as error:
        if "accounts_administrator_once" in str(error) or "contractor_once" in str(error):
            field = "user" if administrator.user_id else "contractor"
            raise Refusal(f"{administrator.holder} is already on the list.", field=field) from error
        raise
    log.note(
        administrator,
        verb="administrator.added",
        by=by,
        at=at,
        data={"platform_role": administrator.platform_role},
        also=_pages(administrator),
    )
    return administrator


@transaction.atomic
def change_administrator(
    administrator: Administrator, *, by: Actor, at: datetime, platform_role: str
) -> Administrator:
    """Record what somebody may do as the account, as the platform shows it."""
    require(can_change_administrators, by, administrator.account, at)
    administrator = _current(administrator)
    before = administrator.platform_role
    if before == platform_role:
        return administrator
    administrator.platform_role = platform_role
    log.keep(administrator, by=by, at=at, only=["platform_role"])
    log.note(
        administrator,
        verb="administrator.changed",
        by=by,
        at=at,
        reason=administrator.get_platform_role_display(),
        data={"from": before, "to": platform_role},
        also=_pages(administrator),
    )
    return administrator


@transaction.atomic
def remove_administrator(
    administrator: Administrator, *, by: Actor, at: datetime, reason: str
) -> Administrator:
    """Record that somebody's access was taken away on the platform. The row stays as history."""
    require(can_change_administrators, by, administrator.account, at)
    if not reason.strip():
        raise Refusal("Write how you know that the access is gone.", field="reason")
    return end_administrator(administrator, by=by, at=at, reason=reason)


def end_administrator(administrator: Administrator, *, by: Actor, at: datetime, reason: str) -> Administrator:
    """Set the end; the right was asked by the act that this is part of."""
    administrator = _current(administrator)
    administrator.removed_at = at
    log.keep(administrator, by=by, at=at, reason=reason, only=["removed_at"])
    log.note(
        administrator, verb="administrator.removed", by=by, at=at, reason=reason, also=_pages(administrator)
    )
    return administrator


@transaction.atomic
def attest_second_factor(
    administrator: Administrator, *, by: User, at: datetime, second_factor: str, evidence: str = ""
) -> Administrator:
    """Record which second factor somebody uses there, as seen by somebody else.

    Nobody attests for themselves: see `can_attest_second_factor` for why.
    """
    if by.pk is not None and administrator.user_id == by.pk:
        raise NotAllowed(
            "You cannot attest your own second factor. Ask the officer or your department head to look."
        )
    require(can_attest_second_factor, by, administrator, at)
    administrator = _current(administrator)
    if second_factor not in Administrator.SecondFactor.values:
        raise Refusal("Choose what you saw.", field="second_factor")
    before = administrator.second_factor
    administrator.second_factor = second_factor
    administrator.attested_by = by
    administrator.attested_at = at
    log.keep(administrator, by=by, at=at, only=["second_factor", "attested_by", "attested_at"])
    seen = administrator.get_second_factor_display()
    log.note(
        administrator,
        verb="administrator.attested",
        by=by,
        at=at,
        reason=f"{seen}. {evidence}".strip() if evidence.strip() else seen,
        data={"from": before, "to": second_factor},
        also=_pages(administrator),
    )
    return administrator


def _current(administrator: Administrator) -> Administrator:
    administrator = (
        Administrator.objects.select_for_update(of=("self",))
        .select_related("account__platform", "account__office", "user")
        .get(pk=administrator.pk)
    )
    if administrator.removed_at:
        raise Stale(f"{administrator.holder} has already been removed from {administrator.account}.")
    return administrator


def _pages(administrator: Administrator) -> list:
    """On whose pages this is told: the account's, and the person's."""
    return [administrator.account, *([administrator.user] if administrator.user_id else [])]
