"""Who holds the keys of the demonstration's accounts today: the officer on nearly all, most attestations fresh."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.actions.administrators import (
    add_administrator,
    attest_second_factor,
    change_administrator,
    confirm_duties,
)
from accounts.models import Account, Administrator
from config.demonstration.city import person

#: The officer has not been added to these yet, and these settings nobody has looked at since.
WITHOUT_OFFICER = ("marlowbaytrees", "mbpublichealth", "marlowbaydistrict8")
EVERY_NINTH = 9


@transaction.atomic
def build_keys(*, now: datetime) -> None:
    """Bring the rosters to today. All at once or not at all, so that a load that was broken off can go on."""
    officer, cio = person("officer"), person("cio")
    if Administrator.objects.filter(user=officer).exists():
        return
    accounts = Account.objects.exclude(status__in=[Account.Status.RETIRED, Account.Status.SETTING_UP])
    for account in accounts.exclude(handle__in=WITHOUT_OFFICER).order_by("pk"):
        add_administrator(
            account, by=officer, at=now - timedelta(days=170), user=officer, platform_role="full"
        )
    rows = Administrator.objects.current().filter(account__in=accounts).select_related("account", "user")
    for position, row in enumerate(rows.order_by("pk")):
        at = now - timedelta(days=5 + position % 160)
        if row.contractor == "Rae Sutter":
            change_administrator(
                row, by=officer, at=at, platform_role=row.platform_role, contract_ends_on=now.date()
            )
        factor = "key" if row.user == officer else row.second_factor
        if position % EVERY_NINTH and factor != Administrator.SecondFactor.UNKNOWN and row.user != cio:
            attest_second_factor(
                row, by=cio, at=at, second_factor=factor, evidence="Looked at the settings together."
            )
        if position % EVERY_NINTH and row.user != cio:
            confirm_duties(
                row, by=cio, at=at, reason="Job description of this year, section on public media."
            )
