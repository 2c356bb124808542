"""What is decided is done on the network once, and counts as done only when the network shows it."""

import random
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections

from accounts.models import Connection
from comments import actions
from comments.actions import Words, measures
from comments.actions.appeals import new_nonce
from comments.carrying_out import carry_out
from comments.models import Appeal, Case, Measure
from comments.permissions import DESK
from tests.comments.make import block, hide, make_rules
from tests.conftest import make_user
from tests.records.factories import capture, make_account, make_resident, write
from tests.records.test_kill import with_luck
from tests.workers import wait_for, worker  # noqa: F401 - a fixture

SEED = 20261120


def now() -> datetime:
    return datetime.now(UTC)


class Scene:
    """An account with a post and a resident's replies on the practice network, archived and in the queue."""

    def __init__(self, network, replies: int = 2) -> None:
        self.network = network
        # Parks is made first: it makes the city.
        self.account = make_account(network)
        at = now()
        self.moderator = make_user("Mona Moderator", "moderator", at=at)
        self.attorney = make_user("Attila Attorney", "attorney", at=at)
        self.reviewer = make_user("Abel Appeals", "appeals", at=at)
        officer, clerk = (
            make_user("Olive Officer", "officer", at=at),
            make_user("Clara Clerk", "clerk", at=at),
        )
        self.version = make_rules(officer, self.attorney, clerk, at=at - timedelta(days=100))
        self.resident = make_resident(network)
        self.post = write(network, self.account.native_id, "The plows are out")
        for number in range(replies):
            write(network, self.resident, f"I will be waiting with bat {number}", to=self.post)
        assert capture(self.account).status == "done"
        actions.open_cases(by=DESK, at=now())
        self.cases = list(Case.objects.order_by("pk"))
        assert len(self.cases) == replies

    def hidden(self) -> set[str]:
        """The comments that the network shows as hidden."""
        entry = self.network.state.entry(self.post.replace("app.bsky.feed.post", "app.bsky.feed.threadgate"))
        return set(entry.record["hiddenReplies"]) if entry else set()

    def blocks(self) -> list[str]:
        entries = (
            self.network.state.repositories[self.account.native_id].get("app.bsky.graph.block", {}).values()
        )
        return [entry.record["subject"] for entry in entries]

    def work(self, *, at: datetime | None = None) -> None:
        """Carry out everything that is due, as a worker does."""
        for measure in list(measures.waiting_measures(at or now())):
            carry_out(measure.pk, worker="test", clock=(lambda: at) if at else now)

    def block(self) -> None:
        hide(self.cases[0], self.version, by=self.moderator, at=now())
        block(self.cases[1], self.version, by=self.moderator, second=self.attorney, at=now())


@pytest.fixture
def scene(db, network):
    return Scene(network)


def test_a_hidden_comment_and_a_block_are_shown_by_the_network_and_only_then_closed(scene):
    scene.block()
    assert {case.status for case in Case.objects.all()} == {"carrying_out"}
    scene.work()
    assert scene.hidden() == {case.item.platform_item_id for case in scene.cases}
    assert scene.blocks() == [scene.resident]
    assert {case.status for case in Case.objects.all()} == {"closed"}


def test_r7_a_reversal_is_shown_by_the_network_before_the_case_is_closed(scene):
    scene.block()
    scene.work()
    decision = scene.cases[1].decisions.get()
    actions.submit_statement(Words("A song", reference=decision.reference), nonce=new_nonce(), at=now())
    actions.decide_appeal(Appeal.objects.get(), "reversed", "A song.", by=scene.reviewer, at=now())
    scene.cases[1].refresh_from_db()
    assert scene.cases[1].status == "carrying_out"
    scene.work()
    assert scene.hidden() == {scene.cases[0].item.platform_item_id}
    assert scene.blocks() == []
    scene.cases[1].refresh_from_db()
    assert scene.cases[1].status == "closed"


def test_a_block_that_runs_out_is_ended_on_the_network(scene):
    scene.block()
    scene.work()
    end = now() + timedelta(days=8)
    actions.end_run_out_blocks(at=end)
    scene.work(at=end)
    assert scene.blocks() == []
    assert {case.status for case in Case.objects.all()} == {"closed"}


