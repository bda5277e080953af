"""Observations by hour and by day, counted as they come and go: read for any stretch of time, proven, mended."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from data.store.database import Database
from data.store.values import DAY, HOUR, moment

_COUNTED = {
    "hourly_totals": (
        "select observed_at / 3600, coalesce(platform, 'other'), count(*) from observations where standing > 0"
        " group by 1, 2"
    ),
    "daily_totals": (
        "select observed_at / 86400, coalesce(platform, 'other'), sum(standing > 0), sum(standing <= 0)"
        " from observations group by 1, 2"
    ),
}
_STRETCHES = (
    "with stretches as materialized (select json_extract(value, '$[0]') as bin, json_extract(value, '$[1]') as since,"
    " json_extract(value, '$[2]') as until from json_each(?1))"
)
_OF_DAYS = (
    f"{_STRETCHES} select s.bin, t.platform, sum(t.observations) from stretches s cross join daily_totals t"  # noqa: S608 (our own words)
    " on t.day >= s.since / 86400 and t.day < s.until / 86400"
    " where t.observations > 0 and (?2 is null or t.platform = ?2) group by 1, 2"
)
_OF_HOURS = (
    f"{_STRETCHES} select s.bin, t.platform, sum(t.observations) from stretches s cross join hourly_totals t"  # noqa: S608
    " on t.hour >= s.since / 3600 and t.hour < s.until / 3600"
    " where ?2 is null or t.platform = ?2 group by 1, 2"
)
_OF_SECONDS = (
    f"{_STRETCHES} select s.bin, coalesce(o.platform, 'other') as key, count(*) from stretches s"  # noqa: S608
    " cross join observations o on o.observed_at >= s.since and o.observed_at < s.until"
    " where o.standing > 0 and (?2 is null or key = ?2) group by 1, 2"
)


class Stretch(NamedTuple):
    """From one second up to another, not included, within the bin of that number."""

    bin: int
    since: int
    until: int


def counted_over_time(
    db: Database, since: int, until: int, bin_seconds: int, platform: str | None = None
) -> dict[tuple[int, str], int]:
    """Observations of incidents by bin, the first of which starts at `since`, and platform ("other": none was
    recognised); with a platform only its own. Whole days and hours are read as they were counted, what is left at
    the edges of bins is counted now. In order."""
    days, rest = _whole(_bins(db, since, until, bin_seconds), DAY)
    hours, seconds = _whole(rest, HOUR)
    found: Counter[tuple[int, str]] = Counter()
    for sql, stretches in ((_OF_DAYS, days), (_OF_HOURS, hours), (_OF_SECONDS, seconds)):
        for place, key, count in db.rows(sql, (json.dumps(stretches), platform)) if stretches else ():
            found[place, key] += count
    return dict(sorted(found.items()))


def oldest_at(db: Database) -> datetime | None:
    """The hour of the oldest observation that stands in an incident."""
    hour = db.value("select min(hour) from hourly_totals")
    return None if hour is None else moment(hour * HOUR)


def totals(db: Database) -> tuple[int, int]:
    """How many observations are kept, and how many of them stand in no incident."""
    row = db.rows("select coalesce(sum(observations), 0), coalesce(sum(others), 0) from daily_totals")[0]
    return row[0] + row[1], row[1]


def miscounted(connection: sqlite3.Connection) -> int:
    """How many hours and days differ from what their observations come to; none, ever."""
    return sum(
        connection.execute(
            f"select count(*) from (select * from (select * from {table} except {counted})"  # noqa: S608 (our own words)
            f" union all select * from ({counted} except select * from {table}))"
        ).fetchone()[0]
        for table, counted in _COUNTED.items()
    )


def recount(connection: sqlite3.Connection) -> int:
    """Counts everything anew within the caller's transaction; returns how many rows differed."""
    differed = miscounted(connection)
    if differed:
        for table, counted in _COUNTED.items():
            connection.execute(f"delete from {table}")  # noqa: S608 (our own words)
            connection.execute(f"insert into {table} {counted}")
    return differed


def _bins(db: Database, since: int, until: int, bin_seconds: int) -> Iterator[Stretch]:
    """The bins of a stretch of time that can hold anything."""
    # Each by itself comes from the end of the key; both in one query go over the whole table.
    first, last = db.rows("select (select min(hour) from hourly_totals), (select max(hour) from hourly_totals)")[0]
    if first is None:
        return
    for place in range(max(0, (first * HOUR - since) // bin_seconds), -(-(until - since) // bin_seconds)):
        start = since + place * bin_seconds
        if start > (last + 1) * HOUR:
            return
        yield Stretch(place, start, min(start + bin_seconds, until))


def _whole(stretches: Iterable[Stretch], unit: int) -> tuple[list[Stretch], list[Stretch]]:
    """Of each stretch the whole units in it, and what is left before and after them."""
    whole: list[Stretch] = []
    rest: list[Stretch] = []
    for place, since, until in stretches:
        first, last = -(-since // unit) * unit, until // unit * unit
        if first >= last:
            rest.append(Stretch(place, since, until))
            continue
        whole.append(Stretch(place, first, last))
        rest += [Stretch(place, *edge) for edge in ((since, first), (last, until)) if edge[0] < edge[1]]
    return whole, rest
