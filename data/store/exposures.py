"""Exposures as rows: counted out of incidents, their state told out of what people said. Settling and rebuilding come
through `save_parties` of figures.py, so whatever changes an incident brings its exposure up to date."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from data.mitigation import Change, State, tell
from data.store.database import Database
from data.store.journal import Journal
from data.store.values import moment, public_id, seconds, seconds_or_none

Row = tuple[object, ...]
FIGURES = ("tenancy", "incidents", "observations", "first_seen_at", "last_seen_at")
TOLD = (
    "status", "status_at", "open_since", "fixed_at", "quiet_since", "after_fix", "recurrences", "to_acknowledge",
    "to_mitigate",
)  # fmt: skip
KEY = ("party_id", "platform", "mechanism")
STATUS = len(FIGURES)
_COUNTED = (
    "select party_id, coalesce(platform, ''), mechanism, case verdict when 'attacker-tenant' then 'attacker'"
    " when 'compromised-tenant' then 'taken-over' else 'vendor' end, count(*), sum(observations),"
    " min(first_seen_at), max(last_seen_at)"
    " from incidents where party_id in (select value from json_each(?)) group by 1, 2, 3, 4"
)
_SAID = (
    "select a.party_id, c.* from party_aliases a cross join mitigation_changes c on c.party_kind = a.kind"
    " and c.party_platform = a.platform and c.party_name = a.name"
    " where a.party_id in (select value from json_each(?)) and c.withdrawn_at is null"
)
_SENT = (
    "from incidents i join observations o on o.incident_id = i.incident_id"
    " where i.party_id = ? and coalesce(i.platform, '') = ? and i.mechanism = ?"
    " and o.trusted and o.standing = 2 and o.sent_at is not null and o.observed_at > ?"
)
_FIRST_CONFIRMED = f"select min(o.observed_at) {_SENT} and i.confirmation = 'confirmed'"
_AFTER_FIX = f"select count(*), max(o.observed_at) {_SENT}"


@dataclass(frozen=True, slots=True)
class Key:
    """One exposure by its party's row; `platform` is "" where none was recognised."""

    party_id: int
    platform: str
    mechanism: str


def save_exposures(connection: sqlite3.Connection, parties: Iterable[int]) -> int:
    """Brings the exposures of parties in line with their incidents and with what people said; returns how many rows
    differed. A recurrence that is new is noted in the event log, at the time of the latest submission."""
    numbers = json.dumps(sorted(parties))
    counted = _counted(connection, numbers)
    said = said_of(connection, numbers)
    columns = ", ".join((*KEY, *FIGURES, *TOLD))
    stored = {
        Key(row[1], row[2], row[3]): (row[0], tuple(row)[4:])
        for row in connection.execute(
            f"select exposure_id, {columns} from exposures"  # noqa: S608 (our own words)
            " where party_id in (select value from json_each(?))",
            (numbers,),
        )
    }
    changes = 0
    for key, figures in sorted(counted.items(), key=lambda item: (item[0].party_id, item[0].platform)):
        row = (*figures, *_told(connection, key, said.get(key, ()), int(str(figures[3]))))
        number, before = stored.pop(key, (None, None))
        if row != before:
            changes += 1
            _write(connection, key, row, number, before)
    connection.executemany(
        "delete from exposures where exposure_id = ?", [(number,) for number, _ in stored.values()]
    )
    return changes + len(stored)


def differing(db: Database) -> list[str]:
    """For `check`: a finding where exposures say something else than their incidents. Nothing is changed."""
    if db.value("select 1 from unsettled limit 1"):
        return []
    with db.trying() as connection:
        wrong = save_exposures(connection, [row[0] for row in db.rows("select party_id from parties")])
    return [f"{wrong} exposures differ from their incidents. Run: relaywatch rebuild"] if wrong else []


