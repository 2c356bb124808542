"""Every change to a post, one function a verb."""

from posts.actions.approval import approve_post, return_post, submit_post
from posts.actions.delivery import retry_dispatch
from posts.actions.schedule import park_post, publish_now, schedule_post, unpark_post, withdraw_post
from posts.actions.wording import Draft, change_post, draft_post, keep_media

__all__ = [
    "Draft",
    "approve_post",
    "change_post",
    "draft_post",
    "keep_media",
    "park_post",
    "publish_now",
    "retry_dispatch",
    "return_post",
    "schedule_post",
    "submit_post",
    "unpark_post",
    "withdraw_post",
]
