"""A real database file for each test."""

import pytest

from data.store.database import open_database


@pytest.fixture
def db(tmp_path):
    with open_database(tmp_path / "test.db") as database:
        yield database
