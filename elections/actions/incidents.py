"""Incidents: a post that was made past the gate during a blackout, with its evidence."""

from datetime import datetime
from typing import TYPE_CHECKING, TypedDict

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Coalesce

from accounts.models import Account, Silence
from city import log
from city.actors import Actor
from city.permissions import require
from city.refusals import Refusal
from elections.models import Blackout, Incident
from elections.permissions import can_close_incident, can_report_incident
from posts.models import Dispatch
from records.models import Record

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class WhenSaid(TypedDict):
        said_at: datetime

    SaidRecord = WithAnnotations[Record, WhenSaid]

PREFIX = "elections.blackout:"


class AlreadyReported(Refusal):
    """This post is an incident already."""


@transaction.atomic
def report_incident(
    blackout: Blackout,
    *,
    account: Account,
    native_id: str,
    posted_at: datetime,
    by: Actor,
    at: datetime,
    record: Record | None = None,
    url: str = "",
    text: str = "",
) -> Incident:
    """Report a post of a silent account. With a record, its hash is kept beside it as evidence."""
    require(can_report_incident, by, blackout, at)
    silent = Silence.objects.filter(source=blackout.source).at(posted_at).covering(account)
    if not silent.exists():
        raise Refusal(f"{account} did not have to be silent at that time.", field="posted_at")
    incident = Incident(
        blackout=blackout,
        account=account,
        record=record,
        native_id=log.clean(native_id).strip(),
        url=log.clean(url).strip(),
        text=log.clean(text),
        evidence_hash=record.hash if record else "",
        posted_at=posted_at,
        found_at=at,
    )
    try:
        with transaction.atomic():
            log.keep(incident, by=by, at=at)
    except IntegrityError as error:
        raise AlreadyReported("This post is already reported.", field="native_id") from error
    data = {"native_id": incident.native_id, "posted_at": posted_at, "evidence": incident.evidence_hash}
    log.note(incident, verb="incident.reported", by=by, at=at, data=data, also=[account, blackout])
    return incident


@transaction.atomic
def close_incident(incident: Incident, *, finding: str, by: Actor, at: datetime) -> Incident:
    """Record what was found and done about an incident. The post itself is not touched by it."""
    require(can_close_incident, by, incident, at)
    finding = log.clean(finding).strip()
    if not finding:
        raise Refusal("Write what was found and what was done about it.", field="finding")
    log.move(
        incident,
        to=Incident.Status.CLOSED,
        by=by,
        at=at,
        verb="incident.closed",
        reason=finding,
        finding=finding,
        closed_at=at,
        closed_by=by,
        also=[incident.account, incident.blackout],
    )
    return incident


def find_incidents(*, by: Actor, at: datetime) -> list[Incident]:
    """Report every archived post that a silent account made past the gate, once each."""
    found = []
    for record, silence in suspects(at):
        blackout = Blackout.objects.get(pk=int(silence.source.removeprefix(PREFIX)))
        try:
            found.append(
                report_incident(
                    blackout,
                    account=record.account,
                    native_id=record.platform_item_id,
                    posted_at=record.said_at,
                    record=record,
                    url=record.url,
                    text=record.text,
                    by=by,
                    at=at,
                )
            )
        except AlreadyReported:
            continue
    return found


def suspects(at: datetime) -> "list[tuple[SaidRecord, Silence]]":
    """Archived posts of silent accounts that no dispatch of ours made, each with the silence that it broke.

    The platform's own time counts, where it gives one: an author can backdate a post.
    """
    silences = Silence.objects.filter(source__startswith=PREFIX, starts_at__lte=at, account__isnull=False)
    # A delivery that is under way has its item on the network before its row says so: look again next time.
    silences = silences.exclude(account__dispatches__status=Dispatch.Status.SENDING)
    pairs: list[tuple[SaidRecord, Silence]] = []
    for silence in silences.select_related("account"):
        ends = [end for end in (silence.ends_at, silence.lifted_at) if end is not None]
        same = {"account": silence.account_id}
        records = (
            Record.objects.filter(account=silence.account, kind=Record.Kind.POST, version=1)
            .annotate(said_at=Coalesce(F("indexed_at"), F("created_at")))
            .filter(said_at__gte=silence.starts_at)
            .exclude(Exists(Dispatch.objects.filter(platform_item_id=OuterRef("platform_item_id"), **same)))
            .exclude(Exists(Incident.objects.filter(native_id=OuterRef("platform_item_id"), **same)))
        )
        if ends:
            records = records.filter(said_at__lt=min(ends))
        pairs += [(record, silence) for record in records.select_related("account")]
    return pairs
