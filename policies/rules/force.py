"""From when a version is in force, and who must acknowledge it again."""

from collections.abc import Iterable, Set
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


def effective_instant(start: datetime, *, recorded_at: datetime, replaces: bool) -> datetime:
    """The instant from which a version governs. `start` is the first instant of its effective date.

    A first version governs from the start of its day, which may lie long before Rostrum. One that
    replaces another never governs what was done before its adoption was recorded: people acted on the wording
    that they could read.
    """
    return max(start, recorded_at) if replaces else start


class Adopted(NamedTuple):
    """What the acknowledgement rule needs to know of an adopted version."""

    number: int
    material: bool
    effective_at: datetime
    #: The roles that its changes concern; none for everybody bound.
    concerns: frozenset[str] = frozenset()

    def asks_again(self, roles: Set[str]) -> bool:
        """Whether somebody who holds these roles must read it, having acknowledged the one before."""
        return self.material and (not self.concerns or bool(self.concerns & roles))


def in_force(versions: Iterable[Adopted], at: datetime) -> Adopted | None:
    """The version in force: the highest number among those that have taken effect."""
    return max((version for version in versions if version.effective_at <= at), default=None)


def least_to_acknowledge(versions: Iterable[Adopted], number: int, roles: Set[str] = frozenset()) -> int:
    """The lowest version whose acknowledgement is good for version `number`, from somebody with these roles.

    An editorial change keeps acknowledgements; a material one asks those again whom a changed clause concerns, by the
    roles that they hold now. The first version asks everybody, whatever it says of itself.
    """
    known = [version for version in versions if version.number <= number]
    first = min((version.number for version in known), default=number)
    return max((version.number for version in known if version.asks_again(roles)), default=first)


class Standing(StrEnum):
    """How somebody stands to a policy: has acknowledged what counts, something older, or nothing."""

    DONE = "done"
    OUTDATED = "outdated"
    PENDING = "pending"


def standing(acknowledged: Iterable[int], least: int, number: int) -> Standing:
    """How somebody who has acknowledged these version numbers stands to version `number`.

    Having read what takes effect later is not having read what is in force now.
    """
    last = max((one for one in acknowledged if one <= number), default=None)
    if last is None:
        return Standing.PENDING
    return Standing.DONE if last >= least else Standing.OUTDATED
