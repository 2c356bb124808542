"""From draft to law: who does what, in which order, and what stays."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from city.log import history_of
from city.models import Grant
from city.refusals import NotAllowed, Refusal, Stale
from city.roles import Role
from policies import actions, queries, wording
from policies.actions.drafts import DraftExists, Unclear
from policies.models import Version
from tests.conftest import NOW, make_user
from tests.policies.make import LONG_AGO, TEXT, adopt, make_comment_policy, make_policy, next_version

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def first(officer, attorney, clerk):
    """Version 1, in force for long."""
    return adopt(make_policy(officer), officer, attorney, clerk, adopted_on=LONG_AGO)


def test_the_officer_drafts_the_attorney_reviews_the_clerk_records(officer, attorney, clerk):
    version = make_policy(officer)
    actions.submit_for_review(version, by=officer, at=NOW)
    actions.review_version(version, by=attorney, at=NOW, approve=True, note="Fit to be adopted.")
    actions.adopt_version(
        version,
        by=clerk,
        at=NOW,
        file_number="221825",
        adopted_on=date(2026, 11, 17),
        effective_on=date(2026, 12, 1),
    )
    assert version.is_adopted
    assert [entry.verb for entry in history_of(version)] == [
        "version.drafted", "version.submitted", "version.reviewed", "version.adopted",
    ]  # fmt: skip
    assert history_of(version).last().data["hash"] == wording.content_hash(version) == version.content_hash


def test_nobody_else_drafts_reviews_or_adopts(officer, attorney, clerk, staff, auditor, alder, moderator):
    version = make_policy(officer)
    for other in (staff, auditor, alder, moderator, clerk, attorney):
        with pytest.raises(NotAllowed):
            actions.change_draft(version, by=other, at=NOW, source="x", change="material")
    actions.submit_for_review(version, by=officer, at=NOW)
    for other in (staff, auditor, alder, moderator, clerk, officer):
        with pytest.raises(NotAllowed):
            actions.review_version(version, by=other, at=NOW, approve=True)
    actions.review_version(version, by=attorney, at=NOW, approve=True)
    for other in (staff, auditor, alder, moderator, officer, attorney):
        with pytest.raises(NotAllowed):
            actions.adopt_version(
                version, by=other, at=NOW, file_number="1", adopted_on=LONG_AGO, effective_on=LONG_AGO
            )


def test_nobody_reviews_what_they_wrote_even_if_somebody_else_wrote_last(city, officer, attorney):
    both = make_user("Bea Both", Role.OFFICER, Role.ATTORNEY)
    version = make_policy(officer)
    actions.change_draft(version, by=both, at=NOW, source=TEXT + "\nMore.", change="material")
    actions.change_draft(version, by=officer, at=NOW + HOUR, source=TEXT, change="material")
    actions.submit_for_review(version, by=officer, at=NOW)
    with pytest.raises(NotAllowed):
        actions.review_version(version, by=both, at=NOW, approve=True)
    actions.review_version(version, by=attorney, at=NOW, approve=True)


def test_the_attorney_asks_for_changes_with_reasons(officer, attorney):
    version = make_policy(officer)
    actions.submit_for_review(version, by=officer, at=NOW)
    with pytest.raises(Refusal) as refused:
        actions.review_version(version, by=attorney, at=NOW, approve=False, note=" ")
    assert refused.value.field == "note"
    actions.review_version(version, by=attorney, at=NOW, approve=False, note="Define who is meant.")
    assert (version.status, version.review_note) == ("draft", "Define who is meant.")
    actions.change_draft(version, by=officer, at=NOW, source=TEXT, change="material")


def test_what_is_in_review_stands_still(officer):
    version = make_comment_policy(officer)
    actions.submit_for_review(version, by=officer, at=NOW)
    with pytest.raises(Stale):
        actions.change_draft(version, by=officer, at=NOW, source=TEXT, change="material")
    ground = version.grounds.first()
    with pytest.raises(Stale):
        actions.change_ground(ground, by=officer, at=NOW, title="Another")
    with pytest.raises(Stale):
        actions.remove_ground(ground, by=officer, at=NOW)


def test_a_second_draft_is_refused_until_the_first_is_withdrawn(first, officer):
    draft = actions.draft_version(first.policy, by=officer, at=NOW)
    with pytest.raises(DraftExists):
        actions.draft_version(first.policy, by=officer, at=NOW)
    with pytest.raises(Refusal):
        actions.withdraw_draft(draft, by=officer, at=NOW, reason="")
    actions.withdraw_draft(draft, by=officer, at=NOW, reason="The Council postponed it.")
    assert actions.draft_version(first.policy, by=officer, at=NOW).number == 2


def test_a_draft_begins_as_a_copy_of_what_was_adopted_with_its_grounds(officer, attorney, clerk):
    first = adopt(make_comment_policy(officer), officer, attorney, clerk)
    draft = actions.draft_version(first.policy, by=officer, at=NOW)
    old, new = wording.content(first), wording.content(draft)
    assert old["clauses"] == new["clauses"]
    assert old["grounds"] == new["grounds"]


def test_two_people_cannot_overwrite_each_others_draft(officer):
    version = make_policy(officer)
    seen = version.changed_at
    actions.change_draft(version, by=officer, at=NOW + HOUR, source=TEXT, change="material", seen=seen)
    with pytest.raises(Stale):
        actions.change_draft(
            version, by=officer, at=NOW + 2 * HOUR, source="Mine", change="material", seen=seen
        )


def test_a_clause_that_bears_a_ground_cannot_fall_out_of_the_text(officer):
    version = make_comment_policy(officer)
    source = version.source.replace("{#threats}", "{#menaces}")
    with pytest.raises(Unclear) as refused:
        actions.change_draft(version, by=officer, at=NOW, source=source, change="material")
    assert refused.value.field == "source"
    assert "Threats" in refused.value.message


def test_clauses_that_change_places_keep_their_rows(officer):
    version = make_policy(officer, source="## 1. One {#one}\n\n## 2. Two {#two}\n")
    rows = {clause.key: clause.pk for clause in version.clauses.all()}
    actions.change_draft(
        version, by=officer, at=NOW, source="## 1. Two {#two}\n\n## 2. One {#one}\n", change="material"
    )
    assert [(c.key, c.address, c.pk) for c in version.clauses.all()] == [
        ("two", "1", rows["two"]),
        ("one", "2", rows["one"]),
    ]


def test_an_editorial_change_only_mends_words(first, officer):
    draft = next_version(
        first.policy, officer, change="editorial", old="### 1.1 Reach {#reach}\n\nEverybody.", new=""
    )
    with pytest.raises(Refusal) as refused:
        actions.submit_for_review(draft, by=officer, at=NOW)
    assert refused.value.field == "change"


def test_a_draft_that_changes_nothing_is_not_reviewed(first, officer):
    draft = actions.draft_version(first.policy, by=officer, at=NOW)
    with pytest.raises(Refusal):
        actions.submit_for_review(draft, by=officer, at=NOW)


def test_adoption_is_recorded_after_it_happened_and_before_it_takes_effect(officer, attorney, clerk):
    version = make_policy(officer)
    actions.submit_for_review(version, by=officer, at=NOW)
    actions.review_version(version, by=attorney, at=NOW, approve=True)
    for facts, field in (
        ({"file_number": " "}, "file_number"),
        ({"adopted_on": date(2026, 11, 21)}, "adopted_on"),
        ({"effective_on": date(2026, 11, 18)}, "effective_on"),
    ):
        given = {
            "file_number": "1",
            "adopted_on": date(2026, 11, 19),
            "effective_on": date(2026, 11, 20),
        } | facts
        with pytest.raises(Refusal) as refused:
            actions.adopt_version(version, by=clerk, at=NOW, **given)
        assert refused.value.field == field


@pytest.mark.parametrize(
    ("effective_on", "starts_at"),
    [
        (date(2026, 12, 1), datetime(2026, 12, 1, 6, tzinfo=UTC)),  # winter
        (date(2027, 3, 14), datetime(2027, 3, 14, 6, tzinfo=UTC)),  # the clocks go forward that night
        (date(2027, 3, 15), datetime(2027, 3, 15, 5, tzinfo=UTC)),  # summer
        (date(2027, 11, 7), datetime(2027, 11, 7, 5, tzinfo=UTC)),  # the clocks go back that night
        (date(2027, 11, 8), datetime(2027, 11, 8, 6, tzinfo=UTC)),
    ],
)
def test_a_version_is_in_force_from_the_first_instant_of_its_day(
    first, officer, attorney, clerk, effective_on, starts_at
):
    second = next_version(first.policy, officer)
    adopt(second, officer, attorney, clerk, effective_on=effective_on)
    policy = first.policy
    assert policy.version_in_force(starts_at - timedelta(microseconds=1)) == first
    assert policy.version_in_force(starts_at) == second
    assert policy.next_version(starts_at - timedelta(microseconds=1)) == second
    assert policy.next_version(starts_at) is None
    assert (second.state_at(NOW), first.state_at(NOW)) == ("upcoming", "in_force")
    assert (second.state_at(starts_at), first.state_at(starts_at)) == ("in_force", "superseded")


def test_before_the_first_version_nothing_is_in_force(first):
    assert first.policy.version_in_force(datetime(2025, 1, 1, 5, 59, 59, tzinfo=UTC)) is None
    assert first.policy.version_in_force(datetime(2025, 1, 1, 6, tzinfo=UTC)) == first


def test_a_replacing_version_never_governs_what_was_done_before_it_was_recorded(
    first, officer, attorney, clerk
):
    second = next_version(first.policy, officer)
    adopt(second, officer, attorney, clerk, adopted_on=date(2026, 11, 1), effective_on=date(2026, 11, 2))
    assert first.policy.version_in_force(NOW - timedelta(microseconds=1)) == first
    assert first.policy.version_in_force(NOW) == second


def test_a_later_number_replaces_one_whose_day_has_not_yet_come(first, officer, attorney, clerk):
    second = adopt(
        next_version(first.policy, officer), officer, attorney, clerk, effective_on=date(2027, 1, 1)
    )
    third = next_version(first.policy, officer, old="at work", new="on duty")
    adopt(third, officer, attorney, clerk, effective_on=date(2026, 12, 1))
    assert first.policy.version_in_force(datetime(2027, 6, 1, tzinfo=UTC)) == third
    assert first.policy.next_version(NOW) == third
    assert second.state_at(datetime(2027, 6, 1, tzinfo=UTC)) == "superseded"


def test_an_old_decision_keeps_its_wording_after_a_new_version(officer, attorney, clerk):
    """PEERS R13."""
    first = adopt(make_comment_policy(officer), officer, attorney, clerk, adopted_on=LONG_AGO)
    cited = first.grounds.select_related("clause").get(key="threats")
    before = (cited.clause.text, cited.definition)
    draft = actions.draft_version(first.policy, by=officer, at=NOW)
    ground = draft.grounds.get(key="threats")
    actions.change_ground(ground, by=officer, at=NOW, definition="A wholly new definition.")
    source = draft.source.replace("A true threat", "A threat")
    actions.change_draft(
        draft,
        by=officer,
        at=NOW,
        source=source,
        change="material",
        summary_of_changes="Threats defined anew.",
    )
    adopt(draft, officer, attorney, clerk)
    cited = type(cited).objects.select_related("clause").get(pk=cited.pk)
    assert (cited.clause.text, cited.definition) == before
    assert draft.grounds.get(key="threats").definition == "A wholly new definition."


@pytest.mark.django_db(transaction=True)
def test_two_clerks_who_adopt_at_once_record_one_adoption(officer, attorney, clerk):
    other = make_user("Conrad Clerk", Role.CLERK)
    version = make_policy(officer)
    actions.submit_for_review(version, by=officer, at=NOW)
    actions.review_version(version, by=attorney, at=NOW, approve=True)
    start, outcomes = threading.Barrier(2), []

    def adopt_it(person, file_number):
        try:
            mine = Version.objects.get(pk=version.pk)
            start.wait(timeout=30)
            actions.adopt_version(
                mine, by=person, at=NOW, file_number=file_number, adopted_on=LONG_AGO, effective_on=LONG_AGO
            )
            outcomes.append(file_number)
        except Stale as stale:
            outcomes.append(stale)
        finally:
            connection.close()

    threads = [threading.Thread(target=adopt_it, args=pair) for pair in ((clerk, "1"), (other, "2"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(isinstance(outcome, Stale) for outcome in outcomes) == [False, True]
    version.refresh_from_db()
    assert version.file_number in outcomes
    assert [entry.verb for entry in history_of(version)].count("version.adopted") == 1


# -- acknowledgement ---------------------------------------------------------------------------------


def test_everybody_bound_acknowledges_and_gets_a_receipt(first, alder, staff):
    assert queries.needs_acknowledgement(alder, NOW) == [first]
    receipt = actions.acknowledge_version(first, by=alder, at=NOW)
    assert queries.needs_acknowledgement(alder, NOW) == []
    assert queries.needs_acknowledgement(staff, NOW) == [first]
    assert receipt.hash == receipt.content_hash()
    assert actions.acknowledge_version(first, by=alder, at=NOW + DAY) == receipt


def test_a_policy_binds_only_the_roles_that_it_names(first, officer, alder, staff, city):
    actions.change_policy(first.policy, by=officer, at=NOW, binds=[Role.ALDER])
    assert queries.needs_acknowledgement(staff, NOW) == []
    assert queries.needs_acknowledgement(alder, NOW) == [first]
    first.policy.refresh_from_db()
    with pytest.raises(NotAllowed):
        actions.acknowledge_version(first, by=staff, at=NOW)
    assert queries.needs_acknowledgement(make_user("Norma Norole"), NOW) == []


@pytest.mark.parametrize(("change", "again"), [("material", True), ("editorial", False)])
def test_only_a_material_change_asks_everybody_again(first, officer, attorney, clerk, alder, change, again):
    actions.acknowledge_version(first, by=alder, at=NOW)
    second = adopt(next_version(first.policy, officer, change=change), officer, attorney, clerk)
    assert queries.needs_acknowledgement(alder, NOW) == ([second] if again else [])
    # who never acknowledged anything reads the newest wording
    assert queries.needs_acknowledgement(officer, NOW) == [second]


FOR_SOME = """\
## 1. Purpose {#purpose}

