"""The gate: whether something may be said now, here, by these people. One answer for page, act and worker.

It is asked live in the composer, when a post is submitted, approved and scheduled, and again at the instant of
sending, so that nothing leaves on the strength of what was true earlier.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse

from accounts.models import Account
from accounts.platforms import MODULES
from city.actors import Actor, SystemActor
from city.clock import day_of
from city.models import City, Office, Term, User
from city.roles import Role
from city.times import told
from policies.queries import needs_acknowledgement
from posts import rules
from posts.models import Approval, Revision
from posts.permissions import FOR_ANY_OFFICE, can_draft_post
from posts.rules import Drawn, Reason, Verdict
from posts.silences import quiets


class Moment(StrEnum):
    """When the gate is asked; each later moment asks all that the earlier ones did."""

    COMPOSE = "compose"
    SUBMIT = "submit"
    APPROVE = "approve"
    SCHEDULE = "schedule"
    SEND = "send"


@dataclass(frozen=True)
class Wording:
    """What somebody wants to say, saved or not yet. `permalink` is where the website will show it."""

    office: Office
    author: User
    text: str
    link: str = ""
    pictures: tuple[Drawn, ...] = ()
    exemption: str = Revision.Exemption.NONE
    permalink: str = ""
    revision: Revision | None = field(default=None, compare=False)

    @property
    def address(self) -> str:
        """Where a network's post leads: the page that was named, or the post on the city's website."""
        return self.link or self.permalink

    def delivered_to(self, account: Account | None) -> str:
        return self.text if account is None else rules.delivered(self.text, self.address)


def wording_of(revision: Revision) -> Wording:
    """The wording of a saved revision."""
    post = revision.post
    return Wording(
        office=post.office,
        author=revision.author,
        text=revision.text,
        link=revision.link,
        pictures=tuple(
            Drawn(picture.alt, picture.media.size) for picture in revision.pictures.select_related("media")
        ),
        exemption=revision.exemption,
        permalink=public_address(post.pk),
        revision=revision,
    )


def public_address(post_id: int) -> str:
    return f"{settings.SITE_URL}{reverse('posts:public_post', args=[post_id])}"


def verdict(
    wording: Wording,
    account: Account | None,
    *,
    by: Actor,
    at: datetime,
    moment: Moment,
    speaks_at: datetime | None = None,
    second_factor_at: datetime | None = None,
) -> Verdict:
    """Whether this may be said on one account (None: the city's website), and if not, every reason why.

    `speaks_at`: when it is to be said, if not at `at`. `second_factor_at`: when `by` last proved one.
    """
    city = City.objects.get()
    reasons = [
        *_people(wording, by, at, city, moment),
        *_place(account),
        *silences(wording, account, speaks_at or at),
        *_words(wording, account, city),
    ]
    if moment in (Moment.SCHEDULE, Moment.SEND):
        reasons += _approval(wording.revision)
    if moment == Moment.SCHEDULE:
        reasons += rules.second_factor(second_factor_at, at)
    return Verdict(tuple(reasons), tuple(rules.advice(wording.text)))


def verdict_everywhere(wording: Wording, accounts: Iterable[Account], **asked) -> Verdict:
    """The verdict over the website and all accounts together, each reason once."""
    found = verdict(wording, None, **asked)
    for account in accounts:
        found |= verdict(wording, account, **asked)
    return found


def _people(wording: Wording, by: Actor, at: datetime, city: City, moment: Moment) -> list[Reason]:
    """Grant, term and acknowledgement of who wrote it and of who lets it go out; of who approved it the last.

    An approval stays good when its approver has left; but while somebody who is still here has not
    read what is in force, nothing goes out on their word.
    """
    acting = [] if isinstance(by, SystemActor) or moment in (Moment.COMPOSE, Moment.SEND) else [by]
    asked = {person.pk: person for person in (wording.author, *acting)}
    found: list[Reason] = []
    for person in asked.values():
        found += _right(person, wording.office, at, city) or _acknowledgement(person, at)
    approval = _approved(wording.revision) if moment in (Moment.SCHEDULE, Moment.SEND) else None
    if approval and approval.by_id not in asked:
        found += _acknowledgement(approval.by, at)
    return found


def _right(person: User, office: Office, at: datetime, city: City) -> list[Reason]:
    if not can_draft_post(person, office, at):
        words = f"{person} may not post for {office}. The Social Media Officer gives that role."
        return [Reason("no_right", words)]
    others = (Role.AIDE, Role.STAFF, Role.HEAD)
    if person.has_role(*others, at=at, office=office) or person.has_role(*FOR_ANY_OFFICE, at=at):
        return []
    term = Term.objects.on(day_of(at, ZoneInfo(city.time_zone))).filter(seat__office=office, person=person)
    if term.exists():
        return []
    return [
        Reason("no_term", f"{person} does not hold the seat of {office} now. The City Clerk records terms.")
    ]


def _acknowledgement(person: User, at: datetime) -> list[Reason]:
    """No acknowledgement, no publishing."""
    missing = needs_acknowledgement(person, at)
    if not missing:
        return []
    names = ", ".join(str(version) for version in missing)
    words = f"{person} has not acknowledged what is in force: {names}. Read what changed and acknowledge it."
    return [Reason("acknowledgement", words, parks=True)]


def _place(account: Account | None) -> list[Reason]:
    """The account is active, and the city can write to it."""
    if account is None:
        return []
    found = []
    if account.status != Account.Status.ACTIVE:
        found.append(
            Reason(
                "account",
                f"{account} is not active: {account.get_status_display().lower()}.",
                field="targets",
            )
        )
    module = MODULES.get(account.platform.module)
    if module is None or "publish" not in module.can:
        found.append(Reason("platform", f"Rostrum cannot post to {account.platform} yet.", field="targets"))
    connection = getattr(account, "connection", None)
    if connection is None:
        found.append(
            Reason("not_connected", f"{account} is not connected. Connect it first.", field="targets")
        )
    elif connection.status == connection.Status.REFUSED:
        words = f"{account} refuses our credentials: {connection.error} Connect it again."
        found.append(Reason("connection", words, field="targets"))
    return found


def silences(wording: Wording, account: Account | None, speaks_at: datetime) -> list[Reason]:
    """The silences that forbid saying this at that instant; none if the wording's exemption passes them."""
    where = str(account) if account else f"The page of {wording.office}"
    return rules.silenced(
        quiets(wording.office, account, speaks_at),
        speaks_at,
        exemption=wording.exemption,
        official=_is_official(wording, speaks_at),
        where=where,
    )


def _is_official(wording: Wording, at: datetime) -> bool:
    """Whether the author is the administrative officer who may act under a law, or leads in an emergency."""
    roles = {Role.CLERK, Role.OFFICER} if wording.exemption == rules.EMERGENCY else {Role.CLERK}
    return wording.author.has_role(*roles, at=at)


def _words(wording: Wording, account: Account | None, city: City) -> list[Reason]:
    found = []
    if not wording.text.strip():
        found.append(Reason("no_text", "Write what is to be said.", field="text"))
    limits = rules.LIMITS.get(account.platform.module if account else "website")
    if limits:
        found += rules.fits(wording.delivered_to(account), wording.pictures, limits)
    found += rules.accessible(wording.text, wording.pictures)
    found += rules.leads_back(wording.link, [city.website_url, settings.SITE_URL])
    return found


def _approval(revision: Revision | None) -> list[Reason]:
    """Somebody else approved exactly these words; the hash is made again from what the database holds now."""
    approval = _approved(revision)
    if approval is None or revision is None or revision.post.current_id != revision.pk:
        return [
            Reason(
                "not_approved",
                "This wording is not approved. Somebody other than its author must approve it.",
            )
        ]
    if revision.computed_hash() != approval.content_hash:
        words = f"It is not what {approval.by} approved on {told(approval.at)}. Save it again and ask for approval."
        return [Reason("not_as_approved", words)]
    return []


def _approved(revision: Revision | None) -> Approval | None:
    """The approval of these words, with whoever gave it."""
    if revision is None:
        return None
    given = Approval.objects.filter(revision=revision, decision=Approval.Decision.APPROVED)
    return given.select_related("by").first()


def in_words(found: Verdict) -> str:
    """Every reason in sentences, with when it ends where that is known."""
    return " ".join(
        f"{reason.words} Until {told(reason.until)}." if reason.until else reason.words
        for reason in found.reasons
    )
