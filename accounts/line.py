"""Opens the line to an account: its platform's module, with the account's own credentials."""

from collections.abc import Callable

from django.conf import settings
from django.views.decorators.debug import sensitive_variables

from accounts.models import Account
from accounts.networks import is_local
from accounts.platforms import MODULES, Bluesky, Recorder
from accounts.platforms.http import Limits
from city.secrets import decrypt


def open_platform(
    account: Account,
    *,
    recorder: Recorder | None = None,
    stop: Callable[[], None] | None = None,
    limits: Limits | None = None,
) -> Bluesky:
    """The account as it is connected. Whoever else answers than the registry says is WrongAccount (R1)."""
    connection = account.connection
    return open_service(
        account, connection.service_url, connection.identifier, decrypt(connection.secret),
        recorder=recorder, stop=stop, limits=limits,
    )  # fmt: skip


@sensitive_variables("secret")
def open_service(account: Account, service_url: str, identifier: str, secret: str, **options) -> Bluesky:
    """The account at a server that somebody names. Only what the settings allow may stand inside our network,
    at the instant of each call: a name that is moved there after it was checked is not followed.
    """
    return MODULES[account.platform.module](
        service_url,
        identifier,
        secret,
        expected_id=account.native_id or None,
        plc_url=settings.PLC_URL or None,
        inside=is_local(service_url),
        **options,
    )
