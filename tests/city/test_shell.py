"""What every page has: times in the city's zone, the words of refusals, lists, navigation, search."""

import ast
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from django.template import engines
from django.test import RequestFactory
from django.utils import timezone

from city.findings import Finding, Severity, findings_for
from city.models import Entry, Mail
from city.navigation import links_for
from city.times import age, told, told_date
from tests.conftest import NOW, make_city, make_office, make_user


@pytest.mark.parametrize(
    ("utc", "shown"),
    [
        (datetime(2026, 12, 1, 15, 0, tzinfo=UTC), "Tue Dec 1, 2026, 9:00 am CST"),
        (datetime(2026, 3, 8, 7, 59, tzinfo=UTC), "Sun Mar 8, 2026, 1:59 am CST"),
        (datetime(2026, 3, 8, 8, 0, tzinfo=UTC), "Sun Mar 8, 2026, 3:00 am CDT"),
        (datetime(2026, 11, 1, 6, 30, tzinfo=UTC), "Sun Nov 1, 2026, 1:30 am CDT"),
        (datetime(2026, 11, 1, 7, 30, tzinfo=UTC), "Sun Nov 1, 2026, 1:30 am CST"),
        (datetime(2026, 7, 4, 5, 0, tzinfo=UTC), "Sat Jul 4, 2026, 12:00 am CDT"),
        (datetime(2026, 7, 4, 17, 5, tzinfo=UTC), "Sat Jul 4, 2026, 12:05 pm CDT"),
    ],
)
def test_an_instant_is_told_in_the_citys_time_and_says_so(utc, shown):
    with timezone.override("America/Chicago"):
        assert told(utc) == shown


def test_a_date_is_told_without_a_leading_zero():
    assert told_date(date(2026, 12, 1)) == "Tue Dec 1, 2026"


@pytest.mark.parametrize(
    ("passed", "words"),
    [
        (timedelta(seconds=59), "less than a minute"), (timedelta(minutes=1), "1 minute"),
        (timedelta(hours=23, minutes=59), "23 hours"), (timedelta(days=1), "1 day"),
        (timedelta(days=1200), "1,200 days"), (timedelta(seconds=-5), "less than a minute"),
    ],
)  # fmt: skip
def test_an_age_is_told_in_its_largest_unit(passed, words):
    assert age(NOW - passed, NOW) == words


def render(text: str, **context) -> str:
    return engines["django"].from_string(text).render(context, RequestFactory().get("/x/?status=open&page=3"))


def test_a_link_to_another_page_keeps_the_filters():
    assert render("{% query page=4 %}") == "?status=open&amp;page=4"
    assert render("{% query page=None status=None %}") == "/x/"


def test_pages_are_in_the_time_of_the_city(client, officer):
    make_city(time_zone="America/New_York")
    client.force_login(officer)
    make_office()
    Entry.objects.create(
        at=NOW, actor_name="A", verb="city.changed", subject="x:1", subject_label="S", digest="d"
    )
    assert "Fri Nov 20, 2026, 10:00 am EST" in client.get("/log/").content.decode()
    body = b"".join(client.get("/log/?format=csv").streaming_content).decode()
    assert "Fri Nov 20, 2026, 10:00 am EST" in body, "a streamed file too"


def test_the_log_is_filtered_by_dates_of_the_city(client, auditor):
    client.force_login(auditor)
    for at in (datetime(2026, 11, 20, 5, 59, tzinfo=UTC), datetime(2026, 11, 20, 6, 0, tzinfo=UTC)):
        Entry.objects.create(
            at=at, actor_name="A", verb="city.changed", subject="x:1", subject_label="S", digest="d"
        )
    assert "1 entry" in client.get("/log/?since=2026-11-20").content.decode()
    assert "1 entry" in client.get("/log/?until=2026-11-19").content.decode()
    assert "2 entries" in client.get("/log/?since=2026-11-19&until=2026-11-20").content.decode()


def test_a_missing_right_is_told_in_words(client, staff):
    client.force_login(staff)
    response = client.get("/log/")
    assert response.status_code == 403
    assert "may not read log" in response.content.decode()


def test_each_role_finds_only_what_it_may_use(city, staff, administrator):
    assert "People" not in [link.label for link in links_for(staff, NOW, "/")]
    labels = [link.label for link in links_for(administrator, NOW, "/people/3/")]
    assert labels[0] == "Home"
    assert labels[-1] == "Settings"
    assert [link.label for link in links_for(administrator, NOW, "/people/3/") if link.current] == ["People"]


def test_every_finding_counts_what_its_address_shows(client, administrator):
    client.force_login(administrator)
    for n in range(3):
        Mail.objects.create(
            to=f"a{n}@x.example", subject="S", body="B", created_at=NOW, not_before=NOW, status="failed"
        )
    Mail.objects.create(to="w@x.example", subject="S", body="B", created_at=NOW, not_before=NOW)
    later = NOW + timedelta(minutes=16)
    with time_machine.travel(later, tick=False):
        client.force_login(administrator)
        found = {one.code: one for one in findings_for(administrator, later)}
        for code, count in (("city.mail_failed", 3), ("city.mail_late", 1)):
            assert found[code].count == count
            page = client.get(found[code].url).content.decode()
            assert f"{count} letter" in page
            assert page.count("/outbox/") - page.count('"/outbox/"') >= count


def test_the_worst_finding_stands_first(city, administrator):
    found = [
        Finding("b", "things", Severity.INFORMATION, 1, "/"),
        Finding("a", "things", Severity.NOW, 1, "/", oldest_at=NOW),
    ]
    assert min(found, key=lambda one: -one.severity).code == "a"
    assert Finding("x", "letters", Severity.SOON, 1, "/", title_one="letter").words == "1 letter"


def test_every_finding_of_every_app_has_words_for_one():
    """“1 appeals” is a fault: whoever makes a finding gives its words for one row too."""
    found = {}
    for path in settings.BASE_DIR.glob("*/findings.py"):
        calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
        made = [call for call in calls if getattr(call.func, "id", "") == "Finding"]
        found[path.parent.name] = [{word.arg for word in call.keywords} for call in made]
    assert {"accounts", "city", "comments", "elections", "policies", "posts", "records"} <= set(found)
    for app, made in found.items():
        # Those that pass all their words on (`**known`) are called with them by name in the same file.
        assert all("title_one" in words or None in words for words in made), app


def test_an_empty_home_says_what_will_stand_there(client, officer):
    client.force_login(officer)
    assert "Nothing needs you now" in client.get("/").content.decode()


def test_search_finds_what_the_reader_may_see(client, officer, staff):
    make_user("Zelda Zoning", title="Planner")
    client.force_login(officer)
    assert "Zelda Zoning" in client.get("/search/?q=zelda").content.decode()
    client.force_login(staff)
    assert "Zelda Zoning" not in client.get("/search/?q=zelda").content.decode()
    for hostile in ("%00", "%25", "'", "\\", "a" * 5000, ""):
        assert client.get("/search/", {"q": hostile}).status_code == 200
