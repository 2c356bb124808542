"""What a silent account says past the gate is found in the archive, with its evidence."""

from datetime import timedelta

import pytest
import time_machine

from accounts.models import Connection
from city.canonical import GENESIS, sha256
from elections import tasks
from elections.models import Incident
from records import archive
from records.models import Capture, Payload, Record
from tests.elections.test_blackouts import END, START

DAY = timedelta(days=1)


@pytest.fixture
def archived(account):
    """Archive a post: `said_at` by the platform's clock, `claimed_at` by its author's application."""
    Connection.objects.create(
        account=account, service_url="https://bsky.social", identifier="x", secret="x", connected_at=START
    )
    kept = archive.keep_bytes(b"WARC", room="media")
    payload = Payload.objects.create(
        sha256=kept.sha256,
        kind="media",
        size=kept.size,
        media_type="image/png",
        path=kept.path,
        kept_at=START,
    )
    capture = Capture.objects.create(
        account=account, status="done", due_at=START, started_at=START, finished_at=START, warc=payload
    )

    def post(number, said_at, claimed_at=None, kind="post"):
        return Record.objects.create(
            account=account,
            capture=capture,
            number=number,
            kind=kind,
            platform_item_id=f"at://{number}",
            version=1,
            state="present",
            text="Vote for me",
            created_at=claimed_at or said_at,
            indexed_at=said_at,
            happened_before=END,
            captured_at=END,
            method="api:bluesky",
            tool="test",
            payload=payload,
            payload_offset=0,
            payload_length=4,
            prev_hash=GENESIS,
            hash=sha256(str(number).encode()),
        )

    return post


def watch(at=END):
    with time_machine.travel(at, tick=False):
        tasks.watch_for_incidents()


def test_a_post_made_natively_in_a_blackout_is_an_incident_with_its_evidence(blackout, archived):
    record = archived(1, START + DAY)
    watch()
    incident = Incident.objects.get()
    assert (incident.record, incident.evidence_hash, incident.text) == (record, record.hash, "Vote for me")
    assert incident.blackout == blackout
    assert incident.posted_at == START + DAY


def test_it_is_reported_once_however_often_one_looks(blackout, archived):
    archived(1, START)
    for _ in range(3):
        watch()
    assert Incident.objects.count() == 1


@pytest.mark.parametrize("said_at", [START - timedelta(seconds=1), END])
def test_a_post_outside_the_blackout_is_none(blackout, archived, said_at):
    archived(1, said_at)
    watch()
    assert not Incident.objects.exists()


def test_a_backdated_post_is_found_by_the_platforms_own_clock(blackout, archived):
    archived(1, START + DAY, claimed_at=START - 30 * DAY)
    watch()
    assert Incident.objects.exists()


def test_what_the_public_says_is_no_incident(blackout, archived):
    archived(1, START + DAY, kind="comment")
    watch()
    assert not Incident.objects.exists()
