"""The permission matrix: which role gets which answer from which page.

Each app has its rows in `tests/permissions/<app>.py`: PAGES, a dict from URL name to Page, and if its pages
need things to show, `build(world)`, which adds them to the one city that all rows are asked in.
`tests/test_permissions.py` asks every URL name that exists as every role, and fails for one without a row.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace

from city.roles import READ_ALL, Role

ANONYMOUS = "anonymous"
EVERYBODY = frozenset(Role)
READERS = frozenset(READ_ALL)
ADMINISTRATOR_AND_OFFICER = frozenset({Role.ADMINISTRATOR, Role.OFFICER})
NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Page:
    """Who `may` gets `answer`, who else is signed in gets `refusal`, who is not gets `anonymous`.

    `args` makes the address's arguments from the world. `query` is added to the address.
    """

    may: frozenset[str] = EVERYBODY
    answer: int | tuple[int, ...] = 200
    refusal: int | tuple[int, ...] = 403
    anonymous: int = 302
    method: str = "get"
    args: Callable[[SimpleNamespace], list] = field(default=lambda world: [])
    query: str = ""

    def expected(self, role: str) -> int | tuple[int, ...]:
        if role == ANONYMOUS:
            return self.anonymous
        return self.answer if role in self.may else self.refusal


def public(answer: int = 200, **named) -> Page:
    """A page that answers everybody alike."""
    return Page(answer=answer, anonymous=answer, **named)
