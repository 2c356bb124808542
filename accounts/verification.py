"""Is this account ours? What the registry says about anything that people paste. The page and the API ask here."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import Case, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Greatest, Lower
from django.utils import timezone

from accounts.directory import with_notice
from accounts.likeness import likenesses, stored_likeness
from accounts.models import Account, Connection, Impostor, Platform, Proof, key_rules
from accounts.platform_set import WEBSITE, platform_set
from accounts.reading import Kind, Read, imitated_by, key_of, read
from city.times import told_date

#: How many of our accounts one answer names.
NAMED = 10


class Answer(StrEnum):
    """What the city says about an account. The values are the API's words: never renamed."""

    PROVEN = "proven"
    ASSERTED = "asserted"
    RETIRED = "retired"
    IMPOSTOR = "impostor"
    NOT_OURS = "not_ours"
    CANNOT_TELL = "cannot_tell"


#: The words in which each answer is headed, and its colour.
HEADINGS = {
    Answer.PROVEN: ("Yes, this is ours", "success"),
    Answer.ASSERTED: ("Yes, this is ours", "success"),
    Answer.RETIRED: ("This was ours", "warning"),
    Answer.IMPOSTOR: ("No. This is an impostor", "error"),
    Answer.NOT_OURS: ("No, this is not ours", "error"),
    Answer.CANNOT_TELL: ("We cannot tell", "warning"),
}


@dataclass(frozen=True)
class Verdict:
    """`sentence` is the whole answer; `more` are sentences that somebody should read besides it.

    `accounts` are ours that are meant; `alike` are ours that it looks like.
    """

    answer: Answer
    sentence: str
    found: Read
    more: list[str] = field(default_factory=list)
    accounts: list[Any] = field(default_factory=list)
    alike: list[Any] = field(default_factory=list)

    @property
    def heading(self) -> str:
        return HEADINGS[self.answer][0]

    @property
    def kind(self) -> str:
        return HEADINGS[self.answer][1]


def verify(text: str, *, at: datetime, city: Any, on: Platform | None = None) -> Verdict:
    """What the city says about an address, a handle or a number. It never opens what it is asked about."""
    platforms = platform_set()
    found = read(text, platforms, on)
    if found.names_an_account and found.kind is not Kind.IMITATION:
        verdict = _of_account(found, at, city)
        imitation = imitated_by(found, platforms) if verdict.answer is Answer.NOT_OURS else None
        return _of_imitation(imitation, at, city) if imitation else verdict
    if found.kind is Kind.IMITATION:
        return _of_imitation(found, at, city)
    if impostor := _known_impostor([key_of(found)]):
        return _impostor(found, impostor, city)
    return _without_account(found, city)


def proven_on(account: Any) -> date | None:
    """The last day on which it was seen that the city holds it, if that was not too long ago (accounts.proof)."""
    return timezone.localdate(account.proven_at) if account.proven_at else None


def ours_that_are_meant(found: Read, at: datetime) -> list[Any]:
    """Accounts of the registry, in any state, that have this handle or number; living ones first."""
    rows = _rows(at)
    if found.platform is not None:
        rows = rows.filter(platform__slug=found.platform.slug)
    if found.handle:
        rows = rows.alias(lower=Lower("handle")).filter(lower=found.handle.lower())
    else:
        rows = rows.filter(native_id=found.native_id).exclude(native_id="")
    order = [*Account.PUBLIC, Account.Status.RETIRED, Account.Status.SETTING_UP]
    return sorted(rows[: NAMED * 2], key=lambda row: (order.index(row.status), row.platform.name, row.pk))


def ours_that_look_like(handle: str, at: datetime) -> list[Any]:
    """Accounts that speak, or spoke, for the city and whose name this one could be taken for."""
    forms = likenesses(handle)
    if not forms:
        return []
    rows = _rows(at).exclude(status=Account.Status.SETTING_UP)
    rows = rows.alias(likeness=stored_likeness()).filter(likeness__in=forms)
    return sorted(rows[:NAMED], key=lambda row: (row.status == Account.Status.RETIRED, row.platform.name))


# -- what is said ----------------------------------------------------------------------------------------


def _of_account(found: Read, at: datetime, city: Any) -> Verdict:
    meant = ours_that_are_meant(found, at)
    living = [row for row in meant if row.status in Account.PUBLIC]
    if living:
        return _ours(found, living, city)
    if impostor := _known_impostor(_keys(found)):
        return _impostor(found, impostor, city, ours_that_look_like(found.handle, at))
    if found.platform is not None and found.platform.slug == WEBSITE:
        sentence = f"Yes: this is a page of the website of {city.name}, which the city itself runs."
        return Verdict(Answer.PROVEN, sentence, found)
    for row in meant:
        if row.status == Account.Status.RETIRED:
            return _retired(found, row, city)
    if meant:
        sentence = f"{city.name} does not yet vouch for this account. Until it does, do not rely on it."
        return Verdict(Answer.CANNOT_TELL, sentence, found)
    alike = ours_that_look_like(found.handle, at) if found.handle else []
    if same := _same_in_other_words(found, alike):
        return _ours(found, [same], city)
    if unsure := _not_known_by_this(found, alike, at, city):
        return unsure
    return _not_ours(found, alike, city)


