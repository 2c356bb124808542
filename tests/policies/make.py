"""Policies for the tests, made by the same actions that people use."""

from datetime import date, timedelta

from policies import actions, presets
from policies.models import Policy, Version
from tests.conftest import NOW

TEXT = """\
## 1. Purpose {#purpose}

Why there is a policy.

### 1.1 Reach {#reach}

Everybody.
"""


def make_policy(officer, *, at=NOW, source=TEXT, slug="a-policy", grounds=(), **changes) -> Version:
    """The first draft of a policy."""
    fields = {"title": "A policy", "slug": slug, "kind": Policy.Kind.OTHER} | changes
    return actions.add_policy(by=officer, at=at, source=source, grounds=grounds, **fields)


def make_comment_policy(officer, at=NOW) -> Version:
    preset = presets.comment_policy()
    return actions.add_policy(
        by=officer, at=at, source=preset.source, grounds=preset.grounds, **preset.fields
    )


def adopt(
    version, officer, attorney, clerk, *, at=NOW, adopted_on=None, effective_on=None, file_number="221825"
):
    """Bring a draft all the way; adopted on the day of `at` and in force from then, if not said otherwise."""
    adopted_on = adopted_on or (at - timedelta(hours=6)).date()
    actions.submit_for_review(version, by=officer, at=at)
    actions.review_version(version, by=attorney, at=at, approve=True)
    return actions.adopt_version(
        version,
        by=clerk,
        at=at,
        file_number=file_number,
        adopted_on=adopted_on,
        effective_on=effective_on or adopted_on,
    )


def next_version(
    policy, officer, *, at=NOW, change="material", old="Everybody.", new="Everybody at work."
) -> Version:
    """A draft of the next version with one change."""
    version = actions.draft_version(policy, by=officer, at=at)
    return actions.change_draft(
        version,
        by=officer,
        at=at,
        source=version.source.replace(old, new),
        change=change,
        summary_of_changes="Says who is meant.",
    )


LONG_AGO = date(2025, 1, 1)
