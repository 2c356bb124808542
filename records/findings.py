"""What is wrong in the archive, each with exactly the rows that it counts."""

from datetime import datetime, timedelta

from django.urls import reverse

from city.findings import Finding, Severity
from city.models import Chain, User
from records.actions.checkpoint import is_new
from records.models import Checkpoint, Verification
from records.permissions import can_see_proof
from records.queries import asked_accounts

#: A checkpoint is due every hour; so much later somebody must look.
CHECKPOINT_PATIENCE = timedelta(hours=2)


def _accounts(
    user: User, at: datetime, question: str, title: str, title_one: str, severity: Severity, to_do: str
) -> Finding | None:
    if not can_see_proof(user, None, at):
        return None
    rows = asked_accounts({"question": question}, at)
    count = rows.count()
    if not count:
        return None
    url = f"{reverse('records:list_captures')}?question={question}"
    oldest = rows.first()
    return Finding(
        code=f"records.captures_{question}",
        title=title,
        title_one=title_one,
        severity=severity,
        count=count,
        url=url,
        oldest_at=oldest.last_good or oldest.connection.connected_at if oldest else None,
        what_to_do=to_do,
    )


def _failing(user: User, at: datetime) -> Finding | None:
    to_do = "Open the list: each failure says who must act."
    many, one = "accounts whose last capture failed", "account whose last capture failed"
    return _accounts(user, at, "failing", many, one, Severity.SOON, to_do)


def _late(user: User, at: datetime) -> Finding | None:
    to_do = "What is said and deleted meanwhile is lost. Look at the reason, and whether a worker runs."
    many, one = "accounts not captured for three intervals", "account not captured for three intervals"
    return _accounts(user, at, "late", many, one, Severity.NOW, to_do)


def _never(user: User, at: datetime) -> Finding | None:
    to_do = "A new connection is captured within a minute. If it lasts, look whether a worker runs."
    many, one = "connected accounts that were never captured", "connected account that was never captured"
    return _accounts(user, at, "never", many, one, Severity.SOON, to_do)


def _faults(user: User, at: datetime) -> Finding | None:
    if not can_see_proof(user, None, at):
        return None
    last = Verification.objects.filter(status=Verification.Status.DONE).first()
    if last is None or not last.fault_count:
        return None
    return Finding(
        code="records.verification_faults",
        title="faults found by the last verification of the archive",
        title_one="fault found by the last verification of the archive",
        severity=Severity.NOW,
        count=last.fault_count,
        url=f"{reverse('records:see_proof')}?verification={last.pk}",
        oldest_at=last.finished_at,
        what_to_do="Something in the archive is not as it was written. Tell the City Attorney before anybody mends it.",
    )


def _unsealed(user: User, at: datetime) -> Finding | None:
    if not can_see_proof(user, None, at):
        return None
    last = Checkpoint.objects.first()
    heads = [list(head) for head in Chain.objects.values_list("key", "number", "hash")]
    fresh = last is not None and at - last.at < CHECKPOINT_PATIENCE
    if fresh or not is_new(heads, last.heads if last else []) or (last is None and not _has_records(heads)):
        return None
    return Finding(
        code="records.no_checkpoint",
        title="archives without a signed checkpoint for two hours",
        title_one="archive without a signed checkpoint for two hours",
        severity=Severity.SOON,
        count=1,
        url=reverse("records:list_checkpoints"),
        oldest_at=last.at if last else None,
        what_to_do="The worker or the signing key is missing: ask whoever runs the server.",
    )


def _has_records(heads: list[list]) -> bool:
    return any(key != Chain.ENTRIES and number for key, number, _ in heads)


FINDINGS = [_faults, _late, _failing, _never, _unsealed]
