"""Which impostors each question means. The officer's list, its CSV and the findings all ask here."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, QuerySet

from accounts.models import Impostor
from accounts.models.errand import city_day
from city.findings import Severity
from city.models import User

#: Days after which a platform that has not answered is asked again.
PATIENCE = 7


@dataclass(frozen=True)
class ImpostorQuestion:
    """Something that is to be done about impostors: its code in addresses, its words, and which rows it means."""

    code: str
    label: str
    title: str
    title_one: str
    severity: Severity
    what_to_do: str
    rows: "Callable[[QuerySet[Any], datetime], QuerySet[Any]]"


def _waiting(rows, _at):
    return rows.with_reports().filter(status=Impostor.Status.REPORTED, trusted=True)


def _held(rows, _at):
    return rows.with_reports().filter(status=Impostor.Status.REPORTED, trusted=False)


def _to_report(rows, _at):
    return rows.filter(status__in=[Impostor.Status.CONFIRMED, Impostor.Status.REOPENED])


def _unanswered(rows, at):
    before = city_day(at) - timedelta(days=PATIENCE)
    return rows.filter(status=Impostor.Status.AT_PLATFORM, reported_on__lt=before)


def _again(rows, _at):
    return rows.reported_again()


QUESTIONS = [
    ImpostorQuestion(
        "waiting",
        "Reported, not yet looked at",
        "accounts that somebody reported as impostors",
        "account that somebody reported as an impostor",
        Severity.NOW,
        "Look at each and say whether it is one: until then the public is told nothing.",
        _waiting,
    ),
    ImpostorQuestion(
        "to_report",
        "Confirmed, platform not asked",
        "impostors that no platform has been asked to take down",
        "impostor that no platform has been asked to take down",
        Severity.SOON,
        "Report each to its platform, and write down the day and the reference.",
        _to_report,
    ),
    ImpostorQuestion(
        "unanswered",
        f"Platform silent for over {PATIENCE} days",
        f"impostors about which a platform has not answered for over {PATIENCE} days",
        f"impostor about which a platform has not answered for over {PATIENCE} days",
        Severity.SOON,
        "Look whether it is still there, and ask again.",
        _unanswered,
    ),
    ImpostorQuestion(
        "again",
        "Settled, and reported again",
        "settled impostors that somebody has reported again",
        "settled impostor that somebody has reported again",
        Severity.SOON,
        "Read what is new, and reopen it or leave it.",
        _again,
    ),
    ImpostorQuestion(
        "held",
        "Held back: one of very many",
        "reports of impostors that were held back, because very many came from one network",
        "report of an impostor that was held back, because very many came from one network",
        Severity.INFORMATION,
        "Look through them when there is time: a true one may be among them.",
        _held,
    ),
]
BY_CODE = {question.code: question for question in QUESTIONS}


def shown_impostors(user: User, at: datetime, wanted: dict[str, Any]) -> "QuerySet[Any]":
    """The impostors that the filters leave, newest first, with how often and when last each was reported."""
    rows = Impostor.objects.visible_to(user, at)
    if question := BY_CODE.get(wanted.get("question") or ""):
        rows = question.rows(rows, at)
    for name in ("status", "platform"):
        if wanted.get(name):
            rows = rows.filter(**{name: wanted[name]})
    if text := (wanted.get("q") or "").replace("\x00", "").strip().lstrip("@"):
        rows = rows.filter(handle__icontains=text) | rows.filter(url__icontains=text)
    rows = rows.annotate(told=Count("reports", distinct=True), last_told_at=Max("reports__received_at"))
    return rows.select_related("platform").order_by("-first_reported_at", "-pk")
