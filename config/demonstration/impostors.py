"""The impostors of the demonstration: one that somebody has just reported, and one that the platform has been told of."""

from datetime import datetime, timedelta

from accounts.actions.impostors import confirm_impostor, report_impostor, report_to_platform
from accounts.models import Impostor
from accounts.permissions import PUBLIC
from config.demonstration.city import person

REPORTED = (
    "https://x.com/mbpublichea1th",
    "It has the city’s seal and tells people to pay for their flu shot by gift card.",
    "resident@home.example",
)
CONFIRMED = (
    "https://www.facebook.com/cityofmarlowbay.official",
    "It wrote to my mother that her water bill is overdue and sent a link to pay.",
)


def build_impostors(*, now: datetime) -> None:
    if Impostor.objects.exists():
        return
    officer = person("officer")
    address, text = CONFIRMED
    told_at = now - timedelta(days=12)
    report = report_impostor(by=PUBLIC, at=told_at, address=address, text=text)
    report_impostor(
        by=PUBLIC, at=told_at + timedelta(hours=5), address=address, text="Same here, by private message."
    )
    impostor = confirm_impostor(
        report.impostor,
        by=officer,
        at=told_at + timedelta(hours=20),
        reason="It uses the city’s seal and name, was made last week, and asks for payments to a private account.",
    )
    asked_at = told_at + timedelta(days=1)
    report_to_platform(
        impostor,
        by=officer,
        at=asked_at,
        reported_on=asked_at.date(),
        reference="Impersonation report 48151623",
    )
    address, text, email = REPORTED
    report_impostor(by=PUBLIC, at=now - timedelta(hours=3), address=address, text=text, email=email)
