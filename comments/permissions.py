"""Who may do what with comments. Nobody decides alone, and nobody judges their own decision."""

from city.actors import SystemActor
from city.models import User
from city.roles import Role
from comments.models import Appeal, Case, Proposal
from comments.procedure import procedure_at

#: What acts without a person here, each with what it needs and nothing else.
DESK = SystemActor(
    "Rostrum’s comment desk", frozenset({"can_open_case", "can_carry_out_measure", "can_end_block"})
)
PUBLIC = SystemActor("A member of the public", frozenset({"can_submit_statement"}))

MODERATORS = (Role.MODERATOR, Role.OFFICER)
REVIEWERS = (Role.APPEALS, Role.ATTORNEY)


def can_see_cases(user: User, _case, at) -> bool:
    """Everybody with a role finds the queue; which comments they find says `visible_to`."""
    return bool(user.grants_at(at))


def can_open_case(user: User, _case, at) -> bool:
    """Nobody by hand: a case is made from what the archive kept, and from nothing else."""
    return False


def can_claim_case(user: User, _case, at) -> bool:
    return user.has_role(*MODERATORS, at=at)


def can_release_case(user: User, case: Case, at) -> bool:
    """Who has it open; the officer also takes it from somebody who went home."""
    return case.claimed_by_id == user.pk or user.has_role(Role.OFFICER, at=at)


def can_flag_comment(user: User, _case, at) -> bool:
    return bool(user.roles_at(at) - {Role.AUDITOR})


def can_decide_case(user: User, _case, at) -> bool:
    return user.has_role(*MODERATORS, at=at)


def can_propose_block(user: User, _case, at) -> bool:
    return user.has_role(*MODERATORS, at=at)


def can_answer_blocks(user: User, _proposal, at) -> bool:
    """Who is asked at all, by the procedure in use."""
    roles = (Role.ATTORNEY,) if procedure_at(at).counsel_first else (*MODERATORS, Role.ATTORNEY)
    return user.has_role(*roles, at=at)


def can_second_block(user: User, proposal: Proposal, at) -> bool:
    """Another person; the City Attorney, where the procedure wants counsel before any block."""
    return proposal.proposed_by_id != user.pk and can_answer_blocks(user, proposal, at)


def can_refuse_block(user: User, proposal: Proposal, at) -> bool:
    """Who may second it may refuse it; who proposed it may take it back."""
    return proposal.proposed_by_id == user.pk or can_answer_blocks(user, proposal, at)


def can_see_blocks(user: User, _block, at) -> bool:
    return bool(user.grants_at(at))


def can_lift_block(user: User, _block, at) -> bool:
    return user.has_role(Role.OFFICER, Role.ATTORNEY, at=at)


def can_read_block_again(user: User, _block, at) -> bool:
    return user.has_role(Role.OFFICER, Role.ATTORNEY, at=at)


def can_end_block(user: User, _block, at) -> bool:
    """No person ends a block by saying that its time is over: the clock does, and the worker orders it."""
    return False


def can_carry_out_measure(user: User, _measure, at) -> bool:
    return False


def can_retry_measure(user: User, _measure, at) -> bool:
    return user.has_role(*MODERATORS, at=at)


def can_drop_measure(user: User, _measure, at) -> bool:
    return user.has_role(Role.OFFICER, at=at)


def can_submit_statement(user: User, _statement, at) -> bool:
    """On the public form everybody is the public, whoever is signed in."""
    return False


def can_see_appeals(user: User, _appeal, at) -> bool:
    return user.has_role(*REVIEWERS, Role.MODERATOR, at=at) or user.reads_all(at)


def can_decide_appeals(user: User, _appeal, at) -> bool:
    return user.has_role(*REVIEWERS, at=at)


def can_decide_appeal(user: User, appeal: Appeal, at) -> bool:
    """Somebody else than who decided the comment, and than who seconded its block (R10)."""
    first = {appeal.decision.decided_by_id, appeal.decision.seconded_by_id}
    return user.pk not in first and can_decide_appeals(user, appeal, at)


def can_match_statement(user: User, _statement, at) -> bool:
    return user.has_role(*REVIEWERS, Role.OFFICER, at=at)


def can_set_aside_statement(user: User, _statement, at) -> bool:
    return user.has_role(*REVIEWERS, at=at)


def can_see_setup(user: User, _setup, at) -> bool:
    return user.has_role(*MODERATORS, at=at) or user.reads_all(at)


def can_change_word_list(user: User, _list, at) -> bool:
    return user.has_role(Role.OFFICER, at=at)


def can_choose_procedure(user: User, _procedure, at) -> bool:
    """Counsel answers for how comments are decided."""
    return user.has_role(Role.ATTORNEY, at=at)
