"""Credentials: where they lie, and what it takes to look at one."""

from datetime import timedelta
from io import StringIO

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command

from accounts.actions import credentials as acts
from accounts.models import Credential
from accounts.queries import shown_accounts
from city import secrets
from city.log import history_of
from city.models import Entry, Mail
from city.refusals import NotAllowed, Refusal, Stale
from tests.accounts.make import make_account, make_administrator
from tests.conftest import NOW

SECRET = "correct horse & battery"
WHY = "The keeper is on leave and the page must be mended"


def stored(account, officer, **changes):
    fields = {"place": "here", "keeper": officer, "secret": SECRET}
    return acts.add_credential(account, by=officer, at=NOW, **(fields | changes))


def test_a_credential_lies_in_the_vault_or_here_and_never_in_both(officer, city):
    account = make_account()
    acts.add_credential(
        account, by=officer, at=NOW, place="vault", keeper=officer, vault="City vault", vault_path="web/parks"
    )
    for wrong, field in (
        ({"place": "vault", "vault": "V", "vault_path": "p", "secret": "x"}, "secret"),
        ({"place": "vault", "vault": "V"}, "vault_path"),
        ({"place": "vault", "vault_path": "p"}, "vault"),
        ({"place": "here"}, "secret"),
    ):
        with pytest.raises(Refusal) as refusal:
            acts.add_credential(account, by=officer, at=NOW, keeper=officer, **wrong)
        assert refusal.value.field == field


def test_what_is_stored_is_readable_nowhere(client, officer, city):
    account = make_account()
    row = stored(account, officer)
    assert SECRET not in row.secret
    assert not any(SECRET in str(entry.data) + entry.reason for entry in Entry.objects.all())
    assert "secret" not in [field.name for field in Credential.history.model._meta.fields]
    client.force_login(officer)
    assert "correct horse" not in client.get(f"/accounts/{account.pk}/").content.decode()


def test_looking_at_a_secret_needs_a_reason_and_tells_the_officer(client, officer, staff, city):
    account = make_account()
    make_administrator(account, staff)
    row = stored(account, officer)
    client.force_login(staff)
    page = client.post(f"/credentials/{row.pk}/reveal/", {"reason": "so"})
    assert b"horse" not in page.content
    assert not Mail.objects.exists()
    page = client.post(f"/credentials/{row.pk}/reveal/", {"reason": WHY})
    assert "correct horse &amp; battery" in page.content.decode()
    assert "no-store" in page.headers["Cache-Control"]
    (letter,) = Mail.objects.all()
    assert (letter.to, SECRET in letter.body, WHY in letter.body) == (officer.email, False, True)
    told = history_of(account).get(verb="credential.revealed")
    assert (told.actor, told.reason) == (staff, WHY)


def test_an_old_session_shows_its_second_factor_again_before_a_secret(client, officer, city, time_machine):
    time_machine.move_to(NOW, tick=False)
    row = stored(make_account(), officer)
    client.force_login(officer)
    time_machine.move_to(NOW + timedelta(minutes=6), tick=False)
    response = client.get(f"/credentials/{row.pk}/reveal/")
    assert response.status_code == 302
    assert "reauthenticate" in response.headers["Location"]


def test_who_only_posts_sees_no_secret(officer, staff, cio, head, parks, city):
    account = make_account(office=parks)
    make_administrator(account, staff, role="editor")
    row = stored(account, officer)
    for person in (staff, cio, head):
        with pytest.raises(NotAllowed):
            acts.reveal_credential(row, by=person, at=NOW, reason=WHY)
    assert not Mail.objects.exists()


def test_a_credential_grows_old_and_is_changed(officer, city):
    account = make_account()
    row = stored(account, officer)
    later = NOW + timedelta(days=361)
    assert set(shown_accounts(officer, later, {"finding": "credential_old"})) == {account}
    with pytest.raises(Refusal) as refusal:
        acts.rotate_credential(row, by=officer, at=later, rotated_on=later.date(), reason="Yearly")
    assert refusal.value.field == "secret"
    with pytest.raises(Refusal, match="not come"):
        acts.rotate_credential(
            row, by=officer, at=later, rotated_on=later.date() + timedelta(days=2), reason="Y", secret="n"
        )
    acts.rotate_credential(row, by=officer, at=later, rotated_on=later.date(), reason="Yearly", secret="new")
    assert not shown_accounts(officer, later, {"finding": "credential_old"})
    assert acts.reveal_credential(row, by=officer, at=later, reason=WHY) == "new"


def test_an_ended_credential_is_forgotten(officer, city):
    row = stored(make_account(), officer)
    acts.end_credential(row, by=officer, at=NOW, reason="The mailbox is closed")
    row.refresh_from_db()
    assert row.secret == ""
    with pytest.raises(Stale):
        acts.reveal_credential(row, by=officer, at=NOW, reason=WHY)


def test_stored_credentials_move_to_a_new_key(officer, city, settings):
    row = stored(make_account(), officer)
    old, new = settings.CREDENTIAL_KEYS, Fernet.generate_key().decode()
    settings.CREDENTIAL_KEYS = [new, *old]
    call_command("rotate_secrets", stdout=StringIO())
    settings.CREDENTIAL_KEYS = [new]
    row.refresh_from_db()
    assert secrets.decrypt(row.secret) == SECRET
