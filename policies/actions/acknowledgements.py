"""People's word that they have read what is in force, and reminders to those who have not."""

from datetime import datetime

from django.db import transaction

from city import log
from city.models import User
from city.permissions import require
from city.refusals import Refusal
from policies import permissions, queries
from policies.models import Acknowledgement, Version


class Superseded(Refusal):
    """Another version has taken this one's place."""


@transaction.atomic
def acknowledge_version(version: Version, *, by: User, at: datetime) -> Acknowledgement:
    """Acknowledge a version, once; asked again it gives the same receipt."""
    require(permissions.can_acknowledge_version, by, version, at)
    state = version.state_at(at)
    known = Acknowledgement.objects.filter(version=version, user=by).first()
    if known is not None:
        return known
    if state == "superseded":
        current = version.policy.version_in_force(at)
        raise Superseded(f"Version {current.number} is in force now. Read and acknowledge that one.")
    acknowledgement = Acknowledgement(
        version=version, user=by, name=by.name, at=at, shown_since=queries.last_acknowledged(by, version)
    )
    acknowledgement.hash = acknowledgement.content_hash()
    fields = {name: getattr(acknowledgement, name) for name in ("name", "at", "shown_since", "hash")}
    acknowledgement, created = Acknowledgement.objects.get_or_create(
        version=version, user=by, defaults=fields
    )
    if created:
        data = {"receipt": acknowledgement.receipt, "hash": acknowledgement.hash}
        log.note(version, verb="version.acknowledged", by=by, at=at, also=[by, acknowledgement], data=data)
    return acknowledgement
