"""What of the registry the log seals: when and why an account or an office must be silent."""

from accounts.models import Silence
from city.seals import Seal, fields

SEALS = [
    Seal(
        Silence,
        fields(
            "account_id", "office_id", "starts_at", "ends_at", "reason", "citation", "source", "exemptions",
            "lifted_at", "lift_reason",
        ),
    ),
]  # fmt: skip
