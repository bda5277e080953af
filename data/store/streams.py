"""Whole tables for exports, a row at a time and of one moment, by the filter that pages use."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from data.store.database import Database
from data.store.evidence import OBSERVATIONS
from data.store.filters import observation_condition, wave_condition
from data.store.rows import observation_of
from data.store.shapes import EVERYTHING, IncidentFilter, ObservationRow, WaveRow
from data.store.values import HOUR, moment, public_id, seconds
from data.store.wave_reads import wave_of


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """Observations of one incident and platform and domain in the hour that starts at `at`."""

    at: datetime
    platform: str | None
    abused_domain: str | None
    incident_id: str
    observations: int


def stream_observations(db: Database, where: IncidentFilter = EVERYTHING) -> Iterator[ObservationRow]:
    """Observations, of incidents or not, the newest first."""
    condition = observation_condition(db, where)
    rows = db.stream(
        f"{OBSERVATIONS} where {condition.sql} order by o.observed_at desc, o.observation_id desc",
        condition.parameters,
    )
    return map(observation_of, rows)


def stream_timeline(db: Database, where: IncidentFilter = EVERYTHING) -> Iterator[TimelineRow]:
    """Hourly counts of observations that stand in incidents, the oldest hour first."""
    condition = observation_condition(db, where)
    rows = db.stream(
        "select o.observed_at / 3600, coalesce(o.platform, ''), coalesce(o.abused_domain, ''), o.incident_id"  # noqa: S608
        " from observations o join incidents i using (incident_id)"
        f" where o.standing > 0 and {condition.sql} order by o.observed_at",
        condition.parameters,
    )
    hour: int | None = None
    counts: Counter[tuple[str, str, int]] = Counter()
    for row in rows:
        if row[0] != hour:
            yield from _hour(hour, counts)
            hour, counts = row[0], Counter()
        counts[row[1], row[2], row[3]] += 1
    yield from _hour(hour, counts)


def _hour(hour: int | None, counts: Counter[tuple[str, str, int]]) -> Iterator[TimelineRow]:
    if hour is None:
        return
    for platform, domain, incident in sorted(counts):
        count = counts[platform, domain, incident]
        yield TimelineRow(
            moment(hour * HOUR), platform or None, domain or None, public_id("incident", incident), count
        )


def stream_waves(
    db: Database, where: IncidentFilter = EVERYTHING, *, now: datetime | None = None
) -> Iterator[WaveRow]:
    """Waves with an incident that a filter asks for, the last seen first."""
    condition = wave_condition(db, where)
    at = seconds(now or datetime.now(UTC))
    rows = db.stream(
        f"select * from waves w where {condition.sql} order by last_seen_at desc, wave_id desc",  # noqa: S608
        condition.parameters,
    )
    return (wave_of(db, row, at) for row in rows)
