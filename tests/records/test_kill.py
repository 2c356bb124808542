"""Whoever is killed, and whenever: nothing is missing, nothing is doubled, nothing is half-written."""

import random
import signal
import threading
import time

import psutil
import pytest
from celery import Celery
from django.db import connections
from django.utils import timezone

from accounts.models import Account
from config import parts
from records.actions.capture import (
    ARCHIVIST,
    CaptureRefused,
    LeaseLost,
    claim_capture,
    finish_capture,
    open_capture,
)
from records.actions.keeping import Found
from records.archive import keep_bytes
from records.capture import run_capture
from records.models import Capture, Payload, Record
from records.verify import Verifier, trusted_keys
from tests.records.factories import (
    later,
    make_account,
    make_resident,
    now,
    rewrite,
    write,
)
from tests.workers import wait_for, worker  # noqa: F401 - a fixture

SEED = 20261120


class Town:
    """Accounts with a busy public on a practice network, and what each should have in the archive."""

    def __init__(self, network, accounts: int = 2) -> None:
        self.network = network
        self.dice = random.Random(SEED)
        self.resident = make_resident(network)
        self.accounts = [make_account(network) for _ in range(accounts)]
        self.said: dict[int, list[str]] = {account.pk: [] for account in self.accounts}
        self.deleted: set[str] = set()
        for account in self.accounts:
            for number in range(6):
                post = write(network, account.native_id, f"Post {number}")
                replies = [write(network, self.resident, f"Reply {n} to {number}", to=post) for n in range(4)]
                self.said[account.pk] += [post, *replies]
        network.fault("slow", seconds=0.03)

    def move_on(self) -> None:
        """Something new is said everywhere, something is rewritten and something is deleted."""
        for account in self.accounts:
            said = self.said[account.pk]
            living = [uri for uri in said if uri not in self.deleted]
            roots = [uri for uri in living if uri.split("/")[2] == account.native_id]
            replies = [uri for uri in living if uri not in roots]
            rewrite(self.network, self.dice.choice(living), f"Rewritten {self.dice.random()}")
            said.append(write(self.network, self.resident, f"New {self.dice.random()}", to=roots[0]))
            gone = self.dice.choice(replies)
            self.network.state.delete(gone)
            self.deleted.add(gone)

    def open_captures(self) -> None:
        for account in Account.objects.all():
            try:
                open_capture(account, cause="schedule", by=ARCHIVIST, at=now())
            except CaptureRefused:
                continue

    def check(self) -> None:
        """The archive holds exactly what was said: nothing is missing, nothing is told twice."""
        faults = [f"{fault.where}: {fault.what}" for fault in Verifier(trusted_keys()).faults()]
        assert faults == []
        for account in self.accounts:
            newest = {
                record.platform_item_id: record
                for record in Record.objects.filter(account=account, kind__in=["post", "comment"]).latest()
            }
            assert newest.keys() >= {uri for uri in self.said[account.pk] if uri not in self.deleted}
            assert newest.keys() <= set(self.said[account.pk])
            for uri, record in newest.items():
                entry = self.network.state.entry(uri)
                assert (
                    record.state.startswith("deleted")
                    if entry is None
                    else record.text == entry.record["text"]
                )
        self.nothing_is_told_twice()

    def nothing_is_told_twice(self) -> None:
        before: dict[tuple, tuple] = {}
        for record in Record.objects.order_by("account", "number"):
            key = (record.account_id, record.kind, record.platform_item_id)
            content = (record.state, record.platform_version, record.text, record.alt_text)
            assert before.get(key) != content, f"record {record.number} repeats the one before it"
            before[key] = content


def settle(send) -> None:
    """Sweep until nothing is open any more."""

    def settled() -> bool:
        if not Capture.objects.open().exists():
            return True
        send("records.tasks.sweep_captures")
        time.sleep(0.3)  # the pause between two sweeps, not a wait for their outcome
        return False

    wait_for(settled, what="the sweeps to finish every capture")


def capture_all_once_more(town: Town, send) -> None:
    """After the last change every account is captured once in peace."""
    for _ in range(6):
        Account.objects.get(pk=town.accounts[0].pk).connection.__class__.objects.update(not_before=None)
        began = now()
        town.open_captures()
        settle(send)
        done = Capture.objects.filter(status="done", started_at__gte=began).values("account").distinct()
        if done.count() == len(town.accounts):
            return
    raise AssertionError(list(Capture.objects.values_list("status", "failure", "error")))


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_at_any_moment_of_a_capture_leaves_nothing_missing_or_doubled(network, worker):  # noqa: F811
    from config.celery import app

    town = Town(network)
    running = worker(CAPTURE_LEASE_SECONDS="2", concurrency=2)
    for number in range(12):
        town.move_on()
        town.open_captures()
        wait_for(
            lambda: Capture.objects.filter(status="running").exists() or not Capture.objects.open().exists(),
            what="a capture to begin",
        ) if number == 0 else None
        time.sleep(town.dice.uniform(0, 1.2))  # any moment: at sign-in, in the middle, at the commit
        if number % 6 == 5:
            running.kill()
            running = worker(CAPTURE_LEASE_SECONDS="2", concurrency=2)
        else:
            for child in running.children():
                with_luck(child)
        send_sweep(app)
    capture_all_once_more(town, app.send_task)
    assert Capture.objects.filter(attempt__gt=1).exists(), "no kill ever struck a running capture"
    town.check()


