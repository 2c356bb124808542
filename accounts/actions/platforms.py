"""What the city decides about each platform."""

from datetime import date, datetime

from django.db import transaction

from accounts.models import Platform
from accounts.permissions import can_change_platform
from accounts.platform_rules import PLATFORMS
from city import log
from city.actors import Actor
from city.permissions import require
from city.refusals import Refusal


@transaction.atomic
def seed_platforms(*, by: Actor, at: datetime) -> int:
    """Enter the platforms that are not there yet: at set-up, and again when a version brings new ones.

    What the city has decided is left alone; only the rules for addresses and the spellings follow the software.
    Returns how many were added.
    """
    known = {platform.slug: platform for platform in Platform.objects.all()}
    added = 0
    for row in PLATFORMS:
        platform = known.get(row["slug"])
        if platform is None:
            platform = Platform(decided_on=at.date(), **row)
            log.keep(platform, by=by, at=at, reason="Default of the software")
            log.note(platform, verb="platform.added", by=by, at=at, data={"status": platform.status})
            added += 1
        elif platform.url_rules != row["url_rules"]:
            platform.url_rules = row["url_rules"]
            log.keep(platform, by=by, at=at, reason="New forms of addresses", only=["url_rules"])
    return added


@transaction.atomic
def change_platform(
    platform: Platform, *, by: Actor, at: datetime, status: str, reason: str, decided_on: date
) -> Platform:
    """Approve, limit or prohibit a platform. Existing accounts stay, and become findings."""
    require(can_change_platform, by, platform, at)
    platform = Platform.objects.select_for_update().get(pk=platform.pk)
    reason = log.clean(reason).strip()
    if status not in Platform.Status.values:
        raise Refusal("Choose approved, approved on conditions, or prohibited.", field="status")
    if status != Platform.Status.APPROVED and not reason:
        raise Refusal(
            "Write the conditions, or why it is prohibited: people who ask will read it.", field="reason"
        )
    before = platform.status
    platform.status, platform.reason, platform.decided_on = status, reason, decided_on
    log.keep(platform, by=by, at=at, reason=reason, only=["status", "reason", "decided_on"])
    log.note(
        platform,
        verb="platform.changed",
        by=by,
        at=at,
        reason=reason,
        data={"from": before, "to": status, "decided_on": decided_on},
    )
    return platform
