"""What the city may do about a comment, and what it may not."""

from datetime import timedelta

import pytest
from django.db import Error, connection, transaction

from city import log
from city.actions.holidays import add_holiday
from city.models import Entry, Mail
from city.refusals import NotAllowed, Refusal, Stale
from city.verbs import sentence
from comments import actions
from comments.actions import Judgment, Words, measures
from comments.actions.appeals import new_nonce, statement_for
from comments.models import Appeal, AppealDecision, Block, Case, Decision, Flag, Measure, Notice, Statement
from comments.permissions import DESK
from comments.procedure import due_of
from policies.models import Policy
from tests.accounts.make import make_account
from tests.comments.make import (
    block,
    carried_out,
    ground_called,
    hide,
    judgment,
    keep,
    make_commented,
)
from tests.conftest import NOW, make_user
from tests.policies.make import adopt, next_version

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def appeal(decision, *, at=NOW, **words):
    words = {"text": "I was quoting a song.", "reference": decision.reference} | words
    return actions.submit_statement(Words(**words), nonce=new_nonce(), at=at)


# -- the queue -----------------------------------------------------------------------------------------


def test_a_comment_comes_into_the_queue_once_from_the_archive(city):
    case = make_commented()
    assert case.status == "waiting"
    assert actions.open_cases(by=DESK, at=NOW + HOUR) == 0
    assert Case.objects.count() == 1


def test_nobody_makes_a_case_by_hand(officer):
    with pytest.raises(NotAllowed):
        actions.open_cases(by=officer, at=NOW)


def test_what_another_account_of_ours_wrote_is_no_case(city):
    ours = make_account(native_id="did:plc:police")
    account = make_account(native_id="did:plc:parks")
    keep(account, "comment", "at://police/1", "Well done", author_id=ours.native_id)
    assert actions.open_cases(by=DESK, at=NOW) == 0


def test_what_came_while_no_worker_ran_is_found_by_the_thorough_sweep(city):
    account = make_account(native_id="did:plc:parks")
    keep(account, "comment", "at://resident/1", "Old", at=NOW - timedelta(days=20))
    assert actions.open_cases(by=DESK, at=NOW) == 0
    assert actions.open_cases(by=DESK, at=NOW, thorough=True) == 1


def test_an_undecided_case_shows_the_newest_wording(city):
    case = make_commented(text="First")
    record = keep(case.account, "comment", case.item.platform_item_id, "Second", at=NOW + HOUR)
    actions.open_cases(by=DESK, at=NOW + HOUR)
    case.refresh_from_db()
    assert (case.status, case.record) == ("waiting", record)


def test_a_comment_that_is_edited_after_it_was_left_up_waits_again_and_says_why(city, moderator):
    case = make_commented(text="Nice plow")
    actions.claim_case(case, by=moderator, at=NOW)
    actions.decide_case(case, judgment(case, None), "leave", by=moderator, at=NOW)
    keep(case.account, "comment", case.item.platform_item_id, "I will be waiting", at=NOW + HOUR)
    actions.open_cases(by=DESK, at=NOW + HOUR)
    case.refresh_from_db()
    assert case.status == "waiting"
    assert case.flags.get().source == Flag.Source.EDITED


def test_a_comment_whose_state_alone_changed_does_not_come_back(rules_in_force, moderator):
    case = make_commented()
    hide(case, rules_in_force, by=moderator)
    carried_out(case)
    keep(case.account, "comment", case.item.platform_item_id, case.record.text, at=NOW + HOUR, state="hidden")
    actions.open_cases(by=DESK, at=NOW + HOUR)
    case.refresh_from_db()
    assert case.status == "closed"


def test_a_comment_deleted_before_anybody_looked_leaves_the_queue_unless_it_is_flagged(city, aide):
    case, other = make_commented(), make_commented(text="Another")
    actions.flag_comment(other, "Please look", by=aide, at=NOW)
    for one in (case, other):
        keep(one.account, "comment", one.item.platform_item_id, "", at=NOW + HOUR, state="deleted_by_author")
    actions.open_cases(by=DESK, at=NOW + HOUR)
    case.refresh_from_db()
    other.refresh_from_db()
    assert (case.status, other.status) == ("closed", "waiting")


