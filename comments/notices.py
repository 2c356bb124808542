"""What the affected person and the public are told of a decision, and where they can appeal."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import Account
from city.models import City
from city.times import told
from comments.models.decision import Reasons
from comments.rules import Procedure

ACTS = {
    "hide": "hid a comment",
    "block": "hid a comment and blocked its author until {until}",
    "block_only": "blocked the author of a comment until {until}",
}


@dataclass(frozen=True)
class Telling:
    """What a notice needs: known before the decision too, so that it can be shown before."""

    account: Account
    reasons: Reasons
    outcome: str
    reference: str
    at: datetime
    procedure: Procedure
    until: datetime | None = None


def appeal_path(reference: str) -> str:
    return f"{reverse('comments:submit_statement')}?{urlencode({'reference': reference})}"


def text_of(telling: Telling) -> str:
    """The notice in plain language: what, why, under which rule, and how to appeal."""
    reasons = telling.reasons
    city = City.objects.only("name").get(id=1)
    act = ACTS[telling.outcome].format(until=told(telling.until) if telling.until else "")
    warning = (
        "This is also a warning. If a later comment breaks the rules again, its author can be blocked for "
        f"{telling.procedure.ladder[0]} days."
    )
    appeal = (
        f"If you think that this is wrong, appeal. You need no account and pay nothing. Somebody who had "
        f"no part in this decision answers within {telling.procedure.decide_within} business days.\n"
        f"{settings.SITE_URL}{reverse('comments:submit_statement')}?reference={telling.reference}"
    )
    parts = [
        f"{city.name}, decision {telling.reference}, {told(telling.at)}.",
        f"The City {act} at {telling.account.name} on {telling.account.platform}.",
        f"Reason: {reasons.ground_title}. {reasons.ground_definition}",
        f"Rule: {reasons.clause_label}, {reasons.policy_label}. {settings.SITE_URL}{reasons.policy_path}",
        f"What in the comment meets it: {reasons.facts}",
        *([warning] if telling.outcome == "hide" else []),
        "The comment was kept as it was written, with a record of who decided and when.",
        appeal,
    ]
    return "\n\n".join(parts)
