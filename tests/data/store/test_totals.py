"""Observations are counted as they come and go: whatever happens to them, the counts are those of a recount."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.keys import open_keys
from data.store.check import check
from data.store.database import open_database
from data.store.erasure import forget
from data.store.reads import headline, observations_over_time
from data.store.rebuild import rebuild
from data.store.totals import counted_over_time, miscounted, oldest_at, totals
from data.store.values import DAY, HOUR, seconds
from tests.data.readings import NOON, burst, reading, taken

NOW = NOON + timedelta(days=1)
START = seconds(NOON)
PLATFORMS = ["zendesk", "jira", None]
times = st.integers(START - 40 * DAY, START + 40 * DAY)
platforms = st.sampled_from(PLATFORMS)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("update observations set observed_at = ? where observation_id = ?"), times),
        st.tuples(st.just("update observations set platform = ? where observation_id = ?"), platforms),
        st.tuples(st.just("update observations set standing = ? where observation_id = ?"), st.integers(0, 2)),
        st.tuples(st.just("update observations set score = ? where observation_id = ?"), st.just(1.0)),
        st.tuples(st.just("delete from observations where ? and observation_id = ?"), st.just(1)),
    ),
    max_size=30,
)


def recounted(db, since, until, bin_seconds, platform):
    """The same by one pass over all observations."""
    rows = db.rows(
        "select (observed_at - ?1) / ?3, coalesce(platform, 'other') as key, count(*) from observations"
        " where standing > 0 and observed_at >= ?1 and observed_at < ?2 and (?4 is null or key = ?4)"
        " group by 1, 2 order by 1, 2",
        (since, until, bin_seconds, platform),
    )
    return {(row[0], row[1]): row[2] for row in rows}


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(times, platforms, st.booleans()), min_size=1, max_size=12),
    steps,
    st.tuples(times, st.integers(0, 80 * DAY), st.sampled_from([900, HOUR, 3 * HOUR, DAY, 7 * DAY, 28 * DAY])),
    st.sampled_from([None, "zendesk", "other"]),
)
def test_counts_stay_those_of_a_recount(tmp_path_factory, items, changes, asked, platform):
    with open_database(tmp_path_factory.mktemp("totals") / "t.db") as db:
        taken(
            db,
            [
                reading(
                    sent_at=NOON + timedelta(seconds=at - START), platform=name, recipient=f"p{place}@victim.example",
                    verdict="relay-spam" if stands else "ordinary", score=5.0 if stands else -3.0,
                )
                for place, (at, name, stands) in enumerate(items)
            ],
        )  # fmt: skip
        for place, (sql, value) in enumerate(changes):
            db.connection.execute(sql, (value, 1 + place % len(items)))
        assert miscounted(db.connection) == 0
        since, length, bin_seconds = asked
        question = (since, since + length, bin_seconds, platform)
        assert counted_over_time(db, *question) == recounted(db, *question)


def test_an_empty_database_has_counted_nothing(db):
    assert (totals(db), oldest_at(db), observations_over_time(db, NOON, NOW, HOUR)) == ((0, 0), None, [])


def test_the_headline_tells_what_stands_in_no_incident(db):
    taken(db, [*burst(4, 3), reading("Lunch?", verdict="ordinary", score=0)])
    assert totals(db) == (13, 1)
    assert headline(db, NOW).other_observations == 1


def test_an_erasure_is_counted_off(db, tmp_path):
    keys, ann = open_keys(tmp_path / "keys"), "ann.miller@victim.example"
    hers = replace(reading("Dear ann.miller, you have won"), recipient_hash=keys.digest("recipient", ann))
    taken(db, [*burst(2, 2), hers])
    assert forget(db, [ann], keys, NOW).removed == 1
    assert (totals(db), miscounted(db.connection)) == ((4, 0), 0)


@pytest.mark.parametrize("table", ["hourly_totals", "daily_totals"])
def test_a_wrong_count_is_found_and_mended(db, table):
    taken(db, burst(4, 3))
    db.connection.execute(f"update {table} set observations = observations + 1")
    (finding,) = check(db)
    assert finding.endswith("differ from their observations. Run: relaywatch rebuild")
    assert rebuild(db).changes > 0
    assert check(db) == []


def test_two_platforms_in_one_hour_are_counted_apart(db):
    taken(db, [reading(platform=platform, key=platform, sent_at=NOON) for platform in ("jira", "zendesk", "zammad")])
    assert counted_over_time(db, START, START + DAY, DAY).keys() == {(0, "jira"), (0, "zammad"), (0, "zendesk")}
