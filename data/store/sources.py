"""What a set of observations rests on: how far their authentication can be trusted, and who handed them in."""

from dataclasses import dataclass

from data.store.database import Database
from data.store.filters import observation_condition
from data.store.shapes import EVERYTHING, IncidentFilter


@dataclass(frozen=True, slots=True)
class Sources:
    """Observations of incidents by evidence, and how often each channel handed one in."""

    evidence: tuple[tuple[str, int], ...]
    channels: tuple[tuple[str, int], ...]


def sources(db: Database, where: IncidentFilter = EVERYTHING) -> Sources:
    """The sources of the observations of incidents that a filter asks for, the frequent first."""
    condition = observation_condition(db, where)
    wanted = f"from observations o join incidents i using (incident_id) where {condition.sql}"
    evidence = db.rows(
        f"select o.evidence, count(*) as n {wanted} group by 1 order by n desc, 1",
        condition.parameters,
    )
    channels = db.rows(
        "select c.channel, count(*) as n from corroborations c where c.observation_id in"  # noqa: S608
        f" (select o.observation_id {wanted}) group by 1 order by n desc, 1",
        condition.parameters,
    )
    return Sources(tuple((row[0], row[1]) for row in evidence), tuple((row[0], row[1]) for row in channels))
