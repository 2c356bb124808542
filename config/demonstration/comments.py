"""What residents wrote, in the queue of Marlow Bay: archived first, then decided, answered and appealed."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from accounts.models import Account
from city.models import User
from comments import actions
from comments.actions import Judgment, Words
from comments.actions.appeals import new_nonce
from comments.actions.decide import version_in_force
from comments.carrying_out import carry_out
from comments.models import Appeal, Case, Decision, Measure
from comments.permissions import DESK
from config.demonstration.city import person
from policies.models import Ground, KeywordKind
from records.actions.capture import ARCHIVIST, open_capture
from records.actions.checkpoint import make_checkpoint
from records.capture import run_capture
from records.models import Capture

#: The accounts whose comments the visitor finds in the queue at once; the worker captures the others.
CAPTURED = (
    "marlowbay.test",
    "parks.marlowbay.test",
    "police.marlowbay.test",
    "mayor.marlowbay.test",
    "district3.marlowbay.test",
)
VIOLENT_WORDS = "gun\nbomb\nhis address\nshoot"

SPAM = "PAVING? best paving dealz"
MORE_SPAM = "CHEAP ROOFING best dealz"
CRITIC = "You are a useless alder"
LEFT_UP = "Damn waste of money"
MENDED = "Report 88121 is still open"
THREAT = "I have a gun and his address"


def build_comments(*, clock: Callable[[], datetime]) -> None:
    """The first captures, and what the moderators made of what they found. Nothing is decided that is not kept."""
    for account in Account.objects.filter(platform__slug="bluesky", handle__in=CAPTURED).order_by("pk"):
        capture_once(account, clock)
    decide_some(clock())
    carry_out_all(clock)
    answer_some(clock())
    carry_out_all(clock)
    make_checkpoint(by=ARCHIVIST, at=clock())


def carry_out_all(clock: Callable[[], datetime]) -> None:
    """What the worker would do about what was decided, and look whether the network shows it."""
    for measure in Measure.objects.filter(status=Measure.Status.DUE).order_by("pk"):
        carry_out(measure.pk, worker="demonstration", clock=clock)


def capture_once(account: Account, clock: Callable[[], datetime]) -> None:
    """The visit that the worker would make, unless it has been made."""
    if account.captures.filter(status=Capture.Status.DONE).exists():
        return
    waiting = account.captures.open().first()
    waiting = waiting or open_capture(account, cause=Capture.Cause.CONNECTED, by=ARCHIVIST, at=clock())
    run_capture(waiting, worker="demonstration", clock=clock)


@transaction.atomic
def decide_some(at: datetime) -> None:
    """Some comments wait, some are decided, one block waits for counsel, one appeal for its answer."""
    if Decision.objects.exists():
        return
    officer, moderator, attorney = person("officer"), person("moderator"), person("attorney")
    actions.change_word_list(KeywordKind.VIOLENT, VIOLENT_WORDS, by=officer, at=at)
    actions.open_cases(by=DESK, at=at)
    actions.decide_case(*opened(LEFT_UP, by=moderator, at=at), "leave", by=moderator, at=at)
    spam = "It advertises with a link and says nothing about the post."
    actions.decide_case(*opened(SPAM, "spam", spam, by=moderator, at=at), "hide", by=moderator, at=at)
    actions.propose_block(*opened(MORE_SPAM, "spam", spam, by=moderator, at=at), 7, by=moderator, at=at)
    again = "The same report number stands under several posts."
    actions.decide_case(*opened(MENDED, "spam", again, by=moderator, at=at), "hide", by=moderator, at=at)
    weekly = "He announces that he will write this every week."
    actions.decide_case(*opened(CRITIC, "security", weekly, by=officer, at=at), "hide", by=officer, at=at)
    actions.flag_comment(
        case_of(THREAT), "Names a weapon and an address: the police has it.", by=attorney, at=at
    )


@transaction.atomic
def answer_some(at: datetime) -> None:
    """One decision was reversed on appeal, another appeal waits for whoever visits."""
    if Appeal.objects.exists():
        return
    mended, wrong = (Decision.objects.get(case=case_of(words)) for words in (MENDED, CRITIC))
    appeal(mended, "I report a street that is not swept. That is no advertisement.", at=at)
    actions.decide_appeal(
        Appeal.objects.get(decision=mended),
        "reversed",
        "A report number is not an advertisement, and the comment is about leaf collection, as the post is.",
        by=person("appeals"),
        at=at,
    )
    appeal(
        wrong, "I live here, and I said what I think of my alder’s work. Which rule is that against?", at=at
    )


def case_of(words: str) -> Case:
    return Case.objects.get(record__text__contains=words)


def opened(words: str, ground: str = "", facts: str = "", *, by: User, at: datetime) -> tuple[Case, Judgment]:
    """A comment as its moderator has it open, and what they found in it."""
    case = actions.claim_case(case_of(words), by=by, at=at)
    reason = Ground.objects.get(version=version_in_force(at), key=ground) if ground else None
    return case, Judgment(seen=case.item.record_id, ground=reason, facts=facts)


def appeal(decision: Decision, text: str, *, at: datetime) -> None:
    """What the resident writes on the public form."""
    actions.submit_statement(Words(text=text, reference=decision.reference or ""), nonce=new_nonce(), at=at)
