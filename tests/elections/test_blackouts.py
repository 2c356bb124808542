"""When an account must be silent, at the instants that matter, whatever the workers do."""

import threading
import time
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import InternalError, ProgrammingError, connection, transaction

from accounts.models import Account, Silence, account_silence, office_silence
from city.log import history_of
from city.models import City, Entry, Mail
from city.refusals import NotAllowed, Refusal, Stale
from elections import tasks
from elections.actions.blackouts import WATCH, recompute_blackout
from elections.actions.candidacies import (
    enter_dates,
    record_candidacy,
    record_filing,
    record_no_filing,
    record_noncandidacy,
    record_primary_result,
    record_withdrawal,
)
from elections.actions.elections import record_election, record_seat_primary, record_seat_up, set_circulation
from elections.actions.rules import add_rule, confirm_rule, load_rules
from elections.actions.steps import take_step
from elections.models import Blackout, BlackoutStep, Candidacy, Rule
from elections.queries import law_for
from posts.actions import park_post
from tests.conftest import make_user
from tests.elections.conftest import EARLY, make_account
from tests.posts.make import make_scheduled

#: Dec 1, 2026, 00:00 CST, and Apr 7, 2027, 00:00 CDT.
START = datetime(2026, 12, 1, 6, tzinfo=UTC)
END = datetime(2027, 4, 7, 5, tzinfo=UTC)
SECOND = timedelta(seconds=1)
FILED = datetime(2027, 1, 4, 18, tzinfo=UTC)
AFTER_DEADLINE = datetime(2027, 1, 5, 23, tzinfo=UTC)
PRIMARY_OVER = datetime(2027, 2, 17, 6, tzinfo=UTC)
CANVASS = datetime(2027, 2, 20, 16, tzinfo=UTC)


def silent(account, at) -> bool:
    return account_silence(account, at) is not None


# -- the boundaries ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (START - SECOND, False),  # 23:59:59 on Nov 30
        (START, True),  # 00:00:00 on Dec 1
        (END - SECOND, True),  # 23:59:59 on the day of the election
        (END, False),  # 00:00:00 on the day after
        (datetime(2027, 3, 14, 7, 59, 59, tzinfo=UTC), True),  # the clocks go forward
        (datetime(2027, 3, 14, 8, tzinfo=UTC), True),
    ],
)
def test_silence_begins_and_ends_at_local_midnight_with_no_worker(
    blackout, account, district_3, at, expected
):
    assert silent(account, at) is expected
    assert (office_silence(district_3, at) is not None) is expected
    assert (blackout.state_at(at) == Blackout.Status.ACTIVE) is expected
    # Nothing has been done by a worker, and nothing needs to be.
    assert blackout.status == Blackout.Status.SCHEDULED


def test_a_silence_from_the_day_on_which_the_clocks_go_back_starts_at_the_first_midnight(
    candidacy, account, clerk
):
    enter_dates(
        candidacy,
        starts_on=date(2026, 11, 1),
        ends_on=date(2026, 11, 2),
        counsel_note="Recall",
        by=clerk,
        at=EARLY,
    )
    assert not silent(account, datetime(2026, 11, 1, 4, 59, 59, tzinfo=UTC))
    assert silent(account, datetime(2026, 11, 1, 5, tzinfo=UTC))
    assert silent(account, datetime(2026, 11, 2, 5, 59, 59, tzinfo=UTC))  # the 25th hour
    assert not silent(account, datetime(2026, 11, 2, 6, tzinfo=UTC))


def test_the_account_of_another_office_may_speak(blackout, parks):
    assert not silent(make_account(parks, "parks"), START)


def test_an_account_that_the_office_gets_later_is_silent_without_any_worker(blackout, district_3):
    assert silent(make_account(district_3, "late"), START)


def test_a_city_outside_wisconsin_is_never_silent(city, election, seat, term, account, clerk):
    City.objects.update(blackout_mode=City.BlackoutMode.NONE)
    contest = record_seat_up(election, seat=seat, by=clerk, at=EARLY)
    assert not Blackout.objects.exists()
    assert contest.candidacies.exists()
    assert not silent(account, START)


