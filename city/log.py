"""The one way in which anything changes: a conditional update with its entry in the log.

`move` advances a status, `note` tells of any other act, `keep` saves a row with its field history.
All three run inside the caller's transaction.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models, transaction
from simple_history.utils import get_history_manager_for_model

from city.actors import Actor, SystemActor
from city.canonical import GENESIS, link, plain
from city.models import Chain, Entry
from city.refusals import Stale
from city.seals import KEY, broken_seals, sealed
from city.verbs import check_verb


def ref(thing: models.Model) -> str:
    """How the log names a row: `accounts.account:17`."""
    return f"{thing._meta.label_lower}:{thing.pk}"


def clean(text: str) -> str:
    """Text without the NUL character, which Postgres cannot store."""
    return text.replace("\x00", "")


def note(
    subject: models.Model,
    *,
    verb: str,
    by: Actor,
    at: datetime,
    reason: str = "",
    data: dict[str, Any] | None = None,
    also: Iterable[models.Model] = (),
) -> Entry:
    """Write one entry. `also` are other things on whose pages it is told too.

    Raises KeyError for a verb that no app's `verbs.py` knows: every entry can be read as a sentence.
    """
    entry = unwritten(subject, verb=verb, by=by, at=at, reason=reason, data=data, also=also)
    with transaction.atomic():
        entry.save(force_insert=True)
    return entry


def unwritten(
    subject: models.Model,
    *,
    verb: str,
    by: Actor,
    at: datetime,
    reason: str = "",
    data: dict[str, Any] | None = None,
    also: Iterable[models.Model] = (),
) -> Entry:
    """An entry as `note` writes it, for acts on many rows at once that write all of theirs together:
    `Entry.objects.bulk_create`, in the transaction of the change.
    """
    check_verb(verb)
    also = list(also)
    if seals := sealed([subject, *also]):
        data = {**(data or {}), KEY: seals}
    entry = Entry(
        at=at,
        actor_id=None if isinstance(by, SystemActor) else by.pk,
        actor_name=by.name,
        verb=verb,
        subject=ref(subject),
        subject_label=clean(str(subject))[:250],
        also=[ref(thing) for thing in also],
        reason=clean(reason),
        data=plain(data or {}),
    )
    entry.digest = entry.content_digest()
    return entry


def remember(thing: models.Model, *, by: Actor, at: datetime, reason: str = "") -> None:
    """Write the field-by-field history of a row that was changed by a bulk UPDATE."""
    if not hasattr(type(thing), "history"):
        return
    get_history_manager_for_model(type(thing)).bulk_history_create(
        [thing],
        update=True,
        default_user=None if isinstance(by, SystemActor) else by,
        default_change_reason=reason[:100] or by.name[:100],
        default_date=at,
    )


def keep(thing: models.Model, *, by: Actor, at: datetime, reason: str = "", only: Iterable[str] = ()) -> None:
    """Save a row; its history names who, when and why. `only` limits the columns that are written."""
    # Where django-simple-history looks for them.
    vars(thing).update(
        _history_user=None if isinstance(by, SystemActor) else by,
        _history_date=at,
        _change_reason=(reason or by.name)[:100],
    )
    if only:
        thing.save(update_fields=list(only))
    else:
        thing.save()


def move(
    thing: Any,
    *,
    to: str,
    by: Actor,
    at: datetime,
    verb: str,
    reason: str = "",
    data: dict[str, Any] | None = None,
    also: Iterable[models.Model] = (),
    **changes: Any,
) -> Entry:
    """Advance `thing.status` to `to`, together with `changes`, if it still stands where that may begin.

    The model's `SOURCES` says from which states each state may be reached. Raises Stale when somebody
    else was first. `thing` is refreshed from the database.
    """
    model = type(thing)
    sources = model.SOURCES[to]
    before = thing.status
    rows = model._base_manager.filter(pk=thing.pk, status__in=sources).update(status=to, **changes)
    if not rows:
        thing.refresh_from_db()
        raise Stale(
            f"{thing} is now “{thing.get_status_display()}”: somebody else has just changed it. "
            "Look at it again before you go on."
        )
    thing.refresh_from_db()
    remember(thing, by=by, at=at, reason=reason)
    return note(
        thing,
        verb=verb,
        by=by,
        at=at,
        reason=reason,
        data={"from": before, "to": to, **(data or {})},
        also=also,
    )


def history_of(thing: models.Model) -> "models.QuerySet[Entry]":
    """Every entry about a thing, oldest first, with its actor."""
    name = ref(thing)
    return Entry.objects.filter(models.Q(subject=name) | models.Q(also__contains=[name])).select_related(
        "actor"
    )


@dataclass(frozen=True)
class Fault:
    """One place where the log of acts is not as it was written. `where` finds it, `what` tells it."""

    where: str
    what: str


def verify_entries() -> Iterator[Fault]:
    """Recompute the chain over all entries, reading them as a stream; nothing yielded means nothing found.

    After a fault it goes on from what is stored, so that one change is one fault and not thousands.
    """
    number, prev_hash = 0, GENESIS
    for entry in Entry.objects.order_by("number").iterator(chunk_size=1000):
        if entry.number is None:
            yield Fault(f"entry with id {entry.pk}", "it has no place in the chain")
            continue
        yield from _faults_of(entry, number, prev_hash)
        number, prev_hash = entry.number, entry.hash or ""
    head = Chain.objects.filter(key=Chain.ENTRIES).first() or Chain(number=0, hash=GENESIS)
    if head.number > number:
        yield Fault(f"after entry {number}", f"{head.number - number} entries are missing at the end")
    elif (head.number, head.hash) != (number, prev_hash):
        yield Fault("the head of the log", f"it stands at {head.number}, but the entries end at {number}")


def verify_seals() -> Iterator[Fault]:
    """Every sealed row against the last entry that tells of it."""
    last: dict[str, tuple[int, str]] = {}
    rows = Entry.objects.filter(data__has_key=KEY).order_by("number").values_list("number", f"data__{KEY}")
    for number, told in rows.iterator(chunk_size=1000):
        for where, seal in told.items():
            last[where] = (number or 0, seal)
    for where, what in broken_seals(last):
        yield Fault(where, what)


def _faults_of(entry: Entry, number: int, prev_hash: str) -> Iterator[Fault]:
    """What is wrong with an entry that follows `number`, whose hash is `prev_hash`."""
    where = f"entry {entry.number}"
    if entry.number != number + 1:
        yield Fault(where, f"{(entry.number or 0) - number - 1} entries before it are missing")
    elif entry.prev_hash != prev_hash:
        yield Fault(where, "it does not follow from the entry before it")
    if entry.digest != entry.content_digest():
        yield Fault(where, "what it says was altered after it was written")
    if entry.hash != link(entry.prev_hash or "", entry.number or 0, entry.digest):
        yield Fault(where, "its hash is not that of its content and place")
