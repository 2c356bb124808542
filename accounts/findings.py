"""What is wrong or due in the registry, computed; each finding opens exactly the rows that it counts."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from urllib.parse import urlencode

from django.urls import reverse

from accounts import faults, impostors, queries
from accounts.models import Errand, HandOver, key_rules
from accounts.permissions import can_handle_impostor
from city.findings import Finding, Severity
from city.models import User
from city.roles import Role

#: Who is told of it for the whole city; heads are told of their own offices.
WHOLE_CITY = (Role.OFFICER, Role.CIO, Role.AUDITOR)


def _whose(user: User, at: datetime) -> str | None:
    """`all` accounts, `mine`, or None: it is nothing to this person."""
    if user.has_role(*WHOLE_CITY, at=at):
        return ""
    return "mine" if user.has_role(Role.HEAD, at=at) else None


def _accounts(question: faults.AccountQuestion, user: User, at: datetime) -> Finding | None:
    whose = _whose(user, at)
    if whose is None:
        return None
    wanted = {"finding": question.code} | ({"whose": whose} if whose else {})
    count = queries.shown_accounts(user, at, wanted).count()
    if not count:
        return None
    return Finding(
        code=f"accounts.{question.code}",
        title=question.title,
        title_one=question.title_one,
        severity=question.severity,
        count=count,
        url=f"{reverse('accounts:list_accounts')}?{urlencode(wanted)}",
        what_to_do=question.what_to_do,
    )


def _waiting_requests(user: User, at: datetime) -> Finding | None:
    return _requests(
        "waiting",
        {"turn": "me"},
        "requests about an account that wait for you",
        "request about an account that waits for you",
        Severity.SOON,
        "Answer what is asked of you: agree, ask for changes, or say why not.",
        user,
        at,
    )


def _late_requests(user: User, at: datetime) -> Finding | None:
    """The officer is told of all, everybody else of what waits for them."""
    days = key_rules().request_days
    whole = user.has_role(Role.OFFICER, at=at)
    return _requests(
        "late",
        {"late": "yes"} | ({} if whole else {"turn": "me"}),
        f"requests that have waited for more than {days} days",
        f"request that has waited for more than {days} days",
        Severity.NOW,
        "Whoever asked cannot go on. The request says who has it.",
        user,
        at,
    )


def _requests(
    code: str,
    wanted: dict[str, str],
    title: str,
    one: str,
    severity: Severity,
    do: str,
    user: User,
    at: datetime,
) -> Finding | None:
    rows = queries.shown_requests(user, at, wanted).order_by("submitted_at")
    first = rows.first()
    if first is None:
        return None
    return Finding(
        code=f"accounts.request_{code}",
        title=title,
        title_one=one,
        severity=severity,
        count=rows.count(),
        url=f"{reverse('accounts:list_requests')}?{urlencode(wanted)}",
        oldest_at=first.submitted_at,
        what_to_do=do,
    )


def _errands(
    state: str, title: str, title_one: str, severity: Severity, user: User, at: datetime
) -> Finding | None:
    whose = _whose(user, at)
    if whose is None:
        return None
    wanted = {"state": state} | ({"whose": whose} if whose else {})
    rows = queries.shown_errands(user, at, wanted)
    oldest = rows.order_by("opened_at").values_list("opened_at", flat=True).first()
    if oldest is None:
        return None
    return Finding(
        code=f"accounts.errands_{state}",
        title=title,
        title_one=title_one,
        severity=severity,
        count=rows.count(),
        url=f"{reverse('accounts:list_errands')}?{urlencode(wanted)}",
        oldest_at=oldest,
        what_to_do="Do each by hand on the platform, and write how one can see it.",
    )


def _impostors(question: impostors.ImpostorQuestion, user: User, at: datetime) -> Finding | None:
    if not can_handle_impostor(user, None, at):
        return None
    wanted = {"question": question.code}
    rows = impostors.shown_impostors(user, at, wanted)
    oldest = rows.order_by("first_reported_at").values_list("first_reported_at", flat=True).first()
    if oldest is None:
        return None
    return Finding(
        code=f"accounts.impostors_{question.code}",
        title=question.title,
        title_one=question.title_one,
        severity=question.severity,
        count=rows.count(),
        url=f"{reverse('accounts:list_impostors')}?{urlencode(wanted)}",
        oldest_at=oldest,
        what_to_do=question.what_to_do,
    )


def _overdue_hand_overs(user: User, at: datetime) -> Finding | None:
    if not user.has_role(*WHOLE_CITY, at=at):
        return None
    rows = HandOver.objects.visible_to(user, at).overdue(at)
    oldest = rows.order_by("opened_at").values_list("opened_at", flat=True).first()
    if oldest is None:
        return None
    return Finding(
        code="accounts.hand_over_overdue",
        title="hand-overs that are overdue",
        title_one="hand-over that is overdue",
        severity=Severity.NOW,
        count=rows.count(),
        url=f"{reverse('accounts:list_hand_overs')}?state=overdue",
        oldest_at=oldest,
        what_to_do="Go through the checklist: until then the seat’s former holder may still speak for the city.",
    )


def _overdue_reviews(user: User, at: datetime) -> Finding | None:
    whose = _whose(user, at)
    if whose is None:
        return None
    wanted = {"state": "overdue"} | ({"whose": whose} if whose else {})
    return _reviews(
        wanted,
        (
            "access_review_overdue",
            "access reviews that nobody answered in time",
            "access review that nobody answered in time",
        ),
        Severity.NOW,
        user,
        at,
    )


def _reviews_waiting(user: User, at: datetime) -> Finding | None:
    """Everybody who can answer is asked; of others they are no affair."""
    words = (
        "access_review_waiting",
        "access reviews that wait for your answer",
        "access review that waits for your answer",
    )
    return _reviews({"state": "mine"}, words, Severity.SOON, user, at)


def _reviews(
    wanted, words: tuple[str, str, str], severity: Severity, user: User, at: datetime
) -> Finding | None:
    rows = queries.shown_access_reviews(user, at, wanted)
    oldest = rows.order_by("opened_at").values_list("opened_at", flat=True).first()
    if oldest is None:
        return None
    code, title, title_one = words
    return Finding(
        code=f"accounts.{code}",
        title=title,
        title_one=title_one,
        severity=severity,
        count=rows.count(),
        url=f"{reverse('accounts:list_access_reviews')}?{urlencode(wanted)}",
        oldest_at=oldest,
        what_to_do="Say of each person whether they still need the key: one click each.",
    )


FINDINGS: list[Callable[[User, datetime], Finding | None]] = [
    *(partial(_accounts, question) for question in faults.QUESTIONS),
    _waiting_requests,
    _late_requests,
    *(partial(_impostors, question) for question in impostors.QUESTIONS),
    _overdue_hand_overs,
    _overdue_reviews,
    _reviews_waiting,
    partial(_errands, "overdue", "errands whose day has passed", "errand whose day has passed", Severity.NOW),
    partial(
        _errands,
        Errand.Status.OPEN.value,
        "errands at accounts, to be done by hand",
        "errand at an account, to be done by hand",
        Severity.SOON,
    ),
]
