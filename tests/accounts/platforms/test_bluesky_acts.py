"""Acting on Bluesky: every act may be tried again, and none is done twice."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from accounts.platforms import Bluesky, NotFound, Picture, PlatformError, Unreachable, WrongAccount
from accounts.platforms.bluesky_acts import links_in, new_key

AT = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
KEY = new_key(AT, 17)


def test_keys_sort_by_time_and_have_the_platforms_form():
    keys = [new_key(AT + timedelta(seconds=number), 1023 - number) for number in range(5)]
    assert keys == sorted(keys)
    assert {len(key) for key in keys} == {13}
    assert new_key(AT, 1) != new_key(AT, 2)


def test_a_post_is_published_with_its_picture_alt_text_and_link(bluesky):
    picture = Picture(b"picture", "image/png", "The empty pool", 640, 480)
    text = "🏊 Open: https://www.testville.example/pool."
    published = bluesky.publish(text, key=KEY, at=AT, pictures=[picture])
    (post,) = bluesky.posts()
    assert (post.platform_id, post.version) == (published.platform_id, published.version)
    assert (post.text, post.created_at) == (text, AT)
    (media,) = post.media
    assert (media.alt, media.width, media.height) == ("The empty pool", 640, 480)
    (facet,) = post.raw["record"]["facets"]
    where = facet["index"]
    linked = text.encode()[where["byteStart"] : where["byteEnd"]].decode()
    assert linked == facet["features"][0]["uri"] == "https://www.testville.example/pool"


def test_a_picture_without_alt_text_is_refused_before_anything_is_sent(bluesky, exchanges):
    with pytest.raises(PlatformError, match="alternative text") as refusal:
        bluesky.publish("Look", key=KEY, at=AT, pictures=[Picture(b"picture", "image/png", " ")])
    assert refusal.value.permanent
    assert exchanges == []


def test_publishing_again_under_the_same_key_makes_no_second_post(bluesky):
    first = bluesky.publish("Once", key=KEY, at=AT)
    again = bluesky.publish("Once", key=KEY, at=AT)
    assert (again.platform_id, again.version) == (first.platform_id, first.version)
    assert len(list(bluesky.posts())) == 1


def test_a_post_whose_confirmation_was_lost_is_found_at_the_next_try(practice, bluesky):
    bluesky.whoami()
    practice.fault("truncated", "putRecord", times=1)
    with pytest.raises(Unreachable):
        bluesky.publish("Once", key=KEY, at=AT)
    published = bluesky.publish("Once", key=KEY, at=AT)
    (post,) = bluesky.posts()
    assert post.platform_id == published.platform_id


def test_another_text_under_a_key_that_is_taken_is_refused(bluesky):
    bluesky.publish("Once", key=KEY, at=AT)
    with pytest.raises(PlatformError, match="Another post"):
        bluesky.publish("Something else", key=KEY, at=AT)
    (post,) = bluesky.posts()
    assert post.text == "Once"


def test_several_workers_with_one_key_make_one_post(practice, city_account, bluesky):
    def publish(_):
        with Bluesky(practice.url, city_account.handle, city_account.password) as module:
            return module.publish("Once", key=KEY, at=AT).platform_id

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(publish, range(12)))) == 1
    assert len(list(bluesky.posts())) == 1


def test_the_session_is_refreshed_before_publishing(practice, bluesky, city_account):
    bluesky.whoami()
    old = bluesky.xrpc.session.access
    bluesky.publish("Fresh", key=KEY, at=AT)
    practice.fault("expired", "refreshSession", times=1)
    assert bluesky.publish("Fresh", key=KEY, at=AT)
    assert bluesky.xrpc.session.did == city_account.did
    assert old


def test_an_answer_stands_under_what_it_answers(bluesky, resident):
    post = bluesky.publish("Lane closure", key=KEY, at=AT)
    first = resident.reply("Until when?", to={"uri": post.platform_id, "cid": post.version})
    answer = bluesky.publish("Friday.", key=new_key(AT, 18), at=AT, reply_to=first["uri"])
    assert (answer.item.parent_id, answer.item.root_id) == (first["uri"], post.platform_id)
    with pytest.raises(NotFound):
        bluesky.publish("?", key=new_key(AT, 19), at=AT, reply_to=first["uri"] + "x")


def test_we_delete_our_own_posts_only_and_a_second_time_is_fine(bluesky, resident):
    post = bluesky.publish("In error", key=KEY, at=AT)
    bluesky.delete(post.platform_id)
    bluesky.delete(post.platform_id)
    assert list(bluesky.posts()) == []
    with pytest.raises(WrongAccount):
        bluesky.delete(resident.post("Mine")["uri"])


def test_hiding_and_showing_again_leave_the_other_hidden_comments_alone(bluesky, resident):
    post = bluesky.publish("Snow emergency", key=KEY, at=AT)
    ref = {"uri": post.platform_id, "cid": post.version}
    spam, worse = resident.reply("Buy", to=ref)["uri"], resident.reply("Buy now", to=ref)["uri"]
    for comment in (spam, worse, spam):
        bluesky.hide(comment, post_id=post.platform_id, at=AT)
    assert bluesky.hidden(post.platform_id) == {spam, worse}
    bluesky.unhide(spam, post_id=post.platform_id, at=AT)
    bluesky.unhide(spam, post_id=post.platform_id, at=AT)
    assert bluesky.hidden(post.platform_id) == {worse}
    assert {comment.platform_id: comment.hidden for comment in bluesky.comments(post.platform_id)} == {
        spam: False,
        worse: True,
    }


def test_comments_hidden_at_the_same_time_are_all_hidden(practice, city_account, bluesky, resident):
    post = bluesky.publish("Snow emergency", key=KEY, at=AT)
    ref = {"uri": post.platform_id, "cid": post.version}
    comments = [resident.reply(f"Buy {number}", to=ref)["uri"] for number in range(3)]

    def hide(comment):
        with Bluesky(practice.url, city_account.handle, city_account.password) as module:
            module.hide(comment, post_id=post.platform_id, at=AT)

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(hide, comments))
    assert bluesky.hidden(post.platform_id) == set(comments)


def test_we_hide_under_our_own_posts_only(bluesky, resident):
    theirs = resident.post("Mine")
    with pytest.raises(WrongAccount):
        bluesky.hide(resident.reply("Ha", to=theirs)["uri"], post_id=theirs["uri"], at=AT)


def test_a_block_is_made_once_and_wholly_taken_back(bluesky, resident, city_account):
    first = bluesky.block(resident.did, at=AT)
    assert bluesky.block(resident.did, at=AT).block_id == first.block_id
    (shown,) = bluesky.blocked()
    assert (shown.author_id, shown.block_id) == (resident.did, first.block_id)
    city_account.block(resident.did)
    bluesky.unblock(resident.did)
    bluesky.unblock(resident.did)
    assert list(bluesky.blocked()) == []


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("no link", []),
        (
            "See https://a.example/x, then (http://b.example/y).",
            ["https://a.example/x", "http://b.example/y"],
        ),
        ("https://a.example/wiki/Mill_(town)", ["https://a.example/wiki/Mill_(town)"]),
    ],
)
def test_addresses_become_links_without_the_sentences_own_marks(text, links):
    assert [facet["features"][0]["uri"] for facet in links_in(text)] == links
