"""What of elections needs somebody now, each with exactly the rows that it counts."""

from datetime import datetime, timedelta

from django.urls import reverse

from city.clock import day_of
from city.findings import Finding, Severity
from city.models import User
from city.times import told
from elections.models import Blackout, Incident
from elections.pages import late_steps, running_or_near, unanswered_filings, waiting_for_confirmation
from elections.permissions import (
    can_close_incident,
    can_confirm_rule,
    can_record_candidacy,
    can_report_incident,
)
from elections.queries import city_zone


def rules_to_confirm(user: User, at: datetime) -> Finding | None:
    """Rules that nobody has answered for yet, for the elections to come."""
    if not can_confirm_rule(user, None, at):
        return None
    waiting = waiting_for_confirmation(at)
    if not waiting:
        return None
    left = min(one.first_on for one in waiting) - day_of(at, city_zone())
    severity = Severity.NOW if left <= timedelta(days=30) else Severity.SOON
    return Finding(
        code="elections.rule_not_confirmed",
        title="rules to confirm for the next elections",
        title_one="rule to confirm for the next elections",
        severity=severity,
        count=len(waiting),
        url=f"{reverse('elections:list_elections')}#waiting",
        what_to_do="Read each at its source and confirm it, or enter what replaces it.",
    )


def blackouts_running(user: User, at: datetime) -> Finding | None:
    """Blackouts that run or begin within 30 days: for whoever answers for posts, and for who must be silent."""
    rows = running_or_near(Blackout.objects.visible_to(user, at), at)
    if not can_report_incident(user, None, at):
        rows = rows.filter(candidacy__person=user)
    first = rows.order_by("starts_at").values_list("starts_at", flat=True).first()
    if first is None:
        return None
    begins = f"The first {'began' if first <= at else 'begins'} {told(first)}."
    mine = "" if can_report_incident(user, None, at) else f"&person={user.pk}"
    return Finding(
        code="elections.blackout_running",
        title="blackouts that run or begin within 30 days",
        title_one="blackout that runs or begins within 30 days",
        severity=Severity.SOON,
        count=rows.count(),
        url=f"{reverse('elections:list_blackouts')}?state=running{mine}",
        what_to_do=f"{begins} Look at what is scheduled; links leave the city’s pages by themselves.",
    )


def canvass_awaited(user: User, at: datetime) -> Finding | None:
    """A primary is over and its canvass is not recorded: somebody may be silent for nothing."""
    if not can_record_candidacy(user, None, at):
        return None
    rows = Blackout.objects.visible_to(user, at).awaiting_canvass(at)
    return _of(
        rows.order_by("awaits_from").values_list("awaits_from", flat=True),
        code="elections.canvass_awaited",
        title="candidates whose primary is over and whose canvass is not recorded",
        title_one="candidate whose primary is over and whose canvass is not recorded",
        severity=Severity.NOW,
        url=f"{reverse('elections:list_blackouts')}?state=awaiting",
        what_to_do="Record what the board of canvassers determined.",
    )


def filings_to_record(user: User, at: datetime) -> Finding | None:
    """The deadline has passed and a holder is still only presumed a candidate."""
    if not can_record_candidacy(user, None, at):
        return None
    return _of(
        unanswered_filings(at).order_by("starts_at").values_list("starts_at", flat=True),
        code="elections.filing_not_recorded",
        title="presumed candidates of whom it is not recorded whether they filed",
        title_one="presumed candidate of whom it is not recorded whether they filed",
        severity=Severity.NOW,
        url=f"{reverse('elections:list_blackouts')}?state=unanswered",
        what_to_do="Record the filing, or that there was none: then the silence is released.",
    )


def incidents_open(user: User, at: datetime) -> Finding | None:
    if not can_close_incident(user, None, at) and not can_report_incident(user, None, at):
        return None
    return _of(
        Incident.objects.visible_to(user, at).open().order_by("found_at").values_list("found_at", flat=True),
        code="elections.incident_open",
        title="posts made past the gate during a blackout",
        title_one="post made past the gate during a blackout",
        severity=Severity.NOW,
        url=f"{reverse('elections:list_incidents')}?status=open",
        what_to_do="Find out how it was posted, and record what was done about it.",
    )


def steps_late(user: User, at: datetime) -> Finding | None:
    """Notices or snapshots that should have been done: the workers are not working."""
    if not can_report_incident(user, None, at):
        return None
    return _of(
        late_steps(Blackout.objects.visible_to(user, at), at)
        .order_by("starts_at")
        .values_list("starts_at", flat=True),
        code="elections.step_late",
        title="blackouts with a notice or snapshot that is late",
        title_one="blackout with a notice or snapshot that is late",
        severity=Severity.NOW,
        url=f"{reverse('elections:list_blackouts')}?state=late",
        what_to_do="The silence holds all the same. See whether the worker runs, and read the error on the page.",
    )


def _of(instants, **known) -> Finding | None:
    found = list(instants)
    return Finding(count=len(found), oldest_at=found[0], **known) if found else None


FINDINGS = [
    rules_to_confirm,
    blackouts_running,
    canvass_awaited,
    filings_to_record,
    incidents_open,
    steps_late,
]
