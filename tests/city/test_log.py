"""The log of acts cannot be rewritten, and shows when somebody tried."""

import pytest
from django.db import InternalError, ProgrammingError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from city import log
from city.canonical import GENESIS, canonical, link
from city.models import Chain, Entry
from tests.conftest import NOW


def chain_now():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def test_each_entry_is_linked_to_the_one_before_it(city, officer):
    for _ in range(3):
        log.note(city, verb="city.changed", by=officer, at=NOW, reason="Colours", data={"n": 1})
    chain_now()
    prev = GENESIS
    entries = list(Entry.objects.order_by("number"))
    assert [entry.number for entry in entries] == [1, 2, 3]
    for entry in entries:
        assert entry.prev_hash == prev
        assert entry.digest == entry.content_digest()
        assert entry.hash == link(prev, entry.number, entry.digest)
        prev = entry.hash
    assert Chain.objects.get(key=Chain.ENTRIES).hash == prev


@pytest.mark.parametrize("chained", [False, True])
@pytest.mark.parametrize("act", ["update", "delete"])
def test_postgres_refuses_to_change_an_entry(city, officer, act, chained):
    entry = log.note(city, verb="city.changed", by=officer, at=NOW)
    if chained:
        chain_now()
    rows = Entry.objects.filter(pk=entry.pk)
    with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
        rows.update(reason="Something else") if act == "update" else rows.delete()


def test_postgres_refuses_to_empty_the_log(city):
    with (
        pytest.raises((InternalError, ProgrammingError)),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("TRUNCATE city_entry")


def test_a_verb_without_a_sentence_is_not_logged(city, officer):
    with pytest.raises(KeyError):
        log.note(city, verb="city.whitewashed", by=officer, at=NOW)
    assert not Entry.objects.exists()


@given(st.dictionaries(st.text(), st.integers() | st.text() | st.booleans() | st.none()))
def test_the_canonical_form_does_not_depend_on_the_order_of_keys(value):
    assert canonical(value) == canonical(dict(reversed(value.items())))
