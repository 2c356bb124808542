"""An import does exactly what was shown, once, and never makes a second entry of one account."""

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.actions import imports as acts
from accounts.actions.accounts import change_account
from accounts.models import Account, Import, ImportRow
from city.log import history_of
from city.models import Entry, Office
from city.refusals import NotAllowed, Refusal, Stale
from tests.accounts.make import make_account
from tests.conftest import NOW, make_office

HEADER = "Department,Platform,Handle,Address,Name\n"


def check(officer, *lines, header=HEADER, **more) -> Import:
    data = (header + "\n".join(lines)).encode()
    return acts.check_import(by=officer, at=NOW, file_name="accounts.csv", data=data, **more)


def run(batch, officer) -> Import:
    acts.confirm_import(batch, by=officer, at=NOW)
    claimed = acts.claim_import(batch.pk, at=NOW)
    while acts.apply_next_rows(claimed, at=NOW):
        pass
    assert acts.finish_import(claimed, at=NOW)
    batch.refresh_from_db()
    return batch


def outcomes(batch) -> list[tuple[int, str]]:
    return list(batch.rows.values_list("line", "outcome"))


def reason(batch, line=2) -> str:
    return batch.rows.get(line=line).reason


@pytest.fixture
def offices(parks, district_3, platforms):
    return [parks, district_3, make_office("Water Utility")]


def test_the_check_changes_nothing_in_the_registry(officer, offices):
    batch = check(officer, "Parks Division,Twitter,@TestvilleParks,,")
    assert acts.counts(batch) == {"add": 1, "update": 0, "unchanged": 0, "rejected": 0, "applied": 0}
    assert not Account.objects.exists()


def test_spellings_of_offices_and_platforms_are_understood(officer, offices):
    batch = run(
        check(
            officer,
            "parks division,Face book,,https://m.facebook.com/TestvilleParks/?ref=x,Parks",
            "PARKS,x.com,@TestvilleParks,,",
            "District 3,insta,,instagram.com/district3,",
            "3,you tube,,https://www.youtube.com/@district3,",
            "Ward 3,,,https://bsky.app/profile/d3.testville.example,",
        ),
        officer,
    )
    assert outcomes(batch) == [(line, "add") for line in range(2, 7)]
    parks, district, _ = offices
    assert set(Account.objects.values_list("platform__slug", "handle", "office", "kind", "status")) == {
        ("facebook", "testvilleparks", parks.pk, "department", "active"),
        ("x", "testvilleparks", parks.pk, "department", "active"),
        ("instagram", "district3", district.pk, "district", "active"),
        ("youtube", "district3", district.pk, "district", "active"),
        ("bluesky", "d3.testville.example", district.pk, "district", "active"),
    }


def test_importing_the_same_file_again_changes_nothing(officer, offices):
    lines = ("Parks Division,Twitter,@TestvilleParks,,Parks", "Water Utility,FB,,https://fb.com/water,Water")
    run(check(officer, *lines), officer)
    again = check(officer, *lines)
    assert outcomes(again) == [(2, "unchanged"), (3, "unchanged")]
    with pytest.raises(Refusal, match="nothing to apply"):
        acts.confirm_import(again, by=officer, at=NOW)
    assert Account.objects.count() == 2


@pytest.mark.parametrize(
    "line",
    [
        "Water Utility,X,testvilleparks,,New name",
        "Water Utility,twitter,,https://mobile.twitter.com/TestvilleParks/,New name",
        "Water Utility,,,https://x.com/testvilleparks,New name",
    ],
)
def test_a_known_account_is_updated_however_it_is_written(officer, offices, line):
    run(check(officer, "Parks Division,Twitter,@TestvilleParks,,Parks"), officer)
    batch = run(check(officer, line), officer)
    account = Account.objects.get()
    assert (account.name, account.office.name) == ("New name", "Water Utility")
    assert outcomes(batch) == [(2, "update")]
    assert [entry.verb for entry in history_of(account)] == ["account.imported", "account.updated_by_import"]
    assert account.history.count() == 2
    assert account.history.first().history_user == officer


