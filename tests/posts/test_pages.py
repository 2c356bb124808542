"""What people do with posts on the pages, and what the public reads."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.actions.silence import silence
from posts.actions import park_post, submit_post
from posts.findings import FINDINGS
from posts.models import Approval, Media, Post
from tests.accounts.make import make_account
from tests.conftest import NOW, CityClient, make_office, make_user
from tests.posts.make import (
    TEXT,
    make_approved,
    make_connected,
    make_png,
    make_post,
    make_scheduled,
    make_term,
)
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


def test_a_picture_that_came_with_a_form_that_is_shown_again_is_not_chosen_twice(district_3, seated):
    page = page_as(seated)
    address = reverse("posts:draft_post", args=[district_3.pk])
    typed = {"text": "", "picture_1": upload(), "alt_1": "A plow on Main Street", "do": "submit"}
    again = page.post(address, typed)
    text = again.content.decode()
    assert "Write what is to be said." in text
    kept = Media.objects.get()
    assert f'value="{kept.pk}"' in text
    page.post(address, {**typed, "picture_1": "", "media_1": kept.pk, "text": TEXT})
    assert Post.objects.get().current.pictures.get().media == kept


def test_the_composer_says_why_an_account_is_not_offered(district_3, seated, account):
    make_account("district3-elsewhere", office=district_3)
    text = page_as(seated).get(reverse("posts:draft_post", args=[district_3.pk])).content.decode()
    assert text.count("it is not connected") == 1


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
    make_scheduled(district_3, seated, aide, to=NOW + timedelta(days=9))
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


@pytest.mark.parametrize("name", ["list_posts", "calendar", "official", "see_post", "draft_post"])
def test_a_page_asks_as_often_for_many_posts_as_for_few(district_3, seated, aide, officer, name):
    post = make_scheduled(district_3, seated, aide, alt="A plow")
    run(post, NOW + timedelta(hours=1))
    arguments = {"see_post": [post.pk], "draft_post": [district_3.pk]}.get(name, [])

    def asked():
        page = page_as(officer)
        with CaptureQueriesContext(connection) as captured:
            assert page.get(reverse(f"posts:{name}", args=arguments)).status_code == 200
        return len(captured)

    asked()
    few = asked()
    for number in range(4):
        office = make_office(f"Office {number}", kind="district", number=20 + number)
        writer = make_user(f"Willa {number}", "alder", office=office)
        make_term(office, writer)
        made = make_scheduled(office, writer, officer, alt="A plow", at=NOW + timedelta(minutes=number))
        run(made, NOW + timedelta(hours=2))
        hush(office, by=officer)
    assert asked() == few


def hush(office, *, by, at=NOW):
    return silence(
        office, by=by, at=at, starts_at=NOW + timedelta(days=11), ends_at=NOW + timedelta(days=130),
        reason="The holder may be a candidate.", source=f"test:{office.pk}", explained_at="/blackouts/1/notice/",
    )  # fmt: skip


def test_the_calendar_shows_who_must_be_silent(district_3, seated, officer):
    hush(district_3, by=officer)
    page = page_as(seated)
    text = page.get(f"{reverse('posts:calendar')}?month=2027-01").content.decode()
    assert "Silent in this month" in text
    assert "District 3: from Tue Dec 1, 2026, 9:00 am CST" in text
    assert (
        "Silent in this month" not in page.get(f"{reverse('posts:calendar')}?month=2026-11").content.decode()
    )


def test_only_who_can_do_something_about_a_post_is_told_that_it_needs_somebody(
    district_3, seated, aide, auditor, attorney
):
    park_post(make_scheduled(district_3, seated, aide), by=aide, at=NOW, reason="The plow broke.")
    submit_post(make_post(district_3, seated, scheduled_for=NOW + timedelta(hours=2)), by=seated, at=NOW)
    for person, told in ((seated, 2), (aide, 3), (auditor, 0), (attorney, 0)):
        assert len([one for find in FINDINGS if (one := find(person, NOW))]) == told, person


def test_the_calendar_shows_the_citys_day(district_3, seated, aide):
    make_scheduled(district_3, seated, aide, to=NOW + timedelta(days=10, hours=16))
    text = page_as(aide).get(f"{reverse('posts:calendar')}?month=2026-12").content.decode()
    assert "Tue Dec 1, 2026" in text
    assert "1:00 am CST" in text


def test_official_posts_are_read_newest_first_over_all_offices(client, district_3, seated, aide):
    run(make_scheduled(district_3, seated, aide), NOW + timedelta(hours=1))
    text = client.get(reverse("posts:official")).content.decode()
    assert "Newest posts" in text
    assert TEXT in text
    assert f"District 3</a>, {seated}" in text


def test_nobody_holds_the_seat_after_the_term(client, district_3, seated):
    assert seated.terms.get().ends_on == date(2027, 4, 20)
    with time_machine.travel(NOW + timedelta(days=200), tick=False):
        assert "Nobody holds this seat now" in client.get("/district/3/").content.decode()
