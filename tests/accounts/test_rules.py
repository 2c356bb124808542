"""Every way in which people write an account's address means that one account (R23)."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.platform_rules import PLATFORMS, website_rules
from accounts.rules import address_of, find_platform, normal_handle, personal_address, resolve_url


@dataclass
class Rules:
    slug: str
    name: str
    aliases: list = field(default_factory=list)
    url_rules: list = field(default_factory=list)


ALL = [Rules(row["slug"], row["name"], row["aliases"], list(row["url_rules"])) for row in PLATFORMS]
BY_SLUG = {platform.slug: platform for platform in ALL}
BY_SLUG["website"].url_rules = website_rules("www.testville.example")

DID = "did:plc:ewvi7nxzyoun6zhxrhs64oiz"
CHANNEL = "UCabcdefghijklmnopqrstuv"

FORMS = [
    # Bluesky
    ("https://bsky.app/profile/parks.testville.example", "bluesky", "parks.testville.example"),
    ("http://bsky.app/profile/Parks.Testville.Example/", "bluesky", "parks.testville.example"),
    ("bsky.app/profile/@parks.testville.example?ref=x", "bluesky", "parks.testville.example"),
    ("https://staging.bsky.app/profile/parks.bsky.social", "bluesky", "parks.bsky.social"),
    ("https://parks.bsky.social", "bluesky", "parks.bsky.social"),
    ("at://parks.bsky.social", "bluesky", "parks.bsky.social"),
    (f"https://bsky.app/profile/{DID}", "bluesky", f"#{DID}"),
    (f"at://{DID}", "bluesky", f"#{DID}"),
    # Mastodon
    ("https://mastodon.social/@parks", "mastodon", "parks@mastodon.social"),
    ("https://social.testville.example/@Parks/", "mastodon", "parks@social.testville.example"),
    ("social.testville.example/users/parks", "mastodon", "parks@social.testville.example"),
    ("https://mastodon.social/web/@parks", "mastodon", "parks@mastodon.social"),
    ("https://mastodon.social/@parks@social.testville.example", "mastodon", "parks@social.testville.example"),
    ("https://mastodon.social/@parks/with_replies", "mastodon", "parks@mastodon.social"),
    # Facebook
    ("https://www.facebook.com/TestvilleParks", "facebook", "testvilleparks"),
    ("http://facebook.com/testvilleparks/", "facebook", "testvilleparks"),
    ("facebook.com/testvilleparks", "facebook", "testvilleparks"),
    ("HTTPS://M.FACEBOOK.COM/TestvilleParks", "facebook", "testvilleparks"),
    ("https://mobile.facebook.com/testvilleparks", "facebook", "testvilleparks"),
    ("https://mbasic.facebook.com/testvilleparks?_rdr", "facebook", "testvilleparks"),
    ("https://es-la.facebook.com/testvilleparks/", "facebook", "testvilleparks"),
    ("https://business.facebook.com/testvilleparks/", "facebook", "testvilleparks"),
    ("https://www.facebook.com/pg/testvilleparks/about/", "facebook", "testvilleparks"),
    ("https://www.facebook.com/testvilleparks/photos/?ref=page_internal", "facebook", "testvilleparks"),
    ("https://www.facebook.com/@testvilleparks", "facebook", "testvilleparks"),
    ("https://fb.com/testvilleparks", "facebook", "testvilleparks"),
    ("https://fb.me/testvilleparks", "facebook", "testvilleparks"),
    ("https://www.facebook.com/testvilleparks#", "facebook", "testvilleparks"),
    ("https://www.facebook.com//testvilleparks//", "facebook", "testvilleparks"),
    ("https://www.facebook.com:443/testvilleparks", "facebook", "testvilleparks"),
    ("https://www.facebook.com/profile.php?id=100064567890123", "facebook", "#100064567890123"),
    ("https://m.facebook.com/profile.php?sk=about&id=100064567890123&ref=x", "facebook", "#100064567890123"),
    ("https://www.facebook.com/pages/Testville-Parks/123456789012", "facebook", "#123456789012"),
    (
        "https://www.facebook.com/pages/category/Park/Testville-Parks-123456789012/",
        "facebook",
        "#123456789012",
    ),
    ("https://www.facebook.com/people/Testville-Parks/100064567890123/", "facebook", "#100064567890123"),
    ("https://www.facebook.com/p/Testville-Parks-100064567890123/", "facebook", "#100064567890123"),
    ("https://www.facebook.com/Testville-Parks-123456789012/", "facebook", "#123456789012"),
    ("https://www.facebook.com/123456789012", "facebook", "#123456789012"),
    # Instagram
    ("https://www.instagram.com/testville.parks/", "instagram", "testville.parks"),
    ("instagram.com/testville.parks?hl=en", "instagram", "testville.parks"),
    ("https://instagr.am/testville.parks", "instagram", "testville.parks"),
    ("https://www.instagram.com/_u/testville.parks", "instagram", "testville.parks"),
    ("https://www.instagram.com/testville.parks/reels/", "instagram", "testville.parks"),
    ("https://www.instagram.com/@Testville.Parks", "instagram", "testville.parks"),
    # Threads
    ("https://www.threads.net/@testville", "threads", "testville"),
    ("https://www.threads.com/@testville/replies", "threads", "testville"),
    ("threads.net/testville", "threads", "testville"),
    # X
    ("https://twitter.com/TestvilleParks", "x", "testvilleparks"),
    ("https://x.com/testvilleparks", "x", "testvilleparks"),
    ("http://www.twitter.com/testvilleparks/", "x", "testvilleparks"),
    ("https://mobile.twitter.com/testvilleparks", "x", "testvilleparks"),
    ("https://m.twitter.com/testvilleparks?lang=en", "x", "testvilleparks"),
    ("https://mobile.x.com/testvilleparks", "x", "testvilleparks"),
    ("twitter.com/@testvilleparks", "x", "testvilleparks"),
    ("https://twitter.com/#!/testvilleparks", "x", "testvilleparks"),
    ("https://twitter.com/testvilleparks/with_replies", "x", "testvilleparks"),
    ("https://twitter.com/intent/user?screen_name=TestvilleParks", "x", "testvilleparks"),
    ("https://twitter.com/intent/follow?ref=a&screen_name=TestvilleParks", "x", "testvilleparks"),
    ("https://x.com/i/user/123456", "x", "#123456"),
    ("https://twitter.com/intent/user?user_id=123456", "x", "#123456"),
    # YouTube
    ("https://www.youtube.com/@TestvilleParks", "youtube", "testvilleparks"),
    ("https://m.youtube.com/@testvilleparks/videos", "youtube", "testvilleparks"),
    ("youtube.com/@testvilleparks/featured?app=desktop", "youtube", "testvilleparks"),
    (f"https://www.youtube.com/channel/{CHANNEL}", "youtube", f"#{CHANNEL}"),
    (f"http://youtube.com/channel/{CHANNEL}/about", "youtube", f"#{CHANNEL}"),
    ("https://www.youtube.com/c/TestvilleParks", "youtube", "c/testvilleparks"),
    ("https://www.youtube.com/user/testvilleparks", "youtube", "user/testvilleparks"),
    ("https://www.youtube.com/TestvilleParks", "youtube", "c/testvilleparks"),
    # Nextdoor
    (
        "https://nextdoor.com/agency-detail/wi/testville/parks-division/",
        "nextdoor",
        "agency-detail/wi/testville/parks-division",
    ),
    ("https://nextdoor.com/agency/parks-division", "nextdoor", "parks-division"),
    ("nextdoor.com/pages/testville-parks/?x=1", "nextdoor", "pages/testville-parks"),
    # LinkedIn
    ("https://www.linkedin.com/company/city-of-testville/", "linkedin", "city-of-testville"),
    ("https://uk.linkedin.com/company/city-of-testville/about/", "linkedin", "city-of-testville"),
    ("linkedin.com/showcase/testville-jobs", "linkedin", "showcase/testville-jobs"),
    ("https://www.linkedin.com/company/1234567/admin/", "linkedin", "#1234567"),
    # TikTok
    ("https://www.tiktok.com/@testville?lang=en", "tiktok", "testville"),
    ("m.tiktok.com/@Testville", "tiktok", "testville"),
    # Flickr
    ("https://www.flickr.com/photos/testville/", "flickr", "testville"),
    ("https://flickr.com/people/testville/albums", "flickr", "testville"),
    ("https://www.flickr.com/photos/12345678@N05/", "flickr", "#12345678@N05"),
    # The city's own site
    ("https://www.testville.example/parks/News/", "website", "parks/News"),
    ("http://testville.example", "website", "home"),
    # Dirt from spreadsheets
    ("  <https://x.com/testvilleparks> ", "x", "testvilleparks"),
    ("https://x.com/testvilleparks\u200b", "x", "testvilleparks"),
    ("https://x.com/\x00testvilleparks", "x", "testvilleparks"),
    ("//x.com/testvilleparks", "x", "testvilleparks"),
    ("https://x.com/%74estvilleparks", "x", "testvilleparks"),
]


@pytest.mark.parametrize(("text", "slug", "who"), FORMS, ids=[form[0][:60] for form in FORMS])
def test_every_form_of_an_address_means_its_account(text, slug, who):
    found = resolve_url(text, ALL)
    assert found is not None
    assert found.platform.slug == slug
    assert (f"#{found.native_id}" if who.startswith("#") else found.handle) == who
    again = resolve_url(found.url, ALL)
    assert again == found, "the canonical address means the same account"


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "n/a",
        "Parks",
        "https://",
        "https://example.com/parks",
        "ftp://x.com/testville",
        "javascript:alert(1)",
        "https://x.com",
        "https://x.com/",
        "https://x.com/home",
        "https://x.com/i/lists/1",
        "https://x.com/testville/status/123",
        "https://x.com@evil.example/testville",
        "https://user:secret@x.com/testville",
        "https://x.com.evil.example/testville",
        "https://evil.example/x.com/testville",
        "https://x.com:8080/testville",
        "https://х.com/testville",  # a Cyrillic letter
        "https://facebоok.com/testville",  # another
        "https://www.facebook.com/groups/12345",
        "https://www.facebook.com/events/12345",
        "https://www.facebook.com/profile.php",
        "https://www.facebook.com/testville/posts/12345",
        "https://www.instagram.com/p/Cabcdef/",
        "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
        "https://www.linkedin.com/in/stella-staff",
        "https://bsky.app/profile/parks.bsky.social/post/3kabc",
        "https://x.com/name with spaces",
        "https://x.com\\testville",
        "https://[::1/testville",
        "https://x.com/" + "a" * 600,
        "\ud800",
    ],
)
def test_what_is_no_address_of_an_account_is_not_taken_for_one(text):
    assert resolve_url(text, ALL) is None


@given(st.text(max_size=600))
def test_no_text_can_break_the_reading_of_addresses(text):
    for address in (
        text,
        f"https://x.com/{text}",
        f"https://{text}/@parks",
        f"https://www.facebook.com/{text}",
    ):
        found = resolve_url(address, ALL)
        if found is not None:
            assert resolve_url(found.url, ALL) == found
    find_platform(text, ALL)
    normal_handle(BY_SLUG["x"], text)


fronts = st.sampled_from(["", "http://", "https://", "HTTPS://"])
hosts = st.sampled_from(["x.com", "www.x.com", "m.twitter.com", "mobile.twitter.com", "Twitter.com", "X.COM"])
tails = st.sampled_from(["", "/", "//", "?s=20", "/?lang=en", "/with_replies", "#top", "/media/"])
names = st.from_regex(r"[A-Za-z0-9_]{4,15}", fullmatch=True)


@given(fronts, hosts, st.sampled_from(["", "@"]), names, tails)
def test_forms_combined_in_any_way_still_mean_the_account(front, host, sign, name, tail):
    found = resolve_url(f"{front}{host}/{sign}{name}{tail}", ALL)
    if name.lower() in ("home", "search", "explore", "intent", "hashtag", "share", "settings", "login", "logout",
                        "signup", "privacy", "notifications", "messages", "compose", "about", "jobs", "download",
                        "account", "oauth", "who_to_follow"):  # fmt: skip
        assert found is None
    else:
        assert found is not None
        assert (found.platform.slug, found.handle) == ("x", name.lower())


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Twitter", "x"),
        ("x.com", "x"),
        ("X", "x"),
        ("X (Twitter)", "x"),
        ("Twitter/X", "x"),
        ("X / Twitter", "x"),
        ("X (formerly Twitter)", "x"),
        ("Face book", "facebook"),
        ("FACEBOOK ", "facebook"),
        ("fb", "facebook"),
        ("www.facebook.com", "facebook"),
        ("Face-Book", "facebook"),
        ("insta", "instagram"),
        ("Blue Sky", "bluesky"),
        ("you tube", "youtube"),
        ("You-Tube", "youtube"),
        ("Next Door", "nextdoor"),
        ("Linked In", "linkedin"),
        ("Mastodon ", "mastodon"),
        ("Tik Tok", "tiktok"),
        ("City web site", "website"),
        ("threads", "threads"),
        ("Flickr", "flickr"),
    ],
)
def test_a_platform_is_known_in_every_spelling(text, slug):
    assert find_platform(text, ALL).slug == slug


@pytest.mark.parametrize("text", ["", "MySpace", "Facebook and Instagram", "Facebook/Twitter", "-"])
def test_an_unknown_or_double_platform_is_not_guessed(text):
    assert find_platform(text, ALL) is None


@pytest.mark.parametrize(
    ("slug", "text", "handle"),
    [
        ("x", "@TestvilleParks", "testvilleparks"),
        ("x", " testvilleparks ", "testvilleparks"),
        ("x", "https://twitter.com/TestvilleParks", "testvilleparks"),
        ("x", "twitter.com/testvilleparks", "testvilleparks"),
        ("x", "two words", ""),
        ("x", "", ""),
        ("mastodon", "@parks@social.testville.example", "parks@social.testville.example"),
        ("bluesky", "@parks.testville.example", "parks.testville.example"),
        ("youtube", "user/testville", "user/testville"),
        ("website", "parks/News", "parks/News"),
        ("facebook", "https://x.com/testville", ""),
    ],
)
def test_a_handle_is_kept_in_one_form(slug, text, handle):
    assert normal_handle(BY_SLUG[slug], text) == handle


@pytest.mark.parametrize(
    "form", [form for form in FORMS if not form[2].startswith("#")], ids=lambda form: form[0][:40]
)
def test_a_handle_gives_the_address_that_gives_the_handle(form):
    _, slug, handle = form
    assert resolve_url(address_of(BY_SLUG[slug], handle), ALL).handle == handle


def test_a_handle_that_the_platform_cannot_have_gives_no_address():
    assert address_of(BY_SLUG["x"], "much_too_long_for_this_platform") == ""
    assert address_of(BY_SLUG["mastodon"], "parks") == ""


PEOPLE = [("Stella Staff", "stella@testville.example")]


@pytest.mark.parametrize(
    "email",
    [
        "parks.testville@gmail.com",
        "stella@testville.example",
        "STELLA@testville.example",
        "stella.staff@testville.example",
        "sstaff@testville.example",
        "staff.s@testville.example",
    ],
)
def test_a_persons_own_address_is_not_a_shared_one(email):
    assert personal_address(email, PEOPLE)


@pytest.mark.parametrize(
    "email", ["parks@testville.example", "social.media@testville.example", "staff@x.example"]
)
def test_a_shared_address_is_accepted(email):
    assert personal_address(email, PEOPLE) == ""
