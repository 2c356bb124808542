"""A spring election in which the seat of District 3 is up, with its alder's account."""

from datetime import UTC, date, datetime

import pytest

from accounts.models import Account, Platform
from city.models import Seat, Term
from elections.actions.elections import record_election, record_seat_up
from elections.actions.rules import load_rules
from elections.models import Blackout, Rule

#: Oct 1, 2026: well before the spring election of 2027.
EARLY = datetime(2026, 10, 1, 15, 0, tzinfo=UTC)


def make_account(office, handle="district3", **changes) -> Account:
    platform, _ = Platform.objects.get_or_create(
        slug="bluesky", defaults={"name": "Bluesky", "status": "approved", "module": "bluesky"}
    )
    fields = {
        "platform": platform,
        "office": office,
        "name": f"{office} on Bluesky",
        "handle": handle,
        "native_id": f"did:plc:{handle}",
        "url": f"https://bsky.app/profile/{handle}",
        "status": "active",
        "created_at": EARLY,
        "active_since": EARLY,
    }
    return Account.objects.create(**(fields | changes))


@pytest.fixture
def rules(clerk) -> list[Rule]:
    return load_rules(by=clerk, at=EARLY)


@pytest.fixture
def seat(district_3) -> Seat:
    return Seat.objects.create(
        office=district_3, title="District 3 alder", term_years=2, first_election_year=2025
    )


@pytest.fixture
def term(seat, alder) -> Term:
    return Term.objects.create(
        seat=seat, person=alder, starts_on=date(2025, 4, 15), ends_on=date(2027, 4, 20)
    )


@pytest.fixture
def account(district_3) -> Account:
    return make_account(district_3)


@pytest.fixture
def election(rules, clerk):
    return record_election(kind="spring", year=2027, by=clerk, at=EARLY)


@pytest.fixture
def contest(election, seat, term, account, clerk):
    return record_seat_up(election, seat=seat, by=clerk, at=EARLY)


@pytest.fixture
def candidacy(contest):
    return contest.candidacies.get()


@pytest.fixture
def blackout(candidacy) -> Blackout:
    return candidacy.blackout
