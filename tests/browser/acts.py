"""What each person of the story does, on the pages that they use."""

import base64
import os
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from django.utils import timezone
from playwright.sync_api import Page, expect

from comments.models import Case, Decision
from config.demonstration.practice import picture
from elections.models import Blackout, BlackoutStep, Election, Incident, Rule
from elections.queries import NEEDED, city_zone
from policies.models import Version
from posts.models import Dispatch, Post
from records.actions.capture import ARCHIVIST, CaptureRefused, open_capture
from records.models import Capture
from tests.browser.conftest import WIDTHS, accessibility_faults
from tests.browser.town import Town, acknowledge
from tests.network.fixtures import until

OLD = "A comment is hidden before it is deleted."
NEW = "In doubt a comment is left up. A comment is hidden before it is deleted."
ALT = "Plan of Harbor Street with two new crossings marked in orange."
BY_ORDER = "Order of the circuit court, file 26-CV-1"


def look(page: Page, name: str) -> None:
    """The page can be used by everybody, on a telephone and at a desk."""
    before = page.viewport_size
    for width in WIDTHS.values():
        page.set_viewport_size({"width": width, "height": 900})
        assert accessibility_faults(page) == [], f"{name} at {width}"
        if folder := os.environ.get("ROSTRUM_SCREENSHOTS"):
            page.screenshot(path=Path(folder) / f"story-{name}-{width}.png", full_page=True)
    if before:
        page.set_viewport_size(before)


def press(page: Page, button: str) -> None:
    page.get_by_role("button", name=button).first.click()
    page.wait_for_load_state()


def choose(page: Page, name: str, value: str) -> None:
    """A radio button or box of USWDS: its label is what can be clicked."""
    mark = page.locator(f"[name={name}][value='{value}']").first
    page.locator(f"label[for='{mark.get_attribute('id')}']").first.click()


def says(page: Page, words: str) -> None:
    expect(page.locator("main")).to_contain_text(re.compile(re.escape(words), re.IGNORECASE))


# -- policy --------------------------------------------------------------------------------------------


def another_version_is_adopted(town: Town, as_person) -> None:
    """The officer drafts, the attorney reviews, the Clerk records; all but the alder acknowledge at once."""
    version = Version.objects.get(policy__kind="comment")
    officer = as_person(town.people["officer"])
    officer.goto(f"/policy-desk/{version.policy_id}/")
    officer.locator(f"form[action='/policy-desk/{version.policy_id}/draft/'] button").click()
    source = officer.locator("[name=source]")
    source.fill(source.input_value().replace(OLD, NEW))
    choose(officer, "change", "material")
    officer.locator("[name=summary_of_changes]").fill("In doubt a comment stays up.")
    look(officer, "draft")
    officer.locator("main form button[type=submit]").first.click()
    draft = Version.objects.get(policy=version.policy, number=2)
    officer.goto(f"/policy-desk/versions/{draft.pk}/submit/")
    officer.locator("main form button[type=submit]").first.click()
    officer.wait_for_load_state()
    attorney = as_person(town.people["attorney"])
    attorney.goto(f"/policy-desk/versions/{draft.pk}/review/")
    choose(attorney, "answer", "yes")
    look(attorney, "review")
    press(attorney, "Send the answer")
    clerk = as_person(town.people["clerk"])
    clerk.goto(f"/policy-desk/versions/{draft.pk}/adopt/")
    today = timezone.localdate(timezone.now(), city_zone()).isoformat()
    clerk.locator("[name=file_number]").fill("84240")
    clerk.locator("[name=adopted_on]").fill(today)
    clerk.locator("[name=effective_on]").fill(today)
    look(clerk, "adopt")
    press(clerk, "Record the adoption")
    draft.refresh_from_db()
    assert draft.status == Version.Status.ADOPTED
    clerk.goto(f"/policy-desk/versions/{draft.pk}/change/")
    assert not clerk.locator("[name=source]").count()
    acknowledge(draft, town.people, at=timezone.now(), but="alder")


def the_public_reads_both(page: Page) -> None:
    for path, words in (
        ("/policies/comment-policy/1/", OLD),
        ("/policies/comment-policy/2/", NEW),
        ("/policies/comment-policy/2/changes-since/1/", "In doubt"),
        ("/comment-rules/", "Spam"),
    ):
        page.goto(path)
        says(page, words)
    look(page, "policy")


def who_has_not_acknowledged_cannot_publish(page: Page, town: Town) -> None:
    page.goto(f"/posts/new/{town.district.pk}/")
    page.locator("[name=text]").fill("Harbor Street opens on Friday.")
    press(page, "Save and ask for approval")
    says(page, "has not acknowledged")
    look(page, "not-acknowledged")
    page.goto("/policy-desk/mine/")
    page.get_by_role("link", name=re.compile("acknowledge", re.IGNORECASE)).first.click()
    says(page, "In doubt")
    look(page, "acknowledge")
    press(page, "I have read and acknowledge it")
    says(page, "receipt")


# -- posts ---------------------------------------------------------------------------------------------


