"""While an office must be silent nothing is said without an exemption, whoever tries and however (R15–R17)."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

import pytest
import time_machine
from django.contrib import admin
from django.db import transaction
from django.urls import reverse

from accounts.actions.silence import lift_silence, silence
from city.refusals import Refusal
from posts import gate
from posts.actions import (
    approve_post,
    change_post,
    publish_now,
    retry_dispatch,
    schedule_post,
    submit_post,
    unpark_post,
)
from posts.actions.delivery import waiting_dispatches
from posts.actions.schedule import new_key
from posts.actions.wording import Draft
from posts.gate import Moment
from posts.models import Dispatch, Post
from posts.sending import send_dispatch
from tests.posts.make import TEXT, make_approved, make_post, make_scheduled
from tests.posts.test_sending import on_the_network, run

#: The spring cycle of 2027 in Chicago: from Dec 1, 2026, 0:00 CST until Apr 7, 2027, 0:00 CDT.
STARTS = datetime(2026, 12, 1, 6, 0, tzinfo=UTC)
ENDS = datetime(2027, 4, 7, 5, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
GROUNDS = ("answer_to_constituent", "official_business", "emergency")


@pytest.fixture
def blackout(district_3, officer):
    return silence(
        district_3,
        starts_at=STARTS,
        ends_at=ENDS,
        reason="The seat of District 3 is up on Apr 6, 2027.",
        source="test:1",
        by=officer,
        at=STARTS - timedelta(days=30),
        citation="Wis. Stat. 11.1205 (formerly 11.33)",
        exemptions=GROUNDS,
    )


def verdict(post, account, at):
    wording = gate.wording_of(post.current)
    return gate.verdict(wording, account, by=post.author, at=at, moment=Moment.COMPOSE)


@pytest.mark.parametrize(
    ("at", "allowed"),
    [(STARTS - SECOND, True), (STARTS, False), (ENDS - SECOND, False), (ENDS, True)],
    ids=["23:59:59 before", "0:00:00", "23:59:59 on election day", "0:00:00 after"],
)
def test_the_last_second_before_and_the_first_after_are_free(
    district_3, seated, aide, account, blackout, at, allowed
):
    post = make_post(district_3, seated)
    for place in (None, account):
        found = verdict(post, place, at)
        assert found.allowed is allowed
        if not allowed:
            (reason,) = found.reasons
            assert (reason.code, reason.until) == ("silence", ENDS)


def test_a_post_that_comes_due_in_a_silence_is_parked_and_never_bursts_out(
    district_3, seated, aide, account, blackout
):
    due = STARTS - SECOND
    early = make_scheduled(district_3, seated, aide, at=due - timedelta(days=1), to=due, targets=(account,))
    late = make_scheduled(
        district_3, seated, aide, at=due - timedelta(days=1), to=due - SECOND, targets=(account,)
    )
    Dispatch.objects.filter(post=late).update(due_at=STARTS)  # as if the silence was scheduled after it
    run(early, due)
    assert early.status == Post.Status.PUBLISHED
    run(late, STARTS)
    assert late.status == Post.Status.PARKED
    run(late, ENDS)
    run(late, ENDS + timedelta(days=1))
    assert late.status == Post.Status.PARKED
    assert len(on_the_network(account)) == 1


def test_a_network_that_comes_after_midnight_is_not_told_what_the_website_said_before(
    district_3, seated, aide, account, blackout
):
    post = make_scheduled(
        district_3, seated, aide, at=STARTS - timedelta(hours=1), to=STARTS - SECOND, targets=(account,)
    )
    send_dispatch(post.dispatches.get(account=None).pk, worker="w", clock=lambda: STARTS - SECOND)
    deliveries = run(post, STARTS)
    assert deliveries[account.pk].status == Dispatch.Status.PARKED
    assert "must be silent" in deliveries[account.pk].error
    assert on_the_network(account) == []
    with pytest.raises(Refusal, match="must be silent"):
        retry_dispatch(deliveries[account.pk], by=aide, at=STARTS + SECOND, second_factor_at=STARTS)


def test_a_request_that_would_be_made_after_midnight_is_not_made(district_3, seated, aide, account, blackout):
    """The gate was asked before; the clock strikes while the session is opened (R17)."""
    post = make_scheduled(
        district_3, seated, aide, at=STARTS - timedelta(hours=1), to=STARTS - SECOND, targets=(account,)
    )
    send_dispatch(post.dispatches.get(account=None).pk, worker="w", clock=lambda: STARTS - SECOND)
    readings = iter([STARTS - SECOND] * 6)
    dispatch = send_dispatch(
        post.dispatches.get(account=account).pk, worker="w", clock=lambda: next(readings, STARTS)
    )
    assert on_the_network(account) == []
    assert dispatch.status == Dispatch.Status.DUE
    assert run(post, STARTS)[account.pk].status == Dispatch.Status.PARKED


def test_with_dead_workers_a_late_post_waits_for_a_person(district_3, seated, aide, account):
    post = make_scheduled(
        district_3, seated, aide, at=STARTS - timedelta(hours=1), to=STARTS, targets=(account,)
    )
    run(post, STARTS + timedelta(minutes=15, seconds=1))
    assert post.status == Post.Status.PARKED
    assert "15 minutes" in post.why
    again = unpark_post(post, by=seated, at=STARTS + timedelta(hours=1))
    assert again.status == Post.Status.APPROVED


def test_an_answer_to_a_constituent_passes_with_the_message_as_its_evidence(
    district_3, seated, aide, account, blackout
):
    at = STARTS + timedelta(days=10)
    post = make_post(district_3, seated, at=at)
    with pytest.raises(Refusal, match="must be silent"):
        submit_post(post, by=seated, at=at)
    with pytest.raises(Refusal, match="Attach the constituent") as refusal:
        change_post(post, Draft(TEXT, exemption="answer_to_constituent"), by=seated, at=at)
    assert refusal.value.field == "message"
    answer = Draft(
        TEXT, exemption="answer_to_constituent", message="When do the plows come?", targets=(account,)
    )
    submit_post(change_post(post, answer, by=seated, at=at), by=seated, at=at)
    post.refresh_from_db()
    approve_post(post, by=aide, at=at, seen=post.current_id)
    schedule_post(post, to=at, by=aide, at=at, second_factor_at=at)
    assert run(post, at)[account.pk].status == Dispatch.Status.SENT


def test_official_business_is_the_clerks(district_3, seated, clerk, aide, blackout):
    at = STARTS + timedelta(days=10)
    business = {"exemption": "official_business", "citation": "Wis. Stat. 10.06"}
    alders = make_post(district_3, seated, at=at, **business)
    with pytest.raises(Refusal, match="Only the City Clerk"):
        submit_post(alders, by=seated, at=at)
    clerks = make_post(district_3, clerk, at=at, **business)
    assert submit_post(clerks, by=clerk, at=at).status == Post.Status.SUBMITTED


def test_an_exemption_that_the_silence_does_not_know_is_none(district_3, seated, officer):
    silence(
        district_3,
        starts_at=STARTS,
        ends_at=None,
        reason="By court order.",
        source="test:2",
        by=officer,
        at=STARTS,
    )
    post = make_post(district_3, seated, exemption="answer_to_constituent", message="When?")
    assert not verdict(post, None, STARTS).allowed


def test_a_lifted_silence_is_over(district_3, seated, officer, blackout):
    post = make_post(district_3, seated)
    lift_silence(blackout, by=officer, at=STARTS + SECOND, reason="Noncandidacy was filed.")
    assert not verdict(post, None, STARTS).allowed
    assert verdict(post, None, STARTS + SECOND).allowed


class _Undo(Exception):
    """Takes an attempt back, so that the next one finds everything as it was."""


class Attempts:
    """Random attempts to speak around both ends of a silence, through every way there is.

    Each answers whether something was said. Most ask the gate, which every other way must pass; an act is
    taken back by a savepoint.
    """

    #: How often each way is tried, of 10,000 times.
    WAYS = MappingProxyType(
        {"compose": 8540, "whole_gate": 800, "submit": 120, "approve": 120, "schedule": 120, "publish": 120,
         "deliver": 60, "retry": 60, "page": 30, "by_hand": 30}
    )  # fmt: skip

    def __init__(self, office, author, approver, account, client) -> None:
        self.dice = random.Random(11_1205)
        self.approver, self.account, self.client = approver, account, client
        before = STARTS - timedelta(days=2)
        exempt = {"exemption": "answer_to_constituent", "message": "When?"}
        make = {"at": before, "targets": (account,)}
        self.drafts = self._pair(lambda more: make_post(office, author, **make, **more), exempt)
        self.submitted = self._pair(
            lambda more: submit_post(make_post(office, author, **make, **more), by=author, at=before), exempt
        )
        self.approved = self._pair(
            lambda more: make_approved(office, author, approver, **make, **more), exempt
        )
        self.wordings = {is_exempt: gate.wording_of(post.current) for is_exempt, post in self.drafts.items()}
        self.planned = make_scheduled(office, author, approver, at=before, to=STARTS - timedelta(days=1))
        told = make_scheduled(office, author, approver, **make, to=STARTS - timedelta(hours=1))
        send_dispatch(
            told.dispatches.get(account=None).pk, worker="w", clock=lambda: STARTS - timedelta(hours=1)
        )
        self.stopped = told.dispatches.get(account=account)
        Dispatch.objects.filter(pk=self.stopped.pk).update(status="parked", error="Parked for this test.")

    @staticmethod
    def _pair(make, exempt):
        return {False: make({}), True: make(exempt)}

    def instant(self) -> datetime:
        near = self.dice.choice((1, 60, 3600, 86_400)) * 10**6
        return self.dice.choice((STARTS, ENDS)) + timedelta(microseconds=self.dice.randrange(-near, near))

    def make(self, way: str, at: datetime, exempt: bool) -> tuple[bool, datetime]:
        """Try it once. Returns whether something was said (or would be), and for which instant."""
        to = self.instant() if way == "schedule" else at
        speaks_at = max(to, at)  # a time that has just passed means now
        if way in ("compose", "whole_gate"):
            return getattr(self, way)(at, exempt), at
        try:
            with transaction.atomic():
                said = getattr(self, way)(at, exempt, to)
                raise _Undo
        except _Undo:
            return said, speaks_at
        except Refusal:
            return False, speaks_at

    def compose(self, at, exempt):
        """What the composer is told about silence, live."""
        return not gate.silences(self.wordings[exempt], self.dice.choice((None, self.account)), at)

    def whole_gate(self, at, exempt):
        """All that the composer is told; nothing else stands in the way of this post."""
        wording, place = self.wordings[exempt], self.dice.choice((None, self.account))
        found = gate.verdict(wording, place, by=wording.author, at=at, moment=Moment.COMPOSE)
        assert found.allowed == (not gate.silences(wording, place, at))
        return found.allowed

    def submit(self, at, exempt, _):
        return submit_post(self.drafts[exempt], by=self.drafts[exempt].author, at=at).status == "submitted"

    def approve(self, at, exempt, _):
        post = self.submitted[exempt]
        return approve_post(post, by=self.approver, at=at, seen=post.current_id).status == "approved"

    def schedule(self, at, exempt, to):
        post = schedule_post(self.approved[exempt], to=to, by=self.approver, at=at, second_factor_at=at)
        return post.status == "scheduled"

    def publish(self, at, exempt, _):
        return bool(publish_now(self.approved[exempt], by=self.approver, at=at, second_factor_at=at))

    def deliver(self, at, exempt, _):
        """A post comes due up to ten minutes before its worker finds it."""
        due = at - timedelta(seconds=self.dice.randrange(0, 600))
        Dispatch.objects.filter(post=self.planned).update(due_at=due)
        for waiting in waiting_dispatches(at):
            if waiting.post_id == self.planned.pk:
                send_dispatch(waiting.pk, worker="w", clock=lambda: at)
        return Post.objects.get(pk=self.planned.pk).status == Post.Status.PUBLISHED

    def retry(self, at, exempt, _):
        return retry_dispatch(self.stopped, by=self.approver, at=at, second_factor_at=at).status == "due"

    def page(self, at, exempt, _):
        """The button on the page, by somebody who has just shown their second factor."""
        post = self.approved[exempt]
        with time_machine.travel(at, tick=False):
            self.client.force_login(self.approver)
            answer = self.client.post(reverse("posts:publish_now", args=[post.pk]), {"yes": "1"})
        assert answer.status_code in (200, 302)
        return Post.objects.get(pk=post.pk).status == "scheduled"

    def by_hand(self, at, exempt, _):
        """An administrator of the database sets the rows as if all had been asked. The worker asks again."""
        post = self.approved[exempt]
        Post.objects.filter(pk=post.pk).update(
            status="scheduled", scheduled_for=at, scheduled_by=self.approver, second_factor_at=at
        )
        for place in (None, self.account.pk):
            row = Dispatch.objects.create(
                post=post, revision=post.current, account_id=place, key=new_key(at), due_at=at
            )
            send_dispatch(row.pk, worker="w", clock=lambda: at)
        sent = Dispatch.objects.filter(post=post, status=Dispatch.Status.SENT).count()
        assert sent in (0, 2)
        return sent == 2


@pytest.mark.slow
def test_10000_random_attempts_around_both_ends_say_nothing_without_an_exemption(
    district_3, seated, aide, account, blackout, client
):
    """Through composer, submission, approval, scheduling, publishing, delivery, retry, page and database."""
    attempts = Attempts(district_3, seated, aide, account, client)
    ways = [way for way, times in attempts.WAYS.items() for _ in range(times)]
    assert len(ways) == 10_000
    attempts.dice.shuffle(ways)
    counted = Counter()
    for number, way in enumerate(ways):
        at = attempts.instant()
        exempt = attempts.dice.random() < 0.5 and way not in ("deliver", "retry")
        said, speaks_at = attempts.make(way, at, exempt)
        if STARTS <= speaks_at < ENDS and not exempt:
            assert not said, (number, way, at, speaks_at)
        counted[way, said] += 1
    assert all(counted[way, said] for way in attempts.WAYS for said in (True, False)), sorted(counted.items())
    assert sum(times for (_, said), times in counted.items() if said) > 3000
    assert sum(times for (_, said), times in counted.items() if not said) > 2000
    # The network has what was sent by hand when nothing forbade it, and nothing else.
    assert len(on_the_network(account)) == counted["by_hand", True]


def test_no_page_of_repairs_reaches_posts_or_silences():
    """The administration pages of the framework know nothing of what the city says, so none goes round the gate."""
    known = {model._meta.app_label for model in admin.site._registry}
    assert not known & {"posts", "elections", "accounts", "comments"}
