"""The calendar of elections, against DOMAIN's table, real history, and properties that hold in every year.

Sources of the real dates: calendars and advisories of the Wisconsin Elections Commission and its predecessor,
canvass reports, and the council files of Milwaukee.
"""

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from city.days import Holidays, NotADay, day_in_year, words
from elections.rules import calendar, windows
from elections.rules.parameters import BadValues, NoRule, Parameters, Statute, check_values
from elections.rules.windows import Facts, Missing, Trigger
from elections.rules.wisconsin import ROWS, governing, proposals

YEARS = st.integers(min_value=2000, max_value=2100)
EVEN = YEARS.filter(lambda year: year % 2 == 0)


def law(year: int) -> Parameters:
    return governing(ROWS, date(year, 1, 1))


def day(text: str) -> date:
    return date.fromisoformat(text)


# -- DOMAIN's table ----------------------------------------------------------------------------------

TABLE = """
2025  Sun 2024-12-01  Fri 2024-12-27  Tue 2025-01-07  Tue 2025-02-18  Tue 2025-04-01  04-02  02-19  04-15
2026  Mon 2025-12-01  Fri 2025-12-26  Tue 2026-01-06  Tue 2026-02-17  Tue 2026-04-07  04-08  02-18  04-21
2027  Tue 2026-12-01  Mon 2026-12-28  Tue 2027-01-05  Tue 2027-02-16  Tue 2027-04-06  04-07  02-17  04-20
2028  Wed 2027-12-01  Fri 2027-12-24  Tue 2028-01-04  Tue 2028-02-15  Tue 2028-04-04  04-05  02-16  04-18
2030  Sat 2029-12-01  Fri 2029-12-21  Wed 2030-01-02  Tue 2030-02-19  Tue 2030-04-02  04-03  02-20  04-16
""".strip().splitlines()


def facts(year: int, **changes) -> Facts:
    parameters = law(year)
    base = {
        "election_on": calendar.spring_election(year, parameters).on,
        "circulation": calendar.spring_circulation(year, parameters),
        "filing": calendar.spring_filing(year, parameters),
        "primary_on": calendar.spring_primary(year, parameters).on,
    }
    return Facts(**(base | changes))


@pytest.mark.parametrize("line", TABLE, ids=[line[:4] for line in TABLE])
def test_the_table_of_spring_elections_is_reproduced(line):
    year = int(line[:4])
    parameters = law(year)
    filing = calendar.spring_filing(year, parameters)
    on_the_ballot = windows.window(facts(year), parameters)
    lost = windows.window(facts(year, on_primary_ballot=True, nominated=False), parameters)
    found = [
        *(
            f"{deadline.on:%a %Y-%m-%d}"
            for deadline in (
                calendar.spring_circulation(year, parameters),
                calendar.noncandidacy(filing, parameters),
                filing,
                calendar.spring_primary(year, parameters),
                calendar.spring_election(year, parameters),
            )
        ),
        f"{on_the_ballot.ends.on:%m-%d}",
        f"{lost.ends.on:%m-%d}",
        f"{calendar.council_terms(year, parameters).on:%m-%d}",
    ]
    assert f"{year}  " + "  ".join(found) == line
    assert filing.clock == time(17)


# -- elections that were held, or are announced ------------------------------------------------------