def test_a_word_list_flags_and_does_nothing_else(rules_in_force, officer):
    actions.change_word_list("violent", "bat\nmurder", by=officer, at=NOW)
    case = make_commented(text="I will bring a BAT")
    assert case.flags.get().text == "Violent words: bat"
    assert case.status == "waiting"
    assert not Measure.objects.exists()


def test_a_list_of_a_kind_that_the_policy_in_force_does_not_name_flags_nothing(rules_in_force, officer):
    actions.change_word_list("profane", "darn", by=officer, at=NOW)
    assert not make_commented(text="darn it").flags.exists()
    with pytest.raises(Refusal, match="four kinds"):
        actions.change_word_list("political", "mayor", by=officer, at=NOW)


def test_one_moderator_at_a_time_has_a_comment_open(city, moderator, officer):
    case = make_commented()
    actions.claim_case(case, by=moderator, at=NOW)
    with pytest.raises(Refusal, match="Mona Moderator has this comment open"):
        actions.claim_case(case, by=officer, at=NOW + timedelta(minutes=19))
    actions.claim_case(case, by=moderator, at=NOW + timedelta(minutes=19))
    with pytest.raises(Refusal):
        actions.claim_case(case, by=officer, at=NOW + timedelta(minutes=38))
    actions.claim_case(case, by=officer, at=NOW + timedelta(minutes=39))
    with pytest.raises(Refusal, match="do not have this comment open"):
        actions.decide_case(case, judgment(case, None), "leave", by=moderator, at=NOW + timedelta(minutes=40))


# -- decisions -----------------------------------------------------------------------------------------


def test_hide_comment_keeps_the_evidence_clause_and_notice_in_one_decision(rules_in_force, moderator):
    case = make_commented()
    decision = hide(case, rules_in_force, by=moderator)
    assert decision.reference == "2026-00001"
    assert decision.record_hash == case.record.hash
    assert decision.ground_definition.startswith("A true threat")
    assert (decision.clause_label, decision.policy_label) == ("3.4 Threats", "Comment policy, version 1")
    assert "appeal" in decision.notice.text
    assert decision.reference in decision.notice.appeal_path
    assert "resident.test" not in decision.notice.text
    case.refresh_from_db()
    assert case.status == "carrying_out"
    assert case.measures.get().verb == "hide"


@pytest.mark.parametrize(
    ("key", "facts", "field"),
    [(None, "It threatens.", "ground"), ("threats", "  \x00 ", "facts")],
)
def test_nothing_is_hidden_without_ground_and_facts(rules_in_force, moderator, key, facts, field):
    case = make_commented()
    actions.claim_case(case, by=moderator, at=NOW)
    ground = ground_called(rules_in_force, key) if key else None
    with pytest.raises(Refusal) as refused:
        actions.decide_case(case, judgment(case, ground, facts), "hide", by=moderator, at=NOW)
    assert refused.value.field == field
    assert not Decision.objects.exists()


def test_no_block_on_a_ground_that_permits_none(rules_in_force, moderator):
    case = make_commented()
    actions.claim_case(case, by=moderator, at=NOW)
    with pytest.raises(Refusal, match="does not permit to block"):
        actions.propose_block(
            case, judgment(case, ground_called(rules_in_force, "defamation")), 7, by=moderator, at=NOW
        )


def test_a_ground_of_an_older_version_decides_nothing_any_more(
    rules_in_force, moderator, officer, attorney, clerk
):
    old = ground_called(rules_in_force)
    draft = next_version(rules_in_force.policy, officer, at=NOW - HOUR, old="Threats", new="Real threats")
    adopt(draft, officer, attorney, clerk, at=NOW - HOUR)
    case = make_commented()
    actions.claim_case(case, by=moderator, at=NOW)
    with pytest.raises(Refusal, match="not part of"):
        actions.decide_case(case, judgment(case, old), "hide", by=moderator, at=NOW)