def with_luck(process: psutil.Process) -> None:
    try:
        process.send_signal(signal.SIGKILL)
    except psutil.NoSuchProcess:
        return


def send_sweep(app) -> None:
    app.send_task("records.tasks.sweep_captures")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_redis_killed_and_restarted_loses_no_capture(network, worker, tmp_path):  # noqa: F811
    town = Town(network)
    broker = parts.run_redis(tmp_path)
    url = broker.url.replace("unix://", "redis+socket://")
    line = Celery(broker=url)
    running = worker(REDIS_URL=broker.url, CAPTURE_LEASE_SECONDS="2")
    town.open_captures()
    line.send_task("records.tasks.sweep_captures")
    wait_for(
        lambda: Capture.objects.filter(status="running").exists(), running.process, what="a capture to begin"
    )
    broker.process.kill()
    broker.process.wait()
    for left in (tmp_path / "redis").glob("appendonlydir"):
        # As after a broker without a disk: every message is lost.
        for file in left.iterdir():
            file.unlink()
        left.rmdir()
    (tmp_path / "redis" / "appendonly.aof").unlink(missing_ok=True)
    town.move_on()
    broker = parts.run_redis(tmp_path)
    try:
        settle(line.send_task)
        capture_all_once_more(town, line.send_task)
        town.check()
    finally:
        running.kill()
        broker.stop()


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_that_claim_one_capture_exactly_one_gets_it(network):
    account = make_account(network)
    waiting = open_capture(account, cause="schedule", by=ARCHIVIST, at=now())
    results, start = [], threading.Barrier(8)

    def race(number):
        try:
            start.wait()
            results.append(claim_capture(waiting, worker=f"worker {number}", at=now()))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=race, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([one for one in results if one]) == 1
    waiting.refresh_from_db()
    assert waiting.attempt == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_that_run_one_capture_make_each_record_once(network):
    town = Town(network, accounts=1)
    waiting = open_capture(town.accounts[0], cause="schedule", by=ARCHIVIST, at=now())
    results = []

    def work():
        try:
            results.append(run_capture(waiting, worker="one of two", clock=timezone.now))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one is not None for one in results) == [False, True]
    town.check()


@pytest.mark.django_db
def test_a_worker_that_lost_its_lease_writes_nothing(network, archive_folder):
    account = make_account(network)
    waiting = open_capture(account, cause="schedule", by=ARCHIVIST, at=now())
    slow = claim_capture(waiting, worker="slow", at=now())
    assert claim_capture(waiting, worker="too early", at=later(seconds=1)) is None
    quick = claim_capture(waiting, worker="quick", at=later(hours=1))
    found = Found(heads={}, settings={}, method="api:bluesky", tool="test")
    warc = keep_bytes(b"nothing", room="warc", suffix=".warc.gz")
    with pytest.raises(LeaseLost):
        finish_capture(slow, found, warc, by=ARCHIVIST, at=now())
    waiting.refresh_from_db()
    assert (waiting.status, waiting.attempt, waiting.worker) == ("running", 2, "quick")
    assert not Payload.objects.exists()
    assert finish_capture(quick, found, warc, by=ARCHIVIST, at=later(hours=2)).status == "done"


@pytest.mark.django_db
def test_a_visit_whose_lease_is_taken_over_in_the_middle_ends_without_a_record(network):
    town = Town(network, accounts=1)
    waiting = open_capture(town.accounts[0], cause="schedule", by=ARCHIVIST, at=now())
    ticks = iter(range(10_000))

    def clock():
        # In the middle of the visit another worker takes the capture, as after a long pause of this one.
        if next(ticks) == 6:
            Capture.objects.filter(pk=waiting.pk).update(attempt=2, worker="another")
        return now()

    lease = later(seconds=0.04) - now()
    assert run_capture(waiting, worker="one", clock=clock, lease=lease) is None
    waiting.refresh_from_db()
    assert (waiting.status, waiting.worker) == ("running", "another")
    assert not Record.objects.exists()


@pytest.mark.django_db
def test_a_capture_that_kills_its_worker_time_and_again_is_shown_as_lost(network):
    from records.actions.capture import MOST_ATTEMPTS, give_up_lost_captures

    account = make_account(network)
    waiting = open_capture(account, cause="schedule", by=ARCHIVIST, at=now())
    at = now()
    for _ in range(MOST_ATTEMPTS):
        assert claim_capture(waiting, worker="doomed", at=at)
        at = later(hours=1) + (at - now())
    assert claim_capture(waiting, worker="doomed", at=at) is None
    assert give_up_lost_captures(by=ARCHIVIST, at=at) == 1
    waiting.refresh_from_db()
    assert (waiting.status, waiting.failure) == ("failed", "lost")
    assert "worker's log" in waiting.error


@pytest.mark.django_db
def test_a_file_in_the_archive_is_whole_or_not_there(archive_folder):
    kept = keep_bytes(b"abc" * 1000, room="media")
    again = keep_bytes(b"abc" * 1000, room="media")
    assert kept == again
    assert [path.name for path in (archive_folder / "media").rglob("*") if path.is_file()] == [kept.sha256]
    assert (archive_folder / kept.path).stat().st_mode & 0o222 == 0
