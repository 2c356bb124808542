"""Impostors: told by anybody, judged by the officer, taken to the platform, and followed until they are gone."""

import secrets
from datetime import date, datetime
from typing import Any

from django.core import signing
from django.db import IntegrityError, transaction

from accounts.models import Impostor, ImpostorReport, Platform
from accounts.models.errand import city_day
from accounts.permissions import can_handle_impostor, can_report_impostor
from accounts.platform_set import platform_set
from accounts.reading import Kind, Read, key_of, read
from accounts.rules import visible
from accounts.verification import ours_that_are_meant
from city import log
from city.actors import Actor
from city.canonical import sha256
from city.permissions import require
from city.refusals import Refusal

SALT = "accounts.impostor"
Status = Impostor.Status


def new_nonce() -> str:
    """Names one drawn form, so that pressing twice tells it once. Signed, so that nobody can choose another's."""
    return signing.Signer(salt=SALT).sign(secrets.token_urlsafe(16))


@transaction.atomic
def report_impostor(
    *,
    by: Actor,
    at: datetime,
    address: str,
    text: str,
    platform: Platform | None = None,
    email: str = "",
    nonce: str = "",
    held_why: str = "",
) -> ImpostorReport:
    """Keep what somebody tells of an account that passes for the city's. However often it is told, it is one impostor."""
    require(can_report_impostor, by, None, at)
    address, text = log.clean(address).strip(), log.clean(text).strip()
    if not visible(address):
        raise Refusal("Say which account it is: paste its address, or write its name.", field="address")
    if not text:
        raise Refusal("Say in a few words what it does.", field="text")
    nonce_hash = _hash_of(nonce)
    before = ImpostorReport.objects.filter(nonce_hash=nonce_hash).first() if nonce_hash else None
    if before is not None:
        return before
    impostor, is_new = _impostor_for(read(address, platform_set(), platform), address, at)
    try:
        with transaction.atomic():
            report = ImpostorReport.objects.create(
                impostor=impostor,
                typed=address[:2000],
                text=text,
                email=email,
                received_at=at,
                held_why=held_why,
                nonce_hash=nonce_hash,
            )
    except IntegrityError:  # pressed twice in the same instant
        return ImpostorReport.objects.get(nonce_hash=nonce_hash)
    # The log tells of an impostor once; a flood of reports are rows and not a flood of entries.
    if is_new or impostor.status in Impostor.SETTLED:
        log.note(impostor, verb="impostor.reported", by=by, at=at, data={"report": report.pk})
    return report


@transaction.atomic
def confirm_impostor(impostor: Impostor, *, by: Actor, at: datetime, reason: str) -> Impostor:
    """Say that it passes for the city and is not. From now on the public is told so."""
    require(can_handle_impostor, by, impostor, at)
    _need(reason, "Write by what one can see it: whoever asks will read it.", "reason")
    for account in ours_behind(impostor, at):
        raise Refusal(
            f"This is our own account: {account}. If strangers post there, pause it and rotate its keys."
        )
    log.move(
        impostor, to=Status.CONFIRMED, by=by, at=at, verb="impostor.confirmed", reason=reason,
        confirmed_at=at, settled_at=None,
    )  # fmt: skip
    return impostor


@transaction.atomic
def dismiss_impostor(impostor: Impostor, *, by: Actor, at: datetime, reason: str) -> Impostor:
    """Say that it is nobody's imitation of the city: parody that says so, a namesake, one of our own."""
    require(can_handle_impostor, by, impostor, at)
    _need(reason, "Write why it is none: somebody will report it again.", "reason")
    log.move(
        impostor, to=Status.NOT_IMPOSTOR, by=by, at=at, verb="impostor.dismissed", reason=reason,
        settled_at=at, confirmed_at=None, reported_on=None, reference="",
    )  # fmt: skip
    return impostor


@transaction.atomic
def report_to_platform(
    impostor: Impostor, *, by: Actor, at: datetime, reported_on: date, reference: str = ""
) -> Impostor:
    """Record that the platform was asked to take it down: on which day, and under which reference."""
    require(can_handle_impostor, by, impostor, at)
    if reported_on > city_day(at):
        raise Refusal("This day has not come yet.", field="reported_on")
    reference = log.clean(reference).strip()
    log.move(
        impostor, to=Status.AT_PLATFORM, by=by, at=at, verb="impostor.reported_to_platform",
        data={"reported_on": reported_on, "reference": reference}, reported_on=reported_on, reference=reference,
    )  # fmt: skip
    return impostor


@transaction.atomic
def record_taken_down(impostor: Impostor, *, by: Actor, at: datetime, reason: str) -> Impostor:
    """Record that it is gone, and how one saw that."""
    require(can_handle_impostor, by, impostor, at)
    _need(reason, "Write how you saw that it is gone.", "reason")
    log.move(
        impostor, to=Status.TAKEN_DOWN, by=by, at=at, verb="impostor.taken_down", reason=reason, settled_at=at
    )
    return impostor


@transaction.atomic
def record_refusal(impostor: Impostor, *, by: Actor, at: datetime, reason: str) -> Impostor:
    """Record that the platform will not take it down, and what it answered."""
    require(can_handle_impostor, by, impostor, at)
    _need(reason, "Write what the platform answered.", "reason")
    log.move(impostor, to=Status.REFUSED, by=by, at=at, verb="impostor.refused", reason=reason, settled_at=at)
    return impostor


@transaction.atomic
def reopen_impostor(impostor: Impostor, *, by: Actor, at: datetime, reason: str) -> Impostor:
    """Take it up again: it came back, or the platform is asked once more."""
    require(can_handle_impostor, by, impostor, at)
    _need(reason, "Write what has changed since.", "reason")
    log.move(
        impostor, to=Status.REOPENED, by=by, at=at, verb="impostor.reopened", reason=reason, settled_at=None
    )
    return impostor


def ours_behind(impostor: Impostor, at: datetime) -> list[Any]:
    """Living accounts of ours that are the very account that was reported."""
    if impostor.platform is None or impostor.key.startswith("like:"):
        return []
    found = Read(Kind.ACCOUNT, impostor.platform, impostor.handle, impostor.native_id)
    return [row for row in ours_that_are_meant(found, at) if row.status != "retired"]


def _impostor_for(found: Read, address: str, at: datetime) -> tuple[Impostor, bool]:
    """The row of this account, new if nobody has told of it before. The database decides who was first."""
    key = key_of(found) or f"text:{sha256(visible(address).lower().encode())}"
    if found.platform is None and found.names_an_account:
        key = f"name:{found.handle or found.native_id}"[:200]
    fields = {
        "platform": Platform.objects.get(slug=found.platform.slug) if found.platform is not None else None,
        "handle": found.handle[:200],
        "native_id": found.native_id[:200],
        "url": (found.url or ("" if found.names_an_account else address))[:600],
        "first_reported_at": at,
    }
    return Impostor.objects.get_or_create(key=key, defaults=fields)


def _hash_of(nonce: str) -> str | None:
    try:
        return sha256(signing.Signer(salt=SALT).unsign(nonce).encode())
    except signing.BadSignature:
        return None


def _need(text: str, message: str, field: str) -> None:
    if not text.strip():
        raise Refusal(message, field=field)
