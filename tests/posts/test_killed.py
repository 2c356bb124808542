"""A real worker is killed (-9) at every step of a delivery; another one takes it up. One post, every time (R5, R6)."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction
from django.urls import reverse

from city.roles import Role
from posts.models import Dispatch, Post
from posts.sending import send_dispatch as send
from posts.tasks import send_dispatch, send_due_dispatches
from tests.conftest import make_city, make_office, make_user
from tests.posts.held import Door
from tests.posts.make import make_connected, make_scheduled, make_term
from tests.workers import empty_queue, wait_for


@pytest.fixture
def door(network):
    with Door(network.url) as door:
        yield door


@pytest.fixture
def stage(transactional_db, network, door, settings, tmp_path):
    """A district whose account lies behind the door, and a post on the website whose network delivery is due."""
    settings.STORAGES = settings.STORAGES | {
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": django_settings.VAR / "media"},
        }
    }
    make_city()
    now = datetime.now(UTC)
    office = make_office("District 3", kind="district", number=3)
    author = make_user("Alma", Role.ALDER, office=office, at=now)
    approver = make_user("Aidan", Role.AIDE, office=office, at=now)
    make_term(office, author, starts_on=now.date().replace(month=1, day=1), ends_on=None)
    account = make_connected(office, network.url)
    account.connection.service_url = door.url
    account.connection.save()
    post = make_scheduled(office, author, approver, at=now, to=now, targets=(account,), alt="A plow")
    return post, account


def network_delivery(post, account):
    return post.dispatches.get(account=account)


def published(post):
    return Post.objects.get(pk=post.pk).status == Post.Status.PUBLISHED


@pytest.fixture
def finish(stage, spare):
    """Time passes until the lease of who was killed has run out; another worker takes the delivery up."""
    post, account = stage

    def finished():
        passed = datetime.now(UTC) - timedelta(seconds=1)
        post.dispatches.filter(status=Dispatch.Status.SENDING).update(lease_until=passed)
        spare.take_up()
        wait_for(
            sweeping(lambda: network_delivery(post, account).status not in Dispatch.OPEN), what="an ending"
        )
        return network_delivery(post, account)

    yield finished
    spare.rest()
    empty_queue()


def sweeping(question):
    """Asks, and every so often rings for the sweep, as beat does."""
    asked = itertools.count()

    def ask():
        if next(asked) % 20 == 0:
            send_due_dispatches.delay()
        return question()

    return ask


def publish_on_the_website(post):
    website = post.dispatches.get(account=None)
    send(website.pk, worker="website", clock=lambda: datetime.now(UTC))
    assert published(post)
    empty_queue()


def has_begun(dispatch):
    return Dispatch.objects.get(pk=dispatch.pk).status == Dispatch.Status.SENDING


def there(network, account):
    return list(network.state.repositories[account.native_id].get("app.bsky.feed.post", {}))


STEPS = [
    ("createSession", "before"),
    ("createSession", "after"),
    ("getRecord", "before"),
    ("uploadBlob", "before"),
    ("uploadBlob", "after"),
    ("putRecord", "before"),
    ("putRecord", "after"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("call", "when"), STEPS)
def test_a_worker_killed_inside_a_call_leaves_one_post(stage, door, network, worker, finish, call, when):
    post, account = stage
    publish_on_the_website(post)
    door.hold(call, when)
    doomed = worker()
    wait_for(sweeping(door.reached.is_set), what="the call")
    assert network_delivery(post, account).status == Dispatch.Status.SENDING
    doomed.kill()
    door.release()
    dispatch = finish()
    assert dispatch.status == Dispatch.Status.SENT, dispatch.error
    assert dispatch.attempt >= 2
    assert there(network, account) == [dispatch.key]


@pytest.mark.slow
def test_a_worker_killed_between_claim_and_call_leaves_one_post(stage, network, worker, finish):
    """The gate cannot read approvals while the table is locked: the worker hangs after its claim."""
    post, account = stage
    publish_on_the_website(post)
    doomed = worker()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE posts_approval IN ACCESS EXCLUSIVE MODE")
        delivery = network_delivery(post, account)
        send_dispatch.delay(dispatch_id=delivery.pk)
        wait_for(lambda: has_begun(delivery), what="the claim")
        doomed.kill()
    assert there(network, account) == []
    dispatch = finish()
    assert dispatch.status == Dispatch.Status.SENT, dispatch.error
    assert there(network, account) == [dispatch.key]


@pytest.mark.slow
def test_a_worker_killed_between_the_networks_answer_and_our_commit_leaves_one_post(
    stage, door, network, worker, finish
):
    post, account = stage
    publish_on_the_website(post)
    door.hold("putRecord", "before")
    doomed = worker()
    wait_for(sweeping(door.reached.is_set), what="the call")
    with transaction.atomic():
        Dispatch.objects.select_for_update().get(account=account)
        door.release()
        wait_for(lambda: there(network, account), what="the post on the network")
        doomed.kill()
    dispatch = finish()
    assert dispatch.status == Dispatch.Status.SENT, dispatch.error
    assert there(network, account) == [dispatch.key]


@pytest.mark.slow
def test_a_worker_killed_while_the_website_is_published_publishes_once(stage, client, worker, finish):
    post, _ = stage
    doomed = worker()
    with transaction.atomic():
        Post.objects.select_for_update().get(pk=post.pk)
        website = post.dispatches.get(account=None)
        send_dispatch.delay(dispatch_id=website.pk)
        wait_for(lambda: has_begun(website), what="the claim")
        doomed.kill()
    dispatch = finish()
    assert dispatch.status == Dispatch.Status.SENT, dispatch.error
    assert published(post)
    assert client.get(reverse("posts:public_post", args=[post.pk])).status_code == 200
