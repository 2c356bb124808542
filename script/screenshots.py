"""Makes the README's two pictures from the running demonstration: script/server first, then this, in the venv.

.venv/bin/python script/screenshots.py [http://localhost:8000]
"""

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "images"
WIDTH, HEIGHT = 1280, 860


def main(site: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not found:
        sys.exit("No Chromium: install it, or name one in CHROMIUM.")
    flags = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=found, args=flags)
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        sign_in(page, site, "officer")
        page.screenshot(path=PICTURES / "home.png")
        page.goto(f"{site}/accounts/?q=District+3&platform=")
        page.locator("main table a").first.click()
        page.wait_for_load_state("networkidle")
        page.screenshot(path=PICTURES / "account.png")
        browser.close()


def sign_in(page: Page, site: str, role: str) -> None:
    """The demonstration tells the password on its own page, and the code on the page that asks for it."""
    page.goto(f"{site}/demonstration/")
    password = page.locator("main p strong").first.inner_text()
    email = page.locator("td", has_text=f"{role}@").first.inner_text()
    page.goto(f"{site}/sign-in/login/")
    page.locator("[name=login]").fill(email)
    page.locator("[name=password]").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.locator("[name=code]").fill(page.locator(".rostrum-code").inner_text())
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{site}/")


if __name__ == "__main__":
    main(*(sys.argv[1:] or ["http://localhost:8000"]))
