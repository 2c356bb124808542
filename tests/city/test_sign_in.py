"""Signing in: invited people only, with a second factor, and what a session may do before it has shown one."""

import time

import pytest
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import reverse

from city import secrets
from city.models import User
from city.roles import Role
from city.sign_in import fresh_second_factor
from tests.conftest import TOTP_SECRET, CityClient, make_user

PASSWORD = "correct horse battery staple"


@pytest.fixture(autouse=True)
def _no_counts_from_other_tests():
    cache.clear()


def code(secret: str = TOTP_SECRET, *, later: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + later))


@pytest.fixture
def stella(parks) -> User:
    user = make_user("Stella Staff", Role.STAFF, office=parks)
    user.set_password(PASSWORD)
    user.save()
    return user


def give_second_factor(user: User) -> None:
    data = {"secret": secrets.encrypt(TOTP_SECRET)}
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data=data)


def sign_in(client, user: User, password: str = PASSWORD):
    return client.post(reverse("account_login"), {"login": user.email, "password": password})


def test_password_and_code_open_the_home_page(client, stella):
    give_second_factor(stella)
    assert sign_in(client, stella).headers["Location"] == "/sign-in/2fa/authenticate/"
    assert client.get("/").status_code == 302
    assert client.post("/sign-in/2fa/authenticate/", {"code": code()}).headers["Location"] == "/"
    assert client.get("/").status_code == 200


def test_one_code_opens_one_session(client, stella):
    give_second_factor(stella)
    said = code()
    sign_in(client, stella)
    client.post("/sign-in/2fa/authenticate/", {"code": said})
    other = CityClient()
    sign_in(other, stella)
    assert other.post("/sign-in/2fa/authenticate/", {"code": said}).status_code == 200
    assert other.get("/").status_code == 302


def test_without_a_second_factor_only_its_set_up_answers(client, stella):
    sign_in(client, stella)
    for url in ("/", "/offices/", "/sign-in/password/change/", "/sign-in/sessions/", "/search/", "/nope/"):
        response = client.get(url)
        assert (url, response.status_code, response.headers.get("Location", "")) in (
            (url, 302, "/sign-in/2fa/"), ("/nope/", 404, ""),
        )  # fmt: skip
    for url in (
        "/sign-in/2fa/",
        "/sign-in/2fa/totp/activate/",
        "/sign-in/2fa/webauthn/add/",
        "/sign-in/logout/",
    ):
        assert client.get(url).status_code == 200, url


def test_setting_it_up_lets_in_at_once_and_ends_sessions_that_know_only_the_password(client, stella):
    thief = CityClient()
    sign_in(thief, stella)
    sign_in(client, stella)
    secret = client.get("/sign-in/2fa/totp/activate/").context["form"].secret
    response = client.post("/sign-in/2fa/totp/activate/", {"code": code(secret)})
    assert response.status_code == 302
    assert client.get("/").status_code == 200
    assert thief.get("/sign-in/2fa/").status_code == 302
    assert "login" in thief.get("/people/").headers["Location"]


def test_a_wrong_code_sets_nothing_up(client, stella):
    sign_in(client, stella)
    client.get("/sign-in/2fa/totp/activate/")
    response = client.post("/sign-in/2fa/totp/activate/", {"code": "000000"})
    assert response.status_code == 200
    assert client.get("/").status_code == 302


def test_the_secret_and_the_recovery_codes_are_encrypted_at_rest(client, stella):
    sign_in(client, stella)
    secret = client.get("/sign-in/2fa/totp/activate/").context["form"].secret
    client.post("/sign-in/2fa/totp/activate/", {"code": code(secret)})
    totp = Authenticator.objects.get(type="totp").data["secret"]
    seed = Authenticator.objects.get(type="recovery_codes").data["seed"]
    assert secrets.decrypt(totp) == secret
    assert secret not in totp
    assert secrets.decrypt(seed) != seed


def test_a_recovery_code_works_once(client, stella):
    give_second_factor(stella)
    client.force_login(stella)
    client.post("/sign-in/2fa/recovery-codes/generate/", {})
    said = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]
    for status in (302, 200):
        other = CityClient()
        sign_in(other, stella)
        assert other.post("/sign-in/2fa/authenticate/", {"code": said}).status_code == status


def test_a_session_from_before_the_second_factor_is_asked_for_it(client, stella):
    client.force_login(stella, second_factor=False)
    give_second_factor(stella)
    assert client.get("/").headers["Location"] == "/sign-in/2fa/reauthenticate/?next=%2F"
    client.post("/sign-in/2fa/reauthenticate/", {"code": code(), "next": "/"})
    assert client.get("/").status_code == 200


def test_guessing_passwords_is_slowed_down(client, stella):
    answers = [sign_in(client, stella, f"wrong {n}").content.decode() for n in range(7)]
    assert "Too many failed" in answers[-1]
    assert "Too many failed" in sign_in(client, stella).content.decode()


def test_nobody_signs_up(client, city):
    page = client.post(
        "/sign-in/signup/", {"email": "me@example.com", "password1": PASSWORD}
    ).content.decode()
    assert "People are invited" in page
    assert not User.objects.exists()