SPRING_ELECTIONS = [
    "2001-04-03",
    "2002-04-02",
    "2003-04-01",
    "2004-04-06",
    "2005-04-05",
    "2006-04-04",
    "2007-04-03",
    "2008-04-01",
    "2009-04-07",
    "2010-04-06",
    "2011-04-05",
    "2012-04-03",
    "2013-04-02",
    "2014-04-01",
    "2015-04-07",
    "2016-04-05",
    "2017-04-04",
    "2018-04-03",
    "2019-04-02",
    "2020-04-07",
    "2021-04-06",
    "2022-04-05",
    "2023-04-04",
    "2024-04-02",
    "2025-04-01",
    "2026-04-07",
    "2027-04-06",
    "2028-04-04",
    "2029-04-03",
    "2030-04-02",
    "2031-04-01",
    "2032-04-06",
]
SPRING_PRIMARIES = [
    "2001-02-20",
    "2003-02-18",
    "2005-02-15",
    "2007-02-20",
    "2008-02-19",
    "2009-02-17",
    "2011-02-15",
    "2012-02-21",
    "2013-02-19",
    "2014-02-18",
    "2015-02-17",
    "2016-02-16",
    "2017-02-21",
    "2018-02-20",
    "2019-02-19",
    "2020-02-18",
    "2021-02-16",
    "2022-02-15",
    "2023-02-21",
    "2024-02-20",
    "2025-02-18",
    "2026-02-17",
]
PARTISAN_PRIMARIES = [
    "2002-09-10",
    "2004-09-14",
    "2006-09-12",
    "2008-09-09",
    "2010-09-14",
    "2012-08-14",
    "2014-08-12",
    "2016-08-09",
    "2018-08-14",
    "2020-08-11",
    "2022-08-09",
    "2024-08-13",
    "2026-08-11",
    "2028-08-08",
    "2030-08-13",
    "2032-08-10",
]
GENERAL_ELECTIONS = [
    "2002-11-05",
    "2004-11-02",
    "2006-11-07",
    "2008-11-04",
    "2010-11-02",
    "2012-11-06",
    "2014-11-04",
    "2016-11-08",
    "2018-11-06",
    "2020-11-03",
    "2022-11-08",
    "2024-11-05",
    "2026-11-03",
    "2028-11-07",
    "2030-11-05",
    "2032-11-02",
]


@pytest.mark.parametrize("held", SPRING_ELECTIONS)
def test_the_spring_election_was_held_on(held):
    assert calendar.spring_election(int(held[:4]), law(int(held[:4]))).on == day(held)


@pytest.mark.parametrize("held", SPRING_PRIMARIES)
def test_the_spring_primary_was_held_on(held):
    assert calendar.spring_primary(int(held[:4]), law(int(held[:4]))).on == day(held)


@pytest.mark.parametrize("held", PARTISAN_PRIMARIES)
def test_the_partisan_primary_was_held_on(held):
    assert calendar.partisan_primary(int(held[:4]), law(int(held[:4]))).on == day(held)


@pytest.mark.parametrize("held", GENERAL_ELECTIONS)
def test_the_general_election_was_held_on(held):
    assert calendar.general_election(int(held[:4]), law(int(held[:4]))).on == day(held)


@pytest.mark.parametrize(
    "filed",
    [
        "2013-01-02",
        "2018-01-02",
        "2019-01-02",
        "2020-01-07",
        "2021-01-05",
        "2023-01-03",
        "2024-01-02",
        "2025-01-07",
    ],
)
def test_spring_papers_were_due_on(filed):
    assert calendar.spring_filing(int(filed[:4]), law(int(filed[:4]))).on == day(filed)


@pytest.mark.parametrize(
    "filed",
    [
        "2008-07-08",
        "2010-07-13",
        "2012-06-01",
        "2014-06-02",
        "2016-06-01",
        "2018-06-01",
        "2020-06-01",
        "2024-06-03",
    ],
)
def test_partisan_papers_were_due_on(filed):
    assert calendar.partisan_filing(int(filed[:4]), law(int(filed[:4]))).on == day(filed)


def test_2013_filing_moved_past_new_years_day_and_says_so():
    filing = calendar.spring_filing(2013, law(2013))
    assert filing.on == date(2013, 1, 2)
    assert any("Tue Jan 1, 2013 skipped: New Year’s Day" in step for step in filing.because)


def test_2020_noncandidacy_moved_past_christmas_and_the_weekend():
    filing = calendar.spring_filing(2021, law(2021))
    notice = calendar.noncandidacy(filing, law(2021))
    assert (notice.on, notice.clock) == (date(2020, 12, 28), time(17))
    told = " ".join(notice.explain())
    assert "Fri Dec 25, 2020 skipped: Christmas Day" in told
    assert "Sat Dec 26, 2020 skipped: Saturday" in told


