"""The database as it stood at a moment: temporary tables and views of the same names stand before the real ones, on
one connection and within one read transaction, so that every read works on the past unchanged.

Figures are those of then; words are today's, since no old version of a stranger's words is kept.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from data.errors import StoreError
from data.store.database import Database, explained, open_for_reading
from data.store.schema_sharing import INCIDENT_FIGURES, OBSERVATION_FIGURES, WAVE_FIGURES

FIGURES = {"incident": INCIDENT_FIGURES, "wave": WAVE_FIGURES}


@contextmanager
def open_as_of(path: Path | str, at: datetime) -> Iterator[Database]:
    """The database of a path as it stood at a moment, for reads only.

    Raises StoreError where the moment lies before the history that this database keeps, or in the future.
    """
    with open_for_reading(path) as db, explained(db.path):
        db.connection.execute("pragma temp_store = file")
        db.connection.execute("begin")
        look_back(db, milliseconds(at))
        yield db


def milliseconds(at: datetime) -> int:
    """Whole milliseconds since 1970 of an aware time."""
    return round(at.timestamp() * 1_000)


def moment_of(at_ms: int) -> datetime:
    """The aware UTC time of whole milliseconds since 1970."""
    return datetime.fromtimestamp(at_ms / 1_000, UTC)


def look_back(db: Database, at_ms: int) -> None:
    """Puts the state of a moment before the present one, for every later read of this connection."""
    _refuse_unknown(db, at_ms)
    last = db.one(
        "select coalesce(max(last_observation), 0), coalesce(max(submission_id), 0) from intake_marks"
        " where at_ms <= ?",
        (at_ms,),
    )
    if last is None or db.value("select count(*) from intake_marks where at_ms > ?", (at_ms,)) == 0:
        last_observation = last_submission = (1 << 63) - 1
    else:
        last_observation, last_submission = last
    _observations(db, at_ms, last_observation)
    run = db.connection.execute
    run(
        "create temp view corroborations as select * from main.corroborations"
        f" where submission_id <= {last_submission:d}"
    )
    for kind in FIGURES:
        _groups(db, kind, at_ms)
    _parties(db, at_ms)
    for number in [row[0] for row in db.rows("select incident_id from temp.incidents where title is null")]:
        run(
            "update temp.incidents set title = ? where incident_id = ?",
            (_title(db, number, last_observation), number),
        )
    run(_WAVE_TITLES)


_WAVE_TITLES = """
update temp.waves set title = (
    select i.title from temp.incidents i where i.wave_id = waves.wave_id and i.title is not null
    order by i.first_seen_at, i.title limit 1)
