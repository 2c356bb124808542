"""Who is let in, with which roles, and how somebody stops being let in."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

from city.actions import people
from city.findings import findings_for
from city.lists import cell
from city.log import history_of
from city.models import Entry, Grant, Invitation, Mail, User
from city.refusals import NotAllowed, Refusal
from city.roles import Role
from tests.conftest import NOW, CityClient, make_user

GOOD = "correct horse battery staple"


def invite(by, **changes) -> User:
    fields = {"email": "New.Person@Testville.example", "name": "New Person"} | changes
    return people.invite_user(by=by, at=NOW, **fields)


def test_an_invitation_is_mailed_and_works_once(officer):
    user = invite(officer)
    token = people.send_invitation(user, by=officer, at=NOW)
    letter = Mail.objects.order_by("-pk").first()
    assert (letter.to, letter.event) == ("new.person@testville.example", "invitation")
    assert token in letter.body
    assert "Fri Nov 27, 2026, 9:00 am CST" in letter.body
    people.accept_invitation(token, password=GOOD, at=NOW)
    user.refresh_from_db()
    assert user.check_password(GOOD)
    with pytest.raises(people.InvitationNotValid, match="used already"):
        people.accept_invitation(token, password=GOOD, at=NOW)


def test_the_token_itself_is_not_kept(officer):
    token = people.send_invitation(invite(officer), by=officer, at=NOW)
    assert not Invitation.objects.filter(token_hash__contains=token).exists()


def test_an_invitation_runs_out_after_seven_days_to_the_instant(officer):
    token = people.send_invitation(invite(officer), by=officer, at=NOW)
    last = NOW + timedelta(days=7) - timedelta(microseconds=1)
    assert people.invitation_for(token, last)
    with pytest.raises(people.InvitationNotValid, match="expired"):
        people.invitation_for(token, NOW + timedelta(days=7))


def test_a_new_invitation_ends_the_earlier_one(officer):
    user = invite(officer)
    first = people.send_invitation(user, by=officer, at=NOW)
    people.invite_user_again(user, by=officer, at=NOW + timedelta(hours=1))
    with pytest.raises(people.InvitationNotValid):
        people.invitation_for(first, NOW + timedelta(hours=2))


def test_a_link_that_was_never_made_is_refused_in_words(client, city):
    for token in ("x", "%00", "é" * 300, "' OR 1=1 --"):
        response = client.get(reverse("city:accept_invitation", args=[token]))
        assert response.status_code == 410
        assert "not known here" in response.content.decode()


def test_a_weak_password_is_refused_beside_the_field_and_the_link_still_works(client, officer):
    token = people.send_invitation(invite(officer), by=officer, at=timezone.now())
    url = reverse("city:accept_invitation", args=[token])
    response = client.post(url, {"password": "short"})
    assert "at least 12 characters" in response.content.decode()
    assert 'aria-invalid="true"' in response.content.decode()
    assert client.post(url, {"password": GOOD}).status_code == 302


def test_an_address_that_is_here_already_is_refused_in_any_spelling(officer):
    invite(officer)
    with pytest.raises(people.EmailTaken) as refusal:
        invite(officer, email="NEW.PERSON@TESTVILLE.EXAMPLE")
    assert refusal.value.field == "email"


def test_the_form_keeps_what_was_typed_when_the_address_is_taken(client, officer):
    client.force_login(officer)
    values = {
        "name": "Double Person",
        "email": officer.email,
        "title": "Clerk typist",
        "role": "",
        "office": "",
    }
    page = client.post(reverse("city:invite_user"), values).content.decode()
    assert "Clerk typist" in page
    assert f"{officer.email} is here already" in page


def test_staff_invite_nobody(staff):
    with pytest.raises(NotAllowed):
        invite(staff)


def test_the_officer_does_not_make_administrators(officer, staff):
    with pytest.raises(NotAllowed):
        people.give_role(staff, Role.ADMINISTRATOR, by=officer, at=NOW, starts_at=NOW)


def test_a_role_holds_from_its_beginning_up_to_its_end(officer, parks):
    user = make_user("Temporary")
    until = NOW + timedelta(days=30)
    people.give_role(user, Role.STAFF, parks, by=officer, at=NOW, starts_at=NOW, ends_at=until)
    assert not user.has_role(Role.STAFF, at=NOW - timedelta(microseconds=1))
    assert user.has_role(Role.STAFF, at=NOW)
    assert not user.has_role(Role.STAFF, at=until)


def test_a_role_of_an_office_names_its_office(officer):
    with pytest.raises(Refusal) as refusal:
        people.give_role(make_user(), Role.HEAD, by=officer, at=NOW, starts_at=NOW)
    assert refusal.value.field == "office"


def test_the_same_role_is_not_given_twice_for_one_time(officer, auditor):
    with pytest.raises(Refusal, match="already"):
        people.give_role(auditor, Role.AUDITOR, by=officer, at=NOW, starts_at=NOW)


def test_the_last_administrator_cannot_be_ended(administrator):
    grant = administrator.grants.get()
    with pytest.raises(people.LastAdministrator):
        people.end_grant(grant, by=administrator, at=NOW)
    with pytest.raises(people.LastAdministrator):
        people.end_grant(grant, by=administrator, at=NOW, ends_at=NOW + timedelta(days=9))


def test_an_invited_administrator_who_has_not_come_in_does_not_count(administrator):
    invite(administrator, role=Role.ADMINISTRATOR)
    with pytest.raises(people.LastAdministrator):
        people.end_grant(administrator.grants.get(), by=administrator, at=NOW)


def test_an_administrator_for_a_time_does_not_count(administrator):
    other = make_user("Interim")
    end = NOW + timedelta(days=90)
    people.give_role(other, Role.ADMINISTRATOR, by=administrator, at=NOW, starts_at=NOW, ends_at=end)
    with pytest.raises(people.LastAdministrator):
        people.end_grant(administrator.grants.get(), by=administrator, at=NOW)


def test_with_a_second_administrator_the_first_may_go(administrator):
    make_user("Second", Role.ADMINISTRATOR)
    people.end_grant(administrator.grants.get(), by=administrator, at=NOW)
    assert not User.objects.get(pk=administrator.pk).has_role(Role.ADMINISTRATOR, at=NOW)


def test_deactivating_ends_every_session_and_role_at_once(administrator, staff):
    phone, desk = CityClient(), CityClient()
    for browser in (phone, desk):
        browser.force_login(staff)
        assert browser.get("/").status_code == 200
    assert UserSession.objects.filter(user=staff).count() == 2
    people.deactivate_user(staff, by=administrator, at=NOW, reason="Left the city")
    assert not Session.objects.filter(session_key__in=[b.cookies["sessionid"].value for b in (phone, desk)])
    assert phone.get("/").status_code == 302
    assert not Grant.objects.at(NOW).filter(user=staff).exists()
    told = [entry.verb for entry in history_of(staff)]
    assert told == ["grant.ended", "user.deactivated"]


def test_nobody_deactivates_themselves(administrator):
    with pytest.raises(NotAllowed):
        people.deactivate_user(administrator, by=administrator, at=NOW, reason="")


def test_roles_do_not_come_back_with_the_person(administrator, staff):
    people.deactivate_user(staff, by=administrator, at=NOW, reason="Leave")
    people.reactivate_user(staff, by=administrator, at=NOW + timedelta(days=1))
    assert User.objects.get(pk=staff.pk).roles_at(NOW + timedelta(days=1)) == set()


def test_an_officer_does_not_redirect_the_administrators_letters(administrator, officer):
    with pytest.raises(NotAllowed):
        people.change_user(administrator, by=officer, at=NOW, name="Ada", email="mine@testville.example")


def test_the_list_and_its_csv_hold_the_same_people(client, officer, staff):
    client.force_login(officer)
    make_user("=cmd|'/c calc'!A1", Role.MODERATOR)
    page = client.get("/people/?role=moderator").content.decode()
    assert "1 person" in page
    body = b"".join(client.get("/people/?role=moderator&format=csv").streaming_content).decode()
    lines = body.splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("'=cmd")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1"])
def test_a_cell_that_a_spreadsheet_would_run_is_made_harmless(text):
    assert cell(text).startswith("'")


def test_hostile_filters_are_answered(client, officer):
    client.force_login(officer)
    for query in (
        "role=emperor",
        "office=99999999999999999999",
        "status=%00",
        "page=-3",
        "page=zebra",
        "q=%25_'",
    ):
        assert client.get(f"/people/?{query}").status_code == 200, query


def test_the_people_page_asks_the_same_number_of_queries_for_one_and_for_fifty(
    client, officer, parks, django_assert_max_num_queries
):
    client.force_login(officer)
    for _ in range(45):
        make_user("", Role.STAFF, office=parks)
    client.get("/people/")
    with django_assert_max_num_queries(16):
        client.get("/people/")


def test_the_finding_of_expired_invitations_opens_exactly_its_people(client, officer):
    people.invite_user(
        email="late@testville.example", name="Larry Late", by=officer, at=NOW - timedelta(days=8)
    )
    invite(officer)
    finding = next(one for one in findings_for(officer, NOW) if one.code == "city.invitation_expired")
    assert finding.count == 1
    assert finding.url == "/people/?status=expired"
    assert [user.name for user in User.objects.invitation_expired(NOW)] == ["Larry Late"]


def test_every_act_on_a_person_is_told(officer):
    user = invite(officer, role=Role.MODERATOR)
    people.change_user(user, by=officer, at=NOW, name="Newer Name", email=user.email)
    assert [e.verb for e in Entry.objects.order_by("pk")] == ["user.invited", "grant.given", "user.changed"]