def test_a_blank_cell_leaves_what_is_there(officer, offices):
    run(check(officer, "Parks Division,Twitter,@parks,,Parks"), officer)
    assert outcomes(check(officer, ",Twitter,@parks,,")) == [(2, "unchanged")]


def test_a_new_handle_is_recognized_by_the_platforms_id(officer, offices):
    header = "Department,Platform,Handle,ID\n"
    run(check(officer, "Parks Division,X,oldname,42", header=header), officer)
    run(check(officer, "Parks Division,X,newname,42", header=header), officer)
    account = Account.objects.get()
    assert (account.handle, account.url) == ("newname", "https://x.com/newname")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("Parks Division,MySpace,parks,,", "no platform that we know"),
        ("Prks Division,X,parks,,", "Did you mean “Parks Division”"),
        ("Zoo,X,parks,,", "There is no office"),
        (",X,parks,,", "names no office"),
        ("Parks Division,,parks,,", "names no platform"),
        ("Parks Division,X,,,", "neither an address nor a handle"),
        ("Parks Division,X,two words,,", "cannot be a handle"),
        ("Parks Division,X,,https://www.facebook.com/parks,", "the address is on Facebook"),
        ("Parks Division,X,other,https://x.com/parks,", "the handle says"),
        ("Parks Division,X,,https://x.com/parks/status/1,", "not the address of an account"),
        ("Parks Division,X,,javascript:alert(1),", "not the address of an account"),
        ("Parks Division,X,parks,,Parks,one too many", "more cells"),
        ("Parks Division,X,parks,," + "n" * 161, "161 characters"),
    ],
)
def test_a_row_that_cannot_be_taken_is_rejected_with_its_line_and_reason(officer, offices, line, words):
    batch = check(officer, line)
    row = batch.rows.get()
    assert (row.line, row.outcome) == (2, "rejected")
    assert words in row.reason
    assert row.cells == line.split(",")


@pytest.mark.parametrize(
    ("column", "cell", "words"),
    [
        ("Status", "closed", "closed"),
        ("Status", "purple", "no status"),
        ("Email", "not an address", "not an e-mail address"),
        ("Language", "klingon!", "no language code"),
        ("Type", "spaceship", "no kind"),
    ],
)
def test_a_wrong_cell_is_named(officer, offices, column, cell, words):
    batch = check(officer, f"Parks Division,X,parks,{cell}", header=f"Department,Platform,Handle,{column}\n")
    assert words in reason(batch)


def test_one_account_twice_in_a_file_is_taken_once(officer, offices):
    batch = check(
        officer,
        "Parks Division,X,parks,,",
        "Water Utility,Twitter,,https://m.twitter.com/Parks/,",
    )
    assert outcomes(batch) == [(2, "add"), (3, "rejected")]
    assert reason(batch, 3) == "This is the same account as in line 2."


def test_a_row_that_fits_two_accounts_is_rejected(officer, offices, parks):
    make_account("one", platform="x", native_id="1", url="https://x.com/one")
    make_account("two", platform="x", native_id="2", url="https://x.com/two")
    batch = check(officer, "Parks Division,X,one,2", header="Department,Platform,Handle,ID\n")
    assert "fits two accounts" in reason(batch)


def test_another_id_under_a_known_handle_is_another_account(officer, offices):
    make_account("one", platform="x", native_id="1", url="https://x.com/one")
    batch = check(officer, "Parks Division,X,one,9", header="Department,Platform,Handle,ID\n")
    assert "another account" in reason(batch)


def test_offices_are_added_only_when_asked(officer, offices):
    batch = run(check(officer, "Zoo,X,zoo,,", "Zoo,FB,zoo.testville,,", create_offices=True), officer)
    assert outcomes(batch) == [(2, "add"), (3, "add")]
    zoo = Office.objects.get(name="Zoo")
    assert zoo.accounts.count() == 2


