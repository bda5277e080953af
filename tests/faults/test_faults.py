"""Full, read-only and locked files, torn logs, several writers: what was accepted is kept once, and people are told
what to do."""

import random
import shutil
import subprocess
import sys
import tempfile
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from data.errors import StoreError
from data.store.check import check
from data.store.database import Database, open_database, open_for_reading
from data.store.intake import take_in
from data.store.reads import incidents
from data.store.settle import settle
from tests.collectors.api_server import acknowledgement, ask, started
from tests.data.readings import NOON, hashed, reading, submission, taken
from tests.faults.disks import elsewhere, small_disk

ROOT = Path(__file__).parents[2]
MOST = 20_000
MAILS = 40


def store_until_it_fails(folder: Path) -> tuple[list[bytes], str]:
    """Submissions of a few messages each; those that were accepted, and the sentence that ended it."""
    accepted: list[bytes] = []
    first = reading()
    first = replace(first, kept=replace(first.kept, text="many words " * 1_000))
    try:
        with open_database(folder / "watch.db") as db:
            for number in range(0, MOST, 5):
                lot = [replace(first, fingerprint=hashed(number + place)) for place in range(5)]
                take_in(db, submission(), lot, settled=False)
                accepted += [item.fingerprint for item in lot]
    except StoreError as error:
        return accepted, str(error)
    return accepted, "nothing failed"


def assert_whole(path: Path, accepted: list[bytes]) -> None:
    with open_database(path) as db:
        assert check(db) == []
        assert sorted(row[0] for row in db.rows("select fingerprint from observations")) == sorted(accepted)
        settle(db)
        assert check(db) == []


def test_a_full_disk_is_told_and_what_was_accepted_is_kept(tmp_path):
    with small_disk(tmp_path / "disk") as mounted:
        disk = tmp_path / "disk"
        accepted, said = elsewhere(store_until_it_fails, disk, limited=not mounted)
        assert len(accepted) > 50
        assert "full" in said
        assert "what was accepted before is kept" in said
        shutil.copytree(disk, tmp_path / "larger")
    assert_whole(tmp_path / "larger" / "watch.db", accepted)


def test_a_quota_is_told_as_the_full_disk_that_it_is(tmp_path):
    accepted, said = elsewhere(store_until_it_fails, tmp_path, limited=True)
    assert "full or over a quota" in said
    assert_whole(tmp_path / "watch.db", accepted)


def store_one(folder: Path) -> str:
    try:
        with open_database(folder / "watch.db") as db:
            taken(db, [reading(key="new")])
    except StoreError as error:
        return str(error)
    return "stored"


def test_a_read_only_file_is_told_and_left_as_it_was():
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "watch.db"
        with open_database(path) as db:
            taken(db, [reading()])
        path.chmod(0o444)
        Path(folder).chmod(0o555)
        said = str(elsewhere(store_one, Path(folder), nobody=True))
        Path(folder).chmod(0o755)
        path.chmod(0o644)
        assert "Change its rights" in said or "its rights or its folder forbid it" in said
        assert_whole(path, [reading().fingerprint])


def test_a_writer_that_holds_the_lock_is_told_and_waited_out(tmp_path):
    path = tmp_path / "watch.db"
    with open_database(path) as holder, open_database(path) as db:
        db.connection.execute("pragma busy_timeout = 50")
        with holder.writing(), pytest.raises(StoreError, match="Wait for it to end, try again"):
            taken(db, [reading()])
        taken(db, [reading()])
    assert_whole(path, [reading().fingerprint])


def crashed(db: Database, folder: Path) -> Path:
    """The files as a power cut would leave them: the log full, nothing of it in the database yet."""
    folder.mkdir()
    for end in ("", "-wal"):
        shutil.copy(f"{db.path}{end}", folder / f"watch.db{end}")
    return folder / "watch.db"


def logged(db: Database) -> list[bytes]:
    """Twelve submissions that stand in the log only."""
    db.connection.execute("pragma wal_autocheckpoint = 0")
    db.connection.execute("pragma wal_checkpoint(truncate)")
    made = [reading(key=number, sent_at=NOON) for number in range(12)]
    for item in made:
        take_in(db, submission(), [item], settled=False)
    return [item.fingerprint for item in made]


@pytest.mark.parametrize("tail", [b"\0" * 4_120, b"torn", random.Random(1).randbytes(9_000)])
def test_a_torn_write_at_the_end_of_the_log_loses_nothing_that_was_accepted(tmp_path, tail):
    with open_database(tmp_path / "live.db") as db:
        accepted = logged(db)
        path = crashed(db, tmp_path / "after")
    with path.with_name("watch.db-wal").open("ab") as log:
        log.write(tail)
    assert_whole(path, accepted)


@pytest.mark.parametrize("seed", range(6))
def test_a_damaged_log_costs_the_last_submissions_and_never_a_part_of_one(tmp_path, seed):
    chance = random.Random(seed)
    with open_database(tmp_path / "live.db") as db:
        accepted = logged(db)
        path = crashed(db, tmp_path / "after")
    log = path.with_name("watch.db-wal")
    blob = bytearray(log.read_bytes())
    at = chance.randrange(32, len(blob))
    if seed % 2:
        blob[at] ^= 0xFF
    log.write_bytes(blob if seed % 2 else blob[:at])
    with open_database(path) as db:
        found = [row[0] for row in db.rows("select fingerprint from observations order by observation_id")]
    assert found == accepted[: len(found)]
    assert_whole(path, found)


@pytest.mark.server
def test_two_ingests_and_the_app_at_once_keep_every_message_once(tmp_path):
    path, mails = tmp_path / "watch.db", tmp_path / "mails"
    mails.mkdir()
    for number in range(MAILS):
        (mails / f"{number}.eml").write_bytes(acknowledgement(number))
    statuses: list[int] = []
    with started(path, tmp_path / "log") as (address, _):
        ingests = [
            subprocess.Popen(
                [sys.executable, "-m", "collectors.cli", "ingest", str(mails), "--db", str(path)],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
            for _ in range(2)
        ]

        def look() -> None:
            while any(process.poll() is None for process in ingests):
                statuses.append(ask(address, "/api/incidents").status)

        looking = threading.Thread(target=look)
        looking.start()
        said = [process.communicate(timeout=120)[1] for process in ingests]
        looking.join()
    assert ([process.returncode for process in ingests], set(statuses)) == ([0, 0], {200}), said
    with open_for_reading(path) as db:
        assert db.value("select count(*) from observations") == MAILS
        assert sum(row.observations for row in incidents(db)) == MAILS
    with open_database(path) as db:
        assert check(db) == []