def test_without_a_policy_in_force_nothing_is_hidden(city, moderator):
    case = make_commented()
    actions.claim_case(case, by=moderator, at=NOW)
    with pytest.raises(Refusal, match="No comment policy is in force"):
        actions.decide_case(case, judgment(case, None), "hide", by=moderator, at=NOW)
    assert actions.decide_case(case, judgment(case, None), "leave", by=moderator, at=NOW).outcome == "leave"


def test_what_changed_while_it_was_open_is_not_decided_upon(rules_in_force, moderator):
    case = make_commented()
    actions.claim_case(case, by=moderator, at=NOW)
    seen = judgment(case, ground_called(rules_in_force))
    keep(case.account, "comment", case.item.platform_item_id, "Sorry, I was angry", at=NOW)
    with pytest.raises(Stale, match="changed while you had it open"):
        actions.decide_case(case, seen, "hide", by=moderator, at=NOW)


def test_r13_an_old_decision_keeps_its_wording_after_a_new_version(
    rules_in_force, moderator, officer, attorney, clerk
):
    decision = hide(make_commented(), rules_in_force, by=moderator)
    before = (decision.clause_label, decision.clause_text, decision.ground_definition, decision.policy_label)
    draft = next_version(rules_in_force.policy, officer, at=NOW, old="Threats", new="Something else")
    adopt(draft, officer, attorney, clerk, at=NOW + HOUR)
    decision = Decision.objects.get(pk=decision.pk)
    assert before == (
        decision.clause_label,
        decision.clause_text,
        decision.ground_definition,
        decision.policy_label,
    )


def test_numbers_have_no_gaps_within_a_year_and_begin_anew_with_the_next(rules_in_force, moderator):
    numbers = []
    for n in range(3):
        case = make_commented(text=f"Comment {n}")
        numbers.append(hide(case, rules_in_force, by=moderator).reference)
        other = make_commented(text=f"Left {n}")
        actions.claim_case(other, by=moderator, at=NOW)
        with pytest.raises(Refusal):
            actions.decide_case(other, judgment(other, None), "hide", by=moderator, at=NOW)
    later = NOW + timedelta(days=60)
    numbers.append(hide(make_commented(at=later), rules_in_force, by=moderator, at=later).reference)
    assert numbers == ["2026-00001", "2026-00002", "2026-00003", "2027-00001"]


def test_a_comment_under_somebody_elses_post_cannot_be_hidden_by_the_city(rules_in_force, moderator):
    case = make_commented(root_id="at://stranger/1", parent_id="at://stranger/1")
    actions.claim_case(case, by=moderator, at=NOW)
    with pytest.raises(Refusal, match="somebody else’s post"):
        actions.decide_case(case, judgment(case, ground_called(rules_in_force)), "hide", by=moderator, at=NOW)


def test_a_hidden_comment_that_its_author_mended_is_shown_again_when_it_is_left_up(rules_in_force, moderator):
    case = make_commented()
    hide(case, rules_in_force, by=moderator)
    carried_out(case)
    keep(case.account, "comment", case.item.platform_item_id, "I disagree", at=NOW + HOUR)
    actions.open_cases(by=DESK, at=NOW + HOUR)
    actions.claim_case(case, by=moderator, at=NOW + HOUR)
    actions.decide_case(case, judgment(case, None), "leave", by=moderator, at=NOW + HOUR)
    assert list(case.measures.order_by("pk").values_list("verb", flat=True)) == ["hide", "unhide"]


# -- blocks --------------------------------------------------------------------------------------------


def test_a_block_needs_a_warning_first(rules_in_force, moderator):
    case = make_commented()
    actions.claim_case(case, by=moderator, at=NOW)
    with pytest.raises(Refusal, match="Hide the comment: its notice is the warning"):
        actions.propose_block(case, judgment(case, ground_called(rules_in_force)), 7, by=moderator, at=NOW)
    decision = actions.decide_case(
        case, judgment(case, ground_called(rules_in_force)), "hide", by=moderator, at=NOW
    )
    assert "This is also a warning" in decision.notice.text


