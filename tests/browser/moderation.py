"""What moderators, the public and the appeals officer do in the story."""

import re

from playwright.sync_api import Browser, Page

from comments.models import Appeal, Case, Decision
from policies.models import Ground
from tests.browser.acts import choose, look, press, says


def case_of(words: str) -> Case:
    return Case.objects.get(record__text__endswith=words)


def closed(case: Case) -> bool:
    case.refresh_from_db()
    failed = case.measures.filter(status="failed")
    assert not failed.exists(), [one.error for one in failed]
    return case.status == Case.Status.CLOSED


def ground(key: str) -> str:
    return str(Ground.objects.get(version__number=2, key=key).pk)


def open_case(page: Page, case: Case) -> None:
    page.goto("/comments/")
    page.goto(f"/comments/{case.pk}/")
    press(page, "Open it to decide")


def hide(page: Page, case: Case, key: str, facts: str) -> None:
    open_case(page, case)
    look(page, "case")
    form = page.locator("#decide form").first
    choose(page, "outcome", "hide")
    mark = form.locator(f"[name=ground][value='{ground(key)}']")
    form.locator(f"label[for='{mark.get_attribute('id')}']").click()
    form.locator("[name=facts]").fill(facts)
    form.get_by_role("button", name="Show what will happen").click()
    says(page, "What will be published")
    look(page, "what-will-happen")
    press(page, "Hide the comment and publish this")


def propose_block(page: Page, case: Case, key: str, facts: str) -> None:
    open_case(page, case)
    page.locator("summary", has_text="Propose a block").click()
    form = page.locator("form", has=page.locator("[name=days]")).first
    mark = form.locator(f"[name=ground][value='{ground(key)}']")
    form.locator(f"label[for='{mark.get_attribute('id')}']").click()
    form.locator("[name=facts]").fill(facts)
    form.get_by_role("button", name="Show what will happen").click()
    says(page, "What will be published")
    page.locator("form:has([name=step][value=confirm]) button[type=submit]").click()
    page.wait_for_url(f"**/comments/{case.pk}/")
    assert not page.get_by_role("link", name="Look at it and second it").count()


def second(page: Page, case: Case) -> None:
    page.goto(f"/comments/{case.pk}/")
    page.get_by_role("link", name="Look at it and second it").click()
    look(page, "second")
    press(page, "Second the block")
    page.wait_for_url(f"**/comments/{case.pk}/")


def appeal_on_a_telephone(browser: Browser, live_server, decision: Decision) -> str:
    """Without an account and without JavaScript. Returns the address of the private page."""
    context = browser.new_context(
        base_url=live_server.url, viewport={"width": 360, "height": 740}, java_script_enabled=False
    )
    page = context.new_page()
    page.goto("/decisions/")
    page.get_by_role("link", name=decision.reference).first.click()
    says(page, decision.ground_title)
    page.get_by_role("link", name=re.compile("appeal", re.IGNORECASE)).first.click()
    if page.locator("[name=reference]").input_value() == "":
        page.locator("[name=reference]").fill(decision.reference or "")
    page.locator("[name=text]").fill("I live here and I criticize my alder. Which rule is that against?")
    press(page, "Send the appeal")
    says(page, "We have received your appeal")
    says(page, "answer by")
    address = page.url
    context.close()
    assert Appeal.objects.filter(decision=decision).count() == 1
    return address


def somebody_else_reverses(page: Page, decision: Decision) -> None:
    page.goto("/appeal-desk/")
    page.get_by_role("link", name=decision.reference).first.click()
    choose(page, "outcome", "reversed")
    page.locator("[name=reasons]").fill("To criticize an official is no flooding, however often it is done.")
    look(page, "answer-appeal")
    press(page, "Answer the appeal")
    assert Appeal.objects.get(decision=decision).status == "reversed", page.inner_text("main")


def the_register_shows_both(page: Page, decision: Decision, private: str) -> None:
    page.goto("/decisions/")
    for one in Decision.objects.adverse():
        says(page, one.reference or "")
    look(page, "register")
    page.goto(f"/decisions/{decision.reference}/")
    says(page, "reversed")
    look(page, "decision")
    page.goto(private)
    says(page, "The network shows that it was taken back")
    look(page, "my-appeal")
