"""Work of the city floor. Each task loads or claims one row and calls one function."""

from celery import shared_task
from django.utils import timezone

from city import mail
from city.models import Mail

AT_ONCE = 200


@shared_task
def deliver_mail(*, mail_id: int) -> None:
    """Send one letter."""
    mail.deliver(mail_id, timezone.now())


@shared_task
def sweep_mail() -> None:
    """Ring for every letter that is due: the guarantee when the first ring was lost or a worker died."""
    for mail_id in (
        Mail.objects.due(timezone.now()).order_by("not_before").values_list("pk", flat=True)[:AT_ONCE]
    ):
        deliver_mail.delay(mail_id=mail_id)
