"""One exposure's observations, incidents, messages and names."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from data.mitigation import Mark, Status
from data.store.database import Database
from data.store.evidence import observation
from data.store.exposure_reads import OF_INCIDENT
from data.store.exposure_shapes import StatusBin
from data.store.reads import hourly
from data.store.rows import incident_of
from data.store.shapes import IncidentRow, ObservationDetail
from data.store.values import moment, number_of, public_id, seconds


def exposure_over_time(
    db: Database, stories: Mapping[str, Sequence[Mark]], since: datetime, until: datetime, bin_seconds: int
) -> dict[str, list[StatusBin]]:
    """Observations of each exposure by the status that held when they were seen, in bins that start at `since`;
    empty ones are left out, `until` is not included. `stories` holds the marks of each exposure's id."""
    numbers = {number_of("exposure", name): name for name in stories}
    cuts = {
        str(number): [seconds(mark.at) - mark.machine for mark in stories[name]] for number, name in numbers.items()
    }
    marks = ", ".join("?" * len(numbers))
    start, end = seconds(since), seconds(until)
    found: dict[str, list[StatusBin]] = {name: [] for name in stories}
    for row in db.rows(
        "select e.exposure_id, (o.observed_at - ?) / ? as bin, (select count(*) from json_each("  # noqa: S608
        "  json_extract(?, '$.' || json_quote(cast(e.exposure_id as text)))) cut where cut.value < o.observed_at)"
        f" as part, count(*) from exposures e join incidents i on {OF_INCIDENT}"
        f" join observations o on o.incident_id = i.incident_id where e.exposure_id in ({marks})"
        " and i.last_seen_at >= ? and i.first_seen_at < ? and o.observed_at >= ? and o.observed_at < ?"
        " group by 1, 2, 3 order by 1, 2, 3",
        (start, bin_seconds, json.dumps(cuts), *numbers, start, end, start, end),
    ):
        name = numbers[row[0]]
        status: Status = stories[name][row[2] - 1].status if row[2] else "unreviewed"
        found[name].append(StatusBin(moment(start + row[1] * bin_seconds), status, row[3]))
    return found


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
    """The newest trusted messages of an exposure, as they are kept."""
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
