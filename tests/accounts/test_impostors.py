"""Impostors: anybody tells of them, the officer judges, the platform is asked, and each step is on record."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.actions import impostors as acts
from accounts.findings import FINDINGS
from accounts.models import Impostor, ImpostorReport
from accounts.permissions import PUBLIC
from accounts.views.directory import REPORTS
from city.log import history_of
from city.refusals import NotAllowed, Refusal, Stale
from tests.accounts.make import make_account
from tests.conftest import NOW

pytestmark = pytest.mark.django_db
FORM = "/find/report/"
FALSE = "https://x.com/testvi11eparks"


@pytest.fixture(autouse=True)
def nobody_has_written(platforms):
    cache.clear()


def tell(address=FALSE, at=NOW, **fields):
    fields = {"by": PUBLIC, "text": "It asks for money."} | fields
    return acts.report_impostor(at=at, address=address, **fields).impostor


def send(client, **fields):
    return client.post(FORM, {"address": FALSE, "text": "It asks for money."} | fields)


@pytest.fixture
def confirmed(officer):
    return acts.confirm_impostor(tell(), by=officer, at=NOW, reason="It uses the seal.")


# -- told by anybody ---------------------------------------------------------------------------------------


def test_somebody_reports_one_without_account_cookies_or_script():
    client = Client(enforce_csrf_checks=True)
    page = client.get(f"{FORM}?address={FALSE}")
    text = page.content.decode()
    assert FALSE in text
    assert "<script" not in text
    assert not page.cookies
    nonce = re.search(r'name="nonce" value="([^"]+)"', text)
    answer = send(client, nonce=nonce[1])
    assert answer.status_code == 302
    assert "we have your report" in client.get(answer["Location"]).content.decode()
    impostor = Impostor.objects.get()
    assert (impostor.platform.slug, impostor.handle, impostor.status) == ("x", "testvi11eparks", "reported")
    # Pressing twice tells it once.
    assert send(client, nonce=nonce[1])["Location"] == answer["Location"]
    assert ImpostorReport.objects.count() == 1


def test_however_often_and_in_whatever_form_it_is_told_it_is_one_impostor():
    for address in (FALSE, "@testvi11eparks on X", "https://mobile.twitter.com/TESTVI11EPARKS/status/5"):
        tell(address)
    impostor = Impostor.objects.get()
    assert impostor.reports.count() == 3
    assert history_of(impostor).count() == 1


@pytest.mark.parametrize(
    "address", ["Somebody on the telephone", "https://t.me/testville", "@testville", "123456", "https://bit.ly/3a",
     "é" * 700],
)  # fmt: skip
def test_what_cannot_be_read_as_an_account_is_kept_all_the_same(address):
    assert tell(address).reports.get().typed == address
    assert tell(address).reports.count() == 2


def test_what_is_missing_is_said_and_what_was_typed_is_kept(client):
    answer = send(client, text="", email="no address")
    text = answer.content.decode()
    assert answer.status_code == 200
    assert f'value="{FALSE}"' in text
    assert "not sent yet" in text
    for refused in ({"address": "\u200b"}, {"text": " \x00"}):
        with pytest.raises(Refusal):
            tell(**refused)
    assert not Impostor.objects.exists()


def test_who_reports_a_look_alike_is_told_which_of_ours_it_resembles(client):
    make_account("testvilleparks", platform="x", name="Testville Parks")
    page = client.get(send(client)["Location"]).content.decode()
    assert "Accounts of ours that it looks like" in page
    assert "Testville Parks (@testvilleparks)" in page


def test_who_reports_one_of_ours_is_told_that_it_is_ours_and_it_is_never_confirmed(client, officer):
    make_account("testvilleparks", platform="x")
    page = client.get(send(client, address="https://x.com/testvilleparks")["Location"])
    assert "This is an account of the city" in page.content.decode()
    with pytest.raises(Refusal, match="our own account"):
        acts.confirm_impostor(Impostor.objects.get(), by=officer, at=NOW, reason="x")


def test_a_program_that_fills_in_everything_is_kept_for_later(client):
    send(client, homepage="https://spam.example")
    assert ImpostorReport.objects.get().held_why


@pytest.mark.parametrize("token", ["x", "1:abc", "%00", "é"])
def test_a_wrong_link_opens_nothing(client, token):
    assert client.get(f"{FORM}{token}/").status_code == 404


def test_a_flood_is_kept_held_back_and_locks_nobody_out(client, officer, time_machine):
    time_machine.move_to(NOW, tick=False)
    flood = Client(REMOTE_ADDR="203.0.113.9")
    for number in range(REPORTS.hard):
        assert send(flood, address=f"https://x.com/flood{number}").status_code == 302
    told = send(flood, address="https://x.com/one_more", text="These words stay.")
    assert told.status_code == 429
    assert int(told["Retry-After"]) <= REPORTS.window
    assert "These words stay." in told.content.decode()
    assert ImpostorReport.objects.count() == REPORTS.hard
    assert ImpostorReport.objects.exclude(held_why="").count() == REPORTS.hard - REPORTS.soft
    assert send(Client(REMOTE_ADDR="198.51.100.7"), address="https://x.com/honest").status_code == 302
    waiting = next(
        one for find in FINDINGS if (one := find(officer, NOW)) and one.code == "accounts.impostors_waiting"
    )
    assert waiting.count == REPORTS.soft + 1
    time_machine.shift(timedelta(seconds=REPORTS.window))
    assert send(flood, address="https://x.com/one_more").status_code == 302


# -- judged, and followed until it is gone -----------------------------------------------------------------


def test_an_impostor_goes_its_way_and_every_step_is_told(officer):
    impostor = tell()
    acts.confirm_impostor(impostor, by=officer, at=NOW, reason="It uses the seal.")
    acts.report_to_platform(impostor, by=officer, at=NOW, reported_on=NOW.date(), reference="A-17")
    acts.record_refusal(impostor, by=officer, at=NOW, reason="Parody, it says.")
    acts.reopen_impostor(impostor, by=officer, at=NOW, reason="It now asks for card numbers.")
    acts.report_to_platform(impostor, by=officer, at=NOW, reported_on=NOW.date())
    acts.record_taken_down(impostor, by=officer, at=NOW, reason="Its page is empty.")
    acts.reopen_impostor(impostor, by=officer, at=NOW, reason="It is back.")
    verbs = [entry.verb for entry in history_of(impostor)]
    assert verbs == [
        "impostor.reported", "impostor.confirmed", "impostor.reported_to_platform", "impostor.refused",
        "impostor.reopened", "impostor.reported_to_platform", "impostor.taken_down", "impostor.reopened",
    ]  # fmt: skip
    assert impostor.settled_at is None


ALLOWED = {(source, to) for to, sources in Impostor.SOURCES.items() for source in sources}
VERBS = {
    "confirmed": acts.confirm_impostor, "not_impostor": acts.dismiss_impostor, "at_platform": acts.report_to_platform,
    "taken_down": acts.record_taken_down, "refused": acts.record_refusal, "reopened": acts.reopen_impostor,
}  # fmt: skip


@pytest.mark.parametrize("source", Impostor.Status.values)
@pytest.mark.parametrize("to", VERBS)
def test_only_the_steps_of_the_procedure_are_taken(officer, source, to):
    impostor = tell()
    settled = NOW if source in Impostor.SETTLED else None
    Impostor.objects.filter(pk=impostor.pk).update(
        status=source, confirmed_at=NOW, reported_on=NOW.date(), settled_at=settled
    )
    impostor.refresh_from_db()
    named = {"reported_on": NOW.date()} if to == "at_platform" else {"reason": "Seen."}
    if (source, to) in ALLOWED:
        assert VERBS[to](impostor, by=officer, at=NOW, **named).status == to
    else:
        with pytest.raises(Stale):
            VERBS[to](impostor, by=officer, at=NOW, **named)


def test_every_judgement_needs_its_reason_and_no_day_of_the_future(officer):
    impostor = tell()
    for act in (acts.confirm_impostor, acts.dismiss_impostor, acts.record_taken_down, acts.reopen_impostor):
        with pytest.raises(Refusal):
            act(impostor, by=officer, at=NOW, reason=" ")
    acts.confirm_impostor(impostor, by=officer, at=NOW, reason="Seal.")
    with pytest.raises(Refusal, match="not come yet"):
        acts.report_to_platform(impostor, by=officer, at=NOW, reported_on=NOW.date() + timedelta(days=1))


@pytest.mark.parametrize("role", ["staff", "head", "moderator", "auditor", "alder"])
def test_others_than_officer_and_security_judge_nothing(request, role):
    with pytest.raises(NotAllowed):
        acts.confirm_impostor(tell(), by=request.getfixturevalue(role), at=NOW, reason="x")


def test_the_officer_does_it_all_in_the_browser(officer, client, time_machine):
    time_machine.move_to(NOW, tick=False)
    client.force_login(officer)
    impostor = tell(email="resident@home.example")
    page = client.get(f"/impostors/{impostor.pk}/").content.decode()
    assert "resident@home.example" in page
    assert "It asks for money." in page
    for step, fields in (
        ("confirm", {"reason": "It uses the seal."}),
        ("at-platform", {"reported_on": "2026-11-20", "reference": "A-17"}),
        ("refused", {"reason": "Parody."}),
        ("reopen", {"reason": "Card numbers."}),
        ("taken-down", {"reason": "Gone."}),
    ):
        assert client.get(f"/impostors/{impostor.pk}/{step}/").status_code == 200
        answer = client.post(f"/impostors/{impostor.pk}/{step}/", fields)
        assert answer.status_code == 302, step
    impostor.refresh_from_db()
    assert impostor.status == "taken_down"
    empty = client.post(f"/impostors/{impostor.pk}/reopen/", {"reason": " "})
    assert empty.status_code == 200
    assert empty.context["form"].errors


def test_a_reporters_address_is_shown_to_nobody_else(staff, client):
    impostor = tell(email="resident@home.example")
    client.force_login(staff)
    assert "resident@home.example" not in client.get(f"/impostors/{impostor.pk}/").content.decode()


def test_every_finding_about_impostors_opens_exactly_the_rows_that_it_counts(officer, client, time_machine):
    time_machine.move_to(NOW, tick=False)
    before = NOW - timedelta(days=30)
    tell("https://x.com/new_one")
    tell("https://x.com/flooded", held_why="Flood")
    acts.confirm_impostor(tell("https://x.com/to_report"), by=officer, at=NOW, reason="Seal.")
    old = acts.confirm_impostor(tell("https://x.com/old"), by=officer, at=before, reason="Seal.")
    acts.report_to_platform(old, by=officer, at=before, reported_on=before.date())
    gone = acts.confirm_impostor(tell("https://x.com/gone"), by=officer, at=before, reason="Seal.")
    acts.record_taken_down(gone, by=officer, at=before, reason="Empty.")
    tell("https://x.com/gone", at=NOW)
    client.force_login(officer)
    found = [one for find in FINDINGS if (one := find(officer, NOW)) and "impostors" in one.code]
    assert {one.code.rpartition("_")[2] for one in found} == {
        "waiting",
        "held",
        "report",
        "unanswered",
        "again",
    }
    for finding in found:
        assert finding.count == 1
        assert client.get(finding.url).context["page"].paginator.count == 1, finding.code
        lines = csv.reader(
            io.StringIO(client.get(finding.url + "&format=csv").getvalue().decode("utf-8-sig"))
        )
        assert len(list(lines)) == 2, finding.code


@pytest.mark.parametrize("number", [2, 20])
def test_the_list_asks_the_same_number_of_questions_however_long_it_is(
    officer, client, number, django_assert_max_num_queries
):
    for each in range(number):
        tell(f"https://x.com/false{each}")
    client.force_login(officer)
    client.get("/impostors/")
    with django_assert_max_num_queries(20):
        client.get("/impostors/")


def test_the_confirmed_is_found_by_residents_who_ask(confirmed, client):
    page = client.get("/is-it-ours/", {"q": FALSE}).content.decode()
    assert "This is an impostor" in page
