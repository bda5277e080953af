"""What several messages handed in at once say together. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from data.model import Reading
from data.vocabulary import ABUSE_VERDICTS, VerdictName

DENSE_MESSAGES = 10
"""This many within `DENSE_SPAN` is more than chance: reports tell of hundreds within minutes, and of floods that hid
a purchase or came before a call by a false help desk."""
DENSE_SPAN = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Flood:
    """`messages` of which `dated` have a time, between `first_at` and `last_at`; `busiest` in the fullest minute of
    the clock. `companies` counts abused domains, tenants where there is none. `verdicts` are in order of frequency,
    `minutes` the counts of the minutes that have any. `dense` is whether so many came so fast that something may
    be hidden among them."""

    messages: int
    dated: int
    companies: int
    first_at: datetime | None
    last_at: datetime | None
    busiest: int
    minutes: tuple[tuple[datetime, int], ...]
    verdicts: tuple[tuple[VerdictName, int], ...]
    dense: bool


def flood_of(readings: Sequence[Reading]) -> Flood:
    """The figures of the messages of one submission."""
    times = sorted(reading.sent_at for reading in readings if reading.sent_at)
    minutes = Counter(at.astimezone(UTC).replace(second=0, microsecond=0) for at in times)
    verdicts = Counter(reading.verdict.verdict for reading in readings)
    return Flood(
        messages=len(readings),
        dated=len(times),
        companies=len({company_of(reading) for reading in readings} - {None}),
        first_at=times[0] if times else None,
        last_at=times[-1] if times else None,
        busiest=max(minutes.values(), default=0),
        minutes=tuple(sorted(minutes.items())),
        verdicts=tuple(verdicts.most_common()),
        dense=any(
            late - early <= DENSE_SPAN for early, late in zip(times, times[DENSE_MESSAGES - 1 :], strict=False)
        ),
    )


def company_of(reading: Reading) -> str | None:
    """The abused party in one word: its domain, else its name or key on the platform."""
    identity = reading.identity
    return identity.abused_domain or identity.tenant or identity.account_id


def most_telling(readings: Sequence[Reading]) -> int:
    """The place of the first message of the most frequent verdict that is abuse, else of the first message."""
    counts = Counter(reading.verdict.verdict for reading in readings if reading.verdict.verdict in ABUSE_VERDICTS)
    if not counts:
        return 0
    usual = counts.most_common(1)[0][0]
    return next(place for place, reading in enumerate(readings) if reading.verdict.verdict == usual)
