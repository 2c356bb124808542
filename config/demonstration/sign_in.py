"""Signing in to the demonstration: whom one can be, and the current code of their second factor.

The second factors are real; what is special is only that this city tells them. In any other city all of
this raises NotADemonstration.
"""

import time

from allauth.account.internal.stagekit import get_pending_stage
from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt

from city.models import City, User
from city.refusals import Refusal
from city.roles import Role
from config.demonstration.city import PASSWORD, address
from config.demonstration.offices import CAST


class NotADemonstration(Refusal):
    """Second factors are told in the demonstration city only."""


def check_demonstration() -> None:
    if not City.objects.filter(is_demonstration=True).exists():
        raise NotADemonstration("This is not the demonstration city: second factors are not told here.")


def people() -> list[dict[str, str]]:
    """One person per role, with what is needed to sign in as them."""
    check_demonstration()
    return [
        {
            "role": str(Role(row.role).label),
            "key": row.key,
            "name": row.name,
            "email": address(row.key),
            "password": PASSWORD,
            "try_this": row.try_this,
        }
        for row in CAST
    ]


def people_with_codes() -> list[dict[str, str]]:
    """The same, each with the code of the moment."""
    rows = people()
    factors = Authenticator.objects.filter(
        type=Authenticator.Type.TOTP, user__email__in=[row["email"] for row in rows]
    )
    codes = {factor.user.email: _code(factor) for factor in factors.select_related("user")}
    return [{**row, "code": codes.get(row["email"], "")} for row in rows]


def seconds_left() -> int:
    """How long the codes of this moment are still taken."""
    return app_settings.TOTP_PERIOD - int(time.time()) % app_settings.TOTP_PERIOD


def code_for(request) -> str:
    """The code of whoever is being asked for it on this page: signed in, or half-way through signing in."""
    stage = get_pending_stage(request)
    user = stage.login.user if stage else request.user
    return code_of(user) if user and user.is_authenticated else ""


def code_of(user: User) -> str:
    """The current six digits of a person's second factor; empty when they have none by an app."""
    check_demonstration()
    totp = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    if totp is None:
        return ""
    return _code(totp)


def _code(totp: Authenticator) -> str:
    counter = int(time.time()) // app_settings.TOTP_PERIOD
    return format_hotp_value(hotp_value(decrypt(totp.data["secret"]), counter))
