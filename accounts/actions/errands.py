"""Errands: opened by the act that makes them necessary, finished with evidence."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from accounts.actions.administrators import end_administrator
from accounts.models import Account, Administrator, Errand
from accounts.models.errand import city_day
from accounts.permissions import can_complete_errand
from city import log
from city.actors import Actor
from city.models import User
from city.permissions import require
from city.refusals import Refusal


@dataclass(frozen=True)
class Needed:
    """What somebody's leaving asks for at one account."""

    account: Account
    kinds: tuple[str, ...]

    @property
    def words(self) -> list[str]:
        return [Errand.Kind(kind).label for kind in self.kinds]


def errands_when_leaving(user: User) -> list[Needed]:
    """What must be done by hand, account by account, when this person leaves."""
    rows = (
        Administrator.objects.current()
        .filter(user=user)
        .exclude(account__status=Account.Status.RETIRED)
        .select_related("account__platform", "account__office", "account__connection")
    )
    rows = sorted(rows, key=lambda row: (row.account.office.name, str(row.account)))
    remaining = _full_without(user, [row.account_id for row in rows])
    needed = []
    for row in rows:
        kinds = [Errand.Kind.REMOVE]
        if row.account.is_connected:
            kinds.append(Errand.Kind.ROTATE)
        if remaining.get(row.account_id, 0) < Administrator.FULL_NEEDED:
            kinds.append(Errand.Kind.REPLACE)
        needed.append(Needed(row.account, tuple(kinds)))
    return needed


def open_errands_of_leaver(user: User, *, by: Actor, at: datetime) -> list[Errand]:
    """One errand for each thing to do, due the same day: access that is left open is the risk."""
    there = set(Errand.objects.open().filter(about=user).values_list("account_id", "kind"))
    opened = []
    for need in errands_when_leaving(user):
        for kind in need.kinds:
            if (need.account.pk, kind) in there:
                continue
            opened.append(open_errand(need.account, kind=kind, about=user, by=by, at=at))
    return opened


def open_errand(
    account: Account,
    *,
    kind: str,
    by: Actor,
    at: datetime,
    about: User | None = None,
    administrator: Administrator | None = None,
) -> Errand:
    """One thing to do by hand, due the same day; an open one about the same is not opened twice."""
    same = Errand.objects.open().filter(account=account, kind=kind, about=about)
    if about is None:
        same = same.filter(administrator=administrator)
    if found := same.first():
        return found
    today = city_day(at)
    errand = Errand.objects.create(
        account=account, kind=kind, about=about, administrator=administrator, due_on=today, opened_at=at
    )
    also = [account, *([about] if about else [])]
    log.note(errand, verb="errand.opened", by=by, at=at, data={"due_on": today}, also=also)
    return errand


@transaction.atomic
def complete_errand(errand: Errand, *, by: Actor, at: datetime, evidence: str) -> Errand:
    """Record that it was done, and how one can see that. Removing somebody also ends their entry in the roster."""
    require(can_complete_errand, by, errand, at)
    evidence = log.clean(evidence).strip()
    if not evidence:
        raise Refusal("Write what you did and how one can see it: an auditor will ask.", field="evidence")
    account = Account.objects.select_for_update().get(pk=errand.account_id)
    if errand.kind == Errand.Kind.REPLACE:
        left = _full_without(errand.about, [account.pk]).get(account.pk, 0)
        if left < Administrator.FULL_NEEDED:
            people = "1 person" if left == 1 else f"{left} people"
            raise Refusal(
                f"Only {people} with full control would remain. First add another administrator to {account}."
            )
    people = Administrator.objects.current().filter(account=account, user=errand.about)
    if errand.kind == Errand.Kind.ADMIT and not people.exists():
        raise Refusal(f"{errand.about} is not on the roster yet. First add them to {account}.")
    log.move(
        errand,
        to=Errand.Status.DONE,
        by=by,
        at=at,
        verb="errand.done",
        reason=evidence,
        evidence=evidence,
        done_at=at,
        done_by=by,
        also=[account, *([errand.about] if errand.about else [])],
    )
    if errand.kind == Errand.Kind.REMOVE:
        rows = Administrator.objects.current().filter(account=account)
        named = Q(user=errand.about) if errand.about else Q(pk=errand.administrator_id)
        row = rows.filter(named).first()
        if row is not None:
            end_administrator(row, by=by, at=at, reason=evidence)
    return errand


def _full_without(user: User | None, account_ids: list[int]) -> dict[int, int]:
    """How many people with full control each account has besides this person; leavers do not count."""
    counts: dict[int, int] = {}
    rows = Administrator.objects.full().filter(account_id__in=account_ids).exclude(user__is_active=False)
    if user is not None:
        rows = rows.exclude(user=user)
    for account_id in rows.values_list("account_id", flat=True):
        counts[account_id] = counts.get(account_id, 0) + 1
    return counts