def _ours(found: Read, accounts: list[Any], city: Any) -> Verdict:
    days = [proven_on(row) for row in accounts]
    if found.platform is not None and found.platform.slug == WEBSITE:
        days = [timezone.localdate(row.created_at) for row in accounts]
    where = " and ".join(dict.fromkeys(row.platform.name for row in accounts))
    first = accounts[0]
    called = f"“{first.name}” ({first.called})" if first.handle != first.name else first.called
    more = []
    if found.kind in (Kind.NAME, Kind.NUMBER):
        sentence = f"On {where} this is an official account of {city.name}: {called}, of {first.office}."
        more.append(
            f"That holds for {where} only. On any other platform somebody else may have taken the name."
        )
    else:
        sentence = f"This is an official account of {city.name}: {called} on {where}, of {first.office}."
    confirmed = min((day for day in days if day), default=None) if all(days) else None
    if confirmed is None:
        more.append("The city says so itself; it has not been seen lately that the city holds it.")
    elif found.platform is None or found.platform.slug != WEBSITE:
        more.append(f"On {told_date(confirmed)} it was last seen that the city holds it.")
    more += _besides(found, accounts)
    answer = Answer.PROVEN if confirmed else Answer.ASSERTED
    return Verdict(answer, sentence, found, list(dict.fromkeys(more)), accounts=accounts)


def _besides(found: Read, accounts: list[Any]) -> list[str]:
    """What somebody should know who is told that an account is ours."""
    more = []
    if found.kind is Kind.POST:
        more.append(
            "What you gave is one post. The answer is about the account that its address names; "
            "the words of the post itself were not looked at."
        )
    for row in accounts:
        if row.status == Account.Status.PAUSED:
            more.append(f"On {row.platform} it is paused at present: the city does not post there.")
        if row.status == Account.Status.CLOSING:
            more.append(f"On {row.platform} it is being closed.")
        if row.notice:
            more.append(f"We do not link to it at present. {row.notice}")
    impostor = _known_impostor(_keys(found)) if found.kind in (Kind.NAME, Kind.NUMBER) else None
    if impostor:
        more.append(
            f"Take care: on {impostor.platform or 'another site'} an account of this name is an impostor."
        )
    return more


def _retired(found: Read, account: Any, city: Any) -> Verdict:
    on = told_date(timezone.localdate(account.retired_at))
    sentence = (
        f"This was an official account of {city.name}, “{account.name}” on {account.platform}. "
        f"The city gave it up on {on}."
    )
    more = ["What is posted there now may come from somebody else: do not take it for the city’s word."]
    return Verdict(Answer.RETIRED, sentence, found, more, accounts=[account])


def _impostor(found: Read, impostor: Any, city: Any, alike: list[Any] | None = None) -> Verdict:
    where = f"{impostor.called} on {impostor.platform}" if impostor.platform_id else impostor.called
    if found.platform is None and impostor.platform_id:
        where = f"The account {where}"
    sentence = f"{where} passes for {city.name} and is not the city’s. The city looked at it and is sure."
    more = [
        "Do not answer it, open its links or send it money. If you gave it something, tell your bank and the police."
    ]
    if impostor.status == Impostor.Status.AT_PLATFORM:
        more.append(f"The city reported it to the platform on {told_date(impostor.reported_on)}.")
    if impostor.status == Impostor.Status.TAKEN_DOWN:
        more.append(f"It was taken down by {told_date(timezone.localdate(impostor.settled_at))}.")
    return Verdict(Answer.IMPOSTOR, sentence, found, more, alike=alike or [])


def _of_imitation(found: Read, at: datetime, city: Any) -> Verdict:
    if impostor := _known_impostor(_keys(found)):
        return _impostor(found, impostor, city)
    ours = []
    if found.names_an_account:
        ours = [row for row in ours_that_are_meant(found, at) if row.status in Account.PUBLIC]
        ours = ours or ours_that_look_like(found.handle, at)
        sentence = (
            "This name is written with letters that only look like the ones you know. "
            f"No account of {city.name} is written so."
        )
    else:
        sentence = f"This only looks like {found.what}. It leads somewhere else, and is not {city.name}’s."
    return Verdict(Answer.NOT_OURS, sentence, found, [_care(ours)] if ours else [], alike=ours)


def _not_ours(found: Read, alike: list[Any], city: Any) -> Verdict:
    where = f" on {found.platform.name}" if found.platform is not None else ""
    if found.kind is Kind.NAME:
        sentence = f"{city.name} has no account of this name on any platform."
    elif found.kind is Kind.NUMBER:
        sentence = f"{city.name} has no account with this number."
        return Verdict(
            Answer.CANNOT_TELL, f"{sentence} Paste the whole address, so that we can look again.", found
        )
    else:
        sentence = f"{city.name} has no such account{where}."
    more = [_care(alike)] if alike else []
    if found.kind is Kind.NAME and found.what:
        more.insert(0, "Some of its letters belong to another alphabet and only look like the ones you know.")
    return Verdict(Answer.NOT_OURS, sentence, found, more, alike=alike)


