"""How things stand, for the judgement of what deserves an alert: waves, exposures that recurred, feeds that fail."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from data.judgement.alerts import ExposureStanding, FeedStanding, Policy, WaveStanding
from data.store.values import moment, moment_or_none, public_id, seconds


@dataclass(frozen=True, slots=True)
class Told:
    """What alerts said of a wave: their rows (several after waves merged), the parties named, the last time."""

    rows: tuple[int, ...]
    parties: frozenset[int]
    at: int | None


def fresh_waves(connection: sqlite3.Connection, policy: Policy, now: datetime) -> list[tuple[sqlite3.Row, Told]]:
    """The rows of waves that are young enough to be news, the oldest first, each with what was told of it."""
    rows = connection.execute(
        "select * from waves where last_seen_at >= ? order by first_seen_at, wave_id", (seconds(now - policy.fresh),)
    ).fetchall()
    return [(row, _told(connection, row)) for row in rows]


def _told(connection: sqlite3.Connection, wave: sqlite3.Row) -> Told:
    rows = connection.execute(
        "select told_id, told_at from told_waves"
        " where template_id = ?1 and first_seen_at <= ?2 and last_seen_at >= ?3"
        " union select told_id, told_at from told_waves where wave_id = ?4"
        " or wave_id in (select old_id from wave_aliases where wave_id = ?4) order by told_id",
        (wave["template_id"], wave["last_seen_at"], wave["first_seen_at"], wave["wave_id"]),
    ).fetchall()
    parties = {
        row[0]
        for told in rows
        for row in connection.execute("select party_id from told_parties where told_id = ?", (told[0],))
    }
    return Told(tuple(row[0] for row in rows), frozenset(parties), max((row[1] for row in rows), default=None))


def standing_of(connection: sqlite3.Connection, wave: sqlite3.Row, told: Told) -> WaveStanding:
    """A wave as the judgement sees it: a party counts where somebody other than anonymous submitters saw it."""
    incidents = connection.execute(
        "select i.incident_id, i.party_id, i.platform, i.confirmation, exists (select 1 from observations o"
        " where o.incident_id = i.incident_id and o.trusted) as vouched"
        " from incidents i where i.wave_id = ? order by i.first_seen_at, i.incident_id",
        (wave["wave_id"],),
    ).fetchall()
    vouched: dict[int, tuple[str, ...]] = {}
    for row in incidents:
        if row["vouched"]:
            vouched[row["party_id"]] = (*vouched.get(row["party_id"], ()), public_id("incident", row["incident_id"]))
    earlier = connection.execute(
        "select wave_id, last_seen_at from waves where template_id = ? and last_seen_at < ?"
        " order by last_seen_at desc",
        (wave["template_id"], wave["first_seen_at"]),
    ).fetchall()
    return WaveStanding(
        wave_id=public_id("wave", wave["wave_id"]),
        template_id=public_id("template", wave["template_id"]),
        first_seen_at=moment(wave["first_seen_at"]),
        last_seen_at=moment(wave["last_seen_at"]),
        observations=wave["observations"],
        parties=wave["parties"],
        platforms=len({row["platform"] for row in incidents}),
        incidents=len(incidents),
        confirmed=sum(row["confirmation"] == "confirmed" for row in incidents),
        vouched=vouched,
        told=told.parties if told.rows else None,
        told_at=moment_or_none(told.at),
        earlier=len(earlier),
        earlier_id=public_id("wave", earlier[0][0]) if earlier else None,
        earlier_ended_at=moment(earlier[0][1]) if earlier else None,
    )


def recurred_exposures(connection: sqlite3.Connection) -> list[tuple[str, ExposureStanding]]:
    """Exposures that stand as recurred, each with the key of this recurrence: its number, for its time moves back
    when older evidence comes in."""
    rows = connection.execute("select exposure_id, recurrences, status_at from exposures where status = 'recurred'")
    return [
        (f"{exposure} recurrence {recurrences}", ExposureStanding(exposure, recurrences, moment(at)))
        for exposure, recurrences, at in ((public_id("exposure", row[0]), *row[1:]) for row in rows)
    ]


def failing_feeds(connection: sqlite3.Connection) -> list[tuple[str, FeedStanding]]:
    """Feeds that fail or are gone and are neither paused nor removed, each with the key of this outage."""
    rows = connection.execute(
        "select feed_id, coalesce(failing_since, attempted_at, added_at), failures, state = 'gone' from feeds"
        " where state in ('failing', 'gone') and paused_at is null and removed_at is null"
    )
    return [
        (f"{feed} down since {since}", FeedStanding(feed, moment(since), failures, bool(gone)))
        for feed, since, failures, gone in ((public_id("feed", row[0]), *row[1:]) for row in rows)
    ]
