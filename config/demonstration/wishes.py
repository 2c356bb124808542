"""Requests of the demonstration: one in every state, each brought there by the people who would."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.actions import requests as acts
from accounts.actions import reviews as review_acts
from accounts.models import Account, Ask, Platform, Request
from city.models import Office
from config.demonstration.city import office_address, person


@dataclass(frozen=True)
class RequestRow:
    """A wish about an account, begun `days` ago.

    `story` is what happened then, as (days later, who, what, words): who is a key of `offices.py`; what is submit,
    agree, changes, object, approve, deny, answer, reconsider or withdraw.
    """

    person: str
    office: str
    platform: str
    name: str
    handle: str
    days: int
    story: tuple[tuple[float, str, str, str], ...]
    criterion: str = "audience"
    purpose: str = ""
    audience: str = ""
    backup: str = "jmertens"
    why_new: str = ""
    kind: str = "department"
    ask: str = Ask.NEW
    answers: dict[str, str] = field(default_factory=dict)


REQUESTS = [
    RequestRow(
        "lcho", "library", "mastodon", "Marlow Bay Public Library", "mblibrary@social.example", 3,
        ((0.2, "lcho", "submit", ""), (1, "cio", "agree", "Only with the shared mailbox of the library.")),
        purpose="Share programmes, closures and reading lists with people who have left other networks.",
        audience="Readers aged 20 to 45 who do not use Facebook",
        backup="mortega",
        why_new="Our Bluesky followers do not overlap with this network, and it needs no sign-in to read.",
    ),
    RequestRow(
        "sgraf", "streets", "instagram", "Snow and leaf collection", "mbsnow", 16,
        ((0.2, "sgraf", "submit", ""),),
        criterion="urgent",
        purpose="Show which streets are ploughed and where parking is restricted tonight.",
        audience="People who park on the street",
        why_new="Pictures of the plough map work better here than on our Facebook page.",
        kind="programme",
        answers={"why_not_department": "The department’s page is about recycling; snow needs its own voice at night."},
    ),
    RequestRow(
        "rhobbs", "aquatics", "threads", "Beach water quality", "mbbeachwater", 1,
        ((0.2, "rhobbs", "submit", ""),),
        criterion="urgent",
        purpose="Say within the hour when a beach closes or opens again.",
        audience="Swimmers and families",
        backup="staff",
    ),
    RequestRow(
        "vromero", "planning", "tiktok", "Plan Marlow Bay", "planmarlowbay", 40, (),
        criterion="feedback",
        purpose="Ask younger residents what they want on the old mill site.",
        audience="Residents under 25",
    ),
    RequestRow(
        "pcole", "transit", "youtube", "How to ride", "howtoridemb", 60,
        (
            (0.2, "pcole", "submit", ""),
            (2, "cio", "agree", ""),
            (6, "officer", "deny", "The City Channel can carry these films as a playlist; a second one splits its audience."),
        ),
        purpose="Short films on how to plan a trip and use the ramps.",
        audience="New riders and people with disabilities",
        backup="tvang",
    ),
    RequestRow(
        "deputyclerk", "clerk", "youtube", "Voting in Marlow Bay", "votemarlowbay", 21,
        ((0.2, "deputyclerk", "submit", ""), (3, "cio", "agree", ""), (6, "officer", "approve", "")),
        purpose="Explain registration, absentee ballots and polling places in four languages.",
        audience="First-time voters",
        backup="clerk",
    ),
    RequestRow(
        "staff", "parks", "instagram", "Summer jobs in the parks", "mbparkjobs", 12,
        (
            (0.2, "staff", "submit", ""),
            (2, "cio", "agree", "Fine with city telephones."),
            (4, "head", "changes", "Who looks at it when the summer staff are gone? And why not our own account?"),
        ),
        purpose="Show what lifeguards, gardeners and camp leaders do, and how to apply.",
        audience="Teenagers who look for summer work",
        backup="rhobbs",
        kind="programme",
        why_new="Our Instagram is for families; this one is gone in October.",
        answers={"why_not_department": "Other people, for one season."},
    ),
    RequestRow(
        "elund", "forestry", "nextdoor", "Tree work near you", "marlow-bay-trees", 20,
        (
            (0.2, "elund", "submit", ""),
            (3, "head", "changes", "Say how people without this network learn of tree work."),
            (4, "cio", "agree", ""),
            (8, "elund", "answer", "Added: every notice stands on the website first, and hangs on the trees."),
        ),
        criterion="urgent",
        purpose="Tell the neighbours a week before a street tree is cut or treated.",
        audience="Neighbours of street trees",
        backup="staff",
    ),
    RequestRow(
        "nsharma", "health", "threads", "Marlow Bay Public Health", "mbhealth", 7,
        ((0.2, "nsharma", "submit", ""), (1, "cio", "agree", "The archiving tool is approved.")),
        criterion="urgent",
        purpose="Answer questions about vaccination and outbreaks where people ask them.",
        audience="Parents of small children",
        backup="bdietz",
        answers={
            "direct_messages": "on",
            "archiving": "The city’s archive keeps them with the posts; the desk reads them every working day.",
        },
    ),
    RequestRow(
        "mortega", "library", "threads", "Storytime in Spanish and Hmong", "mbcuentos", 45,
        (
            (0.2, "mortega", "submit", ""),
            (2, "cio", "agree", ""),
            (5, "officer", "deny", "The library’s own account reaches families already."),
            (40, "mortega", "reconsider", "It does not: of 900 followers fewer than 40 read Spanish or Hmong."),
        ),
        purpose="Stories read aloud, in the languages of our branches.",
        audience="Families who read Spanish or Hmong",
        backup="lcho",
        why_new="The library’s account there is in English, and its readers want it so.",
    ),
    RequestRow(
        "dwalsh", "fire", "threads", "Marlow Bay Fire", "marlowbayfire", 33,
        (
            (0.2, "dwalsh", "submit", ""),
            (9, "dwalsh", "withdraw", "Nobody has the hours for it this year."),
        ),
        criterion="urgent",
        purpose="Large fires, road closures and smoke.",
        audience="People near an incident",
    ),
    RequestRow(
        "sgraf", "streets", "nextdoor", "", "marlow-bay-streets", 6,
        ((0.2, "sgraf", "submit", ""),),
        ask=Ask.CLOSE,
        answers={
            "reason": "Since spring nobody has posted there, and Bluesky carries the same news.",
            "followers_told": "A last post names our Bluesky account and the page on the website.",
        },
    ),
    RequestRow(
        "rhobbs", "aquatics", "x", "", "mbbeachwater", 9,
        (
            (0.2, "rhobbs", "submit", ""),
            (2, "cio", "object", "Its one administrator has no second factor, and the platform has conditions now."),
        ),
        ask=Ask.REACTIVATE,
        answers={"reason": "The season begins, and some swimmers still look there."},
    ),
    RequestRow(
        "elund", "forestry", "instagram", "", "marlowbaytrees", 50,
        ((0.2, "elund", "submit", ""), (2, "head", "agree", ""), (4, "officer", "approve", "")),
        ask=Ask.PURPOSE,
        kind="programme",
        purpose="Show the city’s trees through the year, and how residents can look after them.",
        audience="Volunteers who water and plant trees",
        answers={"why_not_department": "The parks’ account is about places; this one is about planting together."},
    ),
]  # fmt: skip

#: What every department of the demonstration answers unless its row says otherwise.
COMMON_ANSWERS = {
    "branding": "The city’s seal with the department’s name below it; Communications makes the picture.",
    "reached_today": "By the city’s website, letters with the utility bill, and posters in branch libraries.",
    "hours_per_week": "4",
    "successor": "Whoever holds the outreach position next",
    "contractor": "no",
    "goals": "People learn of changes before they stand in front of a closed door; fewer calls to the desk.",
    "measures": "300 followers in six months; a tenth fewer calls about closures than last year.",
    "frequency": "Two or three times a week, and at once when something closes",
    "sample_plan": "Week 1: who we are and when we answer.\nWeek 2: three places worth a visit.\n"
    "Week 3: how to report a problem.\nWeek 4: a question to our readers.",
    "budget": "None",
    "direct_messages": "off",
    "repository": "The department’s shared folder “Outreach”, by month",
    "comments": "open",
    "moderation": "The desk on weekdays; on evenings and weekends whoever is on call looks twice a day.",
    "personal_data": "no",
    "accessibility": "Every picture is described, films have captions, and hashtags are written in CamelCase.",
    "devices": "City telephones and computers only, with an authenticator app.",
    "confirms_policy": "yes",
    "confirms_records": "yes",
    "confirms_duties": "yes",
}

VERDICTS = {"agree": "agreed", "changes": "changes", "object": "objected"}


def build_request(row: RequestRow, *, now: datetime) -> None:
    """Tell the row's story, unless an earlier load has."""
    asker, at = person(row.person), now - timedelta(days=row.days)
    if Request.objects.filter(handle=row.handle, ask=row.ask, requested_by=asker).exists():
        return
    with transaction.atomic():
        wish = begin(row, at=at, now=now)
        for days, who, what, words in row.story:
            happen(wish, who, what, words, at=at + timedelta(days=days))