def test_a_block_is_decided_by_two_people_and_ends(rules_in_force, moderator, officer, attorney):
    first = make_commented()
    hide(first, rules_in_force, by=moderator, at=NOW - HOUR)
    case = make_commented(first.account, text="With a bat, I said")
    actions.claim_case(case, by=moderator, at=NOW)
    with pytest.raises(Refusal, match="between 1 and 7"):
        actions.propose_block(case, judgment(case, ground_called(rules_in_force)), 30, by=moderator, at=NOW)
    proposal = actions.propose_block(
        case, judgment(case, ground_called(rules_in_force)), 7, by=moderator, at=NOW
    )
    assert not Block.objects.exists()
    for other in (moderator, officer):
        with pytest.raises(NotAllowed):
            actions.second_block(proposal, by=other, at=NOW)
    decision = actions.second_block(proposal, by=attorney, at=NOW + HOUR)
    found = Block.objects.get()
    assert (found.starts_at, found.ends_at) == (NOW + HOUR, NOW + HOUR + timedelta(days=7))
    assert (decision.decided_by, decision.seconded_by) == (moderator, attorney)
    assert sorted(case.measures.values_list("verb", flat=True)) == ["block", "hide"]


def test_nobody_seconds_their_own_block_not_even_where_two_moderators_are_enough(
    rules_in_force, officer, moderator, attorney
):
    actions.choose_procedure("two_moderators", "File 100", by=attorney, at=NOW - HOUR)
    first = make_commented()
    hide(first, rules_in_force, by=officer, at=NOW - HOUR)
    case = make_commented(first.account, text="Again")
    actions.claim_case(case, by=officer, at=NOW)
    proposal = actions.propose_block(
        case, judgment(case, ground_called(rules_in_force)), 7, by=officer, at=NOW
    )
    with pytest.raises(NotAllowed):
        actions.second_block(proposal, by=officer, at=NOW)
    assert actions.second_block(proposal, by=moderator, at=NOW).seconded_by == moderator


def test_a_refused_block_does_nothing_and_the_comment_waits_again(rules_in_force, moderator, attorney):
    first = make_commented()
    hide(first, rules_in_force, by=moderator, at=NOW - HOUR)
    case = make_commented(first.account, text="Again")
    actions.claim_case(case, by=moderator, at=NOW)
    proposal = actions.propose_block(
        case, judgment(case, ground_called(rules_in_force)), 7, by=moderator, at=NOW
    )
    actions.refuse_block(proposal, by=attorney, at=NOW, why="Rhetoric, not a threat")
    case.refresh_from_db()
    assert case.status == "waiting"
    assert not case.decisions.exists()
    with pytest.raises(Stale):
        actions.second_block(proposal, by=attorney, at=NOW)


@pytest.fixture
def blocked(rules_in_force, moderator, attorney):
    """A block that stands since NOW and that the network shows."""
    first = make_commented()
    hide(first, rules_in_force, by=moderator, at=NOW - HOUR)
    case = make_commented(first.account, text="Again, with a bat")
    block(case, rules_in_force, by=moderator, second=attorney)
    carried_out(case)
    return Block.objects.get()


def test_a_block_ends_by_the_clock_and_its_end_is_ordered_by_the_sweep(blocked):
    end = blocked.ends_at
    assert Block.objects.at(end - timedelta(microseconds=1)).exists()
    assert not Block.objects.at(end).exists()
    assert actions.end_run_out_blocks(at=end - timedelta(microseconds=1)) == 0
    assert actions.end_run_out_blocks(at=end) == 1
    assert actions.end_run_out_blocks(at=end + HOUR) == 0
    case = blocked.decision.case
    assert case.measures.get(verb="unblock").status == "due"
    case.refresh_from_db()
    assert case.status == "carrying_out"


def test_a_block_is_lifted_for_a_reason_by_the_officer_or_counsel(blocked, moderator, officer):
    with pytest.raises(NotAllowed):
        actions.lift_block(blocked, by=moderator, at=NOW + HOUR, why="x")
    with pytest.raises(Refusal) as refused:
        actions.lift_block(blocked, by=officer, at=NOW + HOUR, why=" ")
    assert refused.value.field == "why"
    actions.lift_block(blocked, by=officer, at=NOW + HOUR, why="The author apologised")
    assert not Block.objects.at(NOW + HOUR).exists()