def test_who_is_deactivated_does_not_come_in(client, stella, administrator):
    from city.actions.people import deactivate_user
    from tests.conftest import NOW

    deactivate_user(stella, by=administrator, at=NOW, reason="Left")
    sign_in(client, stella)
    assert client.get("/").status_code == 302
    assert "_auth_user_id" not in client.session


# -- the auditor on the city's own network -----------------------------------------------------------


def reads_without(client, **headers) -> bool:
    return client.get("/log/", **headers).status_code == 200


def test_an_auditor_reads_from_the_trusted_network_without_a_second_factor(client, auditor, settings):
    client.force_login(auditor, second_factor=False)
    assert not reads_without(client, REMOTE_ADDR="10.20.0.9")
    settings.TRUSTED_NETWORKS = ["10.20.0.0/16", "2001:db8::/32"]
    assert reads_without(client, REMOTE_ADDR="10.20.0.9")
    assert reads_without(client, REMOTE_ADDR="2001:db8::7")
    assert not reads_without(client, REMOTE_ADDR="10.21.0.9")


def test_an_auditor_with_another_role_needs_it(client, auditor, settings):
    from city.models import Grant
    from tests.conftest import NOW

    settings.TRUSTED_NETWORKS = ["10.20.0.0/16"]
    Grant.objects.create(user=auditor, role=Role.MODERATOR, starts_at=NOW.replace(month=1))
    client.force_login(auditor, second_factor=False)
    assert not reads_without(client, REMOTE_ADDR="10.20.0.9")


@pytest.mark.parametrize(
    ("proxies", "forwarded", "trusted"),
    [
        (0, "10.20.0.9", False),  # nobody of ours stands in front: what the header says counts for nothing
        (1, "10.20.0.9", True),
        (1, "10.20.0.9, 203.0.113.5", False),  # the outer address is the client's own invention
        (2, "10.20.0.9, 192.0.2.1", True),
        (2, "10.20.0.9", False),  # it did not pass both
        (1, "nonsense", False),
        (1, None, False),  # it did not pass our proxy at all
    ],
)
def test_a_forwarded_address_counts_only_through_our_own_proxies(
    client, auditor, settings, proxies, forwarded, trusted
):
    settings.TRUSTED_NETWORKS = ["10.20.0.0/16", "127.0.0.0/8"] if proxies else ["10.20.0.0/16"]
    settings.TRUSTED_PROXIES = settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    client.force_login(auditor, second_factor=False)
    client.raise_request_exception = False
    headers = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    assert reads_without(client, REMOTE_ADDR="127.0.0.1", **headers) is trusted


# -- a fresh second factor ---------------------------------------------------------------------------


def ask(user, *, seconds_ago: float | None) -> HttpResponse:
    request: HttpRequest = RequestFactory().post("/secret/", {"reason": "audit"})
    client = CityClient()
    client.force_login(user, second_factor=False)
    request.session, request.user = client.session, user
    if seconds_ago is not None:
        record_authentication(request, user, "mfa", at=time.time() - seconds_ago)
    return fresh_second_factor(lambda _request: HttpResponse("shown"))(request)


def test_what_is_secret_asks_for_a_second_factor_of_the_last_five_minutes(stella):
    give_second_factor(stella)
    assert ask(stella, seconds_ago=10).content == b"shown"
    for late in (301, None):
        assert ask(stella, seconds_ago=late).headers["Location"].startswith("/sign-in/2fa/reauthenticate/")


def test_who_has_none_is_led_to_set_one_up(stella):
    assert ask(stella, seconds_ago=None).headers["Location"] == "/sign-in/2fa/"


def test_signing_out_everywhere_ends_the_other_sessions(client, stella):
    other = CityClient()
    for browser in (client, other):
        browser.force_login(stella)
        browser.get("/")
    client.post(f"/people/{stella.pk}/sign-out/", {"reason": "Lost my telephone"})
    assert "login" in other.get("/people/").headers["Location"]
    assert "login" in client.get("/people/").headers["Location"]


def test_the_repair_site_has_no_door_of_its_own(client, stella):
    stella.is_staff = stella.is_superuser = True
    stella.save()
    give_second_factor(stella)
    assert "/sign-in/login/" in client.get("/repair/login/").headers["Location"]
    client.force_login(stella, second_factor=False)
    assert "reauthenticate" in client.get("/repair/").headers["Location"]


def test_what_was_sent_by_an_expired_session_is_not_lost_without_a_word(client, officer):
    """Signing in leads back to the page that was left."""
    response = client.post("/people/invite/", {"name": "N"})
    assert response.headers["Location"] == "/sign-in/login/?next=/people/invite/"


def test_the_public_arrives_on_a_page_of_its_own_and_staff_on_their_work(client, staff):
    assert client.get("/").headers["Location"] == "/welcome/"
    page = client.get("/welcome/").text
    for address in ("/find/", "/appeals/", "/sign-in/login/"):
        assert f'href="{address}"' in page
    client.force_login(staff)
    assert "Nothing needs you now" in client.get("/").text