def begin(row: RequestRow, *, at: datetime, now: datetime) -> Request:
    answers = other_answers(row, now)
    if row.ask != Ask.NEW:
        about = Account.objects.get(
            platform__slug=row.platform, handle=row.handle, office=office_named(row.office)
        )
        wish = acts.draft_request(by=person(row.person), at=at, ask=row.ask, about=about)
    else:
        wish = acts.draft_request(by=person(row.person), at=at, office=office_named(row.office))
        answers |= {
            "platform": Platform.objects.get(slug=row.platform),
            "name": row.name,
            "handle": row.handle,
            "why_new": row.why_new,
            "generic_email": office_address(row.office),
            "primary_administrator": person(row.person),
            "backup_administrator": person(row.backup),
        }
    if row.ask in (Ask.NEW, Ask.PURPOSE):
        answers |= {
            "criterion": row.criterion,
            "kind": row.kind,
            "purpose": row.purpose,
            "audience": row.audience,
        }
    asked = {question.key for question in wish.asked()}
    return acts.change_request(
        wish,
        by=person(row.person),
        at=at + timedelta(hours=1),
        **{key: answer for key, answer in answers.items() if key in asked},
    )


def happen(wish: Request, who: str, what: str, words: str, *, at: datetime) -> None:
    """One event of a request's story, by the action that people use."""
    by = person(who)
    wish.refresh_from_db()
    if what == "submit":
        acts.submit_request(wish, by=by, at=at)
    elif what == "answer":
        acts.change_request(wish, by=by, at=at, reached_today=f"{wish.answers['reached_today']} {words}")
        acts.submit_request(wish, by=by, at=at, note=words)
    elif what in VERDICTS:
        review = wish.reviews.get(role=who)
        review_acts.review_request(review, by=by, at=at, verdict=VERDICTS[what], comment=words)
    elif what == "approve":
        acts.approve_request(wish, by=by, at=at, reason=words)
    elif what == "deny":
        acts.deny_request(wish, by=by, at=at, reason=words)
    elif what == "reconsider":
        review_acts.reconsider_request(wish, by=by, at=at, answer=words)
    elif what == "withdraw":
        acts.withdraw_request(wish, by=by, at=at, reason=words)


def other_answers(row: RequestRow, now: datetime) -> dict[str, Any]:
    """What this department says to the questions that have no column of their own."""
    own: dict[str, Any] = {
        "official_page": office_named(row.office).website_url,
        "short_description": f"{row.name}: official account of the City of Marlow Bay.",
        "supervisor": f"Head of {office_named(row.office).name}",
        "review_on": (now + timedelta(days=365)).date().isoformat(),
        "closing_on": (now + timedelta(days=30)).date().isoformat(),
        "duties": f"{person(row.person).name} writes and answers; {person(row.backup).name} stands in.",
    }
    return {**COMMON_ANSWERS, **own, **row.answers}


def office_named(key: str) -> Office:
    return Office.objects.get(email=office_address(key))
