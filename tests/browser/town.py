"""The town of the story: its people, its policies' first versions, and an account on the local Bluesky network."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import time_machine
from celery.signals import before_task_publish
from django.utils import timezone

from accounts.actions.accounts import activate_account, add_account
from accounts.actions.administrators import add_administrator, attest_second_factor
from accounts.actions.connections import connect_account
from accounts.actions.platforms import seed_platforms
from accounts.models import Account, Platform
from city.actors import SystemActor
from city.clock import day_of
from city.models import Office, Seat, Term, User
from city.roles import Role
from elections.queries import city_zone
from policies import actions as policies
from policies import presets
from policies.models import Version
from tests.browser.conftest import give_second_factor
from tests.conftest import make_city, make_office, make_user
from tests.network.fixtures import BlueskyNetwork, Person

PASSWORD = "a long walk by the lake"
ROLES = {
    "officer": ("Olive Officer", Role.OFFICER),
    "attorney": ("Attila Attorney", Role.ATTORNEY),
    "clerk": ("Clara Clerk", Role.CLERK),
    "alder": ("Alma Alder", Role.ALDER),
    "aide": ("Aidan Aide", Role.AIDE),
    "moderator": ("Mona Moderator", Role.MODERATOR),
    "appeals": ("Abel Appeals", Role.APPEALS),
    "auditor": ("Audrey Auditor", Role.AUDITOR),
}


class Clock:
    """The clock of web and workers: ahead of or behind the real one, and always ticking."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.journey: time_machine.travel | None = None
        self.file.write_text("0")
        before_task_publish.connect(self.never_expire)

    def to(self, at: datetime) -> None:
        """Let it be `at` now, for this process and for each task that a worker begins."""
        self.home()
        self.file.write_text(str((at - timezone.now()).total_seconds()))
        self.journey = time_machine.travel(at, tick=True)
        self.journey.start()

    def home(self) -> None:
        """The real time again."""
        if self.journey:
            self.journey.stop()
        self.journey = None
        self.file.write_text("0")

    def never_expire(self, headers=None, **_) -> None:
        """A bell that is rung by this clock would have expired by the worker's own."""
        if self.journey and headers is not None:
            headers["expires"] = None

    def end(self) -> None:
        self.home()
        before_task_publish.disconnect(self.never_expire)


@dataclass
class Town:
    people: dict[str, User]
    district: Office
    seat: Seat
    account: Account
    on_network: Person


def build_town(network: BlueskyNetwork, *, at: datetime) -> Town:
    """Everything that stands before the story begins, at `at`."""
    make_city(name="Testville", set_up_at=at)
    seed_platforms(by=SystemActor("The set-up"), at=at)
    district = make_office(
        "District 3", kind=Office.Kind.DISTRICT, number=3, email="district3@testville.example"
    )
    people = {}
    for key, (name, role) in ROLES.items():
        office = district if role in (Role.ALDER, Role.AIDE) else None
        people[key] = make_user(name, role, office=office, at=at - timedelta(days=400))
        people[key].set_password(PASSWORD)
        people[key].save()
        give_second_factor(people[key])
    seat = Seat.objects.create(
        office=district, title="Alder, District 3", term_years=2, first_election_year=2025
    )
    today = day_of(at, city_zone())
    Term.objects.create(
        seat=seat, person=people["alder"], starts_on=today - timedelta(days=300), ends_on=None
    )
    adopt_first_versions(people, at=at, on=today)
    handle = network.create_account("district3")
    return Town(people, district, seat, open_account(people, district, handle, network, at=at), handle)


def adopt_first_versions(people: dict[str, User], *, at: datetime, on: date) -> None:
    """Both policies are in force, and everybody has acknowledged them."""
    for preset in (presets.social_media_policy(), presets.comment_policy()):
        version = policies.add_policy(
            by=people["officer"], at=at, source=preset.source, grounds=preset.grounds, **preset.fields
        )
        version = policies.submit_for_review(version, by=people["officer"], at=at)
        policies.review_version(version, by=people["attorney"], at=at, approve=True)
        policies.adopt_version(
            version, by=people["clerk"], at=at, file_number="84118", adopted_on=on, effective_on=on
        )
    for version in Version.objects.adopted().select_related("policy"):
        acknowledge(version, people, at=at)


def acknowledge(version: Version, people: dict[str, User], *, at: datetime, but: str = "") -> None:
    for key, user in people.items():
        if key != but and (not version.policy.binds or user.roles_at(at) & set(version.policy.binds)):
            policies.acknowledge_version(version, by=user, at=at)


def open_account(
    people: dict[str, User], office: Office, on_network: Person, network: BlueskyNetwork, *, at: datetime
) -> Account:
    account = add_account(
        by=people["officer"], at=at, platform=Platform.objects.get(slug="bluesky"), office=office,
        kind=Account.Kind.DISTRICT, name="District 3", handle=on_network.handle, purpose="Official news.",
        generic_email="district3@testville.example",
    )  # fmt: skip
    for key in ("alder", "aide"):
        holder = add_administrator(
            account, by=people["officer"], at=at, user=people[key], platform_role="full"
        )
        attest_second_factor(holder, by=people["officer"], at=at, second_factor="app", evidence="Seen.")
    connect_account(
        account, by=people["officer"], at=at, service_url=network.pds, identifier=on_network.handle,
        secret=on_network.password,
    )  # fmt: skip
    activate_account(account, by=people["officer"], at=at)
    account.refresh_from_db()
    return account
