"""What is kept of single messages: members of incidents, details, templates, search."""

import json
from collections.abc import Sequence

from data.store.database import Database
from data.store.filters import current_incident, observation_condition
from data.store.rows import detail_of, observation_of, template_of
from data.store.shapes import EVERYTHING, IncidentFilter, ObservationDetail, ObservationRow, TemplateRow
from data.store.totals import totals
from data.store.values import number_of

OBSERVATIONS = (
    "select o.*, w.subject, w.sender_name, i.wave_id,"
    " (select count(*) from corroborations c where c.observation_id = o.observation_id) as submissions"
    " from observations o join observation_words w using (observation_id)"
    " left join incidents i using (incident_id)"
)


def members(db: Database, incident_id: str, *, limit: int = 100) -> list[ObservationRow]:
    """The observations of an incident, the newest first."""
    rows = db.rows(
        f"{OBSERVATIONS} where o.incident_id = ? order by o.observed_at desc, o.observation_id desc limit ?",
        (current_incident(db, incident_id), limit),
    )
    return [observation_of(row) for row in rows]


def observation(db: Database, observation_id: str) -> ObservationDetail | None:
    """Everything that is kept of one observation, or None where there is none of that id."""
    row = db.one(
        "select o.*, w.subject, w.sender_name, w.text, i.wave_id, d.sender_address, d.reply_to_domain,"
        " d.envelope_domain, d.masked, d.headers, d.links, d.hops, d.authentication, d.identity, d.reasons,"
        " d.features, d.warnings,"
        " (select count(*) from corroborations c where c.observation_id = o.observation_id) as submissions"
        " from observations o join observation_words w using (observation_id)"
        " join observation_details d using (observation_id) left join incidents i using (incident_id)"
        " where o.observation_id = ?",
        (number_of("observation", observation_id),),
    )
    return detail_of(row) if row else None


def template(db: Database, template_id: str) -> TemplateRow | None:
    """One template, or None where there is none of that id or nothing stands in it any more."""
    row = db.one(
        "select * from templates where template_id = ? and observations > 0", (number_of("template", template_id),)
    )
    return template_of(row) if row else None


def templates(db: Database, template_ids: Sequence[str]) -> dict[str, TemplateRow]:
    """Several templates by their ids; without those that nothing stands in any more."""
    rows = db.rows(
        "select * from templates where observations > 0 and template_id in (select value from json_each(?))",
        (json.dumps([number_of("template", template_id) for template_id in template_ids]),),
    )
    found = [template_of(row) for row in rows]
    return {row.template_id: row for row in found}


def search_observations(
    db: Database, where: IncidentFilter = EVERYTHING, *, limit: int = 100
) -> list[ObservationRow]:
    """Observations, of incidents or not, that a filter asks for; the newest first."""
    condition = observation_condition(db, where)
    rows = db.rows(
        f"{OBSERVATIONS} where {condition.sql} order by o.observed_at desc, o.observation_id desc limit ?",
        (*condition.parameters, limit),
    )
    return [observation_of(row) for row in rows]


def count_observations(db: Database, where: IncidentFilter = EVERYTHING) -> int:
    """How many observations, of incidents or not, a filter asks for."""
    if where == EVERYTHING:
        return totals(db)[0]
    condition = observation_condition(db, where)
    found: int = db.value(
        "select count(*) from observations o left join incidents i using (incident_id)"  # noqa: S608 (our own words)
        f" where {condition.sql}",
        condition.parameters,
    )
    return found