def test_2012_noncandidacy_for_partisan_offices_was_may_18():
    filing = calendar.partisan_filing(2012, law(2012))
    assert calendar.noncandidacy(filing, law(2012)).on == date(2012, 5, 18)


def test_2019_extension_ran_into_a_saturday_and_moved_to_monday():
    filing = calendar.spring_filing(2019, law(2019))
    assert calendar.extension(filing, law(2019)).on == date(2019, 1, 7)


def test_the_extension_is_72_hours_where_nothing_is_closed():
    extended = calendar.extension(calendar.spring_filing(2027, law(2027)), law(2027))
    assert (extended.on, extended.clock) == (date(2027, 1, 8), time(17))


@pytest.mark.parametrize(
    ("ordered", "filed", "primary", "election"),
    [
        ("2014-02-11", "2014-03-04", "2014-04-01", "2014-04-29"),  # Milwaukee, district 15
        ("2015-06-02", "2015-06-23", "2015-07-21", "2015-08-18"),  # Milwaukee, district 11
        (None, "2024-06-04", "2024-07-02", "2024-07-30"),  # state senate, district 4
    ],
)
def test_a_special_election_as_it_was_held(ordered, filed, primary, election):
    parameters = law(int(election[:4]))
    found = calendar.special_primary(day(election), parameters)
    assert found.on == day(primary)
    assert calendar.special_filing(found.on, parameters).on == day(filed)
    if ordered:
        first, last = calendar.special_span(day(ordered), parameters)
        assert first <= day(election) <= last
        assert calendar.special_circulation(day(ordered), parameters).on == day(ordered)


# -- holidays ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "name"),
    [
        ("2026-01-19", "Martin Luther King Jr. Day"),
        ("2026-02-16", "Presidents’ Day"),
        ("2026-05-25", "Memorial Day"),
        ("2026-06-19", "Juneteenth"),
        ("2026-08-11", "Day of the partisan primary"),
        ("2026-09-07", "Labor Day"),
        ("2026-10-12", "Columbus Day and Indigenous Peoples’ Day"),
        ("2026-11-03", "Day of the general election"),
        ("2026-11-26", "Thanksgiving"),
        ("2022-12-26", "Christmas Day, kept on Monday"),
        ("2023-01-02", "New Year’s Day, kept on Monday"),
        ("2021-07-05", "Independence Day, kept on Monday"),
    ],
)
def test_a_legal_holiday(on, name):
    assert law(day(on).year).holidays.in_year(day(on).year)[day(on)] == name


@pytest.mark.parametrize("on", ["2025-12-24", "2025-12-31", "2025-11-04", "2025-08-12", "2026-04-07"])
def test_not_a_legal_holiday(on):
    assert day(on) not in law(day(on).year).holidays.in_year(day(on).year)


def test_ten_business_days_leave_out_thanksgiving_and_say_so():
    found = law(2026).holidays.add_business_days(date(2026, 11, 20), 10)
    assert found.on == date(2026, 12, 7)
    assert found.skipped == ("Thu Nov 26, 2026 skipped: Thanksgiving",)


def test_an_added_holiday_moves_a_deadline():
    before = law(2026).holidays
    after = Holidays(before.days, before.even_years, {date(2026, 11, 27): "Closed by the Council"})
    assert after.add_business_days(date(2026, 11, 20), 10).on == date(2026, 12, 8)


# -- windows -----------------------------------------------------------------------------------------


def test_silence_by_papers_starts_on_the_first_day_of_circulation():
    found = windows.window(facts(2027, presumed=True), law(2027))
    assert (found.starts.on, found.ends.on, found.last_day) == (
        day("2026-12-01"),
        day("2027-04-07"),
        day("2027-04-06"),
    )
    told = " ".join(found.explain())
    assert "Wis. Stat. 11.1205 (formerly 11.33)" in told
    assert "presumed" in told


