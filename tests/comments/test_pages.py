"""The pages of the desk: what stands first, what is said before it is done, and how often they ask the database."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comments import actions
from comments.actions import Words
from comments.actions.appeals import new_nonce
from comments.findings import FINDINGS
from comments.models import Appeal, Block, Measure, Statement
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
from tests.conftest import NOW, CityClient, make_user

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def signed_in(person) -> CityClient:
    client = CityClient()
    client.force_login(person)
    return client


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW + HOUR, tick=False):
        yield


# -- how often they ask --------------------------------------------------------------------------------


class Town:
    """More and more of everything that the pages about comments list."""

    def __init__(self, version, moderator, attorney, appeals):
        self.version, self.moderator, self.attorney, self.appeals = version, moderator, attorney, appeals
        self.number = 0
        self.account = make_account(native_id="did:plc:ours")
        self.waiting, self.open = self.comment("A comment about plows"), self.comment("Another about plows")
        self.decision = hide(self.comment("The first"), version, by=moderator)
        self.grow(1)
        self.appeal = Appeal.objects.get(decision__outcome="hide", status="received", decision=self.decision)

    def comment(self, text: str, **changes):
        return make_commented(self.account, text=text, author_id="did:plc:one", **changes)

    def grow(self, times: int) -> None:
        for _ in range(times):
            self.number += 1
            waiting = self.comment(f"A comment about plows, number {self.number}")
            actions.flag_comment(waiting, f"Look, {self.number}", by=self.moderator, at=NOW)
            actions.flag_comment(self.waiting, f"Look again, {self.number}", by=self.moderator, at=NOW)
            left = self.comment(f"Plows are left up, number {self.number}")
            actions.claim_case(left, by=self.moderator, at=NOW)
            actions.decide_case(left, judgment(left, None), "leave", by=self.moderator, at=NOW)
            for above in (self.waiting.record, self.open.record):
                keep(
                    self.account, "comment", f"{above.platform_item_id}/{self.number}", "I agree",
                    author_id="did:plc:two", root_id=above.root_id, parent_id=above.platform_item_id,
                )  # fmt: skip
            author = {
                "author_id": f"did:plc:warned{self.number}",
                "author_handle": f"warned{self.number}.test",
            }
            warned = hide(make_commented(self.account, text="One", **author), self.version, by=self.moderator)
            blocked = make_commented(self.account, text="Two", **author)
            second = block(blocked, self.version, by=self.moderator, second=self.attorney)
            for decision in (self.decision, warned, second):
                self.state(decision)
            actions.decide_appeal(
                second.appeal, "reversed", "A song.", by=self.appeals, at=NOW + HOUR / 2
            )  # fmt: skip
            carried_out(blocked, at=NOW + HOUR / 2)
            third = make_commented(self.account, text="Three", **author)
            block(third, self.version, by=self.moderator, second=self.attorney, at=NOW + HOUR * 3 / 4)
            actions.submit_statement(Words("Where is it?", described="On Monday"), nonce=new_nonce(), at=NOW)

    def state(self, decision) -> None:
        words = Words(f"It was a song, {self.number}", reference=decision.reference)
        actions.submit_statement(words, nonce=new_nonce(), at=NOW)


@pytest.fixture
def town(rules_in_force, moderator, attorney, appeals):
    return Town(rules_in_force, moderator, attorney, appeals)


PAGES = [
    ("moderator", "/comments/"),
    ("moderator", "/comments/?status=all"),
    ("moderator", "/comments/?q=plows"),
    ("moderator", "/comments/{town.waiting.pk}/"),
    ("moderator", "/comments/{town.open.pk}/"),
    ("moderator", "/comments/rules/"),
    ("officer", "/blocks/?status=all"),
    ("appeals", "/appeal-desk/?status=all"),
    ("appeals", "/appeal-desk/{town.appeal.pk}/"),
    ("appeals", "/appeal-desk/statements/"),
    (None, "/decisions/"),
    (None, "/decisions/{town.decision.reference}/"),
    (None, "/api/decisions/"),
    (None, "/decisions/?format=csv"),
]


def test_the_pages_about_comments_ask_as_often_for_many_as_for_few(town, moderator, officer, appeals):
    people = {"moderator": moderator, "officer": officer, "appeals": appeals}
    clients = {role: signed_in(person) for role, person in people.items()} | {None: CityClient()}
    actions.claim_case(town.open, by=moderator, at=NOW + HOUR)

    def asked(role, address) -> int:
        with CaptureQueriesContext(connection) as captured:
            answer = clients[role].get(address.format(town=town))
            assert answer.status_code == 200
            b"".join(answer) if answer.streaming else answer.content
        return len(captured)

    for page in PAGES:
        asked(*page)  # what is read once and kept
    few = {page: asked(*page) for page in PAGES}
    town.grow(3)
    assert {page: asked(*page) for page in PAGES} == few


# -- what is counted is what is shown ------------------------------------------------------------------


def test_every_finding_about_comments_counts_what_its_address_shows(town, moderator, officer, attorney):
    proposed = town.comment("Again")
    actions.claim_case(proposed, by=moderator, at=NOW)
    actions.propose_block(proposed, judgment(proposed, ground_called(town.version)), 7, by=moderator, at=NOW)
    Measure.objects.filter(case__decisions=town.decision).update(status="failed", error="No.")
    later = NOW + timedelta(days=21)
    seen = set()
    for at in (NOW + HOUR, later):
        with time_machine.travel(at, tick=False):
            for person in (moderator, officer, attorney, town.appeals):
                client = signed_in(person)
                for find in FINDINGS:
                    if finding := find(person, at):
                        seen.add(finding.code)
                        page = client.get(finding.url).context["page"]
                        assert page.paginator.count == finding.count, finding.code
    assert {
        "comments.waiting", "comments.late", "comments.to_second", "comments.stuck", "comments.unmatched",
        "comments.appeals_open", "comments.appeals_overdue",
    } <= seen  # fmt: skip
    assert Statement.objects.exists()
    assert Block.objects.exists()


# -- what stands first ---------------------------------------------------------------------------------


def test_what_is_flagged_and_undecided_stands_first_then_the_oldest(rules_in_force, moderator):
    decided = make_commented(text="Old and decided", at=NOW - 4 * HOUR)
    actions.flag_comment(decided, "Look", by=moderator, at=NOW)
    actions.claim_case(decided, by=moderator, at=NOW)
    actions.decide_case(decided, judgment(decided, None), "leave", by=moderator, at=NOW)
    old = make_commented(text="Old", at=NOW - 3 * HOUR)
    new = make_commented(text="New", at=NOW - 2 * HOUR)
    flagged = make_commented(text="With a gun", at=NOW - HOUR)
    actions.flag_comment(flagged, "A weapon", by=moderator, at=NOW)
    client = signed_in(moderator)
    page = client.get("/comments/")
    assert list(page.context["page"]) == [flagged, old, new]
    assert f'href="{flagged.get_absolute_url()}">Read the next one' in page.content.decode()
    assert list(client.get("/comments/?status=all").context["page"]) == [flagged, decided, old, new]


# -- before it is done ---------------------------------------------------------------------------------


def test_too_many_days_are_refused_before_the_preview_beside_their_field(rules_in_force, moderator):
    first = make_commented()
    hide(first, rules_in_force, by=moderator, at=NOW)
    case = make_commented(first.account, text="Again")
    actions.claim_case(case, by=moderator, at=NOW + HOUR)
    typed = {
        "seen": case.item.record_id, "ground": ground_called(rules_in_force).pk, "days": 30,
        "facts": "It announces violence.",
    }  # fmt: skip
    page = signed_in(moderator).post(f"/comments/{case.pk}/propose-block/", typed)
    assert "Choose between 1 and 7 days." in str(page.context["form"].errors["days"])
    assert "What will happen</h2>" not in page.content.decode()
    assert "It announces violence." in page.content.decode()


def test_what_nobody_can_hide_is_said_before_the_preview(rules_in_force, moderator):
    case = make_commented(root_id="at://stranger/1", parent_id="at://stranger/1")
    actions.claim_case(case, by=moderator, at=NOW + HOUR)
    typed = {
        "seen": case.item.record_id, "ground": ground_called(rules_in_force).pk, "outcome": "hide", "facts": "x",
    }  # fmt: skip
    page = signed_in(moderator).post(f"/comments/{case.pk}/decide/", typed)
    assert "only they can hide it there" in str(page.context["form"].non_field_errors())


def test_who_proposed_a_block_takes_it_back_and_reads_whom_it_waits_for(rules_in_force, moderator):
    first = make_commented()
    hide(first, rules_in_force, by=moderator, at=NOW)
    case = make_commented(first.account, text="Again")
    actions.claim_case(case, by=moderator, at=NOW)
    actions.propose_block(case, judgment(case, ground_called(rules_in_force)), 7, by=moderator, at=NOW)
    client = signed_in(moderator)
    page = client.get(f"/comments/{case.pk}/").content.decode()
    assert "Take it back" in page
    assert "It waits for the City Attorney" in page
    answer = client.post(f"/comments/{case.pk}/refuse-block/", {"why": "It was rhetoric"}, follow=True)
    assert "The block is taken back" in answer.content.decode()


def test_whoever_lifts_a_block_or_keeps_it_reads_whose_it_is_and_why(
    rules_in_force, moderator, attorney, officer
):
    first = make_commented()
    hide(first, rules_in_force, by=moderator, at=NOW)
    case = make_commented(first.account, text="Again, with a bat")
    block(case, rules_in_force, by=moderator, second=attorney)
    for act in ("lift", "read-again"):
        page = signed_in(officer).get(f"/blocks/{Block.objects.get().pk}/{act}/").content.decode()
        for words in ("resident.test", "Again, with a bat", "It announces violence", "2026-00002"):
            assert words in page


def test_a_second_moderator_reads_who_flagged(rules_in_force, moderator):
    case = make_commented()
    actions.flag_comment(case, "It names an address", by=make_user("Stan Staff", "moderator"), at=NOW)
    page = signed_in(moderator).get(f"/comments/{case.pk}/").content.decode()
    assert "Flagged by Stan Staff:" in page


def test_the_auditor_opens_the_evidence_of_a_decision_and_a_moderator_finds_no_dead_link(
    rules_in_force, moderator, auditor
):
    case = make_commented()
    decision = hide(case, rules_in_force, by=moderator)
    evidence = f'href="/records/{decision.record_id}/"'
    page = signed_in(auditor)
    assert page.get(f"/comments/{case.pk}/").content.decode().count(evidence) == 2
    assert page.get(f"/records/{decision.record_id}/").status_code == 200
    assert evidence not in signed_in(moderator).get(f"/comments/{case.pk}/").content.decode()


def test_no_form_of_the_desk_says_only_that_a_field_is_required(rules_in_force, moderator, appeals, officer):
    decision = hide(make_commented(), rules_in_force, by=moderator)
    actions.submit_statement(Words("A song", reference=decision.reference), nonce=new_nonce(), at=NOW)
    waiting, _ = actions.submit_statement(Words("Hm", described="On Monday"), nonce=new_nonce(), at=NOW)
    addresses = [
        (appeals, f"/appeal-desk/{Appeal.objects.get().pk}/decide/"),
        (appeals, f"/appeal-desk/statements/{waiting.pk}/match/"),
        (appeals, f"/appeal-desk/statements/{waiting.pk}/set-aside/"),
        (officer, f"/comments/{decision.case_id}/flag/"),
    ]
    for person, address in addresses:
        page = signed_in(person).post(address, {"sent": "1"}).content.decode()
        assert "usa-error-message" in page, address
        assert "This field is required" not in page, address
