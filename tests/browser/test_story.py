"""The whole story, told once: policy, post, reply, appeal, blackout and proof, on real pages, with a real worker
and its beat, and a real Bluesky network.

The clock is moved, never stopped: web and worker go by one clock that the test sets, the network keeps its own.
The silence begins at the last midnight of the city, so that what is posted natively after it is later by the
network's clock too.
"""

from datetime import time, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from city.clock import at_time, day_of, start_of_day
from city.models import Mail
from comments.models import Case, Decision
from elections.models import Incident
from elections.queries import city_zone
from posts.models import Dispatch, Post
from records.models import Record
from tests.browser.acts import (
    ALT,
    another_version_is_adopted,
    answer_a_constituent,
    blocked,
    capture,
    close_incident,
    done,
    hidden,
    it_stands_once,
    links_are_gone,
    links_return,
    official_business,
    replies,
    sent,
    texts,
    the_auditor_reads_it_all,
    the_clerk_enters_the_facts,
    the_composer_refuses,
    the_officer_sees,
    the_public_reads_both,
    who_has_not_acknowledged_cannot_publish,
    write_and_approve,
)
from tests.browser.insider import every_insider_change_is_named
from tests.browser.moderation import (
    appeal_on_a_telephone,
    case_of,
    closed,
    hide,
    propose_block,
    second,
    somebody_else_reverses,
    the_register_shows_both,
)
from tests.browser.town import PASSWORD, Clock, build_town
from tests.conftest import make_city
from tests.network.fixtures import until

pytestmark = [pytest.mark.network, pytest.mark.slow]

TEXT = "The drawings for Harbor Street are final. Two crossings are added."
PARKED = "Coffee with your alder: Saturday at ten, in the library."
SPAM = "PAVING best deals paving-deals.example"
CRITIC = "You are a useless alder and I say so every week."
QUESTION = "When does the crossing at the school open?"
NATIVE = "Vote on the first Tuesday. Bring your neighbors."


@pytest.fixture
def clock(tmp_path):
    clock = Clock(tmp_path / "ahead")
    yield clock
    clock.end()


@pytest.fixture
def on_the_network(bluesky_network, settings, clock):
    settings.LOCAL_NETWORKS_ALLOWED = [bluesky_network.pds]
    settings.PLC_URL = bluesky_network.plc
    return {
        "of": "tests.travelling", "beat": True, "ROSTRUM_TEST_CLOCK": str(clock.file),
        "LOCAL_NETWORKS_ALLOWED": bluesky_network.pds, "PLC_URL": bluesky_network.plc,
    }  # fmt: skip


