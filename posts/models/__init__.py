"""What the city says: posts and their wordings, who approved them, and each delivery."""

from posts.models.approval import Approval
from posts.models.dispatch import Dispatch
from posts.models.media import Media
from posts.models.post import Post
from posts.models.revision import Picture, Revision

__all__ = ["Approval", "Dispatch", "Media", "Picture", "Post", "Revision"]
