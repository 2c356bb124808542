"""The archive's pages, as people see them."""

import os
import shutil
from pathlib import Path

import pytest
from django.core.files.storage import storages

from accounts.platforms.practice import PracticeNetwork
from records.actions.capture import ARCHIVIST
from records.actions.checkpoint import make_checkpoint
from records.actions.verification import open_verification, run_verification
from records.models import Record
from tests.browser.conftest import accessibility_faults
from tests.records.factories import PNG, capture, hide_reply, make_account, make_resident, now, rewrite, write


@pytest.fixture
def archived(transactional_db, tmp_path, officer):
    """An account with a thread in which something was edited, hidden and deleted, sealed and verified."""
    shutil.rmtree(storages["archive"].location, ignore_errors=True)
    with PracticeNetwork(tmp_path / "practice") as network:
        account, other = make_account(network), make_account(network)
        resident = make_resident(network)
        post = write(
            network, account.native_id, "The pool opens on Monday at nine.", pictures=[(PNG, "An empty pool")]
        )
        edited = write(network, resident, "Is the small pool open too?", to=post)
        gone = write(network, resident, "You are all fools", to=post)
        capture(account)
        rewrite(network, edited, "Is the children's pool open too, please?")
        network.state.delete(gone)
        hide_reply(network, post, write(network, resident, "Buy my things", to=post))
        capture(account)
        network.fault("login_page", account=other.handle)
        capture(other)
    make_checkpoint(by=ARCHIVIST, at=now())
    run_verification(open_verification(by=officer, at=now()), by=ARCHIVIST, clock=now)
    return account, Record.objects.get(platform_item_id=edited, version=2)


@pytest.mark.parametrize("width", [360, 1280])
def test_the_archives_pages_can_be_used_by_everybody(archived, as_person, officer, width):
    account, record = archived
    page = as_person(officer, width=width)
    for name, path in {
        "records": "/records/",
        "record": f"/records/{record.pk}/",
        "captures": "/captures/",
        "account": f"/accounts/{account.pk}/archive/",
        "proof": "/archive/proof/",
        "checkpoints": "/archive/checkpoints/",
    }.items():
        page.goto(path)
        assert accessibility_faults(page) == [], path
        if folder := os.environ.get("ROSTRUM_SCREENSHOTS"):
            page.screenshot(path=Path(folder) / f"records-{name}-{width}.png", full_page=True)
