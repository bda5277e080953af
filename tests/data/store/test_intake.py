"""Readings into observations: idempotent, all or nothing, the better copy kept, hostile text taken."""

import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from data.model import Refusal
from data.store.check import check
from data.store.database import open_database
from data.store.intake import BATCH, take_in
from data.store.reads import headline, incident, incidents, members, observation, search_observations
from data.store.settle import settle
from data.store.shapes import IncidentFilter
from data.store.writes import SAME_ID
from tests.data.readings import NOON, burst, reading, submission, taken

ROOT = Path(__file__).parents[3]


def test_a_message_becomes_an_observation_in_an_incident(db):
    answer = taken(db, [reading()])
    assert (answer.stored, answer.duplicates, answer.incidents_opened) == (1, 0, ("RW-0001",))
    assert answer.taken[0].observation_id == "O-0001"
    assert answer.taken[0].incident_id == "RW-0001"
    assert incident(db, "RW-0001").party == "acme.example.com"


def test_the_same_message_again_is_answered_with_the_id_it_repeats(db):
    taken(db, [reading()])
    again = taken(db, [reading()])
    assert (again.stored, again.duplicates, again.incidents_opened) == (0, 1, ())
    assert again.taken[0].observation_id == "O-0001"


def test_a_duplicate_within_one_batch_is_stored_once(db):
    answer = taken(db, [reading(), reading(), reading()])
    assert (answer.stored, answer.duplicates) == (1, 2)


def test_a_second_run_adds_no_row_but_its_submission(db):
    taken(db, burst())
    before = counts(db)
    taken(db, burst())
    assert counts(db) == before | {"submissions": 2}
    assert check(db) == []


def counts(db):
    names = (
        "submissions",
        "observations",
        "corroborations",
        "templates",
        "incidents",
        "waves",
        "events",
        "sightings",
    )
    return {name: db.value(f"select count(*) from {name}") for name in names}


def test_another_submitter_corroborates_once(db):
    for who in ("ann", "bob", "bob"):
        taken(db, [reading()], channel="token", who=who)
    assert observation(db, "O-0001").submissions == 2
    assert incident(db, "RW-0001").submitters == 2
    assert incident(db, "RW-0001").observations == 1


def test_a_refusal_stands_in_the_answer_and_sinks_nothing(db):
    answer = taken(db, [reading(key=1), Refusal("b.eml", "It is empty."), reading(key=2)])
    assert answer.stored == 2
    assert answer.refused == (Refusal("b.eml", "It is empty."),)


def test_a_reading_that_cannot_be_stored_is_refused_by_itself(db):
    broken = replace(reading(key=2), source="b.eml", verdict=replace(reading().verdict, score="high"))
    answer = taken(db, [reading(key=1), broken, reading(key=3)])
    assert answer.stored == 2
    assert answer.refused[0].source == "b.eml"


def test_readings_that_fail_in_the_middle_leave_whole_batches_only(db):
    def failing():
        for number in range(BATCH + 10):
            yield reading(key=number, recipient=f"p{number}@victim.example")
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="gone"):
        taken(db, failing())
    assert db.value("select count(*) from observations") == BATCH
    assert check(db) == []
    assert settle(db).incidents_opened == ("RW-0001",)
    assert check(db) == []


def test_a_process_killed_while_it_stores_leaves_whole_observations_once(tmp_path):
    path = tmp_path / "a.db"
    script = """
import sys
from data.store.database import open_database
from tests.data.readings import reading, taken
with open_database(sys.argv[1]) as db:
    print("go", flush=True)
    taken(db, (reading(key=n, recipient=f"p{n}@victim.example") for n in range(100_000)))
"""
    for _ in range(3):
        process = subprocess.Popen([sys.executable, "-c", script, path], cwd=ROOT, stdout=subprocess.PIPE)
        process.stdout.readline()
        time.sleep(0.8)
        process.kill()
        process.wait()
    with open_database(path) as db:
        assert check(db) == []
        settle(db)
        assert check(db) == []
        stored = db.value("select count(*) from observations")
        assert stored % BATCH == 0
        assert db.value("select count(distinct fingerprint) from observations") == stored


def test_a_copy_with_a_body_replaces_one_with_headers_only(db):
    taken(db, [reading(headers_only=True)])
    taken(db, [reading(headers_only=False, text="The whole story of the prize")])
    kept = observation(db, "O-0001")
    assert (kept.text, kept.row.headers_only) == ("The whole story of the prize", False)
    assert search_observations(db, IncidentFilter(text="story")) == [kept.row]
    assert search_observations(db, IncidentFilter(text="request received")) == []


