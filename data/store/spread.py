"""How one wave spread: its parties over time, its flow, its figures, its languages, and when it came before."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from data.intelligence.language import detect_language
from data.store.database import Database
from data.store.filters import current_wave
from data.store.shapes import WaveRow
from data.store.values import DAY, HOUR, moment, seconds
from data.store.wave_reads import wave_of

LANGUAGE_SAMPLE = 300
"""The latest messages of a wave whose language is looked at."""

MEMBERS = "incidents i join observations o using (incident_id)"


@dataclass(frozen=True, slots=True)
class PartySpread:
    """One abused party of a wave. `counts` holds its observations by the start of each bin that is not empty."""

    party: str
    platform: str | None
    abused_domain: str | None
    observations: int
    first_seen_at: datetime
    last_seen_at: datetime
    counts: tuple[tuple[datetime, int], ...]


@dataclass(frozen=True, slots=True)
class Flow:
    """How many observations of a wave came through one platform and one party by one mechanism."""

    platform: str
    party: str
    mechanism: str
    observations: int


@dataclass(frozen=True, slots=True)
class WaveFigures:
    """What a wave comes to at a moment. `parties_24h` were first seen in its last 24 hours; `peak_at` starts its
    busiest hour; `doubled_in` is how long the last doubling of its observations took; None below eight of them."""

    observations_24h: int
    observations_24h_before: int
    parties_24h: int
    platforms: int
    recipients: int
    confirmed: int
    incidents: int
    mechanism: str
    peak_at: datetime
    peak_observations: int
    doubled_in: timedelta | None


def wave_spread(db: Database, wave_id: str, since: datetime, bin_seconds: int) -> list[PartySpread]:
    """The parties of a wave in the order they were first seen; the first bin starts at `since`."""
    start = seconds(since)
    rows = db.rows(
        "select i.party_id, p.name, (o.observed_at - ?) / ? as bin, count(*), min(o.observed_at), max(o.observed_at),"  # noqa: S608
        f" max(i.platform), max(i.abused_domain) from {MEMBERS} join parties p on p.party_id = i.party_id"
        " where i.wave_id = ? group by i.party_id, bin order by i.party_id, bin",
        (start, bin_seconds, current_wave(db, wave_id) or 0),
    )
    found: dict[int, PartySpread] = {}
    for number, name, place, count, first, last, platform, domain in rows:
        known = found.get(number)
        bins = (*(known.counts if known else ()), (moment(start + place * bin_seconds), count))
        found[number] = PartySpread(
            party=name,
            platform=platform,
            abused_domain=domain,
            observations=sum(counted for _, counted in bins),
            first_seen_at=min(moment(first), known.first_seen_at) if known else moment(first),
            last_seen_at=moment(last),
            counts=bins,
        )
    return sorted(found.values(), key=lambda row: (row.first_seen_at, row.party))


def wave_flow(db: Database, wave_id: str) -> list[Flow]:
    """Platform, party and mechanism of a wave's incidents, the strongest first."""
    rows = db.rows(
        "select coalesce(i.platform, 'other') as through, p.name, i.mechanism, sum(i.observations) as seen"
        " from incidents i join parties p using (party_id) where i.wave_id = ?"
        " group by through, p.party_id, i.mechanism order by seen desc, p.name",
        (current_wave(db, wave_id) or 0,),
    )
    return [Flow(*row) for row in rows]


def wave_figures(db: Database, row: WaveRow, now: datetime) -> WaveFigures:
    """The figures of a wave at a moment."""
    number, at = current_wave(db, row.wave_id) or 0, seconds(now)
    hours = _hours(db, number)
    peak = max(hours, key=lambda hour: (hours[hour], -hour), default=0)
    incidents = db.rows(
        "select sum(confirmation = 'confirmed'), count(*), count(distinct coalesce(platform, 'other'))"
        " from incidents where wave_id = ?",
        (number,),
    )[0]
    return WaveFigures(
        observations_24h=_seen(db, number, at - DAY, at),
        observations_24h_before=_seen(db, number, at - 2 * DAY, at - DAY),
        parties_24h=_new_parties(db, number, at - DAY),
        platforms=incidents[2],
        recipients=_recipients(db, number),
        confirmed=incidents[0] or 0,
        incidents=incidents[1],
        mechanism=_mechanism(db, number),
        peak_at=moment(peak * HOUR),
        peak_observations=hours.get(peak, 0),
        doubled_in=_doubling(hours, min(at, seconds(row.last_seen_at))),
    )


def recurrences(db: Database, row: WaveRow, now: datetime) -> list[WaveRow]:
    """The other waves of the same template, the latest first."""
    template = int(row.template_id.rpartition("-")[2])
    own = current_wave(db, row.wave_id) or 0
    rows = db.rows(
        "select * from waves where template_id = ? and wave_id <> ? order by first_seen_at desc", (template, own)
    )
    return [wave_of(db, found, seconds(now)) for found in rows]


def wave_languages(db: Database, wave_id: str) -> list[tuple[str | None, int]]:
    """The languages (ISO 639-1, None: not told) of a wave's latest messages, each with their number."""
    rows = db.rows(
        f"select w.subject, w.text from {MEMBERS} join observation_words w using (observation_id)"  # noqa: S608
        " where i.wave_id = ? order by o.observed_at desc limit ?",
        (current_wave(db, wave_id) or 0, LANGUAGE_SAMPLE),
    )
    return Counter(detect_language(f"{row[0] or ''} {row[1]}") for row in rows).most_common()


def _hours(db: Database, number: int) -> dict[int, int]:
    rows = db.rows(
        f"select o.observed_at / 3600 as hour, count(*) from {MEMBERS} where i.wave_id = ? group by hour"  # noqa: S608
        " order by hour",
        (number,),
    )
    return {row[0]: row[1] for row in rows}


def _doubling(hours: dict[int, int], until: int) -> timedelta | None:
    """From the hour in which the first half was complete to the last observation."""
    total = sum(hours.values())
    if total < 8:
        return None
    seen = 0
    for hour, count in hours.items():
        seen += count
        if 2 * seen >= total:
            return timedelta(seconds=max(until - hour * HOUR, HOUR))
    return None


def _seen(db: Database, number: int, after: int, until: int) -> int:
    found: int = db.value(
        f"select count(*) from {MEMBERS}"  # noqa: S608
        " where i.wave_id = ? and i.last_seen_at > ? and o.observed_at > ? and o.observed_at <= ?",
        (number, after, after, until),
    )
    return found


def _new_parties(db: Database, number: int, since: int) -> int:
    found: int = db.value(
        "select count(*) from (select min(first_seen_at) as first from incidents where wave_id = ? group by party_id)"
        " where first > ?",
        (number, since),
    )
    return found


def _recipients(db: Database, number: int) -> int:
    found: int = db.value(
        f"select count(distinct o.recipient_hash) from {MEMBERS} where i.wave_id = ?",  # noqa: S608
        (number,),
    )
    return found


def _mechanism(db: Database, number: int) -> str:
    found: str | None = db.value(
        "select mechanism from incidents where wave_id = ? group by mechanism"
        " order by sum(observations) desc, mechanism limit 1",
        (number,),
    )
    return found or "other"
