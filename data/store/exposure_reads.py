"""What pages, exports and commands ask about exposures: rows, the doors of a wave, those open the longest."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from data.catalogue.mitigations import load_mitigations
from data.catalogue.vendors import load_vendors
from data.errors import ChangeRefused
from data.mitigation import CLOSED
from data.store.database import Database
from data.store.exposure_shapes import (
    EVERY_EXPOSURE,
    URGENCY,
    ExposureFilter,
    ExposureRow,
    WaveDoor,
)
from data.store.filters import clearance_condition, current_incident, current_wave, incident_condition
from data.store.party_keys import best_keys, find_party
from data.store.shapes import EVERYTHING
from data.store.values import moment, moment_or_none, number_of, public_id, storable
from data.tlp import beyond

_SELECT = "select e.*, p.name as party, p.abused_domain from exposures e join parties p using (party_id)"
OF_INCIDENT = "e.party_id = i.party_id and e.platform = coalesce(i.platform, '') and e.mechanism = i.mechanism"
_OPEN_FIRST = "order by e.open_since is null, e.open_since, e.last_seen_at desc, e.exposure_id"
_TICKED = (
    "select a.party_id, t.platform, t.mechanism, count(*) from ("
    " select *, row_number() over (partition by party_kind, party_platform, party_name, platform, mechanism, step"
    "  order by tick_id desc) as place from checklist_ticks) t"
    " join party_aliases a on a.kind = t.party_kind and a.platform = t.party_platform and a.name = t.party_name"
    " where place = 1 and done group by 1, 2, 3"
)


def exposures(db: Database, where: ExposureFilter = EVERY_EXPOSURE, *, limit: int | None = None) -> list[ExposureRow]:
    """Exposures that a filter asks for: those open the longest first, then closed ones, the last seen first."""
    return list(stream_exposures(db, where, limit=limit))


def stream_exposures(
    db: Database,
    where: ExposureFilter = EVERY_EXPOSURE,
    *,
    limit: int | None = None,
    parties: Sequence[int] | None = None,
) -> Iterator[ExposureRow]:
    """`exposures`, one at a time; of some parties only where their rows are given."""
    condition, parameters = exposure_condition(db, where)
    if parties is not None:
        condition += " and e.party_id in (select value from json_each(?))"
        parameters += (json.dumps(parties),)
    sql, parameters = (
        f"{_SELECT} where {condition} {_OPEN_FIRST} limit ?",
        (*parameters, -1 if limit is None else limit),
    )
    if limit is not None or parties is not None:
        yield from _exposures(db, db.rows(sql, parameters))
        return
    keys, ticks = best_keys(db.connection), _ticks(db)
    for row in db.stream(sql, parameters):
        yield _exposure(row, keys, ticks)


def exposure(db: Database, exposure_id: str) -> ExposureRow | None:
    """One exposure by its public id, or None."""
    found = _exposures(db, db.rows(f"{_SELECT} where e.exposure_id = ?", (number_of("exposure", exposure_id),)))
    return found[0] if found else None


def exposure_of_incident(db: Database, incident_id: str) -> ExposureRow | None:
    """The open door that an incident came through, with its state; None for an unknown incident."""
    rows = db.rows(
        "select e.*, p.name as party, p.abused_domain from incidents i"  # noqa: S608 (our own words)
        f" join exposures e on {OF_INCIDENT} join parties p on p.party_id = e.party_id where i.incident_id = ?",
        (current_incident(db, incident_id),),
    )
    found = _exposures(db, rows)
    return found[0] if found else None


def wave_doors(db: Database, wave_id: str) -> dict[str, WaveDoor]:
    """Each abused party of a wave by its name, with the status of its doors that the wave came through: of several
    that which needs work most."""
    found: dict[str, WaveDoor] = {}
    for name, status, fixed_at in db.rows(
        "select distinct p.name, e.status, e.fixed_at from incidents i"  # noqa: S608 (our own words)
        f" join exposures e on {OF_INCIDENT} join parties p on p.party_id = e.party_id where i.wave_id = ?",
        (current_wave(db, wave_id),),
    ):
        door = WaveDoor(status, moment_or_none(fixed_at))
        found[name] = min(door, found.get(name, door), key=lambda door: URGENCY.index(door.status))
    return found


def unmitigated_longest(db: Database, *, limit: int = 8) -> list[ExposureRow]:
    """Open doors of honest vendors, that open the longest first, for the overview."""
    rows = db.rows(
        f"{_SELECT} where e.tenancy = 'vendor' and e.open_since is not null"
        " order by e.open_since, e.last_seen_at desc, e.exposure_id limit ?",
        (limit,),
    )
    return _exposures(db, rows)


def latest_fixed(db: Database, where: ExposureFilter = EVERY_EXPOSURE, *, limit: int) -> list[ExposureRow]:
    """Doors of honest vendors that were fixed: those that came back first, then those whose fix is the latest."""
    condition, parameters = exposure_condition(db, where)
    rows = db.rows(
        f"{_SELECT} where e.tenancy = 'vendor' and e.fixed_at is not null and {condition}"
        " order by e.status <> 'recurred', e.fixed_at desc, e.exposure_id limit ?",
        (*parameters, limit),
    )
    return _exposures(db, rows)


def exposure_condition(db: Database, where: ExposureFilter) -> tuple[str, tuple[object, ...]]:
    """Exposures (alias e) that a filter asks for, as SQL and its parameters."""
    parts, parameters = ["true"], list[object]()
    for column, values in (("status", where.status), ("tenancy", where.tenancy)):
        if values:
            parts.append(f"e.{column} in ({', '.join('?' * len(values))})")
            parameters += values
    if where.party is not None:
        parts.append("e.party_id = ?")
        parameters.append(_party(db, where.party))
    if where.incidents.platform:
        # The incidents below say so too, but not to the index.
        parts.append(f"e.platform in ({', '.join('?' * len(where.incidents.platform))})")
        parameters += ["" if name == "other" else storable(name) for name in where.incidents.platform]
    if where.incidents != EVERYTHING:
        incidents = incident_condition(db, where.incidents)
        parts.append(f"exists (select 1 from incidents i where {OF_INCIDENT} and {incidents.sql})")  # noqa: S608
        parameters += incidents.parameters
    if beyond(where.incidents.clearance):
        visible = clearance_condition(where.incidents)
        parts.append(f"not exists (select 1 from incidents i where {OF_INCIDENT} and not ({visible.sql}))")  # noqa: S608
        parameters += visible.parameters
    if where.incidents.clearance == "CLEAR":
        parts.append(f"e.status in ({', '.join('?' * len(CLOSED))})")
        parameters += CLOSED
    return " and ".join(parts), tuple(parameters)


def _party(db: Database, key: str) -> int:
    try:
        return find_party(db.connection, key)[1]
    except ChangeRefused:
        return 0


def _ticks(db: Database) -> dict[tuple[int, str, str], int]:
    return {(row[0], row[1], row[2]): row[3] for row in db.rows(_TICKED)}


def _exposures(db: Database, rows: Sequence[Any]) -> list[ExposureRow]:
    keys = best_keys(db.connection, {row["party_id"] for row in rows})
    ticks = _ticks(db) if rows else {}
    return [_exposure(row, keys, ticks) for row in rows]


def _exposure(row: Any, keys: dict[int, str], ticks: dict[tuple[int, str, str], int]) -> ExposureRow:  # noqa: ANN401
    steps = load_mitigations().checklist(row["platform"])
    return ExposureRow(
        exposure_id=public_id("exposure", row["exposure_id"]),
        party_key=keys[row["party_id"]],
        party=row["party"],
        vendor=_known_name(row["abused_domain"]),
        platform=row["platform"] or None,
        mechanism=row["mechanism"],
        tenancy=row["tenancy"],
        status=row["status"],
        status_at=moment_or_none(row["status_at"]),
        open_since=moment_or_none(row["open_since"]),
        fixed_at=moment_or_none(row["fixed_at"]),
        quiet_since=moment_or_none(row["quiet_since"]),
        after_fix=row["after_fix"],
        recurrences=row["recurrences"],
        to_acknowledge=row["to_acknowledge"],
        to_mitigate=row["to_mitigate"],
        incidents=row["incidents"],
        observations=row["observations"],
        first_seen_at=moment(row["first_seen_at"]),
        last_seen_at=moment(row["last_seen_at"]),
        steps_done=min(len(steps), ticks.get((row["party_id"], row["platform"], row["mechanism"]), 0)),
        steps=len(steps),
    )


def _known_name(domain: str | None) -> str | None:
    vendor = load_vendors().by_domain.get(domain or "")
    return vendor.name if vendor else None
