"""What the owner of a domain may see of it: when, through which platform, how often, and how far the fix is. No word
of a message, and nothing that an analyst marked beyond TLP:AMBER."""

from dataclasses import dataclass
from datetime import datetime

from data.mitigation import Status
from data.store.database import Database
from data.store.exposure_reads import OF_INCIDENT
from data.store.markings import markings
from data.store.values import moment, public_id
from data.tlp import within

MOST = 500


@dataclass(frozen=True, slots=True)
class OwnIncident:
    """One incident as the abused organisation sees it."""

    incident_id: str
    platform: str | None
    mechanism: str
    status: Status
    observations: int
    first_seen_at: datetime
    last_seen_at: datetime


def incidents_of_domain(db: Database, domain: str) -> list[OwnIncident]:
    """Incidents of the party that a domain belongs to, the last seen first; none of a domain that many customers of a
    platform send from, since they are somebody else."""
    rows = db.rows(
        "select i.*, e.status from party_aliases a join incidents i on i.party_id = a.party_id"  # noqa: S608
        f" join exposures e on {OF_INCIDENT}"
        " where a.kind = 'domain' and a.name = ? and not a.shared order by i.last_seen_at desc limit ?",
        (domain, MOST),
    )
    found = {public_id("incident", row["incident_id"]): row for row in rows}
    marked = markings(db, found)
    return [
        OwnIncident(
            number,
            row["platform"],
            row["mechanism"],
            row["status"],
            row["observations"],
            moment(row["first_seen_at"]),
            moment(row["last_seen_at"]),
        )
        for number, row in found.items()
        if marked[number] in within("AMBER")
    ]
