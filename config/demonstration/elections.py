"""The coming spring election of Marlow Bay: its rules confirmed, the seats that are up, and who must be silent."""

from datetime import datetime, timedelta

from django.db import transaction

from city.models import Seat
from config.demonstration.city import person, spring_year
from elections.actions.blackouts import WATCH
from elections.actions.candidacies import record_noncandidacy
from elections.actions.elections import record_election, record_seat_up
from elections.actions.rules import confirm_rule
from elections.actions.steps import take_step
from elections.models import BlackoutStep, Candidacy, Election
from elections.queries import NEEDED, law_for

#: How long ago the Clerk entered the election.
ENTERED_DAYS_AGO = 45
#: Who has filed a notice of noncandidacy, by district: free to speak.
LEAVES = 7


@transaction.atomic
def build_elections(*, now: datetime) -> None:
    """All odd districts are up; their holders are presumed candidates, but for one who does not stand again."""
    if Election.objects.exists():
        return
    clerk, at = person("clerk"), now - timedelta(days=ENTERED_DAYS_AGO)
    election = record_election(kind=Election.Kind.SPRING, year=spring_year(now.date()), by=clerk, at=at)
    law = law_for(election)
    for key in NEEDED[Election.Kind.SPRING]:
        confirm_rule(
            law.rules[key], election=election, by=clerk, at=at, note="Read at docs.legis.wisconsin.gov."
        )
    for seat in Seat.objects.filter(office__kind="district").order_by("office__number"):
        if seat.office.number is not None and seat.office.number % 2:
            record_seat_up(election, seat=seat, by=clerk, at=at + timedelta(hours=1))
    leaving = Candidacy.objects.get(election=election, contest__seat__office__number=LEAVES)
    filed = at + timedelta(days=12)
    record_noncandidacy(leaving, noncandidacy_on=filed.date(), by=clerk, at=filed)
    tell_people(now)


def tell_people(now: datetime) -> None:
    """What the worker would have told people by now, each at its own time."""
    for step in BlackoutStep.objects.due(now).order_by("due_at", "pk"):
        take_step(step, by=WATCH, at=step.due_at)
