"""Letters that did not leave."""

from datetime import datetime

from django.db import transaction

from city import log
from city.actors import Actor
from city.mail import deliver_later
from city.models import Mail
from city.permissions import can_send_mail_again, require


@transaction.atomic
def send_mail_again(mail: Mail, *, by: Actor, at: datetime) -> Mail:
    """Try a letter again that has failed, with all its attempts."""
    require(can_send_mail_again, by, mail, at)
    log.move(
        mail,
        to=Mail.Status.WAITING,
        by=by,
        at=at,
        verb="mail.sent_again",
        not_before=at,
        attempts=0,
        error="",
    )
    deliver_later(mail)
    return mail