where title is null
"""


def _refuse_unknown(db: Database, at_ms: int) -> None:
    first = db.one("select at_ms, last_observation from intake_marks order by rowid limit 1")
    if first and first["last_observation"] and at_ms < first["at_ms"]:
        begin = moment_of(first["at_ms"])
        raise StoreError(
            f"{db.path} keeps its history since {begin:%Y-%m-%dT%H:%M:%SZ} only; name that moment or a later one."
        )
    if at_ms > milliseconds(datetime.now(UTC)) + 1_000:
        raise StoreError("--as-of lies in the future; name a moment that has passed, or leave it out.")


def _columns(db: Database, table: str) -> list[str]:
    return [row["name"] for row in db.rows(f"pragma main.table_info({table})")]


def _observations(db: Database, at_ms: int, last: int) -> None:
    """`temp.observations_then` are the observations that changed since, as they were; the view puts them in place."""
    run = db.connection.execute
    run(
        "create temp table observations_then as select v.* from observation_versions v where v.until_ms = (select"
        " min(w.until_ms) from observation_versions w where w.observation_id = v.observation_id"
        f" and w.until_ms > {at_ms:d}) and v.observation_id <= {last:d}"
    )
    run("create unique index temp.changed_since on observations_then(observation_id)")
    run("create index temp.changed_since_of_an_incident on observations_then(incident_id)")
    names = _columns(db, "observations")
    same = f"select {', '.join(names)} from main.observations where observation_id <= {last:d}"
    if db.one("select 1 from temp.observations_then") is None:
        run(f"create temp view observations as {same}")
        return
    then = ", ".join(f"{'t' if name in OBSERVATION_FIGURES else 'o'}.{name}" for name in names)
    run(
        f"create temp view observations as {same}"
        " and observation_id not in (select observation_id from temp.observations_then)"
        f" union all select {then} from temp.observations_then t join main.observations o using (observation_id)"
    )


def _groups(db: Database, kind: str, at_ms: int) -> None:
    """The incidents or waves of then as a temporary table; a title is filled in where the row is an old version."""
    run, figures, key = db.connection.execute, FIGURES[kind], f"{kind}_id"
    names = _columns(db, f"{kind}s")
    old = ", ".join(f"v.{name}" if name in {*figures, key} else _UNKNOWN.get(name, "null") for name in names)
    run(
        f"create temp table {kind}s as select v.* from (select * from main.{kind}s) v"
        f" where not exists (select 1 from {kind}_versions w where w.{key} = v.{key} and w.until_ms > {at_ms:d})"
        f" and not exists (select 1 from group_births b where b.kind = '{kind}' and b.number = v.{key}"
        f" and b.at_ms > {at_ms:d})"
        f" union all select {old} from {kind}_versions v where v.until_ms = (select min(w.until_ms)"
        f" from {kind}_versions w where w.{key} = v.{key} and w.until_ms > {at_ms:d})"
        f" and not exists (select 1 from group_births b where b.kind = '{kind}' and b.number = v.{key}"
        f" and b.at_ms > {at_ms:d})"
    )
    run(f"create unique index temp.{kind}_then on {kind}s({key})")
    run(
        f"create temp view {kind}_aliases as select * from main.{kind}_aliases"
        f" where old_id not in (select {key} from temp.{kind}s)"
    )


_UNKNOWN = {"stale": "0"}
"""What stands in place of a column that no version keeps, where null will not do."""


def _parties(db: Database, at_ms: int) -> None:
    """Parties with the names of then, those that were joined to others since included."""
    names = _columns(db, "parties")
    now = ", ".join("coalesce(t.name, p.name) as name" if name == "name" else f"p.{name}" for name in names)
    gone = ", ".join(f"t.{name}" if name in {"party_id", "name"} else "null" for name in names)
    run = db.connection.execute
    run(
        "create temp table parties_then as select v.party_id, v.name from party_versions v where v.until_ms ="
        f" (select min(w.until_ms) from party_versions w where w.party_id = v.party_id and w.until_ms > {at_ms:d})"
    )
    run("create unique index temp.party_then on parties_then(party_id)")
    run(
        f"create temp table parties as select {now} from main.parties p"
        " left join temp.parties_then t using (party_id)"
        f" union all select {gone} from temp.parties_then t"
        " where t.party_id not in (select party_id from main.parties)"
    )
    run("create unique index temp.party_of_then on parties(party_id)")


def _title(db: Database, incident: int, last: int) -> str | None:
    """The subject of the first trusted observation that stood in an incident, as a settle names it."""
    found: str | None = db.value(
        "select w.subject from ("
        " select observation_id, trusted, observed_at, fingerprint from main.observations"
        " where incident_id = ?1 and observation_id <= ?2"
        " and observation_id not in (select observation_id from temp.observations_then)"
        " union all select o.observation_id, o.trusted, t.observed_at, o.fingerprint"
        " from temp.observations_then t join main.observations o using (observation_id) where t.incident_id = ?1"
        ") m join observation_words w using (observation_id) where w.subject <> ''"
        " order by m.trusted desc, m.observed_at, m.fingerprint limit 1",
        (incident, last),
    )
    return found
