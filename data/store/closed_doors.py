"""Which doors stood closed at a moment: mitigated and quiet since, or not affected. Filter rules leave them out."""

from collections import defaultdict
from datetime import datetime

from data.mitigation import CLOSED, Change, tell
from data.store.database import Database
from data.store.exposure_reads import OF_INCIDENT
from data.store.exposures import Key, relapses
from data.store.values import moment, public_id, seconds

_SAID = (
    "select i.incident_id, i.party_id, coalesce(i.platform, '') as platform, i.mechanism, c.status, c.effective_at,"
    " c.change_id from mitigation_changes c"
    " join party_aliases a on a.kind = c.party_kind and a.platform = c.party_platform and a.name = c.party_name"
    # The parties of then by the names of today: a party's number is that of one of its names.
    " join party_aliases own on own.party_id = a.party_id join incidents i on i.party_id = own.alias_id"
    " and coalesce(i.platform, '') = c.platform and i.mechanism = c.mechanism"
    " where c.recorded_at <= ?1 and coalesce(c.withdrawn_at > ?1, true)"
)


def incidents_behind_closed_doors(db: Database, at: datetime) -> frozenset[str]:
    """Public ids of incidents whose exposure stood closed at a moment, by what had been said by then and by what the
    database, or the view of it at that moment, holds: a door through which something confirmed came after its fix is
    open again."""
    said: defaultdict[Key, dict[int, Change]] = defaultdict(dict)
    members: defaultdict[Key, set[int]] = defaultdict(set)
    for row in db.rows(_SAID, (seconds(at),)):
        key = Key(row["party_id"], row["platform"], row["mechanism"])
        said[key][row["change_id"]] = Change(row["status"], moment(row["effective_at"]), row["change_id"])
        members[key].add(row["incident_id"])
    return frozenset(
        public_id("incident", number)
        for key, changes in said.items()
        if tell(changes.values(), relapses(db.connection, key, changes.values())).status in CLOSED
        for number in members[key]
    )


def incidents_behind_closed_doors_now(db: Database) -> frozenset[str]:
    """The same of this moment, as exposures keep it."""
    marks = ", ".join(f"'{status}'" for status in sorted(CLOSED))
    rows = db.rows(
        f"select i.incident_id from exposures e cross join incidents i on {OF_INCIDENT} where e.status in ({marks})"  # noqa: S608
    )
    return frozenset(public_id("incident", row[0]) for row in rows)
