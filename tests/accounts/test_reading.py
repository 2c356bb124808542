"""Whatever people paste is read as what it is, and nothing as what it only looks like (R23)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.likeness import likeness, likenesses
from accounts.reading import Kind, imitated_by, key_of, read
from accounts.rules import resolve_url
from tests.accounts.test_rules import ALL, BY_SLUG, FORMS
from tests.accounts.url_forms import PASTED


def slug_of(found):
    return found.platform.slug if found.platform else None


@pytest.mark.parametrize(("text", "kind", "slug", "who"), PASTED, ids=[one[0][:60] for one in PASTED])
def test_what_people_paste_is_read_as_what_it_is(text, kind, slug, who):
    found = read(text, ALL)
    if kind is None:  # nothing sure, but no wrong account either
        assert not found.names_an_account
        return
    assert (found.kind, slug_of(found)) == (kind, slug)
    assert (f"#{found.native_id}" if found.native_id else found.handle) == who


@pytest.mark.parametrize(("text", "slug", "who"), FORMS, ids=[one[0][:60] for one in FORMS])
def test_every_form_that_the_registry_takes_is_read_alike(text, slug, who):
    found = read(text, ALL)
    assert (found.kind, slug_of(found)) == (Kind.ACCOUNT, slug)
    assert (f"#{found.native_id}" if found.native_id else found.handle) == who


def test_the_table_holds_150_forms_over_12_platforms():
    read_as = {(one[0], one[2]) for one in PASTED if one[2]} | {(one[0], one[1]) for one in FORMS}
    assert len(read_as) >= 150
    assert len({slug for _, slug in read_as}) == 12


@pytest.mark.parametrize("slug", sorted(BY_SLUG))
def test_every_platform_is_read_in_at_least_three_forms(slug):
    assert (
        len([one for one in [*PASTED] if one[2] == slug]) + len([one for one in FORMS if one[1] == slug]) >= 3
    )


def test_a_post_is_never_taken_for_an_account_by_the_registry():
    for text, kind, _, _ in PASTED:
        if kind == "post":
            assert resolve_url(text, ALL) is None, text


def test_a_name_beside_a_platform_is_a_name_there():
    found = read("@TestvilleParks", ALL, on=BY_SLUG["x"])
    assert (found.kind, slug_of(found), found.handle) == (Kind.ACCOUNT, "x", "testvilleparks")
    number = read("100064567890123", ALL, on=BY_SLUG["facebook"])
    assert (number.native_id, number.url) == ("100064567890123", "https://www.facebook.com/100064567890123")
    # An address says its own platform, whatever was chosen beside it.
    assert slug_of(read("https://x.com/testville", ALL, on=BY_SLUG["facebook"])) == "x"


def test_a_server_that_is_made_to_look_like_another_platform_is_seen():
    for text in ("https://tikt0k.com/@testville", "https://tiktok.example.net/@testville"):
        seen = imitated_by(read(text, ALL), ALL)
        assert seen is not None
        assert slug_of(seen) == "tiktok"
    assert imitated_by(read("https://mastodon.testville.example/@parks", ALL), ALL) is None


def test_no_imitation_shares_a_key_with_what_it_imitates():
    ours = key_of(read("https://x.com/testville", ALL))
    assert ours == "x:testville"
    assert key_of(read("https://x.com/tеstville", ALL)) != ours  # a Cyrillic е
    assert key_of(read("https://x.com/testville/status/1", ALL)) == ours
    assert key_of(read("", ALL)) == ""


@pytest.mark.parametrize(
    "other",
    ["MARLOW_BAY", "mar1owbay", "marl0wbay", "mаrlowbay", "marlowbayy", "rnarlowbay", "marlovvbay", "m.a.r.l.o.w.b.a.y",
     "ｍａｒｌｏｗｂａｙ", "márlowbay"],
)  # fmt: skip
def test_names_that_look_alike_have_the_same_likeness(other):
    assert likeness(other) == likeness("marlowbay")


@pytest.mark.parametrize(
    "other", ["realmarlowbay", "marlowbay_official", "marlowbay.bsky.social", "marlowbay-support"]
)
def test_a_trimming_does_not_hide_whose_name_it_is(other):
    assert likeness("marlowbay") in likenesses(other)


@pytest.mark.parametrize("other", ["marlowbayparks", "greenbay", "bay", ""])
def test_other_names_are_not_alike(other):
    assert likeness("marlowbay") not in likenesses(other)


@given(st.text(max_size=600))
def test_no_text_can_break_the_reading(text):
    for asked in (
        text,
        f"@{text}",
        f"https://x.com/{text}",
        f"https://{text}/@parks",
        f"X: {text}",
        f"https://{text}",
    ):
        found = read(asked, ALL)
        assert len(key_of(found)) <= 200
        if found.kind in (Kind.ACCOUNT, Kind.POST):
            assert found.platform is not None