def write_and_approve(
    author: Page, approver: Page, town: Town, text: str, *, for_at: datetime | None, pictured: bool = False
) -> Post:
    """Written by one, approved by another; with a time, approval schedules it."""
    author.goto(f"/district/{town.district.number}/")
    author.get_by_role("link", name="Write a post for this page").click()
    author.locator("[name=text]").fill(text)
    author.locator("[name=link]").fill("https://www.testville.example/harbor-street")
    choose(author, "targets", str(town.account.pk))
    if for_at:
        local = for_at.astimezone(city_zone())
        author.locator("[name=scheduled_for]").fill(local.strftime("%Y-%m-%dT%H:%M"))
    if pictured:
        body = base64.b64decode(picture(3))
        author.locator("[name=picture_1]").set_input_files(
            {"name": "IMG_1.png", "mimeType": "image/png", "buffer": body}
        )
        author.locator("[name=alt_1]").fill(ALT)
        look(author, "composer")
    return submitted_and_approved(author, approver)


def submitted_and_approved(author: Page, approver: Page) -> Post:
    before = Post.objects.count()
    press(author, "Save and ask for approval")
    until(lambda: Post.objects.count() > before, what="the post to be saved")
    says(author, "waiting for approval")
    post = Post.objects.order_by("-pk").first()
    assert post is not None
    author.goto(f"/posts/{post.pk}/approve/")
    expect(author.locator("main")).not_to_contain_text("Approve it")
    approver.goto(f"/posts/{post.pk}/approve/")
    look(approver, "approve")
    press(approver, "Approve it")
    post.refresh_from_db()
    assert post.status in (Post.Status.SCHEDULED, Post.Status.APPROVED), approver.inner_text("main")
    return post


def publish_now(page: Page, post: Post) -> None:
    page.goto(f"/posts/{post.pk}/publish/")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(f"**/posts/{post.pk}/")


def sent(post: Post, count: int) -> bool:
    stopped = post.dispatches.filter(status__in=Dispatch.STOPPED)
    assert not stopped.exists(), [(one.status, one.error) for one in stopped]
    return post.dispatches.filter(status=Dispatch.Status.SENT).count() == count


def it_stands_once(page: Page, town: Town, post: Post) -> None:
    text = Post.objects.get(pk=post.pk).revision.text
    page.goto("/district/3/")
    says(page, text)
    assert page.get_by_alt_text(ALT).count() == 1
    look(page, "district")
    page.goto(f"/official/{post.pk}/")
    says(page, text)
    feed = page.request.get(f"/office/{town.district.slug}/posts.atom")
    assert text in feed.text()
    until(lambda: sum(text in one for one in texts(town)) == 1)


def ask(town: Town, name: str, **params: Any) -> dict[str, Any]:
    """Ask the network as the account's owner. A busy machine's network drops a connection now and then."""
    for _ in range(3):
        try:
            return town.on_network.ask(name, **params)
        except httpx.TransportError as problem:
            dropped = problem
    raise dropped


def texts(town: Town) -> list[str]:
    """What stands on the network, as the network tells it."""
    feed = ask(town, "app.bsky.feed.getAuthorFeed", actor=town.on_network.did, limit=50)["feed"]
    return [one["post"]["record"]["text"] for one in feed]


def replies(town: Town, uri: str) -> set[str]:
    thread = ask(town, "app.bsky.feed.getPostThread", uri=uri, depth=6)["thread"]
    return {one["post"]["record"]["text"] for one in thread.get("replies", []) if "post" in one}


def hidden(town: Town, uri: str) -> list[str]:
    """The replies that the post's threadgate hides, from the account's own repository."""
    answer = ask(
        town, "com.atproto.repo.listRecords", repo=town.on_network.did, collection="app.bsky.feed.threadgate"
    )
    gates = [one["value"] for one in answer["records"] if one["value"]["post"] == uri]
    return gates[0].get("hiddenReplies", []) if gates else []


def blocked(town: Town) -> list[str]:
    return [one["did"] for one in ask(town, "app.bsky.graph.getBlocks")["blocks"]]


def capture(town: Town) -> None:
    """The next visit of the worker, asked for by the account's people."""
    before = town.account.captures.filter(finished_at__isnull=False).count()
    try:
        open_capture(town.account, cause=Capture.Cause.SCHEDULE, by=ARCHIVIST, at=timezone.now())
    except CaptureRefused:
        # One is under way already, and may have begun too early: the one after it counts.
        until(lambda: not town.account.captures.open().exists(), what="the capture under way")
        before = town.account.captures.filter(finished_at__isnull=False).count()
        open_capture(town.account, cause=Capture.Cause.SCHEDULE, by=ARCHIVIST, at=timezone.now())
    until(lambda: town.account.captures.filter(finished_at__isnull=False).count() > before, what="a capture")
    last = town.account.captures.order_by("-finished_at").first()
    assert last is not None
    assert last.status == Capture.Status.DONE, last.error


# -- elections -----------------------------------------------------------------------------------------


