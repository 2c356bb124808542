"""Appeals: a statement of the public, an answer by somebody else, and what the answer undoes."""

import secrets
from dataclasses import asdict, dataclass
from datetime import datetime

from django.conf import settings
from django.core import signing
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.crypto import salted_hmac

from city import log
from city.actors import Actor
from city.canonical import digest, sha256
from city.mail import send_mail
from city.models import User
from city.permissions import require
from city.refusals import NotAllowed, Refusal, Stale
from comments import permissions, rules
from comments.actions.blocks import end_block
from comments.actions.measures import order, reopen_for_carrying_out
from comments.models import Appeal, AppealDecision, Block, Case, Decision, Measure, Statement
from comments.permissions import PUBLIC
from comments.procedure import due_of, procedure_at
from comments.queries import is_hidden

SALT = "comments.statement"


@dataclass(frozen=True)
class Words:
    """What somebody wrote on the public form."""

    text: str
    reference: str = ""
    described: str = ""
    handle: str = ""
    name: str = ""
    email: str = ""


# -- the public form -----------------------------------------------------------------------------------


def new_nonce() -> str:
    """Names one drawn form, so that pressing twice sends once. Signed, so that nobody can choose another's."""
    return signing.Signer(salt=SALT).sign(secrets.token_urlsafe(16))


def token_for(nonce: str, words: Words) -> str:
    """The secret of the private link. The same form with the same words has the same link, other words another.

    A nonce that is not ours (none, an old one, one that was made up) names nothing: then the link is new.
    """
    try:
        seed = signing.Signer(salt=SALT).unsign(nonce)
    except signing.BadSignature:
        seed = secrets.token_urlsafe(24)
    return salted_hmac(SALT, f"{seed}:{digest(asdict(words))}", algorithm="sha256").hexdigest()


def statement_for(token: str) -> Statement | None:
    """The statement that a private link opens. Only the hash of its secret is kept."""
    hashed = sha256(token.encode(errors="replace"))
    return Statement.objects.select_related("appeal__decision").filter(token_hash=hashed).first()


def submit_statement(words: Words, *, nonce: str, at: datetime, held_why: str = "") -> tuple[Statement, str]:
    """Keep what somebody wrote, and open the appeal if it names a decision. Returns it with its link's secret.

    It is never refused for who sent it or how often: what looks like a flood is kept, and waits for a
    person instead of opening an appeal by itself. Sent twice, it is there once.
    """
    require(permissions.can_submit_statement, PUBLIC, None, at)
    token = token_for(nonce, words)
    try:
        with transaction.atomic():
            return _received(words, sha256(token.encode()), token, at=at, held_why=held_why), token
    except IntegrityError:
        found = statement_for(token)
        if found is None:
            raise
        return found, token


def _received(words: Words, hashed: str, token: str, *, at: datetime, held_why: str) -> Statement:
    decision = decision_named(words.reference)
    if decision and not held_why and _is_decided(decision):
        held_why = "The appeal against this decision has been answered already."
    statement = Statement.objects.create(
        token_hash=hashed, received_at=at, held_why=held_why, **asdict(words)
    )
    log.note(statement, verb="statement.received", by=PUBLIC, at=at)
    if decision and not held_why:
        join_appeal(statement, decision, by=PUBLIC, at=at)
    if statement.email:
        link = f"{settings.SITE_URL}{reverse('comments:see_statement', args=[token])}"
        due = due_of(statement.appeal) if statement.appeal else None
        send_mail(
            statement.email, "statement_received", {"statement": statement, "link": link, "due": due}, at
        )
    return statement


def decision_named(reference: str) -> Decision | None:
    """The decision that somebody means, however they wrote its number: 2026-00041, “No. 2026 - 41”, 2026/41."""
    digits = "".join(letter if letter.isascii() and letter.isdigit() else " " for letter in reference).split()
    if len(digits) != 2 or len(digits[0]) != 4 or not 1 <= len(digits[1]) <= 9:
        return None
    return Decision.objects.adverse().filter(reference=f"{digits[0]}-{int(digits[1]):05}").first()


def _is_decided(decision: Decision) -> bool:
    return Appeal.objects.filter(decision=decision).exclude(status=Appeal.Status.RECEIVED).exists()


def join_appeal(statement: Statement, decision: Decision, *, by: Actor, at: datetime) -> Appeal:
    """Open the one appeal against a decision, or add to it while it is open (R9)."""
    # The decision's row is never updated: its lock only makes two openers wait for each other.
    decision = Decision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    appeal = Appeal.objects.select_for_update().filter(decision=decision).first()
    if appeal is not None and appeal.status != Appeal.Status.RECEIVED:
        raise Stale(
            "The appeal against this decision has been answered already. Set the statement aside, and say so."
        )
    if appeal is None:
        within = procedure_at(at).decide_within
        appeal = Appeal.objects.create(
            decision=decision, received_at=statement.received_at, decide_within=within
        )
        log.note(appeal, verb="appeal.opened", by=by, at=at, also=[decision, decision.case])
    statement.appeal = appeal
    statement.save(update_fields=["appeal"])
    return appeal


