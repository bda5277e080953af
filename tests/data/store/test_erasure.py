"""Forgetting, tested on the bytes of the file and its log."""

import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from data.keys import Keys, open_keys
from data.model import KeptField
from data.store.check import check
from data.store.claims import save_claim
from data.store.database import open_database
from data.store.erasure import expire_evidence, forget
from data.store.exports import recorded
from data.store.intake import take_in
from data.store.markings import set_marking
from data.store.mitigations import Door, Proof, set_status
from data.store.quarantine import count_held, hold
from data.store.reads import incident, observation, search_observations
from data.store.rebuild import rebuild
from data.store.shapes import IncidentFilter
from data.submissions import Claim, Submission
from tests.data.readings import NOON, burst, reading, submission, taken
from tests.data.reports import WORDS, entry, feed, take

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


def everywhere(db, keys: Keys) -> None:
    """Ann in every kind of row: recipient, named in subjects, reporter, in claims, held, in what people wrote."""
    titled = [of_ann(keys, f"Hello Archer, ticket {number} of {TRACE}", key=number) for number in range(4)]
    taken(db, [of_ann(keys), *titled, *burst()])
    hashed = Submission("mailbox", LATER, keys.digest("submitter", f"mail:{ANN}"), None, "victim.example")
    take_in(db, hashed, [reading("A parcel of yours is held at customs", domain="other.example")])
    hold(db, hashed, [of_ann(keys)], "moderated")
    hold(db, submission("web"), [reading(f"Write to {ANN}")], "moderated")
    save_claim(db, submission("web"), Claim(f"To {ANN.upper()}", None, None))
    say = {"actor": "operator", "now": LATER}
    set_marking(db, "RW-0001", "RED", reason=f"{ANN} asked", **say)
    party = db.value("select name from parties where name like 'tenant%' limit 1")
    proof = Proof(note=f"mail of {ANN}", link=f"https://desk.example/?q={ANN.replace('@', '%40')}")
    set_status(db, Door(party), "confirmed", author="operator", proof=proof, now=LATER)
    with recorded(db.path, "incidents", "csv", {"text": ANN}):
        pass


def test_a_person_is_forgotten_in_every_kind_of_row(tmp_path, keys):
    path = tmp_path / "relaywatch.db"
    with open_database(path) as db:
        everywhere(db, keys)
        traces = [ANN.encode(), ANN.upper().encode(), ANN.replace("@", "%40").encode(), b"ann.archer", b"rcher"]
        traces += [TRACE.encode(), keys.digest("recipient", ANN), keys.digest("submitter", f"mail:{ANN}")]
        assert [trace for trace in traces if trace not in stored_bytes(path)] == []
        answer = forget(db, [ANN], keys, LATER)
        assert (answer.removed, answer.dropped, answer.blotted > 3) == (4, 2, True)
        assert [trace for trace in traces if trace in stored_bytes(path)] == []
        assert check(db) == []
        assert rebuild(db, LATER).changes == 0
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            db.connection.execute("update events set reason = ''")


def test_what_others_published_stays_and_so_do_addresses_that_only_look_alike(db, keys):
    take(db, feed(entry(text=f"{ANN} told us how help desks relay spam. {WORDS}")))
    save_claim(db, submission("web"), Claim("To joann.archer@victim.example.org", "ann.archer2@victim.example", None))
    before = db.rows("select * from claims"), db.rows("select * from report_words")
    forget(db, [ANN], keys, LATER)
    assert (db.rows("select * from claims"), db.rows("select * from report_words")) == before


def test_copies_from_before_updates_are_named(tmp_path, keys):
    path = tmp_path / "relaywatch.db"
    copy = tmp_path / "relaywatch.db.m004_mitigation"
    for name in (copy, tmp_path / "relaywatch.db.backup"):
        name.write_bytes(b"")
    with open_database(path) as db:
        assert forget(db, [ANN], keys, LATER).copies == (str(copy),)


def test_what_is_left_still_counts_and_a_rebuild_changes_nothing(db, keys):
    taken(db, [of_ann(keys), *burst()])
    before = incident(db, "RW-0001").observations
    forget(db, [ANN], keys, LATER)
    assert incident(db, "RW-0001").observations == before
    assert observation(db, "O-0001").text == ""
    assert search_observations(db, IncidentFilter(text=TRACE)) == []
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


def test_a_held_submission_of_another_version_is_dropped_too(db, keys):
    for item in (of_ann(keys), reading()):
        hold(db, submission("web"), [item], "moderated")
    db.connection.execute("update held_submissions set readings = replace(readings, '\"source\"', '\"origin\"')")
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
