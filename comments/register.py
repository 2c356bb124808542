"""The public register of decisions: one reading for the page, the CSV and the API. No name of a commenter."""

from datetime import datetime, time
from typing import Any

from django.db.models import Q

from city.canonical import instant
from city.clock import at_time, start_of_day
from comments.models import Decision
from comments.procedure import city_zone


def published(wanted: dict[str, Any] | None = None):
    """Decisions that took something from somebody, newest first."""
    wanted = wanted or {}
    rows = Decision.objects.adverse().select_related(
        "case__account__platform", "case__account__office", "notice", "appeal__answer"
    )
    if text := (wanted.get("q") or "").replace("\x00", "").strip():
        rows = rows.filter(Q(reference__icontains=text) | Q(ground_title__icontains=text))
    if wanted.get("account"):
        rows = rows.filter(case__account=wanted["account"])
    if wanted.get("outcome"):
        rows = rows.filter(outcome=wanted["outcome"])
    zone = city_zone() if wanted.get("since") or wanted.get("until") else None
    if zone and wanted.get("since"):
        rows = rows.filter(decided_at__gte=start_of_day(wanted["since"], zone))
    if zone and wanted.get("until"):
        rows = rows.filter(decided_at__lte=at_time(wanted["until"], time.max, zone))
    return rows.prefetch_related("measures").order_by("-decided_at", "-pk")


def appeal_in_words(decision: Decision) -> str:
    """What came of an appeal, in a word for lists."""
    appeal = getattr(decision, "appeal", None)
    return appeal.get_status_display() if appeal else "No appeal"


def as_published(decision: Decision, at: datetime) -> dict[str, Any]:
    """One decision as everybody may have it."""
    case, appeal = decision.case, getattr(decision, "appeal", None)
    answer = getattr(appeal, "answer", None)
    return {
        "reference": decision.reference,
        "decided_at": instant(decision.seconded_at or decision.decided_at),
        "platform": case.account.platform.slug,
        "account": case.account.name,
        "account_url": case.account.url,
        "decision": decision.outcome,
        "block_until": instant(decision.block_until) if decision.block_until else None,
        "ground": decision.ground_title,
        "definition": decision.ground_definition,
        "clause": decision.clause_label,
        "policy": decision.policy_label,
        "facts": decision.facts,
        "evidence_sha256": decision.record_hash,
        "measures": [{"act": one.verb, "state": one.status} for one in decision.measures.all()],
        "appeal": appeal.status if appeal else None,
        "appeal_reasons": answer.reasons if answer else None,
    }