def test_before_2016_the_silence_cites_the_older_statute():
    assert windows.window(facts(2013), law(2013)).statute.cited == "Wis. Stat. 11.33"


def test_silence_by_write_in_starts_with_the_canvassers_determination():
    changes = {"trigger": Trigger.WRITE_IN, "nominated": True, "nominated_on": date(2027, 2, 23)}
    assert windows.window(facts(2027, **changes), law(2027)).starts.on == date(2027, 2, 23)


def test_silence_by_caucus_starts_on_its_date():
    found = windows.window(facts(2027, trigger=Trigger.CAUCUS, caucus_on=date(2027, 1, 9)), law(2027))
    assert found.starts.on == date(2027, 1, 9)


def test_silence_by_declaration_starts_the_month_before_the_filing_month():
    assert windows.window(facts(2027, trigger=Trigger.DECLARATION), law(2027)).starts.on == date(2026, 12, 1)


def test_dates_by_hand_need_counsels_note():
    by_hand = {"trigger": Trigger.BY_HAND, "starts_on": date(2027, 1, 2)}
    with pytest.raises(Missing, match="counsel"):
        windows.window(facts(2027, **by_hand), law(2027))
    found = windows.window(facts(2027, **by_hand, counsel_note="Recall petition of Jan 2"), law(2027))
    assert found.ends is None
    assert found.last_day is None


@pytest.mark.parametrize("trigger", [Trigger.WRITE_IN, Trigger.CAUCUS])
def test_a_trigger_without_its_date_is_refused(trigger):
    with pytest.raises(Missing):
        windows.window(facts(2027, trigger=trigger), law(2027))


def test_after_a_primary_the_silence_goes_on_until_the_canvass_is_known():
    found = windows.window(facts(2027, on_primary_ballot=True), law(2027))
    assert (found.awaits_from, found.ends.on) == (date(2027, 2, 17), date(2027, 4, 7))
    nominated = windows.window(facts(2027, on_primary_ballot=True, nominated=True), law(2027))
    assert (nominated.awaits_from, nominated.ends.on) == (None, date(2027, 4, 7))


def test_one_who_was_not_on_the_primary_ballot_is_silent_to_the_election():
    found = windows.window(facts(2027, on_primary_ballot=False, nominated=False), law(2027))
    assert found.ends.on == date(2027, 4, 7)


def test_the_presumption_ends_with_a_notice_a_filing_or_none():
    silent = {"seat_up": True, "noncandidacy_on": None, "did_not_file": False, "filed_on": None}
    assert windows.presumes_incumbent(**silent)
    for change in ({"seat_up": False}, {"noncandidacy_on": date(2026, 12, 20)}, {"did_not_file": True}):
        assert not windows.presumes_incumbent(**(silent | change))


# -- the open question -------------------------------------------------------------------------------


def test_a_bill_changes_nothing_until_it_is_confirmed_but_its_outcome_can_be_shown():
    (bill,) = proposals(ROWS, date(2027, 1, 1))
    assert calendar.spring_circulation(2027, law(2027)).on == date(2026, 12, 1)
    assert calendar.spring_circulation(2027, law(2027).with_statute(bill)).on == date(2026, 11, 16)


def test_two_rules_of_one_key_for_one_day_are_refused():
    with pytest.raises(NoRule, match="End one"):
        governing([*ROWS, ROWS[4]], date(2027, 1, 1))


def test_a_missing_rule_says_what_to_enter():
    with pytest.raises(NoRule, match="Nomination papers, spring election"):
        calendar.spring_filing(2027, Parameters({}))


# -- what holds in every year ------------------------------------------------------------------------


@given(YEARS)
def test_the_days_of_a_spring_election_follow_one_another(year):
    parameters = law(year)
    filing = calendar.spring_filing(year, parameters)
    days = [
        calendar.spring_circulation(year, parameters).on,
        calendar.noncandidacy(filing, parameters).on,
        filing.on,
        calendar.extension(filing, parameters).on,
        calendar.spring_primary(year, parameters).on,
        calendar.spring_election(year, parameters).on,
        calendar.council_terms(year, parameters).on,
    ]
    assert days == sorted(set(days))


