"""What the archive knows of accounts, told to the registry below it (`accounts/faults.py`)."""

from datetime import datetime

from django.db.models import Exists, OuterRef

from records.models import Capture, Record


def spoke_since(at: datetime) -> Exists:
    """Whether the archive holds something that the account itself said since then."""
    said = Record.objects.filter(account=OuterRef("pk"), kind=Record.Kind.POST, created_at__gte=at)
    return Exists(said)


def captured_since(at: datetime) -> Exists:
    """Whether a capture that began after then has ended well."""
    good = Capture.objects.filter(account=OuterRef("pk"), status=Capture.Status.DONE, started_at__gte=at)
    return Exists(good)


SPOKE_SINCE = [spoke_since]
CAPTURED_SINCE = [captured_since]
