"""No acknowledgement, no publishing: asked of the author, of the approver, and of whoever lets a post go out."""

from datetime import timedelta

import pytest

from city.actions.people import deactivate_user
from city.refusals import Refusal
from policies.actions import acknowledge_version
from posts.actions import (
    approve_post,
    park_post,
    publish_now,
    retry_dispatch,
    return_post,
    schedule_post,
    submit_post,
    unpark_post,
)
from posts.models import Dispatch, Post
from posts.sending import send_dispatch
from tests.conftest import NOW, make_user
from tests.policies.make import adopt, make_policy, next_version
from tests.posts.make import make_approved, make_post, make_scheduled
from tests.posts.test_sending import on_the_network, run

UNREAD = "has not acknowledged"
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def policy(officer, attorney, clerk):
    """In force for everybody, and acknowledged by nobody yet."""
    return adopt(make_policy(officer), officer, attorney, clerk)


def read(version, *people):
    for person in people:
        acknowledge_version(version, by=person, at=NOW)


def again(version, officer, attorney, clerk, at):
    """The next version, which everybody must read again."""
    return adopt(next_version(version.policy, officer, at=at), officer, attorney, clerk, at=at)


def test_an_author_who_has_not_read_it_cannot_submit(district_3, seated, policy):
    post = make_post(district_3, seated)
    with pytest.raises(Refusal, match=f"{seated} {UNREAD}"):
        submit_post(post, by=seated, at=NOW)
    read(policy, seated)
    assert submit_post(post, by=seated, at=NOW).status == Post.Status.SUBMITTED


def test_who_submits_for_another_must_have_read_it_too(district_3, seated, aide, policy):
    read(policy, seated)
    with pytest.raises(Refusal, match=f"{aide} {UNREAD}"):
        submit_post(make_post(district_3, seated), by=aide, at=NOW)


@pytest.mark.parametrize("planned", [None, LATER], ids=["without a time", "with a time"])
def test_an_approver_who_has_not_read_it_cannot_approve_but_can_return(
    district_3, seated, aide, policy, planned
):
    read(policy, seated)
    post = submit_post(make_post(district_3, seated, scheduled_for=planned), by=seated, at=NOW)
    with pytest.raises(Refusal, match=f"{aide} {UNREAD}"):
        approve_post(post, by=aide, at=NOW, seen=post.current_id, second_factor_at=NOW)
    returned = return_post(post, by=aide, at=NOW, seen=post.current_id, reasons="Name the street.")
    assert returned.status == Post.Status.DRAFT


@pytest.mark.parametrize("who", ["author", "approver", "scheduler"])
def test_nothing_is_scheduled_or_published_while_one_of_them_has_not_read_it(
    district_3, seated, aide, officer, attorney, clerk, who
):
    first = adopt(make_policy(officer), officer, attorney, clerk)
    read(first, seated, aide, officer)
    post = make_approved(district_3, seated, officer)
    second = again(first, officer, attorney, clerk, NOW)
    missing = {"author": seated, "approver": officer, "scheduler": aide}[who]
    read(second, *({seated, aide, officer} - {missing}))
    with pytest.raises(Refusal, match=f"{missing} {UNREAD}"):
        schedule_post(post, to=LATER, by=aide, at=NOW, second_factor_at=NOW)
    with pytest.raises(Refusal, match=f"{missing} {UNREAD}"):
        publish_now(post, by=aide, at=NOW, second_factor_at=NOW)
    read(second, missing)
    assert publish_now(post, by=aide, at=NOW, second_factor_at=NOW).status == Post.Status.SCHEDULED


@pytest.mark.parametrize("who", ["author", "approver"])
def test_a_post_that_comes_due_while_one_of_them_has_not_read_it_waits_parked_for_a_person(
    district_3, seated, aide, officer, attorney, clerk, account, who
):
    first = adopt(make_policy(officer), officer, attorney, clerk)
    read(first, seated, aide)
    post = make_scheduled(district_3, seated, aide, to=LATER, targets=(account,))
    second = again(first, officer, attorney, clerk, NOW)
    missing, other = (seated, aide) if who == "author" else (aide, seated)
    read(second, other)
    run(post, LATER)
    assert post.status == Post.Status.PARKED
    assert f"{missing} {UNREAD}" in post.why
    assert on_the_network(account) == []
    read(second, missing)
    run(post, LATER + timedelta(minutes=5))
    assert post.status == Post.Status.PARKED, "it never bursts out afterwards"
    assert unpark_post(post, by=aide, at=LATER).status == Post.Status.APPROVED


def test_a_delivery_is_not_sent_again_while_its_approver_has_not_read_it(
    district_3, seated, aide, officer, attorney, clerk, account
):
    first = adopt(make_policy(officer), officer, attorney, clerk)
    read(first, seated, aide, officer)
    post = make_scheduled(district_3, seated, aide, to=LATER, targets=(account,))
    send_dispatch(post.dispatches.get(account=None).pk, worker="w", clock=lambda: LATER)
    park_post(post, by=aide, at=LATER, reason="The photo is looked at again.")
    second = again(first, officer, attorney, clerk, LATER)
    read(second, seated, officer)
    dispatch = Dispatch.objects.get(account=account)
    with pytest.raises(Refusal, match=f"{aide} {UNREAD}"):
        retry_dispatch(dispatch, by=officer, at=LATER, second_factor_at=LATER)


def test_an_approval_stays_good_when_its_approver_has_left(
    district_3, seated, officer, attorney, clerk, administrator
):
    first = adopt(make_policy(officer), officer, attorney, clerk)
    leaving = make_user("Lee Leaving", "aide", office=district_3)
    read(first, seated, leaving)
    post = make_scheduled(district_3, seated, leaving, to=LATER)
    second = again(first, officer, attorney, clerk, NOW)
    read(second, seated)
    deactivate_user(leaving, by=administrator, at=NOW, reason="Left the city.")
    run(post, LATER)
    assert post.status == Post.Status.PUBLISHED
