"""The Bluesky module against a real Bluesky network."""

import struct
import zlib
from datetime import UTC, datetime

import pytest

from accounts.platforms import BadCredentials, Bluesky, NotFound, Picture, PlatformError, WrongAccount
from accounts.platforms.bluesky_acts import new_key
from tests.network.fixtures import until

pytestmark = [pytest.mark.network, pytest.mark.xdist_group("network")]

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


def a_picture() -> bytes:
    """The smallest PNG: one white pixel."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0\xff\xff\xff"))
        + chunk(b"IEND", b"")
    )


@pytest.fixture
def city_account(bluesky_network):
    return bluesky_network.create_account("parks")


@pytest.fixture
def resident(bluesky_network):
    return bluesky_network.create_account("resident")


@pytest.fixture
def exchanges():
    return []


@pytest.fixture
def bluesky(bluesky_network, city_account, exchanges):
    with Bluesky(
        bluesky_network.pds,
        city_account.handle,
        city_account.password,
        expected_id=city_account.did,
        plc_url=bluesky_network.plc,
        recorder=exchanges.append,
    ) as module:
        yield module


def comments_of(bluesky, post_id, count):
    """Wait for the comments; for a second or two the network may not show a new post at all."""

    def found():
        try:
            comments = list(bluesky.comments(post_id))
        except NotFound:
            return []
        return comments if len(comments) == count else []

    return until(found)


def test_the_account_says_who_it_is(bluesky, city_account):
    identity = bluesky.whoami()
    assert (identity.platform_id, identity.handle, identity.active) == (
        city_account.did,
        city_account.handle,
        True,
    )


def test_the_profile_is_read_and_an_edit_is_another_version(bluesky, city_account):
    before = bluesky.profile()
    city_account.edit_profile(displayName="Parks Division", description="Official account")
    after = until(lambda: (found := bluesky.profile()).name == "Parks Division" and found)
    assert after.platform_id == city_account.did
    assert after.description == "Official account"
    assert after.version != before.version
    assert after.version == bluesky.profile().version


def test_a_post_is_read_with_its_picture_and_alt_text(bluesky, city_account):
    picture = a_picture()
    made = city_account.post(
        "The Elver pool opens Monday 🏊", pictures=((picture, "image/png", "The empty pool"),)
    )
    (post,) = until(lambda: list(bluesky.posts()))
    assert (post.kind, post.platform_id, post.version) == ("post", made["uri"], made["cid"])
    assert post.text == "The Elver pool opens Monday 🏊"
    assert post.created_at.utcoffset() is not None
    (media,) = post.media
    assert (media.kind, media.alt, media.mime, media.size) == (
        "image",
        "The empty pool",
        "image/png",
        len(picture),
    )
    file = bluesky.media(media)
    assert (file.body, file.mime) == (picture, "image/png")


def test_replies_are_read_however_deep_with_parent_and_root(bluesky, city_account, resident):
    post = city_account.post("Lane closure on Regent Street")
    first = resident.reply("Until when?", to=post)
    answer = city_account.reply("Until Friday.", to=first, root=post)
    last = answer
    for number in range(8):
        last = resident.reply(f"And then? {number}", to=last, root=post)
    found = comments_of(bluesky, post["uri"], 9)
    assert {comment.root_id for comment in found} == {post["uri"]}
    assert found[0].platform_id == first["uri"]
    assert found[0].parent_id == post["uri"]
    assert found[1].parent_id == answer["uri"]
    assert found[-1].platform_id == last["uri"]
    assert {comment.kind for comment in found} == {"comment"}
    assert {comment.author_id for comment in found} == {resident.did}
    ours = until(lambda: len(posts := list(bluesky.posts())) == 2 and posts)
    assert {post.kind for post in ours} == {"post"}


def test_a_repost_of_somebody_else_is_not_our_post(bluesky, city_account, resident):
    theirs = resident.post("Look at this")
    city_account.create("app.bsky.feed.repost", subject=theirs)
    mine = city_account.post("Ours")
    until(lambda: len(city_account.ask("app.bsky.feed.getAuthorFeed", actor=city_account.did)["feed"]) == 2)
    assert [post.platform_id for post in bluesky.posts()] == [mine["uri"]]


def test_a_deletion_is_definite_only_at_the_authors_repository(bluesky, city_account, resident):
    post = city_account.post("Budget hearing tonight")
    reply = resident.reply("See you there", to=post)
    comments_of(bluesky, post["uri"], 1)
    here = bluesky.fetch(reply["uri"])
    assert here.state == "present"
    assert (here.item.text, here.item.version, here.item.author_handle) == (
        "See you there",
        reply["cid"],
        resident.handle,
    )
    resident.delete(reply["uri"])
    assert bluesky.fetch(reply["uri"]).state == "gone"


def test_a_reply_of_a_switched_off_account_is_not_deleted(bluesky, city_account, resident):
    post = city_account.post("Budget hearing tonight")
    reply = resident.reply("See you there", to=post)
    comments_of(bluesky, post["uri"], 1)
    resident.call("com.atproto.server.deactivateAccount", {})
    fetched = until(lambda: (found := bluesky.fetch(reply["uri"])).state != "present" and found)
    assert (fetched.state, fetched.item) == ("unknown", None)
    assert "deactivated" in fetched.reason


def test_a_reply_folded_away_by_a_block_is_not_deleted(bluesky, city_account, resident):
    post = city_account.post("Recycling moves to Tuesday")
    reply = resident.reply("Terrible idea", to=post)
    comments_of(bluesky, post["uri"], 1)
    block = city_account.block(resident.did)
    until(lambda: not list(bluesky.comments(post["uri"])))
    assert bluesky.fetch(reply["uri"]).state == "present"
    (blocked,) = until(lambda: list(bluesky.blocked()))
    assert (blocked.author_id, blocked.block_id) == (resident.did, block)
    city_account.delete(block)
    comments_of(bluesky, post["uri"], 1)
    assert not list(bluesky.blocked())


def test_a_hidden_reply_stays_in_the_thread_and_says_that_it_is_hidden(bluesky, city_account, resident):
    post = city_account.post("Snow emergency tonight")
    reply = resident.reply("Buy followers here", to=post)
    comments_of(bluesky, post["uri"], 1)
    assert bluesky.hidden(post["uri"]) == frozenset()
    city_account.hide(post["uri"], reply["uri"])
    until(lambda: bluesky.hidden(post["uri"]))
    (comment,) = bluesky.comments(post["uri"])
    assert (comment.platform_id, comment.hidden) == (reply["uri"], True)


def test_a_thread_that_is_not_shown_is_an_error_and_not_an_empty_thread(bluesky, city_account):
    post = city_account.post("Posted in error")
    until(lambda: list(bluesky.posts()))
    city_account.delete(post["uri"])
    until(lambda: not list(bluesky.posts()))
    with pytest.raises(NotFound):
        list(bluesky.comments(post["uri"]))


def test_a_post_is_published_once_and_reads_back_with_its_alt_text(bluesky):
    key = new_key(NOW, 1)
    pictures = [Picture(a_picture(), "image/png", "The empty pool", 1, 1)]
    text = "🏊 Open: https://www.testville.example/pool."
    first = bluesky.publish(text, key=key, at=NOW, pictures=pictures)
    again = bluesky.publish(text, key=key, at=NOW, pictures=pictures)
    assert (first.platform_id, first.version) == (again.platform_id, again.version)
    (post,) = until(lambda: list(bluesky.posts()))
    assert (post.version, post.text, post.media[0].alt) == (first.version, text, "The empty pool")
    with pytest.raises(PlatformError, match="Another post"):
        bluesky.publish("Something else", key=key, at=NOW)
    bluesky.delete(first.platform_id)
    bluesky.delete(first.platform_id)
    assert bluesky.fetch(first.platform_id).state == "gone"


def test_hiding_is_done_when_the_network_shows_it_and_so_is_showing_again(bluesky, resident):
    post = bluesky.publish("Snow emergency tonight", key=new_key(NOW, 2), at=NOW)
    reply = resident.reply("Buy followers here", to={"uri": post.platform_id, "cid": post.version})["uri"]
    comments_of(bluesky, post.platform_id, 1)
    bluesky.hide(reply, post_id=post.platform_id, at=NOW)
    bluesky.hide(reply, post_id=post.platform_id, at=NOW)
    until(lambda: bluesky.hidden(post.platform_id) == {reply})
    answer = bluesky.publish("Please do not.", key=new_key(NOW, 3), at=NOW, reply_to=reply)
    assert (answer.item.parent_id, answer.item.root_id) == (reply, post.platform_id)
    bluesky.unhide(reply, post_id=post.platform_id, at=NOW)
    until(lambda: bluesky.hidden(post.platform_id) == frozenset())


def test_a_block_is_done_when_the_network_shows_it_and_so_is_its_end(bluesky, resident):
    first = bluesky.block(resident.did, at=NOW)
    assert bluesky.block(resident.did, at=NOW).block_id == first.block_id
    (shown,) = until(lambda: list(bluesky.blocked()))
    assert (shown.author_id, shown.block_id) == (resident.did, first.block_id)
    bluesky.unblock(resident.did)
    until(lambda: not list(bluesky.blocked()))
    assert bluesky.block(resident.did, at=NOW).block_id == first.block_id


def test_another_account_than_the_registered_one_is_refused(bluesky_network, city_account, resident):
    with (
        Bluesky(
            bluesky_network.pds, resident.handle, resident.password, expected_id=city_account.did
        ) as module,
        pytest.raises(WrongAccount) as refusal,
    ):
        module.whoami()
    assert refusal.value.permanent


def test_a_wrong_password_is_said_to_be_one(bluesky_network, city_account):
    with Bluesky(bluesky_network.pds, city_account.handle, "wrong") as module, pytest.raises(BadCredentials):
        module.whoami()


def test_no_secret_is_in_what_is_handed_over(bluesky, city_account, exchanges):
    bluesky.whoami()
    bluesky.profile()
    list(bluesky.posts())
    session = bluesky.xrpc.session
    assert exchanges
    for exchange in exchanges:
        everything = repr(exchange)
        assert city_account.password not in everything
        assert session.access not in everything
        assert session.refresh not in everything
