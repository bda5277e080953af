"""Everything machine-made, made anew out of what observations keep. Right after a settle it changes nothing."""

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime

from data.clustering.standing import standing
from data.store.aliases import regroup
from data.store.database import Database
from data.store.figures import save_parties
from data.store.scope import ALWAYS
from data.store.settle import settle, touch, touch_everything

_KEYED = (
    "select o.observation_id, o.template_id, o.standing, json_extract(d.features, '$.template_key') as template_key,"
    " json_extract(d.features, '$.payload_key') is not null as has_payload"
    " from observations o join observation_details d using (observation_id) join templates t using (template_id)"
    " where t.template_key <> json_extract(d.features, '$.template_key')"
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
    changes = _restand(connection)
    changes += connection.execute(
        "update observations set incident_id = null where standing = 0 and incident_id is not null"
    ).rowcount
    changes += connection.execute(
        "update observations set trusted = not trusted where trusted <> exists (select 1 from corroborations c"
        " where c.observation_id = observations.observation_id and c.channel <> 'web')"
    ).rowcount
    changes += _rekey(connection)
    changes += connection.execute(_UNSEEN).rowcount + connection.execute(_RESEEN).rowcount
    moved = regroup(connection, [row[0] for row in connection.execute("select party_id from parties")])
    touch(connection, {(number, 0): ALWAYS for number in moved})
    return changes + len(moved)


def _restand(connection: sqlite3.Connection) -> int:
    rows = connection.execute("select distinct verdict, score, standing from observations").fetchall()
    changed = 0
    for verdict, score, before in rows:
        after = standing(verdict, score)
        if after != before:
            changed += connection.execute(
                "update observations set standing = ?1, incident_id = case when ?1 > 0 then incident_id end"
                " where verdict = ?2 and score = ?3",
                (after, verdict, score),
            ).rowcount
    return changed


def _rekey(connection: sqlite3.Connection) -> int:
    """Moves observations whose features name another template than the one they stand in."""
    rows = connection.execute(_KEYED).fetchall()
    for number, before, _, key, has_payload in rows:
        connection.execute(
            "insert or ignore into templates (template_key, has_payload) values (?, ?)", (key, has_payload)
        )
        after = connection.execute("select template_id from templates where template_key = ?", (key,)).fetchone()[0]
        connection.execute("update observations set template_id = ? where observation_id = ?", (after, number))
        touch(connection, {(after, before): ALWAYS, (before, 0): ALWAYS})
    return len(rows)