def test_a_silence_tells_what_stays_allowed_and_under_which_rule(blackout, account):
    row = account_silence(account, START)
    assert row.citation == "Wis. Stat. 11.1205 (formerly 11.33)"
    assert row.exempts(Silence.Exemption.ANSWER)
    assert row.exempts(Silence.Exemption.OFFICIAL)
    assert row.explained_at == f"/blackouts/{blackout.pk}/"
    assert row.source == f"elections.blackout:{blackout.pk}"


def test_silence_ends_with_the_term_for_the_office_changes_hands(candidacy, term, account, clerk):
    term.ends_on = date(2027, 2, 1)
    term.save()
    recompute_blackout(candidacy, by=clerk, at=EARLY)
    assert silent(account, datetime(2027, 2, 1, 5, 59, 59, tzinfo=UTC))
    assert not silent(account, datetime(2027, 2, 1, 6, tzinfo=UTC))


# -- presumption and release -------------------------------------------------------------------------------


def test_the_holder_of_a_seat_that_is_up_is_presumed_a_candidate(candidacy, alder):
    assert (candidacy.person, candidacy.basis) == (alder, Candidacy.Basis.PRESUMED)


def test_a_notice_of_noncandidacy_releases_at_once(candidacy, account, clerk):
    at = START + timedelta(days=20)
    record_noncandidacy(candidacy, noncandidacy_on=at.date(), by=clerk, at=at)
    assert silent(account, at - SECOND)  # what it was stays to be read
    assert not silent(account, at)
    assert Blackout.objects.get().state_at(at) == Blackout.Status.RELEASED


def test_no_filing_is_recorded_only_after_the_deadline(candidacy, account, clerk):
    with pytest.raises(Refusal, match="deadline"):
        record_no_filing(candidacy, by=clerk, at=AFTER_DEADLINE - SECOND)
    record_no_filing(candidacy, by=clerk, at=AFTER_DEADLINE)
    assert not silent(account, AFTER_DEADLINE)


def test_who_filed_cannot_be_released_by_a_notice(candidacy, clerk):
    record_filing(candidacy, filed_on=FILED.date(), by=clerk, at=FILED)
    with pytest.raises(Refusal, match="on file"):
        record_noncandidacy(candidacy, noncandidacy_on=FILED.date(), by=clerk, at=FILED)
    with pytest.raises(Refusal, match="on file"):
        record_no_filing(candidacy, by=clerk, at=AFTER_DEADLINE)


def test_who_was_released_and_then_files_is_silent_again(candidacy, account, clerk):
    at = START + timedelta(days=2)
    record_noncandidacy(candidacy, noncandidacy_on=at.date(), by=clerk, at=at)
    record_filing(candidacy, filed_on=FILED.date(), by=clerk, at=FILED)
    assert not silent(account, FILED - SECOND) or account_silence(account, FILED - SECOND).created_at == FILED
    assert silent(account, FILED)
    assert Blackout.objects.get().status == Blackout.Status.ACTIVE


def test_a_withdrawal_releases_only_with_counsels_note(candidacy, account, clerk):
    with pytest.raises(Refusal, match="counsel"):
        record_withdrawal(candidacy, withdrew_on=FILED.date(), counsel_note=" ", by=clerk, at=FILED)
    record_withdrawal(candidacy, withdrew_on=FILED.date(), counsel_note="Moved away", by=clerk, at=FILED)
    assert not silent(account, FILED)


# -- primary and canvass --------------------------------------------------------------------------------


@pytest.fixture
def with_primary(contest, candidacy, clerk):
    record_seat_primary(contest, has_primary=True, by=clerk, at=FILED)
    return Candidacy.objects.get(pk=candidacy.pk)


def test_after_the_primary_silence_goes_on_until_the_canvass_is_recorded(with_primary, account):
    blackout = Blackout.objects.get()
    assert blackout.state_at(PRIMARY_OVER - SECOND) == Blackout.Status.ACTIVE
    assert blackout.state_at(PRIMARY_OVER) == Blackout.Status.AWAITING
    assert silent(account, PRIMARY_OVER)


