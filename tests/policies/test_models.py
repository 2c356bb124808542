"""What was adopted stays as it was adopted: Postgres refuses anything else."""

import pytest
from django.db import IntegrityError, InternalError, ProgrammingError, connection, transaction

from policies import actions
from policies.models import Acknowledgement, Clause, Ground, Version
from tests.conftest import NOW
from tests.policies.make import adopt, make_comment_policy, make_policy

REFUSED = (InternalError, ProgrammingError)


@pytest.fixture
def adopted(officer, attorney, clerk):
    return adopt(make_comment_policy(officer), officer, attorney, clerk)


@pytest.mark.parametrize(
    "changes",
    [
        {"source": "Another text"},
        {"status": "withdrawn"},
        {"file_number": "1"},
        {"effective_at": NOW},
        {"content_hash": "0" * 64},
    ],
)
def test_an_adopted_version_cannot_be_changed(adopted, changes):
    with pytest.raises(REFUSED), transaction.atomic():
        Version.objects.filter(pk=adopted.pk).update(**changes)


@pytest.mark.parametrize("model", [Clause, Ground])
def test_clauses_and_grounds_of_an_adopted_version_cannot_be_changed_or_removed(adopted, model):
    rows = model.objects.filter(version=adopted)
    assert rows.exists()
    with pytest.raises(REFUSED), transaction.atomic():
        rows.update(title="Another title")
    with pytest.raises(REFUSED), transaction.atomic():
        rows.filter(pk=rows.last().pk)._raw_delete(rows.db)


def test_nothing_can_be_added_to_an_adopted_version(adopted):
    with pytest.raises(REFUSED), transaction.atomic():
        Clause.objects.create(version=adopted, key="new", title="New", level=2, order=999)
    clause = adopted.clauses.first()
    with pytest.raises(REFUSED), transaction.atomic():
        Ground.objects.create(
            version=adopted,
            clause=clause,
            key="new",
            title="New",
            definition="d",
            examples="e",
            permits=["hide"],
        )


def test_a_clause_of_a_draft_cannot_be_moved_into_an_adopted_version(adopted, officer):
    draft = make_policy(officer)
    with pytest.raises(REFUSED), transaction.atomic():
        draft.clauses.update(version=adopted)


def test_no_version_is_ever_deleted(officer):
    draft = make_policy(officer)
    draft.clauses.all().delete()
    with pytest.raises(REFUSED), transaction.atomic():
        Version.objects.filter(pk=draft.pk)._raw_delete("default")


@pytest.mark.parametrize("act", ["update", "delete"])
def test_an_acknowledgement_stays(adopted, officer, act):
    row = actions.acknowledge_version(adopted, by=officer, at=NOW)
    rows = Acknowledgement.objects.filter(pk=row.pk)
    with pytest.raises(REFUSED), transaction.atomic():
        rows.update(name="Somebody else") if act == "update" else rows.delete()


@pytest.mark.parametrize(
    "table", ["policies_version", "policies_clause", "policies_ground", "policies_acknowledgement"]
)
def test_no_table_of_policies_can_be_emptied(db, table):
    with pytest.raises(REFUSED), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {table} CASCADE")


def test_a_policy_has_one_draft_at_a_time_whoever_writes_it(officer):
    draft = make_policy(officer)
    with pytest.raises(IntegrityError), transaction.atomic():
        Version.objects.create(policy=draft.policy, number=2, source="x", drafted_at=NOW, changed_at=NOW)


def test_the_database_knows_that_nobody_reviews_their_own_draft(officer):
    draft = make_policy(officer)
    with pytest.raises(IntegrityError), transaction.atomic():
        Version.objects.filter(pk=draft.pk).update(reviewed_by=officer)


def test_a_version_is_not_adopted_without_its_facts(officer):
    draft = make_policy(officer)
    with pytest.raises(IntegrityError), transaction.atomic():
        Version.objects.filter(pk=draft.pk).update(status="adopted", reviewed_at=NOW)


def test_a_ground_permits_only_what_is_known_and_at_least_one_act(officer):
    draft = make_comment_policy(officer)
    ground = draft.grounds.first()
    for permits in ([], ["hide", "publish"]):
        with pytest.raises(IntegrityError), transaction.atomic():
            Ground.objects.filter(pk=ground.pk).update(permits=permits)
