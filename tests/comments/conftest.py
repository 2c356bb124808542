"""A comment policy in force, and a practice network where the network matters."""

import pytest
from django.core.cache import cache

from accounts.platforms.practice import PracticeNetwork
from tests.comments.make import make_rules


@pytest.fixture
def rules_in_force(officer, attorney, clerk):
    return make_rules(officer, attorney, clerk)


@pytest.fixture
def network(tmp_path):
    with PracticeNetwork(tmp_path / "practice") as running:
        yield running


@pytest.fixture(autouse=True)
def _nobody_has_written_yet():
    """The count of statements from one address begins anew with each test."""
    cache.clear()