def the_clerk_enters_the_facts(page: Page, town: Town, silent_from) -> Blackout:
    """Rules loaded and confirmed, the seat recorded as up; papers circulate from a day that an order names."""
    page.goto("/elections/")
    if not Rule.objects.exists():
        press(page, "Load Wisconsin’s statutes")
    year = silent_from.year + (1 if silent_from.month > 2 else 0)
    page.goto("/elections/record/")
    page.locator("[name=kind]").select_option("spring")
    page.locator("[name=year]").fill(str(year))
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/elections/")
    look(page, "elections")
    election = Election.objects.get()
    for key in NEEDED[Election.Kind.SPRING]:
        rule = Rule.objects.filter(key=key, proposed=False).governing(election.governed_on).get()
        page.goto(f"/elections/{election.pk}/rules/{rule.pk}/confirm/")
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_url(f"**/elections/{election.pk}/")
    page.goto(f"/elections/{election.pk}/circulation/")
    page.locator("[name=circulation_on]").fill(silent_from.isoformat())
    page.locator("[name=note]").fill(BY_ORDER)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(f"**/elections/{election.pk}/")
    page.goto(f"/elections/{election.pk}/seats/record/")
    page.locator("[name=seat]").select_option(str(town.seat.pk))
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(f"**/elections/{election.pk}/")
    look(page, "election")
    blackout = Blackout.objects.get(candidacy__person=town.people["alder"])
    page.goto(f"/blackouts/{blackout.pk}/")
    for words in ("11.1205", "11.33", BY_ORDER, "presumed a candidate"):
        says(page, words)
    look(page, "blackout")
    return blackout


def done(blackout: Blackout, kind: str) -> bool:
    step = blackout.steps.get(kind=kind)
    assert not step.error, step.error
    return step.status == BlackoutStep.Status.DONE


def the_officer_sees(page: Page, words: str) -> None:
    page.goto("/")
    says(page, words)
    look(page, "home")


def the_composer_refuses(page: Page, town: Town) -> None:
    page.goto(f"/posts/new/{town.district.pk}/")
    page.locator("[name=text]").fill("Please vote for me.")
    press(page, "Save and ask for approval")
    for words in ("must be silent", "11.1205", "candidate"):
        says(page, words)
    look(page, "silent-composer")


def links_are_gone(page: Page, town: Town) -> None:
    page.goto("/district/3/")
    says(page, "Links to social media are not shown now")
    expect(page.locator("main")).not_to_contain_text(town.account.handle)
    assert not page.locator(f"a[href='{town.account.url}']").count()
    look(page, "district-silent")
    page.goto("/find/")
    assert not page.locator(f"a[href='{town.account.url}']").count()
    says(page, "may be a candidate")
    look(page, "find-silent")
    assert town.account.url not in page.request.get("/api/accounts/").text()


def links_return(page: Page, town: Town) -> None:
    for path in ("/district/3/", "/find/"):
        page.goto(path)
        assert page.locator(f"a[href='{town.account.url}']").count(), path


def close_incident(page: Page, incident: Incident) -> None:
    page.goto(f"/incidents/{incident.pk}/")
    says(page, incident.text)
    look(page, "incident")
    page.goto(f"/incidents/{incident.pk}/close/")
    page.locator("[name=finding]").fill("Posted from a telephone; access was taken away.")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(f"**/incidents/{incident.pk}/")


def answer_a_constituent(author: Page, approver: Page, town: Town, uri: str) -> Post:
    """From the comment, with the archived message attached as the evidence."""
    case = Case.objects.get(record__platform_item_id=uri)
    author.goto(f"/comments/{case.pk}/")
    author.get_by_role("link", name="Answer it in a post").click()
    expect(author.locator("[name=record]")).to_have_value(str(case.record_id))
    author.locator("[name=text]").fill("The crossing at the school opens on Friday.")
    choose(author, "targets", str(town.account.pk))
    look(author, "answer")
    post = submitted_and_approved(author, approver)
    assert post.revision.record_id == case.record_id
    publish_now(author, post)
    return post


def official_business(author: Page, approver: Page, town: Town) -> Post:
    author.goto(f"/posts/new/{town.district.pk}/")
    author.locator("[name=text]").fill("The polling place of District 3 moves to the library.")
    choose(author, "targets", str(town.account.pk))
    author.locator("summary", has_text="While the office must be silent").click()
    author.locator("[name=exemption]").select_option("official_business")
    author.locator("[name=citation]").fill("Wis. Stat. 5.25(3)")
    post = submitted_and_approved(author, approver)
    publish_now(author, post)
    return post


# -- proof ---------------------------------------------------------------------------------------------


def the_auditor_reads_it_all(page: Page, town: Town, decision: Decision) -> None:
    page.goto(f"/accounts/{town.account.pk}/")
    for words in ("activated", "silence"):
        says(page, words)
    look(page, "account")
    page.goto(f"/comments/{decision.case_id}/")
    for words in ("Mona Moderator", "Attila Attorney", "Abel Appeals", decision.record_hash[:16]):
        says(page, words)
    look(page, "case-history")
    page.goto(f"/records/{decision.record_id}/")
    says(page, "useless alder")
    look(page, "evidence")
