"""What deserves an alert, and in which words. Pure: figures in, news out.

Nothing here is given a title, a name or an address: an alert holds public ids, counts, times and words of ours, so
that whoever writes a subject writes nothing into anybody's chat or inbox.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal, get_args

from data.errors import SettingsError
from data.plain import counted
from data.settings import Settings

NewsKind = Literal["new-wave", "recurrence", "new-vendor", "exposure-recurred", "feed-down"]
AlertKind = Literal["new-wave", "recurrence", "new-vendor", "exposure-recurred", "feed-down", "summary", "test"]
NEWS_KINDS: tuple[NewsKind, ...] = get_args(NewsKind)
"""Every kind that may be wanted."""
_FIRST_TOLD: tuple[NewsKind, ...] = ("new-wave", "recurrence", "exposure-recurred", "feed-down", "new-vendor")
"""What comes first where the day's limit lets only some of it through: a growing wave crowds out no new one."""
IDS_NAMED = 10
FEED_FAILURES = 3
"""Attempts in a row that must fail before a feed counts as down: one that stumbles once is no news."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What is wanted: kinds; alerts a UTC day; how old news may be; how long a wave that only grows stays quiet."""

    kinds: frozenset[str]
    limit: int
    fresh: timedelta
    pause: timedelta


@dataclass(frozen=True, slots=True)
class WaveStanding:
    """A wave and what was told of it. `vouched` are its parties (by row) that more than anonymous submitters
    saw, each with its incidents; `told` those that an alert has named, None where none was about this wave;
    `earlier` counts the waves of its template that ended before it began, the last of them `earlier_id`."""

    wave_id: str
    template_id: str
    first_seen_at: datetime
    last_seen_at: datetime
    observations: int
    parties: int
    platforms: int
    incidents: int
    confirmed: int
    vouched: Mapping[int, tuple[str, ...]]
    told: frozenset[int] | None = None
    told_at: datetime | None = None
    earlier: int = 0
    earlier_id: str | None = None
    earlier_ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ExposureStanding:
    """An exposure that recurred: how often so far, and since when this time."""

    exposure_id: str
    recurrences: int
    recurred_at: datetime


@dataclass(frozen=True, slots=True)
class FeedStanding:
    """A feed that fails: since when, how often in a row, and whether its server says that it is gone for good."""

    feed_id: str
    failing_since: datetime
    failures: int
    gone: bool


@dataclass(frozen=True, slots=True)
class News:
    """Something that deserves an alert. `subject` is a public id, or a day of a summary."""

    kind: AlertKind
    subject: str
    text: str
    figures: Mapping[str, object] = field(default_factory=dict)


def policy_of(settings: Settings) -> Policy:
    """The policy of the settings. Raises SettingsError where a kind does not exist."""
    unknown = [kind for kind in settings.alert_kinds if kind not in NEWS_KINDS]
    if unknown:
        raise SettingsError(f"RELAYWATCH_ALERT_KINDS names {unknown[0]!r}; write some of {', '.join(NEWS_KINDS)}.")
    return Policy(
        kinds=frozenset(settings.alert_kinds or NEWS_KINDS),
        limit=settings.alert_limit_a_day,
        fresh=timedelta(days=settings.alert_fresh_days),
        pause=timedelta(minutes=settings.alert_pause_minutes),
    )


def wave_news(wave: WaveStanding, policy: Policy, now: datetime) -> News | None:
    """The one alert that a wave deserves now, if any: that it is there, that its template is back, or that it
    reached more organisations than were told."""
    if wave.last_seen_at < now - policy.fresh:
        return None
    if wave.told is None:
        return _back(wave) if wave.earlier else _new(wave)
    more = [party for party in wave.vouched if party not in wave.told]
    if not more or (wave.told_at and now - wave.told_at < policy.pause):
        return None
    return _grown(wave, more)


def exposure_news(exposure: ExposureStanding, policy: Policy, now: datetime) -> News | None:
    if exposure.recurred_at < now - policy.fresh:
        return None
    text = (
        f"Exposure {exposure.exposure_id} recurred: messages sent after its fix have arrived, the first sent "
        f"{_time(exposure.recurred_at)}. Recurrences so far: {exposure.recurrences}."
    )
    return News("exposure-recurred", exposure.exposure_id, text, {"recurrences": exposure.recurrences})


