"""The grounds of a draft: each a reason, with its definition, for which a comment may be acted on."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from city import log
from city.actors import Actor
from city.permissions import require
from city.refusals import Refusal
from policies import permissions
from policies.actions.drafts import hold_draft
from policies.models import Ground, Policy, Version
from policies.rules import neutrality


class NoGroundsHere(Refusal):
    """Only the comment policy has grounds."""


@transaction.atomic
def add_ground(version: Version, *, by: Actor, at: datetime, **fields: Any) -> Ground:
    """Add a ground to a draft. Its warning is written from its own words unless one is given."""
    require(permissions.can_change_ground, by, version, at)
    version = hold_draft(version)
    if version.policy.kind != Policy.Kind.COMMENT:
        raise NoGroundsHere(f"{version.policy} has no grounds: they belong in the comment policy.")
    if version.grounds.filter(key=fields["key"]).exists():
        raise Refusal("Another ground of this version has this short name.", field="key")
    last = version.grounds.aggregate(last=Max("order"))["last"]
    ground = Ground(version=version, order=0 if last is None else last + 1)
    _write(ground, fields)
    log.note(version, verb="ground.added", by=by, at=at, reason=ground.title, data={"ground": ground.key})
    return ground


@transaction.atomic
def change_ground(ground: Ground, *, by: Actor, at: datetime, **fields: Any) -> Ground:
    """Change a ground of a draft. Its key stays: it names the same ground in every version."""
    require(permissions.can_change_ground, by, ground.version, at)
    hold_draft(ground.version)
    _write(ground, {**fields, "key": ground.key})
    log.note(
        ground.version, verb="ground.changed", by=by, at=at, reason=ground.title, data={"ground": ground.key}
    )
    return ground


@transaction.atomic
def remove_ground(ground: Ground, *, by: Actor, at: datetime) -> None:
    """Take a ground out of a draft. Adopted versions keep theirs for ever."""
    require(permissions.can_change_ground, by, ground.version, at)
    version = hold_draft(ground.version)
    log.note(version, verb="ground.removed", by=by, at=at, reason=ground.title, data={"ground": ground.key})
    ground.delete()


def _write(ground: Ground, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        setattr(ground, name, log.clean(value) if isinstance(value, str) else value)
    if ground.clause.version_id != ground.version_id:
        raise Refusal("Choose a clause of this version.", field="clause")
    if not ground.warning:
        ground.warning = " ".join(neutrality.warnings(ground.title, ground.definition))[:1000]
    ground.save()
