"""Secrets at rest: encrypted with a key that is kept outside the database, so that a copy of it opens nothing.

CREDENTIAL_KEYS holds Fernet keys, newest first. To rotate: put a new key in front, restart, run
`manage.py rotate_secrets`, then take the old key away. Nothing stops working in between.
"""

from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class Unreadable(Exception):
    """A secret that none of the installation's keys opens."""


@lru_cache(maxsize=4)
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def _keys() -> MultiFernet:
    return _fernet(tuple(settings.CREDENTIAL_KEYS))


def encrypt(text: str) -> str:
    """The text under the newest key, as ASCII."""
    return _keys().encrypt(text.encode()).decode()


def decrypt(encrypted: str) -> str:
    """The text again. Raises Unreadable when it was made with a key that is not here any more."""
    try:
        return _keys().decrypt(encrypted.encode()).decode()
    except InvalidToken:
        raise Unreadable(
            "A stored secret cannot be read: CREDENTIAL_KEYS lacks the key that it was encrypted with."
        ) from None


def rotate(encrypted: str) -> str:
    """The same secret under the newest key. Raises Unreadable."""
    try:
        return _keys().rotate(encrypted.encode()).decode()
    except InvalidToken:
        raise Unreadable(
            "A stored secret cannot be read: CREDENTIAL_KEYS lacks the key that it was encrypted with."
        ) from None