def test_the_next_block_is_longer_and_a_reversed_one_does_not_count(
    blocked, rules_in_force, moderator, appeals, attorney
):
    later = NOW + timedelta(days=10)
    actions.end_run_out_blocks(at=later)
    case = make_commented(blocked.account, text="Third time", at=later)
    actions.claim_case(case, by=moderator, at=later)
    with pytest.raises(Refusal, match="between 1 and 30"):
        actions.propose_block(case, judgment(case, ground_called(rules_in_force)), 31, by=moderator, at=later)
    appeal(blocked.decision, at=later)
    actions.decide_appeal(Appeal.objects.get(), "reversed", "A song.", by=appeals, at=later)
    with pytest.raises(Refusal, match="between 1 and 7"):
        actions.propose_block(case, judgment(case, ground_called(rules_in_force)), 30, by=moderator, at=later)


def test_a_block_that_stands_is_read_again_each_quarter(blocked, officer):
    quarter = timedelta(days=91)
    standing = Block.objects.with_reading().to_be_read_again
    assert not standing(NOW + timedelta(days=5), quarter).exists()
    assert standing(NOW + timedelta(days=5), timedelta(days=5)).exists()
    actions.read_block_again(blocked, by=officer, at=NOW + timedelta(days=5), note="Still needed")
    assert not standing(NOW + timedelta(days=6), timedelta(days=5)).exists()


# -- appeals -------------------------------------------------------------------------------------------


def test_r7_a_granted_appeal_gives_everything_back_and_stays_open_until_the_network_shows_it(
    blocked, appeals
):
    decision, case = blocked.decision, blocked.decision.case
    case.refresh_from_db()
    assert case.status == "closed"
    appeal(decision, email="resident@example.org")
    actions.decide_appeal(Appeal.objects.get(), "reversed", "It was a song.", by=appeals, at=NOW + HOUR)
    case.refresh_from_db()
    assert case.status == "carrying_out"
    back = case.measures.filter(appeal_decision__isnull=False)
    assert sorted(back.values_list("verb", flat=True)) == ["unblock", "unhide"]
    assert not Block.objects.at(NOW + HOUR).exists()
    assert Mail.objects.filter(
        event="appeal_decided", to="resident@example.org", body__contains="3.4 Threats"
    ).exists()
    carried_out(case, at=NOW + HOUR)
    case.refresh_from_db()
    assert case.status == "closed"


def test_who_appealed_is_told_once_when_the_network_shows_what_is_given_back(blocked, appeals):
    decision, case = blocked.decision, blocked.decision.case
    appeal(decision, email="resident@example.org")
    appeal(decision, email="neighbour@example.org", text="I agree")
    appeal(decision, text="I leave no address")
    actions.decide_appeal(Appeal.objects.get(), "reversed", "It was a song.", by=appeals, at=NOW + HOUR)
    letters = Mail.objects.filter(event="appeal_given_back")
    unhide, unblock = case.measures.get(verb="unhide"), case.measures.get(verb="unblock")
    measures.finish_measure(measures.claim_measure(unhide.pk, worker="t", at=NOW + HOUR), at=NOW + HOUR)
    assert not letters.exists()
    measures.finish_measure(measures.claim_measure(unblock.pk, worker="t", at=NOW + HOUR), at=NOW + HOUR * 2)
    assert sorted(letters.values_list("to", flat=True)) == ["neighbour@example.org", "resident@example.org"]
    letter = letters.first()
    assert letter.subject == f"What decision {decision.reference} took is given back"
    assert "The comment is shown again, seen on" in letter.body
    assert "The block is over, seen on" in letter.body
    entry = log.history_of(Appeal.objects.get()).get(verb="appeal.given_back")
    assert entry.at == NOW + HOUR * 2
    case.refresh_from_db()
    assert case.status == "closed"


