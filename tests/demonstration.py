"""The demonstration city in a test: loaded by its own actions, on a practice network of its own.

For transactional tests only: connecting an account may not happen inside a transaction.
"""

from collections.abc import Iterator

import pytest
from django.utils import timezone

from accounts.models import Account
from accounts.platforms.practice import PracticeNetwork
from config.demonstration.load import load_demonstration


@pytest.fixture
def practice_url(tmp_path, settings) -> Iterator[str]:
    """A running practice network that the settings know."""
    with PracticeNetwork(tmp_path / "practice") as network:
        settings.PRACTICE_NETWORK_URL = network.url
        yield network.url


@pytest.fixture
def quick_passwords(settings) -> None:
    """Hashing a city's passwords slowly is no part of what is tested."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def demonstration(transactional_db, practice_url, quick_passwords) -> None:
    """Marlow Bay, with its accounts connected but not yet captured."""
    load_demonstration(now=timezone.now(), practice_url=practice_url, progress=lambda done, of: None)
    assert Account.objects.exists()