def test_an_account_changed_after_the_check_is_not_overwritten(officer, offices):
    run(check(officer, "Parks Division,X,parks,,Parks"), officer)
    batch = check(officer, "Parks Division,X,parks,,From the file")
    change_account(Account.objects.get(), by=officer, at=NOW, name="By hand")
    run(batch, officer)
    assert Account.objects.get().name == "By hand"
    assert "since the file was checked" in reason(batch)


def test_an_account_entered_after_the_check_is_not_entered_twice(officer, offices):
    batch = check(officer, "Parks Division,X,parks,,Parks", "Water Utility,X,water,,Water")
    make_account("parks", platform="x", url="https://x.com/parks")
    run(batch, officer)
    assert Account.objects.count() == 2
    assert "since the file was checked" in reason(batch)
    assert Account.objects.get(handle="water").history.count() == 1


def test_each_row_is_applied_exactly_once_however_often_it_is_rung(officer, offices):
    batch = check(officer, *(f"Parks Division,X,parks{n},," for n in range(5)))
    acts.confirm_import(batch, by=officer, at=NOW)
    claimed = acts.claim_import(batch.pk, at=NOW)
    assert acts.claim_import(batch.pk, at=NOW) is None, "somebody has it"
    assert acts.claim_import(batch.pk, at=NOW + acts.LEASE) is not None, "the lease of a dead worker runs out"
    acts.apply_next_rows(claimed, at=NOW)
    assert acts.apply_next_rows(claimed, at=NOW) == 0
    acts.finish_import(claimed, at=NOW)
    assert acts.claim_import(batch.pk, at=NOW + 2 * acts.LEASE) is None
    assert Account.objects.count() == 5
    assert Entry.objects.filter(verb="account.imported").count() == 5
    assert Entry.objects.filter(verb="import.applied").count() == 1


def test_an_import_is_confirmed_or_discarded_once(officer, offices):
    batch = check(officer, "Parks Division,X,parks,,")
    acts.discard_import(batch, by=officer, at=NOW)
    with pytest.raises(Stale):
        acts.confirm_import(batch, by=officer, at=NOW)
    assert not Account.objects.exists()


@pytest.mark.parametrize("role", ["staff", "head", "alder", "cio", "auditor"])
def test_only_officer_and_administrator_import(request, role, offices):
    with pytest.raises(NotAllowed):
        check(request.getfixturevalue(role), "Parks Division,X,parks,,")


def test_what_is_no_file_of_accounts_is_refused_beside_the_field(officer, offices):
    with pytest.raises(Refusal) as refusal:
        acts.check_import(by=officer, at=NOW, file_name="a.xlsx", data=b"PK\x03\x04")
    assert refusal.value.field == "file"
    assert not Import.objects.exists()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.text(max_size=60), min_size=1, max_size=8) | st.binary(max_size=500))
def test_no_file_makes_an_error(officer, offices, content):
    data = (
        content
        if isinstance(content, bytes)
        else ("Office,Platform,URL,Handle\n" + "\n".join(content)).encode("utf-8", "surrogatepass")
    )
    try:
        batch = acts.check_import(by=officer, at=NOW, file_name="x", data=b"Office,URL\n" + data)
    except Refusal:
        return
    assert batch.rows.exists()


@pytest.mark.slow
def test_ten_thousand_rows_are_imported(officer, offices, record_property):
    lines = [f"Parks Division,{'X' if n % 2 else 'Facebook'},testville.{n}" for n in range(10_000)]
    lines = [line.replace("testville.", "tv_") if ",X," in line else line for line in lines]
    started = time.perf_counter()
    batch = check(officer, *lines, header="Department,Platform,Handle\n")
    checked = time.perf_counter()
    run(batch, officer)
    applied = time.perf_counter()
    again = check(officer, *lines, header="Department,Platform,Handle\n")
    record_property("seconds", (checked - started, applied - checked, time.perf_counter() - applied))
    assert acts.counts(again)["unchanged"] == 10_000
    assert Account.objects.count() == ImportRow.objects.filter(applied_at__isnull=False).count() == 10_000
