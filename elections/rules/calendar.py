"""The days of each kind of election, found from the statutes' parameters."""

from datetime import date, datetime, timedelta
from operator import attrgetter

from city.days import day_in_year, words
from elections.rules.deadlines import Deadline
from elections.rules.parameters import Parameters, Statute

FRIDAY = 4


def _named(statute: Statute, value: str, key: str, name: str, year: int) -> Deadline:
    """A day that the statute names outright."""
    phrase = statute.value(value, str)
    return Deadline(key, name, day_in_year(phrase, year), statute, because=(f"The {phrase}.",))


def spring_primary(year: int, parameters: Parameters) -> Deadline:
    """The spring primary: third Tuesday of February, Wis. Stat. 5.02(22)."""
    return _named(parameters["election_dates"], "spring_primary", "primary", "Spring primary", year)


def spring_election(year: int, parameters: Parameters) -> Deadline:
    """The spring election: first Tuesday of April, Wis. Stat. 5.02(21)."""
    return _named(parameters["election_dates"], "spring_election", "election", "Spring election", year)


def partisan_primary(year: int, parameters: Parameters) -> Deadline:
    """The partisan primary: second Tuesday of August of even years, Wis. Stat. 5.02(12s)."""
    return _named(
        parameters["election_dates"], "partisan_primary", "primary", "Partisan primary", _even(year)
    )


def general_election(year: int, parameters: Parameters) -> Deadline:
    """The general election: Tuesday after the first Monday of November, even years, Wis. Stat. 5.02(5)."""
    return _named(
        parameters["election_dates"], "general_election", "election", "General election", _even(year)
    )


def _even(year: int) -> int:
    if year % 2:
        raise ValueError(f"{year} has no partisan primary or general election: they are held in even years.")
    return year


def spring_circulation(year: int, parameters: Parameters) -> Deadline:
    """First day to circulate papers for the spring election of `year`, Wis. Stat. 8.10(2)(a).

    "No sooner than December 1 preceding the election": a first day never moves for a weekend or holiday.
    """
    statute = parameters["spring_papers"]
    phrase = statute.value("circulation_starts", str)
    return Deadline(
        "circulation",
        "First day to circulate nomination papers",
        day_in_year(phrase, year - 1),
        statute,
        because=(f"{phrase} before the election; a first day does not move for weekends or holidays.",),
    )


def spring_filing(year: int, parameters: Parameters) -> Deadline:
    """Last moment to file papers, Wis. Stat. 8.10(2)(a): first Tuesday in January, 5 pm, or the next day."""
    return _filing(parameters["spring_papers"], year, parameters)


def partisan_circulation(year: int, parameters: Parameters) -> Deadline:
    """First day to circulate papers for partisan offices: April 15, Wis. Stat. 8.15(1), 8.20(8)(a)."""
    statute = parameters["partisan_papers"]
    phrase = statute.value("circulation_starts", str)
    return Deadline(
        "circulation",
        "First day to circulate nomination papers",
        day_in_year(phrase, _even(year)),
        statute,
        because=(f"{phrase} of the election year; a first day does not move for weekends or holidays.",),
    )


def partisan_filing(year: int, parameters: Parameters) -> Deadline:
    """Last moment to file for partisan offices: June 1, 5 pm, or the next open day, Wis. Stat. 8.15(1)."""
    return _filing(parameters["partisan_papers"], _even(year), parameters)


def _filing(statute: Statute, year: int, parameters: Parameters) -> Deadline:
    """A named last day, moved to the next secular day where nothing can be filed (Wis. Stat. 990.001(4))."""
    phrase = statute.value("filing_ends", str)
    found = parameters.holidays.next_open_day(day_in_year(phrase, year))
    return Deadline(
        "filing",
        "Last day to file nomination papers",
        found.on,
        statute,
        statute.clock("closes_at"),
        because=(
            f"The {phrase}." if phrase[0].islower() else f"{phrase}.",
            *_moved(found.skipped, parameters),
        ),
    )


def _moved(skipped: tuple[str, ...], parameters: Parameters) -> tuple[str, ...]:
    if not skipped:
        return ()
    return (f"{'; '.join(skipped)}. Moved to the next day that counts ({parameters['next_day'].cited}).",)


def noncandidacy(filing: Deadline, parameters: Parameters) -> Deadline:
    """Last moment for an incumbent's notice of noncandidacy, Wis. Stat. 8.10(2)(a), 8.15(1).

    5 pm on the second Friday before the latest time to file; a holiday moves it to the next secular day.
    """
    fridays = filing.statute.value("noncandidacy_fridays_before", int)
    back = (filing.on.weekday() - FRIDAY - 1) % 7 + 1 + 7 * (fridays - 1)
    friday = filing.on - timedelta(days=back)
    found = parameters.holidays.next_open_day(friday)
    return Deadline(
        "noncandidacy",
        "Last day for an incumbent to give notice of noncandidacy",
        found.on,
        filing.statute,
        filing.clock,
        because=(
            f"Friday number {fridays} before the filing deadline of {words(filing.on)}: {words(friday)}.",
            *_moved(found.skipped, parameters),
        ),
    )


