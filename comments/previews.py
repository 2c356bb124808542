"""What a decision would say and do, shown before it is made."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from city.times import told
from comments import notices
from comments.actions.decide import Judgment, check_hide, reasons_for, step_for
from comments.actions.measures import hideable
from comments.models import Case, Decision, Proposal
from comments.procedure import procedure_at
from comments.queries import is_hidden
from policies.models import Act

NUMBER = "[its number]"


@dataclass(frozen=True)
class Preview:
    """`acts`: what happens, in sentences. `notice`: what is published and sent; empty where nothing is."""

    acts: tuple[str, ...]
    notice: str = ""


def of_decision(case: Case, judgment: Judgment, outcome: str, *, at: datetime, days: int = 0) -> Preview:
    """Raises Refusal, as the decision itself would, where ground or facts are missing."""
    account = case.account
    if outcome == Decision.Outcome.LEAVE:
        again = f"The comment is shown again on {account.platform}."
        shown = again if is_hidden(case) else "Nothing is done on the network."
        return Preview((shown, "The comment leaves the queue. Nothing is published and nobody is told."))
    act = Act.BLOCK if outcome == Decision.Outcome.BLOCK else Act.HIDE
    decision = Decision(**reasons_for(judgment, act, at=at))
    if act == Act.BLOCK:
        step_for(case, judgment, days, at=at)
    else:
        check_hide(case)
    can_hide = hideable(case)
    until = at + timedelta(days=days) if days else None
    kind = outcome if can_hide or outcome == Decision.Outcome.HIDE else "block_only"
    telling = notices.Telling(account, decision, kind, NUMBER, at, procedure_at(at), until)
    return Preview(
        tuple(_acts(case, can_hide, until, procedure_at(at).counsel_first)), notices.text_of(telling)
    )


def _acts(case: Case, can_hide: bool, until: datetime | None, counsel_first: bool):
    where = f"{case.account.name} on {case.account.platform}"
    if until:
        second = "the City Attorney" if counsel_first else "another person"
        yield f"Nothing happens until {second} seconds it. From then:"
    if can_hide:
        yield f"The comment is hidden at {where}. It is not deleted; the archive keeps it."
    if until:
        yield (
            f"Its author is blocked at {where}: until {told(until)}, if it is seconded now. "
            "The network then shows none of their replies there. The block ends by itself."
        )
    yield "The decision gets a number and stands in the public register with the notice below. No name is published."
    yield "The case stays open until the network shows it."


def of_proposal(proposal: Proposal, *, at: datetime) -> Preview:
    """What happens if a proposed block is seconded now."""
    case = proposal.case
    can_hide, until = hideable(case), at + timedelta(days=proposal.days)
    kind = Decision.Outcome.BLOCK if can_hide else "block_only"
    telling = notices.Telling(case.account, proposal, kind, NUMBER, at, procedure_at(at), until)
    acts = [one for one in _acts(case, can_hide, until, False) if not one.startswith("Nothing happens")]
    return Preview(tuple(acts), notices.text_of(telling))