@given(YEARS)
def test_nothing_is_due_on_a_day_that_does_not_count_and_elections_are_on_tuesdays(year):
    parameters = law(year)
    filing = calendar.spring_filing(year, parameters)
    for deadline in (
        filing,
        calendar.noncandidacy(filing, parameters),
        calendar.extension(filing, parameters),
    ):
        assert parameters.holidays.why_closed(deadline.on) is None
    assert calendar.spring_election(year, parameters).on.weekday() == 1
    assert calendar.spring_primary(year, parameters).on.weekday() == 1
    assert filing.on.weekday() in (1, 2)


@given(EVEN)
def test_the_days_of_a_partisan_election_follow_one_another(year):
    parameters = law(year)
    days = [deadline.on for deadline in calendar.partisan_calendar(year, parameters)]
    assert days == sorted(set(days))
    assert 2 <= calendar.general_election(year, parameters).on.day <= 8


@given(YEARS.filter(lambda year: year % 2))
def test_odd_years_have_no_partisan_election(year):
    with pytest.raises(ValueError, match="even years"):
        calendar.partisan_calendar(year, law(year))


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)), st.integers(0, 16))
def test_a_special_election_within_its_span_leaves_time_to_circulate(ordered, more):
    parameters = law(ordered.year)
    first, last = calendar.special_span(ordered, parameters)
    election = min(first + timedelta(days=more), last)
    primary = calendar.special_primary(election, parameters)
    assert ordered < calendar.special_filing(primary.on, parameters).on < primary.on < election


@given(YEARS, st.booleans(), st.sampled_from([None, True, False]))
def test_a_window_is_never_empty_and_covers_its_primary_and_the_day_before_its_end(
    year, on_ballot, nominated
):
    found = windows.window(facts(year, on_primary_ballot=on_ballot, nominated=nominated), law(year))
    assert found.starts.on < found.ends.on
    assert found.starts.on <= facts(year).primary_on < found.ends.on
    assert found.last_day + timedelta(days=1) == found.ends.on


@given(YEARS)
def test_every_deadline_explains_itself_with_its_source(year):
    for deadline in calendar.spring_calendar(year, law(year)):
        told = deadline.explain()
        assert words(deadline.on) in told[0]
        assert "Wis. Stat." in told[-1]
        assert len(told) >= 3


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 60))
def test_business_days_count_only_days_that_count(start, count):
    holidays = law(2027).holidays
    end = holidays.add_business_days(start, count).on
    between = [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]
    assert sum(holidays.why_closed(on) is None for on in between) == count
    assert holidays.why_closed(end) is None


# -- what is entered ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "phrase", ["", "Decembre 1", "fifth Tuesday in May", "february 2", "1 December", "first Tuesday"]
)
def test_a_phrase_that_names_no_day_is_refused_with_the_forms_that_do(phrase):
    with pytest.raises(NotADay, match="first Tuesday in January"):
        day_in_year(phrase, 2027)


@pytest.mark.parametrize("row", ROWS, ids=[f"{row.statute.key}-{row.governs_from.year}" for row in ROWS])
def test_the_rows_to_begin_with_can_be_computed_with(row):
    check_values(row.statute)


@pytest.mark.parametrize(
    "change",
    [
        {"circulation_starts": "soon"},
        {"closes_at": "5 pm"},
        {"extension_hours": "72"},
        {"extension_hours": -1},
        {"extension_hours": True},
        {"filing_ends": None},
    ],
)
def test_values_that_cannot_be_computed_with_are_refused(change):
    (good,) = [row.statute for row in ROWS if row.statute.key == "spring_papers" and not row.proposed]
    with pytest.raises((BadValues, NotADay)):
        check_values(Statute("spring_papers", good.citation, {**good.values, **change}))


def test_a_key_that_nothing_computes_with_is_refused():
    with pytest.raises(BadValues):
        check_values(Statute("tides", "Nowhere", {}))