def extension(filing: Deadline, parameters: Parameters) -> Deadline:
    """Last moment for others to file when the incumbent neither filed nor gave notice: 72 hours more.

    Source: Wis. Stat. 8.10(2)(a). On a closed day filing goes on to the next open one, though signatures may
    not (Wisconsin Elections Commission, January 2019: Saturday, Jan 5 moved to Monday, Jan 7).
    """
    hours = filing.statute.value("extension_hours", int)
    clock = filing.clock or filing.statute.clock("closes_at")
    naive = datetime.combine(filing.on, clock) + timedelta(hours=hours)
    found = parameters.holidays.next_open_day(naive.date())
    return Deadline(
        "extension",
        "Last day for others to file if the incumbent does neither",
        found.on,
        filing.statute,
        naive.time() if found.on == naive.date() else clock,
        because=(f"{hours} hours after {filing.when}.", *_moved(found.skipped, parameters)),
    )


def council_terms(year: int, parameters: Parameters) -> Deadline:
    """The day on which council terms start: third Tuesday of April, Wis. Stat. 62.09(5)(b)."""
    return _named(parameters["council_terms"], "terms_start", "terms", "Council terms start", year)


def special_primary(election_on: date, parameters: Parameters) -> Deadline:
    """The primary of a special election: four weeks before it, Wis. Stat. 8.50(2)(b)."""
    statute = parameters["special_election"]
    days = statute.value("primary_days_before_election", int)
    return Deadline(
        "primary",
        "Special primary",
        election_on - timedelta(days=days),
        statute,
        because=(f"{days} days before the election of {words(election_on)}.",),
    )


def special_circulation(ordered_on: date, parameters: Parameters) -> Deadline:
    """First day to circulate for a special election: the day its order is filed, Wis. Stat. 8.50(3)(a)."""
    return Deadline(
        "circulation",
        "First day to circulate nomination papers",
        ordered_on,
        parameters["special_election"],
        because=("The day on which the order for the special election was filed.",),
    )


def special_filing(primary_on: date, parameters: Parameters) -> Deadline:
    """Last moment to file for a special election: 5 pm, 28 days before its primary, Wis. Stat. 8.50(3)(a)."""
    statute = parameters["special_election"]
    days = statute.value("filing_days_before_primary", int)
    found = parameters.holidays.next_open_day(primary_on - timedelta(days=days))
    return Deadline(
        "filing",
        "Last day to file nomination papers",
        found.on,
        statute,
        statute.clock("closes_at"),
        because=(
            f"{days} days before the day on which a primary is or would be held.",
            *_moved(found.skipped, parameters),
        ),
    )


def special_span(ordered_on: date, parameters: Parameters) -> tuple[date, date]:
    """First and last day that an order may name: 62 to 77 days after it, Wis. Stat. 8.50(2)(a)."""
    statute = parameters["special_election"]
    return (
        ordered_on + timedelta(days=statute.value("earliest_days_after_order", int)),
        ordered_on + timedelta(days=statute.value("latest_days_after_order", int)),
    )


def spring_calendar(year: int, parameters: Parameters) -> tuple[Deadline, ...]:
    """Every day of the spring election of `year`, in order."""
    filing = spring_filing(year, parameters)
    return _in_order(
        spring_circulation(year, parameters),
        noncandidacy(filing, parameters),
        filing,
        extension(filing, parameters),
        spring_primary(year, parameters),
        spring_election(year, parameters),
        council_terms(year, parameters),
    )


def partisan_calendar(year: int, parameters: Parameters) -> tuple[Deadline, ...]:
    """Every day of the partisan elections of an even year, in order."""
    filing = partisan_filing(year, parameters)
    return _in_order(
        partisan_circulation(year, parameters),
        noncandidacy(filing, parameters),
        filing,
        extension(filing, parameters),
        partisan_primary(year, parameters),
        general_election(year, parameters),
    )


def special_calendar(ordered_on: date, election_on: date, parameters: Parameters) -> tuple[Deadline, ...]:
    """Every day of a special election, in order."""
    primary = special_primary(election_on, parameters)
    election = Deadline(
        "election", "Special election", election_on, parameters["special_election"], because=("As ordered.",)
    )
    return _in_order(
        special_circulation(ordered_on, parameters), special_filing(primary.on, parameters), primary, election
    )


def _in_order(*deadlines: Deadline) -> tuple[Deadline, ...]:
    return tuple(sorted(deadlines, key=attrgetter("on")))
