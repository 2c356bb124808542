"""Decisions: on evidence from the archive, on a ground of the policy in force, told with their appeal.

Everything that a decision causes (notice, ledger, measures) is written in its transaction, or nothing is.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse

from city import log
from city.clock import day_of
from city.models import User
from city.permissions import require
from city.refusals import Refusal, Stale
from city.times import told
from comments import notices, permissions, rules
from comments.actions.blocks import end_run_out, open_block
from comments.actions.cases import NotYours, locked
from comments.actions.measures import hideable, order, order_block
from comments.models import Case, Decision, Measure, Notice, Proposal, RegisterYear
from comments.models.decision import Reasons
from comments.procedure import city_zone, procedure_at
from comments.queries import earlier_decisions, is_hidden
from policies.models import Act, Ground, Policy, Version
from records.models import Record

Outcome = Decision.Outcome


@dataclass(frozen=True)
class Judgment:
    """What somebody found: the version that they read, and where something is wrong, the ground and the facts."""

    seen: int
    ground: Ground | None = None
    facts: str = ""


def version_in_force(at: datetime) -> Version | None:
    """The comment policy that decides now."""
    found = Version.objects.in_force(at).filter(policy__kind=Policy.Kind.COMMENT).select_related("policy")
    return found.first()


def reasons_for(judgment: Judgment, act: str, *, at: datetime) -> dict[str, object]:
    """Ground, clause and policy as they read now, with the facts. Refuses what the policy does not permit (R11)."""
    version, ground = version_in_force(at), judgment.ground
    if version is None:
        raise Refusal("No comment policy is in force: the City acts on no comment until one is adopted.")
    if ground is None:
        raise Refusal("Choose the ground. Without one the comment stays up.", field="ground")
    if ground.version_id != version.pk:
        raise Refusal(
            f"This ground is not part of {version}, which is in force now. Choose again.", field="ground"
        )
    if act not in ground.permits:
        words = Act(act).label.lower()
        raise Refusal(f"Under “{ground.title}” the policy does not permit to {words}.", field="ground")
    facts = rules.readable(judgment.facts).strip()
    if not facts:
        raise Refusal("Write what in the comment meets the definition. The public reads it.", field="facts")
    return {
        "ground": ground,
        "ground_title": ground.title,
        "ground_definition": ground.definition,
        "clause_label": ground.clause.label,
        "clause_text": ground.clause.text,
        "policy_label": str(version),
        "policy_path": f"{reverse('policies:see_version', args=[version.policy.slug, version.number])}"
        f"#{ground.clause.anchor}",
        "facts": facts,
    }


def evidence_for(case: Case, seen: int) -> Record:
    """The newest record of the comment: the one that the person read. Raises Stale when it changed meanwhile."""
    record = case.item.record
    if record.pk != seen:
        raise Stale("The comment changed while you had it open. Read it again as it is now, then decide.")
    return record


def held(case: Case, *, by: User, at: datetime) -> Case:
    """The case, locked, if this person has it open. Nobody decides on what somebody else is reading."""
    case = locked(case)
    if not case.held_by(by, at):
        who = (
            f"{case.claimed_by} has it open."
            if case.holder_id(at)
            else "Open it first, so that nobody else does."
        )
        raise NotYours(f"You do not have this comment open. {who}")
    return case


# -- leave up, hide ------------------------------------------------------------------------------------


@transaction.atomic
def decide_case(case: Case, judgment: Judgment, outcome: str, *, by: User, at: datetime) -> Decision:
    """Leave a comment up, or hide it. A block goes through propose_block and another person."""
    require(permissions.can_decide_case, by, case, at)
    case = held(case, by=by, at=at)
    record = evidence_for(case, judgment.seen)
    if outcome == Outcome.LEAVE:
        return _left_up(case, record, judgment, by=by, at=at)
    if outcome != Outcome.HIDE:
        raise Refusal("One person alone leaves up or hides. Propose a block, and another person decides.")
    check_hide(case)
    decision = _adverse(
        case,
        record,
        Outcome.HIDE,
        reasons_for(judgment, Act.HIDE, at=at),
        decided_by=by,
        decided_at=at,
        at=at,
    )
    ordered = order(case, Measure.Verb.HIDE, at=at, decision=decision)
    _carry_out(case, decision, [ordered], verb="comment.hidden", by=by, at=at)
    return decision


def check_hide(case: Case) -> None:
    """Refuses to hide where the network lets only others hide."""
    if not hideable(case):
        raise Refusal(
            "This comment stands under somebody else’s post: only they can hide it there. Leave it up, or propose a block."
        )


def _left_up(case: Case, record: Record, judgment: Judgment, *, by: User, at: datetime) -> Decision:
    was_hidden = is_hidden(case)
    decision = Decision.objects.create(
        case=case, outcome=Outcome.LEAVE, decided_by=by, decided_at=at, record=record, record_hash=record.hash,
        facts=rules.readable(judgment.facts).strip(),
    )  # fmt: skip
    if was_hidden:
        # Its author mended it: what was hidden before is shown again.
        ordered = order(case, Measure.Verb.UNHIDE, at=at, decision=decision)
        _carry_out(case, decision, [ordered], verb="comment.left_up", by=by, at=at)
    else:
        log.move(
            case, to=Case.Status.CLOSED, by=by, at=at, verb="comment.left_up", reason=decision.facts,
            claimed_by=None, claimed_until=None, closed_at=at, data={"record": record.hash}, also=[decision],
        )  # fmt: skip
    return decision


# -- blocks: two people --------------------------------------------------------------------------------


@transaction.atomic
def propose_block(case: Case, judgment: Judgment, days: int, *, by: User, at: datetime) -> Proposal:
    """Propose to hide a comment and block its author for a time. Nothing happens until another person seconds it."""
    require(permissions.can_propose_block, by, case, at)
    case = held(case, by=by, at=at)
    record = evidence_for(case, judgment.seen)
    reasons = reasons_for(judgment, Act.BLOCK, at=at)
    end_run_out(case.account, case.author_id, at=at)
    step = step_for(case, judgment, days, at=at)
    proposal = Proposal.objects.create(
        case=case, proposed_by=by, proposed_at=at, record=record, days=days, ladder=step.because, **reasons
    )
    log.move(
        case, to=Case.Status.PROPOSED, by=by, at=at, verb="block.proposed", reason=proposal.facts,
        claimed_by=None, claimed_until=None, data={"days": days, "record": record.hash, "ladder": step.because},
        also=[proposal],
    )  # fmt: skip
    return proposal


def step_for(case: Case, judgment: Judgment, days: int, *, at: datetime) -> rules.Step:
    """The step of the procedure that a block of so many days would be. Refuses what is none."""
    if hideable(case) and Act.HIDE not in judgment.ground.permits:  # type: ignore[union-attr]
        raise Refusal("This ground permits no hiding, and a block hides the comment too.", field="ground")
    if standing := case.account.blocks.at(at).filter(author_id=case.author_id).first():
        raise Refusal(f"This author is blocked already, until {told(standing.ends_at)}.")
    step = rules.next_step(earlier_decisions(case), at, procedure_at(at))
    if not step.days:
        raise Refusal(f"{step.because} Hide the comment: its notice is the warning.", field="days")
    if not 1 <= days <= step.days:
        raise Refusal(f"{step.because} Choose between 1 and {step.days} days.", field="days")
    return step


@transaction.atomic
def second_block(proposal: Proposal, *, by: User, at: datetime, note: str = "") -> Decision:
    """Decide a block that another person proposed. The evidence is what they read, even if it was edited since."""
    proposal = _waiting(proposal)
    require(permissions.can_second_block, by, proposal, at)
    case = locked(proposal.case)
    if proposal.ground.version_id != getattr(version_in_force(at), "pk", None):  # type: ignore[union-attr]
        raise Refusal(
            "Another version of the comment policy is in force now. Refuse it, so that it is judged anew."
        )
    end_run_out(case.account, case.author_id, at=at)
    if case.account.blocks.at(at).filter(author_id=case.author_id).exists():
        raise Refusal("This author has been blocked meanwhile for another comment. Refuse this one.")
    until = at + timedelta(days=proposal.days)
    copied = {name: getattr(proposal, name) for name in Reasons.COPIED}
    decision = _adverse(
        case, proposal.record, Outcome.BLOCK, copied, at=at, decided_by=proposal.proposed_by,
        decided_at=proposal.proposed_at, seconded_by=by, seconded_at=at, block_until=until,
    )  # fmt: skip
    note = rules.readable(note).strip()
    log.move(
        proposal, to=Proposal.Status.SECONDED, by=by, at=at, verb="block.seconded", reason=note, answer=note,
        answered_by=by, answered_at=at, also=[case],
    )  # fmt: skip
    block = open_block(decision, at=at)
    ordered = [order_block(block, Measure.Verb.BLOCK, at=at, decision=decision)]
    if hideable(case):
        ordered.insert(0, order(case, Measure.Verb.HIDE, at=at, decision=decision))
    _carry_out(case, decision, ordered, verb="comment.hidden", by=by, at=at)
    return decision


@transaction.atomic
def refuse_block(proposal: Proposal, *, by: User, at: datetime, why: str) -> Proposal:
    """Refuse a block, or take one's own proposal back; the comment waits again."""
    proposal = _waiting(proposal)
    require(permissions.can_refuse_block, by, proposal, at)
    why = rules.readable(why).strip()
    if not why:
        raise Refusal("Say why, so that whoever decides next knows.", field="why")
    case = locked(proposal.case)
    log.move(
        proposal, to=Proposal.Status.REFUSED, by=by, at=at, verb="block.refused", reason=why, answer=why,
        answered_by=by, answered_at=at, also=[case],
    )  # fmt: skip
    log.move(case, to=Case.Status.WAITING, by=by, at=at, verb="case.released", reason=why)
    return proposal