def test_what_was_given_up_is_not_told_as_given_back(blocked, appeals, officer):
    case = blocked.decision.case
    appeal(blocked.decision, email="resident@example.org")
    actions.decide_appeal(Appeal.objects.get(), "reversed", "It was a song.", by=appeals, at=NOW + HOUR)
    for one in case.measures.filter(appeal_decision__isnull=False):
        held = measures.claim_measure(one.pk, worker="t", at=NOW + HOUR)
        measures.fail_measure(held, at=NOW + HOUR, error="The post is gone.")
        actions.drop_measure(held, by=officer, at=NOW + HOUR, why="The post is gone.")
    assert not Mail.objects.filter(event="appeal_given_back").exists()


def test_an_appeal_that_lets_the_decision_stand_does_nothing_on_the_network(blocked, appeals):
    appeal(blocked.decision)
    before = Measure.objects.count()
    actions.decide_appeal(Appeal.objects.get(), "upheld", "It was a threat.", by=appeals, at=NOW + HOUR)
    assert Measure.objects.count() == before
    assert Block.objects.at(NOW + HOUR).exists()


def test_r9_there_is_one_appeal_per_decision_and_later_statements_join_it(rules_in_force, moderator):
    decision = hide(make_commented(), rules_in_force, by=moderator)
    appeal(decision, text="I am a stranger")
    statement, _ = appeal(decision, text="I wrote the comment", at=NOW + HOUR)
    found = Appeal.objects.get()
    assert statement.appeal == found
    assert found.statements.count() == 2


def test_r10_neither_who_decided_nor_who_seconded_answers_the_appeal(rules_in_force, attorney, appeals):
    both = make_user("Bea Both", "moderator", "appeals")
    first = make_commented()
    hide(first, rules_in_force, by=both, at=NOW - HOUR)
    case = make_commented(first.account, text="Again")
    decision = block(case, rules_in_force, by=both, second=attorney)
    appeal(decision)
    found = Appeal.objects.get()
    for somebody, part in ((both, "decided"), (attorney, "seconded")):
        with pytest.raises(NotAllowed, match=f"You {part} 2026-00002 yourself"):
            actions.decide_appeal(found, "upheld", "Right.", by=somebody, at=NOW)
    assert actions.decide_appeal(found, "upheld", "Right.", by=appeals, at=NOW).by == appeals


def test_r10_the_database_refuses_a_reviewer_who_decided_whatever_the_row_says(
    rules_in_force, moderator, appeals
):
    decision = hide(make_commented(), rules_in_force, by=moderator)
    appeal(decision)
    row = {"appeal": Appeal.objects.get(), "outcome": "upheld", "reasons": "x", "by": moderator, "at": NOW}
    for first in (moderator, appeals):
        with pytest.raises(Error), transaction.atomic():
            AppealDecision.objects.create(**row, first_decider=first)


def test_r11_an_appeal_is_answered_once_whoever_held_it_open(rules_in_force, moderator, appeals):
    """The second reviewer, who had the page open, is told; the first answer stands."""
    appeal(hide(make_commented(), rules_in_force, by=moderator))
    found = Appeal.objects.get()
    actions.decide_appeal(found, "upheld", "A threat.", by=appeals, at=NOW)
    with pytest.raises(Stale, match="just answered"):
        actions.decide_appeal(found, "reversed", "A song.", by=make_user("Rex", "appeals"), at=NOW)
    assert AppealDecision.objects.get().reasons == "A threat."


def test_r11_an_answer_needs_reasons(rules_in_force, moderator, appeals):
    appeal(hide(make_commented(), rules_in_force, by=moderator))
    with pytest.raises(Refusal) as refused:
        actions.decide_appeal(Appeal.objects.get(), "upheld", " \x00", by=appeals, at=NOW)
    assert refused.value.field == "reasons"


def test_r14_an_added_holiday_moves_open_appeals(rules_in_force, moderator, clerk):
    appeal(hide(make_commented(), rules_in_force, by=moderator))
    found = Appeal.objects.get()
    before = due_of(found).on
    add_holiday(before, "Snow day", by=clerk, at=NOW)
    assert due_of(found).on > before
    assert any("Snow day" in reason for reason in due_of(found).because)


