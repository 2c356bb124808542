"""Each test begins with an empty archive folder and a practice network of its own."""

import shutil

import pytest
from django.core.files.storage import storages
from django.db import connection

from accounts.platforms.practice import PracticeNetwork


@pytest.fixture(autouse=True)
def archive_folder():
    """Where the archive is; empty at first."""
    from pathlib import Path

    folder = Path(storages["archive"].location)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def network(tmp_path):
    with PracticeNetwork(tmp_path / "practice") as network:
        yield network


@pytest.fixture
def chain_now(db):
    """Chain the entries of this test's transaction, as its commit would."""

    def chain():
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")

    return chain
