"""Asking the gate about a saved post, everywhere it is to go."""

from datetime import datetime

from accounts.models import Account
from city.refusals import Refusal
from posts import gate
from posts.gate import Moment
from posts.models import Post


def refuse_unless(found: gate.Verdict) -> None:
    """Raise the verdict's reasons as one refusal, beside the first field that they name."""
    if not found.allowed:
        where = next((reason.field for reason in found.reasons if reason.field), None)
        raise Refusal(gate.in_words(found), field=where)


def targets_of(post: Post) -> list[Account]:
    """The accounts that the current wording goes to, with what the gate asks of them."""
    if post.current is None:
        return []
    accounts = Account.objects.select_related("platform", "connection", "office")
    return list(accounts.filter(pk__in=post.current.targets).order_by("pk"))


def ask_gate(
    post: Post, *, by, at: datetime, moment: Moment, speaks_at=None, second_factor_at=None
) -> gate.Verdict:
    """The gate's verdict on the current wording, everywhere it is to go."""
    return gate.verdict_everywhere(
        gate.wording_of(post.revision),
        targets_of(post),
        by=by,
        at=at,
        moment=moment,
        speaks_at=speaks_at,
        second_factor_at=second_factor_at,
    )


def speaks_at(post: Post, at: datetime) -> datetime:
    """When it is to be said: as planned, or now if that has passed."""
    return max(post.scheduled_for, at) if post.scheduled_for else at
