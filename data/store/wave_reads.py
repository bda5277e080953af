"""Waves as pages show them, with their state at a moment."""

import sqlite3
from datetime import UTC, datetime

from data.clustering.waves import TREND, silence_of, wave_state
from data.store.database import Database
from data.store.filters import current_wave
from data.store.shapes import WaveRow
from data.store.values import HOUR, moment, public_id, seconds

HOURS = 48
ALL_TIME = 1 << 62


def waves(db: Database, *, active_at: datetime | None = None, limit: int | None = None) -> list[WaveRow]:
    """Waves with their state now, or only those that were not over at `active_at`; the last seen first."""
    now = seconds(active_at or datetime.now(UTC))
    since, until = (now - silence_of(dense=False), now) if active_at else (0, ALL_TIME)
    rows = db.rows(
        "select * from waves where last_seen_at >= ? and first_seen_at <= ?"
        " order by last_seen_at desc, wave_id desc limit ?",
        (since, until, ALL_TIME if limit is None else limit),
    )
    found = [wave_of(db, row, now) for row in rows]
    return [row for row in found if row.state != "over"] if active_at else found


def waves_between(db: Database, since: datetime | None = None, until: datetime | None = None) -> list[WaveRow]:
    """Waves that a stretch of time holds a part of, for charts: without their last hours, which no chart draws and
    which cost more than all the rest. The last seen first."""
    rows = db.rows(
        "select * from waves where last_seen_at >= ? and first_seen_at <= ? order by last_seen_at desc, wave_id desc",
        (0 if since is None else seconds(since), ALL_TIME if until is None else seconds(until)),
    )
    now = seconds(datetime.now(UTC))
    return [_wave(db, row, now, ()) for row in rows]


def count_waves(db: Database) -> int:
    """How many waves there were."""
    found: int = db.value("select count(*) from waves")
    return found


def wave(db: Database, wave_id: str, *, now: datetime | None = None) -> WaveRow | None:
    """One wave by its public id, or by one that was merged into it."""
    row = db.one("select * from waves where wave_id = ?", (current_wave(db, wave_id),))
    return wave_of(db, row, seconds(now or datetime.now(UTC))) if row else None


def wave_of(db: Database, row: sqlite3.Row, now: int) -> WaveRow:
    """A row of `waves` with its state at `now`."""
    last = row["last_seen_at"]
    over = now - last > silence_of(dense=bool(row["dense"]))
    return _wave(db, row, now, _hourly(db, row["wave_id"], last if over else now))


def _wave(db: Database, row: sqlite3.Row, now: int, sparkline: tuple[int, ...]) -> WaveRow:
    number, last, dense = row["wave_id"], row["last_seen_at"], bool(row["dense"])
    over = now - last > silence_of(dense=dense)
    state = wave_state(
        now,
        last,
        dense=dense,
        recent=0 if over else _count(db, number, now - TREND, now),
        before=0 if over else _count(db, number, now - 2 * TREND, now - TREND),
    )
    return WaveRow(
        wave_id=public_id("wave", number),
        template_id=public_id("template", row["template_id"]),
        state=state,
        observations=row["observations"],
        parties=row["parties"],
        first_seen_at=moment(row["first_seen_at"]),
        last_seen_at=moment(last),
        title=row["title"],
        sparkline=sparkline,
    )


def _count(db: Database, number: int, after: int, until: int) -> int:
    found: int = db.value(
        "select count(*) from incidents i join observations o using (incident_id)"
        " where i.wave_id = ? and i.last_seen_at > ? and o.observed_at > ? and o.observed_at <= ?",
        (number, after, after, until),
    )
    return found


def _hourly(db: Database, number: int, until: int) -> tuple[int, ...]:
    start = until - HOURS * HOUR
    counts = [0] * HOURS
    for hour, count in db.rows(
        "select (o.observed_at - ?) / 3600 as hour, count(*)"
        " from incidents i join observations o using (incident_id)"
        " where i.wave_id = ? and i.last_seen_at > ? and o.observed_at > ? and o.observed_at <= ? group by hour",
        (start + 1, number, start, start, until),
    ):
        counts[hour] = count
    return tuple(counts)
