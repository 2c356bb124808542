"""What is wrong or due, each finding with the address of exactly the rows that it counts.

Each app has its own in `<app>/findings.py`: `FINDINGS`, a list of functions
`(user, at) -> Finding | None`. A function asks the right itself: who may do nothing about it, or may not
see the rows, gets None.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from django.urls import reverse

from city.collect import collected
from city.models import Mail, User
from city.permissions import can_invite_user, can_read_mail


class Severity(IntEnum):
    """How soon somebody must act; the home page shows the worst first."""

    INFORMATION = 0
    SOON = 1
    NOW = 2

    @property
    def words(self) -> str:
        return {0: "For information", 1: "Soon", 2: "Needs you now"}[int(self)]


@dataclass(frozen=True)
class Finding:
    """`count` rows that need somebody. `url` opens a list of exactly these rows.

    `code` is stable (`accounts.no_second_factor`), `title` completes "12 …" in plain words
    ("accounts without a second factor"), `what_to_do` says how it is mended.
    """

    code: str
    title: str
    severity: Severity
    count: int
    url: str
    oldest_at: datetime | None = None
    what_to_do: str = ""
    #: The title when it is one: "account without a second factor".
    title_one: str = ""

    @property
    def words(self) -> str:
        """12 accounts without a second factor."""
        return f"{self.count:,} {self.title_one if self.count == 1 and self.title_one else self.title}"


def findings_for(user: User, at: datetime) -> list[Finding]:
    """Everything that needs this person now, worst first, then oldest first."""
    found = [finding for find in collected("findings", "FINDINGS") if (finding := find(user, at)) is not None]
    return sorted(found, key=lambda one: (-one.severity, one.oldest_at or at, one.code))


def _failed_mail(user: User, at: datetime) -> Finding | None:
    if not can_read_mail(user, None, at):
        return None
    failed = Mail.objects.filter(status=Mail.Status.FAILED)
    oldest = failed.order_by("created_at").values_list("created_at", flat=True).first()
    if oldest is None:
        return None
    return Finding(
        code="city.mail_failed",
        title="letters that could not be delivered",
        title_one="letter that could not be delivered",
        severity=Severity.NOW,
        count=failed.count(),
        url=f"{reverse('city:outbox')}?status=failed",
        oldest_at=oldest,
        what_to_do="Read the mail server’s answer, mend the address, and send it again.",
    )


def _late_mail(user: User, at: datetime) -> Finding | None:
    if not can_read_mail(user, None, at):
        return None
    late = Mail.objects.late(at)
    oldest = late.order_by("created_at").values_list("created_at", flat=True).first()
    if oldest is None:
        return None
    return Finding(
        code="city.mail_late",
        title="letters that have waited for more than 15 minutes",
        title_one="letter that has waited for more than 15 minutes",
        severity=Severity.SOON,
        count=late.count(),
        url=f"{reverse('city:outbox')}?status=late",
        oldest_at=oldest,
        what_to_do="The mail server does not answer or no worker runs; they are tried again by themselves.",
    )


def _unanswered_invitations(user: User, at: datetime) -> Finding | None:
    if not can_invite_user(user, None, at):
        return None
    people = User.objects.invitation_expired(at)
    oldest = people.order_by("joined_at").values_list("joined_at", flat=True).first()
    if oldest is None:
        return None
    return Finding(
        code="city.invitation_expired",
        title="people whose invitation expired before they used it",
        title_one="person whose invitation expired before they used it",
        severity=Severity.INFORMATION,
        count=people.count(),
        url=f"{reverse('city:list_people')}?status=expired",
        oldest_at=oldest,
        what_to_do="Invite them again, or deactivate the entry.",
    )


FINDINGS = [_failed_mail, _late_mail, _unanswered_invitations]


def each_severity(findings: list[Finding]) -> Iterator[tuple[Severity, list[Finding]]]:
    """The findings in groups, worst first."""
    for severity in sorted(Severity, reverse=True):
        group = [finding for finding in findings if finding.severity == severity]
        if group:
            yield severity, group
