"""Plain factories for the registry."""

import itertools

from accounts.actions.platforms import seed_platforms
from accounts.actions.questions import seed_questions
from accounts.actions.reviews import holders, review_request
from accounts.models import Account, Administrator, Platform
from city.actors import SystemActor
from tests.conftest import NOW, make_office

_numbers = itertools.count(1)
SETUP = SystemActor("Set-up")


def make_platforms() -> dict[str, Platform]:
    seed_platforms(by=SETUP, at=NOW)
    return {platform.slug: platform for platform in Platform.objects.all()}


def make_questions() -> None:
    seed_questions(by=SETUP, at=NOW)


#: Answers to what a request for a new account is asked besides what stands in its columns.
OTHER_ANSWERS = {
    "short_description": "News of the parks.",
    "official_page": "https://www.testville.example/parks",
    "reached_today": "By letters",
    "supervisor": "Henry Head, superintendent",
    "duties": "One posts, one answers.",
    "hours_per_week": "4",
    "successor": "The next outreach specialist",
    "contractor": "no",
    "goals": "Fewer calls about closures",
    "measures": "200 followers by June",
    "frequency": "Twice a week",
    "sample_plan": "Monday: trails. Friday: rinks.",
    "budget": "None",
    "review_on": "2027-11-20",
    "direct_messages": "off",
    "repository": "The shared folder of the office",
    "comments": "open",
    "moderation": "The desk, and on weekends who is on duty",
    "personal_data": "no",
    "accessibility": "Every picture is described.",
    "devices": "City telephones with an authenticator app",
    "confirms_policy": "yes",
    "confirms_records": "yes",
    "confirms_duties": "yes",
}


def agree(request, *roles: str, at=NOW):
    """Everybody who was asked agrees, or those of the roles; the officer decides by an act of their own."""
    for review in request.reviews.filter(status="waiting").exclude(role="officer"):
        if roles and review.role not in roles:
            continue
        if by := holders(review.role, request, at).first():
            review_request(review, by=by, at=at, verdict="agreed")
    request.refresh_from_db()
    return request


def make_account(
    handle: str = "", *, platform: str = "bluesky", status: str = "active", **changes
) -> Account:
    platforms = Platform.objects.filter(slug=platform)
    found = platforms.first() or make_platforms()[platform]
    handle = handle or f"account{next(_numbers)}"
    fields = {
        "office": changes.pop("office", None) or make_office(),
        "platform": found,
        "name": handle.title(),
        "handle": handle,
        "url": f"https://{platform}.example/{handle}",
        "status": status,
        "created_at": NOW,
        "active_since": NOW if status in ("active", "paused") else None,
        "retired_at": NOW if status == "retired" else None,
    }
    return Account.objects.create(**(fields | changes))


def make_administrator(
    account: Account, user=None, *, role: str = "full", factor: str = "unknown", by=None, **changes
):
    attested = {} if factor == "unknown" else {"attested_by": by or user, "attested_at": NOW}
    return Administrator.objects.create(
        account=account,
        user=user,
        platform_role=role,
        second_factor=factor,
        added_at=NOW,
        **attested,
        **changes,
    )