def test_the_whole_story(
    transactional_db, quick_passwords, bluesky_network, on_the_network, clock, worker, browser, live_server,
    sign_in, as_person,
):  # fmt: skip
    make_city(name="Testville")
    zone = city_zone()
    today = day_of(timezone.now(), zone)
    opens = start_of_day(today, zone)
    begins = at_time(today - timedelta(days=31), time(10), zone)
    clock.to(begins - timedelta(days=1))
    town = build_town(bluesky_network, at=timezone.now())
    resident = bluesky_network.create_account("resident")
    spammer = bluesky_network.create_account("paving")

    # 1. Policy
    clock.to(begins)
    another_version_is_adopted(town, as_person)
    public = as_person()
    the_public_reads_both(public)
    alder = sign_in(town.people["alder"], PASSWORD)
    who_has_not_acknowledged_cannot_publish(alder, town)
    # A post for the day on which nobody knows yet that the office must be silent.
    aide = as_person(town.people["aide"])
    parked = write_and_approve(alder, aide, town, PARKED, for_at=opens + timedelta(minutes=1))

    # 5, begun early: the facts of the election, and what people are told
    blackout = the_clerk_enters_the_facts(as_person(town.people["clerk"]), town, today)
    assert blackout.starts_at == opens
    first = worker(**on_the_network)
    for days in (30, 7, 1):
        clock.to(at_time(today - timedelta(days=days), time(9, 1), zone))
        kind = "day_1" if days == 1 else f"days_{days}"
        until(lambda kind=kind: done(blackout, kind), what=f"the notice of {days} days")
    the_officer_sees(as_person(town.people["officer"]), "within 30 days")

    # 2. Post
    clock.to(opens - timedelta(hours=6))
    alder, aide = as_person(town.people["alder"]), as_person(town.people["aide"])
    due = (timezone.now() + timedelta(minutes=3)).replace(second=0, microsecond=0)
    post = write_and_approve(alder, aide, town, TEXT, for_at=due, pictured=True)
    clock.to(due - timedelta(seconds=1))
    until(lambda: sent(post, 2), what="the website and the network")
    it_stands_once(public, town, post)
    capture(town)
    delivered = Record.objects.get(account=town.account, kind="post", text__startswith=TEXT)
    assert delivered.platform_item_id == post.dispatches.get(account=town.account).platform_item_id
    assert ALT in delivered.alt_text

    # 3. Reply
    shown = {"uri": delivered.platform_item_id, "cid": delivered.platform_version}
    spammer.reply(SPAM, to=shown)
    warned = resident.reply(CRITIC, to=shown)
    again = resident.reply(f"{CRITIC} Again!", to=shown)
    until(lambda: replies(town, shown["uri"]) >= {SPAM, CRITIC, f"{CRITIC} Again!"})
    capture(town)
    until(lambda: Case.objects.count() == 3, what="the queue")
    moderator = as_person(town.people["moderator"])
    the_officer_sees(as_person(town.people["officer"]), "comment")
    hide(moderator, case_of(CRITIC), "security", "Writes the same every week.")
    until(lambda: closed(case_of(CRITIC)), what="the reply to be hidden")
    assert warned["uri"] in hidden(town, shown["uri"])
    propose_block(moderator, case_of("Again!"), "security", "Writes the same every week.")
    second(as_person(town.people["attorney"]), case_of("Again!"))
    until(lambda: closed(case_of("Again!")), what="the block to be shown")
    assert again["uri"] in hidden(town, shown["uri"])
    assert resident.did in blocked(town)
    decision = Decision.objects.get(outcome="block")
    assert decision.record_hash == Record.objects.get(pk=decision.record_id).hash
    assert "version 2" in decision.policy_label.lower()

    # 4. Appeal
    private = appeal_on_a_telephone(browser, live_server, decision)
    the_officer_sees(as_person(town.people["officer"]), "appeal")
    somebody_else_reverses(as_person(town.people["appeals"]), decision)
    until(lambda: closed(case_of("Again!")), what="the network to show the reply again")
    assert resident.did not in blocked(town)
    assert again["uri"] not in hidden(town, shown["uri"])
    the_register_shows_both(public, decision, private)

    # 5. Blackout: no worker runs when it opens
    first.kill()
    clock.to(opens)
    alder = as_person(town.people["alder"])
    the_composer_refuses(alder, town)
    links_are_gone(public, town)
    assert Post.objects.get(pk=parked.pk).status == Post.Status.SCHEDULED
    clock.home()
    native = town.on_network.post(NATIVE)
    asked = resident.reply(QUESTION, to=shown)
    until(lambda: QUESTION in replies(town, shown["uri"]))
    worker(**on_the_network)
    until(lambda: done(blackout, "start") and done(blackout, "snapshot"), what="the start to be told")
    until(lambda: Post.objects.get(pk=parked.pk).status == Post.Status.PARKED, what="the post to be parked")
    assert Mail.objects.filter(to=town.people["alder"].email).count() >= 5
    until(lambda: Incident.objects.filter(native_id=native["uri"]).exists(), what="the incident")
    incident = Incident.objects.get(native_id=native["uri"])
    assert incident.evidence_hash == Record.objects.get(pk=incident.record_id).hash
    the_officer_sees(as_person(town.people["officer"]), "made past the gate")
    close_incident(as_person(town.people["attorney"]), incident)
    until(lambda: Record.objects.filter(platform_item_id=asked["uri"]).exists(), what="the question")
    until(lambda: Case.objects.filter(record__platform_item_id=asked["uri"]).exists(), what="its case")
    answer = answer_a_constituent(
        as_person(town.people["alder"]), as_person(town.people["aide"]), town, asked["uri"]
    )
    official = official_business(as_person(town.people["clerk"]), as_person(town.people["officer"]), town)
    until(lambda: sent(answer, 2) and sent(official, 2), what="what is exempt")

    # … and its end: links return, nothing bursts out
    assert blackout.ends_at is not None
    clock.to(blackout.ends_at)
    links_return(public, town)
    until(lambda: done(blackout, "end"), what="the end to be told")
    assert Post.objects.get(pk=parked.pk).status == Post.Status.PARKED
    assert not parked.dispatches.filter(status=Dispatch.Status.SENT).exists()
    assert PARKED not in texts(town)
    the_officer_sees(as_person(town.people["officer"]), "parked")

    # 6. Proof
    the_auditor_reads_it_all(as_person(town.people["auditor"]), town, decision)
    call_command("verify_archive", stdout=StringIO())
    every_insider_change_is_named()
