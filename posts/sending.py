"""Sending one delivery: claim, commit, ask the gate, call the platform outside any transaction, commit.

A worker can die at every step. Before the call nothing has left; during and after it the platform may have
the post, and `called_at` says so: whoever takes the delivery up again reads back under its key first.
"""

import contextlib
import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any

from django.db import OperationalError

from accounts.actions.connection_health import connection_answered, connection_failed, refuse_connection
from accounts.models import Connection
from accounts.platforms import BadCredentials, PlatformError, RateLimited, Unreachable, WrongAccount
from city.refusals import Stale
from posts import outlet, rules
from posts.actions import delivery
from posts.actions.delivery import LEASE, MOST_ATTEMPTS, LeaseLost
from posts.models import Dispatch
from posts.outlet import Outlet, Shown, Stopped
from posts.permissions import SENDER
from posts.silences import quiets

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]
Opener = Callable[..., AbstractContextManager[Outlet]]
Failure = Dispatch.Failure


def send_dispatch(
    dispatch_id: int, *, worker: str, clock: Clock, lease: timedelta = LEASE, opened: Opener = outlet.opened
) -> Dispatch | None:
    """Deliver once, or leave a row that says why not. Returns the row as it is then; None if another has it."""
    dispatch = delivery.claim_dispatch(dispatch_id, worker=worker, at=clock(), lease=lease)
    if dispatch is None:
        return None
    try:
        if dispatch.account_id is None:
            delivery.publish_on_website(dispatch, at=clock())
        else:
            _to_network(dispatch, clock, opened)
    except LeaseLost:
        logger.warning("dispatch %s went on without this worker", dispatch_id)
    except OperationalError:
        raise  # the database is away: the lease runs out, and the sweep takes it up
    except Exception:
        logger.exception("dispatch %s failed on our side", dispatch_id)
        _try_again(
            dispatch, clock(), Failure.OURS, "Something failed on our side; it is in the worker’s log.", None
        )
    return Dispatch.objects.get(pk=dispatch_id)


def _to_network(dispatch: Dispatch, clock: Clock, opened: Opener) -> None:
    called_before = dispatch.called_at is not None
    if not called_before and _stopped_by_the_gate(dispatch, clock):
        return
    try:
        with opened(dispatch, **_until_the_end(dispatch, clock)) as platform:
            if called_before and _found(dispatch, platform.look(), clock):
                return
            if called_before and _stopped_by_the_gate(dispatch, clock):
                return
            delivery.note_call(dispatch, at=clock())
            shown = platform.publish()
    except Stopped as stop:
        delivery.put_back(dispatch, not_before=clock(), error=str(stop))
    except PlatformError as error:
        _after_an_error(dispatch, error, clock, opened)
    else:
        _found(dispatch, shown, clock, new=True)


def _stopped_by_the_gate(dispatch: Dispatch, clock: Clock) -> bool:
    at = clock()
    verdict = delivery.gate_now(dispatch, at)
    if not verdict.allowed:
        delivery.stop_dispatch(dispatch, verdict, at=at)
    return not verdict.allowed


def _until_the_end(dispatch: Dispatch, clock: Clock) -> dict[str, Any]:
    """How long requests may be made: neither past the lease nor into a silence, however long something hangs."""
    revision = dispatch.revision
    now = clock()
    exempt = revision.exemption != revision.Exemption.NONE
    silence = None if exempt else rules.next_silence(quiets(dispatch.post.office, dispatch.account, now), now)
    assert dispatch.lease_until is not None
    end = min(dispatch.lease_until, silence) if silence else dispatch.lease_until

    def must_stop() -> None:
        if clock() >= end:
            raise Stopped("It could not be finished in time; it is looked at again before anything is sent.")

    return {"must_stop": must_stop, "seconds": (end - now).total_seconds()}


def _found(dispatch: Dispatch, shown: Shown, clock: Clock, *, new: bool = False) -> bool:
    """Commit that the platform shows it. What cannot be known is an error, never an answer."""
    if shown.state == "unknown":
        raise Unreachable(f"Nobody could tell whether the post is there: {shown.reason}")
    if shown.state == "present":
        delivery.finish_dispatch(
            dispatch, at=clock(), item_id=shown.item_id, version=shown.version, url=shown.url, found=not new
        )
        _tell_connection(dispatch, None, clock())
    return shown.state == "present"


def _after_an_error(dispatch: Dispatch, error: PlatformError, clock: Clock, opened: Opener) -> None:
    """What is temporary is tried again. Before a permanent failure is told, we look whether it is there after all."""
    at = clock()
    _tell_connection(dispatch, error, at)
    if not error.permanent:
        failure = Failure.UNREACHABLE if isinstance(error, Unreachable | RateLimited) else Failure.PLATFORM
        _try_again(dispatch, at, failure, error.message, error.retry_after)
        return
    failure, words = _named(error), error.message
    if dispatch.called_at is not None and failure == Failure.PLATFORM:
        try:
            with opened(dispatch, **_until_the_end(dispatch, clock)) as platform:
                if _found(dispatch, platform.look(), clock):
                    return
        except (PlatformError, Stopped) as unclear:
            failure, words = Failure.UNCERTAIN, f"{words} Whether the post is there is not known: {unclear}"
    delivery.fail_dispatch(dispatch, at=clock(), failure=failure, error=words)


def _tell_connection(dispatch: Dispatch, error: PlatformError | None, at: datetime) -> None:
    """What a delivery learns of its account's connection stands on the account's page, as after a capture.

    Somebody may have connected it anew meanwhile: then what was learned here is of the old one.
    """
    connection = Connection.objects.select_related("account").filter(account=dispatch.account_id).first()
    if connection is None:
        return
    with contextlib.suppress(Stale):
        if error is None:
            connection_answered(connection, by=SENDER, at=at)
        elif isinstance(error, BadCredentials | WrongAccount):
            refuse_connection(connection, by=SENDER, at=at, error=error.message)
        elif isinstance(error, Unreachable) and connection.status != Connection.Status.REFUSED:
            connection_failed(connection, by=SENDER, at=at, error=error.message)


def _named(error: PlatformError) -> Failure:
    if isinstance(error, BadCredentials):
        return Failure.CREDENTIALS
    return Failure.WRONG_ACCOUNT if isinstance(error, WrongAccount) else Failure.PLATFORM


def _try_again(
    dispatch: Dispatch, at: datetime, failure: Failure, words: str, retry_after: float | None
) -> None:
    """Leave it for later, but not for ever: what cannot be sent in its time fails, and says whether it may be there."""
    then = at + rules.wait(dispatch.attempt, retry_after)
    if dispatch.attempt < MOST_ATTEMPTS and then <= dispatch.due_at + delivery.LATEST:
        delivery.put_back(dispatch, not_before=then, error=words)
        return
    if dispatch.called_at is not None:
        failure = Failure.UNCERTAIN
        words = f"{words} The platform may have taken it all the same: look at the account before it is sent again."
    delivery.fail_dispatch(dispatch, at=at, failure=failure, error=words)
