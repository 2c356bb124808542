"""The pages of policies: drafts are for those who read everything, what is adopted is everybody's."""

from city.roles import Role
from policies import actions
from policies.models import Policy
from tests.conftest import NOW
from tests.permissions import READERS, Page, public
from tests.policies.make import adopt, make_comment_policy, make_policy, next_version

BOUND = frozenset({Role.CUSTODIAN, Role.CIO})


def build(world):
    officer, attorney, clerk = (world.people[role] for role in (Role.OFFICER, Role.ATTORNEY, Role.CLERK))
    # It binds few: what other tables build needs people who may publish.
    first = adopt(make_policy(officer, binds=sorted(BOUND)), officer, attorney, clerk)
    world.policy_receipt = actions.acknowledge_version(first, by=world.people[Role.CUSTODIAN], at=NOW)
    second = adopt(next_version(first.policy, officer), officer, attorney, clerk)
    world.policy, world.policy_version = first.policy, second
    # The pages about comments need a comment policy in force; then the draft here is that of its next version.
    adopted = Policy.objects.filter(kind=Policy.Kind.COMMENT).first()
    world.policy_draft = next_version(adopted, officer) if adopted else make_comment_policy(officer)
    world.policy_in_review = make_policy(officer, slug="in-review", title="In review")
    actions.submit_for_review(world.policy_in_review, by=officer, at=NOW)
    world.policy_reviewed = make_policy(officer, slug="reviewed", title="Reviewed")
    actions.submit_for_review(world.policy_reviewed, by=officer, at=NOW)
    actions.review_version(world.policy_reviewed, by=attorney, at=NOW, approve=True)
    world.policy_ground = world.policy_draft.grounds.first()


def draft(world):
    return [world.policy_draft.pk]


def ground(world):
    return [world.policy_ground.pk]


def policy(world):
    return [world.policy.pk]


OFFICER = frozenset({Role.OFFICER})
#: Who may not even read a draft is told that there is none.
WRITERS = {"refusal": (403, 404)}

PAGES = {
    "policies:index": public(),
    "policies:comment_rules": public(),
    "policies:see_policy": public(args=lambda world: ["a-policy"]),
    "policies:see_version": public(args=lambda world: ["a-policy", 1]),
    "policies:see_changes": public(args=lambda world: ["a-policy", 2, 1]),
    "policies:download_version": public(args=lambda world: ["a-policy", 1, "json"]),
    "policies:list_policies": Page(),
    "policies:list_mine": Page(),
    "policies:list_acknowledgements": Page(READERS | {Role.HEAD}),
    "policies:see_receipt": Page(READERS, refusal=404, args=lambda world: [world.policy_receipt.pk]),
    "policies:add_policy": Page(OFFICER),
    "policies:show_policy": Page(args=policy),
    "policies:change_policy": Page(OFFICER, args=policy),
    # By POST only: with a link alone nobody begins a draft.
    "policies:draft_version": Page(frozenset(), refusal=405, args=policy),
    "policies:show_version": Page(READERS, refusal=404, args=draft),
    "policies:change_draft": Page(OFFICER, args=draft, **WRITERS),
    "policies:submit_for_review": Page(OFFICER, args=draft, **WRITERS),
    "policies:review_version": Page(
        frozenset({Role.ATTORNEY}), args=lambda world: [world.policy_in_review.pk], **WRITERS
    ),
    "policies:adopt_version": Page(
        frozenset({Role.CLERK}), args=lambda world: [world.policy_reviewed.pk], **WRITERS
    ),
    "policies:withdraw_draft": Page(OFFICER, args=draft, **WRITERS),
    "policies:acknowledge_version": Page(BOUND, args=lambda world: [world.policy_version.pk]),
    "policies:add_ground": Page(OFFICER, args=draft, **WRITERS),
    "policies:change_ground": Page(OFFICER, args=ground, **WRITERS),
    "policies:remove_ground": Page(OFFICER, args=ground, **WRITERS),
}