def _not_known_by_this(found: Read, alike: list[Any], at: datetime, city: Any) -> Verdict | None:
    """An account that the city knows by its name may be asked about by its number, and the other way about."""
    if found.platform is None:
        return None
    here = [row for row in alike if row.platform.slug == found.platform.slug and row.status in Account.PUBLIC]
    same = [
        row for row in here if "/" in row.handle + found.handle and _plain(row.handle) == _plain(found.handle)
    ]
    if same:
        row = same[0]
        sentence = (
            f"{city.name} knows an account of this name on {row.platform} under another form of address. "
            "We cannot tell whether the two are one."
        )
        return Verdict(Answer.CANNOT_TELL, sentence, found, [_compare(row)], accounts=[row])
    if found.handle:
        return None
    living = _rows(at).filter(platform__slug=found.platform.slug, status__in=Account.PUBLIC, native_id="")
    row = living.order_by("pk").first()
    if row is None:
        return None
    where = found.platform.name
    sentence = (
        f"{city.name} knows its accounts on {where} by their names, and this address has only a number."
    )
    more = ["Open it, and paste the name that stands there behind the @."]
    return Verdict(Answer.CANNOT_TELL, sentence, found, more)


def _without_account(found: Read, city: Any) -> Verdict:
    on = found.platform.name if found.platform is not None else ""
    said = {
        Kind.SHORT: "This is a short link, which hides where it leads, and we open no links of strangers. "
        "Open it, and paste the address of the account at which you arrive.",
        Kind.NO_ACCOUNT: f"This is {found.what} on {on}, and its address does not say whose. "
        "Open it, choose the name of whoever wrote it, and paste that address."
        if found.what in ("a post", "a film or a list of films")
        else f"This is {found.what}{'' if on and on in found.what else f' on {on}'}, not an account. "
        "We answer for accounts: paste the address of the account, or its name.",
        Kind.NOTHING: "We cannot read this as an address or a name. Paste the address of the account as your "
        "browser shows it, or its name with the @.",
    }
    if found.kind is Kind.ELSEWHERE:
        sentence = f"This address is on none of the platforms on which {city.name} has accounts."
        return Verdict(Answer.NOT_OURS, sentence, found)
    return Verdict(Answer.CANNOT_TELL, said[found.kind], found)


# -- small parts ------------------------------------------------------------------------------------------


def _rows(at: datetime) -> "QuerySet[Any]":
    """Accounts with `notice`, and with `proven_at`: when a proof of control that still holds was last seen."""
    since = at - timedelta(days=key_rules().proof_days)
    seen = Proof.objects.holding(since).filter(account=OuterRef("pk")).order_by("-proven_at")
    answered = Case(
        When(
            ~Q(connection__status=Connection.Status.REFUSED),
            connection__answered_at__gte=since,
            then="connection__answered_at",
        )
    )
    rows = Account.objects.select_related("office", "platform")
    rows = rows.defer("purpose", "audience", "platform__url_rules", "platform__reason")
    rows = rows.annotate(proven_at=Greatest(Subquery(seen.values("proven_at")[:1]), answered))
    return with_notice(rows, at)


def _keys(found: Read) -> list[str]:
    """The keys under which an impostor may be kept; a bare name may be one on any platform."""
    if found.platform is not None or not found.names_an_account:
        return [key_of(found)]
    sign = ":" if found.handle else "#"
    name = found.handle or found.native_id
    slugs = Platform.objects.order_by("slug").values_list("slug", flat=True)
    return [f"name:{name}", *(f"{slug}{sign}{name}" for slug in slugs)]


def _known_impostor(keys: list[str]) -> Any:
    keys = [key for key in keys if key]
    if not keys:
        return None
    rows = Impostor.objects.known().filter(Q(key__in=keys)).select_related("platform")
    return rows.order_by("pk").first()


def _same_in_other_words(found: Read, alike: list[Any]) -> Any:
    """Facebook reads names without their full stops (Facebook's help, “Usernames”)."""
    if found.platform is None or found.platform.slug != "facebook":
        return None
    bare = found.handle.replace(".", "")
    return next(
        (
            row
            for row in alike
            if row.platform.slug == "facebook"
            and row.status in Account.PUBLIC
            and row.handle.replace(".", "") == bare
        ),
        None,
    )


def _plain(handle: str) -> str:
    return handle.rpartition("/")[2].lower()


def _care(alike: list[Any]) -> str:
    row = alike[0]
    ours = f"“{row.name}” ({row.called}) on {row.platform}"
    return f"Take care: it looks like {ours}, which is the city’s. They are not the same."


def _compare(row: Any) -> str:
    if row.notice:
        return f"We do not link to ours at present. {row.notice}"
    return f"Ours is at {row.url}: open both and compare."
