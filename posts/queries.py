"""Which posts wait for whom. One reading for the list, its filters, counts and findings."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from city.models import Office, User
from city.roles import Role
from posts.models import Dispatch, Post
from posts.permissions import WRITERS

SOON = timedelta(days=1)
#: A delivery that has not begun after this long: the workers are not working.
LATE = timedelta(minutes=2)


def waiting_for(user: User, at: datetime) -> QuerySet[Post]:
    """Posts that this person may approve now; `can_approve_post` says the same of one."""
    rows = Post.objects.waiting_for_approval().exclude(author=user).exclude(current__author=user)
    if user.has_role(Role.OFFICER, at=at):
        return rows
    return rows.filter(office__in=offices_of(user, at))


def offices_of(user: User, at: datetime) -> list[int]:
    """The offices for which this person writes, and what stands below them."""
    own = user.office_ids(at, *WRITERS)
    return [
        office.pk for office in Office.objects.select_related("parent__parent") if own & set(office.lineage())
    ]


def due_soon(user: User, at: datetime) -> QuerySet[Post]:
    """Posts planned for the next day that nobody has approved."""
    return Post.objects.visible_to(user, at).due_unapproved(at + SOON)


def with_delivery(rows: QuerySet[Post], state: str, at: datetime) -> QuerySet[Post]:
    """Posts of which one delivery is in this state (`late`: should have begun and has not)."""
    if state == "late":
        late = Dispatch.objects.overdue(at - LATE)
        return rows.filter(pk__in=late.values("post_id"))
    return rows.filter(pk__in=Dispatch.objects.filter(status=state).values("post_id"))