def test_a_late_measure_undoes_nothing_that_was_decided_since(scene):
    case = scene.cases[0]
    decision = hide(case, scene.version, by=scene.moderator, at=now())
    actions.submit_statement(Words("A song", reference=decision.reference), nonce=new_nonce(), at=now())
    actions.decide_appeal(Appeal.objects.get(), "reversed", "A song.", by=scene.reviewer, at=now())
    scene.work()
    assert scene.hidden() == set()
    assert set(case.measures.values_list("verb", "status")) == {("hide", "superseded"), ("unhide", "done")}


def test_what_the_network_does_not_show_is_not_done(scene, monkeypatch):
    hide(scene.cases[0], scene.version, by=scene.moderator, at=now())
    scene.network.fault("error", "putRecord", times=1)
    scene.work()
    measure = Measure.objects.get()
    assert (measure.status, measure.done_at) == ("due", None)
    assert measure.error
    scene.work(at=now() + timedelta(minutes=1))
    measure.refresh_from_db()
    assert (measure.status, measure.attempt) == ("done", 2)


def test_a_failure_is_shown_to_a_person_who_has_it_tried_again(scene):
    hide(scene.cases[0], scene.version, by=scene.moderator, at=now())
    Connection.objects.all().delete()
    scene.work()
    measure = Measure.objects.get()
    assert measure.status == "failed"
    assert "not connected" in measure.error
    assert Case.objects.stuck().get() == scene.cases[0]
    from tests.records.factories import connect

    connect(scene.account, scene.network)
    actions.retry_measure(measure, by=scene.moderator, at=now())
    scene.work()
    assert scene.hidden() == {scene.cases[0].item.platform_item_id}


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_on_one_comment_only_one_acts_at_a_time(network):
    scene = Scene(network)
    hide(scene.cases[0], scene.version, by=scene.moderator, at=now())
    measure = Measure.objects.get()
    twin = Measure.objects.create(
        case=measure.case, decision=measure.decision, account=measure.account, verb="unhide", target=measure.target,
        root_id=measure.root_id, due_at=now(),
    )  # fmt: skip
    got, start = [], threading.Barrier(8)

    def race(number: int) -> None:
        try:
            start.wait()
            got.append(measures.claim_measure((measure, twin)[number % 2].pk, worker=str(number), at=now()))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=race, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([one for one in got if one]) == 1


def test_a_worker_that_lost_its_lease_writes_nothing(scene):
    hide(scene.cases[0], scene.version, by=scene.moderator, at=now())
    measure = Measure.objects.get()
    slow = measures.claim_measure(measure.pk, worker="slow", at=now())
    later = now() + timedelta(hours=1)
    quick = measures.claim_measure(measure.pk, worker="quick", at=later)
    with pytest.raises(measures.LeaseLost):
        measures.finish_measure(slow, at=later)
    assert measures.finish_measure(quick, at=later).status == "done"


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_workers_killed_at_any_moment_leave_every_decision_carried_out_once(network, worker):  # noqa: F811
    from config.celery import app

    scene = Scene(network, replies=14)
    dice = random.Random(SEED)
    network.fault("slow", seconds=0.05)
    hide(scene.cases[0], scene.version, by=scene.moderator, at=now())
    block(scene.cases[1], scene.version, by=scene.moderator, second=scene.attorney, at=now())
    running = worker(MEASURE_LEASE_SECONDS="2")
    for case in scene.cases[2:]:
        hide(case, scene.version, by=scene.moderator, at=now())
        app.send_task("comments.tasks.sweep_measures")
        time.sleep(dice.uniform(0, 0.6))  # any moment: at sign-in, between act and look, at the commit
        for child in running.children():
            with_luck(child)
    network.clear_faults()

    def settled() -> bool:
        if not Measure.objects.filter(status__in=Measure.OPEN).exists():
            return True
        app.send_task("comments.tasks.sweep_measures")
        time.sleep(0.5)  # the pause between two sweeps, not a wait for their outcome
        return False

    wait_for(settled, running.process, what="every measure to end")
    states = set(Measure.objects.values_list("status", flat=True))
    assert states == {"done"}, list(Measure.objects.values_list("status", "error"))
    assert scene.hidden() == {case.item.platform_item_id for case in scene.cases}
    assert scene.blocks() == [scene.resident]
    assert {case.status for case in Case.objects.all()} == {"closed"}
    assert Measure.objects.filter(attempt__gt=1).exists(), "no kill ever struck a measure"