@pytest.mark.parametrize("written", ["2026-00001", "No. 2026 - 1", "2026/00001", "decision 2026-1"])
def test_a_number_is_understood_however_it_is_written(rules_in_force, moderator, written):
    decision = hide(make_commented(), rules_in_force, by=moderator)
    statement, _ = actions.submit_statement(Words("Wrong", reference=written), nonce=new_nonce(), at=NOW)
    assert statement.appeal.decision == decision


def test_a_statement_without_a_number_that_we_know_is_matched_by_a_person_and_counts_from_its_day(
    rules_in_force, moderator, appeals
):
    decision = hide(make_commented(), rules_in_force, by=moderator)
    statement, _ = actions.submit_statement(
        Words("Give it back", described="Monday"), nonce=new_nonce(), at=NOW
    )
    assert statement in Statement.objects.unmatched()
    with pytest.raises(Refusal) as refused:
        actions.match_statement(statement, "2026-99999", by=appeals, at=NOW)
    assert refused.value.field == "reference"
    found = actions.match_statement(statement, decision.reference, by=appeals, at=NOW + timedelta(days=3))
    assert (found.decision, found.received_at) == (decision, NOW)


def test_a_statement_after_the_answer_is_kept_for_a_person(rules_in_force, moderator, appeals):
    decision = hide(make_commented(), rules_in_force, by=moderator)
    appeal(decision)
    actions.decide_appeal(Appeal.objects.get(), "upheld", "A threat.", by=appeals, at=NOW)
    late, _ = appeal(decision, text="And yet")
    assert late in Statement.objects.unmatched()
    actions.set_aside_statement(late, "It has been answered.", by=appeals, at=NOW)
    assert late not in Statement.objects.unmatched()


def test_the_private_link_opens_by_its_secret_and_only_its_hash_is_kept(rules_in_force, moderator):
    statement, token = appeal(hide(make_commented(), rules_in_force, by=moderator))
    assert statement_for(token) == statement
    assert token not in str(Statement.objects.values().get())
    assert statement_for(statement.token_hash) is None
    assert statement_for("") is None


def test_the_same_form_sent_twice_is_there_once_and_other_words_are_another_statement(city):
    nonce = new_nonce()
    one, token = actions.submit_statement(Words("Wrong", described="x"), nonce=nonce, at=NOW)
    again, same = actions.submit_statement(Words("Wrong", described="x"), nonce=nonce, at=NOW + HOUR)
    other, another = actions.submit_statement(Words("Very wrong", described="x"), nonce=nonce, at=NOW + HOUR)
    assert (one, token) == (again, same)
    assert other != one
    assert another != token


def test_nobody_reaches_another_persons_page_by_choosing_a_nonce(city):
    words = Words("Wrong", described="x")
    _, one = actions.submit_statement(words, nonce="1", at=NOW)
    _, two = actions.submit_statement(words, nonce="1", at=NOW)
    assert one != two
    assert Statement.objects.count() == 2


# -- the database holds it -----------------------------------------------------------------------------


def test_an_adverse_decision_without_its_notice_cannot_be_committed(rules_in_force, moderator):
    decision = hide(make_commented(), rules_in_force, by=moderator)
    case = make_commented(text="Other")
    copy = {
        f.name: getattr(decision, f.name) for f in Decision._meta.fields if f.name not in ("id", "reference")
    }
    copy |= {"case": case, "record": case.record, "record_hash": case.record.hash}
    Decision.objects.create(**copy, reference="2026-00099")
    with connection.cursor() as cursor, pytest.raises(Error, match="needs its notice"), transaction.atomic():
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    transaction.set_rollback(True)


@pytest.mark.parametrize(
    "changes",
    [
        {"record_hash": "0" * 64},
        {"facts": ""},
        {"ground": None},
        {"outcome": "block"},
        {"reference": None},
        {"reference": "41"},
        {"clause_label": ""},
    ],
)
def test_a_decision_without_evidence_reasons_end_or_number_is_refused_by_the_database(
    rules_in_force, moderator, changes
):
    decision = hide(make_commented(), rules_in_force, by=moderator)
    copy = {f.name: getattr(decision, f.name) for f in Decision._meta.fields if f.name != "id"}
    with pytest.raises(Error), transaction.atomic():
        Decision.objects.create(**(copy | {"reference": "2026-00077"} | changes))


