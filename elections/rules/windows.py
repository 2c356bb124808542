"""The silence of a candidate: when Wis. Stat. 11.1205(1) (formerly 11.33) begins and ends for one person."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum
from typing import TypeVar

from city.days import ONE_DAY, words
from elections.rules.deadlines import Deadline, Window
from elections.rules.parameters import Parameters

T = TypeVar("T")


class Trigger(StrEnum):
    """What starts the silence: the four ways of s. 11.1205(1)(a), or dates that the Clerk entered."""

    PAPERS = "papers"
    WRITE_IN = "write_in"
    CAUCUS = "caucus"
    DECLARATION = "declaration"
    BY_HAND = "by_hand"


class Missing(ValueError):
    """A fact without which a window cannot be computed. The message names it."""


@dataclass(frozen=True)
class Facts:
    """What is known of one candidacy and its election. Dates are days in the city.

    `on_primary_ballot`: a primary is held for this office and the person's name is on its ballot.
    `nominated`: the canvass's answer; None until it is known.
    """

    election_on: date
    circulation: Deadline
    filing: Deadline
    trigger: Trigger = Trigger.PAPERS
    presumed: bool = False
    primary_on: date | None = None
    on_primary_ballot: bool = False
    nominated: bool | None = None
    nominated_on: date | None = None
    caucus_on: date | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    counsel_note: str = ""


def window(facts: Facts, parameters: Parameters) -> Window:
    """The silence that follows from the facts. Raises Missing when one of them is not there."""
    ends, awaits_from = _ends(facts, parameters)
    starts = _starts(facts, parameters)
    if ends is not None and ends.on <= starts.on:
        raise Missing(f"The silence would end on {words(ends.on)}, before it starts on {words(starts.on)}.")
    return Window(starts, ends, parameters["silence"], awaits_from, _told(facts))


def _starts(facts: Facts, parameters: Parameters) -> Deadline:
    """The first day of silence, s. 11.1205(1)(a) 1 to 4. Read cautiously: from the start of that day."""
    statute = parameters["silence"]
    name = "Silence starts"
    if facts.trigger == Trigger.PAPERS:
        because = (
            "For a candidate nominated by papers: the first day on which they may circulate, par. (a) 1.",
            *facts.circulation.because,
            f"Source of that day: {facts.circulation.citation}.",
        )
        return Deadline("starts", name, facts.circulation.on, statute, because=because)
    if facts.trigger == Trigger.WRITE_IN:
        on = _needed(facts.nominated_on, "the day on which the board of canvassers determined the nomination")
        because = (
            "For one nominated by write-in votes: the day of the canvassers’ determination, par. (a) 2.",
        )
        return Deadline("starts", name, on, statute, because=because)
    if facts.trigger == Trigger.CAUCUS:
        on = _needed(facts.caucus_on, "the date of the caucus")
        return Deadline("starts", name, on, statute, because=("The date of the caucus, par. (a) 3.",))
    if facts.trigger == Trigger.DECLARATION:
        months = statute.value("declaration_months_before", int)
        on = months_before(facts.filing.on, months)
        filing = words(facts.filing.on)
        why = f"the first day of the month before that of the filing deadline, {filing}, par. (a) 4."
        because = (f"For one nominated solely by a declaration of candidacy: {why}",)
        return Deadline("starts", name, on, statute, because=because)
    on = _needed(facts.starts_on, "the day on which the silence starts")
    note = _needed(facts.counsel_note or None, "counsel’s note on why these dates hold")
    return Deadline("starts", name, on, statute, because=(f"Entered by hand: {note.rstrip('.')}.",))


def _ends(facts: Facts, parameters: Parameters) -> tuple[Deadline | None, date | None]:
    """The day on which silence is over, s. 11.1205(1)(b), and from when the canvass is awaited.

    It goes on until after the date of the election; or of the primary, for one who was on its ballot and was
    not nominated. That lifts it at the midnight after that day.
    """
    statute = parameters["silence"]
    if facts.trigger == Trigger.BY_HAND:
        if facts.ends_on is None:
            return None, None
        return Deadline(
            "ends", "Silence is over", facts.ends_on, statute, time(), ("Entered by hand.",)
        ), None
    after = facts.election_on + ONE_DAY
    because = f"Through the day of the election, {words(facts.election_on)}, par. (b)."
    primary = facts.primary_on if facts.on_primary_ballot else None
    if primary is not None and facts.nominated is False:
        after = primary + ONE_DAY
        because = f"Through the day of the primary, {words(primary)}, which did not nominate, par. (b)."
    awaits = primary + ONE_DAY if primary is not None and facts.nominated is None else None
    return Deadline("ends", "Silence is over", after, statute, time(), (because,)), awaits


def months_before(day: date, months: int) -> date:
    """The first day of the month that lies `months` before the month of `day`."""
    first = day.replace(day=1)
    for _ in range(months):
        first = (first - timedelta(days=1)).replace(day=1)
    return first


def _needed(value: T | None, what: str) -> T:
    if value is None:
        raise Missing(f"Enter {what}: the silence cannot be computed without it.")
    return value


def _told(facts: Facts) -> tuple[str, ...]:
    """The facts in sentences."""
    told = [f"The election is on {words(facts.election_on)}."]
    if facts.presumed:
        told.append(
            "The seat is up and its holder has neither filed nor given notice of noncandidacy: the holder is "
            "presumed a candidate, because the limit reaches back to the first day of circulation."
        )
    if facts.primary_on and facts.on_primary_ballot:
        outcome = {None: "the canvass is not yet known", True: "nominated", False: "not nominated"}[
            facts.nominated
        ]
        told.append(f"On the ballot of the primary on {words(facts.primary_on)}: {outcome}.")
    return tuple(told)


def presumes_incumbent(
    *, seat_up: bool, noncandidacy_on: date | None, did_not_file: bool, filed_on: date | None
) -> bool:
    """Whether the holder of a seat is presumed a candidate.

    Source: no statute says so. The limit of s. 11.1205 counts from the first day of circulation for whoever
    later becomes a candidate: a city that waits for the filing may find that it broke it. Counsel confirms.
    """
    return seat_up and noncandidacy_on is None and not did_not_file and filed_on is None
