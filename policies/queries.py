"""Who has acknowledged what counts, and who has not. One reading for pages, counts, findings and gates."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from city.models import Grant, User
from policies import wording
from policies.models import Acknowledgement, Policy, Version
from policies.rules import force
from policies.rules.force import Adopted, Standing


@dataclass
class Row:
    """One person and one policy in force that binds them."""

    person: User
    version: Version
    standing: Standing
    last: Acknowledgement | None
    offices: list[str] = field(default_factory=list)
    office_ids: set[int] = field(default_factory=set)

    @property
    def standing_words(self) -> str:
        return WORDS[self.standing]


WORDS = {
    Standing.DONE: "Acknowledged",
    Standing.OUTDATED: "Acknowledged an earlier version only",
    Standing.PENDING: "Not acknowledged",
}


def standings(
    at: datetime, *, people: Iterable[User] | None = None, policies: Iterable[Policy] | None = None
) -> list[Row]:
    """Everybody whom a policy in force at `at` binds, and how they stand to it; in three queries."""
    versions = Version.objects.adopted().filter(effective_at__lte=at).select_related("policy")
    if policies is not None:
        versions = versions.filter(policy__in=policies)
    by_policy: dict[int, list[Version]] = defaultdict(list)
    for version in versions.defer("source", "policy__summary").order_by(
        "policy__kind", "policy__title", "number"
    ):
        by_policy[version.policy_id].append(version)
    if not by_policy:
        return []
    bound = _grants(at, people)
    known = _acknowledged(by_policy, people)
    rows = []
    for policy_id, adopted in by_policy.items():
        current = adopted[-1]  # of those that have taken effect the highest number is in force
        facts = [_facts(version) for version in adopted]
        for grants in bound.values():
            roles = {grant.role for grant in grants}
            if current.policy.binds and not roles & set(current.policy.binds):
                continue
            least = force.least_to_acknowledge(facts, current.number, roles)
            rows.append(_row(grants, current, least, known[policy_id, grants[0].user_id]))
    return rows


def asked_by(version: Version, at: datetime) -> list[User]:
    """The people who must acknowledge this version before they publish again, once it is in force."""
    concerns = frozenset(wording.concerned(version.based_on, version))
    material = version.change == Version.Change.MATERIAL or version.based_on_id is None
    told = Adopted(version.number, material, at, concerns)
    found = []
    for grants in _grants(at, None).values():
        roles = {grant.role for grant in grants}
        if (not version.policy.binds or roles & set(version.policy.binds)) and told.asks_again(roles):
            found.append(grants[0].user)
    return found


def needs_acknowledgement(user: User, at: datetime) -> list[Version]:
    """The versions in force that bind this person and that they have not acknowledged.

    While there is one, they may not publish (PEERS, policy).
    """
    return [row.version for row in standings(at, people=[user]) if row.standing != Standing.DONE]


def acknowledged_all(user: User, at: datetime) -> bool:
    """Whether this person has acknowledged everything in force that binds them."""
    return not needs_acknowledgement(user, at)


def last_acknowledged(user: User, version: Version) -> Version | None:
    """The version before this one that the person acknowledged last: what the redline starts from."""
    acknowledgement = (
        Acknowledgement.objects.filter(
            user=user, version__policy=version.policy_id, version__number__lt=version.number
        )
        .select_related("version")
        .order_by("-version__number")
        .first()
    )
    return acknowledgement.version if acknowledgement else None


def visible_standings(at: datetime, *, offices: set[int] | None, policies=None) -> list[Row]:
    """The rows that somebody may read: all (`offices` is None), or those of people in these offices."""
    rows = standings(at, policies=policies)
    if offices is None:
        return rows
    return [row for row in rows if row.office_ids & offices]


def _facts(version: Version) -> Adopted:
    assert version.effective_at is not None  # a constraint: it is adopted
    material = version.change == Version.Change.MATERIAL
    return Adopted(version.number, material, version.effective_at, frozenset(version.concerns))


def _grants(at: datetime, people: Iterable[User] | None) -> dict[int, list[Grant]]:
    """The grants that hold at `at`, by person, in the order of names."""
    grants = Grant.objects.at(at).filter(user__is_active=True).select_related("user", "office__parent")
    if people is not None:
        grants = grants.filter(user__in=people)
    found: dict[int, list[Grant]] = defaultdict(list)
    for grant in grants.order_by("user__name", "user_id", "role", "pk"):
        found[grant.user_id].append(grant)
    return found


def _acknowledged(policies: Iterable[int], people) -> dict[tuple[int, int], list[Acknowledgement]]:
    rows = Acknowledgement.objects.filter(version__policy__in=list(policies)).select_related("version")
    if people is not None:
        rows = rows.filter(user__in=people)
    found: dict[tuple[int, int], list[Acknowledgement]] = defaultdict(list)
    for row in rows.defer("version__source").order_by("version__number"):
        found[row.version.policy_id, row.user_id].append(row)
    return found


def _row(grants: list[Grant], current: Version, least: int, known: list[Acknowledgement]) -> Row:
    counted = [one for one in known if one.version.number <= current.number]
    offices = {grant.office.name: grant.office for grant in grants if grant.office}
    above = {office.parent_id for office in offices.values() if office.parent_id}
    return Row(
        person=grants[0].user,
        version=current,
        standing=force.standing([one.version.number for one in known], least, current.number),
        last=counted[-1] if counted else None,
        offices=sorted(offices),
        office_ids={office.pk for office in offices.values()} | above,
    )
