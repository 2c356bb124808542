"""What waits in policies: to be read by me, by my people, by the attorney, by the clerk."""

from datetime import datetime

from django.urls import reverse

from city.findings import Finding, Severity
from city.models import User
from city.roles import Role
from policies import permissions, queries
from policies.models import Version
from policies.rules.force import Standing


def _to_acknowledge(user: User, at: datetime) -> Finding | None:
    needed = queries.needs_acknowledgement(user, at)
    if not needed:
        return None
    return Finding(
        code="policies.to_acknowledge",
        title="policies in force that you have not acknowledged",
        title_one="policy in force that you have not acknowledged",
        severity=Severity.NOW,
        count=len(needed),
        url=reverse("policies:list_mine"),
        oldest_at=min(version.effective_at for version in needed if version.effective_at),
        what_to_do="Read what changed and acknowledge it. Until then you cannot publish.",
    )


def _others_outstanding(user: User, at: datetime) -> Finding | None:
    if not user.has_role(Role.OFFICER, Role.HEAD, at=at):
        return None
    rows = queries.visible_standings(at, offices=permissions.own_offices(user, at))
    open_rows = [row for row in rows if row.standing != Standing.DONE]
    if not open_rows:
        return None
    return Finding(
        code="policies.acknowledgements_outstanding",
        title="acknowledgements outstanding",
        title_one="acknowledgement outstanding",
        severity=Severity.SOON,
        count=len(open_rows),
        url=f"{reverse('policies:list_acknowledgements')}?standing=outstanding",
        oldest_at=min(row.version.effective_at for row in open_rows if row.version.effective_at),
        what_to_do="Ask these people to read the policy. They cannot publish before.",
    )


def _drafts(state: str, title: str, title_one: str, turn: str, to_do: str, watched: str = ""):
    """A finding that counts the policies whose draft stands in a state: for the role whose turn it is, who reads
    `to_do`, and for the officer, who reads `watched`.
    """

    def finding(user: User, at: datetime) -> Finding | None:
        if not user.has_role(turn, Role.OFFICER, at=at):
            return None
        what_to_do = to_do if user.has_role(turn, at=at) else watched
        drafts = Version.objects.visible_to(user, at)
        if state == "returned":
            drafts = drafts.filter(status=Version.Status.DRAFT).exclude(review_note="")
        else:
            drafts = drafts.filter(status=state)
        times = list(drafts.order_by("changed_at").values_list("changed_at", flat=True))
        if not times:
            return None
        url = f"{reverse('policies:list_policies')}?state={state}"
        return Finding(
            f"policies.{state}",
            title,
            Severity.SOON,
            len(times),
            url,
            times[0],
            what_to_do,
            title_one=title_one,
        )

    return finding


FINDINGS = [
    _to_acknowledge,
    _others_outstanding,
    _drafts(
        "in_review",
        "policy drafts wait for legal review",
        "policy draft waits for legal review",
        Role.ATTORNEY,
        "Read the redline and answer.",
        "The City Attorney reads the redline and answers.",
    ),
    _drafts(
        "reviewed",
        "reviewed policy drafts wait for adoption",
        "reviewed policy draft waits for adoption",
        Role.CLERK,
        "Record the adoption when the council has decided.",
        "The City Clerk records the adoption.",
    ),
    _drafts(
        "returned",
        "policy drafts came back with changes asked for",
        "policy draft came back with changes asked for",
        Role.OFFICER,
        "Read the reasons, change the draft and send it to review again.",
    ),
]
