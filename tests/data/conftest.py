"""A real database file for each test."""

import pytest
from hypothesis import settings

from data.store.database import open_database

# A busy machine makes single examples slow now and then; what must be fast is timed by tests of its own.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


@pytest.fixture
def db(tmp_path):
    with open_database(tmp_path / "test.db") as database:
        yield database
