"""Forgetting, tested on the bytes of the file and its log."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from data.keys import Keys, open_keys
from data.model import KeptField
from data.store.check import check
from data.store.database import open_database
from data.store.erasure import expire_evidence, forget
from data.store.quarantine import count_held, hold
from data.store.reads import incident, observation, search_observations
from data.store.rebuild import rebuild
from tests.data.readings import NOON, burst, reading, submission, taken

ANN = "ann.archer@victim.example"
LATER = NOON + timedelta(days=40)
TRACE = "zanzibar7731"


@pytest.fixture
def keys(tmp_path) -> Keys:
    return open_keys(tmp_path / "keys")


def of_ann(keys: Keys, subject: str = "You have won 5,000 USDT", **changes):
    """A message to Ann whose body holds words that stand nowhere else."""
    return reading(
        subject,
        recipient=ANN,
        text=f"Hello {TRACE}, we have received your request about {TRACE}.",
        message_id=f"<{TRACE}@x>",
        recipient_hash=keys.digest("recipient", ANN),
        **changes,
    )


def stored_bytes(path: Path) -> bytes:
    files = (path, path.with_name(path.name + "-wal"))
    return b"".join(file.read_bytes() for file in files if file.exists())


def test_a_forgotten_recipient_is_in_no_byte_of_the_file(tmp_path, keys):
    path = tmp_path / "relaywatch.db"
    with open_database(path) as db:
        header = (KeptField("X-Queue", TRACE),)
        found = of_ann(keys)
        taken(db, [replace(found, kept=replace(found.kept, headers=header)), *burst()])
        traces = [TRACE.encode(), found.recipient_hash, found.message_hash, found.fingerprint]
        assert all(trace in stored_bytes(path) for trace in traces)
        answer = forget(db, [ANN], keys, LATER)
        assert (answer.emptied, answer.removed) == (1, 0)
        assert [trace for trace in traces if trace in stored_bytes(path)] == []
        db.connection.execute("create virtual table temp.vocabulary using fts5vocab(main, 'words', 'row')")
        assert db.value("select count(*) from temp.vocabulary where term = ?", (TRACE,)) == 0


def test_what_is_left_still_counts_and_a_rebuild_changes_nothing(db, keys):
    taken(db, [of_ann(keys), *burst()])
    before = incident(db, "RW-0001").observations
    forget(db, [ANN], keys, LATER)
    assert incident(db, "RW-0001").observations == before
    assert observation(db, "O-0001").text == ""
    assert search_observations(db, TRACE) == []
    assert check(db) == []
    assert rebuild(db, LATER).changes == 0


def test_a_message_whose_subject_names_the_person_goes_whole(db, keys):
    taken(db, [of_ann(keys, "Dear Archer, your parcel waits at the depot of example town"), *burst()])
    answer = forget(db, [ANN], keys, LATER)
    assert (answer.emptied, answer.removed) == (0, 1)
    assert observation(db, "O-0001") is None
    assert db.value("select count(*) from templates where template_key like '%archer%'") == 0
    assert check(db) == []


def test_a_held_submission_to_the_person_is_dropped(db, keys):
    hold(db, submission("web"), [of_ann(keys)], "moderated")
    hold(db, submission("web"), [reading()], "moderated")
    assert forget(db, [ANN], keys, LATER).dropped == 1
    assert count_held(db) == 1


def test_others_are_not_touched(db, keys):
    taken(db, burst())
    before = db.rows("select observation_id, fingerprint, incident_id from observations")
    assert forget(db, ["bob@victim.example"], keys, LATER).emptied == 0
    assert db.rows("select observation_id, fingerprint, incident_id from observations") == before


def test_evidence_past_its_time_goes_and_the_counts_stay(db, keys):
    taken(db, [of_ann(keys), *burst()], at=NOON + timedelta(days=1))
    taken(db, [reading("A later one about your account", sent_at=LATER)], at=LATER)
    count = db.value("select count(*) from observations")
    assert expire_evidence(db, 10, LATER) == count - 1
    assert expire_evidence(db, 10, LATER) == 0
    assert observation(db, "O-0001").headers == ()
    assert TRACE.encode() not in stored_bytes(db.path)
    assert (db.value("select count(*) from observations"), check(db)) == (count, [])
