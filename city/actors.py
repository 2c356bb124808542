"""Who does things besides people: the city's own workers, each with the few powers it needs."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from city.models import User


@dataclass(frozen=True)
class SystemActor:
    """A named part of the software that acts without a person. It has only the rights in `powers`."""

    name: str
    powers: frozenset[str] = field(default_factory=frozenset)

    def __str__(self) -> str:
        return self.name


Actor: TypeAlias = "User | SystemActor"
