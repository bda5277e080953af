"""What everybody may see: incidents that an analyst made TLP:CLEAR, confirmed, whose door is closed and which nobody
disputes. Ids, names of the catalogue, a domain and counts: not one word of a stranger."""

from dataclasses import dataclass
from datetime import datetime

from data.mitigation import CLOSED
from data.store.database import Database
from data.store.exposure_reads import OF_INCIDENT
from data.store.values import moment, public_id

MOST = 500


@dataclass(frozen=True, slots=True)
class Published:
    """One incident as the public sees it."""

    incident_id: str
    abused_domain: str
    platform: str | None
    mechanism: str
    first_seen_at: datetime
    last_seen_at: datetime
    observations: int


def published(db: Database) -> list[Published]:
    """The last seen first. An incident without a domain stays out: a tenant's name may be the attacker's."""
    marks = ", ".join(f"'{status}'" for status in sorted(CLOSED))
    rows = db.rows(
        "select i.incident_id, i.abused_domain, i.platform, i.mechanism, i.first_seen_at, i.last_seen_at,"  # noqa: S608
        f" i.observations from incidents i join exposures e on {OF_INCIDENT}"
        f" where i.confirmation = 'confirmed' and i.abused_domain is not null and e.tenancy = 'vendor'"
        f" and e.status in ({marks})"
        " and exists (select 1 from incident_markings m left join incident_aliases a on a.old_id = m.incident_id"
        "  where coalesce(a.incident_id, m.incident_id) = i.incident_id)"
        " and not exists (select 1 from incident_markings m left join incident_aliases a on a.old_id = m.incident_id"
        "  where coalesce(a.incident_id, m.incident_id) = i.incident_id and m.tlp <> 'CLEAR')"
        " and not exists (select 1 from disputes d join party_aliases p on p.kind = d.party_kind"
        "  and p.platform = d.party_platform and p.name = d.party_name"
        "  where p.party_id = i.party_id and d.hides)"
        " order by i.last_seen_at desc limit ?",
        (MOST,),
    )
    return [
        Published(
            public_id("incident", row["incident_id"]),
            row["abused_domain"],
            row["platform"],
            row["mechanism"],
            moment(row["first_seen_at"]),
            moment(row["last_seen_at"]),
            row["observations"],
        )
        for row in rows
    ]
