"""Carrying out one measure: claim, commit, look, act, look again, commit. "Done" is what the network shows.

A worker can die at every step: each act can be repeated without doing it twice, and the next worker looks first.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import OperationalError

from accounts.line import open_platform
from accounts.models import Connection
from accounts.platforms import MODULES, Bluesky, NotFound, PlatformError, Unreachable
from comments import rules
from comments.actions import measures
from comments.actions.measures import LEASE, LeaseLost
from comments.models import Measure

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]
Verb = Measure.Verb
NEWER = "A later decision says otherwise, so nothing was done."


def carry_out(measure_id: int, *, worker: str, clock: Clock, lease: timedelta = LEASE) -> Measure | None:
    """Carry out a measure, or leave a row that says why not. None if another worker has it."""
    measure = measures.claim_measure(measure_id, worker=worker, at=clock(), lease=lease)
    if measure is None:
        return None
    try:
        _carried_out(measure, clock)
    except LeaseLost:
        logger.warning("measure %s went on without this worker", measure_id)
    except PlatformError as error:
        _after_an_error(measure, error, clock)
    except OperationalError:
        raise  # the database is away: the lease runs out, and the sweep takes it up
    except Exception:
        logger.exception("measure %s failed on our side", measure_id)
        _again(measure, clock, "Something failed on our side; it is in the worker’s log.", None)
    return Measure.objects.get(pk=measure_id)


def _carried_out(measure: Measure, clock: Clock) -> None:
    if not measures.is_wanted(measure, clock()):
        measures.supersede_measure(measure, at=clock(), why=NEWER)
        return
    account = measure.account
    if account.platform.module not in MODULES or measure.verb not in MODULES[account.platform.module].can:
        raise PlatformError(
            f"Rostrum cannot do this on {account.platform}: do it there by hand.", permanent=True
        )
    if not Connection.objects.filter(account=account).exists():
        raise PlatformError(f"{account} is not connected: connect it, then try again.", permanent=True)

    def in_time() -> None:
        if measure.lease_until is None or clock() >= measure.lease_until:
            raise Unreachable("The platform answers too slowly; it is tried again.")

    with open_platform(account, stop=in_time) as platform:
        platform.whoami()
        if not shows(platform, measure):
            act(platform, measure, clock())
            if not shows(platform, measure):
                raise NotShownYet("The platform took it, but does not show it yet.")
    measures.finish_measure(measure, at=clock())


class NotShownYet(PlatformError):
    """It was accepted; the network follows some seconds later. It is looked for again."""


def shows(platform: Bluesky, measure: Measure) -> bool:
    """Whether the network shows what is wanted; never taken from what we asked for."""
    if measure.verb in (Verb.HIDE, Verb.UNHIDE):
        return (measure.target in platform.hidden(measure.root_id)) == (measure.verb == Verb.HIDE)
    blocked = any(one.author_id == measure.target for one in platform.blocked())
    return blocked == (measure.verb == Verb.BLOCK)


def act(platform: Bluesky, measure: Measure, at: datetime) -> None:
    if measure.verb == Verb.HIDE:
        platform.hide(measure.target, post_id=measure.root_id, at=at)
    elif measure.verb == Verb.UNHIDE:
        platform.unhide(measure.target, post_id=measure.root_id, at=at)
    elif measure.verb == Verb.BLOCK:
        platform.block(measure.target, at=at)
    else:
        platform.unblock(measure.target)


def _after_an_error(measure: Measure, error: PlatformError, clock: Clock) -> None:
    if error.permanent:
        _fail(measure, clock, error.message)
        return
    words = error.message
    if isinstance(error, NotFound):
        words = f"{words} If the post is gone for good, there is nothing left to do: give this up, saying so."
    _again(measure, clock, words, error.retry_after)


def _again(measure: Measure, clock: Clock, words: str, retry_after: float | None) -> None:
    """Leave it for later, but not for ever: in the end a person sees it."""
    if measure.attempt >= rules.MOST_ATTEMPTS:
        _fail(measure, clock, words)
        return
    measures.put_back(measure, not_before=clock() + rules.wait(measure.attempt, retry_after), error=words)


def _fail(measure: Measure, clock: Clock, words: str) -> None:
    try:
        measures.fail_measure(measure, at=clock(), error=words)
    except LeaseLost:
        logger.warning("measure %s went on without this worker", measure.pk)
