"""A worker's run of one capture: claim, visit outside any transaction, then one commit.

Whoever is killed here leaves a lease that runs out, and files that no row names; nothing half-written.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from celery.exceptions import SoftTimeLimitExceeded
from django.db import DatabaseError, InterfaceError, OperationalError

from accounts.line import open_platform
from accounts.models import Connection
from accounts.platforms import (
    MODULES,
    BadCredentials,
    NotThePlatform,
    PlatformError,
    RateLimited,
    Unreachable,
    WrongAccount,
)
from records import archive
from records.actions.capture import (
    ARCHIVIST,
    LEASE,
    LeaseLost,
    claim_capture,
    fail_capture,
    finish_capture,
    renew_lease,
)
from records.actions.keeping import Found, heads_of
from records.models import Capture
from records.visit import Visit
from records.warc import Writer

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]
TOOL = "Rostrum 0.1"
#: A visit that takes longer is ended: one stuck account must not hold a worker for ever.
LONGEST_VISIT = timedelta(minutes=25)

#: Kind of error → failure and what to do about it, the first that fits.
FAILURES: tuple[tuple[type[PlatformError], str, str], ...] = (
    (
        BadCredentials,
        Capture.Failure.CREDENTIALS,
        "Whoever holds the account's password must connect it again; no capture is tried until then.",
    ),
    (
        WrongAccount,
        Capture.Failure.WRONG_ACCOUNT,
        (
            "Nothing of it was kept as this account's. The Social Media Officer must check the account's id "
            "and connect it again."
        ),
    ),
    (
        RateLimited,
        Capture.Failure.RATE_LIMITED,
        "Nobody has to act: the capture is tried again by itself then.",
    ),
    (
        NotThePlatform,
        Capture.Failure.NOT_THE_PLATFORM,
        "It is tried again by itself. If it lasts, IT must look whether something stands between us and the platform.",
    ),
    (
        Unreachable,
        Capture.Failure.UNREACHABLE,
        "It is tried again by itself. If it lasts, IT must look at the network.",
    ),
)


def run_capture(
    capture: Capture,
    *,
    worker: str,
    clock: Clock,
    lease: timedelta = LEASE,
    longest: timedelta = LONGEST_VISIT,
) -> Capture | None:
    """Claim the capture and carry it out. Returns it ended, or None when another worker has it."""
    claimed = claim_capture(capture, worker=worker, at=clock(), lease=lease)
    if claimed is None:
        return None
    try:
        with archive.unfinished() as file:
            return _carried_out(claimed, file, clock=clock, lease=lease, longest=longest)
    except LeaseLost:
        log.warning("%s: the lease was lost, nothing was written", claimed)
        return None


def _carried_out(capture: Capture, file, *, clock: Clock, lease: timedelta, longest: timedelta) -> Capture:
    about = {
        "software": f"{TOOL} (warcio)",
        "format": "WARC File Format 1.1",
        "isPartOf": f"capture {capture.pk}",
    }
    warc = Writer(file, about=about)
    try:
        found = _visited(capture, warc, clock=clock, lease=lease, longest=longest)
        kept = archive.keep(file, room="warc", suffix=".warc.gz")
        return finish_capture(capture, found, kept, by=ARCHIVIST, at=clock())
    except (LeaseLost, OperationalError, InterfaceError):
        raise  # not ours to write, or nobody to write to: the sweep begins anew when the lease has run out
    except PlatformError as error:
        failure, sentence = failure_of(error)
        retry_after = error.retry_after
    except SoftTimeLimitExceeded:
        failure, retry_after = Capture.Failure.UNREACHABLE, None
        sentence = (
            "The platform answers so slowly that the visit had to be ended. It is tried again by itself."
        )
    except Exception as error:
        # Whatever went wrong on our side must be seen by a person, and must not stop the next account.
        log.exception("%s failed", capture)
        failure, retry_after = Capture.Failure.OURS, None
        what = (
            "the database refused what was found"
            if isinstance(error, DatabaseError)
            else type(error).__name__
        )
        sentence = (
            f"Something failed on our side ({what}). Nothing was written; it is tried again by itself. "
            "Whoever runs the server finds the details in the worker's log."
        )
    partly = archive.keep(file, room="warc", suffix=".warc.gz") if warc.places else None
    return fail_capture(
        capture, failure, sentence, by=ARCHIVIST, at=clock(), retry_after=retry_after, warc=partly
    )


def _visited(capture: Capture, warc: Writer, *, clock: Clock, lease: timedelta, longest: timedelta) -> Found:
    account = capture.account
    module = account.platform.module
    if not Connection.objects.filter(account=account).exists():
        raise PlatformError("The account was disconnected before it could be read.", permanent=True)
    if module not in MODULES:
        raise PlatformError(f"Rostrum cannot read {account.platform} yet.", permanent=True)
    if not account.native_id:
        # Without the id nobody could tell whose posts answer.
        raise WrongAccount(f"The registry does not say which account {account.handle} is.")
    found = Found(
        heads=heads_of(account),
        settings={
            "account_history": account.history.values_list("history_id", flat=True).first(),
            "connection": account.connection.pk,
            "service_url": account.connection.service_url,
        },
        method=f"api:{module}",
        tool=TOOL,
    )
    before = Capture.objects.filter(account=account, status=Capture.Status.DONE).order_by("-finished_at")
    visit = Visit(
        found,
        warc,
        our_id=account.native_id,
        last_visit=before.values_list("started_at", flat=True).first(),
        clock=clock,
        progress=Heartbeat(capture, clock=clock, lease=lease, longest=longest),
    )
    with open_platform(account, recorder=visit.record, stop=visit.still_wanted) as platform:
        visit.read(platform)
    return found


class Heartbeat:
    """Says now and then that the worker is alive, so that its lease holds; ends a visit that takes too long."""

    def __init__(self, capture: Capture, *, clock: Clock, lease: timedelta, longest: timedelta) -> None:
        self._capture = capture
        self._clock = clock
        self._lease = lease
        self._ends = time.monotonic() + longest.total_seconds()
        self._next = 0.0
        self._longest = longest

    def __call__(self, step: str, items_seen: int) -> None:
        """Raises LeaseLost when the capture is another worker's now, Unreachable when the visit's time is over."""
        now = time.monotonic()
        if now > self._ends:
            minutes = round(self._longest.total_seconds() / 60)
            raise Unreachable(f"The visit took more than {minutes} minutes.")
        if now < self._next:
            return
        # A quarter of the lease, so that one slow exchange between two beats does not lose it.
        self._next = now + self._lease.total_seconds() / 4
        renew_lease(self._capture, at=self._clock(), step=step, items_seen=items_seen, lease=self._lease)


def failure_of(error: PlatformError) -> tuple[str, str]:
    """The class of failure, and a sentence that says what happened and who must act."""
    for kind, failure, to_do in FAILURES:
        if isinstance(error, kind):
            return failure, f"{error.message} {to_do}"
    to_do = "It is tried again by itself; if it lasts, ask whoever runs Rostrum."
    return Capture.Failure.PLATFORM, f"{error.message} {to_do}"
