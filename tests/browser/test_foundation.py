"""The city's main job, told once from the beginning to the proof: real pages, worker, network and archive."""

import re

import pytest
from playwright.sync_api import Page, expect

from accounts.actions.platforms import seed_platforms
from accounts.models import Account
from city.actors import SystemActor
from city.roles import Role
from records.models import Capture, Record
from records.verify import Verifier, trusted_keys
from tests.accounts.make import OTHER_ANSWERS, make_questions
from tests.browser.conftest import accessibility_faults, give_second_factor
from tests.conftest import NOW, make_city, make_office, make_user
from tests.network.fixtures import until

pytestmark = [pytest.mark.network, pytest.mark.slow]

PASSWORD = "a long walk by the lake"
PURPOSE = "Say when rinks and trails open, and answer questions about them."


@pytest.fixture
def people(transactional_db, quick_passwords):
    """A city with one department: who asks, who decides, who attests, who would replace whom."""
    make_city(name="Testville")
    seed_platforms(by=SystemActor("The set-up"), at=NOW)
    make_questions()
    parks = make_office("Parks Division")
    cast = {
        "staff": make_user("Stella Staff", Role.STAFF, office=parks),
        "backup": make_user("Bo Backup", Role.STAFF, office=parks),
        "officer": make_user("Olive Officer", Role.OFFICER),
        "auditor": make_user("Audrey Auditor", Role.AUDITOR),
    }
    for user in cast.values():
        user.set_password(PASSWORD)
        user.save()
        give_second_factor(user)
    return cast


@pytest.fixture
def on_the_network(bluesky_network, settings):
    """The settings under which web and worker may speak to the local network."""
    settings.LOCAL_NETWORKS_ALLOWED = [bluesky_network.pds]
    settings.PLC_URL = bluesky_network.plc
    return {"LOCAL_NETWORKS_ALLOWED": bluesky_network.pds, "PLC_URL": bluesky_network.plc}


def test_from_a_wish_to_a_proven_archive(people, bluesky_network, on_the_network, worker, sign_in, as_person):
    city_account = bluesky_network.create_account("parks")
    resident = bluesky_network.create_account("neighbour")
    post = city_account.post("The rink at Lakeview opens on Saturday.")
    worker(**on_the_network)

    staff = sign_in(people["staff"], PASSWORD)
    ask_for_account(staff, people, city_account.handle)
    officer = sign_in(people["officer"], PASSWORD)
    account = approve_and_set_up(officer, people, city_account.handle)
    connect(officer, account, bluesky_network.pds, city_account)
    activate(officer, account)

    capture(officer, account)
    assert account.records.filter(kind="post", text__startswith="The rink").count() == 1

    reply = resident.reply("Is there somewhere to leave shoes, please?", to=post)
    until(lambda: has_replies(city_account, post["uri"], 1))
    capture(officer, account)
    find(officer, "shoes", expected="somewhere to leave shoes")

    city_account.edit_profile(displayName="Testville Parks", description="Rinks, trails and shelters.")
    resident.delete(reply["uri"])
    until(lambda: has_replies(city_account, post["uri"], 0))
    capture(officer, account)
    both_versions_are_shown(officer, account)

    assert [f"{fault.where}: {fault.what}" for fault in Verifier(trusted_keys()).faults()] == []
    auditor = as_person(people["auditor"])
    auditor.goto(f"/accounts/{account.pk}/")
    expect(auditor.locator("body")).to_contain_text("Olive Officer activated")
    assert accessibility_faults(auditor) == []


def ask_for_account(page: Page, people, handle: str) -> None:
    """Step by step, leaving once and coming back; the last page shows everything before it is sent."""
    page.goto("/requests/new/")
    page.get_by_role("button", name="Begin").click()
    page.locator("[name=platform]").select_option(label="Bluesky")
    page.locator("[name=name]").fill("Testville Parks")
    page.locator("[name=handle]").fill(handle)
    answer_and_go_on(page)
    page.locator("[name=criterion][value=urgent] + label").click()
    page.locator("[name=purpose]").fill(PURPOSE)
    page.get_by_role("button", name="Save for later").click()
    expect(page.locator("body")).to_contain_text(PURPOSE)
    page.get_by_role("link", name="Go on with the draft").click()
    page.get_by_role("link", name="Audience").click()
    page.locator("[name=audience]").fill("Everybody who skates")
    answer_and_go_on(page)
    page.locator("[name=generic_email]").fill("parks-desk@testville.example")
    page.locator("[name=primary_administrator]").select_option(label="Stella Staff")
    page.locator("[name=backup_administrator]").select_option(label="Bo Backup")
    for _ in range(4):
        assert accessibility_faults(page) == []
        answer_and_go_on(page)
    expect(page.locator("main")).not_to_contain_text("To do")
    page.get_by_role("button", name="Submit").click()
    expect(page.locator("body")).to_contain_text("with the Social Media Officer")


