"""Who holds the keys of the demonstration's accounts today: the officer on nearly all, most attestations fresh."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts.actions.access_reviews import answer_review_line, open_access_review
from accounts.actions.administrators import (
    add_administrator,
    attest_second_factor,
    change_administrator,
    confirm_duties,
)
from accounts.actions.credentials import add_credential
from accounts.actions.proofs import assert_proof
from accounts.faults import LIVING
from accounts.models import AccessReview, Account, Administrator
from city.models import Office, User
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
    enter_credentials(accounts, officer, now=now)
    page = accounts.get(platform__slug="facebook", handle="cityofmarlowbay")
    assert_proof(page, by=officer, at=now - timedelta(days=1), method="nonce")
    review_access(officer, now=now)


def enter_credentials(accounts, officer: User, *, now: datetime) -> None:
    """Most passwords lie in the vault; one is stored here, and some were not changed for too long."""
    for position, account in enumerate(accounts.order_by("pk")):
        if position % 5 == 4:
            continue
        rotated_on = (now - timedelta(days=20 + 23 * (position % 18))).date()
        place = {
            "place": "vault",
            "vault": "Keys of Communications",
            "vault_path": f"social/{account.platform.slug}/{account.handle}",
        }
        if position == 1:
            place = {"place": "here", "secret": "practice-only-3481"}
        add_credential(
            account,
            by=officer,
            at=now - timedelta(days=12),
            keeper=officer,
            identifier=account.generic_email,
            rotated_on=rotated_on,
            **place,
        )


def review_access(officer: User, *, now: datetime) -> None:
    """The last quarter's reviews: most are answered, one is under way, one is overdue."""
    named = Administrator.objects.current().filter(account__status__in=LIVING)
    for office in Office.objects.filter(accounts__administrators__in=named).distinct().order_by("pk"):
        under_way, overdue = (
            office == person("lcho").grants.get().office,
            office == person("bdietz").grants.get().office,
        )
        at = now - timedelta(days=5 if under_way else 40)
        review = open_access_review(office=office, by=officer, at=at)
        answer_all(review, officer, at=at + timedelta(days=2), leave=2 if under_way or overdue else 0)


def answer_all(review: AccessReview, officer: User, *, at: datetime, leave: int) -> None:
    """Answer all lines but so many: the officer for everybody, and another keeper for the officer."""
    lines = list(review.lines.select_related("administrator__account", "administrator__user"))
    for line in lines[: len(lines) - leave]:
        row, by = line.administrator, officer
        if row.user == officer:
            others = row.account.administrators.full().filter(user__is_active=True).exclude(user=officer)
            keeper = others.select_related("user").first()
            if keeper is None:
                continue
            by = keeper.user
        leaver = row.user is not None and not row.user.is_active
        answer_review_line(line, by=by, at=at, answer="removed" if leaver else "confirmed")


def office_of(name: str) -> Office | None:
    grant = person(name).grants.select_related("office").first()
    return grant.office if grant else None