def said_of(connection: sqlite3.Connection, parties: str) -> dict[Key, list[Change]]:
    """What people said of the exposures of parties (a JSON array of party ids), under all names of each party."""
    found: defaultdict[Key, list[Change]] = defaultdict(list)
    for row in connection.execute(_SAID, (parties,)):
        key = Key(row["party_id"], row["platform"], row["mechanism"])
        found[key].append(Change(row["status"], moment(row["effective_at"]), row["change_id"]))
    return found


def relapses(connection: sqlite3.Connection, key: Key, changes: Iterable[Change]) -> list[datetime]:
    """For each fix the time of the first confirmed observation that was sent after it."""
    found = {
        _first(connection, key, _FIRST_CONFIRMED, change.effective_at)[0]
        for change in changes
        if change.status == "mitigated"
    }
    return [moment(at) for at in sorted(found - {None})]


def after_fix(connection: sqlite3.Connection, key: Key, state: State) -> tuple[int, datetime | None]:
    """How many trusted observations were sent after the last fix, and since when it has been quiet: the last of them,
    else the fix; (0, None) where nothing was fixed."""
    if state.fixed_at is None:
        return 0, None
    count, last = _first(connection, key, _AFTER_FIX, state.fixed_at)
    return count, moment(last) if last else state.fixed_at


def _first(connection: sqlite3.Connection, key: Key, sql: str, after: datetime) -> sqlite3.Row:
    row: sqlite3.Row = connection.execute(sql, (*_parts(key), seconds(after))).fetchone()
    return row


def _parts(key: Key) -> tuple[int, str, str]:
    return key.party_id, key.platform, key.mechanism


def _counted(connection: sqlite3.Connection, parties: str) -> dict[Key, Row]:
    """The figures of each exposure; whose tenant it is, most of its observations say."""
    lots: defaultdict[Key, list[sqlite3.Row]] = defaultdict(list)
    for row in connection.execute(_COUNTED, (parties,)):
        lots[Key(row[0], row[1], row[2])].append(row)
    return {
        key: (
            min(rows, key=lambda row: (-row[5], row[3]))[3],
            sum(row[4] for row in rows),
            sum(row[5] for row in rows),
            min(row[6] for row in rows),
            max(row[7] for row in rows),
        )
        for key, rows in lots.items()
    }


def _told(connection: sqlite3.Connection, key: Key, changes: Sequence[Change], first_seen_at: int) -> Row:
    """The columns of TOLD. Most exposures are unreviewed and need no query."""
    if not changes:
        return "unreviewed", None, first_seen_at, None, None, 0, 0, None, None
    state = tell(changes, relapses(connection, key, changes))
    after, quiet_since = after_fix(connection, key, state)
    return (
        state.status,
        seconds_or_none(state.since),
        seconds_or_none(state.open_since(moment(first_seen_at))),
        seconds_or_none(state.fixed_at),
        seconds_or_none(quiet_since),
        after,
        state.recurrences,
        _length(state.to_acknowledge),
        _length(state.to_mitigate),
    )


def _length(span: timedelta | None) -> int | None:
    return None if span is None else round(span.total_seconds())


def _write(connection: sqlite3.Connection, key: Key, row: Row, number: int | None, before: Row | None) -> None:
    names = (*FIGURES, *TOLD)
    if number is None:
        marks = ", ".join("?" * (1 + len(KEY) + len(names)))
        former = connection.execute(
            "select exposure_id from former_exposures where party_id = ? and platform = ? and mechanism = ?",
            _parts(key),
        ).fetchone()
        cursor = connection.execute(
            f"insert into exposures ({', '.join(('exposure_id', *KEY, *names))}) values ({marks})",  # noqa: S608 (our own words)
            (former[0] if former else None, *_parts(key), *row),
        )
        number = int(cursor.lastrowid or 0)
    else:
        columns = ", ".join(f"{name} = ?" for name in names)
        connection.execute(f"update exposures set {columns} where exposure_id = ?", (*row, number))  # noqa: S608
    if row[STATUS] == "recurred" and (before is None or before[STATUS] != "recurred"):
        at = connection.execute("select coalesce(max(received_at), 0) from submissions").fetchone()[0]
        Journal(connection, at).note("exposure-recurred", public_id("exposure", number))
