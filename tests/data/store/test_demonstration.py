"""The demonstration goes without a trace, and what people brought in beside it stays."""

from datetime import timedelta

import pytest

from collectors.demonstration.reporting import tell_reports
from data.store.check import check
from data.store.database import open_database
from data.store.demonstration import TELLER, handed_in_beside, holds_demonstration, remove_demonstration
from data.store.mitigations import Door, Proof, set_status
from data.store.reads import incidents
from tests.data.readings import NOON, burst, labels, reading, taken

LATER = NOON + timedelta(days=40)
MACHINERY = {
    "_sqlite_migrations", "sqlite_sequence", "installation", "intake_marks", "group_births", "incident_aliases",
    "wave_aliases", "events",
}  # fmt: skip


@pytest.fixture
def db(tmp_path):
    with open_database(tmp_path / "told.db") as store:
        taken(store, burst(5, 8), channel=TELLER)
        set_status(store, Door("tenant1.example.com"), "confirmed", author=TELLER, proof=Proof("a note"), now=LATER)
        tell_reports(store, LATER)
        yield store


def filled_tables(db):
    names = [row[0] for row in db.rows("select name from sqlite_master where type = 'table'")]
    searched = ("words_", "report_search_")
    rows = {name for name in names if not name.startswith(searched) and db.value(f"select count(*) from {name}")}
    return rows - MACHINERY


def kinds_of_events(db):
    return [row[0] for row in db.rows("select kind from events order by seq")]


def test_a_demonstration_is_told_from_a_database_of_ones_own(db, tmp_path):
    assert (holds_demonstration(db), handed_in_beside(db)) == (True, 0)
    with open_database(tmp_path / "own.db") as own:
        assert not holds_demonstration(own)
        taken(own, [reading()])
        assert (holds_demonstration(own), handed_in_beside(own)) == (False, 1)


def test_a_removed_demonstration_leaves_no_row_no_event_and_no_word_in_the_file(db):
    db.connection.execute("pragma wal_checkpoint(truncate)")
    assert b"tenant1.example.com" in db.path.read_bytes()
    assert remove_demonstration(db, LATER) == 40
    assert filled_tables(db) == {"lessons"}
    assert kinds_of_events(db) == ["demonstration-removed"]
    assert (check(db), holds_demonstration(db)) == ([], False)
    assert b"tenant1.example.com" not in db.path.read_bytes()


def test_what_people_handed_in_beside_it_stays_as_it_would_be_alone(db, tmp_path):
    own = burst(
        4, 5, start=NOON + timedelta(days=60), subject="Your parcel waits, pay 3 EUR at http://post.example/x"
    )
    taken(db, [*own, *burst(1, 2)])
    remove_demonstration(db, LATER)
    with open_database(tmp_path / "alone.db") as alone:
        taken(alone, [*own, *burst(1, 2)])
        assert labels(db) == labels(alone)
        assert [row.observations for row in incidents(db)] == [row.observations for row in incidents(alone)]
    assert check(db) == []


def test_a_number_of_a_removed_incident_is_never_given_again(db):
    before = {row.incident_id for row in incidents(db)}
    remove_demonstration(db, LATER)
    taken(db, burst(5, 8))
    assert before.isdisjoint(row.incident_id for row in incidents(db))


def test_the_log_stays_append_only_after_a_removal(db):
    remove_demonstration(db, LATER)
    with pytest.raises(Exception, match="append-only"), db.writing() as connection:
        connection.execute("delete from events")