def test_who_was_not_nominated_is_free_when_the_canvass_is_recorded(with_primary, account, clerk):
    record_primary_result(with_primary, nominated=False, nominated_on=CANVASS.date(), by=clerk, at=CANVASS)
    assert silent(account, CANVASS - SECOND)
    assert not silent(account, CANVASS)
    blackout = Blackout.objects.get()
    assert blackout.ends_at == PRIMARY_OVER
    assert blackout.state_at(CANVASS) == Blackout.Status.ENDED


def test_who_was_nominated_is_silent_through_the_election(with_primary, account, clerk):
    record_primary_result(with_primary, nominated=True, nominated_on=CANVASS.date(), by=clerk, at=CANVASS)
    assert silent(account, CANVASS)
    assert silent(account, END - SECOND)
    assert not silent(account, END)
    assert Blackout.objects.get().awaits_from is None


def test_a_recount_changes_the_outcome_and_the_silence_with_it(with_primary, account, clerk):
    record_primary_result(with_primary, nominated=False, nominated_on=CANVASS.date(), by=clerk, at=CANVASS)
    later = CANVASS + timedelta(days=5)
    record_primary_result(with_primary, nominated=True, nominated_on=later.date(), by=clerk, at=later)
    assert silent(account, later)
    assert not silent(account, END)


def test_an_outcome_needs_a_primary(candidacy, clerk):
    with pytest.raises(Refusal, match="primary"):
        record_primary_result(candidacy, nominated=True, nominated_on=CANVASS.date(), by=clerk, at=CANVASS)


# -- facts change ----------------------------------------------------------------------------------------


def test_facts_that_change_after_the_start_leave_no_gap(candidacy, account, clerk):
    at = START + timedelta(days=10)
    enter_dates(
        candidacy,
        starts_on=date(2026, 12, 1),
        ends_on=date(2027, 4, 15),
        counsel_note="Special order",
        by=clerk,
        at=at,
    )
    for instant in (at - SECOND, at, at + SECOND, END, datetime(2027, 4, 15, 4, 59, 59, tzinfo=UTC)):
        assert silent(account, instant)
    assert not silent(account, datetime(2027, 4, 15, 5, tzinfo=UTC))
    assert Silence.objects.filter(account=account).count() == 2


def test_another_first_day_of_circulation_moves_the_start(election, candidacy, account, clerk):
    with pytest.raises(Refusal, match="rests"):
        set_circulation(election, circulation_on=date(2026, 11, 16), note="", by=clerk, at=EARLY)
    set_circulation(election, circulation_on=date(2026, 11, 16), note="2025 Act 99", by=clerk, at=EARLY)
    assert silent(account, datetime(2026, 11, 16, 6, tzinfo=UTC))
    assert not silent(account, datetime(2026, 11, 16, 5, 59, 59, tzinfo=UTC))
    assert "2025 Act 99" in " ".join(Blackout.objects.get().explanation)


def test_confirming_the_bill_moves_the_start_and_confirming_the_law_moves_it_back(
    election, blackout, account, clerk
):
    bill = Rule.objects.get(key="spring_papers", proposed=True)
    law = Rule.objects.get(key="spring_papers", proposed=False)
    confirm_rule(bill, election=election, by=clerk, at=EARLY)
    assert silent(account, datetime(2026, 11, 16, 6, tzinfo=UTC))
    confirm_rule(law, election=election, by=clerk, at=EARLY + SECOND)
    assert not silent(account, datetime(2026, 11, 16, 6, tzinfo=UTC))
    assert silent(account, START)
    assert law_for(election).open_bills() == []


def test_computing_again_with_the_same_facts_changes_nothing(candidacy, blackout, clerk):
    before = (Entry.objects.count(), Silence.objects.count(), BlackoutStep.objects.count())
    for _ in range(3):
        recompute_blackout(candidacy, by=clerk, at=EARLY)
    assert (Entry.objects.count(), Silence.objects.count(), BlackoutStep.objects.count()) == before


def test_two_clerks_cannot_overwrite_each_other(candidacy, clerk):
    other = make_user("Carl Clerk", "clerk")
    seen_by_both = Candidacy.objects.get(pk=candidacy.pk)
    record_filing(candidacy, filed_on=FILED.date(), by=clerk, at=FILED)
    with pytest.raises(Stale):
        record_withdrawal(seen_by_both, withdrew_on=FILED.date(), counsel_note="Left", by=other, at=FILED)
    assert Candidacy.objects.get(pk=candidacy.pk).filed_on == FILED.date()


