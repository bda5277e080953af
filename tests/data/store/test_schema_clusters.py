"""Databases of the first version come along with their observations and ids."""

import json
from datetime import timedelta

from data.store.check import check
from data.store.database import open_database
from data.store.settle import settle
from data.store.wave_reads import waves
from tests.data.readings import NOON, burst, labels, reading, taken

LATER_INDEXES = (
    "observations_of_a_node", "nodes_of_a_template", "nodes_by_day", "nodes_of_an_organisation",
    "templates_of_a_family", "founders_of_a_template", "nodes_of_a_level",
)  # fmt: skip


def make_older(db):
    """What the first version would have stored of the same messages."""
    for index in LATER_INDEXES:
        db.connection.execute(f"drop index {index}")
    for table in ("nodes", "buckets", "unclustered", "lessons", "levels", "profiles", "uncompared", "unsifted"):
        db.connection.execute(f"drop table {table}")
    for table, column in (("observations", "node_id"), ("observations", "company"), ("templates", "family")):
        db.connection.execute(f"alter table {table} drop column {column}")
    for number, text in db.rows("select observation_id, features from observation_details"):
        features = {name: value for name, value in json.loads(text).items() if name not in LATER_FEATURES}
        db.connection.execute(
            "update observation_details set features = ? where observation_id = ?",
            (json.dumps(features | {"body_shingles": [1, 2]}), number),
        )
    db.connection.execute("delete from _sqlite_migrations where name in ('m002_clusters', 'm013_levels')")


LATER_FEATURES = ("words", "injections", "body_sketch")


def test_a_database_of_the_first_version_keeps_its_labels(tmp_path):
    with open_database(tmp_path / "a.db") as db:
        taken(db, [*burst(4, 3), reading("Activate your account", mechanism="account-verification")])
        expected = labels(db)
        make_older(db)
    with open_database(tmp_path / "a.db") as db:
        settle(db)
        assert labels(db) == expected
        assert check(db) == []


def confirmations(platform, tenants):
    return [
        reading("Please confirm your subscription", domain=f"{tenant}.example", platform=platform, key=key,
                mechanism="list-confirmation", verdict="list-bomb", sent_at=NOON + timedelta(minutes=key))
        for key, tenant in enumerate(tenants)
    ]  # fmt: skip


def test_a_list_bomb_of_an_older_version_becomes_one_wave_over_all_platforms(tmp_path):
    with open_database(tmp_path / "a.db") as db:
        taken(
            db,
            [*confirmations("mailchimp", ("kites", "tubas", "choirs")), *confirmations("mailman", ("maps", "bees"))],
        )
        whole = [wave.parties for wave in waves(db)]
        db.connection.execute("update templates set family = family || 'mailman' where template_id > 1")
        db.connection.execute("delete from _sqlite_migrations where name = 'm014_list_bombs'")
    with open_database(tmp_path / "a.db") as db:
        settle(db)
        assert ([wave.parties for wave in waves(db)], whole, check(db)) == ([5], [5], [])
