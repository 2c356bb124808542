"""Loading the demonstration city into an empty database, by the actions that people use."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction

from city import log
from city.actors import SystemActor
from city.models import City, User
from city.refusals import Refusal
from config.demonstration.accounts import build_accounts
from config.demonstration.city import build_city
from config.demonstration.comments import build_comments
from config.demonstration.elections import build_elections
from config.demonstration.impostors import build_impostors
from config.demonstration.keys import build_keys
from config.demonstration.policies import build_policies
from config.demonstration.posts import build_posts
from config.demonstration.practice import fill_practice_network

#: Who sets the demonstration up, before there is anybody who could.
FOUNDER = SystemActor(
    "The demonstration",
    frozenset(
        {
            "can_change_city",
            "can_manage_offices",
            "can_record_term",
            "can_invite_user",
            "can_give_role",
            "can_deactivate_user",
        }
    ),
)


#: How long the city has existed when the visitor comes.
HISTORY = timedelta(days=420)
LOADED = "demonstration.loaded"


class NotEmpty(Refusal):
    """There is a real city in the database, or somebody who is setting one up."""


def load_demonstration(*, now: datetime, practice_url: str, progress: Callable[[int, int], None]) -> None:
    """Make Marlow Bay. A load that was broken off goes on where it stopped. Raises NotEmpty over anything else."""
    city = City.objects.first()
    if (city is None and User.objects.exists()) or (city is not None and not city.is_demonstration):
        raise NotEmpty("This database is not empty: the demonstration city is never loaded over anything.")
    if city is not None and log.history_of(city).filter(verb=LOADED).exists():
        return
    if not practice_url:
        raise Refusal("The demonstration needs the practice network: start it with script/server.")
    if city is None:
        with transaction.atomic():
            build_city(FOUNDER, at=now - HISTORY, today=now.date())
        city = City.objects.get()
    # A load that goes on counts its days from where it began, so that it says nothing twice.
    now = city.set_up_at + HISTORY
    fill_practice_network(practice_url, now=now)
    build_accounts(now=now, practice_url=practice_url, progress=progress)
    build_keys(now=now)
    build_impostors(now=now)
    build_policies(now=now)
    build_posts(now=now)
    build_elections(now=now)
    build_comments(clock=lambda: now)
    log.note(city, verb=LOADED, by=FOUNDER, at=now)
