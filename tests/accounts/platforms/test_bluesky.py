"""What the Bluesky module makes of answers, good and bad; the network's own ways are in tests/network."""

import gzip
import json
import socket
import time

import pytest

from accounts.platforms import (
    BadCredentials,
    Bluesky,
    NotFound,
    NotThePlatform,
    RateLimited,
    TooLarge,
    Unreachable,
    WrongAccount,
)
from accounts.platforms.bluesky import address

READING = {
    "whoami": lambda bluesky, post: bluesky.whoami(),
    "profile": lambda bluesky, post: bluesky.profile(),
    "posts": lambda bluesky, post: list(bluesky.posts()),
    "comments": lambda bluesky, post: list(bluesky.comments(post["uri"])),
    "blocked": lambda bluesky, post: list(bluesky.blocked()),
    "hidden": lambda bluesky, post: bluesky.hidden(post["uri"]),
}
every_verb = pytest.mark.parametrize("verb", READING)


@pytest.fixture
def post(city_account):
    return city_account.post("The Elver pool opens Monday")


# -- answers that are not the platform's (R4) --------------------------------------------------------------


@every_verb
@pytest.mark.parametrize("fault", ["login_page", "empty", "broken_json", "redirect"])
def test_a_login_page_is_a_failure_and_never_an_empty_account(practice, bluesky, post, verb, fault):
    practice.fault(fault)
    with pytest.raises(NotThePlatform) as failure:
        READING[verb](bluesky, post)
    assert not failure.value.permanent


@pytest.mark.parametrize("verb", ["profile", "posts", "comments", "blocked", "hidden"])
def test_json_of_another_shape_is_a_failure_and_never_an_empty_list(practice, bluesky, post, verb):
    bluesky.whoami()
    practice.fault("wrong_json")
    with pytest.raises((NotThePlatform, WrongAccount)):
        READING[verb](bluesky, post)


@every_verb
def test_a_failure_inside_the_platform_is_worth_another_try(practice, bluesky, post, verb):
    practice.fault("error")
    with pytest.raises(Unreachable) as failure:
        READING[verb](bluesky, post)
    assert not failure.value.permanent
    assert failure.value.status == 500


@every_verb
@pytest.mark.parametrize("fault", ["reset", "truncated"])
def test_a_broken_connection_is_a_failure(practice, bluesky, post, verb, fault):
    practice.fault(fault)
    with pytest.raises(Unreachable):
        READING[verb](bluesky, post)


def test_a_failure_on_a_later_page_is_not_the_end_of_the_list(practice, bluesky, city_account, monkeypatch):
    monkeypatch.setattr("accounts.platforms.bluesky.PAGE", 2)
    for number in range(5):
        city_account.post(f"Post {number}")
    assert len(list(bluesky.posts())) == 5
    posts = bluesky.posts()
    assert next(posts).text == "Post 4"
    practice.fault("empty", "getAuthorFeed")
    with pytest.raises(NotThePlatform):
        list(posts)


def test_an_endless_list_is_cut_off_with_an_error(bluesky, city_account, practice, monkeypatch):
    monkeypatch.setattr("accounts.platforms.practice.calls._page", lambda *_, **__: ([], {"cursor": "again"}))
    with pytest.raises(NotThePlatform, match="circle"):
        list(bluesky.posts())


# -- slowness and limits -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("fault", "seconds"), [("slow", 60), ("drip", 60)])
def test_a_slow_answer_never_holds_us_longer_than_the_deadline(practice, bluesky, post, fault, seconds):
    bluesky.whoami()
    practice.fault(fault, seconds=seconds)
    began = time.monotonic()
    with pytest.raises(Unreachable, match="slowly"):
        list(bluesky.posts())
    assert time.monotonic() - began < 30


def test_an_answer_without_end_is_refused(practice, bluesky):
    practice.fault("huge", "getAuthorFeed")
    with pytest.raises(TooLarge):
        list(bluesky.posts())


def test_nobody_there_is_a_failure(practice, bluesky):
    practice.stop()
    practice._thread = None
    with pytest.raises(Unreachable):
        bluesky.whoami()


def test_a_rate_limit_is_passed_on_with_its_seconds_and_not_slept_on(practice, bluesky, post):
    practice.fault("rate_limit", retry_after=900)
    began = time.monotonic()
    with pytest.raises(RateLimited) as limit:
        list(bluesky.posts())
    assert limit.value.retry_after == 900
    assert not limit.value.permanent
    assert time.monotonic() - began < 30


def test_a_rate_limit_while_asking_for_one_item_is_passed_on_too(practice, bluesky, post):
    bluesky.whoami()
    practice.fault("rate_limit", "getRecord", retry_after=7)
    with pytest.raises(RateLimited):
        bluesky.fetch(post["uri"])


