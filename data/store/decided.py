"""Decisions in force, as the page of an incident and the command line list them."""

import json
from dataclasses import dataclass
from datetime import datetime

from data.store.database import Database
from data.store.filters import current_incident
from data.store.values import moment, number_of, public_id


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision in force, with the number to undo it by."""

    number: int
    kind: str
    at: datetime
    actor: str
    reason: str
    subjects: tuple[str, ...]
    """The incidents and templates that it was about, as they were named."""


def decided(db: Database, incident_id: str | None = None) -> list[Decided]:
    """The decisions in force, the latest first: all, or those about an incident and those merged into it."""
    only = "" if incident_id is None else _ABOUT
    number = None if incident_id is None else current_incident(db, incident_id) or number_of("incident", incident_id)
    rows = db.rows(
        "select o.override_id, o.kind, o.at, o.actor, o.reason, json_group_array(distinct e.subject) as subjects"  # noqa: S608
        " from overrides o left join events e on e.kind <> 'incident-undone'"
        " and json_extract(e.detail, '$.decision') = o.override_id and e.at >= o.at"
        f" where o.undone_at is null {only} group by o.override_id order by o.override_id desc",
        () if incident_id is None else (json.dumps(_names(db, number)),),
    )
    return [
        Decided(
            row["override_id"],
            row["kind"],
            moment(row["at"]),
            row["actor"],
            row["reason"],
            tuple(sorted(filter(None, json.loads(row["subjects"])))),
        )
        for row in rows
    ]


_ABOUT = (
    "and o.override_id in (select json_extract(detail, '$.decision') from events"
    " where subject in (select value from json_each(?)))"
)


def _names(db: Database, number: int | None) -> list[str]:
    """The public id of an incident and of those merged into it."""
    if number is None:
        return []
    rows = db.rows("select old_id from incident_aliases where incident_id = ?", (number,))
    return [public_id("incident", found) for found in (number, *(row[0] for row in rows))]


def origin(db: Database, incident_id: str) -> str | None:
    """The incident that one was split from, as it was named."""
    found: str | None = db.value(
        "select json_extract(detail, '$.from') from events where subject = ? and kind = 'incident-split'"
        " order by seq desc limit 1",
        (incident_id,),
    )
    return found
