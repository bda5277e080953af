"""One exposure's observations, incidents, messages and names."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import pairwise

from data.mitigation import STATUSES, Mark, Status
from data.store.database import Database
from data.store.evidence import observation
from data.store.exposure_reads import OF_INCIDENT
from data.store.exposure_shapes import StatusBin
from data.store.mitigation_reads import states
from data.store.reads import hourly
from data.store.rows import incident_of
from data.store.shapes import IncidentRow, ObservationDetail
from data.store.totals import counted_over_time
from data.store.values import moment, number_of, public_id, seconds


def exposure_over_time(
    db: Database,
    stories: Mapping[str, Sequence[Mark]],
    since: datetime,
    until: datetime,
    bin_seconds: int,
    *,
    platform: str | None = None,
) -> dict[str, list[StatusBin]]:
    """Observations of each exposure by the status that held when they were seen, in bins that start at `since`;
    empty ones are left out, `until` is not included. `stories` holds the marks of each exposure's id. With a platform
    only observations in which it was recognised."""
    start, end = seconds(since), seconds(until)
    spells = [spell for name in stories for spell in _spells(name, stories[name], start, end)]
    found: dict[str, list[StatusBin]] = {name: [] for name in stories}
    for number, place, part, count in db.rows(
        "select json_extract(s.value, '$[0]'), (o.observed_at - ?) / ?, json_extract(s.value, '$[1]'), count(*)"  # noqa: S608
        " from json_each(?) s cross join exposures e on e.exposure_id = json_extract(s.value, '$[0]')"
        f" cross join incidents i on {OF_INCIDENT} and i.last_seen_at >= json_extract(s.value, '$[2]')"
        " and i.first_seen_at < json_extract(s.value, '$[3]') cross join observations o"
        " on o.incident_id = i.incident_id and o.observed_at >= json_extract(s.value, '$[2]')"
        " and o.observed_at < json_extract(s.value, '$[3]') where ?4 is null or o.platform = ?4"
        " group by 1, 2, 3 order by 1, 2, 3",
        (start, bin_seconds, json.dumps(spells), platform),
    ):
        name = public_id("exposure", number)
        status: Status = stories[name][part - 1].status if part else "unreviewed"
        found[name].append(StatusBin(moment(start + place * bin_seconds), status, count))
    return found


def platform_over_time(
    db: Database, platform: str, since: datetime, until: datetime, bin_seconds: int
) -> list[StatusBin]:
    """All observations of a platform by the status that their exposure had when they were seen, as
    `exposure_over_time` counts them. Only exposures of which something was said are looked at one by one: the rest
    was unreviewed."""
    told = [
        public_id("exposure", row[0])
        for row in db.rows(
            "select exposure_id from exposures where platform = ? and status_at is not null", (platform,)
        )
    ]
    stories = {name: story.marks for name, story in states(db, told).items()}
    counts: Counter[tuple[datetime, Status]] = Counter()
    for items in exposure_over_time(db, stories, since, until, bin_seconds, platform=platform).values():
        for item in items:
            counts[item.at, item.status] += item.observations
    start = seconds(since)
    for (place, _), count in counted_over_time(db, start, seconds(until), bin_seconds, platform).items():
        at = moment(start + place * bin_seconds)
        counts[at, "unreviewed"] = count - sum(counts[at, status] for status in STATUSES if status != "unreviewed")
    return [StatusBin(at, status, number) for (at, status), number in sorted(counts.items()) if number]


def _spells(name: str, marks: Sequence[Mark], start: int, end: int) -> Iterator[tuple[int, int, int, int]]:
    """(exposure, how many marks came before, first second, last second not included) of each stretch of one status.
    A mark holds from the second after it; one that the machine set for an observation, from that observation on."""
    number = number_of("exposure", name) or 0
    cuts = sorted(seconds(mark.at) + 1 - mark.machine for mark in marks)
    for part, (since, until) in enumerate(pairwise([start, *(min(max(cut, start), end) for cut in cuts), end])):
        if since < until:
            yield number, part, since, until


def exposure_incidents(
    db: Database, exposure_id: str, *, limit: int = 200, now: datetime | None = None
) -> list[IncidentRow]:
    """The incidents that came through an exposure, the last seen first."""
    rows = db.rows(
        f"select i.*, p.name as party from exposures e join incidents i on {OF_INCIDENT}"  # noqa: S608
        " join parties p on p.party_id = e.party_id where e.exposure_id = ?"
        " order by i.last_seen_at desc, i.incident_id desc limit ?",
        (number_of("exposure", exposure_id), limit),
    )
    hours = hourly(db, seconds(now or datetime.now(UTC)))
    return [incident_of(row, hours.get(row["incident_id"])) for row in rows]


def exposure_samples(db: Database, exposure_id: str, *, limit: int = 3) -> list[ObservationDetail]:
    """The newest messages of an exposure as they are kept, trusted ones first."""
    rows = db.rows(
        f"select o.observation_id from exposures e join incidents i on {OF_INCIDENT}"  # noqa: S608
        " join observations o on o.incident_id = i.incident_id where e.exposure_id = ?"
        " order by o.trusted desc, o.observed_at desc, o.observation_id desc limit ?",
        (number_of("exposure", exposure_id), limit),
    )
    found = (observation(db, public_id("observation", row[0])) for row in rows)
    return [item for item in found if item is not None]


def party_names(db: Database, exposure_id: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The account ids and the tenants by which the platform's mail names the party of an exposure."""
    rows = db.rows(
        f"select distinct i.account_id, i.tenant from exposures e join incidents i on {OF_INCIDENT}"  # noqa: S608
        " where e.exposure_id = ? limit 20",
        (number_of("exposure", exposure_id),),
    )
    return (
        tuple(sorted({row["account_id"] for row in rows if row["account_id"]})),
        tuple(sorted({row["tenant"] for row in rows if row["tenant"]})),
    )