def test_a_stop_is_respected_between_two_pages(practice, city_account, monkeypatch):
    class Stopped(Exception):
        pass

    def stop():
        if stopped:
            raise Stopped

    monkeypatch.setattr("accounts.platforms.bluesky.PAGE", 1)
    stopped = []
    city_account.post("One")
    city_account.post("Two")
    with Bluesky(practice.url, city_account.handle, city_account.password, stop=stop) as module:
        posts = module.posts()
        next(posts)
        stopped.append(True)
        with pytest.raises(Stopped):
            next(posts)


# -- who answers (R1) --------------------------------------------------------------------------------------


def test_another_account_that_answers_to_our_password_is_refused(practice, bluesky, resident, exchanges):
    practice.fault("other_account", "createSession", other=resident.did)
    with pytest.raises(WrongAccount) as refusal:
        list(bluesky.posts())
    assert refusal.value.permanent
    assert exchanges == []


def test_posts_of_somebody_else_are_never_taken_for_ours(practice, bluesky, resident):
    resident.post("Not the city's")
    practice.fault("other_account", "getAuthorFeed", other=resident.did)
    with pytest.raises(WrongAccount):
        list(bluesky.posts())


def test_the_profile_of_somebody_else_is_never_taken_for_ours(practice, bluesky, resident):
    practice.fault("other_account", "getProfile", other=resident.did)
    with pytest.raises(WrongAccount):
        bluesky.profile()


def test_a_session_that_changes_hands_is_noticed(practice, bluesky, resident):
    practice.fault("other_account", "getSession", other=resident.did)
    with pytest.raises(WrongAccount):
        bluesky.whoami()


def test_a_wrong_password_is_for_a_person_to_mend(practice, city_account):
    with (
        Bluesky(practice.url, city_account.handle, "wrong") as module,
        pytest.raises(BadCredentials) as refusal,
    ):
        module.whoami()
    assert refusal.value.permanent


def test_a_session_that_ran_out_is_renewed(practice, bluesky, post):
    bluesky.whoami()
    practice.fault("expired", "getAuthorFeed", times=1)
    assert [item.platform_id for item in bluesky.posts()] == [post["uri"]]


# -- what is handed over for the archive -------------------------------------------------------------------


def test_every_exchange_is_handed_over_as_it_was_but_no_secret(bluesky, city_account, post, exchanges):
    bluesky.whoami()
    (item,) = bluesky.posts()
    bluesky.fetch(post["uri"])
    assert "getSession" not in "".join(exchange.url for exchange in exchanges)
    assert "createSession" not in "".join(exchange.url for exchange in exchanges)
    (feed,) = [exchange for exchange in exchanges if exchange.id == item.exchange]
    assert feed.status == 200
    assert dict(feed.response_headers)["Content-Length"] == str(len(feed.response_body))
    assert json.loads(feed.response_body)["feed"][0]["post"] == item.raw
    assert feed.started_at <= feed.finished_at
    for exchange in exchanges:
        assert city_account.password not in repr(exchange)
        assert bluesky.xrpc.session.access not in repr(exchange)


def test_a_bad_answer_is_handed_over_too(practice, bluesky, exchanges):
    bluesky.whoami()
    practice.fault("login_page")
    with pytest.raises(NotThePlatform):
        list(bluesky.posts())
    assert b"Sign in" in exchanges[-1].response_body


def test_the_archive_gets_the_packed_bytes_of_an_answer_that_was_packed(
    practice, bluesky, post, exchanges, monkeypatch
):
    handler = practice._server.RequestHandlerClass
    send = handler._send

    def packed(self, status, mime, body, fault=None, headers=None):
        send(self, status, mime, gzip.compress(body), fault, {**(headers or {}), "Content-Encoding": "gzip"})

    monkeypatch.setattr(handler, "_send", packed)
    (item,) = bluesky.posts()
    assert item.text == "The Elver pool opens Monday"
    assert gzip.decompress(exchanges[-1].response_body).startswith(b'{"feed"')


# -- items -------------------------------------------------------------------------------------------------


def test_an_edited_post_is_another_version_of_the_same_item(bluesky, city_account, post):
    (before,) = bluesky.posts()
    key = post["uri"].rsplit("/", 1)[1]
    record = {**before.raw["record"], "text": "The Elver pool opens Tuesday"}
    city_account.call(
        "com.atproto.repo.putRecord",
        {"repo": city_account.did, "collection": "app.bsky.feed.post", "rkey": key, "record": record},
    )
    (after,) = bluesky.posts()
    assert after.platform_id == before.platform_id
    assert after.version != before.version
    assert after.text == "The Elver pool opens Tuesday"
    assert after.created_at == before.created_at


def test_what_no_database_can_keep_is_replaced_and_the_rest_kept(practice, bluesky, city_account):
    text = "NUL \0 here, half a pair \ud83d there, 🏊 whole"
    record = {"text": text, "createdAt": "2026-11-20T15:00:00Z"}
    practice.state.create(city_account.did, "app.bsky.feed.post", record)
    (item,) = bluesky.posts()
    assert item.text == "NUL \ufffd here, half a pair \ufffd there, 🏊 whole"


