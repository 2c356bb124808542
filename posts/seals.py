"""What of posts the log seals: what was said, who approved it, and what became of each delivery."""

from typing import Any

from city.seals import Seal, fields
from posts.models import Approval, Dispatch, Post, Revision


def revision(row: Revision) -> dict[str, Any]:
    """The hash that was approved, and the hash of what stands in the database, its pictures' words included."""
    return {"kept": row.content_hash, "made_again": row.computed_hash(), "saved_at": row.saved_at}


SEALS = [
    Seal(Post, fields("office_id", "author_id", "status", "current_id", "scheduled_for", "published_at")),
    Seal(Revision, revision),
    Seal(Approval, fields("revision_id", "content_hash", "by_id", "decision", "reasons", "at")),
    Seal(
        Dispatch,
        fields("post_id", "revision_id", "account_id", "key", "due_at", "platform_item_id", "url", "sent_at"),
    ),
]
