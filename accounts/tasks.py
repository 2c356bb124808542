"""Work on the registry that takes longer than a page, or that the calendar asks for."""

from celery import shared_task
from django.utils import timezone

from accounts.actions import access_reviews, hand_overs, proofs
from accounts.actions.imports import apply_next_rows, claim_import, finish_import
from accounts.models import Import, Proof


@shared_task
def apply_import(*, import_id: int) -> None:
    """Apply a confirmed import, part by part. What a killed worker left is gone on with by the sweep."""
    batch = claim_import(import_id, at=timezone.now())
    if batch is None:
        return
    while apply_next_rows(batch, at=timezone.now()):
        pass
    finish_import(batch, at=timezone.now())


@shared_task
def sweep_imports() -> None:
    """Ring again for imports whose ring was lost or whose worker died."""
    for import_id in Import.objects.waiting(timezone.now()).values_list("pk", flat=True):
        apply_import.delay(import_id=import_id)


@shared_task
def check_proof(*, proof_id: int) -> None:
    """Look once whether a proof of control holds."""
    proofs.check_proof(proof_id, at=timezone.now())


@shared_task
def check_due_proofs() -> None:
    """Ring for each proof that nobody has looked at for a day."""
    for proof_id in Proof.objects.waiting(timezone.now()).values_list("pk", flat=True):
        check_proof.delay(proof_id=proof_id)


@shared_task
def open_hand_overs() -> None:
    """What a term's first or last day asks for at the seat's accounts."""
    hand_overs.open_due_hand_overs(at=timezone.now())


@shared_task
def follow_reviews() -> None:
    """Open the quarter's access reviews, and remind of those that nobody answered."""
    access_reviews.open_due_access_reviews(at=timezone.now())
    access_reviews.escalate_access_reviews(at=timezone.now())