def test_a_reply_deeper_than_one_answer_reaches_is_read(practice, bluesky, city_account, resident):
    posts = [
        {"key": "0", "author": city_account.handle, "text": "Ask us", "created_at": "2026-11-20T15:00:00Z"}
    ]
    for number in range(1, 206):
        reply = {
            "key": str(number),
            "author": resident.handle,
            "text": str(number),
            "reply_to": str(number - 1),
        }
        posts.append({**reply, "created_at": f"2026-11-20T16:{number // 60:02}:{number % 60:02}Z"})
    top = practice.seed({"posts": posts})["posts"]["0"]["uri"]
    found = list(bluesky.comments(top))
    assert [comment.text for comment in found] == [str(number) for number in range(1, 206)]
    assert {comment.root_id for comment in found} == {top}


def test_a_missing_thread_is_an_error_and_not_an_empty_one(bluesky, city_account, post):
    city_account.delete(post["uri"])
    with pytest.raises(NotFound):
        list(bluesky.comments(post["uri"]))


def test_a_deleted_reply_is_gone_and_a_folded_one_is_not(bluesky, city_account, resident, post):
    reply = resident.reply("Terrible idea", to=post)
    city_account.block(resident.did)
    assert list(bluesky.comments(post["uri"])) == []
    assert bluesky.fetch(reply["uri"]).state == "present"
    resident.delete(reply["uri"])
    assert bluesky.fetch(reply["uri"]).state == "gone"


def test_a_reply_of_a_switched_off_account_is_not_deleted(bluesky, resident, post):
    reply = resident.reply("See you there", to=post)
    resident.call("com.atproto.server.deactivateAccount", {})
    assert bluesky.fetch(reply["uri"]).state == "unknown"


@pytest.mark.parametrize("fault", ["error", "login_page", "empty", "wrong_json", "reset"])
def test_a_server_that_fails_never_makes_an_item_gone(practice, bluesky, resident, post, fault):
    reply = resident.reply("See you there", to=post)
    resident.delete(reply["uri"])
    bluesky.whoami()
    practice.fault(fault, "getRecord")
    assert bluesky.fetch(reply["uri"]).state == "unknown"
    practice.clear_faults()
    practice.fault(fault, "getRepoStatus")
    assert bluesky.fetch(reply["uri"]).state == "unknown"


def test_an_item_that_the_network_still_shows_is_present_though_its_server_fails(
    practice, bluesky, resident, post
):
    reply = resident.reply("See you there", to=post)
    practice.fault("error", "getRecord")
    fetched = bluesky.fetch(reply["uri"])
    assert (fetched.state, fetched.item.text) == ("present", "See you there")


def test_a_picture_that_is_not_the_one_of_its_id_is_refused(practice, bluesky, city_account):
    city_account.post("Look", pictures=((b"picture", "image/png", "A picture"),))
    (item,) = bluesky.posts()
    assert bluesky.media(item.media[0]).body == b"picture"
    practice.fault("login_page", "getBlob")
    with pytest.raises(NotThePlatform):
        bluesky.media(item.media[0])


def test_a_strangers_server_inside_our_own_network_is_never_asked(bluesky, monkeypatch):
    bluesky.xrpc.service = "https://bsky.social"
    bluesky.xrpc.plc = "https://plc.directory"
    with pytest.raises(Unreachable, match="not on the public internet"):
        bluesky.xrpc.ask_stranger("https://127.0.0.1", "com.atproto.sync.getBlob", {"did": "x", "cid": "y"})
    with pytest.raises(NotThePlatform, match="https"):
        bluesky.xrpc.ask_stranger("http://192.168.1.1", "com.atproto.sync.getBlob", {"did": "x", "cid": "y"})


def test_a_server_whose_name_was_moved_inside_our_network_after_the_check_gets_no_password(monkeypatch):
    """The name answers from inside now (DNS rebinding); only a server that the settings allow may."""
    inside = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.5", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: inside)
    with (
        Bluesky("https://pds.testville.example", "parks.test", "secret") as module,
        pytest.raises(Unreachable, match="not on the public internet"),
    ):
        module.whoami()


@pytest.mark.parametrize(
    "text",
    [
        "parks.bsky.social",
        "@parks.bsky.social",
        " https://bsky.app/profile/parks.bsky.social ",
        "https://bsky.app/profile/parks.bsky.social/",
        "http://www.bsky.app/profile/@Parks.bsky.social?x=1#top",
        "https://m.bsky.app/profile/parks.bsky.social/post/3kabc",
        "at://parks.bsky.social",
    ],
)
def test_every_form_of_an_accounts_address_leads_to_it(text):
    assert address(text) == "parks.bsky.social"


@pytest.mark.parametrize(
    "text", ["", "parks", "https://bsky.app/", "https://bsky.app/search?q=x", "a..b", "<b>.x"]
)
def test_what_is_no_address_of_an_account_is_none(text):
    assert address(text) == ""
