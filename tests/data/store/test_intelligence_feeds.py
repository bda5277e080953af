from datetime import timedelta

import pytest

from data.errors import SubmissionRefused
from data.store.database import open_database
from data.store.intelligence_entries import save_answer
from data.store.intelligence_feeds import (
    FEEDS_LIMIT,
    FETCHES_OF_A_FEED,
    LEASE,
    add_feed,
    claim_feed,
    feeds,
    fetches,
    lease_owners,
    pause_feed,
    release_leases,
    remove_feed,
)
from data.store.intelligence_shapes import Answer
from data.store.reads import events
from tests.data.reports import ADDRESS, NOON, claimed, entry, feed, take


@pytest.fixture
def db(tmp_path):
    with open_database(tmp_path / "relaywatch.db") as opened:
        yield opened


def answered(db, outcome, *, at=NOON, **changes):
    claim = claimed(db, now=at)
    save_answer(db, claim, Answer(at, outcome, at + timedelta(hours=1), **changes))
    return feeds(db)[0]


def test_a_new_feed_was_never_fetched_and_is_due_at_once(db):
    add_feed(db, ADDRESS, now=NOON, added_by="analyst")
    row = feeds(db)[0]
    assert (row.feed_id, row.state, row.due_at, row.fetched_at) == ("F-0001", "never fetched", NOON, None)


def test_a_feed_that_is_known_is_not_added_twice(db):
    assert [add_feed(db, ADDRESS, now=NOON, added_by="a") for _ in range(2)] == [("F-0001", True), ("F-0001", False)]


def test_health_tells_failures_in_a_row_since_when_and_why(db):
    answered(db, "failed", reason="503 Service Unavailable.", status=503)
    row = answered(db, "failed", at=NOON + timedelta(hours=1), reason="No answer.")
    assert (row.state, row.failures, row.failing_since, row.failure) == ("failing", 2, NOON, "No answer.")


def test_unchanged_after_a_failure_does_not_hide_the_failure(db):
    take(db, feed(entry()))
    answered(db, "failed", at=NOON + timedelta(hours=1), reason="It is no feed.")
    row = answered(db, "unchanged", at=NOON + timedelta(hours=2), status=304)
    assert (row.state, row.failures, row.failure, row.fetched_at) == ("failing", 1, "It is no feed.", NOON)


def test_a_feed_that_fails_is_asked_for_its_whole_content(db):
    claim = claimed(db)
    save_answer(db, claim, Answer(NOON, "read", NOON, etag='"a"', last_modified="yesterday"))
    assert claimed(db).etag == '"a"'
    release_leases(db, lease_owners(db))
    answered(db, "failed", reason="Broken.")
    assert claimed(db).etag is None


def test_good_content_ends_a_failure(db):
    answered(db, "failed", reason="Broken.")
    take(db, feed(entry()), at=NOON + timedelta(hours=1))
    row = feeds(db)[0]
    assert (row.state, row.failures, row.failure, row.failing_since) == ("ok", 0, None, None)


def test_valid_but_empty_is_a_state_of_its_own(db):
    take(db, feed())
    assert feeds(db)[0].state == "empty"


def test_a_feed_that_is_gone_is_not_asked_for_any_more(db):
    save_answer(db, claimed(db), Answer(NOON, "gone", None, reason="Gone (410)."))
    assert feeds(db)[0].state == "gone"
    assert claim_feed(db, "x", NOON + timedelta(days=9)) is None


def test_a_claim_keeps_others_away_until_it_runs_out(db):
    add_feed(db, ADDRESS, now=NOON, added_by="a")
    assert claim_feed(db, "one", NOON)
    assert claim_feed(db, "two", NOON) is None
    assert claim_feed(db, "two", NOON + LEASE) is not None


def test_claims_of_a_dead_collector_are_given_back(db):
    add_feed(db, ADDRESS, now=NOON, added_by="a")
    claim_feed(db, "dead", NOON)
    release_leases(db, ["dead"])
    assert claim_feed(db, "two", NOON).owner == "two"


def test_a_paused_feed_is_not_due_and_one_that_goes_on_is(db):
    add_feed(db, ADDRESS, now=NOON, added_by="a")
    pause_feed(db, "F-0001", paused=True, actor="ann", now=NOON)
    assert (claim_feed(db, "x", NOON), feeds(db)[0].paused, feeds(db)[0].due_at) == (None, True, None)
    pause_feed(db, "F-0001", paused=False, actor="ann", now=NOON)
    assert claim_feed(db, "x", NOON)
    assert [event.kind for event in events(db, "F-0001")] == ["feed-resumed", "feed-paused", "feed-added"]


def test_a_removed_feed_leaves_what_it_brought(db):
    take(db, feed(entry()))
    remove_feed(db, "F-0001", actor="ann", now=NOON)
    assert (feeds(db), db.value("select count(*) from reports")) == ([], 1)
    assert add_feed(db, ADDRESS, now=NOON, added_by="ann") == ("F-0001", True)


def test_requests_are_recorded_and_the_oldest_forgotten(db):
    for number in range(FETCHES_OF_A_FEED + 5):
        answered(db, "unchanged", at=NOON + timedelta(hours=number), status=304, bytes=number, seconds=0.25)
    rows = fetches(db, "F-0001")
    assert (len(rows), rows[0].bytes, rows[-1].bytes, rows[0].seconds) == (FETCHES_OF_A_FEED, 54, 5, 0.25)


def test_a_feed_that_moved_for_good_is_asked_for_there(db):
    claim = claimed(db)
    save_answer(db, claim, Answer(NOON, "read", NOON, moved_to="https://new.example/feed"))
    assert feeds(db)[0].address == "https://new.example/feed"


def test_a_feed_that_moved_to_a_known_one_stays_where_it_is(db):
    add_feed(db, "https://new.example/feed", now=NOON, added_by="a")
    claim = claimed(db)
    save_answer(db, claim, Answer(NOON, "read", NOON, moved_to="https://new.example/feed"))
    assert sorted(row.address for row in feeds(db)) == ["https://new.example/feed", ADDRESS]


def test_feeds_are_bounded(db):
    with db.writing() as connection:
        connection.executemany(
            "insert into feeds (address, added_by, added_at) values (?, 'a', 0)",
            [(f"https://f.example/{number}",) for number in range(FEEDS_LIMIT)],
        )
    with pytest.raises(SubmissionRefused, match="remove one"):
        add_feed(db, ADDRESS, now=NOON, added_by="a")
