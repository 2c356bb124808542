"""Writing: a policy, its draft, and the clauses that follow from the draft's text."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from city import log
from city.actors import Actor, SystemActor
from city.permissions import require
from city.refusals import Refusal, Stale
from city.roles import Role
from policies import permissions
from policies.models import Clause, Ground, Policy, Version
from policies.models.version import LONGEST_SOURCE
from policies.rules import clauses as rules

#: More clauses than this nobody could read or cite.
MOST_CLAUSES = 2000


class Unclear(Refusal):
    """The text cannot be divided into clauses that can be cited."""


class DraftExists(Refusal):
    """A policy has one draft at a time."""


def person(by: Actor):
    """The person behind an actor, or None for a part of the software."""
    return None if isinstance(by, SystemActor) else by


@transaction.atomic
def add_policy(
    *, by: Actor, at: datetime, source: str, grounds: tuple[dict[str, Any], ...] = (), **fields
) -> Version:
    """A new policy with its first draft. `fields` are the policy's own; `grounds` as in `presets`."""
    require(permissions.can_add_policy, by, None, at)
    policy = Policy(created_at=at, **fields)
    try:
        with transaction.atomic():
            log.keep(policy, by=by, at=at)
    except IntegrityError as error:
        field = "kind" if "one_of_its_kind" in str(error) else "slug"
        raise Refusal(
            "The city already has such a policy. Draft its next version instead.", field=field
        ) from error
    log.note(policy, verb="policy.added", by=by, at=at)
    version = _new_draft(policy, source=source, based_on=None, by=by, at=at)
    place_grounds(version, grounds)
    return version


@transaction.atomic
def change_policy(policy: Policy, *, by: Actor, at: datetime, **fields) -> Policy:
    """Change a policy's title, purpose, keeper or whom it binds; wording changes by a new version only."""
    require(permissions.can_change_policy, by, policy, at)
    before = {name: getattr(policy, name) for name in fields}
    changed = {
        name: {"from": before[name], "to": value} for name, value in fields.items() if before[name] != value
    }
    if not changed:
        return policy
    for name, value in fields.items():
        setattr(policy, name, value)
    log.keep(policy, by=by, at=at, only=list(fields))
    log.note(policy, verb="policy.changed", by=by, at=at, data=changed)
    return policy


@transaction.atomic
def draft_version(policy: Policy, *, by: Actor, at: datetime) -> Version:
    """Begin the next version, as a copy of the one in force (or of the newest that is adopted)."""
    require(permissions.can_draft_version, by, policy, at)
    base = policy.versions.adopted().order_by("-number").first()
    source = rules.with_marks(base.source) if base else ""
    version = _new_draft(policy, source=source, based_on=base, by=by, at=at)
    if base:
        copies = [
            {**_values(ground), "clause": ground.clause.key}
            for ground in base.grounds.select_related("clause")
        ]
        place_grounds(version, copies)
    return version


@transaction.atomic
def change_draft(
    version: Version,
    *,
    by: Actor,
    at: datetime,
    source: str,
    change: str,
    summary_of_changes: str = "",
    seen: datetime | None = None,
) -> Version:
    """Change a draft's text. `seen` is the draft's `changed_at` when the person opened it.

    Raises Stale when somebody else has changed it since, Unclear when two clauses could be mistaken.
    """
    require(permissions.can_change_draft, by, version, at)
    version = hold_draft(version)
    if seen is not None and version.changed_at != seen:
        raise Stale(
            "Somebody else has changed this draft since you opened it. Open it again beside this page."
        )
    version.source = rules.tidy(source)
    version.change = change
    version.summary_of_changes = log.clean(summary_of_changes)
    version.changed_at = at
    divide(version)
    log.keep(version, by=by, at=at, only=["source", "change", "summary_of_changes", "changed_at"])
    log.note(version, verb="version.changed", by=by, at=at)
    return version


def hold_draft(version: Version) -> Version:
    """The draft, locked until the end of the transaction. Raises Stale when it is no longer a draft."""
    held = Version.objects.select_for_update(of=["self"]).select_related("policy").get(pk=version.pk)
    if held.status != Version.Status.DRAFT:
        raise Stale(f"{held} is now “{held.get_status_display()}”: its text can no longer be changed.")
    return held


def divide(version: Version) -> None:
    """Make the clauses follow the text. A clause keeps its row and its grounds while its key stands."""
    if len(version.source) > LONGEST_SOURCE:
        raise Unclear(
            f"The text is longer than {LONGEST_SOURCE:,} characters. Make it two policies.", field="source"
        )
    try:
        parsed = rules.parse(version.source)
    except rules.UnclearText as problem:
        raise Unclear(str(problem), field="source") from problem
    if len(parsed) > MOST_CLAUSES:
        raise Unclear(f"The text has more than {MOST_CLAUSES:,} clauses.", field="source")
    _refuse_unknown_roles(parsed)
    known = {clause.key: clause for clause in version.clauses.all()}
    gone = [clause for key, clause in known.items() if key not in {one.key for one in parsed}]
    held = Ground.objects.filter(clause__in=gone).select_related("clause").first()
    if held is not None:
        raise Unclear(
            f"The ground “{held}” rests on the clause “{held.clause}” (#{held.clause.key}), which the text "
            "no longer has. Keep its mark, or move the ground to another clause first.",
            field="source",
        )
    Clause.objects.filter(pk__in=[clause.pk for clause in gone]).delete()
    rows = []
    for order, one in enumerate(parsed):
        clause = known.get(one.key) or Clause(version=version, key=one.key)
        clause.address, clause.title, clause.text = one.address, one.title, one.text
        clause.level, clause.order, clause.concerns = one.level, order, list(one.concerns)
        rows.append(clause)
    Clause.objects.bulk_update(
        [row for row in rows if row.pk],
        ["address", "title", "text", "level", "order", "concerns"],
        batch_size=500,
    )
    Clause.objects.bulk_create([row for row in rows if not row.pk], batch_size=500)


def _refuse_unknown_roles(parsed: list[rules.ParsedClause]) -> None:
    for clause in parsed:
        for role in clause.concerns:
            if role not in Role:
                raise Unclear(
                    f"Line {clause.line}: nobody holds a role “{role}”. Choose from {', '.join(Role)}.",
                    field="source",
                )


def place_grounds(version: Version, grounds) -> None:
    """Put grounds, given as values with the key of their clause, under the clauses of a draft."""
    clauses = {clause.key: clause for clause in version.clauses.all()}
    Ground.objects.bulk_create(
        Ground(version=version, order=order, **{**values, "clause": clauses[values["clause"]]})
        for order, values in enumerate(grounds)
    )


def _values(ground: Ground) -> dict[str, Any]:
    names = ("key", "title", "definition", "examples", "permits", "keyword_kind", "warning")
    return {name: getattr(ground, name) for name in names}


def _new_draft(policy: Policy, *, source: str, based_on: Version | None, by: Actor, at: datetime) -> Version:
    last = policy.versions.exclude(status=Version.Status.WITHDRAWN).aggregate(last=Max("number"))["last"] or 0
    version = Version(
        policy=policy,
        number=last + 1,
        based_on=based_on,
        source=rules.tidy(source),
        drafted_by=person(by),
        drafted_at=at,
        changed_at=at,
    )
    try:
        with transaction.atomic():
            log.keep(version, by=by, at=at)
    except IntegrityError as error:
        raise DraftExists(f"{policy} already has a draft. Change that one, or withdraw it first.") from error
    divide(version)
    log.note(version, verb="version.drafted", by=by, at=at, also=[policy])
    return version
