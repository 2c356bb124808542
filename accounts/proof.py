"""Whether it is proven, only asserted, or no longer so that an account is the city's. Computed from the clock.

That the platform answers to the account's own session, as the id in the registry, is itself a proof: the archive
worker repeats it with every capture, and `Connection` remembers the last answer.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import Exists, OuterRef, Q

from accounts.models import Account, Connection, Proof, key_rules


class ProofState(StrEnum):
    PROVEN = "proven"
    ASSERTED = "asserted"
    LAPSED = "lapsed"


def proof_state(account: Account, at: datetime) -> str:
    """`proven`, `asserted` or `lapsed`."""
    return proof_states([account], at)[account.pk]


def proof_states(accounts: Iterable[Account], at: datetime) -> dict[int, str]:
    """The same for many, in two queries: by the account's key."""
    keys = [account.pk for account in accounts]
    rows = Account.objects.filter(pk__in=keys)
    proven = set(proven_accounts(rows, at).values_list("pk", flat=True))
    lapsed = set(lapsed_accounts(rows, at).values_list("pk", flat=True))
    return {
        key: ProofState.PROVEN
        if key in proven
        else ProofState.LAPSED
        if key in lapsed
        else ProofState.ASSERTED
        for key in keys
    }


def proven_accounts(rows, at: datetime):
    """Those of `rows` for which some proof holds."""
    return rows.filter(_holds(at))


def lapsed_accounts(rows, at: datetime):
    """Those of `rows` for which some proof held once and none does now."""
    once = Q(Exists(Proof.objects.filter(account=OuterRef("pk"), proven_at__isnull=False)))
    return rows.filter(once | Q(connection__answered_at__isnull=False)).exclude(_holds(at))


def _holds(at: datetime) -> Q:
    since = at - timedelta(days=key_rules().proof_days)
    answered = Connection.objects.filter(account=OuterRef("pk"), answered_at__gte=since)
    answered = answered.exclude(status=Connection.Status.REFUSED)
    return Q(Exists(Proof.objects.holding(since).filter(account=OuterRef("pk")))) | Q(Exists(answered))
