"""Asking for an account: a draft, a wish, a decision by somebody else."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from accounts.actions.accounts import enter_account
from accounts.actions.administrators import enter_administrator
from accounts.models import Account, Administrator, Platform, Request
from accounts.permissions import (
    can_change_request,
    can_decide_request,
    can_request_account,
    can_withdraw_request,
)
from accounts.platform_set import with_rules
from accounts.rules import address_of, normal_handle, personal_address
from city import log
from city.models import Office, User
from city.permissions import require
from city.refusals import NotAllowed, Refusal, Stale

CHANGEABLE = ("office", *Request.REQUIRED, "kind", "why_new")

#: What to say beside a question that is not answered yet.
MISSING = {
    "platform": "Choose the platform.",
    "name": "Give the name that people will see.",
    "handle": "Propose a handle.",
    "criterion": "Choose the use that the policy permits.",
    "purpose": "Write what the account is for.",
    "audience": "Write whom it is to reach.",
    "generic_email": "Give an e-mail address that several people read.",
    "primary_administrator": "Name the person who will answer for it.",
    "backup_administrator": "Name a second person, who can act when the first is away.",
}


@transaction.atomic
def draft_request(*, by: User, at: datetime, office: Office, **fields: Any) -> Request:
    """Begin a request. However little of it is answered, it is saved."""
    require(can_request_account, by, office, at)
    request = Request(requested_by=by, office=office, created_at=at)
    _fill(request, fields)
    log.keep(request, by=by, at=at)
    log.note(request, verb="request.drafted", by=by, at=at, also=[office])
    return request


@transaction.atomic
def change_request(request: Request, *, by: User, at: datetime, **fields: Any) -> Request:
    """Go on with a draft."""
    require(can_change_request, by, request, at)
    request = _locked(request)
    if request.status != Request.Status.DRAFT:
        raise Stale(
            f"The request for {request} is {request.get_status_display().lower()}: it can no longer be changed."
        )
    before = {name: _plain(getattr(request, name)) for name in CHANGEABLE}
    _fill(request, fields)
    require(can_request_account, by, request.office, at)
    changed = sorted(name for name in CHANGEABLE if before[name] != _plain(getattr(request, name)))
    if changed:
        log.keep(request, by=by, at=at)
        log.note(request, verb="request.changed", by=by, at=at, data={"changed": changed})
    return request


@transaction.atomic
def submit_request(request: Request, *, by: User, at: datetime) -> Request:
    """Ask the officer to decide. From here on the request is whole, and stays as it was asked."""
    require(can_change_request, by, request, at)
    request = _locked(request)
    check_request(request)
    log.move(
        request,
        to=Request.Status.SUBMITTED,
        by=by,
        at=at,
        verb="request.submitted",
        submitted_at=at,
        also=[request.office],
    )
    return request


@transaction.atomic
def withdraw_request(request: Request, *, by: User, at: datetime, reason: str = "") -> Request:
    """Take a request back before it is decided."""
    require(can_withdraw_request, by, request, at)
    log.move(request, to=Request.Status.WITHDRAWN, by=by, at=at, verb="request.withdrawn", reason=reason)
    return request


@transaction.atomic
def approve_request(request: Request, *, by: User, at: datetime, reason: str = "") -> Account:
    """Say yes: the account stands in the registry, being set up, with both administrators."""
    _require_another(request, by, at)
    request = _locked(request)
    if request.status != Request.Status.SUBMITTED:
        raise Stale(f"The request for {request} is already {request.get_status_display().lower()}.")
    assert request.platform is not None  # what was submitted is complete: the database sees to it
    _not_prohibited(request.platform)
    account = enter_account(
        by=by,
        at=at,
        platform=request.platform,
        office=request.office,
        kind=request.kind,
        name=request.name,
        handle=request.handle,
        purpose=request.purpose,
        audience=request.audience,
        generic_email=request.generic_email,
    )
    for person in (request.primary_administrator, request.backup_administrator):
        full = Administrator.PlatformRole.FULL
        enter_administrator(account, by=by, at=at, user=person, platform_role=full)
    log.move(
        request,
        to=Request.Status.APPROVED,
        by=by,
        at=at,
        verb="request.approved",
        reason=reason,
        decision_reason=log.clean(reason).strip(),
        decided_at=at,
        decided_by=by,
        account=account,
        also=[account, request.office],
    )
    return account


@transaction.atomic
def deny_request(request: Request, *, by: User, at: datetime, reason: str) -> Request:
    """Say no, with the reasons."""
    _require_another(request, by, at)
    reason = log.clean(reason).strip()
    if not reason:
        raise Refusal("Write the reasons: whoever asked will read them.", field="reason")
    log.move(
        request,
        to=Request.Status.DENIED,
        by=by,
        at=at,
        verb="request.denied",
        reason=reason,
        decision_reason=reason,
        decided_at=at,
        decided_by=by,
        also=[request.office],
    )
    return request


def check_request(request: Request) -> None:
    """Whether a draft may be submitted. Raises Refusal with the field that needs an answer."""
    for name in Request.REQUIRED:
        if not getattr(request, name):
            raise Refusal(MISSING[name], field=name)
    assert request.platform is not None
    assert request.primary_administrator is not None
    assert request.backup_administrator is not None
    _not_prohibited(request.platform)
    _free_handle(request)
    for field, person in (
        ("primary_administrator", request.primary_administrator),
        ("backup_administrator", request.backup_administrator),
    ):
        if not person.is_active:
            raise Refusal(f"{person} has left. Name somebody who works here.", field=field)
    if request.primary_administrator_id == request.backup_administrator_id:
        raise Refusal("Name two different people.", field="backup_administrator")
    people = [request.primary_administrator, request.backup_administrator, request.requested_by]
    personal = personal_address(request.generic_email, [(person.name, person.email) for person in people])
    if not personal and User.objects.filter(email=request.generic_email.strip().lower()).exists():
        personal = "This is somebody's own address. Use one that several people read."
    if personal:
        raise Refusal(personal, field="generic_email")
    if not request.why_new.strip() and overlapping(request).exists():
        others = ", ".join(account.called for account in overlapping(request)[:3])
        raise Refusal(
            f"{request.office} already has {others} on {request.platform}. Write why that will not do.",
            field="why_new",
        )


def overlapping(request: Request):
    """Living accounts of the same office on the same platform."""
    if not request.platform_id or not request.office_id:
        return Account.objects.none()
    return Account.objects.filter(office=request.office, platform=request.platform).exclude(
        status=Account.Status.RETIRED
    )


def _free_handle(request: Request) -> None:
    assert request.platform is not None  # asked for before the handle
    platform = with_rules(request.platform)
    handle = normal_handle(platform, request.handle)
    if not handle or not address_of(platform, handle):
        raise Refusal(f"{platform} cannot have the handle “{request.handle}”.", field="handle")
    taken = Account.objects.filter(platform=platform, handle__iexact=handle).exclude(
        status=Account.Status.RETIRED
    )
    if taken.exists():
        raise Refusal(f"{taken[0].office} already has this handle on {platform}.", field="handle")


def _not_prohibited(platform: Platform) -> None:
    if platform.status == Platform.Status.PROHIBITED:
        raise Refusal(f"{platform} is prohibited: {platform.reason}", field="platform")


def _require_another(request: Request, by: User, at: datetime) -> None:
    if request.requested_by_id == by.pk:
        raise NotAllowed("You asked for this account yourself: somebody else must decide.")
    require(can_decide_request, by, request, at)


def _fill(request: Request, fields: dict[str, Any]) -> None:
    unknown = set(fields) - set(CHANGEABLE)
    if unknown:
        raise TypeError(f"a request's {sorted(unknown)} is not changed this way")
    for name, value in fields.items():
        setattr(request, name, log.clean(value).strip() if isinstance(value, str) else value)
    if request.generic_email:
        try:
            validate_email(request.generic_email)
        except ValidationError:
            raise Refusal("This is not an e-mail address.", field="generic_email") from None
    two = (request.primary_administrator_id, request.backup_administrator_id)
    if two[0] is not None and two[0] == two[1]:
        raise Refusal("Name two different people.", field="backup_administrator")


def _locked(request: Request) -> Request:
    return (
        Request.objects.select_for_update(of=("self",))
        .select_related("office", "platform", "requested_by", "primary_administrator", "backup_administrator")
        .get(pk=request.pk)
    )


def _plain(value: Any) -> Any:
    return value.pk if hasattr(value, "pk") else value
