"""Everything machine-made, made anew out of what observations keep. Right after a settle it changes nothing."""

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime

from data.clustering.waves import flood_family
from data.store.aliases import regroup
from data.store.clusters import compare, learn, place, shelves_of
from data.store.company import raise_standings
from data.store.database import Database
from data.store.figures import save_parties
from data.store.levels import Sieve, thaw
from data.store.overruled import overrule
from data.store.scope import ALWAYS, touch, touch_everything
from data.store.settle import settle
from data.store.totals import recount

_KEYED = (
    "select o.observation_id, o.template_id, o.observed_at, o.platform, o.mechanism,"
    " json_extract(d.features, '$.template_key') as template_key"
    " from observations o join observation_details d using (observation_id) join templates t using (template_id)"
    " where o.node_id = 0 and t.template_key <> json_extract(d.features, '$.template_key')"
    " and o.observation_id not in (select observation_id from overruled)"
)
_SEEN = (
    "select a.alias_id as account_alias, d.alias_id as domain_alias, w.witness from observations o"
    " join witnesses w using (observation_id)"
    " join party_aliases a on a.kind = 'account' and a.platform = o.platform and a.name = o.account_id"
    " join party_aliases d on d.kind = 'domain' and d.name = o.abused_domain"
)
_OBSOLETE = f"select account_alias, domain_alias, witness from sightings except {_SEEN}"  # noqa: S608 (our own words)
_UNSEEN = f"delete from sightings where (account_alias, domain_alias, witness) in ({_OBSOLETE})"  # noqa: S608
_RESEEN = f"insert or ignore into sightings (account_alias, domain_alias, witness) {_SEEN}"


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild went over and what it found different: `changes` counts rows of any kind, 0 right after a
    settle; public ids that it opened."""

    observations: int
    changes: int
    incidents_opened: tuple[str, ...] = ()
    waves_opened: tuple[str, ...] = ()


def rebuild(db: Database, at: datetime | None = None) -> Rebuilt:
    """Makes standings, templates, parties, incidents, waves and the full-text index anew.

    Public ids stay with the observations that had them, and human words are not touched. Killed in between, the next
    settle goes on.
    """
    now = at or datetime.now(UTC)
    provisional = settle(db, now)
    with db.writing() as connection:
        derived = refresh(connection)
        touch_everything(connection)
    again = settle(db, now, afresh=True)
    with db.writing() as connection:
        derived += save_parties(connection, [row[0] for row in connection.execute("select party_id from parties")])
        derived += recount(connection)
        connection.execute("insert into words (words) values ('rebuild')")
    return Rebuilt(
        observations=db.value("select count(*) from observations"),
        changes=provisional.changes + derived + again.changes,
        incidents_opened=provisional.incidents_opened + again.incidents_opened,
        waves_opened=provisional.waves_opened + again.waves_opened,
    )


def refresh(connection: sqlite3.Connection) -> int:
    """Makes anew what intake derives: standing, trust, template and party of every observation; returns how many
    rows differed. Templates whose incidents move are marked."""
    changes = connection.execute(
        "update observations set trusted = not trusted where trusted <> exists (select 1 from corroborations c"
        " where c.observation_id = observations.observation_id and c.channel <> 'web')"
    ).rowcount
    changes += _recluster(connection) + overrule(connection)
    changes += raise_standings(
        connection, [row[0] for row in connection.execute("select template_id from templates")]
    )
    changes += connection.execute(_UNSEEN).rowcount + connection.execute(_RESEEN).rowcount
    moved = regroup(connection, [row[0] for row in connection.execute("select party_id from parties")])
    touch(connection, {(number, 0): ALWAYS for number in moved})
    return changes + len(moved)


def _recluster(connection: sqlite3.Connection) -> int:
    """Forms all templates anew out of what observations keep; returns how many observations moved."""
    connection.execute("update observations set node_id = null")
    connection.execute("delete from lessons")
    thaw(connection, 1)
    connection.execute("insert or ignore into unclustered (node_id) select node_id from nodes")
    while place(connection):
        pass
    learn(connection)
    while compare(connection):
        pass
    moved, more, sieve = _rekey(connection), True, Sieve()
    while more:
        more, found = sieve.step(connection, shelves_of(connection))
        moved += found
    return moved


def _rekey(connection: sqlite3.Connection) -> int:
    """Moves wordless observations whose features name another template than the one they stand in."""
    rows = connection.execute(_KEYED).fetchall()
    for number, before, at, platform, mechanism, key in rows:
        connection.execute(
            "insert or ignore into templates (template_key, has_payload, family) values (?, 0, ?)",
            (key, flood_family(platform, mechanism)),
        )
        after = connection.execute("select template_id from templates where template_key = ?", (key,)).fetchone()[0]
        connection.execute("update observations set template_id = ? where observation_id = ?", (after, number))
        touch(connection, {(after, before): (at, at), (before, 0): (at, at)})
    return len(rows)
