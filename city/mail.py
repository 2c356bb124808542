"""Mail leaves as rows: what is written here is sent by a worker, and a lost worker loses no letter."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from city import log
from city.actors import SystemActor
from city.models import City, Mail

POSTMAN = SystemActor("Mail delivery")
LEASE = timedelta(minutes=2)
#: How long to wait after each failed attempt; after the last one the letter has failed.
BACK_OFF = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720)]


class Backend(BaseEmailBackend):
    """Turns whatever Django would send (allauth's letters too) into rows."""

    def send_messages(self, email_messages: Iterable[Any]) -> int:
        at = timezone.now()
        letters = [(message, to) for message in email_messages for to in message.recipients()]
        for message, to in letters:
            queue_mail(to, message.subject, str(message.body), event="", at=at)
        return len(letters)


def send_mail(to: str, event: str, context: dict[str, Any], at: datetime) -> Mail:
    """Write the letter `templates/mail/<event>.txt` to one address; its first line is `Subject: …`."""
    city = City.objects.defer("seal").filter(id=1).first()
    values = {"city": city, "site_url": settings.SITE_URL, **context}
    # Plain text: nothing in it may be escaped as if it were HTML.
    first, _, body = render_to_string(f"mail/{event}.txt", values).strip().partition("\n")
    return queue_mail(to, first.removeprefix("Subject:"), body.strip() + "\n", event=event, at=at)


def queue_mail(to: str, subject: str, body: str, *, event: str, at: datetime) -> Mail:
    """Keep a letter and ring for a worker. In the demonstration city it only lands on the outbox page."""
    # A line break in a subject would let its writer add headers.
    subject = " ".join(subject.replace("\x00", "").split())[:250]
    status = Mail.Status.SHOWN if is_demonstration() else Mail.Status.WAITING
    mail = Mail.objects.create(
        to=to, event=event, subject=subject, body=body.replace("\x00", ""),
        status=status, created_at=at, not_before=at,
    )  # fmt: skip
    if status == Mail.Status.WAITING:
        deliver_later(mail)
    return mail


def deliver_later(mail: Mail) -> None:
    """Ring for a worker once the row is committed."""
    from city.tasks import deliver_mail  # tasks import this module

    deliver_mail.delay_on_commit(mail_id=mail.pk)  # type: ignore[attr-defined]


def is_demonstration() -> bool:
    return City.objects.filter(is_demonstration=True).exists()


# -- the worker's side -------------------------------------------------------------------------------


def claim(mail_id: int, at: datetime) -> Mail | None:
    """Take one letter for LEASE; None when it is not due or somebody else has it."""
    with transaction.atomic():
        mail = Mail.objects.due(at).select_for_update(skip_locked=True).filter(pk=mail_id).first()
        if mail is None:
            return None
        mail.status, mail.lease_until, mail.attempts = Mail.Status.SENDING, at + LEASE, mail.attempts + 1
        mail.save(update_fields=["status", "lease_until", "attempts"])
    return mail


def hand_over(mail: Mail) -> None:
    """Give a letter to the mail server. Raises what the server or the network raises."""
    config = settings.EMAIL_CONFIG
    connection = get_connection(
        config["EMAIL_BACKEND"],
        host=config.get("EMAIL_HOST"),
        port=config.get("EMAIL_PORT"),
        username=config.get("EMAIL_HOST_USER"),
        password=config.get("EMAIL_HOST_PASSWORD"),
        use_tls=config.get("EMAIL_USE_TLS", False),
        use_ssl=config.get("EMAIL_USE_SSL", False),
        timeout=settings.EMAIL_TIMEOUT,
    )
    # The number stays the same over all attempts, so that a mailbox can tell a repeated letter.
    headers = {"Message-ID": f"<{mail.pk}.{mail.created_at:%Y%m%d%H%M%S%f}@rostrum>"}
    EmailMessage(
        mail.subject,
        mail.body,
        settings.DEFAULT_FROM_EMAIL,
        [mail.to],
        headers=headers,
        connection=connection,
    ).send()


def deliver(mail_id: int, at: datetime) -> Mail | None:
    """Send one letter if it is due, and write down what came of it. None: nothing was to be done."""
    mail = claim(mail_id, at)
    if mail is None:
        return None
    try:
        hand_over(mail)
    except (SMTPException, OSError) as problem:
        return _not_delivered(mail, problem, at)
    Mail.objects.filter(pk=mail.pk).update(status=Mail.Status.SENT, sent_at=at, lease_until=None, error="")
    mail.refresh_from_db()
    return mail


def _not_delivered(mail: Mail, problem: Exception, at: datetime) -> Mail:
    """Try again later, or give up: after the last attempt, or when the server will never take it."""
    changes: dict[str, Any] = {"error": said(problem)[:2000], "lease_until": None}
    if is_permanent(problem) or mail.attempts > len(BACK_OFF):
        changes["status"] = Mail.Status.FAILED
    else:
        changes |= {"status": Mail.Status.WAITING, "not_before": at + BACK_OFF[mail.attempts - 1]}
    with transaction.atomic():
        Mail.objects.filter(pk=mail.pk).update(**changes)
        mail.refresh_from_db()
        if mail.status == Mail.Status.FAILED:
            log.note(mail, verb="mail.failed", by=POSTMAN, at=at, reason=mail.error)
    return mail


def is_permanent(problem: Exception) -> bool:
    """Whether the server said 5xx, which means that trying again is of no use (RFC 5321, 4.2.1)."""
    if isinstance(problem, SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in problem.recipients.values())
    # 535 (wrong password) is ours to mend, not the letter's fault: it waits until the setting is right.
    return (
        isinstance(problem, SMTPResponseException) and problem.smtp_code >= 500 and problem.smtp_code != 535
    )


def said(problem: Exception) -> str:
    """The server's answer as a person can read it."""
    if isinstance(problem, SMTPRecipientsRefused):
        return "; ".join(f"{to}: {code} {text!s}" for to, (code, text) in problem.recipients.items())
    if isinstance(problem, SMTPResponseException):
        words = problem.smtp_error
        return f"{problem.smtp_code} {words.decode(errors='replace') if isinstance(words, bytes) else words}"
    return f"The mail server could not be reached: {problem}"
