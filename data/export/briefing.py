"""The briefing: what one page says about a wave or a period, before it becomes HTML or Markdown.

Wording is neutral: organisations are abused, not guilty. Texts of strangers stand in cells of their own, marked
`foreign`, and each format makes them inert in its own way.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from data.clustering.waves import WaveState
from data.export.courses import course
from data.export.picture import Picture, named
from data.plain import counted
from data.store.database import Database
from data.store.shapes import IncidentFilter, IncidentRow, WaveRow
from data.store.sources import Sources, sources
from data.store.streams import TimelineRow, stream_timeline
from data.tlp import Tlp

MOST_ROWS = 12
MOST_PLATFORMS = 7
MOST_BARS = 60
OTHER = "other"
CHANNELS = {
    "cli": "by the operator",
    "token": "by partners with a token",
    "mailbox": "by a mailbox of ours",
    "web": "by anonymous visitors",
    "demo": "by the demonstration",
}
STATES: dict[WaveState, str] = {"rising": "still rising", "fading": "fading", "over": "over"}


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell; `foreign` where its words are a stranger's."""

    text: str
    foreign: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: title, heads, rows, and what is to be said below it."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """Counts over time: the start of each bin with its counts by platform, and how long a bin is."""

    title: str
    platforms: tuple[str, ...]
    bins: tuple[tuple[datetime, tuple[int, ...]], ...]
    bin_hours: int


@dataclass(frozen=True, slots=True)
class Briefing:
    """One page."""

    title: str
    tlp: Tlp
    made_at: datetime
    summary: tuple[str, ...]
    figures: tuple[tuple[str, str], ...]
    chart: Chart
    parties: tuple[tuple[str, int], ...]
    sheets: tuple[Sheet, ...]
    advice: tuple[tuple[str, str], ...]
    sources: tuple[str, ...]
    subject: str | None


def brief(db: Database, seen: Picture, where: IncidentFilter) -> Briefing:
    """The page on what an audience may see of a filter."""
    wave = seen.waves[0] if where.wave_id and seen.waves else None
    hours = _hours(db, seen, where)
    rows = sorted(_within(seen.incidents, hours, where), key=lambda row: (-row.observations, row.incident_id))
    mechanisms = Counter[str]()
    for row in rows:
        mechanisms[row.mechanism] += row.observations
    return Briefing(
        title=f"Relay spam: wave {wave.wave_id}" if wave else f"Relay spam, {_period(rows, where, seen.at)}",
        tlp=seen.ceiling,
        made_at=seen.at,
        summary=_summary(rows, seen.waves, wave),
        figures=_figures(rows, seen.waves, wave, ended=where.until is not None and where.until < seen.at),
        chart=_chart(hours),
        parties=_parties(rows, public=seen.public),
        sheets=tuple(
            sheet for sheet in (_wave_sheet(seen, wave, where), _incident_sheet(seen, rows, where)) if sheet.rows
        ),
        advice=tuple(
            dict.fromkeys((course(name).action, course(name).remedy) for name, _ in mechanisms.most_common(3))
        ),
        sources=_sources(sources(db, where), seen),
        subject=wave.title if wave else None,
    )


def _period(rows: Sequence[IncidentRow], where: IncidentFilter, at: datetime) -> str:
    begin = where.since or min((row.first_seen_at for row in rows), default=at)
    end = where.until or max((row.last_seen_at for row in rows), default=at)
    return f"{begin:%Y-%m-%d} to {end:%Y-%m-%d}"


def _summary(rows: Sequence[IncidentRow], waves: Sequence[WaveRow], wave: WaveRow | None) -> tuple[str, ...]:
    if not rows:
        return ("No incident falls under what was asked for.",)
    parties = len({row.party for row in rows})
    messages = sum(row.observations for row in rows)
    confirmed = sum(row.confirmation == "confirmed" for row in rows)
    happened = (
        f"Open forms and help desks of {counted(parties, 'organisation')} were abused to send"
        f" {counted(messages, 'message')} to people who had not asked for them."
    )
    genuine = (
        "The messages are genuine: they come from the organisations' own systems and pass SPF, DKIM and DMARC."
        " The organisations are abused, not guilty."
    )
    if wave is not None:
        state = (
            f"The wave is {STATES[wave.state]}; its last message was seen on {wave.last_seen_at:%Y-%m-%d %H:%M} UTC."
        )
    else:
        going = sum(row.state != "over" for row in waves)
        state = f"{counted(len(waves), 'wave')}, of which {going} not over."
    known = f"{confirmed:,} of {counted(len(rows), 'incident')} confirmed" + (
        "." if confirmed == len(rows) else "; for the others nobody has vouched yet."
    )
    return (happened, state, known, genuine)


def _figures(
    rows: Sequence[IncidentRow], waves: Sequence[WaveRow], wave: WaveRow | None, *, ended: bool
) -> tuple[tuple[str, str], ...]:
    figures = [
        ("Messages", sum(row.observations for row in rows)),
        ("Abused organisations", len({row.party for row in rows})),
        ("Incidents", len(rows)),
        ("Platforms", len({row.platform for row in rows if row.platform})),
    ]
    if not ended:
        figures.append(("Last 24 hours", sum(row.last_24h for row in rows)))
    if wave is None:
        figures.insert(3, ("Waves", len(waves)))
    return tuple((label, f"{value:,}") for label, value in figures)


def _hours(db: Database, seen: Picture, where: IncidentFilter) -> tuple[TimelineRow, ...]:
    """The messages of the period by hour, as far as the audience may see their incidents."""
    visible = {row.incident_id for row in seen.incidents}
    return tuple(row for row in stream_timeline(db, where) if row.incident_id in visible)


def _within(
    rows: Sequence[IncidentRow], hours: Sequence[TimelineRow], where: IncidentFilter
) -> Sequence[IncidentRow]:
    """Incidents with their messages of the period alone; an incident counts all of its own, before and after it."""
    if not _is_period(where):
        return rows
    counts = Counter[str]()
    for hour in hours:
        counts[hour.incident_id] += hour.observations
    return [replace(row, observations=counts[row.incident_id]) for row in rows if counts[row.incident_id]]


def _chart(timeline: Sequence[TimelineRow]) -> Chart:
    hours: Counter[tuple[datetime, str]] = Counter()
    for row in timeline:
        hours[row.at, row.platform or OTHER] += row.observations
    if not hours:
        return Chart("Messages over time", (), (), 24)
    first, last = min(at for at, _ in hours), max(at for at, _ in hours)
    span = (last - first) / timedelta(hours=1)
    bin_hours = next((size for size in (1, 6, 24, 168) if span / size <= MOST_BARS), 24 * 28)
    start = first.replace(hour=0) if bin_hours > 1 else first
    totals: Counter[str] = Counter()
    bins: dict[int, Counter[str]] = {}
    for (at, platform), count in hours.items():
        totals[platform] += count
        bins.setdefault(int((at - start) / timedelta(hours=bin_hours)), Counter())[platform] += count
    platforms = _platforms(totals)
    for counts in bins.values():
        counts[OTHER] = sum(count for name, count in counts.items() if name not in platforms or name == OTHER)
    return Chart(
        "Messages over time, by platform",
        platforms,
        tuple(
            (
                start + timedelta(hours=place * bin_hours),
                tuple(bins.get(place, Counter())[name] for name in platforms),
            )
            for place in range(max(bins) + 1)
        ),
        bin_hours,
    )


def _platforms(totals: Counter[str]) -> tuple[str, ...]:
    """The frequent platforms by name, all others as one, which comes last."""
    frequent = [name for name, _ in totals.most_common() if name != OTHER]
    named_ones = frequent if len(frequent) <= MOST_PLATFORMS else frequent[: MOST_PLATFORMS - 1]
    return (*named_ones, *([OTHER] if OTHER in totals or len(named_ones) < len(frequent) else []))


def _parties(rows: Sequence[IncidentRow], *, public: bool) -> tuple[tuple[str, int], ...]:
    counts: Counter[str] = Counter()
    for row in rows:
        counts[named(row, public=public)] += row.observations
    return tuple(counts.most_common(10))


def _wave_sheet(seen: Picture, wave: WaveRow | None, where: IncidentFilter) -> Sheet:
    shown = [] if wave else seen.waves[:MOST_ROWS]
    rows = tuple(
        (
            Cell(row.wave_id),
            Cell(row.state),
            Cell(f"{row.observations:,}"),
            Cell(f"{row.parties:,}"),
            Cell(f"{row.first_seen_at:%Y-%m-%d}"),
            Cell(f"{row.last_seen_at:%Y-%m-%d}"),
            Cell(row.title or "", foreign=True),
        )
        for row in shown
    )
    heads = (
        "Wave",
        "State",
        "Messages",
        "Organisations",
        "First seen",
        "Last seen",
        "Subject, as the attacker wrote it",
    )
    more = _more(len(shown), 0 if wave else len(seen.waves))
    whole = "Each wave with all of its messages, before and after the period too." if _is_period(where) else ""
    return Sheet("Waves", heads, rows, " ".join(filter(None, (whole, more))))


def _is_period(where: IncidentFilter) -> bool:
    return where.since is not None or where.until is not None


def _incident_sheet(seen: Picture, rows: Sequence[IncidentRow], where: IncidentFilter) -> Sheet:
    shown = rows[:MOST_ROWS]
    return Sheet(
        "Incidents",
        ("Incident", "Abused organisation", "Platform", "Mechanism", "Messages", "First seen", "Last seen", "State"),
        tuple(
            (
                Cell(row.incident_id),
                Cell(named(row, public=seen.public), foreign=True),
                Cell(row.platform or "not recognised"),
                Cell(row.mechanism),
                Cell(f"{row.observations:,}"),
                Cell(f"{row.first_seen_at:%Y-%m-%d}"),
                Cell(f"{row.last_seen_at:%Y-%m-%d}"),
                Cell(row.confirmation),
            )
            for row in shown
        ),
        _more(len(shown), len(rows)) if not _is_period(where) else _of_period(len(shown), len(rows)),
    )


def _of_period(shown: int, total: int) -> str:
    words = "Messages are those of the period; first and last seen are the incident's own."
    return f"{words} {_more(shown, total)}".rstrip()


def _more(shown: int, total: int) -> str:
    return f"The {shown} largest of {total:,}; relaywatch export has all of them." if total > shown else ""


def _sources(found: Sources, seen: Picture) -> tuple[str, ...]:
    words = {
        "verified": "verified here by DKIM",
        "attested": "attested by a mail server of ours",
        "claimed": "claimed by whoever handed them in",
    }
    if seen.public:
        return ("Confirmed incidents that were cleared for everybody. Recipients and reporters are never named.",)
    evidence = ", ".join(f"{count:,} {words.get(name, name)}" for name, count in found.evidence)
    channels = ", ".join(f"{count:,} {CHANNELS.get(name, name)}" for name, count in found.channels)
    return (
        f"Authentication of the messages: {evidence or 'none'}.",
        f"Handed in: {channels or 'none'}.",
        "Recipients and reporters are counted by keyed hash and never named.",
    )
