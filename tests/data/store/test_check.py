"""A check finds what was tampered with, and rebuild mends it."""

import pytest

from data.store.check import check, provisional
from data.store.intake import take_in
from data.store.rebuild import rebuild
from tests.data.readings import burst, labels, reading, submission, taken


@pytest.fixture
def filled(db):
    taken(db, [*burst(4, 3), reading("Lunch?", verdict="ordinary", score=0)])
    return db


def test_an_empty_and_a_filled_database_are_well(db):
    assert check(db) == []
    taken(db, burst())
    assert check(db) == []


@pytest.mark.parametrize(
    "damage",
    [
        "update incidents set observations = observations + 1 where incident_id = 2",
        "update incidents set title = 'Other' where incident_id = 2",
        "update incidents set confirmation = 'confirmed'",
        "update observations set incident_id = 1 where incident_id = 2",
        "update observations set incident_id = null where incident_id = 2",
        "update observations set standing = 0 where incident_id = 2",
        "update observations set trusted = 0",
        "update observations set template_id = (select max(template_id) from templates)",
        "update templates set observations = 0",
        "update parties set observations = 99",
        "update incidents set wave_id = null",
    ],
)
def test_a_difference_between_stream_and_rebuild_is_found_and_mended(filled, damage):
    before = labels(filled)
    filled.connection.execute(damage)
    findings = check(filled)
    assert findings
    assert all(line.endswith("Run: relaywatch rebuild") for line in findings)
    assert rebuild(filled).changes > 0
    assert check(filled) == []
    assert labels(filled) == before


def test_a_full_text_index_that_lost_a_message_is_found_and_mended(filled):
    filled.connection.execute(
        "insert into words (words, rowid, subject, sender_name, text)"
        " select 'delete', observation_id, subject, sender_name, text from observation_words where observation_id = 1"
    )
    assert check(filled) == ["The full-text index differs from the messages. Run: relaywatch rebuild"]
    rebuild(filled)
    assert check(filled) == []


def test_a_row_that_refers_to_nothing_is_found(filled):
    filled.connection.execute("pragma foreign_keys = off")
    filled.connection.execute("update observations set party_id = 999 where observation_id = 1")
    assert any("refer to nothing" in line for line in check(filled))


def test_a_check_changes_nothing(filled):
    before = filled.value("select total_changes()"), filled.rows("select * from sqlite_sequence")
    filled.connection.execute("update incidents set observations = 0")
    check(filled)
    assert filled.value("select sum(observations) from incidents") == 0
    assert filled.rows("select * from sqlite_sequence") == before[1]


def test_an_ingest_that_was_stopped_before_its_settle_is_no_finding(db):
    companions = [
        reading(
            "Claim 5,000 USDT now",
            verdict="unrecognised",
            score=2.0,
            domain=f"tenant{number}.example.com",
            key=number,
        )
        for number in range(6)
    ]
    take_in(db, submission(), [*burst(4, 3), *companions], settled=False)
    assert provisional(db) > 0
    assert check(db) == []
