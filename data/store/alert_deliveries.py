"""How alerts leave the outbox: claimed before an attempt, recorded after it.

One that is killed in between is tried again under the same key once its lease is over: at least once, and the key
tells the receiver that it is the same alert.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from data.judgement.alerts import News
from data.store.alerts import DELIVERIES, Channel
from data.store.database import Database
from data.store.values import moment, seconds, seconds_or_none

LEASE = timedelta(minutes=5)
"""After which a delivery that was begun and never recorded counts as lost; more than any attempt may take."""
_BACKOFF = timedelta(minutes=1)
_LONGEST_BACKOFF = timedelta(hours=1)
_DUE = (
    f"{DELIVERIES} where d.state = 'waiting' and d.due_at <= ?1"  # noqa: S608 (our own words)
    " and d.channel in (select value from json_each(?2)) and (?3 is null or d.alert_id = ?3)"
    " order by d.due_at, d.alert_id, d.channel limit 1"
)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One alert on one channel that this process may try now."""

    alert_id: int
    key: str
    channel: Channel
    attempts: int
    news: News
    created_at: datetime


def claim_delivery(
    db: Database, channels: Sequence[Channel], now: datetime, *, only: int | None = None
) -> Delivery | None:
    """The delivery on one of these channels (with `only`: of this alert) that is due the longest, for this process
    alone until `LEASE` is over."""
    wanted = seconds(now), json.dumps(list(channels)), only
    if db.one(_DUE, wanted) is None:
        return None
    with db.writing() as connection:
        row = connection.execute(_DUE, wanted).fetchone()
        if row is None:
            return None
        connection.execute(
            "update alert_deliveries set due_at = ?, tried_at = ?, attempts = attempts + 1"
            " where alert_id = ? and channel = ?",
            (seconds(now + LEASE), seconds(now), row["alert_id"], row["channel"]),
        )
    return Delivery(
        alert_id=row["alert_id"],
        key=row["idempotency_key"],
        channel=row["channel"],
        attempts=row["attempts"] + 1,
        news=News(row["kind"], row["subject"], row["text"], json.loads(row["figures"])),
        created_at=moment(row["created_at"]),
    )


def record_sent(db: Database, delivery: Delivery, remark: str | None = None) -> None:
    """Notes that a channel took an alert; `remark` says what was odd about it."""
    _record(db, delivery, "sent", None, remark)


def record_failure(
    db: Database, delivery: Delivery, reason: str, now: datetime, *, attempts: int, not_before: datetime | None = None
) -> datetime | None:
    """Notes why an attempt failed; returns when the next one is due, None where it was the last of `attempts`."""
    if delivery.attempts >= attempts:
        _record(db, delivery, "failed", None, reason)
        return None
    wait: timedelta = min(_BACKOFF * 2 ** min(delivery.attempts - 1, 10), _LONGEST_BACKOFF)
    due = max(now + wait, not_before or now)
    _record(db, delivery, "waiting", due, reason)
    return due


def retry_failed(db: Database, now: datetime) -> int:
    """Makes every failed delivery due again; returns how many. Tests are not repeated."""
    with db.writing() as connection:
        return connection.execute(
            "update alert_deliveries set state = 'waiting', attempts = 0, due_at = ? where state = 'failed'"
            " and alert_id in (select alert_id from alerts where kind <> 'test')",
            (seconds(now),),
        ).rowcount


def _record(db: Database, delivery: Delivery, state: str, due: datetime | None, reason: str | None) -> None:
    with db.writing() as connection:
        # One that was lost and taken up again by another process may have ended well in the meantime.
        connection.execute(
            "update alert_deliveries set state = ?, due_at = coalesce(?, due_at), reason = ?"
            " where alert_id = ? and channel = ? and state <> 'sent'",
            (state, seconds_or_none(due), reason, delivery.alert_id, delivery.channel),
        )
