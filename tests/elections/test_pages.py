"""What the Clerk sees and does, and what the public reads."""

import json
from datetime import date, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from city.models import Seat, Term
from elections.actions.elections import record_seat_up
from elections.actions.incidents import report_incident
from elections.actions.rules import confirm_rule
from elections.findings import FINDINGS
from elections.models import Blackout, Candidacy, Confirmation, Contest, Election, Incident, Rule
from elections.queries import NEEDED
from tests.conftest import CityClient, make_office, make_user
from tests.elections.conftest import EARLY
from tests.elections.test_blackouts import AFTER_DEADLINE, CANVASS, END, FILED, START


@pytest.fixture
def as_clerk(clerk):
    client = CityClient()
    client.person = clerk
    return client


def visit(client, url, at):
    """Open a page at an instant, signed in then: a session of October is over in December."""
    with time_machine.travel(at, tick=False):
        if hasattr(client, "person"):
            client.force_login(client.person)
        return client.get(url)


def see(client, name, *args, query="", at=EARLY):
    return visit(client, reverse(f"elections:{name}", args=args) + query, at)


def do(client, name, *args, at=EARLY, **values):
    with time_machine.travel(at, tick=False):
        client.force_login(client.person)
        return client.post(reverse(f"elections:{name}", args=args), values)


def test_the_clerk_goes_from_nothing_to_a_silence(city, as_clerk, seat, term, account, alder):
    assert "Load Wisconsin’s statutes" in see(as_clerk, "list_elections").text
    assert do(as_clerk, "load_rules").status_code == 302
    assert do(as_clerk, "record_election", kind="spring", year=2027).status_code == 302
    election = Election.objects.get()
    assert do(as_clerk, "record_seat_up", election.pk, seat=seat.pk, has_primary="").status_code == 302
    page = see(as_clerk, "see_election", election.pk).text
    for words in ("Alma Alder", "Tue Apr 6, 2027", "Not known yet", "Open question", "Mon Nov 16, 2026"):
        assert words in page
    page = see(as_clerk, "explain_blackout", Blackout.objects.get().pk).text
    for words in (
        "Tue Dec 1, 2026, 12:00 am CST",
        "Wed Apr 7, 2027, 12:00 am CDT",
        "Wis. Stat. 11.1205 (formerly 11.33)",
        "presumed a candidate",
        "Clara Clerk",
        "An answer to a constituent",
    ):
        assert words in page


def test_what_was_typed_is_kept_and_the_refusal_stands_beside_its_field(as_clerk, rules):
    page = do(as_clerk, "record_election", kind="partisan", year=2027)
    assert page.status_code == 200
    assert "Partisan elections are held in even years." in page.text
    assert 'value="2027"' in page.text


@pytest.mark.parametrize(
    "typed",
    [
        {"kind": "special", "ordered_on": "", "election_on": ""},
        {"kind": "special", "ordered_on": "2027-06-01", "election_on": "2027-06-02"},
        {"kind": "spring", "year": "1066"},
        {"kind": "spring", "year": "99999999999999999999"},
        {"kind": "tides", "year": "2027"},
        {},
    ],
)
def test_an_election_that_cannot_be_is_refused(as_clerk, rules, typed):
    assert do(as_clerk, "record_election", **typed).status_code == 200
    assert not Election.objects.exists()


def test_a_special_election_has_its_days(as_clerk, rules):
    do(as_clerk, "record_election", kind="special", ordered_on="2027-06-01", election_on="2027-08-10")
    election = Election.objects.get()
    assert election.primary_on == date(2027, 7, 13)
    page = see(as_clerk, "see_election", election.pk).text
    assert "Tue Jun 15, 2027, 5:00 pm" in page


def test_both_outcomes_of_the_bill_stand_on_the_page_until_one_is_confirmed(as_clerk, election):
    bill = Rule.objects.get(proposed=True)
    page = see(as_clerk, "confirm_rule", election.pk, bill.pk).text
    assert "Mon Nov 16, 2026" in page
    assert "Tue Dec 1, 2026" in page
    law = Rule.objects.get(key="spring_papers", proposed=False, effective_until=None)
    assert do(as_clerk, "confirm_rule", election.pk, law.pk, note="Read today").status_code == 302
    assert Confirmation.objects.get().note == "Read today"
    assert "Open question" not in see(as_clerk, "see_election", election.pk).text


