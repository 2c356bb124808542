"""Every change of policies, one function a verb."""

from policies.actions.acknowledgements import acknowledge_version
from policies.actions.adoption import adopt_version, review_version, submit_for_review, withdraw_draft
from policies.actions.drafts import add_policy, change_draft, change_policy, draft_version
from policies.actions.grounds import add_ground, change_ground, remove_ground

__all__ = [
    "acknowledge_version",
    "add_ground",
    "add_policy",
    "adopt_version",
    "change_draft",
    "change_ground",
    "change_policy",
    "draft_version",
    "remove_ground",
    "review_version",
    "submit_for_review",
    "withdraw_draft",
]
