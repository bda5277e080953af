"""Stretches of time and how finely they are drawn."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

MOST_BARS = 170
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_STEPS = (15 * _MINUTE, _HOUR, 3 * _HOUR, 6 * _HOUR, _DAY, 7 * _DAY, 28 * _DAY)
_STEP_WORDS = ("15 min", "hour", "3 h", "6 h", "day", "week", "4 weeks")

RANGES = {"24h": "24 h", "3d": "3 d", "7d": "7 d", "14d": "14 d", "90d": "90 d", "all": "All"}
"""What the address says and what the button says."""

DEFAULT_RANGE = "14d"
"""Of a quiet time."""

SHORTEST_OF_A_WAVE = "3d"
"""While a wave is on there is always something before it to compare it with."""
_LENGTHS = {
    "24h": timedelta(hours=24),
    "3d": timedelta(days=3),
    "7d": timedelta(days=7),
    "14d": timedelta(days=14),
    "90d": timedelta(days=90),
}


@dataclass(frozen=True, slots=True)
class Span:
    """From `since` to `until`, in bars of `bin_seconds`. `since` is a whole bin in the reader's zone."""

    since: datetime
    until: datetime
    bin_seconds: int

    @property
    def bin_words(self) -> str:
        """ "per 3 h"."""
        return f"per {_STEP_WORDS[_STEPS.index(self.bin_seconds)]}"

    @property
    def cell_words(self) -> str:
        """ "3 h", "one hour"."""
        words = _STEP_WORDS[_STEPS.index(self.bin_seconds)]
        return words if words[0].isdigit() else f"one {words}"

    @property
    def length(self) -> timedelta:
        return self.until - self.since


def span_between(since: datetime, until: datetime, zone: ZoneInfo, finest: int = _STEPS[0]) -> Span:
    """The finest drawing with at most MOST_BARS bars, of `finest` seconds or more."""
    length = (until - since).total_seconds()
    step = next((step for step in _STEPS if step >= finest and length <= step * MOST_BARS), _STEPS[-1])
    return Span(_floor(since, step, zone), until, step)


def span_of_range(name: str, now: datetime, zone: ZoneInfo, seen: tuple[datetime, datetime] | None = None) -> Span:
    """The span of a button. "all" covers what was `seen` (oldest, newest), and ends there where that is long ago."""
    if name in _LENGTHS:
        return span_between(now - _LENGTHS[name], now, zone)
    oldest, newest = seen or (now, now)
    until = newest + timedelta(days=1) if range_that_shows(newest, now) == "all" else now
    return span_between(min(oldest, until - _LENGTHS["24h"]), until, zone)


def range_that_shows(at: datetime, now: datetime) -> str:
    """The shortest range that reaches back to a moment."""
    return next((name for name, length in _LENGTHS.items() if now - at <= length), "all")


def usual_range(now: datetime, began: datetime | None, newest: datetime | None) -> str:
    """The range of a page that was not asked for one: that of the wave that is on, `began` its first observation; in
    a quiet time the usual one, or a longer one that reaches back to the newest observation."""
    names = list(RANGES)
    if began is not None:
        return max(range_that_shows(began, now), SHORTEST_OF_A_WAVE, key=names.index)
    return max(range_that_shows(newest, now) if newest else DEFAULT_RANGE, DEFAULT_RANGE, key=names.index)


def _floor(at: datetime, step: int, zone: ZoneInfo) -> datetime:
    """The start of the bin that holds a moment: whole hours, days from midnight, weeks from Monday, reader's zone."""
    local = at.astimezone(zone).replace(tzinfo=None)
    origin = datetime(2001, 1, 1)  # noqa: DTZ001 - a Monday, naive like `local`
    whole = origin + (local - origin) // timedelta(seconds=step) * timedelta(seconds=step)
    return whole.replace(tzinfo=zone).astimezone(UTC)