def test_a_clerk_who_looked_at_older_facts_is_told(as_clerk, candidacy):
    assert do(as_clerk, "record_filing", candidacy.pk, version=1, filed_on="2027-01-04").status_code == 302
    page = do(as_clerk, "enter_dates", candidacy.pk, version=1, starts_on="2027-01-01", counsel_note="x")
    assert page.status_code == 200
    assert "Somebody else has just changed" in page.text
    assert Candidacy.objects.get(pk=candidacy.pk).basis == Candidacy.Basis.PAPERS


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("record_filing", {"filed_on": "2027-01-04"}),
        ("record_noncandidacy", {"noncandidacy_on": "2026-12-20"}),
        ("record_withdrawal", {"withdrew_on": "2027-01-04", "counsel_note": "Moved"}),
        ("enter_dates", {"starts_on": "2026-12-01", "ends_on": "2027-04-07", "counsel_note": "Recall"}),
    ],
)
def test_a_fact_is_entered_and_stands_on_the_candidacys_page(as_clerk, candidacy, name, values):
    assert see(as_clerk, name, candidacy.pk).status_code == 200
    assert do(as_clerk, name, candidacy.pk, version=1, **values).status_code == 302
    page = see(as_clerk, "see_candidacy", candidacy.pk).text
    assert "Clara Clerk" in page
    assert values.get("counsel_note", "") in page


def test_no_filing_and_the_outcome_of_a_primary_are_entered(as_clerk, contest, candidacy):
    assert "deadline" in do(as_clerk, "record_no_filing", candidacy.pk, version=1, at=FILED).text
    assert do(as_clerk, "record_seat_primary", contest.pk, has_primary="yes").status_code == 302
    assert Contest.objects.get().has_primary
    values = {"nominated": "no", "nominated_on": "2027-02-20"}
    assert (
        do(as_clerk, "record_primary_result", candidacy.pk, version=1, at=CANVASS, **values).status_code
        == 302
    )
    assert Blackout.objects.get().ends_at < CANVASS


def test_what_if_computes_and_changes_nothing(as_clerk, blackout):
    before = Blackout.objects.values().get()
    page = see(
        as_clerk,
        "explain_blackout",
        blackout.pk,
        query="?circulation_on=2026-11-16&on_primary_ballot=yes&nominated=no",
    )
    assert "Silence starts: Mon Nov 16, 2026" in page.text
    assert "Silence is over: Wed Feb 17, 2027" in page.text
    assert Blackout.objects.values().get() == before


@pytest.mark.parametrize(
    "query", ["?circulation_on=never", "?nominated=perhaps", "?circulation_on=2030-01-01"]
)
def test_a_what_if_that_cannot_be_is_told(as_clerk, blackout, query):
    assert see(as_clerk, "explain_blackout", blackout.pk, query=query).status_code == 200


def test_a_new_rule_is_entered_from_the_old_one(as_clerk, rules):
    old = Rule.objects.get(key="council_terms")
    page = see(as_clerk, "add_rule", query=f"?like={old.pk}")
    assert "third Tuesday in April" in page.text
    values = {"key": "council_terms", "citation": "Wis. Stat. 62.09(5)(b)", "effective_from": "2030-01-01"}
    bad = do(as_clerk, "add_rule", parameters='{"terms_start": "whenever"}', **values)
    assert "names no day" in bad.text
    assert "Keep the quotation marks" in do(as_clerk, "add_rule", parameters="{", **values).text
    assert (
        do(as_clerk, "add_rule", parameters='{"terms_start": "first Monday in May"}', **values).status_code
        == 302
    )
    assert Rule.objects.get(pk=old.pk).effective_until == date(2030, 1, 1)


# -- the public ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "words"),
    [(EARLY, "will not post"), (START, "does not post now"), (END, "This is over")],
)
def test_the_public_notice_is_neutral_and_follows_the_clock(blackout, alder, at, words):
    page = see(CityClient(), "blackout_notice", blackout.pk, at=at).text
    assert words in page
    assert alder.name not in page


# -- findings and lists ----------------------------------------------------------------------------------


def codes(user, at):
    found = (finding(user, at) for finding in FINDINGS)
    return {one.code: one for one in found if one is not None}


def test_each_finding_counts_exactly_the_rows_that_it_opens(as_clerk, clerk, contest, account):
    near = codes(clerk, START - timedelta(days=30))
    assert set(near) == {"elections.rule_not_confirmed", "elections.blackout_running", "elections.step_late"}
    late = codes(clerk, AFTER_DEADLINE)
    assert late["elections.filing_not_recorded"].count == 1
    asked = [(one, START - timedelta(days=30)) for one in near.values()] + [
        (one, AFTER_DEADLINE) for one in late.values()
    ]
    for finding, at in asked:
        page = visit(as_clerk, finding.url, at)
        rows = (
            page.context["page"].paginator.count if "page" in page.context else len(page.context["waiting"])
        )
        assert rows == finding.count, finding.code


def test_a_silent_member_sees_only_their_own_blackout(blackout, alder):
    assert set(codes(alder, START)) == {"elections.blackout_running"}
    assert codes(alder, EARLY) == {}


