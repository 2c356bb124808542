import pytest

from tests.accounts.make import make_platforms


@pytest.fixture
def platforms(city):
    return make_platforms()