def answer_and_go_on(page: Page) -> None:
    """Whatever the step still asks for, answered from what the tests' request says."""
    form = page.locator("#step")
    for key, answer in OTHER_ANSWERS.items():
        field = form.locator(f"[name={key}]")
        if not field.count():
            continue
        kind = field.first.get_attribute("type")
        if kind == "radio":
            form.locator(f"[name={key}][value={answer}] + label").click()
        elif kind == "checkbox":
            form.locator(f"[name={key}] + label").click()
        else:
            field.fill(answer)
    before = page.url
    page.get_by_role("button", name="Save and go on").click()
    page.wait_for_url(lambda url: url != before)


def approve_and_set_up(page: Page, people, handle: str) -> Account:
    page.goto("/")
    page.get_by_role("link", name=re.compile("request", re.IGNORECASE)).first.click()
    page.get_by_role("link", name="Testville Parks").first.click()
    page.get_by_role("link", name="Approve").click()
    page.get_by_role("button", name="Approve").click()
    account = Account.objects.get(handle=handle)
    for administrator in account.administrators.current():
        page.goto(f"/administrators/{administrator.pk}/attest/")
        page.locator("[name=second_factor][value=app] + label").click()
        page.locator("[name=evidence]").fill("Seen on the telephone.")
        page.locator("main form button[type=submit]").click()
        page.wait_for_url(f"**/accounts/{account.pk}/")
    return account


def connect(page: Page, account: Account, server: str, person) -> None:
    """First with a wrong password, which is said beside the field and keeps what was typed."""
    page.goto(f"/accounts/{account.pk}/connect/")
    page.locator("[name=service_url]").fill(server)
    page.locator("[name=identifier]").fill(person.handle)
    page.locator("[name=secret]").fill("not the password")
    page.locator("main form button[type=submit]").click()
    expect(page.locator("main")).to_contain_text("refuses this handle with this app password")
    expect(page.locator("[name=identifier]")).to_have_value(person.handle)
    page.locator("[name=secret]").fill(person.password)
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(f"**/accounts/{account.pk}/")
    account.refresh_from_db()
    assert account.native_id == person.did


def activate(page: Page, account: Account) -> None:
    page.goto(f"/accounts/{account.pk}/activate/")
    page.locator("main form button[type=submit]").click()
    page.wait_for_load_state()
    expect(page.locator("main")).not_to_contain_text("Not yet:")
    page.wait_for_url(f"**/accounts/{account.pk}/")
    assert Account.objects.get(pk=account.pk).status == Account.Status.ACTIVE


def capture(page: Page, account: Account) -> None:
    """Ask for a capture on the page; the worker does it, or is already at it."""
    before = finished(account)
    page.goto(f"/accounts/{account.pk}/archive/")
    button = page.get_by_role("button", name=re.compile("capture", re.IGNORECASE))
    if button.count():
        button.first.click()
    until(lambda: finished(account) > before and not account.captures.open().exists(), what="the worker")
    last = account.captures.order_by("-finished_at").first()
    assert last is not None
    assert last.status == Capture.Status.DONE, last.error


def finished(account: Account) -> int:
    return account.captures.filter(finished_at__isnull=False).count()


def find(page: Page, words: str, *, expected: str) -> None:
    page.goto(f"/records/?q={words}")
    expect(page.locator("main")).to_contain_text(expected)
    page.locator("main table a").first.click()
    expect(page.locator("main")).to_contain_text(expected)
    assert accessibility_faults(page) == []


def both_versions_are_shown(page: Page, account: Account) -> None:
    gone = Record.objects.get(account=account, kind="comment", version=2)
    assert gone.state == Record.State.DELETED_BY_AUTHOR
    assert gone.happened_after is not None
    assert gone.happened_after < gone.happened_before
    page.goto(f"/records/{gone.pk}/")
    expect(page.locator("main")).to_contain_text("Deleted by its author")
    expect(page.locator("main")).to_contain_text("somewhere to leave shoes")
    profile = Record.objects.get(account=account, kind="profile", version=2)
    page.goto(f"/records/{profile.pk}/")
    expect(page.locator("main")).to_contain_text("Rinks, trails and shelters.")


def has_replies(person, uri: str, count: int) -> bool:
    thread = person.ask("app.bsky.feed.getPostThread", uri=uri, depth=6)["thread"]
    return len(thread.get("replies", [])) == count
