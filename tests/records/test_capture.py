"""What is kept of an account, and how a change on the platform becomes a new version."""

import pytest

from records.models import Capture, Item, Record
from tests.records.factories import (
    PNG,
    block,
    capture,
    hide_reply,
    make_account,
    make_resident,
    rewrite,
    write,
)

pytestmark = pytest.mark.django_db


def versions(name: str, kind: str = "") -> list[Record]:
    rows = Record.objects.filter(platform_item_id=name).order_by("version")
    return list(rows.filter(kind=kind) if kind else rows)


def states(name: str, kind: str = "") -> list[str]:
    return [record.state for record in versions(name, kind)]


@pytest.fixture
def parks_account(network):
    return make_account(network)


@pytest.fixture
def resident(network):
    return make_resident(network)


def test_first_capture_keeps_profile_posts_replies_pictures_and_blocks(network, parks_account, resident):
    us = parks_account.native_id
    post = write(network, us, "The pool opens on Monday", pictures=[(PNG, "An empty pool")])
    reply = write(network, resident, "At what time?", to=post)
    answer = write(network, us, "At nine", to=reply)
    other = make_resident(network)
    block(network, us, other)
    done = capture(parks_account)
    assert (done.status, done.error, done.warnings) == ("done", "", [])
    assert sorted(Record.objects.values_list("kind", flat=True)) == [
        "block", "comment", "media", "post", "post", "profile",
    ]  # fmt: skip
    (kept,) = versions(reply)
    assert (kept.text, kept.author_id, kept.parent_id, kept.root_id) == (
        "At what time?",
        resident,
        post,
        post,
    )
    assert kept.payload_id == done.warc_id
    assert versions(answer)[0].parent_id == reply
    (picture,) = Record.objects.filter(kind="media")
    assert (picture.alt_text, picture.parent_id, picture.payload.size) == ("An empty pool", post, len(PNG))
    assert versions(other)[0].kind == "block"
    assert (done.first_record, done.last_record, done.records_made) == (1, 6, 6)


def test_a_visit_that_finds_all_as_it_was_makes_no_record(network, parks_account, resident):
    post = write(network, parks_account.native_id, "Hello", pictures=[(PNG, "A tree")])
    write(network, resident, "Hi", to=post)
    first = capture(parks_account)
    network.state.put(post, network.state.entry(post).record, likes=7)
    second = capture(parks_account)
    assert (second.status, second.records_made, second.warc_id) == ("done", 0, None)
    assert second.chain_hash == first.chain_hash
    assert Record.objects.count() == first.records_made


def test_an_edited_reply_becomes_a_second_version_with_the_interval_in_which_it_happened(
    network, parks_account, resident
):
    post = write(network, parks_account.native_id, "Hello")
    reply = write(network, resident, "First wording", to=post)
    first = capture(parks_account)
    rewrite(network, reply, "Second wording")
    second = capture(parks_account)
    before, after = versions(reply)
    assert (before.text, before.state, before.happened_after) == ("First wording", "present", None)
    assert (after.text, after.state) == ("Second wording", "edited")
    assert first.started_at <= after.happened_after <= after.happened_before <= second.finished_at
    assert Item.objects.get(platform_item_id=reply).record == after


def test_a_reply_that_its_author_deleted_is_kept_as_deleted_with_its_last_words(
    network, parks_account, resident
):
    post = write(network, parks_account.native_id, "Hello")
    reply = write(network, resident, "You fools", to=post)
    capture(parks_account)
    network.state.delete(reply)
    capture(parks_account)
    capture(parks_account)
    assert states(reply) == ["present", "deleted_by_author"]
    assert versions(reply)[1].text == "You fools"
    assert versions(reply)[1].payload_offset is not None


def test_a_post_that_the_city_deleted_is_kept_as_deleted_by_the_city(network, parks_account):
    post = write(network, parks_account.native_id, "A mistake")
    capture(parks_account)
    network.state.delete(post)
    capture(parks_account)
    assert states(post) == ["present", "deleted_by_city"]


