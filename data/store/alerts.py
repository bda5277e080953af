"""The outbox: news become alerts in the transaction that marks them as told.

Alerts are derived from how things stand, and every wave, recurrence and outage is marked when it is told: whoever is
killed finds either both or neither, and deriving again finds nothing. How they leave: alert_deliveries.py.
"""

import json
import sqlite3
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from data.judgement.alerts import (
    AlertKind,
    News,
    Policy,
    exposure_news,
    feed_news,
    share_out,
    summary,
    wave_news,
)
from data.store.alert_sources import Told, failing_feeds, fresh_waves, recurred_exposures, standing_of
from data.store.database import Database
from data.store.values import DAY, moment, moment_or_none, seconds, to_json

Channel = Literal["webhook", "mail"]
DeliveryState = Literal["waiting", "sent", "failed", "held"]
DELIVERIES = (
    "select a.*, d.channel, d.state, d.attempts, d.due_at, d.tried_at, d.reason"
    " from alerts a left join alert_deliveries d using (alert_id)"
)


@dataclass(frozen=True, slots=True)
class AlertRow:
    """One alert on one channel as people list it. `channel` is None and the state "held" for what only a summary
    tells."""

    alert_id: int
    key: str
    kind: AlertKind
    subject: str
    text: str
    created_at: datetime
    channel: Channel | None
    state: DeliveryState
    attempts: int
    due_at: datetime | None
    tried_at: datetime | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class _Found:
    """News with what marks them as told: a wave's row, or the key of a matter."""

    news: News
    wave: sqlite3.Row | None = None
    told: Told | None = None
    parties: tuple[int, ...] = ()
    matter: str | None = None


def derive_alerts(db: Database, policy: Policy, channels: Sequence[Channel], now: datetime) -> int:
    """Turns news into alerts for these channels; returns how many alerts are to be sent. Again is nothing."""
    if not _found(db.connection, policy, now) and not _days_to_sum_up(db.connection, now):
        return 0
    with db.writing() as connection:
        made = _sum_up(connection, channels, now)
        found = _found(connection, policy, now)
        for item in found:
            _mark(connection, item, now)
        wanted = [item.news for item in found if item.news.kind in policy.kinds]
        told, held = share_out(wanted, _told_today(connection, now), policy.limit)
        for news in told:
            _add(connection, news, channels, now)
        for news in held:
            _add(connection, news, (), now, held=True)
        return made + len(told)


def add_alert(db: Database, news: News, channels: Sequence[Channel], now: datetime) -> int:
    """Puts one alert into the outbox, beside the limit; returns its row."""
    with db.writing() as connection:
        return _add(connection, news, channels, now)


def alerts(db: Database, *, limit: int = 100) -> list[AlertRow]:
    """The newest alerts, a row a channel."""
    rows = db.rows(f"{DELIVERIES} order by a.alert_id desc, d.channel limit ?", (limit,))
    return [
        AlertRow(
            alert_id=row["alert_id"],
            key=row["idempotency_key"],
            kind=row["kind"],
            subject=row["subject"],
            text=row["text"],
            created_at=moment(row["created_at"]),
            channel=row["channel"],
            state=row["state"] or "held",
            attempts=row["attempts"] or 0,
            due_at=moment(row["due_at"]) if row["state"] == "waiting" else None,
            tried_at=moment_or_none(row["tried_at"]),
            reason=row["reason"],
        )
        for row in rows
    ]


def _found(connection: sqlite3.Connection, policy: Policy, now: datetime) -> list[_Found]:
    """Everything that deserves an alert and was not told yet."""
    found: list[_Found] = []
    for wave, told in fresh_waves(connection, policy, now):
        standing = standing_of(connection, wave, told)
        news = wave_news(standing, policy, now)
        if news:
            found.append(_Found(news, wave=wave, told=told, parties=tuple(standing.vouched)))
    matters = [(key, exposure_news(item, policy, now)) for key, item in recurred_exposures(connection)]
    matters += [(key, feed_news(item)) for key, item in failing_feeds(connection)]
    known = {
        row[0]
        for row in connection.execute(
            "select matter from told_matters where matter in (select value from json_each(?))",
            (json.dumps([key for key, _ in matters]),),
        )
    }
    return found + [_Found(news, matter=key) for key, news in matters if news and key not in known]


def _mark(connection: sqlite3.Connection, item: _Found, now: datetime) -> None:
    if item.matter:
        connection.execute("insert into told_matters (matter, told_at) values (?, ?)", (item.matter, seconds(now)))
    if item.wave is None or item.told is None:
        return
    names = ("wave_id", "template_id", "first_seen_at", "last_seen_at")
    row = (*(item.wave[name] for name in names), seconds(now))
    if item.told.rows:
        number = item.told.rows[0]
        connection.execute(
            "update told_waves set wave_id = ?, template_id = ?, first_seen_at = ?, last_seen_at = ?, told_at = ?"
            " where told_id = ?",
            (*row, number),
        )
    else:
        cursor = connection.execute(
            "insert into told_waves (wave_id, template_id, first_seen_at, last_seen_at, told_at)"
            " values (?, ?, ?, ?, ?)",
            row,
        )
        number = int(cursor.lastrowid or 0)
    connection.executemany(
        "insert or ignore into told_parties (told_id, party_id) values (?, ?)",
        [(number, party) for party in item.parties],
    )


def _add(
    connection: sqlite3.Connection, news: News, channels: Sequence[Channel], now: datetime, *, held: bool = False
) -> int:
    cursor = connection.execute(
        "insert into alerts (idempotency_key, kind, subject, text, figures, created_at, held)"
        " values (?, ?, ?, ?, ?, ?, ?)",
        (str(uuid.uuid4()), news.kind, news.subject, news.text, to_json(dict(news.figures)), seconds(now), held),
    )
    number = int(cursor.lastrowid or 0)
    connection.executemany(
        "insert into alert_deliveries (alert_id, channel, state, due_at) values (?, ?, 'waiting', ?)",
        [(number, channel, seconds(now)) for channel in channels],
    )
    return number


def _told_today(connection: sqlite3.Connection, now: datetime) -> int:
    found: int = connection.execute(
        "select count(*) from alerts where created_at >= ? and held = 0 and kind not in ('summary', 'test')",
        (seconds(now) // DAY * DAY,),
    ).fetchone()[0]
    return found


def _days_to_sum_up(connection: sqlite3.Connection, now: datetime) -> list[int]:
    """Days before today, as whole days since 1970, whose limit left something for a summary."""
    rows = connection.execute(
        "select distinct created_at / 86400 from alerts where held = 1 and summary_id is null and created_at < ?"
        " order by 1",
        (seconds(now) // DAY * DAY,),
    )
    return [row[0] for row in rows]


def _sum_up(connection: sqlite3.Connection, channels: Sequence[Channel], now: datetime) -> int:
    days = _days_to_sum_up(connection, now)
    for day in days:
        bounds = day * DAY, (day + 1) * DAY
        held = connection.execute(
            "select kind, subject from alerts where held = 1 and summary_id is null and created_at >= ?"
            " and created_at < ? order by alert_id",
            bounds,
        ).fetchall()
        news = summary(_date(day), [(row[0], row[1]) for row in held])
        number = _add(connection, news, channels, now)
        connection.execute(
            "update alerts set summary_id = ? where held = 1 and summary_id is null and created_at >= ?"
            " and created_at < ?",
            (number, *bounds),
        )
    return len(days)


def _date(day: int) -> date:
    return moment(day * DAY).date()
