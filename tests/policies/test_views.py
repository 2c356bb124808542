"""The pages of policies, walked as people walk them."""

import json
import re
from datetime import date

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from city.models import Grant
from city.roles import Role
from policies import actions, queries
from policies.findings import FINDINGS
from policies.models import Version
from policies.search import SEARCH
from tests.conftest import NOW, CityClient, make_office, make_user
from tests.policies.make import LONG_AGO, adopt, make_comment_policy, make_policy, next_version


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def waiting_for(person, at):
    """What the policies' part of this person's home page says."""
    return [found for finding in FINDINGS if (found := finding(person, at)) is not None]


def signed_in(person) -> CityClient:
    client = CityClient()
    client.force_login(person)
    return client


def get(client, name, *args, query="", status=200):
    response = client.get(reverse(f"policies:{name}", args=args) + query)
    assert response.status_code == status, response
    return response.content.decode()


def post(client, name, *args, status=302, **data):
    response = client.post(reverse(f"policies:{name}", args=args), data)
    assert response.status_code == status, response.content.decode()
    return response


@pytest.fixture
def first(officer, attorney, clerk):
    return adopt(make_comment_policy(officer), officer, attorney, clerk, adopted_on=LONG_AGO)


def test_a_policy_goes_from_a_preset_to_the_public_by_its_pages(officer, attorney, clerk, alder):
    desk = signed_in(officer)
    post(
        desk, "add_policy", start_from="comment-madison", title="Comment policy", slug="comment-policy",
        kind="comment", summary="What residents may expect.", custodian_role="officer", binds=["alder"],
    )  # fmt: skip
    version = Version.objects.get()
    page = get(desk, "change_draft", version.pk)
    assert "4.1 A person decides" in page
    source = version.source.replace("blunt, angry or vulgar", "blunt, angry, vulgar or mistaken")
    seen = version.changed_at.isoformat()
    preview = post(desk, "change_draft", version.pk, status=200, source=source, seen=seen, preview="1")
    assert "Preview, not saved yet" in preview.content.decode()
    version.refresh_from_db()
    assert "mistaken" not in version.source
    post(desk, "change_draft", version.pk, source=source, seen=seen)
    post(desk, "submit_for_review", version.pk)
    assert CityClient().get(reverse("policies:see_policy", args=["comment-policy"])).status_code == 404
    post(signed_in(attorney), "review_version", version.pk, answer="yes", note="Fit.")
    post(
        signed_in(clerk), "adopt_version", version.pk,
        file_number="221825", adopted_on="2026-11-17", effective_on="2026-11-17",
    )  # fmt: skip
    public = get(CityClient(), "see_policy", "comment-policy")
    assert "vulgar or mistaken" in public
    assert 'id="4.2"' in public
    assert "221825" in public
    rules = get(CityClient(), "comment_rules")
    assert "A true threat as the law defines it" in rules
    member = signed_in(alder)
    assert "See what to acknowledge" in get(member, "list_mine")
    receipt = post(member, "acknowledge_version", version.pk)
    assert "Genuine" in member.get(receipt.url).content.decode()
    assert queries.acknowledged_all(alder, NOW)


def test_an_alder_is_shown_only_what_changed(first, officer, attorney, clerk, alder):
    actions.acknowledge_version(first, by=alder, at=NOW)
    second = next_version(first.policy, officer, old="A person decides", new="A trained person decides")
    adopt(second, officer, attorney, clerk)
    page = get(signed_in(alder), "acknowledge_version", second.pk)
    assert "<ins>" in page
    assert "trained" in page
    assert re.search(r"\[added: </span>\s*trained", page)
    assert "Restricting, muting" not in page  # another clause, which did not change
    assert "I have read and acknowledge it" in page


def test_a_redline_between_two_versions_is_public(first, officer, attorney, clerk):
    adopt(next_version(first.policy, officer, old="within 1 business day", new="within 2 business days"),
          officer, attorney, clerk)  # fmt: skip
    page = get(CityClient(), "see_changes", "comment-policy", 2, 1)
    assert "<del>" in page
    assert get(CityClient(), "see_version", "comment-policy", 1).count("no longer in force") == 1
    get(CityClient(), "see_changes", "comment-policy", 1, 2, status=404)
    get(CityClient(), "see_changes", "comment-policy", 2, 9, status=404)


def test_the_public_never_reads_a_draft(first, officer):
    draft = next_version(first.policy, officer, old="A person decides", new="Secretly nobody decides")
    for name, args in (
        ("see_version", ["comment-policy", 2]),
        ("download_version", ["comment-policy", 2, "md"]),
    ):
        get(CityClient(), name, *args, status=404)
    assert "Secretly" not in get(CityClient(), "see_policy", "comment-policy")
    staff_page = CityClient().get(reverse("policies:show_version", args=[draft.pk]))
    assert staff_page.status_code == 302


def test_a_version_is_handed_out_with_its_proof(first):
    answer = CityClient().get(reverse("policies:download_version", args=["comment-policy", 1, "json"]))
    data = json.loads(answer.content)
    assert data["sha256"] == first.content_hash
    assert len(data["content"]["grounds"]) == 7
    text = CityClient().get(reverse("policies:download_version", args=["comment-policy", 1, "md"]))
    assert text.content.decode() == first.source


def test_a_refusal_stands_beside_its_field_and_what_was_typed_is_kept(officer):
    version = make_policy(officer)
    client, seen = signed_in(officer), version.changed_at.isoformat()
    typed = "## 1. One\n\n## 1. Two typed words\n"
    page = post(client, "change_draft", version.pk, status=200, source=typed, seen=seen).content.decode()
    assert "Line 3: clause 1 stands already in line 1" in page
    assert "Two typed words" in page


