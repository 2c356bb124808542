"""A practice network for each test, with one account of the city and one resident. No database."""

import pytest

from accounts.platforms import Bluesky
from accounts.platforms.http import Limits
from accounts.platforms.practice import PracticeNetwork
from tests.network.fixtures import BlueskyNetwork

#: Short enough for a test, long enough for a busy machine.
LIMITS = Limits(connect=5, read=4, total=5, answer=1_000_000)


@pytest.fixture
def practice(tmp_path):
    with PracticeNetwork(tmp_path / "practice") as network:
        yield network


@pytest.fixture
def people(practice):
    """The practice network's people, who act by the same calls as on the real one."""
    return BlueskyNetwork(practice.url, practice.url, practice.url)


@pytest.fixture
def city_account(people):
    return people.create_account("parks")


@pytest.fixture
def resident(people):
    return people.create_account("resident")


@pytest.fixture
def exchanges():
    return []


@pytest.fixture
def bluesky(practice, city_account, exchanges):
    with Bluesky(
        practice.url,
        city_account.handle,
        city_account.password,
        expected_id=city_account.did,
        recorder=exchanges.append,
        limits=LIMITS,
    ) as module:
        yield module
