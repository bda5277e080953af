"""The database as it stood: figures of then through every merge, upgrade and erasure since."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from data.errors import StoreError
from data.export.csv_format import to_csv
from data.export.tables import EXPORTS, INCIDENTS, OBSERVATIONS, TIMELINE, WAVES, export_rows
from data.store.database import open_database, open_for_reading
from data.store.exports import finish_export, recorded, state_of
from data.store.history import open_as_of
from data.store.rebuild import rebuild
from data.store.schema import m006_sharing
from data.store.shapes import EVERYTHING, IncidentFilter
from tests.data.readings import NOON, burst, reading, submission, taken

HOUR = timedelta(hours=1)
TABLES = (OBSERVATIONS, INCIDENTS, WAVES, TIMELINE)


def pause() -> datetime:
    """A moment that nothing else happens in."""
    time.sleep(0.003)
    moment = datetime.now(UTC)
    time.sleep(0.003)
    return moment


def tables(db, at: datetime, where=EVERYTHING) -> dict[str, bytes]:
    return {table.name: b"".join(to_csv(export_rows(db, table, where, now=at), table.columns)) for table in TABLES}


def then(db, at: datetime, where=EVERYTHING) -> dict[str, bytes]:
    with open_as_of(db.path, at) as past:
        return tables(past, at, where)


def apart_and_merged(db) -> datetime:
    """Two incidents; a moment; and what makes one of them."""
    taken(
        db, [reading(key=1, sent_at=NOON), reading(key=2, sent_at=NOON + 100 * HOUR, recipient="bo@victim.example")]
    )
    moment = pause()
    taken(db, [reading(key=3, sent_at=NOON + 50 * HOUR)])
    return moment


def test_figures_of_before_a_merge_come_back(db):
    taken(db, [reading(key=1, sent_at=NOON), reading(key=2, sent_at=NOON + 100 * HOUR)])
    moment = pause()
    before = tables(db, moment)
    taken(db, [reading(key=3, sent_at=NOON + 50 * HOUR)])
    assert tables(db, moment) != before
    assert then(db, moment) == before


def test_an_id_that_was_merged_away_since_is_found_as_it_was(db):
    moment = apart_and_merged(db)
    with open_as_of(db.path, moment) as past:
        rows = list(export_rows(past, INCIDENTS, now=moment))
    assert [(row["incident_id"], row["observations"]) for row in rows] == [("RW-0002", 1), ("RW-0001", 1)]


def test_waves_and_their_filters_are_those_of_then(db):
    taken(db, burst(4, 3))
    moment = pause()
    before, only = tables(db, moment), tables(db, moment, IncidentFilter(wave_id="W-0001"))
    taken(db, burst(6, 5, start=NOON + 2 * HOUR))
    rebuild(db)
    assert then(db, moment) == before
    assert then(db, moment, IncidentFilter(wave_id="W-0001")) == only


def test_a_better_copy_and_a_second_submitter_leave_the_old_figures(db):
    first = reading(headers_only=True, verdict="unrecognised", score=2.0)
    taken(db, [first], who="ann")
    moment = pause()
    before = tables(db, moment)
    taken(db, [reading(headers_only=False, fingerprint=first.fingerprint)], who="bo")
    assert tables(db, moment) != before
    assert then(db, moment) == before


def test_nothing_was_there_before_the_first_submission(db):
    moment = pause()
    taken(db, burst(3, 3))
    assert {name: table.count(b"\r\n") for name, table in then(db, moment).items()} == dict.fromkeys(
        ("observations", "incidents", "waves", "timeline"), 1
    )


def test_a_moment_in_the_future_is_refused(db):
    with pytest.raises(StoreError, match="future"), open_as_of(db.path, datetime.now(UTC) + HOUR):
        pass


def test_a_database_from_before_keeps_its_history_from_the_update_on(tmp_path):
    with open_database(tmp_path / "old.db") as db:
        taken(db, burst(3, 3))
        db.connection.execute("delete from intake_marks")
        db.connection.execute(
            "insert into intake_marks select 1767225600000, 1, max(observation_id) from observations"
        )
    with pytest.raises(StoreError, match="since 2026-01-01"), open_as_of(db.path, datetime(2025, 1, 1, tzinfo=UTC)):
        pass


def test_erased_observations_leave_no_version_behind(db):
    moment = apart_and_merged(db)
    assert db.value("select count(*) from observation_versions")
    with db.writing() as connection:
        connection.execute("delete from observation_details")
        connection.execute("delete from observations")
    assert db.value("select count(*) from observation_versions") == 0
    assert b"RW-0002" in then(db, moment)["incidents"]


def test_no_version_holds_words(db):
    apart_and_merged(db)
    names = {
        row["name"]
        for kind in ("observation", "incident", "wave")
        for row in db.rows(f"pragma table_info({kind}_versions)")
    }
    assert not names & {"subject", "sender_name", "text", "title"}


def test_a_plain_intake_keeps_no_versions_of_observations(db):
    taken(db, burst(5, 10))
    assert db.value("select count(*) from observation_versions") == 0


def test_an_export_reads_one_moment_and_has_an_id_of_its_own(db):
    taken(db, burst(3, 3))
    with recorded(db.path, "incidents", "csv", {}) as first:
        taken(db, burst(3, 3, start=NOON + HOUR))
        shown = tables(first.db, first.at)
    finish_export(db.path, first.export_id, 3, "00ff")
    with recorded(db.path, "incidents", "csv", {}, as_of=state_of(db.path, "x-1")) as again:
        assert tables(again.db, again.at) == shown
    assert [first.export_id, again.export_id] == ["X-0001", "X-0002"]
    rows = list(export_rows(db, EXPORTS))
    assert [(row["export_id"], row["rows"], row["digest"]) for row in rows] == [
        ("X-0002", None, None), ("X-0001", 3, "00ff"),
    ]  # fmt: skip
    assert rows[0]["state_at"] == rows[1]["state_at"]


def test_a_provisional_state_that_was_exported_comes_back(db):
    from data.store.intake import take_in
    from data.store.settle import settle

    take_in(db, submission(), burst(3, 3), settled=False)
    with recorded(db.path, "observations", "csv", {}) as shown:
        before = tables(shown.db, shown.at)
    settle(db)
    assert then(db, shown.at) == before


def test_an_unknown_export_is_one_sentence(db):
    with pytest.raises(StoreError, match="no export X-0009"):
        state_of(db.path, "X-0009")


def test_a_database_that_cannot_be_written_is_exported_without_an_id(db, monkeypatch):
    taken(db, burst(3, 3))

    def busy(*_):
        raise StoreError("The file may not be written.")

    monkeypatch.setattr("data.store.exports.open_database", busy)
    with recorded(db.path, "incidents", "csv", {}) as export:
        assert (export.export_id, export.warning) == (None, "This export has no id. The file may not be written.")
        assert tables(export.db, export.at)["incidents"].count(b"\r\n") == 4
    assert m006_sharing.__name__ in {
        row[0] for row in open_for_reading(db.path).rows("select name from _sqlite_migrations")
    }
