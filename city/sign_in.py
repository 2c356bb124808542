"""Signing in: who is let in is decided by invitations and grants; allauth proves only who somebody is."""

import time
from collections.abc import Callable
from functools import wraps
from ipaddress import ip_address, ip_network
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.adapter import get_adapter as account_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.reauthentication import suspend_request
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from city import secrets
from city.models import User
from city.requests import CityRequest
from city.roles import Role

TYPED = [Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES]


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up: people are invited."""

    def is_open_for_signup(self, request: CityRequest) -> bool:
        return False

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Who has signed in within the last five minutes is not asked again before a second factor is set up."""
        request = context.request
        times = [record["at"] for record in get_authentication_records(request, request.user)]
        return time.time() - max(times, default=0) >= settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


class MfaAdapter(DefaultMFAAdapter):
    """Second-factor secrets are encrypted like every other credential."""

    def encrypt(self, text: str) -> str:
        return secrets.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return secrets.decrypt(encrypted_text)

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return super().get_public_key_credential_rp_entity() | {"name": "Rostrum"}


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """The city's identity provider says who somebody is; it never makes a person here."""

    def is_open_for_signup(self, request: CityRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: CityRequest, sociallogin: Any) -> None:
        """The first sign-in from there is matched by an address that the provider has verified."""
        if sociallogin.is_existing:
            return
        verified = [one.email.lower() for one in sociallogin.email_addresses if one.verified]
        user = User.objects.filter(email__in=verified, is_active=True).first()
        if user is None:
            page = render(request, "socialaccount/not_invited.html", status=403)
            raise ImmediateHttpResponse(page)
        sociallogin.connect(request, user)


# -- the second factor -------------------------------------------------------------------------------


def from_trusted_network(request: CityRequest) -> bool:
    """Whether the request comes from one of TRUSTED_NETWORKS, seen past our own proxies only.

    With proxies in front a request that did not pass them is not trusted, whatever its address.
    """
    if not settings.TRUSTED_NETWORKS:
        return False
    if settings.TRUSTED_PROXIES and "X-Forwarded-For" not in request.headers:
        return False
    try:
        address = ip_address(account_adapter(request).get_client_ip(request))
    except (ValueError, ImproperlyConfigured, PermissionDenied):
        return False
    return any(address in ip_network(network) for network in settings.TRUSTED_NETWORKS)


def may_do_without(request: CityRequest) -> bool:
    """Who only reads, on the city's own network, needs no second factor."""
    return request.user.roles_at(request.at) == {Role.AUDITOR.value} and from_trusted_network(request)


def shown_at(request: CityRequest) -> float | None:
    """When this session last showed its second factor (seconds since 1970), or None."""
    times = [
        record["at"]
        for record in get_authentication_records(request, request.user)
        if record.get("method") == "mfa"
    ]
    return max(times, default=None)


def is_let_in(request: CityRequest) -> bool:
    """Whether this signed-in session has shown all that is asked of it."""
    return may_do_without(request) or (is_mfa_enabled(request.user) and shown_at(request) is not None)


def ask_again_at(user: User) -> str:
    """The page on which this person shows the second factor again."""
    if is_mfa_enabled(user, TYPED):
        return reverse("mfa_reauthenticate")
    return reverse("mfa_reauthenticate_webauthn")


def fresh_second_factor(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """For views that show a secret or cannot be undone: the second factor within the last five minutes.

    What was sent is kept while the person is asked, and carried out afterwards.
    """

    @wraps(view)
    def asking(request: CityRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        shown = shown_at(request)
        if shown is not None and time.time() - shown < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT:
            return view(request, *args, **kwargs)
        if not is_mfa_enabled(request.user):
            return redirect("mfa_index")
        return suspend_request(request, ask_again_at(request.user))

    return asking
