"""What pages, the API and exports ask: incidents, figures, time lines, events. Every query goes over an index."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

from data.clustering.stretches import SPARSE_GAP
from data.model import Event
from data.store.database import Database
from data.store.evidence import count_observations, members, observation, search_observations, template, templates
from data.store.filters import current_incident, current_wave, incident_condition
from data.store.rows import event_of, incident_of
from data.store.shapes import (
    EVERYTHING,
    Bin,
    Headline,
    IncidentFilter,
    IncidentRow,
    NewParty,
    ObservationDetail,
    ObservationRow,
    TemplateRow,
    WaveRow,
)
from data.store.totals import counted_over_time, oldest_at, totals
from data.store.values import DAY, HOUR, moment, moment_or_none, seconds
from data.store.wave_reads import count_waves, wave, waves, waves_between

__all__ = [
    "EVERYTHING",
    "Bin",
    "Headline",
    "IncidentFilter",
    "IncidentRow",
    "NewParty",
    "ObservationDetail",
    "ObservationRow",
    "TemplateRow",
    "WaveRow",
    "count_incidents",
    "count_observations",
    "count_waves",
    "events",
    "facets",
    "headline",
    "incident",
    "incidents",
    "known_domains",
    "members",
    "most_abused",
    "newly_abused",
    "observation",
    "observations_over_time",
    "oldest_at",
    "search_observations",
    "stream_incidents",
    "template",
    "templates",
    "wave",
    "waves",
    "waves_between",
]

INCIDENTS = "from incidents i join parties p using (party_id)"
ALL_TIME = 1 << 62


def headline(db: Database, now: datetime) -> Headline:
    """The overview's figures at `now`."""
    at = seconds(now)
    today = _day(db, at)
    yesterday = _day(db, at - DAY)
    week = _day(db, at, 7 * DAY)
    last = db.value("select max(received_at) from submissions")
    total, others = totals(db)
    return Headline(
        observations_24h=today[0],
        observations_24h_before=yesterday[0],
        parties_24h=today[1],
        parties_24h_before=yesterday[1],
        observations_7d=week[0],
        parties_7d=week[1],
        open_incidents=_open(db, at),
        open_incidents_before=_open(db, at - DAY),
        observations_total=total,
        other_observations=others,
        claims_total=db.value("select count(*) from claims"),
        last_received_at=moment_or_none(last),
    )


def _day(db: Database, until: int, length: int = DAY) -> tuple[int, int]:
    row = db.rows(
        "select count(*), count(distinct party_id) from observations"
        " where standing > 0 and observed_at > ? and observed_at <= ?",
        (until - length, until),
    )[0]
    return row[0], row[1]


def _open(db: Database, at: int) -> int:
    found: int = db.value(
        "select count(*) from incidents where last_seen_at >= ? and first_seen_at <= ?", (at - SPARSE_GAP, at)
    )
    return found


def observations_over_time(
    db: Database,
    since: datetime,
    until: datetime,
    bin_seconds: int,
    *,
    incident_id: str | None = None,
    wave_id: str | None = None,
) -> list[Bin]:
    """Observations of incidents by platform, in bins of `bin_seconds` that start at `since`; empty bins are left
    out, `until` is not included. With an incident or a wave only its own, none where the id is unknown."""
    start, end = seconds(since), seconds(until)
    if incident_id is None and wave_id is None:
        counts = counted_over_time(db, start, end, bin_seconds)
        return [Bin(moment(start + place * bin_seconds), key, count) for (place, key), count in counts.items()]
    scope, number = _scope(db, incident_id, wave_id)
    rows = db.rows(
        f"select (o.observed_at - ?) / ? as bin, coalesce(o.platform, 'other') as key, count(*) from {scope} = ?"  # noqa: S608
        " and o.observed_at >= ? and o.observed_at < ? group by bin, key order by bin, key",
        (start, bin_seconds, number, start, end),
    )
    return [Bin(moment(start + row[0] * bin_seconds), row[1], row[2]) for row in rows]


def _scope(db: Database, incident_id: str | None, wave_id: str | None) -> tuple[str, int]:
    if incident_id is not None:
        return "observations o where o.incident_id", current_incident(db, incident_id) or 0
    joined = "incidents i join observations o using (incident_id) where i.wave_id"
    return joined, current_wave(db, wave_id or "") or 0


def incidents(
    db: Database, where: IncidentFilter = EVERYTHING, *, limit: int | None = None, now: datetime | None = None
) -> list[IncidentRow]:
    """Incidents that a filter asks for, the last seen first."""
    return list(stream_incidents(db, where, limit=limit, now=now))


