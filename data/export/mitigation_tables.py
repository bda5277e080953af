"""The exported tables about abused vendors: who, which doors, what was said about them."""

from collections.abc import Iterator

from data.export.columns import Column, Table
from data.store.database import Database
from data.store.exposure_reads import stream_exposures
from data.store.exposure_shapes import EVERY_EXPOSURE, ExposureFilter
from data.store.mitigation_reads import stream_changes
from data.store.shapes import EVERYTHING, IncidentFilter
from data.store.vendor_reads import vendors

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
        Column("party_key", "text", _KEY, "northwind.example"),
        Column("party", "text", "The abused party: its domain, else its tenant or account.", "northwind.example"),
        Column("vendor", "text", _NAME, "Northwind Outdoor"),
        Column("platform", "text", "The platform of most of its observations, by its catalogue id.", "zendesk"),
        Column("tenancy", "text", _TENANCY, "vendor"),
        Column("status", "text", _STATUS, "mitigated"),
        Column("exposures", "number", "How many doors: platform and mechanism.", "2", "exposures"),
        Column("incidents", "number", "How many incidents.", "4", "incidents"),
        Column("observations", "number", _OBSERVATIONS, "131", "observations"),
        Column("open_since", "time", _OPEN, "2026-11-20T06:02:11Z", "UTC"),
        Column("to_acknowledge", "number", _ACKNOWLEDGE, "14400", "s"),
        Column("to_mitigate", "number", _MITIGATE, "259200", "s"),
        Column("recurrences", "number", "How often it came back after a fix.", "1", "times"),
        Column("after_fix", "number", _AFTER_FIX, "3", "observations"),
        Column("steps_done", "number", _DONE, "2", "steps"),
        Column("steps", "number", "Steps of the checklists of its exposures.", "9", "steps"),
        Column("first_seen_at", "time", "Its first observation.", "2026-11-20T06:02:11Z", "UTC"),
        Column("last_seen_at", "time", "Its last observation.", "2026-11-23T21:14:05Z", "UTC"),
    ),
)
EXPOSURES = Table(
    "exposures",
    "One open door: an abused party on one platform by one mechanism; the longest open first.",
    (
        Column("exposure_id", "id", _EXPOSURE_ID, "E-0001"),
        Column("party_key", "text", _KEY, "northwind.example"),
        Column("party", "text", "The abused party: its domain, else its tenant or account.", "northwind.example"),
        Column("vendor", "text", _NAME, "Northwind Outdoor"),
        Column("platform", "text", _PLATFORM, "zendesk"),
        Column("mechanism", "text", _MECHANISM, "ticket-acknowledgement"),
        Column("tenancy", "text", _TENANCY, "vendor"),
        Column("status", "text", _STATUS, "mitigated"),
        Column(
            "status_at",
            "time",
            "Since when it has this status; empty where nobody said anything.",
            "2026-11-22T09:00:00Z",
            "UTC",
        ),
        Column("open_since", "time", _OPEN, "2026-11-20T06:02:11Z", "UTC"),
        Column("fixed_at", "time", "The last fix, whether or not it held.", "2026-11-22T09:00:00Z", "UTC"),
        Column(
            "quiet_since",
            "time",
            "The last fix, or the last trusted observation sent after it.",
            "2026-11-22T09:00:00Z",
            "UTC",
        ),
        Column("after_fix", "number", _AFTER_FIX, "3", "observations"),
        Column("recurrences", "number", "How often it came back after a fix.", "1", "times"),
        Column("to_acknowledge", "number", _ACKNOWLEDGE, "14400", "s"),
        Column("to_mitigate", "number", _MITIGATE, "259200", "s"),
        Column("incidents", "number", _INCIDENTS, "4", "incidents"),
        Column("observations", "number", _OBSERVATIONS, "131", "observations"),
        Column("first_seen_at", "time", "Its first observation.", "2026-11-20T06:02:11Z", "UTC"),
        Column("last_seen_at", "time", "Its last observation.", "2026-11-23T21:14:05Z", "UTC"),
        Column("steps_done", "number", _DONE, "2", "steps"),
        Column(
            "steps",
            "number",
            "Steps of its checklist: six that hold everywhere, then the platform's own.",
            "9",
            "steps",
        ),
    ),
)
MITIGATIONS = Table(
    "mitigations",
    "One status of one exposure: said by a person, or set by Relaywatch where it recurred; the earliest first.",
    (
        Column("change_id", "number", "The number of the change; empty where Relaywatch set it.", "7", "number"),
        Column("exposure_id", "id", "The exposure; empty where no incident stands in it any more.", "E-0001"),
        Column("party_key", "text", _KEY, "northwind.example"),
        Column("platform", "text", _PLATFORM, "zendesk"),
        Column("mechanism", "text", _MECHANISM, "ticket-acknowledgement"),
        Column("status", "text", _STATUS, "mitigated"),
        Column("effective_at", "time", "Since when it was so.", "2026-11-22T09:00:00Z", "UTC"),
        Column(
            "recorded_at",
            "time",
            "When it was recorded; empty where Relaywatch set it.",
            "2026-11-22T10:30:00Z",
            "UTC",
        ),
        Column("author", "text", "Who said so; relaywatch for the machine.", "ada"),
        Column("machine", "flag", "Whether Relaywatch set it itself.", "false"),
        Column("note", "text", "What shows it, in words.", "They answered by mail."),
        Column("link", "text", "What shows it: a public page.", "https://northwind.example/status"),
        Column("observation_id", "id", "What shows it: an observation.", "O-0042"),
        Column(
            "withdrawn_at", "time", "When it was taken back; empty where it stands.", "2026-11-23T08:00:00Z", "UTC"
        ),
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
