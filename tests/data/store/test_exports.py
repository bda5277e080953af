"""Exports on record: what is read stays what it was, with and without an id."""

from data.store.database import open_database
from data.store.exports import recorded
from data.store.reads import count_observations
from tests.data.readings import burst, reading, taken


def test_an_export_without_an_id_is_held_still_too(db):
    taken(db, burst())
    db.connection.execute("alter table exports rename to exports_that_cannot_be_written")
    with recorded(db.path, "observations", "csv", {}) as running, open_database(db.path) as writer:
        before = count_observations(running.db)
        taken(writer, [reading("Another prize for you today")])
        assert (running.export_id, count_observations(running.db)) == (None, before)
        assert running.warning.startswith("This export has no id.")
