"""Tokens and markings in the database."""

from datetime import timedelta

import pytest
from sqlite_utils import Database as Tables

from data.store.check import check
from data.store.database import open_database
from data.store.listings import incident_page, vendor_page, wave_page
from data.store.markings import marking, markings, set_marking
from data.store.rebuild import rebuild
from data.store.schema import MIGRATIONS
from data.store.shapes import IncidentFilter
from data.store.tokens import create_token, has_tokens, note_use, revoke_token, token_of, tokens
from data.tlp import LEVELS, beyond, strictest, within
from tests.data.readings import NOON, burst, reading, taken

LATER = NOON + timedelta(days=31)


def made(db, *, until=None):
    return create_token(db, "import", ("read",), organisation=None, clearance="AMBER", expires_at=until, now=NOON)


def test_a_token_is_found_by_its_secret_only(db):
    secret, token = made(db)
    assert token_of(db, secret, NOON) == token
    for other in ("", secret[:-1], secret.upper(), secret + " ", "rw_" + "a" * 43, "\ud800", "\x00"):
        assert token_of(db, other, NOON) is None


def test_a_token_ends_when_it_expires_or_is_revoked(db):
    short, _ = made(db, until=NOON + timedelta(days=1))
    long, token = made(db)
    assert token_of(db, short, NOON + timedelta(hours=23)) is not None
    assert token_of(db, short, NOON + timedelta(days=1)) is None
    assert has_tokens(db, LATER)
    assert revoke_token(db, token.token_id, NOON)
    assert token_of(db, long, NOON) is None
    assert not has_tokens(db, LATER)


def test_the_time_of_use_is_a_day(db):
    _, token = made(db)
    note_use(db, token, NOON + timedelta(minutes=7))
    assert tokens(db)[0].last_used_day == NOON.replace(hour=0)


def test_a_database_of_before_gets_its_tables_and_keeps_its_rows(tmp_path):
    path = tmp_path / "old.db"
    with open_database(path) as db:
        taken(db, burst())
        with db.writing() as connection:
            for name in ("tokens", "held_submissions", "incident_markings"):
                connection.execute(f"drop table {name}")
            for name in ("messages_of_a_block", "messages_of_a_submitter", "messages_of_strangers", "received_since"):
                connection.execute(f"drop index {name}")
            connection.execute("delete from _sqlite_migrations where name = 'm005_access'")
        assert [item.name for item in MIGRATIONS.pending(Tables(db.connection))] == ["m005_access"]
    with open_database(path) as db:
        assert (tokens(db), db.value("select count(*) from observations"), check(db)) == ([], 12, [])


def test_an_unmarked_incident_is_amber_and_a_marking_outlives_a_rebuild(db):
    taken(db, burst())
    assert marking(db, "RW-0001") == "AMBER"
    assert set_marking(db, "rw-1", "GREEN", actor="ann", reason="shared", now=LATER)
    rebuild(db, LATER)
    assert markings(db, ["RW-0001", "RW-0002"]) == {"RW-0001": "GREEN", "RW-0002": "AMBER"}
    assert not set_marking(db, "RW-0099", "GREEN", actor="ann", reason="shared", now=LATER)


def test_of_merged_incidents_the_strictest_marking_counts_until_they_are_marked_anew(db):
    taken(db, burst())
    set_marking(db, "RW-0001", "GREEN", actor="ann", reason="shared", now=LATER)
    with db.writing() as connection:
        connection.execute("insert into incident_markings values (77, 'RED', 'bob', 'secret', 0)")
        connection.execute("insert into incident_aliases (old_id, incident_id) values (77, 1)")
    assert marking(db, "RW-0001") == marking(db, "RW-0077") == "RED"
    set_marking(db, "RW-0077", "CLEAR", actor="ann", reason="over", now=LATER)
    assert marking(db, "RW-0001") == "CLEAR"


@pytest.mark.parametrize(
    ("clearance", "seen"), [("CLEAR", 1), ("GREEN", 2), ("AMBER", 3), ("AMBER+STRICT", 3), ("RED", 4)]
)
def test_a_clearance_shows_what_is_marked_no_higher(db, clearance, seen):
    taken(db, burst())
    for number, tlp in ((1, "CLEAR"), (2, "GREEN"), (4, "RED")):
        set_marking(db, f"RW-{number:04d}", tlp, actor="ann", reason="test", now=LATER)
    with db.writing() as connection:
        connection.execute("update incidents set confirmation = 'confirmed' where incident_id = 1")
    where = IncidentFilter(clearance=clearance)
    rows, _ = incident_page(db, where, after=None, limit=9, now=LATER)
    parties, _ = vendor_page(db, where, after=None, limit=9)
    waves, _ = wave_page(db, where, after=None, limit=9, now=LATER)
    # Of doors that are open everybody is told nothing.
    assert (len(rows), len(parties)) == (seen, 0 if clearance == "CLEAR" else seen)
    assert len(waves) == int(clearance == "RED")


def test_pages_go_on_where_the_last_one_ended_whatever_arrives(db):
    taken(db, burst())
    first, after = incident_page(db, IncidentFilter(), after=None, limit=2, now=LATER)
    taken(db, [reading("A new one about your parcel", domain="new.example.com", sent_at=LATER)], at=LATER)
    second, end = incident_page(db, IncidentFilter(), after=after, limit=2, now=LATER)
    assert len({row.incident_id for row in (*first, *second)}) == 4
    assert end is None


def test_markings_are_in_order():
    assert within("AMBER") + beyond("AMBER") == LEVELS
    assert strictest(("GREEN", "RED", "CLEAR")) == "RED"
    assert strictest(()) == "AMBER"
