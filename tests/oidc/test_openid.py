"""Signing in through the city's identity provider: it proves who somebody is, and lets in nobody by itself."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount

from city import secrets
from city.actions.people import deactivate_user
from city.models import User
from tests.conftest import NOW, TOTP_SECRET, CityClient

#: One process installs and starts the provider: two would install over each other.
pytestmark = pytest.mark.xdist_group("oidc")

START = "/sign-in/oidc/city/login/"


@pytest.fixture
def come_through(identity_provider, sign_in_there):
    """Sign in there as `who`; returns the browser and our answer to the provider's redirect."""

    def come(who: str):
        browser = CityClient()
        begun = browser.post(START)
        assert begun.headers["Location"].startswith(identity_provider)
        assert "code_challenge" in begun.headers["Location"]
        return browser, browser.get(sign_in_there(begun.headers["Location"], who))

    return come


def signed_in(browser) -> bool:
    return "_auth_user_id" in browser.session


def test_the_sign_in_page_offers_it(client, city, identity_provider):
    assert "City sign-in" in client.get("/sign-in/login/").content.decode()


def test_an_invited_person_is_matched_by_the_verified_address(come_through, officer):
    browser, answer = come_through(officer.email.upper())
    assert answer.status_code == 302
    assert signed_in(browser)
    assert SocialAccount.objects.get().user == officer
    assert User.objects.count() == 1


def test_the_second_factor_is_asked_here_all_the_same(come_through, officer):
    browser, _ = come_through(officer.email)
    assert browser.get("/").headers["Location"] == "/sign-in/2fa/"
    data = {"secret": secrets.encrypt(TOTP_SECRET)}
    Authenticator.objects.create(user=officer, type=Authenticator.Type.TOTP, data=data)
    again, answer = come_through(officer.email)
    assert answer.headers["Location"] == "/sign-in/2fa/authenticate/"
    assert not signed_in(again)


@pytest.mark.parametrize(("prefix", "person"), [("unverified:", True), ("", False)])
def test_nobody_is_made_from_what_the_provider_says(come_through, officer, prefix, person):
    """An address that the provider has not verified is no proof; one that was never invited is nobody."""
    browser, answer = come_through(prefix + (officer.email if person else "stranger@elsewhere.example"))
    assert answer.status_code == 403
    assert "You have not been invited yet" in answer.content.decode()
    assert not signed_in(browser)
    assert User.objects.count() == 1
    assert not SocialAccount.objects.exists()


def test_who_was_matched_once_stays_matched_when_the_address_changes(come_through, officer):
    known = officer.email
    come_through(known)
    User.objects.filter(pk=officer.pk).update(email="renamed@testville.example")
    browser, _ = come_through(known)
    assert signed_in(browser)
    assert User.objects.count() == 1


def test_who_is_deactivated_does_not_come_in_this_way_either(come_through, officer, administrator):
    come_through(officer.email)
    deactivate_user(officer, by=administrator, at=NOW, reason="Left")
    browser, _ = come_through(officer.email)
    assert not signed_in(browser)


def test_an_answer_that_we_did_not_ask_for_lets_nobody_in(client, city, identity_provider):
    client.get(f"{START}callback/?code=stolen&state=invented")
    assert not signed_in(client)