def test_the_evidence_must_be_a_record_of_this_very_comment(rules_in_force, moderator):
    decision = hide(make_commented(), rules_in_force, by=moderator)
    other = make_commented(text="Other").record
    copy = {f.name: getattr(decision, f.name) for f in Decision._meta.fields if f.name != "id"}
    with pytest.raises(Error, match="not a record of this comment"), transaction.atomic():
        Decision.objects.create(
            **(copy | {"reference": "2026-00077", "record": other, "record_hash": other.hash})
        )


@pytest.mark.parametrize("missing", ["block_until", "seconded_by", "seconded_at"])
def test_the_database_refuses_a_block_without_an_end_or_a_second_person(blocked, missing):
    decision = blocked.decision
    copy = {f.name: getattr(decision, f.name) for f in Decision._meta.fields if f.name != "id"}
    with pytest.raises(Error, match="comments_decision_block_ends_and_has_two"), transaction.atomic():
        Decision.objects.create(**(copy | {"reference": "2026-00077", missing: None}))


@pytest.mark.parametrize("model", [Decision, Notice, Block, AppealDecision, Statement])
def test_what_was_decided_and_said_is_neither_changed_nor_deleted(blocked, appeals, model):
    appeal(blocked.decision)
    actions.decide_appeal(Appeal.objects.get(), "upheld", "x", by=appeals, at=NOW)
    column = {
        Decision: {"facts": "y"}, Notice: {"text": "y"}, Block: {"ends_at": NOW + timedelta(days=900)},
        AppealDecision: {"reasons": "y"}, Statement: {"text": "y"},
    }[model]  # fmt: skip
    with pytest.raises(Error, match="pgtrigger"), transaction.atomic():
        model.objects.update(**column)
    with pytest.raises(Error), transaction.atomic():
        model._base_manager.all()._raw_delete("default")


def test_r12_the_evidence_of_an_open_appeal_cannot_be_deleted(rules_in_force, moderator):
    decision = hide(make_commented(), rules_in_force, by=moderator)
    appeal(decision)
    with pytest.raises(Error), transaction.atomic():
        type(decision.record)._base_manager.filter(pk=decision.record_id)._raw_delete("default")


def test_every_step_of_a_case_is_told_on_its_page(blocked):
    verbs = [str(entry.verb) for entry in log.history_of(blocked.decision.case)]
    assert verbs[:4] == ["case.opened", "case.claimed", "block.proposed", "block.seconded"]
    assert "measure.done" in verbs
    assert "case.closed" in verbs
    assert Entry.objects.count() > len(verbs)
    assert Policy.objects.count() == 1
    assert Judgment(1).ground is None


def test_the_history_of_a_case_reads_as_sentences(blocked, appeals):
    appeal(blocked.decision)
    actions.decide_appeal(Appeal.objects.get(), "reversed", "A song.", by=appeals, at=NOW + HOUR)
    carried_out(blocked.decision.case, at=NOW + HOUR)
    comment = str(blocked.decision.case)
    where = str(blocked.account)
    told = [sentence(entry) for entry in log.history_of(blocked.decision.case)]
    assert set(told) >= {
        f"Mona Moderator opened {comment} to decide about it",
        f"Mona Moderator proposed to block the author of {comment}",
        "Attila Attorney seconded the proposal to block resident.test for 7 days",
        f"Rostrum’s comment desk saw on the network that the order to hide {comment} is carried out",
        f"Rostrum’s comment desk saw on the network that the order to block resident.test at {where} is carried out",
        f"Abel Appeals answered the appeal against decision {blocked.decision.reference}: the decision is reversed",
        f"Abel Appeals lifted the block of resident.test at {where}",
        f"Abel Appeals gave the order to show {comment} again",
        f"Abel Appeals opened the case about {comment} again",
        f"Rostrum’s comment desk closed the case about {comment}",
    }
