"""What offices of Marlow Bay say through Rostrum: written, approved by somebody else, and sent by the same code.

What District 3 says lies before its silence begins, whenever the demonstration is loaded.
"""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import transaction

from accounts.models import Account
from city.clock import at_time, day_of
from city.models import Office
from config.demonstration.accounts import office_named
from config.demonstration.city import person, spring_year
from config.demonstration.practice import picture
from elections.queries import city_zone, law_of
from elections.rules import calendar
from posts import actions
from posts.actions import Draft
from posts.models import Media, Post, Revision
from posts.sending import send_dispatch

SITE = "https://www.marlowbay.example"


@dataclass(frozen=True)
class PostRow:
    """`days` before the visitor came (after, if negative) it was or will be said; `fate`: what became of it."""

    office: str
    author: str
    approver: str
    text: str
    days: float
    fate: str
    link: str = ""
    alt: str = ""
    why: str = ""


ROWS = [
    PostRow(
        "district-3",
        "alder",
        "aide",
        "The drawings for Harbor Street are final. Two crossings are added, one of them at the school.",
        6,
        "published",
        link=f"{SITE}/harbor-street",
        alt="Plan of Harbor Street with two new crossings marked in orange, one of them before the school.",
    ),
    PostRow(
        "district-3",
        "alder",
        "aide",
        "Coffee with your alder moves to the library’s east branch: Saturday, 10 am. The bakery is being rebuilt.",
        -3,
        "scheduled",
    ),
    PostRow(
        "district-3",
        "alder",
        "aide",
        "Winter parking: the even side is kept free from Tuesday on. The map shows your street.",
        -5,
        "submitted",
        link=f"{SITE}/winter-parking",
    ),
    PostRow(
        "parks",
        "staff",
        "head",
        "The sledding hill at Lakeview has new lights. They are on until 9 pm every evening.",
        8,
        "published",
        alt="Children with sleds on a snowy hill at dusk, under three tall lamps.",
    ),
    PostRow(
        "parks",
        "staff",
        "head",
        "Shelter reservations open on January 4 at 8 am. Residents come first for two weeks.",
        -2,
        "scheduled",
        link=f"{SITE}/parks/shelters",
    ),
    PostRow(
        "parks",
        "staff",
        "head",
        "Skating lessons for beginners start next week at Lakeview. Bring gloves; skates are lent free of charge.",
        -6,
        "submitted",
    ),
    PostRow(
        "parks",
        "staff",
        "head",
        "Rink news soon!!!",
        1,
        "returned",
        why="Say which rinks and when, so that people can plan.",
    ),
    PostRow(
        "communications",
        "jmertens",
        "tvang",
        "City Hall keeps longer hours from next week: Tuesdays until 7 pm, for everybody who works during the day.",
        4,
        "published",
        link=f"{SITE}/hours",
    ),
    PostRow(
        "communications",
        "tvang",
        "jmertens",
        "Recycling is collected one day later in the week of the holiday.",
        -4,
        "submitted",
        link=f"{SITE}/recycling",
    ),
]


def build_posts(*, now: datetime) -> None:
    for place, row in enumerate(ROWS):
        office = office_named(row.office)
        if not Revision.objects.filter(post__office=office, text=row.text).exists():
            write(row, office, until=before_silence(now) if row.office == "district-3" else now, place=place)
    send_what_is_due(now)


def before_silence(now: datetime) -> datetime:
    """The visitor's now, or a day before the coming spring election's silence begins if that was earlier."""
    year = spring_year(now.date())
    first = calendar.spring_circulation(year, law_of("", now.date()).parameters).on
    return min(now, at_time(first, time(), city_zone()) - timedelta(days=1))


@transaction.atomic
def write(row: PostRow, office: Office, *, until: datetime, place: int) -> Post:
    """Write a post, and do what others did with it. Nothing of it is later than `until`, but for its hour."""
    author, approver = person(row.author), person(row.approver)
    hour = at_time(day_of(until - timedelta(days=row.days), city_zone()), time(9), city_zone())
    at = min(hour, until) - timedelta(hours=26)
    pictures: tuple[tuple[Media, str], ...] = ()
    if row.alt:
        kept = actions.keep_media(base64.b64decode(picture(place)), by=author, at=at)
        pictures = ((kept, row.alt),)
    accounts = Account.objects.active().filter(office=office, platform__slug="bluesky")
    draft = Draft(row.text, link=row.link, targets=tuple(accounts), pictures=pictures, scheduled_for=hour)
    post = actions.draft_post(office, draft, by=author, at=at)
    post = actions.submit_post(post, by=author, at=at + timedelta(minutes=10))
    later = at + timedelta(hours=2)
    if row.fate == "returned":
        return actions.return_post(post, by=approver, at=later, seen=post.revision.pk, reasons=row.why)
    if row.fate == "submitted":
        return post
    return actions.approve_post(post, by=approver, at=later, seen=post.revision.pk, second_factor_at=later)


def standing_at(at: datetime) -> Callable[[], datetime]:
    """A clock that shows that instant."""
    return lambda: at


def send_what_is_due(now: datetime) -> None:
    """Send by the worker's own code what came due before the visitor, each at its minute: the website first."""
    for post in Post.objects.filter(status=Post.Status.SCHEDULED, scheduled_for__lte=now).order_by(
        "scheduled_for"
    ):
        at = post.scheduled_for or now
        for dispatch in post.dispatches.order_by("pk"):
            send_dispatch(dispatch.pk, worker="demonstration", clock=standing_at(at))
