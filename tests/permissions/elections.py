"""The pages of elections: everybody with a role reads when to be silent; the Clerk enters the facts."""

from datetime import date

from city.models import Seat, Term
from city.roles import Role
from elections.actions.elections import record_election, record_seat_up
from elections.actions.incidents import report_incident
from elections.actions.rules import load_rules
from tests.conftest import NOW
from tests.elections.conftest import make_account
from tests.permissions import Page, public


def build(world):
    clerk = world.people[Role.CLERK]
    rules = load_rules(by=clerk, at=NOW)
    world.election_rule = next(rule for rule in rules if rule.key == "spring_papers" and not rule.proposed)
    seat = Seat.objects.create(office=world.district, title="District 3 alder", first_election_year=2025)
    Term.objects.create(seat=seat, person=world.people[Role.ALDER], starts_on=date(2025, 4, 15))
    account = make_account(world.district, "silent3")
    world.election = record_election(kind="spring", year=2027, by=clerk, at=NOW)
    world.contest = record_seat_up(world.election, seat=seat, by=clerk, at=NOW)
    world.candidacy = world.contest.candidacies.get()
    world.blackout = world.candidacy.blackout
    world.incident = report_incident(
        world.blackout,
        account=account,
        native_id="at://x",
        posted_at=world.blackout.starts_at,
        by=clerk,
        at=world.blackout.starts_at,
    )


def election(world):
    return [world.election.pk]


def candidacy(world):
    return [world.candidacy.pk]


def blackout(world):
    return [world.blackout.pk]


def incident(world):
    return [world.incident.pk]


CLERK = frozenset({Role.CLERK})
LAW = frozenset({Role.CLERK, Role.ATTORNEY})
WATCH = LAW | {Role.OFFICER}

PAGES = {
    "elections:list_elections": Page(),
    "elections:record_election": Page(CLERK),
    "elections:list_rules": Page(),
    "elections:add_rule": Page(LAW),
    "elections:load_rules": Page(LAW | {Role.ADMINISTRATOR}, answer=302, method="post"),
    "elections:see_election": Page(args=election),
    "elections:set_circulation": Page(CLERK, args=election),
    "elections:confirm_rule": Page(LAW, args=lambda world: [world.election.pk, world.election_rule.pk]),
    "elections:record_seat_up": Page(CLERK, args=election),
    "elections:record_candidacy": Page(CLERK, args=election),
    "elections:record_seat_primary": Page(CLERK, args=lambda world: [world.contest.pk]),
    "elections:see_candidacy": Page(args=candidacy),
    "elections:record_filing": Page(CLERK, args=candidacy),
    "elections:record_noncandidacy": Page(CLERK, args=candidacy),
    "elections:record_no_filing": Page(CLERK, args=candidacy),
    "elections:record_withdrawal": Page(CLERK, args=candidacy),
    "elections:record_primary_result": Page(CLERK, args=candidacy),
    "elections:enter_dates": Page(CLERK, args=candidacy),
    "elections:list_blackouts": Page(),
    "elections:explain_blackout": Page(args=blackout),
    "elections:blackout_notice": public(args=blackout),
    "elections:report_incident": Page(WATCH, args=blackout),
    "elections:list_incidents": Page(),
    "elections:see_incident": Page(args=incident),
    "elections:close_incident": Page(LAW, args=incident),
}