def _waiting(proposal: Proposal) -> Proposal:
    found = (
        Proposal.objects.select_for_update(of=("self",))
        .select_related("case", "proposed_by", "ground", "record")
        .get(pk=proposal.pk)
    )
    if found.status != Proposal.Status.WAITING:
        raise Stale(f"This block was {found.get_status_display().lower()} meanwhile.")
    return found


# -- what every adverse decision has -------------------------------------------------------------------


def _adverse(case: Case, record: Record, outcome: str, reasons: dict, *, at: datetime, **who) -> Decision:
    """The decision with its number and its notice, in this one transaction (R8, R13)."""
    decision = Decision.objects.create(
        case=case, outcome=outcome, record=record, record_hash=record.hash, reference=next_reference(at),
        **reasons, **who,
    )  # fmt: skip
    act = "block_only" if outcome == Outcome.BLOCK and not hideable(case) else outcome
    telling = notices.Telling(
        case.account, decision, act, decision.reference or "", at, procedure_at(at), decision.block_until
    )
    Notice.objects.create(
        decision=decision, text=notices.text_of(telling), created_at=at,
        appeal_path=notices.appeal_path(decision.reference or ""),
    )  # fmt: skip
    return decision


def next_reference(at: datetime) -> str:
    """The next number of the year, without gaps: the row is locked until this decision is committed."""
    year = day_of(at, city_zone()).year
    RegisterYear.objects.get_or_create(year=year)
    row = RegisterYear.objects.select_for_update().get(year=year)
    row.last += 1
    row.save(update_fields=["last"])
    return f"{year}-{row.last:05}"


def _carry_out(
    case: Case, decision: Decision, ordered: list[Measure], *, verb: str, by: User, at: datetime
) -> None:
    """Tell of the decision and of all that it causes in one entry, which seals them."""
    notice, block = (getattr(decision, name, None) for name in ("notice", "block"))
    log.move(
        case, to=Case.Status.CARRYING_OUT, by=by, at=at, verb=verb, reason=decision.facts, claimed_by=None,
        claimed_until=None, also=[one for one in (decision, notice, block, *ordered) if one], data={
            "reference": decision.reference, "record": decision.record_hash, "ground": decision.ground_title,
            "clause": decision.clause_label, "policy": decision.policy_label,
        },
    )  # fmt: skip
