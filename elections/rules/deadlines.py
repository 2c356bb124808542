"""A day that the law names, with how it was found: it can be read to somebody who doubts it."""

from dataclasses import dataclass
from datetime import date, time

from city.days import words
from elections.rules.parameters import Statute


@dataclass(frozen=True)
class Deadline:
    """A day, perhaps an hour of it, under a statute. `because` holds the steps in sentences."""

    key: str
    name: str
    on: date
    statute: Statute
    clock: time | None = None
    because: tuple[str, ...] = ()

    @property
    def citation(self) -> str:
        return self.statute.cited

    @property
    def when(self) -> str:
        """Tue Jan 5, 2027, 5:00 pm."""
        if self.clock is None:
            return words(self.on)
        half = "am" if self.clock.hour < 12 else "pm"
        return f"{words(self.on)}, {self.clock.hour % 12 or 12}:{self.clock.minute:02} {half}"

    def explain(self) -> tuple[str, ...]:
        """What it is and when, how it was found, and where it is written."""
        return (f"{self.name}: {self.when}.", *self.because, f"Source: {self.citation}.")


@dataclass(frozen=True)
class Window:
    """A silence in whole days: from the start of `starts.on` up to, not on, the start of `ends.on`.

    `awaits_from` is the day after a primary whose outcome is not yet known: until the canvass is
    recorded the silence goes on. `ends` is None where only a person can say when it is over.
    """

    starts: Deadline
    ends: Deadline | None
    statute: Statute
    awaits_from: date | None = None
    facts: tuple[str, ...] = ()

    @property
    def last_day(self) -> date | None:
        """The last day of silence, as people say it."""
        return None if self.ends is None else date.fromordinal(self.ends.on.toordinal() - 1)

    def explain(self) -> tuple[str, ...]:
        """From, until, on which facts, under which rule."""
        until = self.ends.explain() if self.ends else ("It ends when the City Clerk records that it does.",)
        return (*self.facts, *self.starts.explain(), *until)