def test_a_better_evidenced_copy_replaces_a_claimed_one_and_not_the_other_way(db):
    for evidence in ("claimed", "verified", "attested"):
        taken(db, [reading(evidence=evidence)])
    assert observation(db, "O-0001").authentication.evidence == "verified"


def test_an_anonymous_copy_never_replaces_a_trusted_one(db):
    taken(db, [reading(headers_only=True)])
    taken(db, [reading(text="Words of somebody anonymous")], channel="web")
    assert observation(db, "O-0001").text == ""


def test_a_better_copy_moves_its_incident_to_the_template_it_shows(db):
    taken(db, [reading(headers_only=True)])
    better = reading("Quite another title that was hidden before", fingerprint=reading().fingerprint)
    answer = taken(db, [better])
    assert answer.taken[0].incident_id == "RW-0001"
    assert answer.incidents_opened == ()
    assert incident(db, "RW-0001").template_id == "T-0002"
    assert check(db) == []


def test_an_incident_whose_only_message_turns_out_ordinary_dissolves(db):
    taken(db, [reading(headers_only=True)])
    taken(db, [reading(verdict="ordinary", score=1)])
    assert incident(db, "RW-0001") is None
    assert incidents(db) == []
    assert check(db) == []


def test_the_same_message_id_with_other_content_is_another_observation_and_flagged(db):
    taken(db, [reading(message_id="m1")])
    answer = taken(db, [reading("Something else entirely, pay here", message_id="m1")])
    assert answer.stored == 1
    assert observation(db, "O-0002").warnings == (SAME_ID,)


def test_one_mail_to_two_recipients_is_not_flagged(db):
    taken(db, [reading(message_id="m1", recipient=f"p{number}@victim.example") for number in range(2)])
    assert observation(db, "O-0002").warnings == ()


@pytest.mark.parametrize(
    ("sent_at", "observed_at", "warned"),
    [
        (NOON, NOON, False),
        (None, NOON + timedelta(days=30), True),
        (datetime(1971, 1, 1, tzinfo=UTC), datetime(1990, 1, 1, tzinfo=UTC), True),
        (datetime(9999, 12, 31, tzinfo=UTC), NOON + timedelta(days=30), True),
        (datetime(1, 1, 1, tzinfo=UTC), datetime(1990, 1, 1, tzinfo=UTC), True),
    ],
)
def test_a_message_stands_between_1990_and_its_receipt(db, sent_at, observed_at, warned):
    taken(db, [reading(sent_at=sent_at)])
    kept = observation(db, "O-0001")
    assert kept.row.observed_at == observed_at
    assert bool(kept.warnings) is warned


def test_an_undated_message_stands_at_its_earliest_receipt_whatever_came_first(db):
    later, earlier = NOON + timedelta(days=2), NOON + timedelta(days=1)
    taken(db, [reading(sent_at=None)], at=later)
    taken(db, [reading(sent_at=None)], at=earlier)
    assert incident(db, "RW-0001").first_seen_at == earlier
    assert check(db) == []


def test_bytes_that_no_text_can_hold_are_taken(db):
    hostile = "win \ud800\x00 \udfff now\u2028 \\u0000 \\\\u0000"
    answer = taken(db, [reading(hostile, text=hostile, sender_name=hostile, tenant=hostile)])
    kept = observation(db, "O-0001")
    assert answer.refused == ()
    assert kept.row.subject == "win \ufffd\ufffd \ufffd now\u2028 \\u0000 \\\\u0000"
    assert kept.headers[0].value == kept.row.subject
    assert check(db) == []


def test_a_subject_of_ten_thousand_characters_is_taken(db):
    taken(db, [reading("Claim your prize now " * 500)])
    assert len(members(db, "RW-0001")[0].subject) == 10_500


def test_ordinary_mail_is_kept_searchable_and_counted_apart(db):
    taken(db, [reading(verdict="ordinary", score=1, text="Your order was sent")])
    assert incidents(db) == []
    assert headline(db, NOON).other_observations == 1
    assert [row.template_id for row in search_observations(db, IncidentFilter(text="order sent"))] == ["T-0001"]


def test_a_candidate_opens_an_unconfirmed_incident(db):
    taken(db, [reading(verdict="unrecognised", score=5)])
    taken(db, [reading("Other words altogether", verdict="unrecognised", score=3)])
    assert [(row.verdict, row.confirmation) for row in incidents(db)] == [("unrecognised", "unconfirmed")]


def test_intake_without_settling_leaves_incidents_to_the_next_settle(db):
    answer = take_in(db, submission(), burst(), settled=False)
    assert (answer.stored, answer.incidents_opened) == (12, ())
    assert len(settle(db).incidents_opened) == 4
