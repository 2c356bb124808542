"""What people do with posts on the pages, and what the public reads."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.actions.silence import silence
from posts.models import Approval, Post
from tests.conftest import NOW, CityClient
from tests.posts.make import TEXT, make_approved, make_connected, make_png, make_post, make_scheduled
from tests.posts.test_sending import run


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def page_as(person):
    client = CityClient()
    client.force_login(person)
    return client


def upload(name="plow.png"):
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile(name, make_png(), content_type="image/png")


def test_an_alder_writes_in_the_composer_and_an_aide_approves(district_3, seated, aide):
    page = page_as(seated)
    address = reverse("posts:draft_post", args=[district_3.pk])
    assert page.get(address).status_code == 200
    typed = {
        "text": TEXT,
        "picture_1": upload(),
        "alt_1": "A plow on Main Street",
        "scheduled_for": "2026-12-01T09:00",
        "do": "submit",
    }
    answer = page.post(address, typed)
    post = Post.objects.get()
    assert answer.headers["Location"] == post.get_absolute_url()
    assert post.status == Post.Status.SUBMITTED
    helper = page_as(aide)
    approve = reverse("posts:approve_post", args=[post.pk])
    assert "Dec 1, 2026, 9:00 am CST" in helper.get(approve).content.decode()
    helper.post(approve, {"seen": post.current_id})
    post.refresh_from_db()
    assert post.status == Post.Status.SCHEDULED
    assert Approval.objects.get().by == aide
    assert helper.get(post.get_absolute_url()).status_code == 200


def test_a_refused_post_keeps_what_was_typed_and_the_picture(district_3, seated):
    page = page_as(seated)
    typed = {"text": "See #snowplows", "picture_1": upload(), "do": "submit"}
    answer = page.post(reverse("posts:draft_post", args=[district_3.pk]), typed, follow=True)
    text = answer.content.decode()
    post = Post.objects.get()
    assert post.status == Post.Status.DRAFT
    assert post.current.pictures.count() == 1
    assert "Describe picture 1" in text
    assert "#SnowPlows" not in text
    assert "#ParksDay" in text
    assert "See #snowplows" in text


@pytest.mark.parametrize(
    ("typed", "words"),
    [("2027-03-14T02:30", "skip this time"), ("2026-11-01T01:30", "this time twice")],
)
def test_a_time_that_the_clocks_skip_or_show_twice_is_not_guessed(district_3, seated, typed, words):
    answer = page_as(seated).post(
        reverse("posts:draft_post", args=[district_3.pk]),
        {"text": TEXT, "scheduled_for": typed, "do": "save"},
    )
    assert words in answer.content.decode()
    assert not Post.objects.exists()


def test_of_a_time_shown_twice_the_second_can_be_chosen(district_3, seated):
    typed = {"text": TEXT, "scheduled_for": "2026-11-01T01:30", "which": "2", "do": "save"}
    page_as(seated).post(reverse("posts:draft_post", args=[district_3.pk]), typed)
    assert Post.objects.get().scheduled_for.isoformat() == "2026-11-01T07:30:00+00:00"


def test_the_composer_says_live_until_when_the_office_must_be_silent(district_3, seated, officer):
    until = NOW + timedelta(days=138)
    silence(
        district_3, starts_at=NOW, ends_at=until, reason="The seat is up on Apr 6, 2027.", source="test:1",
        by=officer, at=NOW, citation="Wis. Stat. 11.1205 (formerly 11.33)",
    )  # fmt: skip
    answer = page_as(seated).post(reverse("posts:check_post", args=[district_3.pk]), {"text": TEXT})
    text = answer.content.decode()
    assert "must be silent. The seat is up on Apr 6, 2027." in text
    assert "Until Wed Apr 7, 2027" in text
    assert "11.1205 (formerly 11.33)" in text


def test_who_writes_for_a_district_starts_from_its_page_and_nobody_else(client, district_3, seated, staff):
    address = reverse("posts:district_page", args=[3])
    compose = reverse("posts:draft_post", args=[district_3.pk])
    assert compose not in client.get(address).text
    client.force_login(staff)
    assert compose not in client.get(address).text
    client.force_login(seated)
    assert compose in client.get(address).text


def test_the_district_page_shows_posts_links_and_feeds_without_signing_in(client, district_3, seated, aide):
    account = make_connected(district_3)
    post = make_scheduled(district_3, seated, aide, alt="A plow on Main Street", to=NOW)
    run(post, NOW)
    text = client.get("/district/3/").content.decode()
    assert TEXT in text
    assert 'alt="A plow on Main Street"' in text
    assert account.url in text
    assert seated.name in text
    assert client.get(post.permalink()).status_code == 200
    atom = client.get(reverse("posts:office_feed", args=[district_3.slug, "atom"])).content.decode()
    assert f"http://testserver{post.permalink()}" in atom
    feed = client.get(reverse("posts:office_feed", args=[district_3.slug, "json"])).json()
    assert feed["items"][0]["attachments"][0]["title"] == "A plow on Main Street"


def test_in_a_silence_the_links_are_gone_and_the_page_says_why(client, district_3, officer, seated):
    account = make_connected(district_3)
    silence(
        district_3, starts_at=NOW, ends_at=NOW + timedelta(days=30), reason="The seat is up.", source="test:1",
        by=officer, at=NOW, citation="Wis. Stat. 11.1205 (formerly 11.33)",
    )  # fmt: skip
    text = client.get("/district/3/").content.decode()
    assert account.url not in text
    assert "The seat is up." in text
    assert "11.1205 (formerly 11.33)" in text
    with time_machine.travel(NOW + timedelta(days=30), tick=False):
        assert account.url in client.get("/district/3/").content.decode()


def test_a_picture_is_private_until_its_post_is_published(client, district_3, seated, aide, staff):
    post = make_approved(district_3, seated, aide, alt="A plow")
    address = reverse("posts:picture", args=[post.current.pictures.get().media_id])
    assert client.get(address).status_code == 404
    assert page_as(staff).get(address).status_code == 404
    assert page_as(aide).get(address).status_code == 200


def test_each_finding_opens_exactly_the_rows_that_it_counts(district_3, seated, aide, officer):
    from posts.findings import FINDINGS

    make_scheduled(district_3, seated, aide, to=NOW + timedelta(days=9))
    from posts.actions import park_post, submit_post

    park_post(make_scheduled(district_3, seated, aide), by=aide, at=NOW, reason="The plow broke.")
    submit_post(make_post(district_3, seated, scheduled_for=NOW + timedelta(hours=2)), by=seated, at=NOW)
    with time_machine.travel(NOW + timedelta(days=10), tick=False):
        seen = set()
        for person in (officer, aide, seated):
            for find in FINDINGS:
                finding = find(person, NOW + timedelta(days=10))
                if finding:
                    seen.add(finding.code)
                    rows = page_as(person).get(finding.url).context["page"].paginator.count
                    assert rows == finding.count, finding.code
    assert {"posts.approval", "posts.parked", "posts.late", "posts.due_soon"} <= seen


def test_the_list_needs_the_same_number_of_queries_however_long_it_is(
    district_3, seated, aide, officer, django_assert_max_num_queries
):
    page = page_as(officer)
    for number in range(12):
        make_post(district_3, seated, text=f"Post {number}")
    page.get(reverse("posts:list_posts"))
    with django_assert_max_num_queries(22):
        assert page.get(reverse("posts:list_posts")).context["page"].paginator.count == 12


def test_the_calendar_shows_the_citys_day(district_3, seated, aide):
    make_scheduled(district_3, seated, aide, to=NOW + timedelta(days=10, hours=16))
    text = page_as(aide).get(f"{reverse('posts:calendar')}?month=2026-12").content.decode()
    assert "Tue Dec 1, 2026" in text


def test_nobody_holds_the_seat_after_the_term(client, district_3, seated):
    assert seated.terms.get().ends_on == date(2027, 4, 20)
    with time_machine.travel(NOW + timedelta(days=200), tick=False):
        assert "Nobody holds this seat now" in client.get("/district/3/").content.decode()
