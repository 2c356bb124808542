"""How fast an account's first capture is committed, and how fast the archive is verified."""

import shutil
import time
import uuid
from datetime import UTC, datetime

import pytest
from django.core.files.storage import storages

from accounts.platforms import Exchange
from accounts.platforms.practice import PracticeNetwork
from city.actors import SystemActor
from records import archive
from records.actions.capture import ARCHIVIST, claim_capture, finish_capture, open_capture
from records.actions.keeping import Found
from records.models import Record
from records.rules import Sight
from records.verify import Verifier, trusted_keys
from records.warc import Writer
from tests.records.factories import capture, make_account, make_resident, now, write

ITEMS = 10_000
PER_ANSWER = 100


@pytest.fixture(autouse=True)
def empty_archive():
    shutil.rmtree(storages["archive"].location, ignore_errors=True)


def exchange_of(number: int) -> tuple[Exchange, list[dict]]:
    """An answer with a page of posts of the usual size."""
    import json

    posts = [
        {
            "uri": f"at://did:plc:bench/app.bsky.feed.post/{number:05d}{place:03d}",
            "cid": f"bafy{number:05d}{place:03d}",
            "author": {"did": "did:plc:bench", "handle": "bench.example", "displayName": "Bench"},
            "record": {"text": f"Post {number} {place}: " + "the pool opens on Monday at nine. " * 6},
            "likeCount": place,
            "indexedAt": "2026-11-20T15:00:00.000Z",
        }
        for place in range(PER_ANSWER)
    ]
    at = datetime.now(UTC)
    body = json.dumps({"feed": [{"post": post} for post in posts]}).encode()
    exchange = Exchange(
        f"urn:uuid:{uuid.uuid4()}", "GET", "https://bsky.social/xrpc/app.bsky.feed.getAuthorFeed", (), b"", 200, "OK",
        (("Content-Type", "application/json"),), body, at, at,
    )  # fmt: skip
    return exchange, posts


def sight_of(post: dict, exchange: Exchange) -> Sight:
    return Sight(
        kind="post", platform_item_id=post["uri"], platform_version=post["cid"], exchange=exchange.id,
        seen_at=exchange.finished_at, text=post["record"]["text"], author_id="did:plc:bench", raw=post,
    )  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_ingest_and_verify(tmp_path, capsys):
    assert isinstance(ARCHIVIST, SystemActor)
    with PracticeNetwork(tmp_path) as network:
        account = make_account(network)
    waiting = open_capture(account, cause="schedule", by=ARCHIVIST, at=now())
    claimed = claim_capture(waiting, worker="bench", at=now())
    found = Found(heads={}, settings={}, method="api:bluesky", tool="bench")
    pages = [exchange_of(number) for number in range(ITEMS // PER_ANSWER)]
    began = time.perf_counter()
    with archive.unfinished() as file:
        warc = Writer(file, about={"software": "bench"})
        for exchange, posts in pages:
            warc(exchange)
            for post in posts:
                sight = sight_of(post, exchange)
                found.sights[sight.kind, sight.platform_item_id] = sight
        found.places = warc.places
        done = finish_capture(
            claimed, found, archive.keep(file, room="warc", suffix=".warc.gz"), by=ARCHIVIST, at=now()
        )
    ingest = ITEMS / (time.perf_counter() - began)
    assert done.records_made == ITEMS
    began = time.perf_counter()
    verifier = Verifier(trusted_keys())
    assert list(verifier.faults()) == []
    verify = ITEMS / (time.perf_counter() - began)
    with capsys.disabled():
        print(
            f"\ningest {ingest:,.0f} records/s, verify {verify:,.0f} records/s ({Record.objects.count():,} records)"
        )


@pytest.mark.django_db(transaction=True)
def test_capture_over_http(tmp_path, capsys):
    with PracticeNetwork(tmp_path) as network:
        account, resident = make_account(network), make_resident(network)
        for number in range(40):
            post = write(network, account.native_id, f"Post {number}")
            for place in range(25):
                write(network, resident, f"Reply {place}", to=post)
        began = time.perf_counter()
        first = capture(account)
        cold = time.perf_counter() - began
        began = time.perf_counter()
        again = capture(account)
        warm = time.perf_counter() - began
    assert (first.records_made, again.records_made) == (1041, 0)
    with capsys.disabled():
        print(
            f"\nfirst capture {1041 / cold:,.0f} records/s over HTTP, an unchanged visit of 40 threads {warm:.2f} s"
        )
