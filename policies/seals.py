"""What of policies the log seals: each version with its wording, and each acknowledgement."""

from typing import Any

from city.seals import Seal, fields
from policies import wording
from policies.models import Acknowledgement, Version

_columns = fields(
    "policy_id",
    "number",
    "status",
    "source",
    "change",
    "file_number",
    "adopted_on",
    "effective_at",
    "content_hash",
)


def version(row: Version) -> dict[str, Any]:
    """An adopted version with its clauses and grounds as they read now; of a draft, its text."""
    concerns = {"concerns": row.concerns} if row.concerns else {}
    return {**_columns(row), **concerns, "wording": wording.content_hash(row) if row.is_adopted else ""}


SEALS = [
    Seal(Version, version),
    Seal(Acknowledgement, fields("version_id", "user_id", "name", "at", "hash")),
]