def test_the_list_of_blackouts_is_also_a_spreadsheet(as_clerk, blackout):
    page = see(as_clerk, "list_blackouts", query="?state=active&format=csv", at=START)
    lines = b"".join(page.streaming_content).decode().splitlines()
    assert len(lines) == 2
    assert "Alma Alder" in lines[1]


def test_an_incident_is_reported_found_and_closed(as_clerk, blackout, account):
    refused = do(
        as_clerk,
        "report_incident",
        blackout.pk,
        account=account.pk,
        native_id="at://1",
        posted_at="2026-10-01T10:00",
    )
    assert "did not have to be silent" in refused.text
    values = {"account": account.pk, "native_id": "at://1", "posted_at": "2026-12-05T10:00", "text": "Vote!"}
    assert do(as_clerk, "report_incident", blackout.pk, at=FILED, **values).status_code == 302
    assert "already reported" in do(as_clerk, "report_incident", blackout.pk, at=FILED, **values).text
    incident = Incident.objects.get()
    assert "Vote!" in see(as_clerk, "list_incidents", query="?status=open", at=FILED).text
    assert (
        do(as_clerk, "close_incident", incident.pk, at=FILED, finding="Taken up with the office.").status_code
        == 302
    )
    page = see(as_clerk, "see_incident", incident.pk, at=FILED).text
    assert "Taken up with the office." in page


@pytest.mark.parametrize("name", ["list_elections", "list_blackouts"])
def test_a_page_costs_the_same_number_of_queries_for_one_row_as_for_many(
    as_clerk, election, blackout, django_assert_max_num_queries, name
):
    see(as_clerk, name)
    for number in range(15):
        person = make_user(f"Candidate {number}")
        candidacy = Candidacy.objects.create(
            election=election, person=person, office_sought="Board", basis="papers", recorded_at=EARLY
        )
        Blackout.objects.create(
            candidacy=candidacy,
            starts_at=START,
            ends_at=END,
            rule=blackout.rule,
            scheduled_at=EARLY,
            computed_at=EARLY,
        )
    with django_assert_max_num_queries(30):
        assert see(as_clerk, name).text.count("Candidate ") >= 15


PAGES = [
    "list_elections",
    "list_blackouts",
    "list_incidents",
    "list_rules",
    "see_election",
    "explain_blackout",
]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_as_often_for_many_as_for_few(as_clerk, clerk, election, blackout, account, name):
    arguments = {"see_election": [election.pk], "explain_blackout": [blackout.pk]}.get(name, [])

    def asked():
        with CaptureQueriesContext(connection) as captured:
            assert see(as_clerk, name, *arguments, at=FILED).status_code == 200
        return len(captured)

    def incident(number):
        values = {"account": account, "native_id": f"at://{number}", "posted_at": FILED, "text": "Vote!"}
        report_incident(blackout, by=clerk, at=FILED, **values)

    needed = Rule.objects.filter(key__in=NEEDED[Election.Kind.SPRING], proposed=False, effective_until=None)
    confirm_rule(needed[0], election=election, by=clerk, at=EARLY)
    incident(0)
    asked()
    few = asked()
    for number in range(1, 5):
        incident(number)
        seat = make_seat(number)
        record_seat_up(election, seat=seat, by=clerk, at=EARLY)
    for rule in needed:
        confirm_rule(rule, election=election, by=clerk, at=EARLY)
    assert asked() == few


def make_seat(number):
    """Another district's seat, with somebody who holds it."""
    office = make_office(f"District {40 + number}", kind="district", number=40 + number)
    seat = Seat.objects.create(office=office, title=f"Seat {number}", term_years=2, first_election_year=2025)
    Term.objects.create(
        seat=seat,
        person=make_user(f"Holder {number}"),
        starts_on=date(2025, 4, 15),
        ends_on=date(2027, 4, 20),
    )
    return seat


# -- the command -----------------------------------------------------------------------------------------


def test_the_calendar_is_told_as_table_and_as_json(db):
    told = StringIO()
    call_command("election_calendar", 2027, format="json", stdout=told)
    days = {day["key"]: day for day in json.loads(told.getvalue())["elections"]["spring"]}
    assert days["circulation"]["on"] == "2026-12-01"
    assert days["filing"]["time"] == "17:00"
    table = StringIO()
    call_command("election_calendar", 2028, stdout=table)
    assert "Tue Apr 4, 2028" in table.getvalue()
    assert "Tue Nov 7, 2028" in table.getvalue()


def test_the_calendar_refuses_a_year_that_is_out_of_reach(db):
    with pytest.raises(CommandError, match="2000 to 2100"):
        call_command("election_calendar", 1848)


def test_who_is_not_signed_in_is_led_to_the_public_notice(blackout):
    answer = see(CityClient(), "explain_blackout", blackout.pk, at=START)
    assert answer.status_code == 302
    assert answer.url == reverse("elections:blackout_notice", args=[blackout.pk])
