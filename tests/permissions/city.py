"""The city floor's pages, and the shell's."""

from datetime import timedelta

from city.actions.people import send_invitation
from city.models import Mail, Seat, Term
from city.roles import Role
from tests.conftest import NOW, make_office, make_user
from tests.permissions import ADMINISTRATOR_AND_OFFICER, NOBODY, READERS, Page, public


def build(world):
    world.office = make_office("Water Utility")
    world.person = make_user("Wanda Water", Role.HEAD, office=world.office)
    world.grant = world.person.grants.get()
    world.gone = make_user("Gone Girl", is_active=False, deactivated_at=NOW)
    world.seat = Seat.objects.create(office=world.office, title="Seat", first_election_year=2025)
    world.term = Term.objects.create(seat=world.seat, person=world.person, starts_on=NOW.date())
    world.invited = make_user("Ivy Invited")
    world.token = send_invitation(world.invited, by=world.people[Role.OFFICER], at=NOW)
    world.mail = Mail.objects.create(
        to="a@b.example",
        subject="S",
        body="B",
        created_at=NOW,
        not_before=NOW + timedelta(days=1),
        status="failed",
    )


def person(world):
    return [world.person.pk]


def office(world):
    return [world.office.pk]


CLERK = frozenset({Role.ADMINISTRATOR, Role.CLERK})
SEES_PEOPLE = READERS | {Role.HEAD}

PAGES = {
    "home": Page(),
    "welcome": public(),
    "search": Page(),
    "health": public(),
    "city:stylesheet": public(),
    "city:seal": public(404),
    "city:set_up": public(302),
    # Nothing waits to be sent: home.
    "city:send_typed": Page(answer=302),
    "city:change_city": Page(ADMINISTRATOR_AND_OFFICER),
    "city:list_holidays": Page(),
    "city:list_people": Page(SEES_PEOPLE),
    "city:invite_user": Page(ADMINISTRATOR_AND_OFFICER),
    # A head sees the people of their own office; for everybody else there is no such person.
    "city:see_person": Page(READERS, refusal=404, args=person),
    "city:change_user": Page(ADMINISTRATOR_AND_OFFICER, refusal=(403, 404), args=person),
    "city:send_invitation": Page(
        ADMINISTRATOR_AND_OFFICER, refusal=(403, 404), args=lambda world: [world.invited.pk]
    ),
    "city:give_role": Page(ADMINISTRATOR_AND_OFFICER, refusal=(403, 404), args=person),
    "city:reactivate_user": Page(
        ADMINISTRATOR_AND_OFFICER, refusal=(403, 404), args=lambda world: [world.gone.pk]
    ),
    "city:sign_out_everywhere": Page(ADMINISTRATOR_AND_OFFICER, refusal=(403, 404), args=person),
    "city:end_grant": Page(ADMINISTRATOR_AND_OFFICER, args=lambda world: [world.grant.pk]),
    "city:accept_invitation": public(args=lambda world: [world.token]),
    "city:list_offices": Page(),
    "city:add_office": Page(ADMINISTRATOR_AND_OFFICER),
    "city:see_office": Page(args=office),
    "city:change_office": Page(ADMINISTRATOR_AND_OFFICER, args=office),
    "city:close_office": Page(ADMINISTRATOR_AND_OFFICER, args=office),
    "city:add_seat": Page(CLERK, args=office),
    "city:change_seat": Page(CLERK, args=lambda world: [world.seat.pk]),
    "city:record_term": Page(CLERK, args=lambda world: [world.seat.pk]),
    "city:end_term": Page(CLERK, args=lambda world: [world.term.pk]),
    "city:list_entries": Page(READERS),
    "city:outbox": Page(READERS),
    "city:see_mail": Page(READERS, args=lambda world: [world.mail.pk]),
    "city:send_mail_again": Page(
        ADMINISTRATOR_AND_OFFICER, answer=302, method="post", args=lambda world: [world.mail.pk]
    ),
    # -- signing in, by allauth ----------------------------------------------------------------------
    "account_login": Page(answer=302, anonymous=200),
    "account_logout": Page(),
    "account_inactive": public(),
    "account_signup": Page(answer=302, anonymous=200),
    # Nobody in the tests has a password, so that the second factor is asked instead.
    "account_reauthenticate": Page(answer=302),
    "account_email": public(404),
    "account_email_verification_sent": public(404),
    "account_confirm_email": public(404, args=lambda world: ["key"]),
    "account_change_password": Page(answer=(200, 302)),
    "account_set_password": public(404),
    "account_reset_password": Page(answer=(200, 302), anonymous=200),
    "account_reset_password_done": public(),
    "account_reset_password_from_key": public(args=lambda world: ["1", "key"]),
    "account_reset_password_from_key_done": public(),
    "account_confirm_login_code": public(302),
    "mfa_index": Page(),
    "mfa_authenticate": public(302),
    "mfa_reauthenticate": Page(),
    "mfa_activate_totp": Page(answer=302),
    "mfa_deactivate_totp": Page(),
    "mfa_view_recovery_codes": Page(answer=(200, 404)),
    "mfa_generate_recovery_codes": Page(),
    "mfa_download_recovery_codes": Page(answer=(200, 404)),
    "mfa_list_webauthn": Page(),
    "mfa_add_webauthn": Page(),
    "mfa_reauthenticate_webauthn": Page(answer=302),
    "mfa_remove_webauthn": Page(NOBODY, refusal=404, args=lambda world: [1]),
    "mfa_edit_webauthn": Page(NOBODY, refusal=404, args=lambda world: [1]),
    "usersessions_list": Page(),
    "socialaccount_login_cancelled": public(),
    "socialaccount_login_error": Page(answer=401),
    "socialaccount_signup": public(404),
    "socialaccount_connections": public(404),
    # No identity provider is named in the settings of the tests.
    "openid_connect_login": public(404, args=lambda world: ["city"]),
    "openid_connect_callback": public(404, args=lambda world: ["city"]),
}
