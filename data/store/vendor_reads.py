"""Exposures brought together: by vendor, by platform, by how fast they were mended."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import mean, median

from data.mitigation import CLOSED
from data.store.database import Database
from data.store.exposure_reads import exposure_condition, stream_exposures
from data.store.exposure_shapes import (
    EVERY_EXPOSURE,
    URGENCY,
    ExposureFilter,
    ExposureRow,
    PlatformRow,
    VendorRow,
)
from data.store.party_keys import best_keys
from data.store.values import moment, number_of

_CLOSED = ", ".join(f"'{status}'" for status in sorted(CLOSED))
# As `_main` says: the door of most observations, of equals the one of the lowest id. In SQLite a sum of shifted
# numbers is what finds it in one pass.
_IS_APART = "max((e.observations << 33) + ((2147483647 - e.exposure_id) << 1) + (e.tenancy <> 'vendor')) & 1"


@dataclass(frozen=True, slots=True)
class Vendors:
    """The first of the honest vendors and of the tenants that stand apart, each the longest open first, and how many
    there are of both; `open` counts the honest ones with an open door."""

    honest: list[VendorRow]
    apart: list[VendorRow]
    honest_total: int
    apart_total: int
    open: int


def vendors(db: Database, where: ExposureFilter = EVERY_EXPOSURE) -> list[VendorRow]:
    """Abused parties with an exposure that a filter asks for, over those exposures only; the longest open first."""
    return vendors_of(stream_exposures(db, where))


def vendors_of(rows: Iterable[ExposureRow]) -> list[VendorRow]:
    """Exposures brought together by their party, in the order in which parties first come."""
    found: defaultdict[str, list[ExposureRow]] = defaultdict(list)
    for row in rows:
        found[row.party_key].append(row)
    return [_vendor(group) for group in found.values()]


def list_vendors(db: Database, where: ExposureFilter = EVERY_EXPOSURE, *, limit: int) -> Vendors:
    """Abused parties as `vendors` gives them, at most `limit` of a kind, with how many there are."""
    condition, parameters = exposure_condition(db, where)
    found = db.rows(
        f"select e.party_id, {_IS_APART}, max(e.status not in ({_CLOSED})) from exposures e where {condition}"  # noqa: S608 (our own words)
        " group by e.party_id order by min(e.open_since) is null, min(e.open_since), max(e.last_seen_at) desc,"
        " e.party_id",
        parameters,
    )
    honest = [row[0] for row in found if not row[1]]
    apart = [row[0] for row in found if row[1]]
    shown = stream_exposures(db, where, parties=[*honest[:limit], *apart[:limit]])
    rows = vendors_of(shown)
    return Vendors(
        [row for row in rows if row.tenancy == "vendor"],
        [row for row in rows if row.tenancy != "vendor"],
        len(honest),
        len(apart),
        sum(row[2] for row in found if not row[1]),
    )


def platforms(db: Database, where: ExposureFilter = EVERY_EXPOSURE) -> list[PlatformRow]:
    """Platforms over the exposures that a filter asks for, that with most observations first."""
    condition, parameters = exposure_condition(db, where)
    spans: defaultdict[str, list[tuple[int | None, int | None]]] = defaultdict(list)
    for platform, *both in db.rows(
        "select e.platform, e.to_acknowledge, e.to_mitigate from exposures e"  # noqa: S608 (our own words)
        f" where (e.to_acknowledge is not null or e.to_mitigate is not null) and {condition}",
        parameters,
    ):
        spans[platform].append((both[0], both[1]))
    rows = db.rows(
        "select e.platform, count(distinct e.party_id), count(*), sum(e.status not in"  # noqa: S608 (our own words)
        f" ({_CLOSED})), sum(e.incidents), sum(e.observations), sum(e.recurrences), min(e.first_seen_at),"
        f" max(e.last_seen_at) from exposures e where {condition} group by e.platform"
        " order by sum(e.observations) desc, e.platform",
        parameters,
    )
    return [_platform(row, spans[row[0]]) for row in rows]


def reaction_times(db: Database, *, limit: int = 5) -> tuple[list[VendorRow], list[VendorRow]]:
    """The fastest vendors and the slowest, by their median time to mitigate; who never did is in neither."""
    spans: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
    for party, name, took in db.rows(
        "select e.party_id, p.name, e.to_mitigate from exposures e join parties p using (party_id)"
        " where e.tenancy = 'vendor' and e.to_mitigate is not null"
    ):
        spans[name, party].append(took)
    known = [party for (_, party), _ in sorted(spans.items(), key=lambda item: (_median(item[1]), item[0]))]
    middle = (len(known) + 1) // 2
    fast, slow = known[:middle][:limit], known[middle:][::-1][:limit]
    rows = _vendor_rows(db, [*fast, *slow], ExposureFilter(tenancy=("vendor",)))
    return [rows[party] for party in fast], [rows[party] for party in slow]


def _vendor_rows(db: Database, parties: Sequence[int], where: ExposureFilter) -> dict[int, VendorRow]:
    """One row a party, by its number."""
    keys = best_keys(db.connection, parties)
    found = {row.party_key: row for row in vendors_of(stream_exposures(db, where, parties=parties))}
    return {party: found[keys[party]] for party in parties}


def _vendor(rows: Sequence[ExposureRow]) -> VendorRow:
    main = _main(rows)
    return VendorRow(
        party_key=main.party_key,
        party=main.party,
        vendor=main.vendor,
        platform=main.platform,
        tenancy=main.tenancy,
        status=min((row.status for row in rows), key=URGENCY.index),
        exposures=len(rows),
        incidents=sum(row.incidents for row in rows),
        observations=sum(row.observations for row in rows),
        open_since=min((row.open_since for row in rows if row.open_since), default=None),
        to_acknowledge=_median(row.to_acknowledge for row in rows),
        to_mitigate=_median(row.to_mitigate for row in rows),
        recurrences=sum(row.recurrences for row in rows),
        after_fix=sum(row.after_fix for row in rows),
        steps_done=sum(row.steps_done for row in rows),
        steps=sum(row.steps for row in rows),
        first_seen_at=min(row.first_seen_at for row in rows),
        last_seen_at=max(row.last_seen_at for row in rows),
    )


def _main(rows: Sequence[ExposureRow]) -> ExposureRow:
    """The door that stands for a vendor: that of most observations, of equals the one known the longest."""
    return max(rows, key=lambda row: (row.observations, -(number_of("exposure", row.exposure_id) or 0)))


def _platform(row: sqlite3.Row, spans: Sequence[tuple[int | None, int | None]]) -> PlatformRow:
    acknowledged = [took for took, _ in spans if took is not None]
    mitigated = [took for _, took in spans if took is not None]
    return PlatformRow(
        platform=row[0] or None,
        parties=row[1],
        exposures=row[2],
        open=row[3],
        incidents=row[4],
        observations=row[5],
        recurrences=row[6],
        to_acknowledge=_median(acknowledged),
        to_acknowledge_mean=round(mean(acknowledged)) if acknowledged else None,
        to_mitigate=_median(mitigated),
        to_mitigate_mean=round(mean(mitigated)) if mitigated else None,
        first_seen_at=moment(row[7]),
        last_seen_at=moment(row[8]),
    )


def _median(values: Iterable[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return round(median(known)) if known else None