def test_running_for_another_office_silences_by_that_offices_calendar(rules, term, account, alder, clerk):
    at = datetime(2027, 6, 1, tzinfo=UTC)
    partisan = record_election(kind="partisan", year=2028, by=clerk, at=at)
    term.ends_on = None
    term.save()
    record_candidacy(
        partisan, person=alder, basis="papers", office_sought="State Assembly, district 77", by=clerk, at=at
    )
    assert not silent(account, datetime(2028, 4, 15, 4, 59, 59, tzinfo=UTC))
    assert silent(account, datetime(2028, 4, 15, 5, tzinfo=UTC))
    assert silent(account, datetime(2028, 11, 8, 5, 59, 59, tzinfo=UTC))
    assert not silent(account, datetime(2028, 11, 8, 6, tzinfo=UTC))


def test_a_caucus_without_its_date_is_refused(election, alder, clerk):
    with pytest.raises(Refusal, match="caucus"):
        record_candidacy(
            election, person=alder, basis="caucus", office_sought="Town board", by=clerk, at=EARLY
        )
    assert not Candidacy.objects.exists()


# -- rights and evidence -----------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["officer", "alder", "auditor", "administrator"])
def test_only_the_clerk_enters_facts(candidacy, request, role):
    person = request.getfixturevalue(role)
    with pytest.raises(NotAllowed):
        record_noncandidacy(candidacy, noncandidacy_on=EARLY.date(), by=person, at=EARLY)


def test_a_silence_cannot_be_rewritten_deleted_or_lifted_twice(blackout, account, clerk):
    rows = Silence.objects.filter(account=account)
    for act in (
        lambda: rows.update(ends_at=START + SECOND),
        rows.delete,
        lambda: (
            rows.update(lifted_at=START, lift_reason="One"),
            rows.update(lifted_at=EARLY, lift_reason="Two"),
        ),
    ):
        with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
            act()


def test_a_rule_cannot_be_rewritten(rules):
    with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
        Rule.objects.filter(key="spring_papers").update(parameters={})


def test_a_new_rule_ends_the_one_before_it_and_moves_open_silences(election, blackout, account, clerk):
    law = Rule.objects.get(key="spring_papers", proposed=False)
    add_rule(
        key="spring_papers",
        citation="Wis. Stat. 8.10(2)(a), as amended",
        parameters={**law.parameters, "circulation_starts": "November 16"},
        effective_from=date(2026, 12, 31),
        by=clerk,
        at=EARLY,
    )
    law.refresh_from_db()
    assert law.effective_until == date(2026, 12, 31)
    assert silent(account, datetime(2026, 11, 16, 6, tzinfo=UTC))


def test_a_rule_that_could_not_be_computed_with_is_refused(rules, clerk):
    with pytest.raises(Refusal, match="names no day"):
        add_rule(
            key="council_terms",
            citation="Wis. Stat. 62.09",
            parameters={"terms_start": "soon"},
            effective_from=date(2030, 1, 1),
            by=clerk,
            at=EARLY,
        )


def test_the_statutes_are_loaded_once(rules, clerk):
    assert load_rules(by=clerk, at=EARLY) == []


# -- steps -------------------------------------------------------------------------------------------------


def work(at):
    with time_machine.travel(at, tick=False):
        tasks.take_due_steps()


def mailed(event) -> int:
    return Mail.objects.filter(event=event).count()


def test_people_are_told_when_it_is_scheduled_and_at_30_7_and_1_days_and_at_the_start(
    blackout, officer, clerk, alder
):
    for at in (
        EARLY,
        datetime(2026, 11, 1, 15, tzinfo=UTC),
        datetime(2026, 11, 24, 15, tzinfo=UTC),
        datetime(2026, 11, 30, 15, tzinfo=UTC),
        START,
    ):
        work(at)
        work(at)
    for event in ("scheduled", "days_30", "days_7", "day_1", "start"):
        assert mailed(f"blackout_{event}") == 3, event
    assert Blackout.objects.get().status == Blackout.Status.ACTIVE


