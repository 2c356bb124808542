"""Opens the line to an account: the platform's module with the account's credentials."""

from collections.abc import Callable

from django.conf import settings

from accounts.models import Account
from accounts.platforms import MODULES, Bluesky, Recorder
from city.secrets import decrypt


def open_platform(account: Account, *, recorder: Recorder, stop: Callable[[], None]) -> Bluesky:
    connection = account.connection
    return MODULES[account.platform.module](
        connection.service_url,
        connection.identifier,
        decrypt(connection.secret),
        expected_id=account.native_id,
        recorder=recorder,
        stop=stop,
        plc_url=settings.PLC_URL or None,
    )
