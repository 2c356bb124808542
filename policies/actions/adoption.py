"""From draft to law: legal review, the record of adoption, withdrawal."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from city import clock, log
from city.actors import Actor
from city.models import City
from city.permissions import require
from city.refusals import Refusal
from policies import permissions, wording
from policies.actions.drafts import hold_draft, person
from policies.models import Policy, Version
from policies.rules import force, redline


class NotReady(Refusal):
    """The draft lacks something that the reviewer or the public needs."""


@transaction.atomic
def submit_for_review(version: Version, *, by: Actor, at: datetime) -> Version:
    """Send a draft to the City Attorney. From here on its text stands still."""
    require(permissions.can_submit_for_review, by, version, at)
    version = hold_draft(version)
    if not version.clauses.exists():
        raise NotReady("The draft has no text yet. Write it first.", field="source")
    if version.policy.kind == Policy.Kind.COMMENT and not version.grounds.exists():
        raise NotReady("A comment policy needs at least one ground, with its definition and examples.")
    if version.based_on_id:
        _check_changes(version)
    log.move(version, to=Version.Status.IN_REVIEW, by=by, at=at, verb="version.submitted", reviewed_by=None,
             reviewed_at=None, changed_at=at)  # fmt: skip
    return version


@transaction.atomic
def review_version(version: Version, *, by: Actor, at: datetime, approve: bool, note: str = "") -> Version:
    """The City Attorney's answer: fit to be adopted, or what must change first."""
    require(permissions.can_review_version, by, version, at)
    note = log.clean(note).strip()
    if approve:
        log.move(version, to=Version.Status.REVIEWED, by=by, at=at, verb="version.reviewed", reason=note,
                 reviewed_by=person(by), reviewed_at=at, review_note=note, changed_at=at)  # fmt: skip
        return version
    if not note:
        raise NotReady("Write what must change, so that the author can mend it.", field="note")
    log.move(version, to=Version.Status.DRAFT, by=by, at=at, verb="version.returned", reason=note,
             reviewed_by=None, reviewed_at=None, review_note=note, changed_at=at)  # fmt: skip
    return version


@transaction.atomic
def adopt_version(
    version: Version, *, by: Actor, at: datetime, file_number: str, adopted_on: date, effective_on: date
) -> Version:
    """Record that a version was adopted, and from when it is in force. From now on nobody can change it.

    Source: Milwaukee file 221825, where the Common Council approves a policy by a numbered file.
    """
    require(permissions.can_adopt_version, by, version, at)
    zone = ZoneInfo(City.objects.values_list("time_zone", flat=True).get())
    if not log.clean(file_number).strip():
        raise NotReady(
            "Write the number of the council's file, as people will look it up.", field="file_number"
        )
    if adopted_on > clock.day_of(at, zone):
        raise NotReady(
            "This day has not come yet. Record the adoption when it has happened.", field="adopted_on"
        )
    if effective_on < adopted_on:
        raise NotReady("A policy cannot be in force before it was adopted.", field="effective_on")
    # Held, so that what is hashed is what is adopted.
    Version.objects.select_for_update().get(pk=version.pk)
    replaces = version.policy.versions.adopted().exists()
    start = clock.start_of_day(effective_on, zone)
    content_hash = wording.content_hash(version)
    concerns = wording.concerned(version.based_on, version)
    log.move(
        version,
        to=Version.Status.ADOPTED,
        by=by,
        at=at,
        verb="version.adopted",
        data={
            "file_number": file_number,
            "adopted_on": adopted_on,
            "effective_on": effective_on,
            "hash": content_hash,
            "concerns": concerns,
        },
        also=[version.policy],
        file_number=log.clean(file_number).strip(),
        adopted_on=adopted_on,
        effective_on=effective_on,
        effective_at=force.effective_instant(start, recorded_at=at, replaces=replaces),
        adopted_by=person(by),
        adopted_at=at,
        content_hash=content_hash,
        concerns=concerns,
    )
    return version


@transaction.atomic
def withdraw_draft(version: Version, *, by: Actor, at: datetime, reason: str) -> Version:
    """Give up a draft. It stays readable to those who could read it, and its number becomes free."""
    require(permissions.can_withdraw_draft, by, version, at)
    if not log.clean(reason).strip():
        raise NotReady("Write why, for those who waited for it.", field="reason")
    log.move(version, to=Version.Status.WITHDRAWN, by=by, at=at, verb="version.withdrawn", reason=reason)
    return version


def _check_changes(version: Version) -> None:
    before = version.based_on
    assert before is not None
    clauses, grounds = wording.changes(before, version)
    if not redline.concerned([*clauses, *grounds]):
        raise NotReady(f"Nothing differs from version {before.number} yet.", field="source")
    if not version.summary_of_changes.strip():
        raise NotReady(
            "Say in a sentence or two what changes: people read it first.", field="summary_of_changes"
        )
    if version.change == Version.Change.EDITORIAL:
        why = redline.why_not_editorial([*clauses, *grounds]) or _permits_more_or_less(before, version)
        if why:
            raise NotReady(f"This is more than editorial: {why}. Call it material.", field="change")


def _permits_more_or_less(base: Version, version: Version) -> str:
    before = {ground.key: set(ground.permits) for ground in base.grounds.all()}
    for ground in version.grounds.all():
        if set(ground.permits) != before.get(ground.key, set(ground.permits)):
            return f"“{ground}” permits something else than before"
    return ""
