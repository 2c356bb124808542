"""The registry's public side, the impostors, and the master list."""

from django.core import signing

from accounts.actions import impostors as acts
from accounts.permissions import PUBLIC
from accounts.views.directory import SENT
from city.roles import Role
from tests.conftest import NOW
from tests.permissions import Page, public

HANDLERS = frozenset({Role.OFFICER, Role.CIO})


def build(world):
    world.report = acts.report_impostor(
        by=PUBLIC, at=NOW, address="https://x.com/testvi11e", text="Asks for money."
    )
    world.impostor = world.report.impostor


def impostor(world):
    return [world.impostor.pk]


PAGES = {
    "accounts:verify_account": public(),
    "accounts:embed_accounts": public(),
    "accounts:account_changes": public(),
    "accounts:report_impostor": public(),
    "accounts:see_report": public(args=lambda world: [signing.Signer(salt=SENT).sign(str(world.report.pk))]),
    "accounts:api:verify": public(query="?q=@testville"),
    "accounts:list_impostors": Page(),
    "accounts:see_impostor": Page(args=impostor),
    "accounts:confirm_impostor": Page(HANDLERS, args=impostor),
    "accounts:dismiss_impostor": Page(HANDLERS, args=impostor),
    "accounts:report_to_platform": Page(HANDLERS, args=impostor),
    "accounts:record_taken_down": Page(HANDLERS, args=impostor),
    "accounts:record_refusal": Page(HANDLERS, args=impostor),
    "accounts:reopen_impostor": Page(HANDLERS, args=impostor),
    "accounts:master_list_csv": Page(),
    "accounts:master_list_pdf": Page(),
}
