"""Whatever sequence of acts people try: the city's promises about comments hold after every one of them."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from city.refusals import Refusal
from comments import actions
from comments.actions import Words
from comments.models import Appeal, AppealDecision, Block, Case, Decision, Measure, Proposal
from comments.permissions import DESK
from comments.queries import is_blocked, is_hidden
from tests.accounts.make import make_account
from tests.comments.make import carried_out, judgment, keep, make_commented, make_rules
from tests.conftest import NOW, make_city, make_user
from tests.policies.make import adopt, next_version

GROUNDS = ("threats", "defamation", "spam", "copyright")


class Moderation(RuleBasedStateMachine):
    """People of every role do anything to any comment, in any order, while time passes and policies change."""

    #: How many rows all runs together made: promises about acts that never happened would be worth nothing.
    REACHED: dict[type, int] = {}

    def __init__(self):
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.at = NOW
        self.done = self.refused = 0
        self.told: dict[int, tuple] = {}

    @initialize()
    def a_city(self):
        make_city()
        roles = ("moderator", "moderator", "officer", "attorney", "appeals", "clerk", "auditor", "staff")
        office = make_account().office
        self.people = [
            make_user(f"{role} {n}", role, office=office if role == "staff" else None)
            for n, role in enumerate(roles)
        ]
        self.people.append(make_user("Everything", "moderator", "attorney", "appeals", "officer"))
        self.officer, self.attorney, self.clerk = self.people[2], self.people[3], self.people[5]
        self.versions = [make_rules(self.officer, self.attorney, self.clerk)]
        self.account = make_account(native_id="did:plc:ours")
        for number in range(3):
            make_commented(self.account, text=f"Comment {number}", author_id=f"did:plc:author{number % 2}")

    def teardown(self):
        for model in (Decision, Block, AppealDecision, Measure):
            self.REACHED[model] = self.REACHED.get(model, 0) + model.objects.count()
        # What is checked at commit is checked here, and then all of it is given back.
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    def attempt(self, act, *arguments, **named):
        """Try it as somebody; a refusal must change nothing."""
        self.at += timedelta(minutes=1)
        before = (
            Decision.objects.count(),
            Measure.objects.count(),
            Block.objects.count(),
            AppealDecision.objects.count(),
        )
        try:
            with transaction.atomic():
                act(*arguments, at=self.at, **named)
            self.done += 1
        except Refusal:
            self.refused += 1
            after = (
                Decision.objects.count(),
                Measure.objects.count(),
                Block.objects.count(),
                AppealDecision.objects.count(),
            )
            assert before == after

    def one(self, rows, number: int):
        rows = list(rows.order_by("pk"))
        return rows[number % len(rows)] if rows else None

    people_of = st.integers(0, 8)
    which = st.integers(0, 20)

    @rule(who=people_of, which=which)
    def claim(self, who, which):
        self.attempt(actions.claim_case, self.one(Case.objects, which), by=self.people[who])

    @rule(who=people_of, which=which)
    def release(self, who, which):
        self.attempt(actions.release_case, self.one(Case.objects, which), by=self.people[who])

    def judged(self, case, key, facts, old):
        version = self.versions[0] if old else self.versions[-1]
        return judgment(case, version.grounds.filter(key=key).first() if key else None, facts)

    judging = {
        "key": st.sampled_from([None, *GROUNDS]), "facts": st.sampled_from(["", "  ", "It threatens.", "\x00"]),
        "old": st.booleans(),
    }  # fmt: skip

    @rule(who=people_of, which=which, outcome=st.sampled_from(["leave", "hide", "block", "x"]), **judging)
    def decide(self, who, which, outcome, key, facts, old):
        case = self.one(Case.objects, which)
        self.attempt(
            actions.decide_case, case, self.judged(case, key, facts, old), outcome, by=self.people[who]
        )

    @rule(who=st.sampled_from([0, 1, 2, 8]), which=which, key=st.sampled_from(GROUNDS))
    def claim_and_hide(self, who, which, key):
        case = self.one(Case.objects, which)
        self.attempt(actions.claim_case, case, by=self.people[who])
        found = self.judged(case, key, "It meets the definition.", False)
        self.attempt(actions.decide_case, case, found, "hide", by=self.people[who])

    @rule(
        who=st.sampled_from([0, 1, 2, 8]),
        which=which,
        days=st.sampled_from([-1, 0, 1, 7, 30, 90, 91, 100_000]),
    )
    def claim_and_propose(self, who, which, days):
        case = self.one(Case.objects, which)
        self.attempt(actions.claim_case, case, by=self.people[who])
        found = self.judged(case, "threats", "It threatens.", False)
        self.attempt(actions.propose_block, case, found, days, by=self.people[who])

    @rule(who=people_of, which=which)
    def second(self, who, which):
        if proposal := self.one(Proposal.objects, which):
            self.attempt(actions.second_block, proposal, by=self.people[who])

    @rule(who=people_of, which=which, why=st.sampled_from(["", "No"]))
    def refuse(self, who, which, why):
        if proposal := self.one(Proposal.objects, which):
            self.attempt(actions.refuse_block, proposal, by=self.people[who], why=why)

    @rule(who=people_of, which=which)
    def lift(self, who, which):
        if block := self.one(Block.objects, which):
            self.attempt(actions.lift_block, block, by=self.people[who], why="Enough")

    @rule(which=which)
    def appeal(self, which):
        self.appeal_against(which)

    def appeal_against(self, which):
        decision = self.one(Decision.objects.adverse(), which)
        reference = decision.reference if decision else "2026-00077"
        actions.submit_statement(Words("Wrong", reference=reference, described="x"), nonce="", at=self.at)

    @rule(
        who=people_of,
        which=which,
        outcome=st.sampled_from(["upheld", "reversed", "x"]),
        reasons=st.sampled_from(["", "Because"]),
    )
    def answer(self, who, which, outcome, reasons):
        if appeal := self.one(Appeal.objects, which):
            self.attempt(actions.decide_appeal, appeal, outcome, reasons, by=self.people[who])

    @rule(which=which)
    def its_author_edits(self, which):
        case = self.one(Case.objects, which)
        keep(self.account, "comment", case.item.platform_item_id, f"Edited {self.at}", at=self.at)
        actions.open_cases(by=DESK, at=self.at)

    # What succeeds more often, so that the sequences go deep.

    moderators = st.sampled_from([0, 1, 2, 8])
    authors = st.sampled_from(["did:plc:author0", "did:plc:author1"])

    def new_comment(self, author):
        self.at += timedelta(minutes=1)
        return make_commented(self.account, text=f"Said {self.at}", author_id=author, at=self.at)

    @rule(who=moderators, author=authors, key=st.sampled_from(GROUNDS))
    def a_comment_is_hidden(self, who, author, key):
        case = self.new_comment(author)
        self.attempt(actions.claim_case, case, by=self.people[who])
        found = self.judged(case, key, "It meets the definition.", False)
        self.attempt(actions.decide_case, case, found, "hide", by=self.people[who])

    @rule(
        who=moderators,
        second=st.sampled_from([2, 3, 8]),
        author=authors,
        days=st.sampled_from([7, 7, 30, 90]),
    )
    def a_block_is_proposed_and_seconded(self, who, second, author, days):
        case = self.new_comment(author)
        self.attempt(actions.claim_case, case, by=self.people[who])
        found = self.judged(case, "threats", "It threatens.", False)
        self.attempt(actions.propose_block, case, found, days, by=self.people[who])
        if proposal := case.proposals.first():
            self.attempt(actions.second_block, proposal, by=self.people[second])

    @rule(which=which, who=st.sampled_from([3, 4, 8]), outcome=st.sampled_from(["upheld", "reversed"]))
    def an_appeal_is_heard(self, which, who, outcome):
        self.appeal_against(which)
        for appeal in Appeal.objects.open():
            self.attempt(actions.decide_appeal, appeal, outcome, "Because.", by=self.people[who])

    @rule(days=st.integers(1, 40))
    def days_pass(self, days):
        self.at += timedelta(days=days)
        actions.end_run_out_blocks(at=self.at)

    @rule()
    def the_network_follows(self):
        for case in Case.objects.all():
            carried_out(case, at=self.at + timedelta(seconds=1))

    @precondition(lambda self: len(self.versions) < 3)
    @rule()
    def a_new_version_is_adopted(self):
        draft = next_version(
            self.versions[-1].policy, self.officer, at=self.at, old="Threats", new="Threats as such"
        )
        self.at += timedelta(days=1)
        self.versions.append(adopt(draft, self.officer, self.attorney, self.clerk, at=self.at))

    @invariant()
    def no_act_without_evidence_and_a_decision(self):
        for measure in Measure.objects.select_related(
            "decision", "appeal_decision", "block__decision", "case__item"
        ):
            decision = (
                measure.decision
                or (measure.block and measure.block.decision)
                or measure.appeal_decision.appeal.decision
            )
            assert decision.record_hash == decision.record.hash
            assert decision.record.platform_item_id == measure.case.item.platform_item_id
            if measure.verb in Measure.STRICT:
                assert measure.decision.is_adverse

    @invariant()
    def no_adverse_act_without_statement_notice_and_appeal_path(self):
        for decision in Decision.objects.adverse().select_related("notice"):
            assert decision.reference in decision.notice.text
            assert decision.reference in decision.notice.appeal_path
            assert decision.facts.strip()
            assert decision.ground_definition in decision.notice.text

    @invariant()
    def no_block_without_an_end_and_a_second_person(self):
        for block in Block.objects.select_related("decision"):
            assert block.starts_at < block.ends_at <= block.starts_at + timedelta(days=365)
            assert block.decision.seconded_by_id not in (None, block.decision.decided_by_id)
            assert not is_blocked(block.account_id, block.author_id, block.starts_at + timedelta(days=9999))

    @invariant()
    def no_reviewer_who_decided(self):
        for answer in AppealDecision.objects.select_related("appeal__decision"):
            first = answer.appeal.decision
            assert answer.by_id not in (first.decided_by_id, first.seconded_by_id)
            assert answer.reasons.strip()

    @invariant()
    def an_old_decision_keeps_its_wording(self):
        for one in Decision.objects.all():
            words = (
                one.ground_title,
                one.ground_definition,
                one.clause_label,
                one.clause_text,
                one.policy_label,
                one.facts,
            )
            assert self.told.setdefault(one.pk, words) == words

    @invariant()
    def numbers_have_no_gap(self):
        numbers = sorted(Decision.objects.adverse().values_list("reference", flat=True))
        for year in {number[:4] for number in numbers}:
            of_year = [int(number[5:]) for number in numbers if number.startswith(year)]
            assert of_year == list(range(1, len(of_year) + 1))

    @invariant()
    def what_is_closed_is_as_it_was_decided(self):
        for case in Case.objects.filter(status="closed"):
            assert not case.measures.unfinished().exists()
            last = (
                case.measures.filter(verb__in=["hide", "unhide"], status="done")
                .order_by("done_at", "pk")
                .last()
            )
            if last is not None and case.item.record_id == case.record_id:
                assert is_hidden(case) == (last.verb == "hide")


@pytest.mark.slow
@pytest.mark.django_db
def test_whatever_people_try_the_promises_about_comments_hold():
    run_state_machine_as_test(
        Moderation,
        settings=settings(
            max_examples=30, stateful_step_count=40, deadline=None, derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
    assert all(number >= 3 for number in Moderation.REACHED.values()), Moderation.REACHED
    assert Moderation.REACHED[Decision] > 50, Moderation.REACHED
