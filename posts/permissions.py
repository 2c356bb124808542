"""Who may do what with posts. Nobody approves their own: the database holds that too (posts.Approval)."""

from city.actors import SystemActor
from city.models import Office, User
from city.roles import Role
from posts.models import Post

#: The worker that delivers; it may do this and nothing else.
SENDER = SystemActor("Rostrum’s delivery", frozenset({"can_send_post", "can_park_post"}))

WRITERS = (Role.ALDER, Role.AIDE, Role.STAFF, Role.HEAD)
#: They write for any office: the Clerk official business, the officer where an office cannot.
FOR_ANY_OFFICE = (Role.CLERK, Role.OFFICER)


def can_see_posts(user: User, _posts, at) -> bool:
    return bool(user.roles_at(at))


def can_draft_posts(user: User, _posts, at) -> bool:
    return user.has_role(*WRITERS, *FOR_ANY_OFFICE, at=at)


def can_draft_post(user: User, office: Office, at) -> bool:
    return user.has_role(*WRITERS, at=at, office=office) or user.has_role(*FOR_ANY_OFFICE, at=at)


def can_change_post(user: User, post: Post, at) -> bool:
    return can_draft_post(user, post.office, at)


def can_submit_post(user: User, post: Post, at) -> bool:
    return can_draft_post(user, post.office, at)


def can_approve_posts(user: User, _posts, at) -> bool:
    return user.has_role(*WRITERS, Role.OFFICER, at=at)


def can_approve_post(user: User, post: Post, at) -> bool:
    """Another person of the office, or the officer; never who began the post or wrote this wording."""
    if user.pk in (post.author_id, post.current.author_id if post.current else None):
        return False
    return user.has_role(*WRITERS, at=at, office=post.office) or user.has_role(Role.OFFICER, at=at)


def can_return_post(user: User, post: Post, at) -> bool:
    return can_approve_post(user, post, at)


def can_schedule_post(user: User, post: Post, at) -> bool:
    return can_draft_post(user, post.office, at)


def can_withdraw_post(user: User, post: Post, at) -> bool:
    return can_draft_post(user, post.office, at)


def can_park_post(user: User, post: Post, at) -> bool:
    return can_draft_post(user, post.office, at)


def can_unpark_post(user: User, post: Post, at) -> bool:
    return can_draft_post(user, post.office, at)


def can_retry_dispatch(user: User, dispatch, at) -> bool:
    return can_draft_post(user, dispatch.post.office, at)


def can_send_post(_user: User, _dispatch, _at) -> bool:
    """No person sends past the gate: only the worker does."""
    return False
