"""What a new city does first, in the order in which one step needs the other; shown until all of it is done."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from accounts.models import Account, Connection
from city.models import Grant, Office, User
from city.roles import Role
from policies.models import Version


@dataclass(frozen=True)
class Step:
    title: str
    why: str
    url: str
    done: bool


def first_steps(user: User, at: datetime) -> list[Step]:
    """The steps for those who set a city up; none for others, and none once all are done."""
    if not user.has_role(Role.ADMINISTRATOR, Role.OFFICER, at=at):
        return []
    steps = [
        Step(
            "Add the offices",
            "Departments and districts own the accounts.",
            reverse("city:list_offices"),
            Office.objects.exists(),
        ),
        Step(
            "Invite the Social Media Officer",
            "The officer decides about accounts and sees what needs attention.",
            reverse("city:invite_user"),
            Grant.objects.at(at).filter(role=Role.OFFICER).exists(),
        ),
        Step(
            "Enter the accounts that exist",
            "Import the city’s spreadsheet; a dry run shows first what would happen.",
            reverse("accounts:check_import"),
            Account.objects.exists(),
        ),
        Step(
            "Connect an account",
            "From then on it is archived by itself.",
            reverse("accounts:list_accounts"),
            Connection.objects.exists(),
        ),
        Step(
            "Adopt the policies",
            "Decisions cite the version that was in force.",
            reverse("policies:list_policies"),
            Version.objects.adopted().exists(),
        ),
    ]
    return [] if all(step.done for step in steps) else steps
