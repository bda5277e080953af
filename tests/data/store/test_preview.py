"""A preview says what a rebuild then does, and changes nothing."""

from dataclasses import asdict
from datetime import timedelta
from hashlib import sha256

import pytest

from data.clustering import stretches
from data.errors import StoreError
from data.store.preview import Change, preview
from data.store.rebuild import rebuild
from tests.data.readings import NOON, burst, taken

LATER = NOON + timedelta(days=31)


def contents(db):
    return sha256("\n".join(db.connection.iterdump()).encode()).hexdigest()


def test_right_after_a_settle_a_rebuild_would_change_nothing(db):
    taken(db, burst(4, 3))
    found = preview(db.path, LATER)
    assert (found.observations, found.rows, found.moved) == (12, 0, 0)
    assert (found.incidents, found.waves, found.verdicts) == (Change(), Change(), {})


@pytest.mark.parametrize(
    "damage",
    [
        "update observations set incident_id = 1 where incident_id = 2",
        "update observations set verdict = 'ordinary', score = 0 where incident_id = 2",
        "update incidents set verdict = 'list-bomb' where incident_id = 2",
        "update observations set verdict = 'ordinary', score = 0",
    ],
)
def test_a_preview_says_what_a_rebuild_then_does(db, damage):
    taken(db, burst(4, 3))
    db.connection.execute(damage)
    before, ids = contents(db), {row[0] for row in db.rows("select incident_id from incidents")}
    found = preview(db.path, LATER)
    assert contents(db) == before
    assert list(db.path.parent.glob(".relaywatch-preview-*")) == []
    rebuilt = rebuild(db, LATER)
    left = {row[0] for row in db.rows("select incident_id from incidents")}
    assert found.rows == rebuilt.changes > 0
    assert found.incidents.opened == rebuilt.incidents_opened
    assert found.waves.opened == rebuilt.waves_opened
    assert len(found.incidents.merged) + len(found.incidents.dissolved) == len(ids - left)


def test_another_rule_is_previewed_by_what_it_merges(db, monkeypatch):
    taken(db, [*burst(4, 3), *burst(4, 3, start=NOON + timedelta(hours=30))])
    monkeypatch.setattr(stretches, "PAUSE", 72 * 3600)
    found = preview(db.path, LATER)
    assert found.waves.merged == {"W-0002": "W-0001"}
    assert len(found.incidents.merged) == 4
    assert asdict(found)["moved"] == 12


def test_a_missing_database_is_not_made(tmp_path):
    with pytest.raises(StoreError, match="no database"):
        preview(tmp_path / "none.db")
    assert list(tmp_path.iterdir()) == []
