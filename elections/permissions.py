"""Who may answer for the law and for the facts of an election. Default deny."""

from city.models import User
from city.roles import Role


def can_see_elections(user: User, _thing, at) -> bool:
    """Everybody with a role: whoever posts must know when not to."""
    return bool(user.grants_at(at))


def can_add_rule(user: User, _rule, at) -> bool:
    return user.has_role(Role.CLERK, Role.ATTORNEY, at=at)


def can_end_rule(user: User, _rule, at) -> bool:
    return user.has_role(Role.CLERK, Role.ATTORNEY, at=at)


def can_load_rules(user: User, _rules, at) -> bool:
    """The administrator too: the statutes are part of setting a city up, and are confirmed afterwards."""
    return user.has_role(Role.CLERK, Role.ATTORNEY, Role.ADMINISTRATOR, at=at)


def can_confirm_rule(user: User, _rule, at) -> bool:
    """The Clerk or the City Attorney answers for a rule."""
    return user.has_role(Role.CLERK, Role.ATTORNEY, at=at)


def can_record_election(user: User, _election, at) -> bool:
    return user.has_role(Role.CLERK, at=at)


def can_record_candidacy(user: User, _candidacy, at) -> bool:
    """Who is a candidate is the Clerk's fact: papers are filed there."""
    return user.has_role(Role.CLERK, at=at)


def can_recompute_blackout(user: User, _blackout, at) -> bool:
    return user.has_role(Role.CLERK, Role.ATTORNEY, Role.OFFICER, at=at)


def can_take_step(user: User, _step, at) -> bool:
    """Only the worker: what is told, and when, follows from the facts."""
    return False


def can_report_incident(user: User, _incident, at) -> bool:
    return user.has_role(Role.CLERK, Role.ATTORNEY, Role.OFFICER, at=at)


def can_close_incident(user: User, _incident, at) -> bool:
    """The City Attorney or the Clerk; not the office that spoke."""
    return user.has_role(Role.CLERK, Role.ATTORNEY, at=at)
