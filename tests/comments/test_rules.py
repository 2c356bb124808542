"""The procedure, as pure rules."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from city.days import Holidays
from city.holidays import EVEN_YEARS, WISCONSIN
from comments.rules import DEFAULT, PROCEDURES, Earlier, due, found_words, next_step, readable, wait
from tests.conftest import NOW

DAYS = Holidays(days=WISCONSIN, even_years=EVEN_YEARS)


def ago(days: int, block: int = 0) -> Earlier:
    return Earlier(f"2026-{days:05}", NOW - timedelta(days=days), block)


@pytest.mark.parametrize(
    ("earlier", "days"),
    [
        ([], 0),
        ([ago(1)], 7),
        ([ago(1), ago(2)], 7),
        ([ago(1), ago(30, 7)], 30),
        ([ago(1), ago(30, 7), ago(60, 30)], 90),
        ([ago(1), ago(30, 7), ago(60, 30), ago(200, 90)], 90),
        ([ago(400, 7)], 0),
        ([ago(1), ago(400, 90)], 7),
    ],
)
def test_a_block_follows_a_warning_and_grows_from_7_to_30_to_90_days_within_a_year(earlier, days):
    assert next_step(earlier, NOW).days == days


def test_like_the_postal_inspection_service_a_block_needs_three_violations_in_twelve_months():
    usual = PROCEDURES["postal_inspection"]
    assert next_step([ago(1), ago(2)], NOW, usual).days == 0
    assert next_step([ago(1), ago(2), ago(3)], NOW, usual).days == 7


@given(
    st.lists(st.tuples(st.integers(0, 900), st.integers(0, 365))), st.sampled_from(list(PROCEDURES.values()))
)
def test_no_history_leads_to_a_block_without_an_end(history, procedure):
    step = next_step([ago(days, block) for days, block in history], NOW, procedure)
    assert step.days in (0, *procedure.ladder)
    assert step.days <= 365
    assert step.because


def test_ten_business_days_from_nov_20_pass_over_thanksgiving_and_say_so():
    found = due(date(2026, 11, 20), 10, DAYS)
    assert found.on == date(2026, 12, 7)
    assert found.because == (
        "10 business days from Fri Nov 20, 2026",
        "Thu Nov 26, 2026 skipped: Thanksgiving",
    )


def test_an_added_holiday_moves_the_day():
    added = Holidays(
        days=WISCONSIN, even_years=EVEN_YEARS, once={date(2026, 11, 27): "Day after Thanksgiving"}
    )
    assert due(date(2026, 11, 20), 10, added).on == date(2026, 12, 8)


def test_the_floors_above_count_the_same_holidays_as_the_elections_do():
    from elections.rules import wisconsin

    statute = next(row.statute for row in wisconsin.ROWS if row.statute.key == "holidays")
    assert statute.values["days"] == WISCONSIN
    assert due(date(2026, 10, 30), 2, DAYS).on == date(2026, 11, 4)  # the general election's day is left out


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("What a DAMN mess", ["damn"], ["damn"]),
        ("Scunthorpe plows", ["cunt"], []),
        ("d\u200bamn it", ["damn"], ["damn"]),
        ("ＤＡＭＮ it", ["damn"], ["damn"]),
        ("kick the bucket list", ["the bucket"], ["the bucket"]),
        ("nothing", [], []),
        ("nothing", ["", "  "], []),
        ("a\x00b damn", ["DAMN", "damn"], ["damn"]),
    ],
)
def test_words_are_found_whole_however_they_are_written(text, words, found):
    assert found_words(text, words) == found


@given(st.text(max_size=300))
def test_whatever_is_typed_becomes_text_that_can_be_kept(text):
    kept = readable(text)
    assert "\x00" not in kept
    kept.encode()
    assert readable(kept) == kept


@given(st.integers(0, 100), st.one_of(st.none(), st.floats(0, 10**9)))
def test_a_measure_waits_at_least_as_long_as_the_platform_asks_and_never_for_days(attempt, asked):
    waited = wait(attempt, asked)
    assert timedelta(seconds=5) <= waited <= timedelta(hours=6)
    assert DEFAULT.decide_within == 10