def test_replies_folded_away_by_a_block_are_not_deletions(network, parks_account, resident):
    post = write(network, parks_account.native_id, "Hello")
    reply = write(network, resident, "You fools", to=post)
    capture(parks_account)
    blocking = block(network, parks_account.native_id, resident)
    capture(parks_account)
    assert states(reply) == ["present"]
    assert states(resident) == ["present"]
    network.state.delete(blocking)
    capture(parks_account)
    assert states(resident, "block") == ["present", "gone"]
    assert states(reply) == ["present"]


def test_a_hidden_reply_is_a_version_and_showing_it_again_another(network, parks_account, resident):
    post = write(network, parks_account.native_id, "Hello")
    reply = write(network, resident, "You fools", to=post)
    capture(parks_account)
    hide_reply(network, post, reply)
    capture(parks_account)
    hide_reply(network, post, reply, hidden=False)
    capture(parks_account)
    assert states(reply) == ["present", "hidden", "present"]


def test_an_author_who_switched_the_account_off_has_deleted_nothing(network, parks_account, resident):
    post = write(network, parks_account.native_id, "Hello")
    reply = write(network, resident, "Hi", to=post)
    capture(parks_account)
    network.state.set_status(resident, "deactivated")
    capture(parks_account)
    item = Item.objects.get(platform_item_id=reply)
    assert states(reply) == ["present"]
    assert item.seen_until < item.missing_since
    network.state.set_status(resident, "")
    capture(parks_account)
    item.refresh_from_db()
    assert (item.missing_since, item.seen_until) == (None, None)
    assert states(reply) == ["present"]


def test_an_author_whose_whole_account_went_has_not_deleted_the_reply(network, parks_account, resident):
    post = write(network, parks_account.native_id, "Hello")
    reply = write(network, resident, "Hi", to=post)
    capture(parks_account)
    network.state.set_status(resident, "deleted")
    capture(parks_account)
    assert states(reply) == ["present", "gone"]


def test_an_alt_text_that_was_changed_is_a_new_version_of_the_picture(network, parks_account):
    post = write(network, parks_account.native_id, "Hello", pictures=[(PNG, "A tree")])
    capture(parks_account)
    record = network.state.entry(post).record
    image = record["embed"]["images"][0]
    network.state.put(post, {**record, "embed": {**record["embed"], "images": [{**image, "alt": "An oak"}]}})
    capture(parks_account)
    pictures = list(Record.objects.filter(kind="media").order_by("version"))
    assert [picture.alt_text for picture in pictures] == ["A tree", "An oak"]
    assert {picture.payload.size for picture in pictures} == {len(PNG)}
    assert states(post) == ["present", "edited"]


def test_a_picture_taken_out_of_a_post_is_gone(network, parks_account):
    post = write(network, parks_account.native_id, "Hello", pictures=[(PNG, "A tree")])
    capture(parks_account)
    record = dict(network.state.entry(post).record)
    del record["embed"]
    network.state.put(post, record)
    capture(parks_account)
    assert list(Record.objects.filter(kind="media").order_by("version").values_list("state", flat=True)) == [
        "present", "gone",
    ]  # fmt: skip


def test_text_that_no_database_can_keep_is_kept_as_near_as_can_be(network, parks_account, resident):
    post = write(network, parks_account.native_id, "Hello")
    reply = write(network, resident, "a\x00b \ud83d c \u202e d", to=post)
    done = capture(parks_account)
    assert done.status == "done"
    assert versions(reply)[0].text == "a\ufffdb \ufffd c \u202e d"


def test_a_megabyte_of_words_is_kept(network, parks_account):
    words = " ".join(f"word{number}" for number in range(150_000))
    post = write(network, parks_account.native_id, words)
    assert capture(parks_account).status == "done"
    assert versions(post)[0].text == words


def test_first_capture_of_an_account_without_a_post_keeps_its_profile(network, parks_account):
    done = capture(parks_account)
    assert (done.status, done.records_made) == ("done", 1)


def test_only_one_capture_of_an_account_is_open(network, parks_account):
    from records.actions.capture import ARCHIVIST, CaptureRefused, open_capture
    from tests.records.factories import now

    open_capture(parks_account, cause="schedule", by=ARCHIVIST, at=now())
    with pytest.raises(CaptureRefused):
        open_capture(parks_account, cause="schedule", by=ARCHIVIST, at=now())
    assert Capture.objects.count() == 1
