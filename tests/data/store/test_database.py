"""Opening: new, old, newer, foreign and broken files; several processes at once; what the schema itself forbids."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlite_utils import Database as Tables

from data.errors import StoreError
from data.store.database import open_database, open_for_reading
from data.store.reads import headline, incidents
from data.store.schema import MIGRATIONS
from data.store.versions import MIGRATION_SET, MIGRATIONS_TABLE, VERSIONS
from tests.data.readings import NOON, reading, taken

ROOT = Path(__file__).parents[3]
OPEN_AND_STORE = """
import sys
from data.store.database import open_database
from tests.data.readings import reading, taken
with open_database(sys.argv[1]) as db:
    taken(db, [reading(key=sys.argv[2])])
"""


def test_four_processes_that_open_a_new_database_at_once_all_succeed(tmp_path):
    path = tmp_path / "new.db"
    started = [
        subprocess.Popen([sys.executable, "-c", OPEN_AND_STORE, path, str(number)], cwd=ROOT, stderr=subprocess.PIPE)
        for number in range(4)
    ]
    said = [process.communicate(timeout=60)[1].decode() for process in started]
    assert [process.returncode for process in started] == [0, 0, 0, 0], said
    with open_database(path) as db:
        assert db.value("select count(*) from observations") == 4


def test_a_database_of_a_newer_version_is_refused(tmp_path):
    with open_database(tmp_path / "a.db") as db:
        db.connection.execute(
            "insert into _sqlite_migrations (migration_set, name, applied_at) values ('relaywatch', 'm999_later', '')"
        )
    for opening in (open_database, open_for_reading):
        with pytest.raises(StoreError, match=r"written by a newer version of Relaywatch \(m999_later\)"):
            opening(tmp_path / "a.db")


def test_a_database_of_another_program_is_refused(tmp_path):
    sqlite3.connect(tmp_path / "other.db").execute("create table songs (name)")
    with pytest.raises(StoreError, match="another program"):
        open_database(tmp_path / "other.db")


def test_a_file_that_is_no_database_is_refused(tmp_path):
    (tmp_path / "letter.db").write_bytes(b"Dear all, " * 1000)
    for opening in (open_database, open_for_reading):
        with pytest.raises(StoreError, match="not a database"):
            opening(tmp_path / "letter.db")


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(StoreError, match="its folder does not exist"):
        open_database(tmp_path / "nowhere" / "a.db")


def test_a_page_finds_an_empty_database_where_there_was_none(tmp_path):
    with open_for_reading(tmp_path / "new.db") as db:
        assert headline(db, NOON).observations_total == 0
        assert incidents(db) == []


def test_a_reader_cannot_write(tmp_path):
    with (
        open_for_reading(tmp_path / "new.db") as db,
        pytest.raises(StoreError, match="may not be written"),
        db.writing() as connection,
    ):
        connection.execute("delete from observations")


def test_durable_settings_are_on(db):
    assert db.value("pragma journal_mode") == "wal"
    assert db.value("pragma synchronous") == 2
    assert db.value("pragma foreign_keys") == 1


def test_a_second_writer_waits_for_its_turn_and_sees_what_the_first_wrote(db):
    with open_database(db.path) as other:
        taken(db, [reading(key=1)])
        taken(other, [reading(key=2)])
        assert db.value("select count(*) from observations") == 2


def test_a_failed_transaction_leaves_nothing(db):
    with pytest.raises(RuntimeError), db.writing() as connection:
        connection.execute("insert into submissions (channel, received_at) values ('cli', 0)")
        raise RuntimeError
    assert db.value("select count(*) from submissions") == 0


def test_damage_that_a_query_meets_is_said_in_a_sentence(tmp_path):
    with open_database(tmp_path / "torn.db") as db:
        taken(db, [reading()])
        torn = [
            db.value("select rootpage from sqlite_master where name = ?", (name,)) for name in ("events", "waves")
        ]
        db.connection.execute("pragma wal_checkpoint(truncate)")
    with (tmp_path / "torn.db").open("r+b") as file:
        for page in torn:
            file.seek((page - 1) * 4_096)
            file.write(b"\xff" * 4_096)
    with pytest.raises(StoreError, match=r"damaged\. Restore a backup"), open_for_reading(tmp_path / "torn.db") as db:
        db.rows("select * from events")


def test_a_transaction_that_is_only_tried_leaves_nothing_and_lets_others_write(db):
    with db.trying() as connection:
        connection.execute("insert into submissions (channel, received_at) values ('cli', 0)")
    with db.writing() as connection:
        assert connection.execute("select count(*) from submissions").fetchone()[0] == 0


def test_the_event_log_can_only_grow(db):
    taken(db, [reading()])
    for change in ("update events set actor = 'nobody'", "delete from events"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            db.connection.execute(change)


def test_a_row_cannot_refer_to_nothing(db):
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        db.connection.execute("insert into claims (submission_id) values (99)")


def test_every_migration_stands_among_the_versions():
    assert {migration.name for migration in MIGRATIONS.pending(Tables(memory=True))} == VERSIONS
    assert (MIGRATIONS.name, MIGRATIONS.migrations_table) == (MIGRATION_SET, MIGRATIONS_TABLE)
