"""What about comments the log seals: decisions and what they rest on, measures, blocks, notices, and appeals."""

from typing import Any

from city.seals import Seal, fields
from comments.models import (
    Appeal,
    AppealDecision,
    Block,
    Case,
    Decision,
    Measure,
    Notice,
    Proposal,
    Statement,
)
from comments.models.decision import Reasons

REASONS = tuple(name if name != "ground" else "ground_id" for name in Reasons.COPIED)

_ordered = fields(
    "case_id", "decision_id", "appeal_decision_id", "block_id", "account_id", "verb", "target", "root_id"
)


def measure(row: Measure) -> dict[str, Any]:
    """What was ordered on which ground, and how it ended. Claims, attempts and waits between are no acts."""
    ended = row.status not in Measure.OPEN
    return {
        **_ordered(row),
        "ended": row.status if ended else "",
        "done_at": row.done_at,
        "error": row.error if ended else "",
    }


SEALS = [
    Seal(Case, fields("item_id", "account_id", "author_id")),
    Seal(
        Proposal,
        fields("case_id", "proposed_by_id", "proposed_at", "record_id", "days", "ladder", "status", "answer", *REASONS),
    ),
    Seal(
        Decision,
        fields(
            "case_id", "outcome", "reference", "decided_by_id", "decided_at", "seconded_by_id", "seconded_at",
            "record_id", "record_hash", "block_until", *REASONS,
        ),
    ),
    Seal(Measure, measure),
    Seal(Notice, fields("decision_id", "text", "appeal_path", "created_at")),
    Seal(
        Block,
        fields("decision_id", "account_id", "author_id", "starts_at", "ends_at", "lifted_at", "lifted_why"),
    ),
    Seal(Statement, fields("received_at", "text", "reference", "described", "handle", "name", "email")),
    Seal(Appeal, fields("decision_id", "received_at", "decide_within", "status")),
    Seal(AppealDecision, fields("appeal_id", "outcome", "reasons", "by_id", "at")),
]  # fmt: skip
