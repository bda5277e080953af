"""Lists a page at a time, by the place of the last row, so that what arrives meanwhile moves nothing."""

import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from data.store.database import Database
from data.store.exposure_reads import exposure_condition, stream_exposures
from data.store.exposure_shapes import ExposureFilter, VendorRow
from data.store.filters import Condition, incident_condition, wave_condition
from data.store.party_keys import best_keys
from data.store.reads import INCIDENTS, hourly
from data.store.rows import incident_of
from data.store.shapes import IncidentFilter, IncidentRow, WaveRow
from data.store.values import seconds
from data.store.vendor_reads import vendors_of
from data.store.wave_reads import wave_of


class Place(NamedTuple):
    """Where a page ended: the time and the number of its last row."""

    at: int
    number: int


def incident_page(
    db: Database, where: IncidentFilter, *, after: Place | None, limit: int, now: datetime
) -> tuple[list[IncidentRow], Place | None]:
    """Incidents that a filter asks for, the last seen first, and where the next page starts."""
    condition = _beyond(incident_condition(db, where), "i.last_seen_at, i.incident_id", after)
    rows = db.rows(
        f"select i.*, p.name as party {INCIDENTS} where {condition.sql}"
        " order by i.last_seen_at desc, i.incident_id desc limit ?",
        (*condition.parameters, limit + 1),
    )
    hours = hourly(db, seconds(now)) if rows else {}
    found = [incident_of(row, hours.get(row["incident_id"])) for row in rows[:limit]]
    return found, _place(rows, limit, "incident_id")


def wave_page(
    db: Database, where: IncidentFilter, *, after: Place | None, limit: int, now: datetime
) -> tuple[list[WaveRow], Place | None]:
    """Waves with an incident that a filter asks for, the last seen first, and where the next page starts."""
    condition = _beyond(wave_condition(db, where), "w.last_seen_at, w.wave_id", after)
    rows = db.rows(
        f"select * from waves w where {condition.sql} order by last_seen_at desc, wave_id desc limit ?",  # noqa: S608
        (*condition.parameters, limit + 1),
    )
    return [wave_of(db, row, seconds(now)) for row in rows[:limit]], _place(rows, limit, "wave_id")


def vendor_page(
    db: Database, where: IncidentFilter, *, after: Place | None, limit: int
) -> tuple[list[tuple[VendorRow, tuple[str, ...]]], Place | None]:
    """Abused parties with an exposure that a filter asks for, over those exposures, each with the domains it sends
    from; the last seen first."""
    asked = ExposureFilter(where)
    condition, parameters = exposure_condition(db, asked)
    only = "" if after is None else "having (max(e.last_seen_at), e.party_id) < (?, ?)"
    rows = db.rows(
        f"select e.party_id, max(e.last_seen_at) as last_seen_at from exposures e where {condition}"  # noqa: S608
        f" group by e.party_id {only} order by 2 desc, 1 desc limit ?",
        (*parameters, *(after or ()), limit + 1),
    )
    parties: list[int] = [row["party_id"] for row in rows[:limit]]
    found = {row.party_key: row for row in vendors_of(stream_exposures(db, asked, parties=parties))}
    keys, domains = best_keys(db.connection, parties), _domains(db, parties)
    return [(found[keys[party]], domains.get(party, ())) for party in parties], _place(rows, limit, "party_id")


def _domains(db: Database, parties: Sequence[int]) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    for party, name in db.rows(
        "select party_id, name from party_aliases where kind = 'domain'"
        " and party_id in (select value from json_each(?)) order by name",
        (json.dumps(parties),),
    ):
        found[party] = (*found.get(party, ()), name)
    return found


def _beyond(condition: Condition, columns: str, after: Place | None) -> Condition:
    if after is None:
        return condition
    return Condition(f"{condition.sql} and ({columns}) < (?, ?)", (*condition.parameters, *after))


def _place(rows: Sequence[sqlite3.Row], limit: int, number: str) -> Place | None:
    return Place(rows[limit - 1]["last_seen_at"], rows[limit - 1][number]) if len(rows) > limit else None
