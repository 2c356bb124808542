"""Who may do what with the city's own things. Default deny: a right that is not written here is not had."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from city.actors import Actor, SystemActor
from city.models import User
from city.refusals import NotAllowed
from city.roles import Role

Right = Callable[[User, Any, datetime], bool]


def require(right: Right, by: Actor, thing: Any, at: datetime) -> None:
    """Raise NotAllowed unless `by` has the right now. A system actor has it only if its powers name it."""
    allowed = right.__name__ in by.powers if isinstance(by, SystemActor) else right(by, thing, at)
    if not allowed:
        words = right.__name__.removeprefix("can_").replace("_", " ")
        raise NotAllowed(f"{by.name} may not {words}. Ask the Social Media Officer who can.")


def can_change_city(user: User, _city, at) -> bool:
    return user.has_role(Role.ADMINISTRATOR, Role.OFFICER, at=at)


def can_manage_offices(user: User, _office, at) -> bool:
    return user.has_role(Role.ADMINISTRATOR, Role.OFFICER, at=at)


def can_record_term(user: User, _term, at) -> bool:
    """Seats and terms are the Clerk's facts; the administrator may enter them at set-up."""
    return user.has_role(Role.ADMINISTRATOR, Role.CLERK, at=at)


def can_see_people(user: User, _people, at) -> bool:
    return user.has_role(Role.HEAD, at=at) or user.reads_all(at)


def can_invite_user(user: User, _user, at) -> bool:
    return user.has_role(Role.ADMINISTRATOR, Role.OFFICER, at=at)


def can_change_user(user: User, other: User, at) -> bool:
    """Only an administrator changes an administrator's entry: its address is where a new password goes."""
    if Role.ADMINISTRATOR in other.roles_at(at):
        return user.has_role(Role.ADMINISTRATOR, at=at)
    return can_invite_user(user, other, at)


def can_give_role(user: User, role: str, at) -> bool:
    """Only an administrator makes administrators; the officer gives every other role."""
    if role == Role.ADMINISTRATOR:
        return user.has_role(Role.ADMINISTRATOR, at=at)
    return user.has_role(Role.ADMINISTRATOR, Role.OFFICER, at=at)


def can_deactivate_user(user: User, other: User, at) -> bool:
    """Nobody locks themselves out, and only an administrator removes an administrator."""
    if user.pk == other.pk:
        return False
    if Role.ADMINISTRATOR in other.roles_at(at):
        return user.has_role(Role.ADMINISTRATOR, at=at)
    return user.has_role(Role.ADMINISTRATOR, Role.OFFICER, at=at)


def can_read_log(user: User, _entry, at) -> bool:
    return user.reads_all(at)


def can_read_mail(user: User, _mail, at) -> bool:
    """To whom and whether it left; the text of a letter is never shown, since it can hold a link that lets in."""
    return user.reads_all(at)


def can_send_mail_again(user: User, _mail, at) -> bool:
    return user.has_role(Role.ADMINISTRATOR, Role.OFFICER, at=at)


def can_add_holiday(user: User, _holiday, at) -> bool:
    """The days that count are the Clerk's facts: they move deadlines."""
    return user.has_role(Role.ADMINISTRATOR, Role.CLERK, at=at)
