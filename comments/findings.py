"""What about comments needs somebody now."""

from datetime import datetime

from django.urls import reverse

from city.findings import Finding, Severity
from city.models import User
from comments import permissions
from comments.forms import AppealFilters, BlockFilters, CaseFilters
from comments.models import Statement
from comments.views.appeals import shown_appeals
from comments.views.blocks import shown_blocks
from comments.views.queue import shown_cases


def _cases(user, at, code, title, title_one, severity, query: dict[str, str], what_to_do) -> Finding | None:
    rows = shown_cases(CaseFilters(query), user, at)
    oldest = rows.order_by("opened_at").values_list("opened_at", flat=True).first()
    if oldest is None:
        return None
    url = f"{reverse('comments:list_cases')}?{'&'.join(f'{name}={value}' for name, value in query.items())}"
    return Finding(
        f"comments.{code}", title, severity, rows.count(), url, oldest, what_to_do, title_one=title_one
    )


def _waiting(user: User, at: datetime) -> Finding | None:
    if not permissions.can_claim_case(user, None, at):
        return None
    words = "Read the first in its thread, and decide."
    return _cases(
        user,
        at,
        "waiting",
        "comments wait for a moderator",
        "comment waits for a moderator",
        Severity.INFORMATION,
        {"status": "waiting"},
        words,
    )


def _late(user: User, at: datetime) -> Finding | None:
    if not permissions.can_claim_case(user, None, at):
        return None
    words = "Decide the oldest first: people wait for a word."
    return _cases(
        user,
        at,
        "late",
        "comments undecided for more than one business day",
        "comment undecided for more than one business day",
        Severity.SOON,
        {"since": "late"},
        words,
    )


def _to_second(user: User, at: datetime) -> Finding | None:
    if permissions.can_answer_blocks(user, None, at):
        severity, words = Severity.NOW, "Read the comment and the reasons; second the block or refuse it."
    elif permissions.can_lift_block(user, None, at):
        severity, words = Severity.INFORMATION, "Somebody with that role seconds or refuses each."
    else:
        return None
    return _cases(
        user,
        at,
        "to_second",
        "blocks wait for a second person",
        "block waits for a second person",
        severity,
        {"status": "proposed"},
        words,
    )


def _stuck(user: User, at: datetime) -> Finding | None:
    if not permissions.can_retry_measure(user, None, at):
        return None
    words = "The network does not show what was decided. Read why, and have it tried again."
    return _cases(
        user,
        at,
        "stuck",
        "decisions that could not be carried out",
        "decision that could not be carried out",
        Severity.NOW,
        {"status": "stuck"},
        words,
    )


def _appeals(
    user: User, at: datetime, status: str, title: str, title_one: str, severity: Severity
) -> Finding | None:
    if permissions.can_decide_appeals(user, None, at):
        words = "Read the statements and the comment in its thread, and answer with reasons."
    elif permissions.can_lift_block(user, None, at):
        words = "Somebody who had no part in the decision answers each, with reasons."
    else:
        return None
    rows = shown_appeals(AppealFilters({"status": status}), user, at)
    if not rows:
        return None
    url = f"{reverse('comments:list_appeals')}?status={status}"
    return Finding(
        f"comments.appeals_{status or 'open'}",
        title,
        severity,
        len(rows),
        url,
        rows[0].received_at,
        words,
        title_one=title_one,
    )


def _appeals_overdue(user: User, at: datetime) -> Finding | None:
    return _appeals(user, at, "overdue", "appeals past their date", "appeal past its date", Severity.NOW)


def _appeals_soon(user: User, at: datetime) -> Finding | None:
    return _appeals(
        user,
        at,
        "soon",
        "appeals due within two business days",
        "appeal due within two business days",
        Severity.SOON,
    )


def _appeals_open(user: User, at: datetime) -> Finding | None:
    return _appeals(
        user,
        at,
        "",
        "appeals that wait for an answer",
        "appeal that waits for an answer",
        Severity.INFORMATION,
    )


def _unmatched(user: User, at: datetime) -> Finding | None:
    if not permissions.can_match_statement(user, None, at):
        return None
    rows = Statement.objects.visible_to(user, at).unmatched()
    oldest = rows.order_by("received_at").values_list("received_at", flat=True).first()
    if oldest is None:
        return None
    url = reverse("comments:list_statements")
    words = "Find the decision that is meant, or set the statement aside with a reason."
    return Finding(
        "comments.unmatched", "statements of the public that a person must match with a decision", Severity.SOON,
        rows.count(), url, oldest, words,
        title_one="statement of the public that a person must match with a decision",
    )  # fmt: skip


def _read_again(user: User, at: datetime) -> Finding | None:
    if not permissions.can_read_block_again(user, None, at):
        return None
    rows = shown_blocks(BlockFilters({"status": "again"}), user, at)
    oldest = rows.order_by("read_since").values_list("read_since", flat=True).first()
    if oldest is None:
        return None
    return Finding(
        "comments.read_again", "blocks that nobody has read again for a quarter", Severity.SOON, rows.count(),
        f"{reverse('comments:list_blocks')}?status=again", oldest, "Say why each is still needed, or lift it.",
        title_one="block that nobody has read again for a quarter",
    )  # fmt: skip


FINDINGS = [
    _waiting,
    _late,
    _to_second,
    _stuck,
    _appeals_overdue,
    _appeals_soon,
    _appeals_open,
    _unmatched,
    _read_again,
]
