"""Is this account ours? What the city answers, on the page and to programs."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.actions import impostors
from accounts.models import Account, Connection, Silence
from accounts.permissions import PUBLIC
from accounts.verification import Answer, ours_that_are_meant, ours_that_look_like, verify
from city import throttle
from tests.accounts.make import make_account
from tests.conftest import NOW, make_office

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody_has_asked():
    cache.clear()


@pytest.fixture
def ours(city, platforms, parks):
    return make_account(
        "testvilleparks",
        platform="x",
        name="Testville Parks",
        office=parks,
        url="https://x.com/testvilleparks",
    )


def ask(text, city, at=NOW, on=None):
    return verify(text, at=at, city=city, on=on)


@pytest.mark.parametrize(
    "text",
    [
        "https://x.com/testvilleparks", "https://mobile.twitter.com/TestvilleParks/", "@testvilleparks on X",
        "https://x.com/testvilleparks/status/1", "testvilleparks",
    ],
)  # fmt: skip
def test_our_account_is_ours_in_every_form(ours, city, text):
    verdict = ask(text, city)
    assert verdict.answer is Answer.ASSERTED
    assert verdict.accounts == [ours]
    assert "Testville" in verdict.sentence


def test_what_the_platform_itself_confirmed_is_proven_until_it_refuses(ours, city):
    ours.native_id = "123456"
    ours.save()
    line = Connection.objects.create(
        account=ours,
        service_url="https://x.example",
        identifier="x",
        secret="x",
        connected_at=NOW,
        answered_at=NOW,
    )
    verdict = ask("https://x.com/testvilleparks", city)
    assert verdict.answer is Answer.PROVEN
    assert any("Fri Nov 20, 2026" in sentence for sentence in verdict.more)
    assert ask("https://x.com/i/user/123456", city).answer is Answer.PROVEN
    line.status, line.error = Connection.Status.REFUSED, "Wrong"
    line.save()
    assert ask("https://x.com/testvilleparks", city).answer is Answer.ASSERTED


def test_a_post_answers_for_its_account_and_says_so(ours, city):
    verdict = ask("https://x.com/testvilleparks/status/1", city)
    assert any("one post" in sentence for sentence in verdict.more)


def test_a_bare_name_holds_only_where_it_is_ours(ours, city):
    verdict = ask("@testvilleparks", city)
    assert verdict.answer is Answer.ASSERTED
    assert "On X " in verdict.sentence
    assert any("X only" in sentence for sentence in verdict.more)


def test_a_retired_account_was_ours_until_its_day(city, platforms):
    make_account("oldparks", platform="x", status="retired", url="https://x.com/oldparks")
    verdict = ask("https://x.com/oldparks", city)
    assert verdict.answer is Answer.RETIRED
    assert "Fri Nov 20, 2026" in verdict.sentence
    # The name was given free, and the city took it again.
    again = make_account("oldparks", platform="x", url="https://x.com/oldparks")
    assert ask("https://x.com/oldparks", city).accounts == [again]


def test_an_account_that_is_being_set_up_is_not_vouched_for(city, platforms):
    make_account("soon", platform="x", status="setting_up", url="https://x.com/soon")
    assert ask("https://x.com/soon", city).answer is Answer.CANNOT_TELL


def test_a_confirmed_impostor_is_named_and_a_reported_one_is_not(ours, city, officer):
    report = impostors.report_impostor(
        by=PUBLIC, at=NOW, address="https://x.com/testvi11eparks", text="Asks for money."
    )
    assert ask("https://x.com/testvi11eparks", city).answer is Answer.NOT_OURS
    impostors.confirm_impostor(report.impostor, by=officer, at=NOW, reason="It uses the seal.")
    for text in (
        "https://x.com/testvi11eparks",
        "@testvi11eparks",
        "https://twitter.com/testvi11eparks/status/9",
    ):
        assert ask(text, city).answer is Answer.IMPOSTOR


@pytest.mark.parametrize(
    "name", ["testvi11eparks", "testville_parks", "testvilleparks_", "realtestvilleparks"]
)
def test_a_look_alike_of_ours_is_said_so_in_words(ours, city, name):
    verdict = ask(f"https://www.instagram.com/{name}/", city)
    assert verdict.answer is Answer.NOT_OURS
    assert verdict.alike == [ours]
    assert "looks like “Testville Parks”" in " ".join(verdict.more)


def test_letters_of_another_alphabet_are_seen_through(ours, city):
    verdict = ask("https://x.com/tеstvilleparks", city)  # a Cyrillic е
    assert verdict.answer is Answer.NOT_OURS
    assert verdict.alike == [ours]
    assert "only look like" in verdict.sentence
    assert ask("tеstvilleparks", city).alike == [ours]


@pytest.mark.parametrize(
    "text",
    ["https://faceb00k.com/a", "https://x.com.evil.example/testvilleparks", "https://tikt0k.com/@testville"],
)
def test_an_address_that_only_looks_like_a_platforms_is_not_ours(ours, city, text):
    verdict = ask(text, city)
    assert verdict.answer is Answer.NOT_OURS
    assert "only looks like" in verdict.sentence


@pytest.mark.parametrize(
    "text",
    [
        "https://bit.ly/3abc",
        "https://www.instagram.com/p/Cabc/",
        "https://www.facebook.com/groups/1",
        "",
        "n/a",
        "123456789",
    ],
)
def test_what_does_not_say_whose_it_is_cannot_be_told(ours, city, text):
    verdict = ask(text, city)
    assert verdict.answer is Answer.CANNOT_TELL
    assert verdict.sentence


def test_an_account_known_by_its_name_and_asked_by_its_number_cannot_be_told(city, platforms):
    make_account("testvilleparks", platform="facebook", url="https://www.facebook.com/testvilleparks")
    verdict = ask("https://www.facebook.com/profile.php?id=100064567890123", city)
    assert verdict.answer is Answer.CANNOT_TELL
    assert "by their names" in verdict.sentence


def test_full_stops_do_not_count_in_a_name_on_facebook(city, platforms):
    page = make_account("testvilleparks", platform="facebook", url="https://www.facebook.com/testvilleparks")
    assert ask("https://www.facebook.com/Testville.Parks", city).accounts == [page]


def test_the_citys_own_site_is_the_citys(city, platforms):
    assert ask("https://www.testville.example/parks/pools", city).answer is Answer.PROVEN


def test_a_silent_account_is_still_ours_and_is_not_linked_to(ours, city, client):
    Silence.objects.create(
        account=ours,
        starts_at=NOW - timedelta(days=1),
        reason="Not shown before the election.",
        source="x:1",
        created_at=NOW,
    )
    verdict = ask("https://x.com/testvilleparks", city)
    assert verdict.answer is Answer.ASSERTED
    assert "Not shown before the election." in " ".join(verdict.more)
    page = client.get("/is-it-ours/", {"q": "x.com/testvilleparks"}).content.decode()
    assert 'href="https://x.com/testvilleparks"' not in page
    assert client.get("/api/verify", {"q": "x.com/testvilleparks"}).json()["accounts"][0]["url"] is None


def test_the_page_needs_no_script_no_cookie_and_no_account(ours):
    client = Client(enforce_csrf_checks=True)
    page = client.get("/is-it-ours/", {"q": "https://x.com/testvilleparks"})
    text = page.content.decode()
    assert "Yes, this is ours" in text
    assert "<script" not in text
    assert not page.cookies
    assert "no-store" in page["Cache-Control"]


@pytest.mark.parametrize(
    "text", ["\x00", "'", "<script>alert(1)</script>", "a" * 5001, "%", "\u202e", "{{ 7*7 }}"]
)
def test_hostile_words_are_answered_and_never_shown_as_markup(ours, client, text):
    page = client.get("/is-it-ours/", {"q": text})
    assert page.status_code == 200
    assert "<script>alert" not in page.content.decode()
    assert client.get("/api/verify", {"q": text}).status_code in (200, 422)


def test_programs_get_the_same_answer_and_its_description(ours, client):
    told = client.get("/api/verify", {"q": "@testvilleparks", "platform": "x"}).json()
    assert (told["answer"], told["platform"], told["handle"]) == ("asserted", "x", "testvilleparks")
    assert told["accounts"][0]["name"] == "Testville Parks"
    assert client.get("/api/verify", {"q": "x", "platform": "zoo"}).status_code == 404
    described = client.get("/api/openapi.json").json()
    assert "/api/verify" in described["paths"]
    assert "429" in described["paths"]["/api/verify"]["get"]["responses"]


def test_the_answer_asks_the_same_number_of_questions_of_a_large_registry(city, platforms, client):
    make_account("testvilleparks", platform="x")
    counts = []
    for number in (0, 40):
        for _ in range(number):
            make_account(platform="x")
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get("/api/verify", {"q": "https://x.com/testvilleparks"})
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_names_and_likenesses_are_found_by_an_index(city, platforms):
    office = make_office()
    Account.objects.bulk_create(
        Account(
            office=office, platform=platforms["x"], name=f"N{number}", handle=f"handle{number}x{number * 7}",
            url=f"https://x.com/handle{number}", status="active", created_at=NOW, active_since=NOW,
        )
        for number in range(3000)
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE accounts_account")
        for asked, index in (
            (lambda: ours_that_look_like("handle7x49", NOW), "accounts_account_likeness"),
            (lambda: ours_that_are_meant(read_of("@handle7x49"), NOW), "accounts_account_by_handle"),
        ):
            with CaptureQueriesContext(connection) as queries:
                asked()
            cursor.execute("EXPLAIN " + queries[-1]["sql"])
            plan = "\n".join(row[0] for row in cursor.fetchall())
            assert index in plan, plan


def read_of(text):
    from accounts.platform_set import platform_set
    from accounts.reading import read

    return read(text, platform_set())


def test_likeness_in_the_database_is_likeness_in_words(city, platforms):
    from accounts.likeness import likeness, stored_likeness

    handles = [
        "Test_Ville.Parks",
        "rn0dernv1lle",
        "vvaterr",
        "c/testville",
        "school/a-b",
        "marlow.bay",
        "a@b.example",
    ]
    for number, handle in enumerate(handles):
        make_account(handle, platform="x", url=f"https://x.com/n{number}")
    rows = Account.objects.annotate(likeness=stored_likeness()).values_list("handle", "likeness")
    assert rows.count() == len(handles)
    for handle, stored in rows:
        assert stored == likeness(handle), handle


# -- how often one may ask ---------------------------------------------------------------------------------


def test_who_asks_too_often_waits_a_minute_at_most_and_is_told(ours, time_machine):
    time_machine.move_to(NOW, tick=False)
    busy, innocent = Client(REMOTE_ADDR="203.0.113.9"), Client(REMOTE_ADDR="198.51.100.7")
    for _ in range(throttle.API.hard):
        assert busy.get("/api/verify", {"q": "a"}).status_code == 200
    told = busy.get("/api/verify", {"q": "a"})
    assert told.status_code == 429
    assert 0 < int(told["Retry-After"]) <= 60
    assert re.search(r"ask again in \d+ seconds?\.", told.json()["detail"])
    assert innocent.get("/api/verify", {"q": "a"}).status_code == 200
    time_machine.shift(int(told["Retry-After"]))
    assert busy.get("/api/verify", {"q": "a"}).status_code == 200


def test_the_page_keeps_what_was_typed_while_somebody_waits(ours, time_machine):
    time_machine.move_to(NOW, tick=False)
    busy = Client(REMOTE_ADDR="203.0.113.9")
    for _ in range(throttle.PAGE.hard):
        busy.get("/is-it-ours/", {"q": "a"})
    told = busy.get("/is-it-ours/", {"q": "x.com/testvilleparks"})
    assert told.status_code == 429
    assert told["Retry-After"]
    assert 'value="x.com/testvilleparks"' in told.content.decode()
    assert busy.get("/is-it-ours/").status_code == 200, "the empty page is always open"


def test_without_redis_nobody_is_stopped(ours, settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "unix:///nowhere/at/all.sock",
        }
    }
    client = Client(REMOTE_ADDR="203.0.113.9")
    for _ in range(throttle.API.hard + 5):
        assert client.get("/api/verify", {"q": "a"}).status_code == 200
    assert client.get("/is-it-ours/", {"q": "a"}).status_code == 200


@pytest.mark.parametrize(("proxies", "counts_apart"), [(0, False), (1, True)])
def test_an_address_that_a_stranger_wrote_counts_only_behind_our_own_proxy(
    ours, settings, time_machine, proxies, counts_apart
):
    time_machine.move_to(NOW, tick=False)
    settings.TRUSTED_PROXIES = settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    client = Client(REMOTE_ADDR="10.0.0.1")
    for number in range(throttle.API.hard + 1):
        answer = client.get("/api/verify", {"q": "a"}, HTTP_X_FORWARDED_FOR=f"203.0.113.{number % 250}")
    assert (answer.status_code == 200) is counts_apart
