"""Who may do what with policies: the officer drafts, the attorney reviews, the clerk records adoption."""

from city.log import ref
from city.models import Entry, User
from city.roles import Role
from policies.models import Policy, Version

#: What makes somebody an author of a version, as the log tells it.
AUTHORSHIP = ("version.drafted", "version.changed", "ground.added", "ground.changed", "ground.removed")


def can_add_policy(user: User, _policy, at) -> bool:
    return user.has_role(Role.OFFICER, at=at)


def can_change_policy(user: User, _policy, at) -> bool:
    return user.has_role(Role.OFFICER, at=at)


def can_draft_version(user: User, policy: Policy, at) -> bool:
    """The officer, and the role that keeps the policy."""
    return user.has_role(Role.OFFICER, policy.custodian_role, at=at)


def can_change_draft(user: User, version: Version, at) -> bool:
    return can_draft_version(user, version.policy, at)


def can_change_ground(user: User, version: Version, at) -> bool:
    return can_draft_version(user, version.policy, at)


def can_submit_for_review(user: User, version: Version, at) -> bool:
    return can_draft_version(user, version.policy, at)


def can_withdraw_draft(user: User, version: Version, at) -> bool:
    return can_draft_version(user, version.policy, at)


def is_author(user: User, version: Version) -> bool:
    """Whether this person wrote any of it: the log knows, whoever changed it last."""
    return (
        Entry.objects.filter(subject=ref(version), verb__in=AUTHORSHIP, actor=user).exists()
        or version.drafted_by_id == user.pk
    )


def can_review_version(user: User, version: Version, at) -> bool:
    """Nobody reviews what they wrote themselves."""
    return user.has_role(Role.ATTORNEY, at=at) and not is_author(user, version)


def can_adopt_version(user: User, _version: Version, at) -> bool:
    return user.has_role(Role.CLERK, at=at)


def can_acknowledge_version(user: User, version: Version, at) -> bool:
    """Whoever is bound by an adopted version may acknowledge it, from the day it can be read."""
    roles = user.roles_at(at)
    bound = bool(roles & set(version.policy.binds)) if version.policy.binds else bool(roles)
    return bound and version.is_adopted


def can_see_policies(user: User, _policy, at) -> bool:
    """Everybody with a role: each is bound by some policy."""
    return bool(user.roles_at(at))


def can_see_acknowledgements(user: User, _people, at) -> bool:
    """Who read what: for those who read everything, and for heads of offices about their own people."""
    return user.reads_all(at) or user.has_role(Role.HEAD, at=at)


def own_offices(user: User, at) -> set[int] | None:
    """The offices about whose people this person may read; None for all."""
    if user.reads_all(at):
        return None
    return user.office_ids(at, Role.HEAD)