@pytest.mark.parametrize(
    "source", ["\x00", "x" * 200_001, "", "# " + "a" * 400], ids=["nul", "huge", "none", "title"]
)
def test_a_text_that_cannot_be_kept_is_refused_in_words(officer, source):
    version = make_policy(officer)
    seen = version.changed_at.isoformat()
    page = post(signed_in(officer), "change_draft", version.pk, status=200, source=source, seen=seen)
    assert "This was not saved yet" in page.content.decode()


def test_a_draft_sent_from_two_windows_is_saved_once(officer):
    version = make_policy(officer)
    client, seen = signed_in(officer), version.changed_at.isoformat()
    with time_machine.travel(NOW.replace(hour=16), tick=False):
        post(client, "change_draft", version.pk, source="## 1. One\n", seen=seen)
    page = post(
        client, "change_draft", version.pk, status=200, source="## 1. Mine\n", seen=seen
    ).content.decode()
    assert "Somebody else has changed this draft" in page
    assert "1. Mine" in page


def test_hostile_markdown_does_nothing_on_any_page(officer, attorney, clerk):
    hostile = "## 1. <script>alert(1)</script> {#x}\n\n<script>alert(2)</script> [go](javascript:alert(3))\n"
    version = adopt(make_policy(officer, source=hostile), officer, attorney, clerk)
    pages = [
        get(CityClient(), "see_policy", "a-policy"),
        get(signed_in(officer), "show_version", version.pk),
        get(signed_in(officer), "acknowledge_version", version.pk),
    ]
    for page in pages:
        assert "<script>alert" not in page
        assert 'href="javascript' not in page


def test_every_count_opens_exactly_its_rows(first, officer, alder, staff, moderator):
    for person in (officer, alder):
        actions.acknowledge_version(first, by=person, at=NOW)
    client = signed_in(officer)
    rows = queries.standings(NOW)
    for standing in ("done", "pending", "outdated"):
        count = sum(row.standing == standing for row in rows)
        query = f"?policy={first.policy_id}&standing={standing}&format=csv"
        answer = client.get(reverse("policies:list_acknowledgements") + query)
        assert len(b"".join(answer.streaming_content).decode().splitlines()) == count + 1
    [finding] = [f for f in waiting_for(officer, NOW) if f.code == "policies.acknowledgements_outstanding"]
    answer = client.get(finding.url + "&format=csv")
    assert len(b"".join(answer.streaming_content).decode().splitlines()) == finding.count + 1


def test_a_head_reads_only_who_of_their_own_office_has_not_acknowledged(first, head, staff, alder):
    page = get(signed_in(head), "list_acknowledgements")
    assert staff.name in page
    assert alder.name not in page


def test_each_step_waits_on_the_home_page_of_whose_turn_it_is_and_the_officer_watches(
    officer, attorney, clerk, alder
):
    def codes(person):
        return {finding.code for finding in waiting_for(person, NOW)}

    version = make_policy(officer)
    actions.submit_for_review(version, by=officer, at=NOW)
    assert codes(attorney) == codes(officer) == {"policies.in_review"}
    actions.review_version(version, by=attorney, at=NOW, approve=False, note="Mend it.")
    assert codes(officer) == {"policies.returned"}
    actions.submit_for_review(version, by=officer, at=NOW)
    actions.review_version(version, by=attorney, at=NOW, approve=True)
    assert codes(clerk) == codes(officer) == {"policies.reviewed"}
    actions.adopt_version(
        version,
        by=clerk,
        at=NOW,
        file_number="1",
        adopted_on=date(2026, 11, 17),
        effective_on=date(2026, 11, 17),
    )
    assert codes(alder) == {"policies.to_acknowledge"}
    actions.acknowledge_version(version, by=alder, at=NOW)
    assert codes(alder) == set()
    assert "policies.acknowledgements_outstanding" in codes(officer)
    for finding in waiting_for(officer, NOW):
        assert signed_in(officer).get(finding.url).status_code == 200


def test_policies_and_clauses_in_force_are_found_by_their_words(first, alder):
    policies, clauses = SEARCH
    assert [hit.url for hit in clauses(alder, "mildest", NOW).hits] == ["/policies/comment-policy/#4.2"]
    assert [hit.label for hit in policies(alder, "Comment pol", NOW).hits] == ["Comment policy"]
    assert clauses(alder, "mildest", NOW.replace(year=2024)).hits == []


@pytest.mark.parametrize("name", ["list_policies", "list_acknowledgements", "list_mine"])
def test_a_list_asks_as_often_for_many_as_for_few(first, officer, name):
    def asked():
        client = signed_in(officer)
        with CaptureQueriesContext(connection) as captured:
            get(client, name)
        return len(captured)

    few = asked()
    for number in range(3):
        make_policy(officer, slug=f"policy-{number}", title=f"Policy {number}")
        make_user(f"Mona {number}", Role.MODERATOR)
        person = make_user(f"Stan {number}")
        Grant.objects.create(user=person, role=Role.STAFF, office=make_office(), starts_at=NOW)
    assert asked() == few


def test_a_step_whose_moment_is_over_is_not_offered(first, officer, attorney, clerk):
    for person, name in (
        (officer, "change_draft"), (officer, "submit_for_review"), (officer, "withdraw_draft"),
        (attorney, "review_version"), (clerk, "adopt_version"), (officer, "add_ground"),
    ):  # fmt: skip
        assert "Open it again" in get(signed_in(person), name, first.pk, status=409)
