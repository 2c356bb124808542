"""Offices, seats and terms: what is refused stands beside its field, and the database is the last guard."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from city.actions import offices
from city.models import Office, Seat, Term
from city.refusals import NotAllowed, Refusal
from tests.conftest import NOW, make_office, make_user


def test_an_office_does_not_stand_below_itself(officer):
    above, middle, below = make_office("A"), make_office("B"), make_office("C")
    offices.change_office(middle, by=officer, at=NOW, parent=above)
    offices.change_office(below, by=officer, at=NOW, parent=middle)
    for parent in (above, middle, below):
        with pytest.raises(offices.BelowItself) as refusal:
            offices.change_office(above, by=officer, at=NOW, parent=Office.objects.get(pk=parent.pk))
        assert refusal.value.field == "parent"


def test_the_database_itself_refuses_a_circle(officer):
    above, below = make_office("A"), make_office("B")
    Office.objects.filter(pk=below.pk).update(parent=above)
    with pytest.raises(IntegrityError), transaction.atomic():
        Office.objects.filter(pk=above.pk).update(parent=below)


def test_a_circle_that_only_the_database_sees_is_told_beside_the_field(officer):
    """Two people each move an office below the other: neither sees the other's change."""
    above, below = make_office("A"), make_office("B")
    Office.objects.filter(pk=below.pk).update(parent=above)
    above.parent = below
    with pytest.raises(offices.BelowItself) as refusal:
        offices.save_office(above, by=officer, at=NOW)
    assert refusal.value.field == "parent"


def test_the_page_keeps_what_was_typed_when_a_circle_is_refused(client, officer, parks):
    client.force_login(officer)
    values = {"kind": "department", "name": "Parks and Forestry", "parent": parks.pk, "number": ""}
    page = client.post(f"/offices/{parks.pk}/change/", values).content.decode()
    assert "Parks and Forestry" in page
    assert "choose another one" in page
    assert "usa-form-group--error" in page


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"kind": "department", "name": "PARKS division"}, "name"),
        ({"kind": "department", "name": "  "}, "name"),
        ({"kind": "district", "name": "District 9"}, "number"),
        ({"kind": "department", "name": "Water", "number": 4}, "number"),
        ({"kind": "district", "name": "Third", "number": 3}, "number"),
    ],
)
def test_what_is_wrong_with_an_office_is_said_beside_its_field(officer, parks, district_3, values, field):
    with pytest.raises(Refusal) as refusal:
        offices.add_office(by=officer, at=NOW, **values)
    assert refusal.value.field == field


def test_two_offices_of_like_names_have_different_addresses(officer):
    one = offices.add_office(kind="department", name="Water & Light", by=officer, at=NOW)
    two = offices.add_office(kind="department", name="Water Light", by=officer, at=NOW)
    assert (one.slug, two.slug) == ("water-light", "water-light-2")


def test_an_office_with_open_offices_below_it_is_not_closed(officer, parks):
    make_office("Forestry", parent=parks)
    with pytest.raises(Refusal, match="Forestry"):
        offices.close_office(parks, on=date(2027, 1, 1), by=officer, at=NOW, reason="Merged")


@pytest.fixture
def seat(clerk, district_3) -> Seat:
    return offices.add_seat(
        district_3, title="Alder, District 3", term_years=2, first_election_year=2025, by=clerk, at=NOW
    )


def test_two_people_never_hold_one_seat(clerk, seat):
    one, two = make_user("One"), make_user("Two")
    offices.record_term(seat, one, starts_on=date(2025, 4, 15), ends_on=date(2027, 4, 20), by=clerk, at=NOW)
    with pytest.raises(offices.SeatTaken) as refusal:
        offices.record_term(seat, two, starts_on=date(2027, 4, 19), ends_on=None, by=clerk, at=NOW)
    assert refusal.value.field == "starts_on"
    assert "Tue Apr 15, 2025 until Tue Apr 20, 2027" in refusal.value.message
    offices.record_term(seat, two, starts_on=date(2027, 4, 20), ends_on=None, by=clerk, at=NOW)


def test_the_database_itself_refuses_overlapping_terms(seat):
    one = make_user("One")
    Term.objects.create(seat=seat, person=one, starts_on=date(2025, 4, 15))
    with pytest.raises(IntegrityError), transaction.atomic():
        Term.objects.create(seat=seat, person=one, starts_on=date(2026, 4, 15))


def test_the_successor_begins_on_the_day_the_term_ends(clerk, seat):
    one, two = make_user("One"), make_user("Two")
    term = offices.record_term(seat, one, starts_on=date(2025, 4, 15), ends_on=None, by=clerk, at=NOW)
    offices.end_term(term, ends_on=date(2026, 10, 1), by=clerk, at=NOW, reason="Resigned")
    offices.record_term(seat, two, starts_on=date(2026, 10, 1), ends_on=None, by=clerk, at=NOW)
    assert [t.person.name for t in Term.objects.on(date(2026, 9, 30))] == ["One"]
    assert [t.person.name for t in Term.objects.on(date(2026, 10, 1))] == ["Two"]


def test_the_officer_does_not_record_terms(officer, seat):
    with pytest.raises(NotAllowed):
        offices.record_term(seat, officer, starts_on=date(2025, 4, 15), ends_on=None, by=officer, at=NOW)


def test_hostile_forms_are_answered_with_their_errors(client, administrator, seat):
    client.force_login(administrator)
    for values in (
        {"person": "99999999999999999999", "starts_on": "2026-02-30"},
        {"person": "x", "starts_on": "0000-00-00", "ends_on": "9999-99-99"},
        {"person": seat.pk, "starts_on": "\x00", "note": "n" * 5000},
        {"nothing": "known"},
    ):
        response = client.post(f"/seats/{seat.pk}/record-term/", values)
        assert response.status_code == 200
        assert "This was not saved yet" in response.content.decode()
    assert not Term.objects.exists()


def test_the_tree_asks_the_same_number_of_queries_for_any_number(
    client, officer, django_assert_max_num_queries
):
    client.force_login(officer)
    parent = make_office("Top")
    for _ in range(40):
        make_office(parent=parent)
    client.get("/offices/")
    with django_assert_max_num_queries(15):
        client.get("/offices/")
