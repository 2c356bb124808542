"""What can be wrong with accounts: one question each, with its words and exactly the accounts that it means.

Lists, their CSV and the findings all ask here. What only a higher floor knows, such as when an account last said
something, is asked of that floor (`<app>/account_facts.py`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Account, Administrator, Connection, Credential, Platform, key_rules
from accounts.models.errand import city_day
from accounts.proof import lapsed_accounts
from city.collect import collected
from city.findings import Severity
from city.models import Grant
from city.roles import Role

LIVING = (Account.Status.ACTIVE, Account.Status.PAUSED, Account.Status.CLOSING)
WEAK = [factor for factor in Administrator.SecondFactor.values if factor not in Administrator.STRONG]


def with_full(rows):
    """Accounts with `full`: how many people who are still here have full control."""
    full = (
        Administrator.objects.full()
        .filter(account=OuterRef("pk"))
        .exclude(user__is_active=False)
        .order_by()
        .values("account")
        .annotate(number=Count("pk"))
        .values("number")
    )
    return rows.annotate(full=Coalesce(Subquery(full, output_field=IntegerField()), 0))


def _having(**conditions: Any) -> Exists:
    return Exists(Administrator.objects.current().filter(account=OuterRef("pk"), **conditions))


def _too_few(rows, _at):
    return with_full(rows.filter(status__in=LIVING)).filter(full__lt=Administrator.FULL_NEEDED)


def _weak_factor(rows, _at):
    return rows.filter(_having(second_factor__in=WEAK), status__in=LIVING)


def _leaver(rows, _at):
    return rows.filter(_having(user__is_active=False), status__in=LIVING)


def _refused(rows, _at):
    return rows.filter(connection__status=Connection.Status.REFUSED, status__in=LIVING)


def _failing(rows, _at):
    return rows.filter(connection__status=Connection.Status.FAILING, status__in=LIVING)


def _not_connected(rows, _at):
    return rows.filter(connection=None, status__in=LIVING).exclude(platform__module="")


def _prohibited(rows, _at):
    return rows.filter(platform__status=Platform.Status.PROHIBITED, status__in=LIVING)


def _too_many(rows, _at):
    return with_full(rows.filter(status__in=LIVING)).filter(full__gt=key_rules().most_full)


def _without_officer(rows, at):
    officers = Grant.objects.at(at).filter(role=Role.OFFICER).values("user_id")
    return rows.filter(~_having(user__in=officers), status__in=LIVING)


def _attestation_expired(rows, at):
    before = at - timedelta(days=key_rules().attestation_days)
    return rows.filter(_having(attested_at__lt=before), status__in=LIVING)


def _without_contract_end(rows, _at):
    return rows.filter(_having(user=None, contract_ends_on=None), status__in=LIVING)


def _contract_over(rows, at):
    return rows.filter(_having(user=None, contract_ends_on__lt=city_day(at)), status__in=LIVING)


def _duties_unconfirmed(rows, _at):
    return rows.filter(_having(duties_confirmed_at=None), status__in=LIVING)


def _old_credential(rows, at):
    before = at - timedelta(days=30 * key_rules().credential_months)
    secrets = Credential.objects.set_before(before.date()).filter(account=OuterRef("pk"))
    return rows.filter(Q(connection__connected_at__lt=before) | Q(Exists(secrets)), status__in=LIVING)


def _proof_lapsed(rows, at):
    return lapsed_accounts(rows.filter(status__in=LIVING), at)


def _silent(rows, at):
    """Accounts in use that said nothing for longer than the rules allow; only those that the archive reads."""
    since = at - timedelta(days=key_rules().silent_days)
    spoke = Q(pk__in=[])
    for spoke_since in collected("account_facts", "SPOKE_SINCE"):
        spoke |= Q(spoke_since(since))
    rows = rows.filter(status=Account.Status.ACTIVE, active_since__lt=since, connection__isnull=False)
    return rows.exclude(spoke)


@dataclass(frozen=True)
class AccountQuestion:
    """Something that can be wrong with accounts: its code in addresses, its words, and which accounts it means."""

    code: str
    title: str
    title_one: str
    severity: Severity
    what_to_do: str
    rows: Callable[[Any, datetime], Any]


QUESTIONS = [
    AccountQuestion(
        "connection_refused",
        "accounts whose connection the platform refuses",
        "account whose connection the platform refuses",
        Severity.NOW,
        "Nothing of them is archived. Connect each again with a new app password.",
        _refused,
    ),
    AccountQuestion(
        "leaver_listed",
        "accounts that somebody who left can still act as",
        "account that somebody who left can still act as",
        Severity.NOW,
        "Remove them on the platform, then finish the errand.",
        _leaver,
    ),
    AccountQuestion(
        "few_administrators",
        "accounts with fewer than two people in full control",
        "account with fewer than two people in full control",
        Severity.SOON,
        "Name a second person, so that nobody is locked out.",
        _too_few,
    ),
    AccountQuestion(
        "weak_second_factor",
        "accounts with an administrator whose second factor is none, a text message or unknown",
        "account with an administrator whose second factor is none, a text message or unknown",
        Severity.SOON,
        "Have them use an app or a key, look at the setting, and attest it.",
        _weak_factor,
    ),
    AccountQuestion(
        "platform_prohibited",
        "accounts on a platform that is no longer approved",
        "account on a platform that is no longer approved",
        Severity.SOON,
        "Close them, or decide anew on the platform.",
        _prohibited,
    ),
    AccountQuestion(
        "connection_failing",
        "accounts whose connection fails at the moment",
        "account whose connection fails at the moment",
        Severity.INFORMATION,
        "It is tried again by itself. Look at the reason if it lasts.",
        _failing,
    ),
    AccountQuestion(
        "not_connected",
        "accounts that could be connected and are not",
        "account that could be connected and is not",
        Severity.SOON,
        "Nothing of them is archived. Connect each with an app password.",
        _not_connected,
    ),
    AccountQuestion(
        "contract_over",
        "accounts that a contractor can still act as after the contract’s end",
        "account that a contractor can still act as after the contract’s end",
        Severity.NOW,
        "Remove them on the platform and from the roster, or enter the contract’s new end.",
        _contract_over,
    ),
    AccountQuestion(
        "proof_lapsed",
        "accounts for which no proof of control holds any more",
        "account for which no proof of control holds any more",
        Severity.NOW,
        "Look at the account at once: is it still ours? Then renew a proof or the connection.",
        _proof_lapsed,
    ),
    AccountQuestion(
        "officer_missing",
        "accounts that the Social Media Officer cannot act as",
        "account that the Social Media Officer cannot act as",
        Severity.SOON,
        "Have the officer added on the platform, and enter it in the roster.",
        _without_officer,
    ),
    AccountQuestion(
        "attestation_expired",
        "accounts with an attested second factor that nobody has looked at for too long",
        "account with an attested second factor that nobody has looked at for too long",
        Severity.SOON,
        "Look at the settings together again, and attest what you see.",
        _attestation_expired,
    ),
    AccountQuestion(
        "many_administrators",
        "accounts with too many people in full control",
        "account with too many people in full control",
        Severity.SOON,
        "Let those who only post be editors on the platform, and change the roster.",
        _too_many,
    ),
    AccountQuestion(
        "no_contract_end",
        "accounts with a contractor whose contract’s end is not known",
        "account with a contractor whose contract’s end is not known",
        Severity.SOON,
        "Enter the date on which the contract ends.",
        _without_contract_end,
    ),
    AccountQuestion(
        "credential_old",
        "accounts whose stored credential was not changed for too long",
        "account whose stored credential was not changed for too long",
        Severity.SOON,
        "Change it on the platform, then record the change; connect the account again with a new app password.",
        _old_credential,
    ),
    AccountQuestion(
        "silent",
        "accounts in use that have said nothing for a long time",
        "account in use that has said nothing for a long time",
        Severity.INFORMATION,
        "Ask the office whether it still needs the account; if not, begin to close it.",
        _silent,
    ),
    AccountQuestion(
        "duties_unconfirmed",
        "accounts whose people’s duties are not confirmed",
        "account whose people’s duties are not confirmed",
        Severity.INFORMATION,
        "Find the account in the job description or the contract, and confirm it in the roster.",
        _duties_unconfirmed,
    ),
]
BY_CODE = {question.code: question for question in QUESTIONS}
