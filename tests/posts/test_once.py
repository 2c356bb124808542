"""Whatever dies or hangs while a post is sent: it stands on the network once, or somebody sees that it failed (R5, R6)."""

import random
from datetime import timedelta

import pytest

from posts.actions.delivery import give_up_lost_dispatches
from posts.models import Dispatch
from posts.sending import send_dispatch
from tests.conftest import NOW
from tests.posts.make import make_connected, make_scheduled
from tests.posts.turns import Turns

DUE = NOW + timedelta(hours=1)
FAULTS = ("reset", "truncated", "error", "rate_limit", "login_page", "empty", "expired")
CALLS = ("putRecord", "getRecord", "createSession", "uploadBlob", "*")


#: Posts, and accounts to each of which every post is delivered.
POSTS, ACCOUNTS = 10, 30


def on_the_website(office, author, approver, accounts, number):
    """A post whose deliveries to the network are due now."""
    alt = "A plow on Main Street" if number % 3 == 0 else ""
    post = make_scheduled(office, author, approver, targets=accounts, to=DUE, alt=alt, text=f"Post {number}.")
    send_dispatch(post.dispatches.get(account=None).pk, worker="website", clock=lambda: DUE)
    return list(post.dispatches.exclude(account=None).select_related("account").order_by("account"))


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_300_random_interleavings_of_two_workers_leave_one_post_or_one_visible_failure(
    district_3, seated, aide, network
):
    killed = attempts = 0
    ended: dict[str, int] = {}
    accounts = tuple(make_connected(district_3, network.url) for _ in range(ACCOUNTS))
    deliveries = [
        (post, dispatch)
        for post in range(POSTS)
        for dispatch in on_the_website(district_3, seated, aide, accounts, post)
    ]
    assert len(deliveries) == 300
    for number, (post, dispatch) in enumerate(deliveries):
        source = random.Random(number)
        turns = Turns(DUE, number)
        for _ in range(150):
            if source.random() < 0.2:
                network.fault(
                    source.choice(FAULTS), source.choice(CALLS), times=1, retry_after=source.choice((1, 60))
                )
            turns.work(dispatch.pk, workers=source.choice((1, 2, 2)))
            turns.now += timedelta(seconds=source.choice((1, 5, 20, 200)))
            give_up_lost_dispatches(at=turns.now)
            dispatch.refresh_from_db()
            if dispatch.status not in Dispatch.OPEN:
                break
        network.clear_faults()
        killed += turns.killed
        attempts += dispatch.attempt
        ended[dispatch.status] = ended.get(dispatch.status, 0) + 1
        everything = (
            network.state.repositories[dispatch.account.native_id].get("app.bsky.feed.post", {}).values()
        )
        there = [entry.uri for entry in everything if entry.part("text").startswith(f"Post {post}.")]
        said = (number, dispatch.status, dispatch.failure, dispatch.error, len(there))
        assert len(there) <= 1, said
        if dispatch.status == Dispatch.Status.SENT:
            assert there == [dispatch.platform_item_id], said
        else:
            assert dispatch.status in Dispatch.STOPPED, said
            assert dispatch.error, said
            assert not there or dispatch.failure == Dispatch.Failure.UNCERTAIN, said
    told = f"killed {killed}, attempts {attempts}, ended {ended}"
    assert killed > 100, told
    assert ended["sent"] > 150, told
    assert ended.keys() - {"sent"}, told