def feed_news(feed: FeedStanding) -> News | None:
    if feed.gone:
        text = f"Feed {feed.feed_id} is gone for good, says its server; replace or remove it."
    elif feed.failures >= FEED_FAILURES:
        text = (
            f"Feed {feed.feed_id} is down since {_time(feed.failing_since)}: "
            f"{feed.failures} attempts failed in a row."
        )
    else:
        return None
    return News("feed-down", feed.feed_id, text, {"failures": feed.failures})


def share_out(news: Sequence[News], told_today: int, limit: int) -> tuple[list[News], list[News]]:
    """What is told now, and what the day's limit leaves for the summary. The last alert of a day says so."""
    ordered = sorted(news, key=lambda item: _FIRST_TOLD.index(item.kind) if item.kind in _FIRST_TOLD else 0)
    room = max(0, limit - told_today)
    told, held = ordered[:room], ordered[room:]
    if told and len(told) == room:
        last = told[-1]
        notice = (
            f" This is the last alert of today (limit {limit}); what else comes is told in one after midnight UTC."
        )
        told[-1] = News(last.kind, last.subject, last.text + notice, last.figures)
    return told, held


def summary(day: date, held: Sequence[tuple[AlertKind, str]]) -> News:
    """One alert for everything beyond the limit of a day, given as (kind, subject)."""
    counts = {kind: sum(item == kind for item, _ in held) for kind in _FIRST_TOLD}
    named = [f"{count} {kind}" for kind, count in counts.items() if count]
    subjects = list(dict.fromkeys(subject for _, subject in held))
    text = f"Beyond the limit of alerts on {day} (UTC) came: {', '.join(named)}. They concern {listed(subjects)}."
    return News("summary", f"{day}", text, {kind: count for kind, count in counts.items() if count})


def trial() -> News:
    """What `alerts test` sends."""
    return News("test", "test", "This is a test alert of Relaywatch; it means nothing else.")


def listed(ids: Sequence[str]) -> str:
    """Ids in a sentence, the first ten by name."""
    rest = len(ids) - IDS_NAMED
    return ", ".join(ids[:IDS_NAMED]) + (f" and {rest} more" if rest > 0 else "")


def _new(wave: WaveStanding) -> News:
    text = f"New wave {wave.wave_id} of template {wave.template_id}: {_extent(wave)}"
    return News("new-wave", wave.wave_id, text, _figures(wave))


def _back(wave: WaveStanding) -> News:
    ended = f", which ended {_time(wave.earlier_ended_at)}" if wave.earlier_ended_at else ""
    text = (
        f"Template {wave.template_id} is back with wave {wave.wave_id}, after {counted(wave.earlier, 'wave')} before "
        f"(the last: {wave.earlier_id}{ended}): {_extent(wave)}"
    )
    return News("recurrence", wave.wave_id, text, {**_figures(wave), "earlier_waves": wave.earlier})


def _grown(wave: WaveStanding, more: Sequence[int]) -> News:
    incidents = [incident for party in more for incident in wave.vouched[party]]
    text = (
        f"Wave {wave.wave_id} reached {counted(len(more), 'more organisation')} ({listed(incidents)}). "
        f"Now: {_extent(wave)}"
    )
    return News("new-vendor", wave.wave_id, text, {**_figures(wave), "new_organisations": len(more)})


def _extent(wave: WaveStanding) -> str:
    return (
        f"{counted(wave.observations, 'message')} out of the systems of {counted(wave.parties, 'organisation')} on "
        f"{counted(wave.platforms, 'platform')}, {_time(wave.first_seen_at)} to {_time(wave.last_seen_at)}; "
        f"{wave.confirmed} of {counted(wave.incidents, 'incident')} confirmed."
    )


def _figures(wave: WaveStanding) -> dict[str, object]:
    return {
        "template_id": wave.template_id,
        "observations": wave.observations,
        "organisations": wave.parties,
        "platforms": wave.platforms,
        "incidents": wave.incidents,
        "confirmed": wave.confirmed,
        "first_seen_at": f"{wave.first_seen_at:%Y-%m-%dT%H:%M:%SZ}",
        "last_seen_at": f"{wave.last_seen_at:%Y-%m-%dT%H:%M:%SZ}",
    }


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
