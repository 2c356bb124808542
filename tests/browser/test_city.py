"""The city floor's pages in a real browser: readable for everybody, at both widths, under the strict policy."""

from datetime import date

import pytest
from allauth.mfa.models import Authenticator
from django.utils import timezone
from playwright.sync_api import expect

from city.actions import offices, people
from city.models import City
from city.roles import Role
from tests.browser.conftest import WIDTHS, accessibility_faults
from tests.conftest import make_city, make_office, make_user

PASSWORD = "correct horse battery staple"


@pytest.fixture
def town(live_server, settings):
    """A demonstration city with something on every page, as of now: the browser's clock is the real one."""
    at = timezone.now()
    make_city(is_demonstration=True, set_up_at=at)
    parks, district = make_office("Parks Division"), make_office("District 3", kind="district", number=3)
    ada = make_user("Ada Administrator", Role.ADMINISTRATOR, at=at)
    alma = make_user("Alma Alder-With-A-Remarkably-Long-Name", Role.ALDER, office=district, at=at)
    seat = offices.add_seat(district, title="Alder", term_years=2, first_election_year=2025, by=ada, at=at)
    offices.record_term(seat, alma, starts_on=date(2025, 4, 15), ends_on=None, by=ada, at=at)
    ivy = people.invite_user(
        email="ivy@testville.example", name="Ivy Invited", by=ada, at=at, role=Role.MODERATOR
    )
    token = people.send_invitation(ivy, by=ada, at=at)
    for n in range(55):
        make_user(f"Person {n}", Role.STAFF, office=parks, at=at)
    return {"ada": ada, "alma": alma, "district": district, "seat": seat, "ivy": ivy, "token": token}


def staff_pages(town) -> list[str]:
    return [
        "/", "/people/", "/people/?page=2&role=staff", f"/people/{town['alma'].pk}/", "/people/invite/",
        f"/people/{town['alma'].pk}/give-role/", "/offices/", f"/offices/{town['district'].pk}/", "/offices/add/",
        f"/seats/{town['seat'].pk}/record-term/", "/settings/?preset=madison", "/log/", "/outbox/", "/search/?q=a",
        "/sign-in/2fa/", "/sign-in/2fa/webauthn/add/", "/sign-in/sessions/", "/sign-in/2fa/recovery-codes/generate/",
        "/there-is-no-such-page/",
    ]  # fmt: skip


def public_pages(town) -> list[str]:
    return [
        "/sign-in/login/", "/sign-in/password/reset/", "/sign-in/signup/", f"/invitations/{town['token']}/",
        "/invitations/unknown/", "/outbox/",
    ]  # fmt: skip


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_every_page_can_be_used_by_everybody(town, as_person, width):
    wrong, told = [], []
    for person, addresses in ((town["ada"], staff_pages(town)), (None, public_pages(town))):
        page = as_person(person, width=width)
        page.on("console", lambda said: told.append(said.text))
        for address in addresses:
            page.goto(address)
            wrong += [f"{address}: {fault}" for fault in accessibility_faults(page)]
    assert not wrong
    assert not [text for text in told if "Content Security Policy" in text]


@pytest.mark.django_db(transaction=True)
def test_a_refused_form_is_read_out_and_keeps_what_was_typed(town, as_person):
    page = as_person(town["ada"], width=WIDTHS["phone"])
    page.goto("/people/invite/")
    page.get_by_label("Name").fill("Double Person")
    page.get_by_label("Email").fill("ivy@testville.example")
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_role("alert")).to_contain_text("is here already")
    expect(page.get_by_label("Name")).to_have_value("Double Person")
    expect(page.get_by_label("Email")).to_have_attribute("aria-invalid", "true")
    assert accessibility_faults(page) == []


@pytest.mark.django_db(transaction=True)
def test_an_invited_person_comes_in_with_a_security_key(town, as_person):
    """From the letter to the home page, and in again with the key alone as second factor."""
    page = as_person(None)
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    key = {"protocol": "ctap2", "transport": "usb", "hasUserVerification": True, "isUserVerified": True}
    key |= {"hasResidentKey": True, "automaticPresenceSimulation": True}
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": key})
    page.goto(f"/invitations/{town['token']}/")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Set the password").click()
    sign_in(page, town["ivy"].email)
    page.get_by_role("link", name="Add a key").click()
    page.get_by_role("button", name="Add").click()
    page.wait_for_url("**/recovery-codes/**")
    assert Authenticator.objects.filter(user=town["ivy"], type="webauthn").exists()
    assert accessibility_faults(page) == []
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Needs attention")
    page.context.clear_cookies()
    page.goto("/sign-in/login/")
    sign_in(page, town["ivy"].email)
    assert accessibility_faults(page) == []
    page.get_by_role("button", name="Use a security key").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Needs attention")


def sign_in(page, email: str) -> None:
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


@pytest.mark.django_db(transaction=True)
def test_the_first_administrator_is_walked_through_set_up(live_server, as_person, settings, tmp_path):
    from city.actions.city import setup_token

    settings.VAR = tmp_path
    page = as_person(None, width=WIDTHS["phone"])
    page.goto("/")
    assert accessibility_faults(page) == []
    page.get_by_label("Set-up token").fill(setup_token())
    page.get_by_label("Your name").fill("Ada First")
    page.get_by_label("Your e-mail").fill("ada@first.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("link", name="Like Minneapolis").click()
    assert accessibility_faults(page) == []
    page.get_by_label("Name", exact=True).fill("Newtown")
    page.get_by_label("City website").fill("https://newtown.example")
    page.get_by_role("button", name="Make this the city").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Second factor")
    assert City.objects.get().district_word == "ward"
