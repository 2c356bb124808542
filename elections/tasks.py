"""The blackout watch: what is due outwards is done here. Nobody is silent, or free, because of it."""

import logging

from celery import shared_task
from django.utils import timezone

from elections.actions.blackouts import WATCH, recompute_blackout
from elections.actions.incidents import find_incidents
from elections.actions.steps import fail_step, take_step
from elections.models import Blackout, BlackoutStep

logger = logging.getLogger(__name__)


@shared_task
def take_due_steps() -> None:
    """Do what has come due, each step in its own transaction: one that fails does not hold up the others."""
    for step in BlackoutStep.objects.due(timezone.now()):
        try:
            take_step(step, by=WATCH, at=timezone.now())
        except Exception as error:
            logger.exception("step %s of a blackout failed", step.pk)
            fail_step(step, error=f"{type(error).__name__}: {error}")


@shared_task
def follow_facts() -> None:
    """Let silences follow what changed beside them: a new account of an office, a term that ended."""
    at = timezone.now()
    for blackout in Blackout.objects.exclude(pk__in=Blackout.objects.over(at)).select_related("candidacy"):
        recompute_blackout(blackout.candidacy, by=WATCH, at=at)


@shared_task
def watch_for_incidents() -> None:
    """Report what was posted past the gate."""
    find_incidents(by=WATCH, at=timezone.now())
