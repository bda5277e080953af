"""Backups: consistent while others write, verified, and the way back; updates that fail leave what was there."""

import gzip
import os
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from data.errors import StoreError
from data.store import database
from data.store.backup import back_up, restore, verify
from data.store.check import check
from data.store.database import open_database
from data.store.rebuild import rebuild
from data.store.schema import MIGRATIONS
from tests.data.readings import burst, reading, taken

OLD = sorted((Path(__file__).parents[2] / "samples" / "databases").glob("*.db.gz"))


@pytest.fixture
def filled(tmp_path):
    path = tmp_path / "relaywatch.db"
    with open_database(path) as db:
        taken(db, burst(4, 3))
    return path


def observations(path):
    with open_database(path) as db:
        assert check(db) == []
        return db.value("select count(*) from observations")


def test_a_backup_is_one_whole_file_and_comes_back(filled, tmp_path):
    copy = tmp_path / "copy.db"
    done = back_up(filled, copy)
    assert (done.path, done.size, done.observations) == (copy, copy.stat().st_size, 12)
    assert copy.stat().st_mode & 0o077 == 0
    restore(copy, tmp_path / "again.db")
    assert observations(tmp_path / "again.db") == 12
    assert not list(tmp_path.glob("copy.db-*"))


def test_a_backup_while_others_write_is_of_one_moment(filled, tmp_path):
    stop = threading.Event()

    def write():
        with open_database(filled) as db:
            number = 0
            while not stop.is_set():
                taken(db, [reading(key=f"new {number}")])
                number += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        copies = [back_up(filled, tmp_path / f"copy{number}.db") for number in range(5)]
    finally:
        stop.set()
        writer.join()
    assert [copy.observations for copy in copies] == sorted(copy.observations for copy in copies)
    for copy in copies:
        assert verify(copy.path) == copy.observations


def test_a_folder_keeps_as_many_as_asked_and_nobody_elses_files(filled, tmp_path):
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")
    for day in (1, 2, 3):
        (folder / f"relaywatch-2026010{day}T000000Z.db").touch()
    done = back_up(filled, folder, keep=2)
    assert [path.name for path in done.removed] == [
        "relaywatch-20260101T000000Z.db",
        "relaywatch-20260102T000000Z.db",
    ]
    assert {path.name for path in folder.iterdir()} == {
        "notes.txt",
        "relaywatch-20260103T000000Z.db",
        done.path.name,
    }


def test_what_is_no_backup_is_not_overwritten(filled, tmp_path):
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear all, " * 1000)
    with pytest.raises(StoreError, match="not a database"):
        back_up(filled, letter)
    assert letter.read_text().startswith("Dear all")
    with pytest.raises(StoreError, match="the database itself"):
        back_up(filled, filled)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(StoreError, match="no file that a backup could replace"):
        back_up(filled, tmp_path / "pipe")
    with pytest.raises(StoreError, match="no database to back up"):
        back_up(tmp_path / "missing.db", letter)


def test_a_damaged_backup_is_not_put_in_place(filled, tmp_path):
    copy = back_up(filled, tmp_path / "copy.db").path
    whole = copy.read_bytes()
    copy.write_bytes(whole[: len(whole) // 2] + bytes(4096) + whole[len(whole) // 2 + 4096 :])
    with pytest.raises(StoreError, match=r"damaged|malformed|not a database"):
        restore(copy, filled, replace=True)
    assert observations(filled) == 12


def test_a_database_in_the_way_is_set_aside_when_asked(filled, tmp_path):
    copy = back_up(filled, tmp_path / "copy.db").path
    with open_database(filled) as db:
        taken(db, [reading(key="later")])
    with pytest.raises(StoreError, match="--replace"):
        restore(copy, filled)
    restore(copy, filled, replace=True)
    assert observations(filled) == 12
    aside = next(tmp_path.glob("relaywatch.db.replaced-*Z"))
    assert observations(aside) == 13


@pytest.mark.parametrize("sample", OLD, ids=lambda sample: sample.name)
def test_a_database_of_every_earlier_version_is_brought_up_to_date(sample, tmp_path):
    path = tmp_path / "old.db"
    path.write_bytes(gzip.decompress(sample.read_bytes()))
    assert observations(path) == 9
    with open_database(path) as db:
        rebuild(db)
        assert check(db) == []
        assert db.value("select count(*) from incidents") >= 4
    aside = next(tmp_path.glob("old.db.m0*"))
    with closing(sqlite3.connect(aside)) as old:
        versions = [row[0][:4] for row in old.execute("select name from _sqlite_migrations order by name")]
        assert versions[-1] == sample.name[:4]
        assert old.execute("select count(*) from observations").fetchone() == (9,)
    assert aside.stat().st_mode & 0o077 == 0


def test_an_update_that_fails_leaves_the_database_as_it_was(filled, monkeypatch):
    def fails(tables):
        tables.execute("drop table claims")
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(MIGRATIONS, "_migrations", [*MIGRATIONS._migrations])
    MIGRATIONS(name="m998_fails")(fails)
    versions = database.VERSIONS | {"m998_fails"}
    monkeypatch.setattr(database, "VERSIONS", versions)
    with pytest.raises(StoreError, match="disk is full"):
        open_database(filled)
    monkeypatch.undo()
    assert observations(filled) == 12
