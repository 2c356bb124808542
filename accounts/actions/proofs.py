"""Proofs of control: asserted by a person, looked at by a worker again and again."""

import secrets
from datetime import datetime
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction
from django.db.models import Q

from accounts.looking import Seen, look, under_the_citys_domain
from accounts.models import Account, Proof
from accounts.permissions import can_prove_account
from city import log
from city.actors import Actor, SystemActor
from city.models import City, User
from city.permissions import require
from city.refusals import Refusal

WATCH = SystemActor("The watch over proofs")


@transaction.atomic
def assert_proof(account: Account, *, by: User, at: datetime, method: str, page_url: str = "") -> Proof:
    """Say how one can see that the account is the city's. It counts only once a worker has seen it."""
    require(can_prove_account, by, account, at)
    city = City.objects.get()
    if method == Proof.Method.DOMAIN and not under_the_citys_domain(account.handle, city):
        raise Refusal(f"{account.called} is not under the domain of {city.website_url}.", field="method")
    if method == Proof.Method.REL_ME and not under_the_citys_domain(urlsplit(page_url).hostname or "", city):
        raise Refusal(f"Give a page on {city.website_url} that links to the account.", field="page_url")
    proof = Proof(account=account, method=method, asserted_by=by, asserted_at=at)
    if method == Proof.Method.NONCE:
        proof.nonce = f"city-{secrets.token_hex(6)}"
    if method == Proof.Method.REL_ME:
        proof.page_url = page_url
    try:
        with transaction.atomic():
            proof.save()
    except IntegrityError:
        raise Refusal("This way is on the list already.", field="method") from None
    log.note(proof, verb="proof.asserted", by=by, at=at, also=[account])
    return proof


@transaction.atomic
def withdraw_proof(proof: Proof, *, by: Actor, at: datetime, reason: str) -> None:
    """Take a way to see it off the list; the log keeps that it was there."""
    require(can_prove_account, by, proof.account, at)
    if not reason.strip():
        raise Refusal("Write why it is no proof any more.", field="reason")
    log.note(proof, verb="proof.withdrawn", by=by, at=at, reason=reason, also=[proof.account])
    Proof.objects.filter(pk=proof.pk).delete()


def check_proof(proof_id: int, *, at: datetime) -> Proof | None:
    """Look whether it holds. Claims with a lease, looks outside of any transaction, then writes what it saw."""
    free = Q(lease_until=None) | Q(lease_until__lte=at)
    if not Proof.objects.filter(free, pk=proof_id).update(lease_until=at + Proof.LEASE):
        return None
    proof = Proof.objects.select_related("account__platform", "account__connection").get(pk=proof_id)
    return record_look(proof, look(proof), at=at)


@transaction.atomic
def record_look(proof: Proof, seen: Seen, *, at: datetime) -> Proof:
    """Write what a look gave; only a change is told in the log."""
    proof = Proof.objects.select_for_update(of=("self",)).select_related("account").get(pk=proof.pk)
    held = proof.proven_at is not None and proof.denied_at is None
    proof.checked_at, proof.said, proof.lease_until = at, seen.said[:2000], None
    if seen.holds:
        proof.proven_at, proof.denied_at = at, None
    elif seen.holds is False:
        proof.denied_at = proof.denied_at or at
    proof.save()
    if seen.holds and not held:
        log.note(proof, verb="proof.seen", by=WATCH, at=at, reason=seen.said, also=[proof.account])
    elif seen.holds is False and held:
        log.note(proof, verb="proof.lapsed", by=WATCH, at=at, reason=seen.said, also=[proof.account])
    return proof
