"""What Marlow Bay has adopted, who has acknowledged it, and the next comment policy, which the attorney reads."""

from datetime import datetime, timedelta

from django.db import transaction

from city.clock import day_of
from city.models import User
from config.demonstration.city import address, person
from elections.queries import city_zone
from policies import actions, presets
from policies.models import Policy, Version

#: How long ago both policies were adopted.
ADOPTED_DAYS_AGO = 385
#: Who has not acknowledged yet: what they write cannot be published, and the officer sees it.
NOT_YET = ("pcole", "jfischer", "mortega", "councilaide2", "leaver")

OLD_STEP = "A comment is hidden before it is deleted."
NEW_STEP = (
    "A comment is left up when in doubt, and hidden before it is deleted. Whoever decides writes down which "
    "words meet the definition of the ground."
)
SUMMARY = (
    "In doubt a comment stays up, and whoever hides one names the words that meet the definition. Nothing "
    "else changes."
)


@transaction.atomic
def build_policies(*, now: datetime) -> None:
    """Both policies in force, and version 2 of the comment policy on the attorney's desk."""
    if Policy.objects.exists():
        return
    at = now - timedelta(days=ADOPTED_DAYS_AGO)
    adopt(presets.social_media_policy(), file_number="84117", at=at)
    adopt(presets.comment_policy(), file_number="84118", at=at)
    acknowledge(at + timedelta(days=3))
    draft_the_next(now - timedelta(days=4))


def adopt(preset: presets.Preset, *, file_number: str, at: datetime) -> Version:
    """From the officer's draft to the council's file, as it goes in life."""
    officer, attorney, clerk = person("officer"), person("attorney"), person("clerk")
    version = actions.add_policy(
        by=officer, at=at - timedelta(days=14), source=preset.source, grounds=preset.grounds, **preset.fields
    )
    actions.submit_for_review(version, by=officer, at=at - timedelta(days=12))
    version.refresh_from_db()
    actions.review_version(
        version, by=attorney, at=at - timedelta(days=8), approve=True, note="Fit to be adopted."
    )
    day = day_of(at, city_zone())
    return actions.adopt_version(
        version, by=clerk, at=at, file_number=file_number, adopted_on=day, effective_on=day
    )


def acknowledge(at: datetime) -> None:
    """Most people have acknowledged what binds them, each a little later than the one before."""
    waiting = User.objects.filter(is_active=True).exclude(email__in=[address(key) for key in NOT_YET])
    versions = list(Version.objects.adopted().select_related("policy").order_by("pk"))
    for minutes, user in enumerate(waiting.order_by("pk")):
        when = at + timedelta(minutes=17 * minutes)
        roles = user.roles_at(when)
        for version in versions:
            if roles and (not version.policy.binds or roles & set(version.policy.binds)):
                actions.acknowledge_version(version, by=user, at=when)


def draft_the_next(at: datetime) -> Version:
    """The officer has drafted version 2 and asked for review: the attorney's and the Clerk's turn to be tried."""
    officer = person("officer")
    policy = Policy.objects.get(kind=Policy.Kind.COMMENT)
    version = actions.draft_version(policy, by=officer, at=at)
    assert OLD_STEP in version.source
    version = actions.change_draft(
        version,
        by=officer,
        at=at + timedelta(minutes=20),
        source=version.source.replace(OLD_STEP, NEW_STEP),
        change=Version.Change.MATERIAL,
        summary_of_changes=SUMMARY,
    )
    return actions.submit_for_review(version, by=officer, at=at + timedelta(minutes=25))
