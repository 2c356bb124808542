"""Who can act as an account, and how well their sign-in there is protected."""

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts.models import Account, Administrator
from accounts.permissions import (
    can_attest_second_factor,
    can_change_administrators,
    can_confirm_duties,
)
from city import log
from city.actors import Actor
from city.models import User
from city.permissions import require
from city.refusals import NotAllowed, Refusal, Stale
from city.times import told_date


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
    administrator: Administrator,
    *,
    by: Actor,
    at: datetime,
    platform_role: str,
    contractor_firm: str | None = None,
    contract_ends_on: date | None = None,
) -> Administrator:
    """Record what somebody may do as the account, as the platform shows it; of a contractor also firm and end."""
    require(can_change_administrators, by, administrator.account, at)
    return alter_administrator(
        administrator,
        by=by,
        at=at,
        platform_role=platform_role,
        contractor_firm=contractor_firm,
        contract_ends_on=contract_ends_on,
    )


def alter_administrator(
    administrator: Administrator,
    *,
    by: Actor,
    at: datetime,
    platform_role: str,
    contractor_firm: str | None = None,
    contract_ends_on: date | None = None,
) -> Administrator:
    """Change the row; the right was asked by the act that this is part of."""
    administrator = _current(administrator)
    new: dict[str, Any] = {"platform_role": platform_role}
    if administrator.contractor and contract_ends_on is not None:
        new["contract_ends_on"] = contract_ends_on
    if administrator.contractor and contractor_firm is not None:
        new["contractor_firm"] = log.clean(contractor_firm).strip()
    before = {name: getattr(administrator, name) for name in new}
    if before == new:
        return administrator
    for name, value in new.items():
        setattr(administrator, name, value)
    log.keep(administrator, by=by, at=at, only=list(new))
    told = administrator.get_platform_role_display()
    if administrator.contract_ends_on:
        told += f", contract until {told_date(administrator.contract_ends_on)}"
    log.note(
        administrator,
        verb="administrator.changed",
        by=by,
        at=at,
        reason=told,
        data={"from": before, "to": new},
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
    administrator: Administrator, *, by: User, at: datetime, second_factor: str, evidence: str
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
    evidence = log.clean(evidence).strip()
    if not evidence:
        raise Refusal("Write how you saw it: an auditor will ask.", field="evidence")
    before = administrator.second_factor
    administrator.second_factor = second_factor
    administrator.attested_by = by
    administrator.attested_at = at
    administrator.attestation_evidence = evidence
    log.keep(
        administrator,
        by=by,
        at=at,
        only=["second_factor", "attested_by", "attested_at", "attestation_evidence"],
    )
    seen = administrator.get_second_factor_display()
    log.note(
        administrator,
        verb="administrator.attested",
        by=by,
        at=at,
        reason=f"{seen}. {evidence}",
        data={"from": before, "to": second_factor},
        also=_pages(administrator),
    )
    return administrator


@transaction.atomic
def confirm_duties(administrator: Administrator, *, by: User, at: datetime, reason: str) -> Administrator:
    """Record that tending the account stands in somebody's job description, or in a contractor's contract.

    Source: the audits of Denver and Lexington, where people kept accounts that were nobody's duty.
    """
    if by.pk is not None and administrator.user_id == by.pk:
        raise NotAllowed("You cannot confirm your own duties. Ask the officer or your department head.")
    require(can_confirm_duties, by, administrator, at)
    administrator = _current(administrator)
    reason = log.clean(reason).strip()
    if not reason:
        raise Refusal("Write where the duty stands: the job description and its date.", field="reason")
    administrator.duties_confirmed_by, administrator.duties_confirmed_at = by, at
    log.keep(administrator, by=by, at=at, reason=reason, only=["duties_confirmed_by", "duties_confirmed_at"])
    log.note(
        administrator,
        verb="administrator.duties_confirmed",
        by=by,
        at=at,
        reason=reason,
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
