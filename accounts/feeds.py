"""What changed among our accounts, as an Atom feed: whoever keeps a list of them elsewhere hears of it."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.http import urlencode

from accounts.directory import with_notice
from accounts.models import Account
from city.models import Entry
from city.requests import CityRequest

SHOWN = 100
#: Verb of the log → what the public is told. Reasons are the city's own affair.
TOLD = {
    "account.added": "Added",
    "account.imported": "Added",
    "account.activated": "Added",
    "account.changed": "Changed",
    "account.updated_by_import": "Changed",
    "account.paused": "Paused",
    "account.resumed": "In use again",
    "account.closing": "Closing",
    "account.retired": "Retired",
}
#: Changes of these are of interest outside.
PUBLIC_FIELDS = {"name", "handle", "url", "office", "language"}


class Change:
    """One line of the feed: an entry of the log and the account that it tells of, as it is now."""

    def __init__(self, entry: Any, account: Any) -> None:
        self.entry, self.account = entry, account
        self.what = TOLD[entry.verb]


def changes(at: datetime) -> list[Any]:
    """The newest changes of accounts that were public at the time, newest first."""
    told = Entry.objects.filter(verb__in=TOLD, subject__startswith="accounts.account:").order_by("-pk")
    entries = list(told[: SHOWN * 3])
    ids = {int(entry.subject.rpartition(":")[2]) for entry in entries}
    rows = Account.objects.filter(pk__in=ids).exclude(status=Account.Status.SETTING_UP)
    accounts = {row.pk: row for row in with_notice(rows.select_related("office", "platform"), at)}
    found = []
    for entry in entries:
        account = accounts.get(int(entry.subject.rpartition(":")[2]))
        if account is not None and _was_public(entry, account):
            found.append(Change(entry, account))
    return found[:SHOWN]


def _was_public(entry: Any, account: Any) -> bool:
    if account.active_since is None or entry.at < account.active_since:
        return False
    changed = entry.data.get("changed")
    return changed is None or bool(PUBLIC_FIELDS & set(changed))


class AccountChanges(Feed):
    """/find/changes.atom"""

    login_required = False
    feed_type = Atom1Feed
    description_template = None

    def get_object(self, request: CityRequest):  # type: ignore[override]
        return request

    def title(self, request: CityRequest) -> str:
        return f"Changes of the official accounts of {request.city.name}"

    def subtitle(self, request: CityRequest) -> str:
        return "Accounts that were added, changed, paused or retired. An account that is not listed is not the city’s."

    def link(self, request: CityRequest) -> str:
        return f"{settings.SITE_URL}{reverse('accounts:find_accounts')}"

    def feed_url(self, request: CityRequest) -> str:
        return f"{settings.SITE_URL}{reverse('accounts:account_changes')}"

    def items(self, request: CityRequest) -> list[Change]:
        return changes(request.at)

    def item_title(self, item: Change) -> str:
        return f"{item.what}: {item.account.name} on {item.account.platform}"

    def item_description(self, item: Change) -> str:
        account = item.account
        said = f"{account.called} on {account.platform}, {account.office}."
        if account.status == Account.Status.RETIRED:
            return f"{said} The city has given it up; what is posted there now is not the city’s."
        return f"{said} {account.notice or account.url}"

    def item_link(self, item: Change) -> str:
        """Our own page about the account: it says what holds on the day on which somebody follows it."""
        asked = urlencode({"q": item.account.url})
        return f"{settings.SITE_URL}{reverse('accounts:verify_account')}?{asked}"

    def item_guid(self, item: Change) -> str:
        return f"{settings.SITE_URL}{reverse('accounts:find_accounts')}#change-{item.entry.pk}"

    def item_pubdate(self, item: Change) -> datetime:
        return item.entry.at

    item_updateddate = item_pubdate
