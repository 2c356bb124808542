"""A delivery arrives once, or fails where somebody sees it."""

from datetime import timedelta

import httpx
import pytest

from posts.models import Dispatch, Post
from posts.sending import send_dispatch
from tests.conftest import NOW
from tests.posts.make import TEXT, make_scheduled

DUE = NOW + timedelta(hours=1)


def on_the_network(account):
    """What stands in the account's own repository."""
    answer = httpx.get(
        f"{account.connection.service_url}/xrpc/com.atproto.repo.listRecords",
        params={"repo": account.native_id, "collection": "app.bsky.feed.post", "limit": 100},
        timeout=10,
    )
    return answer.json()["records"]


def run(post, at, worker="worker"):
    """One worker goes through everything that is due, as the sweep rings for it."""
    from posts.actions.delivery import waiting_dispatches

    for _ in range(3):
        for waiting in list(waiting_dispatches(at)):
            send_dispatch(waiting.pk, worker=worker, clock=lambda: at)
    post.refresh_from_db()
    return {dispatch.account_id: dispatch for dispatch in post.dispatches.exclude(status="cancelled")}


@pytest.fixture
def scheduled(district_3, seated, aide, account):
    return make_scheduled(district_3, seated, aide, targets=(account,), to=DUE, alt="A plow on Main Street")


def test_a_post_goes_to_the_website_first_and_then_to_the_network(scheduled, account):
    sent = run(scheduled, DUE)
    assert scheduled.status == Post.Status.PUBLISHED
    assert sent[None].status == sent[account.pk].status == Dispatch.Status.SENT
    (found,) = on_the_network(account)
    assert found["value"]["text"] == f"{TEXT}\n\nhttp://testserver/official/{scheduled.pk}/"
    assert found["value"]["embed"]["images"][0]["alt"] == "A plow on Main Street"
    assert found["uri"] == sent[account.pk].platform_item_id


def test_nothing_is_sent_before_its_time(scheduled, account):
    run(scheduled, DUE - timedelta(seconds=1))
    assert scheduled.status == Post.Status.SCHEDULED
    assert on_the_network(account) == []
