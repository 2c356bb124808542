"""What a platform does wrong is seen by a person, and never becomes a record."""

from datetime import timedelta

import pytest

from accounts.actions.connection_health import refuse_connection
from accounts.models import Account, Connection
from accounts.platforms.practice.state import PROFILE
from city.models import Entry
from records.actions.capture import (
    ARCHIVIST,
    CaptureRefused,
    due_accounts,
    open_capture,
    open_due_captures,
)
from records.models import Capture, Record
from records.rules import LONGEST_WAIT, wait_after
from records.warc import answers
from tests.records.factories import capture, later, make_account, make_resident, now, write

pytestmark = pytest.mark.django_db

FEED = "getAuthorFeed"


@pytest.fixture
def parks_account(network):
    account = make_account(network)
    post = write(network, account.native_id, "Hello")
    write(network, make_resident(network), "Hi", to=post)
    return account


def connection_of(account) -> Connection:
    return Connection.objects.get(account=account)


@pytest.mark.parametrize("path", ["getSession", "getProfile", FEED, "getPostThread", "getBlocks"])
@pytest.mark.parametrize(
    "kind", ["login_page", "empty", "broken_json", "wrong_json", "redirect", "truncated"]
)
def test_an_answer_that_is_not_the_platforms_makes_no_record(network, parks_account, kind, path):
    network.fault(kind, path)
    failed = capture(parks_account)
    expected = ("unreachable",) if kind == "truncated" else ("not_the_platform",)
    assert (failed.status, failed.failure) == ("failed", *expected)
    assert "IT must look" in failed.error
    assert not Record.objects.exists()
    assert failed.last_record is None
    assert connection_of(parks_account).status == "failing"
    network.clear_faults()
    assert capture(parks_account).records_made == 3


def test_what_a_failed_capture_was_told_is_kept_as_evidence(network, parks_account, archive_folder):
    network.fault("login_page", FEED)
    failed = capture(parks_account)
    with (archive_folder / failed.warc.path).open("rb") as file:
        bodies = [answer.body for answer in answers(file)]
    assert any(b"Sign in to continue" in body for body in bodies)


def test_another_accounts_posts_are_never_kept_as_ours(network, parks_account):
    other = make_account(network)
    write(network, other.native_id, "Not yours")
    network.fault("other_account", FEED, other=other.handle, account=parks_account.handle)
    failed = capture(parks_account)
    assert (failed.status, failed.failure) == ("failed", "wrong_account")
    assert not Record.objects.exists()
    assert connection_of(parks_account).status == "refused"


def test_credentials_of_another_account_are_a_failure(network, parks_account):
    other = make_account(network)
    Connection.objects.filter(account=parks_account).update(identifier=other.handle)
    failed = capture(parks_account)
    assert failed.failure == "wrong_account"
    assert not Record.objects.exists()


def test_an_account_without_a_known_id_is_not_captured(network, parks_account):
    Account.objects.filter(pk=parks_account.pk).update(native_id="")
    assert capture(parks_account).failure == "wrong_account"


def test_refused_credentials_stop_captures_until_a_person_connects_again(network, parks_account):
    from city.secrets import encrypt

    Connection.objects.filter(account=parks_account).update(secret=encrypt("wrong"))
    failed = capture(parks_account)
    assert failed.failure == "credentials"
    connection = connection_of(parks_account)
    assert (connection.status, connection.error) == ("refused", failed.error)
    assert not due_accounts(later(days=30)).exists()
    with pytest.raises(CaptureRefused, match="connect it again"):
        open_capture(parks_account, cause="person", by=ARCHIVIST, at=later(days=30))
    verbs = set(Entry.objects.values_list("verb", flat=True))
    assert {"capture.failed", "connection.refused"} <= verbs


def test_a_rate_limited_account_waits_as_told_and_delays_no_other(network, parks_account):
    other = make_account(network)
    network.fault("rate_limit", FEED, account=parks_account.handle, retry_after=600)
    began = now()
    failed = capture(parks_account)
    assert failed.failure == "rate_limited"
    wait = connection_of(parks_account).not_before - began
    assert timedelta(seconds=600) <= wait < timedelta(seconds=660)
    assert connection_of(parks_account).status == "working"
    assert list(due_accounts(later(minutes=9))) == [other]
    assert capture(other).status == "done"
    assert parks_account in due_accounts(later(minutes=12))


