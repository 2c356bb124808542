"""The insider: whoever changes the log in the database itself, past its triggers, is found, and where."""

import pytest
from django.db import connection

from city.log import note, verify_entries
from city.models import Entry
from tests.conftest import NOW, make_user


@pytest.fixture
def log(transactional_db, city):
    """Seven entries, each committed, so that each has its place in the chain."""
    ada = make_user("Ada")
    for n in range(7):
        note(city, verb="city.changed", by=ada, at=NOW, reason=f"Reason {n}", data={"n": n, "field": "name"})
    assert faults() == []


def faults() -> list[tuple[str, str]]:
    return [(fault.where, fault.what) for fault in verify_entries()]


def past_the_triggers(sql: str, *values) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(sql, values)
        cursor.execute("RESET session_replication_role")


def test_an_untouched_log_has_no_fault(log):
    assert Entry.objects.count() == 7


@pytest.mark.parametrize(
    "change",
    [
        "reason = 'Because'", "actor_name = 'Nobody'", "at = at + interval '1 second'", "verb = 'city.set_up'",
        "subject_label = 'Elsewhere'", "data = '{\"n\": 99}'", "subject = 'city.city:2'", "also = '{a:1}'",
        "actor_id = NULL",
    ],
)  # fmt: skip
def test_an_altered_entry_is_named(log, change):
    past_the_triggers(f"UPDATE city_entry SET {change} WHERE number = 4")
    assert faults() == [("entry 4", "what it says was altered after it was written")]


def test_an_altered_entry_with_its_digest_made_new_is_named(log):
    entry = Entry.objects.get(number=4)
    entry.reason = "Because"
    sql = "UPDATE city_entry SET reason = %s, digest = %s WHERE number = 4"
    past_the_triggers(sql, entry.reason, entry.content_digest())
    assert faults() == [("entry 4", "its hash is not that of its content and place")]


def test_a_removed_entry_is_missed(log):
    past_the_triggers("DELETE FROM city_entry WHERE number IN (3, 4)")
    assert ("entry 5", "2 entries before it are missing") in faults()


def test_entries_removed_from_the_end_are_missed(log):
    past_the_triggers("DELETE FROM city_entry WHERE number > 5")
    assert faults() == [("after entry 5", "2 entries are missing at the end")]


def test_an_emptied_log_is_missed(log):
    past_the_triggers("DELETE FROM city_entry")
    assert faults() == [("after entry 0", "7 entries are missing at the end")]


def test_an_entry_slipped_in_is_named(log):
    past_the_triggers(
        "INSERT INTO city_entry (at, actor_name, verb, subject, subject_label, also, reason, data, digest)"
        " VALUES (now(), 'Eve', 'city.changed', 'city.city:1', 'T', '{}', '', '{}', 'd')"
    )
    assert [what for _, what in faults()] == ["it has no place in the chain"]


def test_two_entries_that_changed_places_are_named(log):
    past_the_triggers(
        "UPDATE city_entry SET number = CASE number WHEN 3 THEN -4 ELSE -3 END WHERE number IN (3, 4);"
        "UPDATE city_entry SET number = -number WHERE number < 0"
    )
    assert {where for where, _ in faults()} >= {"entry 3", "entry 4"}


def test_a_head_that_was_set_back_is_named(log):
    past_the_triggers("UPDATE city_chain SET number = 5 WHERE key = 'entries'")
    assert faults() == [("the head of the log", "it stands at 5, but the entries end at 7")]
