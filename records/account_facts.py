"""What the archive knows of accounts, told to the registry below it (`accounts/faults.py`)."""

from datetime import datetime

from django.db.models import Exists, OuterRef

from records.models import Record


def spoke_since(at: datetime) -> Exists:
    """Whether the archive holds something that the account itself said since then."""
    said = Record.objects.filter(account=OuterRef("pk"), kind=Record.Kind.POST, created_at__gte=at)
    return Exists(said)


SPOKE_SINCE = [spoke_since]
