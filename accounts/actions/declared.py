"""Declared personal and campaign accounts: so that a mix-up with the city's own can be seen."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q

from accounts.models import Account, DeclaredAccount, Platform
from accounts.permissions import can_declare_account
from accounts.platform_set import platform_set
from accounts.rules import resolve_url
from city import log
from city.actors import Actor
from city.models import User
from city.permissions import require
from city.refusals import Refusal


@transaction.atomic
def declare_account(*, person: User, kind: str, url: str, by: Actor, at: datetime) -> DeclaredAccount:
    """List an account as somebody's own and not the city's. It is never captured."""
    require(can_declare_account, by, person, at)
    found = resolve_url(url, platform_set())
    if found is None:
        raise Refusal(
            "This is not the address of an account. Copy it from the account’s own page.", field="url"
        )
    same = Q(url__iexact=found.url)
    if found.handle:
        same |= Q(platform__slug=found.platform.slug, handle__iexact=found.handle)
    if Account.objects.exclude(status=Account.Status.RETIRED).filter(same).exists():
        raise Refusal("This account is in the registry as the city’s own: it cannot be both.", field="url")
    declared = DeclaredAccount(
        person=person,
        kind=kind,
        platform=Platform.objects.get(slug=found.platform.slug),
        handle=found.handle,
        url=found.url,
        declared_at=at,
    )
    try:
        with transaction.atomic():
            log.keep(declared, by=by, at=at)
    except IntegrityError:
        raise Refusal("This account is declared already.", field="url") from None
    log.note(declared, verb="declared.added", by=by, at=at, data={"url": found.url}, also=[person])
    return declared


@transaction.atomic
def end_declared_account(
    declared: DeclaredAccount, *, by: Actor, at: datetime, reason: str
) -> DeclaredAccount:
    """Take it off the list, for example when a campaign is over."""
    require(can_declare_account, by, declared.person, at)
    if not reason.strip():
        raise Refusal("Write why it is off the list.", field="reason")
    declared = DeclaredAccount.objects.select_for_update(of=("self",)).get(pk=declared.pk)
    if declared.ended_at:
        raise Refusal("It is off the list already.")
    declared.ended_at = at
    log.keep(declared, by=by, at=at, reason=reason, only=["ended_at"])
    log.note(declared, verb="declared.ended", by=by, at=at, reason=reason, also=[declared.person])
    return declared
