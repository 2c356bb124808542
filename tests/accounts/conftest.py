import pytest

from tests.accounts.make import make_platforms, make_questions


@pytest.fixture
def platforms(city):
    make_questions()
    return make_platforms()