Why there is a policy.

## 2. Comments {#comments for=moderator,officer}

A moderator reads them.

### 2.1 Evidence {#evidence}

It is kept first.

## 3. Districts {#districts for=alder}

The page passes on.
"""


@pytest.fixture
def for_some(officer, attorney, clerk):
    """A policy with a clause for everybody, one for moderators and the officer, and one for elected members."""
    version = make_policy(officer, source=FOR_SOME, slug="for-some")
    return adopt(version, officer, attorney, clerk, adopted_on=LONG_AGO)


@pytest.mark.parametrize(
    ("old", "new", "asked"),
    [
        ("A moderator reads them.", "Two moderators read them.", {"moderator", "officer"}),
        ("It is kept first.", "It is kept before anything.", {"moderator", "officer"}),
        ("The page passes on.", "The page passes on in April.", {"alder"}),
        ("### 2.1 Evidence {#evidence}\n\nIt is kept first.\n\n", "", {"moderator", "officer"}),
        ("{#districts for=alder}", "{#districts for=aide}", {"alder", "aide"}),
        ("{#districts for=alder}", "{#districts}", {"alder", "aide", "moderator", "officer"}),
        ("Why there is", "What for there is", {"alder", "aide", "moderator", "officer"}),
    ],
    ids=["its heading", "beneath it", "another", "taken away", "now others", "now everybody", "everybody"],
)
def test_a_material_change_asks_only_those_again_whom_a_changed_clause_concerns(
    for_some, officer, attorney, clerk, alder, aide, moderator, old, new, asked
):
    cast = {"alder": alder, "aide": aide, "moderator": moderator, "officer": officer}
    for person in cast.values():
        actions.acknowledge_version(for_some, by=person, at=NOW)
    draft = next_version(for_some.policy, officer, old=old, new=new)
    told = {person.pk for person in queries.asked_by(draft, NOW)}
    second = adopt(draft, officer, attorney, clerk)
    again = {role for role, person in cast.items() if queries.needs_acknowledgement(person, NOW) == [second]}
    assert again == asked
    assert {role for role, person in cast.items() if person.pk in told} == asked
    assert [row for row in queries.standings(NOW, people=[attorney]) if row.standing == "pending"]


def test_who_takes_on_a_role_reads_what_changed_for_it(
    for_some, officer, administrator, attorney, clerk, aide
):
    actions.acknowledge_version(for_some, by=aide, at=NOW)
    second = adopt(
        next_version(for_some.policy, officer, old="reads them", new="reads each"), officer, attorney, clerk
    )
    assert queries.needs_acknowledgement(aide, NOW) == []
    Grant.objects.create(user=aide, role=Role.MODERATOR, starts_at=NOW)
    assert queries.needs_acknowledgement(aide, NOW) == [second]


def test_a_clause_concerns_only_roles_that_the_city_has(officer):
    with pytest.raises(Unclear, match="Line 5: nobody holds a role “mayor”"):
        make_policy(officer, source="## 1. One {#one}\n\nText.\n\n## 2. Two {#two for=mayor}\n\nText.\n")


def test_whom_a_clause_concerns_is_sealed_with_its_wording(for_some):
    sealed = wording.content_hash(for_some)
    clause = for_some.clauses.get(key="districts")
    assert clause.concerns == ["alder"]
    said = [row.get("concerns") for row in wording.content(for_some)["clauses"]]
    assert said == [None, ["moderator", "officer"], ["moderator", "officer"], ["alder"]]
    assert sealed == for_some.content_hash


def test_a_material_change_is_not_lost_behind_a_later_editorial_one(first, officer, attorney, clerk, alder):
    actions.acknowledge_version(first, by=alder, at=NOW)
    adopt(next_version(first.policy, officer), officer, attorney, clerk)
    third = next_version(first.policy, officer, change="editorial", old="at work", new="on duty")
    adopt(third, officer, attorney, clerk)
    assert queries.needs_acknowledgement(alder, NOW) == [third]


def test_what_takes_effect_later_can_be_acknowledged_now_and_does_not_count_before(
    first, officer, attorney, clerk, alder
):
    second = adopt(
        next_version(first.policy, officer), officer, attorney, clerk, effective_on=date(2026, 12, 1)
    )
    actions.acknowledge_version(second, by=alder, at=NOW)
    assert queries.needs_acknowledgement(alder, NOW) == [first]
    assert queries.needs_acknowledgement(alder, datetime(2026, 12, 1, 6, tzinfo=UTC)) == []


def test_a_superseded_version_is_not_acknowledged(first, officer, attorney, clerk, alder):
    adopt(next_version(first.policy, officer), officer, attorney, clerk)
    with pytest.raises(Refusal):
        actions.acknowledge_version(first, by=alder, at=NOW)


def test_a_draft_is_not_acknowledged(officer, alder):
    with pytest.raises(NotAllowed):
        actions.acknowledge_version(make_policy(officer), by=alder, at=NOW)


def test_who_has_acknowledged_is_never_among_those_who_have_not(first, officer, alder, staff, head):
    """PEERS R24: a reminder is made of these rows."""
    actions.acknowledge_version(first, by=alder, at=NOW)
    rows = {row.person: row.standing for row in queries.standings(NOW)}
    assert rows[alder] == "done"
    assert {person for person, standing in rows.items() if standing != "done"} >= {officer, staff, head}


def test_an_ended_grant_binds_no_longer(first, alder):
    alder.grants.update(ends_at=NOW)
    alder.forget_grants()
    assert queries.needs_acknowledgement(alder, NOW) == []
    assert queries.needs_acknowledgement(alder, NOW - DAY) == [first]


def test_how_everybody_stands_is_read_in_three_queries(first, officer, django_assert_num_queries):
    for number in range(5):
        make_user(f"Mona {number}", Role.MODERATOR)
    with django_assert_num_queries(3):
        assert len(queries.standings(NOW)) >= 6