def test_a_step_is_done_once_however_often_it_is_taken(blackout, clerk):
    step = blackout.steps.get(kind="scheduled")
    same = BlackoutStep.objects.get(pk=step.pk)
    assert take_step(step, by=WATCH, at=EARLY)
    assert not take_step(same, by=WATCH, at=EARLY)
    assert mailed("blackout_scheduled") == len({clerk.email, blackout.candidacy.person.email})


def test_nobody_takes_a_step_by_hand(blackout, clerk):
    with pytest.raises(NotAllowed):
        take_step(blackout.steps.first(), by=clerk, at=EARLY)


@pytest.mark.django_db(transaction=True)
def test_a_post_that_somebody_is_just_parking_does_not_disturb_the_start(request, district_3, alder, aide):
    """The delivery and the start of the silence both come at midnight: the second finds nothing left to park."""
    request.getfixturevalue("term")
    post = make_scheduled(district_3, alder, aide, to=START)
    step = request.getfixturevalue("blackout").steps.get(kind="start")
    outcomes = []

    def start():
        try:
            outcomes.append(take_step(step, by=WATCH, at=START))
        finally:
            connection.close()

    thread = threading.Thread(target=start)
    with transaction.atomic():
        park_post(post, by=aide, at=START, reason="Not now.")
        thread.start()
        while not waits_for_a_lock():
            assert thread.is_alive()
            time.sleep(0.02)
    thread.join(timeout=60)
    assert outcomes == [True]
    step.refresh_from_db()
    assert "parked" not in step.outcome
    assert [entry.verb for entry in history_of(post)].count("post.parked") == 1


def waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_database ON oid = database OR database IS NULL "
            "WHERE NOT granted AND datname = current_database()"
        )
        return cursor.fetchone()[0] > 0


def test_a_worker_that_slept_through_it_all_tells_only_what_is_still_true(blackout):
    work(END + timedelta(days=1))
    assert mailed("blackout_days_30") == mailed("blackout_start") == 0
    assert mailed("blackout_end") > 0
    assert Blackout.objects.get().status == Blackout.Status.ENDED
    assert not BlackoutStep.objects.open().exists()


def test_status_follows_through_primary_and_end(with_primary, clerk):
    work(START)
    work(PRIMARY_OVER)
    assert Blackout.objects.get().status == Blackout.Status.AWAITING
    record_primary_result(with_primary, nominated=True, nominated_on=CANVASS.date(), by=clerk, at=CANVASS)
    assert Blackout.objects.get().status == Blackout.Status.ACTIVE
    work(END)
    assert Blackout.objects.get().status == Blackout.Status.ENDED


def test_a_release_drops_what_was_to_come_and_tells_people(candidacy, clerk):
    record_noncandidacy(candidacy, noncandidacy_on=EARLY.date(), by=clerk, at=EARLY)
    work(END)
    assert mailed("blackout_released") > 0
    assert mailed("blackout_start") == mailed("blackout_end") == 0


def test_a_snapshot_that_cannot_be_taken_says_why_and_holds_nothing_up(blackout):
    work(START)
    step = blackout.steps.get(kind="snapshot")
    assert step.status == BlackoutStep.Status.DONE
    assert "not connected" in step.outcome


def test_the_watch_silences_an_account_that_came_later_by_its_own_row(blackout, district_3):
    late = make_account(district_3, "late")
    with time_machine.travel(START, tick=False):
        tasks.follow_facts()
    assert Silence.objects.filter(account=late).exists()


def test_a_retired_account_needs_no_silence_of_its_own(district_3, contest, clerk, candidacy):
    Account.objects.create(
        office=district_3,
        platform=Account.objects.first().platform,
        name="Old",
        handle="old",
        url="https://bsky.app/profile/old",
        status="retired",
        created_at=EARLY,
        retired_at=EARLY,
    )
    recompute_blackout(candidacy, by=clerk, at=EARLY)
    assert not Silence.objects.filter(account__handle="old").exists()


def test_a_notice_that_has_come_due_is_told_also_when_the_facts_are_looked_at_first(
    blackout, candidacy, clerk
):
    step = blackout.steps.get(kind="days_30")
    late = step.due_at + timedelta(minutes=3)
    recompute_blackout(candidacy, by=clerk, at=late)
    step.refresh_from_db()
    assert step.status == "due"
