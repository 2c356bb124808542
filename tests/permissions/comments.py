"""The pages about comments: the register and the appeal are everybody's, the desk is the staff's."""

from datetime import timedelta

from city.roles import Role
from comments import actions
from comments.actions import Words
from comments.actions.appeals import new_nonce
from comments.models import Appeal, Block, Measure
from policies.models import Policy
from tests.accounts.make import make_account
from tests.comments.make import block, carried_out, ground_called, hide, judgment, make_commented, make_rules
from tests.conftest import NOW
from tests.permissions import READERS, Page, public

HOUR = timedelta(hours=1)


def build(world):
    officer, attorney, clerk, moderator = (
        world.people[role] for role in (Role.OFFICER, Role.ATTORNEY, Role.CLERK, Role.MODERATOR)
    )
    version = make_rules(officer, attorney, clerk)
    # It binds moderators only, so that the writers of other tables need not acknowledge it.
    Policy.objects.filter(pk=version.policy_id).update(binds=[Role.MODERATOR])
    account = make_account(native_id="did:plc:page", office=world.parks)
    world.comment = make_commented(account, text="What a plow")
    hidden = make_commented(account)
    world.decision = hide(hidden, version, by=moderator, at=NOW - HOUR)
    carried_out(hidden)
    again = make_commented(account, text="Again")
    block(again, version, by=moderator, second=attorney, at=NOW - HOUR / 2)
    world.block = Block.objects.get()
    world.measure = again.measures.get(verb="block")
    Measure.objects.filter(pk=world.measure.pk).update(status="failed", error="The network refused.")
    _, world.statement_token = actions.submit_statement(
        Words("Wrong", reference=world.decision.reference), nonce=new_nonce(), at=NOW
    )
    world.appeal = Appeal.objects.get()
    world.statement, _ = actions.submit_statement(
        Words("Wrong", described="On Monday"), nonce=new_nonce(), at=NOW
    )
    blocked = Block.objects.get()
    actions.lift_block(blocked, by=officer, at=NOW - HOUR / 4, why="To build the next")
    third = make_commented(account, text="Third")
    actions.claim_case(third, by=moderator, at=NOW)
    world.proposal = actions.propose_block(
        third, judgment(third, ground_called(version)), 7, by=moderator, at=NOW
    )


def case(world):
    return [world.comment.pk]


def proposed(world):
    return [world.proposal.case_id]


def measure(world):
    return [world.measure.pk]


def appeal(world):
    return [world.appeal.pk]


def statement(world):
    return [world.statement.pk]


MODERATORS = frozenset({Role.MODERATOR, Role.OFFICER})
#: Who sees the comments of the Parks Division's account.
SEES = READERS | {Role.MODERATOR, Role.APPEALS, Role.STAFF, Role.HEAD}
REVIEWERS = frozenset({Role.APPEALS, Role.ATTORNEY})
NONE = {"refusal": (403, 404)}
POST = {"method": "get", "refusal": 405}

PAGES = {
    "comments:list_decisions": public(),
    "comments:see_decision": public(args=lambda world: [world.decision.reference]),
    "comments:submit_statement": public(),
    "comments:see_statement": public(args=lambda world: [world.statement_token]),
    "comments:decisions_api:decisions": public(),
    "comments:decisions_api:decision": public(args=lambda world: [world.decision.reference]),
    "comments:decisions_api:openapi-json": public(),
    "comments:decisions_api:api-root": public(),
    "comments:list_cases": Page(),
    "comments:see_setup": Page(READERS | MODERATORS),
    "comments:choose_procedure": Page(frozenset({Role.ATTORNEY})),
    "comments:change_word_list": Page(frozenset({Role.OFFICER}), args=lambda world: ["violent"]),
    "comments:see_case": Page(SEES, args=case, refusal=404),
    "comments:claim_case": Page(frozenset(), args=case, **POST),
    "comments:release_case": Page(frozenset(), args=case, **POST),
    "comments:flag_comment": Page(SEES - {Role.AUDITOR}, args=case, **NONE),
    "comments:decide_case": Page(MODERATORS, args=case, **NONE),
    "comments:propose_block": Page(MODERATORS, args=case, **NONE),
    "comments:second_block": Page(frozenset({Role.ATTORNEY}), args=proposed, **NONE),
    "comments:refuse_block": Page(frozenset({Role.ATTORNEY, Role.MODERATOR}), args=proposed, **NONE),
    "comments:retry_measure": Page(frozenset(), args=measure, **POST),
    "comments:drop_measure": Page(frozenset({Role.OFFICER}), args=measure, **NONE),
    "comments:list_blocks": Page(),
    "comments:lift_block": Page(
        frozenset({Role.OFFICER, Role.ATTORNEY}), args=lambda world: [world.block.pk], **NONE
    ),
    "comments:read_block_again": Page(
        frozenset({Role.OFFICER, Role.ATTORNEY}), args=lambda world: [world.block.pk], **NONE
    ),
    "comments:list_appeals": Page(READERS | {Role.MODERATOR, Role.APPEALS}),
    "comments:see_appeal": Page(READERS | {Role.MODERATOR, Role.APPEALS}, args=appeal),
    "comments:decide_appeal": Page(REVIEWERS, args=appeal, **NONE),
    "comments:list_statements": Page(REVIEWERS | {Role.OFFICER}),
    "comments:read_statement": Page(REVIEWERS | {Role.OFFICER}, args=statement, **NONE),
    "comments:match_statement": Page(REVIEWERS | {Role.OFFICER}, args=statement, **NONE),
    "comments:set_aside_statement": Page(REVIEWERS, args=statement, **NONE),
}