def test_a_failure_that_lasts_is_told_once_and_asked_ever_less_often(network, parks_account):
    network.fault("error")
    waits = []
    for _ in range(4):
        began = now()
        assert capture(parks_account).failure == "unreachable"
        waits.append(connection_of(parks_account).not_before - began)
    assert waits == sorted(waits)
    assert Entry.objects.filter(verb="capture.failed").count() == 1
    assert Entry.objects.filter(verb="connection.failing").count() == 1
    network.clear_faults()
    assert capture(parks_account).status == "done"
    assert Entry.objects.filter(verb="connection.restored").count() == 1
    assert connection_of(parks_account).failures == 0


def test_waiting_after_failures_doubles_to_a_limit_and_is_the_accounts_own():
    assert wait_after(1, 7) == wait_after(1, 7) != wait_after(1, 8)
    for failures in range(1, 40):
        assert LONGEST_WAIT * 0.75 <= wait_after(failures, 3) <= LONGEST_WAIT or failures < 8
        assert wait_after(failures, 3) <= wait_after(failures + 2, 3) or failures >= 7


def test_a_picture_that_cannot_be_fetched_is_a_warning_and_tried_again(network, parks_account):
    from tests.records.factories import PNG

    write(network, parks_account.native_id, "Look", pictures=[(PNG, "A pool")])
    network.fault("error", "getBlob")
    done = capture(parks_account)
    assert done.status == "done"
    assert "could not be fetched" in done.warnings[0]
    assert not Record.objects.filter(kind="media").exists()
    network.clear_faults()
    capture(parks_account)
    assert Record.objects.filter(kind="media").count() == 1


def test_a_failure_on_our_side_is_shown_and_stops_no_other_account(network, parks_account, settings):
    settings.CREDENTIAL_KEYS = ["Zm9vYmFyYmF6Zm9vYmFyYmF6Zm9vYmFyYmF6Zm9vYmE="]
    failed = capture(parks_account)
    assert (failed.failure, failed.status) == ("ours", "failed")
    assert "worker's log" in failed.error


def test_captures_are_opened_when_the_interval_of_an_account_is_over(network, parks_account):
    assert open_due_captures(by=ARCHIVIST, at=now()) == 1
    assert Capture.objects.get().cause == "connected"
    assert open_due_captures(by=ARCHIVIST, at=now()) == 0
    Capture.objects.all().delete()
    capture(parks_account)
    assert open_due_captures(by=ARCHIVIST, at=later(minutes=14)) == 0
    assert open_due_captures(by=ARCHIVIST, at=later(minutes=16)) == 1


def test_retired_accounts_are_not_captured(network, parks_account):
    Account.objects.filter(pk=parks_account.pk).update(status="retired", retired_at=now())
    assert not due_accounts(later(days=1)).exists()


def test_a_person_may_ask_for_a_capture_and_nobody_else(network, parks_account, officer, moderator, auditor):
    from city.refusals import NotAllowed

    for person in (moderator, auditor):
        with pytest.raises(NotAllowed):
            open_capture(parks_account, cause="person", by=person, at=now())
    assert open_capture(parks_account, cause="person", by=officer, at=now()).asked_by == officer


def test_a_refused_connection_stays_refused(network, parks_account):
    connection = connection_of(parks_account)
    refuse_connection(connection, by=ARCHIVIST, at=now(), error="No")
    refuse_connection(connection, by=ARCHIVIST, at=now(), error="Still no")
    assert Entry.objects.filter(verb="connection.refused").count() == 1


def test_the_same_profile_with_other_words_is_a_new_version(network, parks_account):
    capture(parks_account)
    did = parks_account.native_id
    network.state.put(
        f"at://{did}/{PROFILE}/self", {"$type": PROFILE, "displayName": "Parks", "description": "New"}
    )
    capture(parks_account)
    versions = Record.objects.filter(kind="profile").order_by("version")
    assert [record.text for record in versions] == ["Parks", "Parks\nNew"]