def stream_incidents(
    db: Database, where: IncidentFilter, *, limit: int | None = None, now: datetime | None = None
) -> Iterator[IncidentRow]:
    """`incidents`, one at a time: an export of all of them needs no memory."""
    condition = incident_condition(db, where)
    hours = hourly(db, seconds(now or datetime.now(UTC)))
    rows = db.stream(
        f"select i.*, p.name as party {INCIDENTS} where {condition.sql}"
        " order by i.last_seen_at desc, i.incident_id desc limit ?",
        (*condition.parameters, ALL_TIME if limit is None else limit),
    )
    for row in rows:
        yield incident_of(row, hours.get(row["incident_id"]))


def count_incidents(db: Database, where: IncidentFilter = EVERYTHING) -> int:
    """How many incidents a filter asks for."""
    condition = incident_condition(db, where)
    found: int = db.value(f"select count(*) from incidents i where {condition.sql}", condition.parameters)  # noqa: S608
    return found


def incident(db: Database, incident_id: str, *, now: datetime | None = None) -> IncidentRow | None:
    """One incident by its public id, or by one that was merged into it."""
    number = current_incident(db, incident_id)
    row = db.one(f"select i.*, p.name as party {INCIDENTS} where i.incident_id = ?", (number,))
    if row is None:
        return None
    return incident_of(row, hourly(db, seconds(now or datetime.now(UTC)), row["incident_id"]).get(row["incident_id"]))


def hourly(db: Database, now: int, incident: int | None = None) -> dict[int, tuple[int, ...]]:
    """24 hourly counts, the last one the hour that ends at `now`, of every incident seen in them."""
    only = "standing > 0" if incident is None else "incident_id = ?"
    rows = db.rows(
        "select incident_id, (observed_at - ?) / 3600 as hour, count(*) from observations"  # noqa: S608
        f" where {only} and observed_at > ? and observed_at <= ? and incident_id is not null group by 1, 2",
        (now - DAY + 1, *(() if incident is None else (incident,)), now - DAY, now),
    )
    found: dict[int, list[int]] = {}
    for number, hour, count in rows:
        found.setdefault(number, [0] * (DAY // HOUR))[hour] = count
    return {number: tuple(counts) for number, counts in found.items()}


def newly_abused(db: Database, since: datetime, *, limit: int = 100) -> list[NewParty]:
    """Abused parties first seen in an incident since a time, the newest first."""
    rows = db.rows(
        "select name, abused_domain, platform, observations, first_seen_at from parties"
        " where observations > 0 and first_seen_at >= ? order by first_seen_at desc, party_id desc limit ?",
        (seconds(since), limit),
    )
    return [NewParty(row[0], row[1], row[2], row[3], moment(row[4])) for row in rows]


def most_abused(db: Database, now: datetime, *, limit: int = 8) -> list[NewParty]:
    """Who was abused in the last 24 hours, the most observations of them first; those are the counts given."""
    rows = db.rows(
        "select p.name, p.abused_domain, p.platform, count(*) as seen, p.first_seen_at from observations o"
        " join parties p using (party_id) where o.standing > 0 and o.observed_at > ? and o.observed_at <= ?"
        " group by p.party_id order by seen desc, p.first_seen_at desc, p.party_id limit ?",
        (seconds(now) - DAY, seconds(now), limit),
    )
    return [NewParty(row[0], row[1], row[2], row[3], moment(row[4])) for row in rows]


def facets(db: Database) -> dict[str, list[str]]:
    """The values that a filter can choose from: platform, mechanism and verdict of incidents, the frequent first."""
    names = ("platform", "mechanism", "verdict")
    counts: dict[str, Counter[str]] = {name: Counter() for name in names}
    for *values, observations in db.rows(
        "select coalesce(platform, 'other'), mechanism, verdict, sum(observations) from incidents"
        " group by platform, mechanism, verdict"
    ):
        for name, value in zip(names, values, strict=True):
            counts[name][value] += observations
    return {name: sorted(found, key=lambda value: (-found[value], value)) for name, found in counts.items()}


def events(db: Database, subject: str, *, limit: int = 100) -> list[Event]:
    """What happened to an incident or wave and to those merged into it, the newest first."""
    number = current_incident(db, subject)
    kind = "incident" if number is not None else "wave"
    number = current_wave(db, subject) if number is None else number
    subjects = [subject.strip().upper()]
    if number is not None:
        olds = db.rows(f"select old_id from {kind}_aliases where {kind}_id = ?", (number,))  # noqa: S608
        prefix = "RW" if kind == "incident" else "W"
        subjects += [f"{prefix}-{value:04d}" for value in (number, *(row[0] for row in olds))]
    marks = ", ".join("?" * len(subjects))
    rows = db.rows(
        f"select * from events where subject in ({marks}) order by seq desc limit ?",  # noqa: S608
        (*subjects, limit),
    )
    return [event_of(row) for row in rows]


def known_domains(db: Database) -> frozenset[str]:
    """Domains that were abused, as trusted submissions show; anonymous ones make none known."""
    rows = db.rows(
        "select abused_domain from parties p where abused_domain is not null and exists"
        " (select 1 from observations o where o.party_id = p.party_id and trusted)"
    )
    return frozenset(row[0] for row in rows)
