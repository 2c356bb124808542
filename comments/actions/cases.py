"""Cases: opened from the archive, taken by one moderator at a time, flagged."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from accounts.models import Account
from city import log
from city.actors import Actor
from city.models import User
from city.permissions import require
from city.refusals import Refusal
from comments import permissions, rules
from comments.models import Case, Flag, WordList
from policies.models import Ground, Policy, Version
from records.models import Item, Record

#: How far back the frequent sweep looks. What is older is found by the thorough one.
RECENT = timedelta(days=2)
BATCH = 500

ENDED = (Record.State.DELETED_BY_AUTHOR, Record.State.DELETED_BY_CITY, Record.State.GONE)


class NotYours(Refusal):
    """Somebody else has this comment open, or nobody has."""


# -- from the archive ----------------------------------------------------------------------------------


def unseen_items(at: datetime, *, thorough: bool = False):
    """Comments of the archive whose newest version no case knows.

    Our own accounts' comments are no case. The frequent reading goes by the index of the newest records;
    the thorough one compares everything, for what was archived while no worker ran.
    """
    rows = Item.objects.filter(kind=Record.Kind.COMMENT).filter(Q(case=None) | ~Q(case__record=F("record")))
    if not thorough:
        rows = rows.filter(record__captured_at__gte=at - RECENT)
    ours = Account.objects.exclude(native_id="").values("native_id")
    return rows.exclude(record__author_id__in=ours).exclude(record__author_id="").order_by("record_id")


def open_cases(*, by: Actor, at: datetime, thorough: bool = False) -> int:
    """Make a case of every archived comment that has none, and tell cases of newer versions. Returns how many.

    Each comment is its own transaction: one that fails stops no other.
    """
    require(permissions.can_open_case, by, None, at)
    lists = permitted_lists(at)
    made = 0
    for pk in list(unseen_items(at, thorough=thorough).values_list("pk", flat=True)[:BATCH]):
        made += _take_in(pk, lists, by=by, at=at)
    return made


@transaction.atomic
def _take_in(item_id: int, lists: dict[str, list[str]], *, by: Actor, at: datetime) -> int:
    """One comment into the queue. The item's lock lets only one worker do so."""
    item = Item.objects.select_for_update(of=("self",)).select_related("record", "account").get(pk=item_id)
    case = Case.objects.filter(item=item).select_related("record").first()
    record = item.record
    if case is None:
        if record.state in ENDED:
            return 0  # it came and went before anybody could have judged it
        case = Case.objects.create(
            item=item, record=record, account=item.account, author_id=record.author_id,
            author_handle=record.author_handle, opened_at=at,
        )  # fmt: skip
        log.note(case, verb="case.opened", by=by, at=at, data={"record": record.hash})
    elif case.record_id != record.pk:
        _newer_version(case, record, by=by, at=at)
    else:
        return 0
    flag_words(case, record.text, lists, at=at)
    return 1


def _newer_version(case: Case, record: Record, *, by: Actor, at: datetime) -> None:
    """What a new version of the comment means for its case.

    Undecided: it simply shows the newest. Decided, and the words have changed: it waits again, flagged,
    because what was decided was about other words; what was hidden stays hidden until somebody decides.
    Deleted before anybody looked, with no flag: there is nothing left to decide.
    """
    before = case.record
    Case.objects.filter(pk=case.pk).update(record=record, author_handle=record.author_handle)
    case.refresh_from_db()
    reworded = record.text != before.text or record.alt_text != before.alt_text
    if record.state in ENDED:
        if case.status == Case.Status.WAITING and not case.flags.exists() and not case.decisions.exists():
            why = f"{record.get_state_display()} before anybody looked at it."
            log.move(case, to=Case.Status.CLOSED, by=by, at=at, verb="case.ended", reason=why, closed_at=at)
    elif reworded and case.status in (Case.Status.CLOSED, Case.Status.CARRYING_OUT):
        _flag(case, Flag.Source.EDITED, f"Version {record.version} has other words.", at=at)
        if case.status == Case.Status.CLOSED:
            log.move(
                case, to=Case.Status.WAITING, by=by, at=at, verb="case.reopened", opened_at=at, closed_at=None,
                reason="Its author changed the words after it was decided.",
            )  # fmt: skip


# -- flags ---------------------------------------------------------------------------------------------


def permitted_lists(at: datetime) -> dict[str, list[str]]:
    """The word lists that the comment policy in force lets send a comment to a person, by kind."""
    version = Version.objects.in_force(at).filter(policy__kind=Policy.Kind.COMMENT).first()
    kinds = set(Ground.objects.filter(version=version).values_list("keyword_kind", flat=True)) - {""}
    return {found.kind: found.lines for found in WordList.objects.filter(kind__in=kinds)}


def flag_words(case: Case, text: str, lists: dict[str, list[str]], *, at: datetime) -> None:
    """Flag what a word list finds. It says which words, and decides nothing."""
    for kind, lines in lists.items():
        if found := rules.found_words(text, lines):
            _flag(case, Flag.Source.WORDS, f"{kind.capitalize()} words: {', '.join(found)}"[:500], at=at)


def _flag(case: Case, source: str, text: str, *, at: datetime, by: User | None = None) -> Flag:
    return Flag.objects.get_or_create(case=case, source=source, text=text, defaults={"at": at, "by": by})[0]


@transaction.atomic
def flag_comment(case: Case, text: str, *, by: User, at: datetime) -> Flag:
    """Say why a comment deserves a look. Whoever sees it may; a decided one stays decided."""
    require(permissions.can_flag_comment, by, case, at)
    text = rules.readable(text).strip()[:500]
    if not text:
        raise Refusal("Say in a few words why somebody should look at it.", field="text")
    flag = _flag(case, Flag.Source.STAFF, text, at=at, by=by)
    log.note(case, verb="comment.flagged", by=by, at=at, reason=text)
    return flag


# -- one moderator at a time ---------------------------------------------------------------------------


def locked(case: Case) -> Case:
    """The case as it is now, held until the end of the transaction."""
    return (
        Case.objects.select_for_update(of=("self",))
        .select_related("item__record", "account__platform", "claimed_by")
        .get(pk=case.pk)
    )


@transaction.atomic
def claim_case(case: Case, *, by: User, at: datetime) -> Case:
    """Have a comment before you alone, for 20 minutes; once more renews it."""
    require(permissions.can_claim_case, by, case, at)
    case = locked(case)
    until = at + rules.CLAIM_LASTS
    holder = case.holder_id(at)
    if holder == by.pk:
        Case.objects.filter(pk=case.pk).update(claimed_until=until)  # a lease, no act
        case.refresh_from_db()
        return case
    if holder is not None:
        raise NotYours(
            f"{case.claimed_by} has this comment open. Take another one, or ask them to let go of it."
        )
    if case.status not in Case.SOURCES[Case.Status.CLAIMED]:
        raise NotYours(f"This comment is not waiting: {case.get_status_display().lower()}.")
    log.move(
        case, to=Case.Status.CLAIMED, by=by, at=at, verb="case.claimed", claimed_by=by, claimed_until=until
    )
    return case


@transaction.atomic
def release_case(case: Case, *, by: User, at: datetime) -> Case:
    """Let go of a comment without deciding; it keeps its place in the queue."""
    case = locked(case)
    require(permissions.can_release_case, by, case, at)
    if case.status != Case.Status.CLAIMED:
        raise NotYours("Nobody has this comment open.")
    log.move(
        case, to=Case.Status.WAITING, by=by, at=at, verb="case.released", claimed_by=None, claimed_until=None
    )
    return case
