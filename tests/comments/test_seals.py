"""The insider: whoever changes a measure in the database itself, past the acts, is named by the log."""

from datetime import timedelta

import pytest
from django.db import connection, transaction

from city.log import history_of, verify_seals
from comments import actions
from comments.actions import Words, measures
from comments.actions.appeals import new_nonce
from comments.models import Appeal, Block, Measure
from tests.comments.make import block, carried_out, hide, make_commented
from tests.conftest import NOW

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def named() -> list[str]:
    """What the verification names. An entry takes its place in the log at the commit, which is asked for here."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    return [fault.where for fault in verify_seals()]


def named_when(measure: Measure, **changes) -> list[str]:
    """What is named when an insider writes this, with the triggers off; it is taken back afterwards."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
        if changes:
            Measure.objects.filter(pk=measure.pk).update(**changes)
        else:
            with connection.cursor() as cursor:
                cursor.execute("DELETE FROM comments_measure WHERE id = %s", [measure.pk])
        found = named()
        transaction.set_rollback(True)
    return found


@pytest.fixture
def reversed_block(rules_in_force, moderator, attorney, appeals):
    """A warning, a block, and an appeal that gives both back: measures of all four verbs, all done."""
    first = make_commented()
    hide(first, rules_in_force, by=moderator, at=NOW - HOUR)
    case = make_commented(first.account, text="Again, with a bat")
    decision = block(case, rules_in_force, by=moderator, second=attorney)
    for one in (first, case):
        carried_out(one)
    actions.submit_statement(Words("A song", reference=decision.reference), nonce=new_nonce(), at=NOW)
    actions.decide_appeal(Appeal.objects.get(), "reversed", "A song.", by=appeals, at=NOW + HOUR)
    carried_out(case, at=NOW + HOUR)
    return case


def test_a_measure_is_sealed_by_the_entry_that_orders_it(rules_in_force, moderator):
    case = make_commented()
    hide(case, rules_in_force, by=moderator)
    measure = case.measures.get()
    assert named() == []
    name = f"comments.measure:{measure.pk}"
    assert history_of(measure).get().verb == "comment.hidden"
    assert named_when(measure, verb="unhide") == [name]
    assert named_when(measure, target="at://somebody/else") == [name]
    assert named_when(measure, status="done", done_at=NOW) == [name]
    assert named_when(measure) == [name]


def test_a_measure_is_sealed_by_the_entry_that_ends_it(reversed_block):
    assert named() == []
    assert set(Measure.objects.values_list("verb", "status")) == {
        (verb, "done") for verb in ("hide", "unhide", "block", "unblock")
    }
    hidden = Measure.objects.filter(verb="hide").first()
    for measure in Measure.objects.all():
        name = f"comments.measure:{measure.pk}"
        told = history_of(measure).filter(verb="measure.done").get()
        assert (told.data["verb"], told.data["target"]) == (measure.verb, measure.target)
        assert named_when(measure, done_at=NOW - 9 * HOUR) == [name]
        assert named_when(measure, status="superseded", done_at=None) == [name]
        assert named_when(measure, account_id=measure.account_id, root_id="at://another") == [name]
        if measure.verb != "hide":
            assert named_when(measure, decision=hidden.decision, appeal_decision=None) == [name]


def test_what_a_measure_waits_for_between_two_attempts_breaks_no_seal(rules_in_force, moderator):
    case = make_commented()
    hide(case, rules_in_force, by=moderator)
    held = measures.claim_measure(case.measures.get().pk, worker="one", at=NOW)
    assert named() == []
    measures.put_back(held, not_before=NOW + HOUR, error="The platform rests.")
    assert named() == []
    held = measures.claim_measure(held.pk, worker="two", at=NOW + HOUR)
    measures.fail_measure(held, at=NOW + HOUR, error="No such post.")
    assert named() == []
    assert named_when(held, error="It was nothing.") == [f"comments.measure:{held.pk}"]
    actions.retry_measure(held, by=moderator, at=NOW + 2 * HOUR)
    assert named() == []


def test_the_end_of_a_block_by_the_clock_is_sealed_too(rules_in_force, moderator, attorney):
    first = make_commented()
    hide(first, rules_in_force, by=moderator, at=NOW - HOUR)
    block(make_commented(first.account, text="Again"), rules_in_force, by=moderator, second=attorney)
    actions.end_run_out_blocks(at=Block.objects.get().ends_at)
    assert Measure.objects.filter(verb="unblock").exists()
    assert named() == []
