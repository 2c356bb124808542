"""Silences are begun and lifted for whoever decides them: elections, on the floor above."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from accounts.models import Account, Silence
from city import log
from city.actors import Actor, SystemActor
from city.models import Office


@transaction.atomic
def silence(
    where: Account | Office,
    *,
    starts_at: datetime,
    ends_at: datetime | None,
    reason: str,
    source: str,
    by: Actor,
    at: datetime,
    citation: str = "",
    explained_at: str = "",
    exemptions: Iterable[str] = (),
) -> Silence:
    """Let an account, or all of an office, be silent for a period. The act behind it asked the right."""
    place = {"account": where} if isinstance(where, Account) else {"office": where}
    made = Silence.objects.create(
        **place,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=reason,
        citation=citation,
        source=source,
        explained_at=explained_at,
        exemptions=list(exemptions),
        created_at=at,
    )
    data = {"starts_at": starts_at, "ends_at": ends_at, "source": source, "citation": citation}
    log.note(made, verb="silence.scheduled", by=by, at=at, reason=reason, data=data, also=[where])
    return made


@transaction.atomic
def lift_silence(silence: Silence, *, by: Actor, at: datetime, reason: str) -> Silence:
    """End a silence from this instant on. What it was until then stays to be read.

    Doing it twice changes nothing: the first instant holds.
    """
    person = None if isinstance(by, SystemActor) else by
    rows = Silence.objects.filter(pk=silence.pk, lifted_at=None).update(
        lifted_at=at, lifted_by=person, lift_reason=reason
    )
    silence.refresh_from_db()
    if rows:
        where = silence.account or silence.office
        log.note(silence, verb="silence.lifted", by=by, at=at, reason=reason, also=[where] if where else [])
    return silence
