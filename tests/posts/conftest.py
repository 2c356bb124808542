import pytest

from accounts.platforms.practice import PracticeNetwork
from tests.posts.make import make_connected, make_term


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    storages = dict(settings.STORAGES)
    storages["default"] = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": tmp_path / "media"},
    }
    settings.STORAGES = storages


@pytest.fixture
def network(tmp_path):
    """A practice network of this test alone."""
    with PracticeNetwork(tmp_path / "network") as running:
        yield running


@pytest.fixture
def seated(district_3, alder):
    """The alder, in their term."""
    make_term(district_3, alder)
    return alder


@pytest.fixture
def account(district_3, network):
    return make_connected(district_3, network.url)
