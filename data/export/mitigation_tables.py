"""The exported tables about abused vendors: who, which doors, what was said about them."""

from collections.abc import Iterator

from data.export.columns import Column, Table
from data.store.database import Database
from data.store.exposure_reads import stream_exposures, vendors
from data.store.exposure_shapes import EVERY_EXPOSURE, ExposureFilter
from data.store.mitigation_reads import stream_changes
from data.store.shapes import EVERYTHING, IncidentFilter

_KEY = "The party by a name that outlives regrouping: its domain, else account:PLATFORM:ID or tenant:PLATFORM:NAME."
_NAME = "The organisation's name, where the catalogue knows one."
_PLATFORM = "The platform, by its catalogue id; empty where none was recognised."
_MECHANISM = "What makes the system write: ticket-acknowledgement, account-verification, ..."
_TENANCY = "vendor; attacker: the attacker made the tenant; taken-over: he took it over. Then the platform must act."
_STATUS = (
    "unreviewed, confirmed, reported, acknowledged, mitigating, mitigated, verified-quiet, recurred, disputed or "
    "not-affected."
)
_OPEN = "Since when the door has stood open without a break; empty where it is closed."
_ACKNOWLEDGE = "Seconds from the report to the vendor's answer, the median of its reports; empty where unknown."
_MITIGATE = "Seconds from the report, or from a recurrence, to the fix, the median; empty where unknown."
_AFTER_FIX = "Trusted observations that were sent after the last fix."
_DONE = "Steps of the checklist that are ticked."
_EXPOSURE_ID = "The exposure's public id."
_INCIDENTS = "How many incidents came through it."
_OBSERVATIONS = "How many observations these incidents hold."

VENDORS = Table(
    "vendors",
    "One abused party over its exposures, with the status that needs work most; the longest open first.",
    (
        Column("party_key", "text", _KEY),
        Column("party", "text", "The abused party: its domain, else its tenant or account."),
        Column("vendor", "text", _NAME),
        Column("platform", "text", "The platform of most of its observations, by its catalogue id."),
        Column("tenancy", "text", _TENANCY),
        Column("status", "text", _STATUS),
        Column("exposures", "number", "How many doors: platform and mechanism."),
        Column("incidents", "number", "How many incidents."),
        Column("observations", "number", _OBSERVATIONS),
        Column("open_since", "time", _OPEN),
        Column("to_acknowledge", "number", _ACKNOWLEDGE),
        Column("to_mitigate", "number", _MITIGATE),
        Column("recurrences", "number", "How often it came back after a fix."),
        Column("after_fix", "number", _AFTER_FIX),
        Column("steps_done", "number", _DONE),
        Column("steps", "number", "Steps of the checklists of its exposures."),
        Column("first_seen_at", "time", "Its first observation."),
        Column("last_seen_at", "time", "Its last observation."),
    ),
)
EXPOSURES = Table(
    "exposures",
    "One open door: an abused party on one platform by one mechanism; the longest open first.",
    (
        Column("exposure_id", "id", _EXPOSURE_ID),
        Column("party_key", "text", _KEY),
        Column("party", "text", "The abused party: its domain, else its tenant or account."),
        Column("vendor", "text", _NAME),
        Column("platform", "text", _PLATFORM),
        Column("mechanism", "text", _MECHANISM),
        Column("tenancy", "text", _TENANCY),
        Column("status", "text", _STATUS),
        Column("status_at", "time", "Since when it has this status; empty where nobody said anything."),
        Column("open_since", "time", _OPEN),
        Column("fixed_at", "time", "The last fix, whether or not it held."),
        Column("quiet_since", "time", "The last fix, or the last trusted observation sent after it."),
        Column("after_fix", "number", _AFTER_FIX),
        Column("recurrences", "number", "How often it came back after a fix."),
        Column("to_acknowledge", "number", _ACKNOWLEDGE),
        Column("to_mitigate", "number", _MITIGATE),
        Column("incidents", "number", _INCIDENTS),
        Column("observations", "number", _OBSERVATIONS),
        Column("first_seen_at", "time", "Its first observation."),
        Column("last_seen_at", "time", "Its last observation."),
        Column("steps_done", "number", _DONE),
        Column("steps", "number", "Steps of its checklist: six that hold everywhere, then the platform's own."),
    ),
)
MITIGATIONS = Table(
    "mitigations",
    "One status of one exposure: said by a person, or set by Relaywatch where it recurred; the earliest first.",
    (
        Column("change_id", "number", "The number of the change; empty where Relaywatch set it."),
        Column("exposure_id", "id", "The exposure; empty where no incident stands in it any more."),
        Column("party_key", "text", _KEY),
        Column("platform", "text", _PLATFORM),
        Column("mechanism", "text", _MECHANISM),
        Column("status", "text", _STATUS),
        Column("effective_at", "time", "Since when it was so."),
        Column("recorded_at", "time", "When it was recorded; empty where Relaywatch set it."),
        Column("author", "text", "Who said so; relaywatch for the machine."),
        Column("machine", "flag", "Whether Relaywatch set it itself."),
        Column("note", "text", "What shows it, in words."),
        Column("link", "text", "What shows it: a public page."),
        Column("observation_id", "id", "What shows it: an observation."),
        Column("withdrawn_at", "time", "When it was taken back; empty where it stands."),
    ),
)
MITIGATION_TABLES = (VENDORS, EXPOSURES, MITIGATIONS)


def mitigation_rows(
    db: Database, table: Table, where: IncidentFilter = EVERYTHING, status: tuple[str, ...] = ()
) -> Iterator[object]:
    """The rows of one of these tables: of exposures with an incident that a filter asks for, in some states."""
    asked = ExposureFilter(where, status=status)
    if table is VENDORS:
        return iter(vendors(db, asked))
    if table is EXPOSURES:
        return stream_exposures(db, asked)
    if asked == EVERY_EXPOSURE:
        return stream_changes(db)
    known = {row.exposure_id for row in stream_exposures(db, asked)}
    return (row for row in stream_changes(db) if row.exposure_id in known)
