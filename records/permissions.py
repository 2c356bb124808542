"""Who may make the archive work, and who may see its proof. Reads of records: Record.objects.visible_to."""

from city.models import User
from city.roles import Role

#: Roles that answer for the archive as a whole.
KEEPERS = (Role.ADMINISTRATOR, Role.OFFICER, Role.CUSTODIAN)


def can_read_records(user: User, _record, at) -> bool:
    """Everybody with a role finds the archive; which rows they find says `visible_to`."""
    return bool(user.grants_at(at))


def can_open_capture(user: User, _account, at) -> bool:
    return user.has_role(*KEEPERS, at=at)


def can_see_captures(user: User, _capture, at) -> bool:
    return bool(user.grants_at(at))


def can_see_proof(user: User, _verification, at) -> bool:
    return user.reads_all(at)


def can_open_verification(user: User, _verification, at) -> bool:
    return user.has_role(*KEEPERS, Role.AUDITOR, at=at)


def can_make_checkpoint(user: User, _checkpoint, at) -> bool:
    """Nobody by hand: the worker makes them, so that no person chooses the moment."""
    return False