# -- statements that a person must look at -------------------------------------------------------------


def _unmatched(statement: Statement) -> Statement:
    found = Statement.objects.select_for_update(of=("self",)).get(pk=statement.pk)
    if found.appeal_id or found.set_aside_at:
        raise Stale("Somebody has dealt with this statement meanwhile.")
    return found


@transaction.atomic
def match_statement(statement: Statement, reference: str, *, by: User, at: datetime) -> Appeal:
    """Say which decision a statement is about; its appeal opens, counted from the day on which it was received."""
    require(permissions.can_match_statement, by, statement, at)
    statement = _unmatched(statement)
    decision = decision_named(reference)
    if decision is None:
        raise Refusal("No decision has this reference. The register lists them all.", field="reference")
    appeal = join_appeal(statement, decision, by=by, at=at)
    log.note(statement, verb="statement.matched", by=by, at=at, also=[appeal, decision, decision.case])
    return appeal


@transaction.atomic
def set_aside_statement(statement: Statement, why: str, *, by: User, at: datetime) -> Statement:
    """Say that a statement is about no decision of the city. Its sender reads the reason on the private page."""
    require(permissions.can_set_aside_statement, by, statement, at)
    statement = _unmatched(statement)
    why = rules.readable(why).strip()
    if not why:
        raise Refusal("Write the reason; whoever sent it reads it.", field="why")
    statement.set_aside_at, statement.set_aside_by, statement.set_aside_why = at, by, why
    statement.save(update_fields=["set_aside_at", "set_aside_by", "set_aside_why"])
    log.note(statement, verb="statement.set_aside", by=by, at=at, reason=why)
    return statement


# -- the answer ----------------------------------------------------------------------------------------


@transaction.atomic
def decide_appeal(appeal: Appeal, outcome: str, reasons: str, *, by: User, at: datetime) -> AppealDecision:
    """Answer an appeal, by somebody who had no part in the decision (R10), with reasons (R11)."""
    appeal = Appeal.objects.select_related("decision__case").get(pk=appeal.pk)
    first = appeal.decision
    if by.pk in (first.decided_by_id, first.seconded_by_id):
        part = "decided" if by.pk == first.decided_by_id else "seconded"
        raise NotAllowed(
            f"You {part} {first.reference} yourself. Somebody who had no part in it answers the appeal."
        )
    require(permissions.can_decide_appeal, by, appeal, at)
    if outcome not in AppealDecision.Outcome.values:
        raise Refusal("Choose whether the decision stands.", field="outcome")
    reasons = rules.readable(reasons).strip()
    if not reasons:
        raise Refusal(
            "Write the reasons. Whoever appealed reads them, and so does the public.", field="reasons"
        )
    case = Case.objects.select_for_update(of=("self",)).get(pk=first.case_id)
    # Whoever waited for the case sees here what was answered meanwhile.
    appeal.refresh_from_db(fields=["status"])
    if appeal.status != Appeal.Status.RECEIVED:
        raise Stale(f"Somebody has just answered this appeal: {appeal.get_status_display().lower()}.")
    answer = AppealDecision(
        appeal=appeal, outcome=outcome, reasons=reasons, by=by, at=at, first_decider_id=first.decided_by_id,
        first_seconder_id=first.seconded_by_id,
    )  # fmt: skip
    answer.save(force_insert=True)
    log.move(
        appeal, to=outcome, by=by, at=at, verb=f"appeal.{outcome}", reason=reasons, also=[first, case, answer]
    )
    if outcome == AppealDecision.Outcome.REVERSED:
        _undo(first, case, answer, by=by, at=at)
    for statement in appeal.statements.exclude(email=""):
        send_mail(statement.email, "appeal_decided", {"answer": answer, "decision": first}, at)
    return answer


def _undo(decision: Decision, case: Case, answer: AppealDecision, *, by: User, at: datetime) -> None:
    """Give back what the decision took; the case is open until the network shows it again (R7)."""
    why = f"Reversed on appeal: {decision.reference}."
    block = (
        Block.objects.filter(decision=decision, lifted_at=None).select_related("decision", "account").first()
    )
    if block is not None:
        end_block(block, by=by, at=at, verb="block.lifted", why=why, appeal_decision=answer)
        case.refresh_from_db()
    if not is_hidden(case) and _was_hidden(decision):
        ordered = order(case, Measure.Verb.UNHIDE, at=at, appeal_decision=answer)
        log.note(ordered, verb="measure.ordered", by=by, at=at, also=[case, answer])
        reopen_for_carrying_out(case, by=by, at=at, verb="case.reopened", reason=why)


def _was_hidden(decision: Decision) -> bool:
    return decision.measures.filter(verb=Measure.Verb.HIDE).exists()
