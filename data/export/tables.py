"""Every exported table and column, declared once: the CSV, the JSON and the data dictionary all read this.

Columns are added at the end and never renamed or moved: scripts rely on them.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from data.export.columns import Column, ColumnType, Table, Value
from data.export.mitigation_tables import MITIGATION_TABLES, mitigation_rows
from data.store.database import Database
from data.store.exports import stream_exports
from data.store.intelligence_reads import stream_reports
from data.store.intelligence_shapes import ReportFilter
from data.store.reads import stream_incidents
from data.store.shapes import EVERYTHING, IncidentFilter
from data.store.streams import stream_observations, stream_timeline, stream_waves

__all__ = [
    "EVERY_TABLE",
    "EXPORTS",
    "INCIDENTS",
    "OBSERVATIONS",
    "REPORTS",
    "TABLES",
    "TIMELINE",
    "WAVES",
    "Column",
    "ColumnType",
    "Table",
    "Value",
    "export_rows",
]

_INCIDENT_ID = "The incident it stands in, current after all merges; empty where it opens none."
_WAVE_ID = "The wave it belongs to, current after all merges; empty outside waves."
_PLATFORM = "The software that sent it, by its catalogue id."
_DOMAIN = "Registrable domain of the organisation whose system sent it, or the tenant's subdomain of a platform."
_ACCOUNT = "The platform's stable key of the tenant. Rarely covered by a signature: a hint, not a proof."

OBSERVATIONS = Table(
    "observations",
    "One message seen by one recipient, redacted, whether it stands in an incident or not.",
    (
        Column("observation_id", "id", "The observation's public id, given once.", "O-0012"),
        Column(
            "observed_at",
            "time",
            "When it was sent, no later than its submission; else when it was submitted.",
            "2026-11-23T14:31:07Z",
            "UTC",
        ),
        Column("abused_domain", "text", _DOMAIN, "northwind.example"),
        Column("platform", "text", _PLATFORM, "zendesk"),
        Column("account_id", "text", _ACCOUNT, "0a1b2c3"),
        Column("tenant", "text", "The platform's customer: its name or subdomain.", "northwind"),
        Column(
            "mechanism",
            "text",
            "What made the system write: ticket-acknowledgement, account-verification, ...",
            "ticket-acknowledgement",
        ),
        Column("verdict", "text", "What the message is: relay-spam, verification-flood, ordinary, ...", "relay-spam"),
        Column(
            "template_id", "id", "The pattern it shares with others; a single message has one of its own.", "T-0001"
        ),
        Column("incident_id", "id", _INCIDENT_ID, "RW-0001"),
        Column("wave_id", "id", _WAVE_ID, "W-0001"),
        Column(
            "subject",
            "text",
            "Its subject, decoded and redacted; written by a stranger.",
            "[Request received] FINAL NOTICE 48213",
        ),
        Column("confidence", "number", "How sure the verdict is, 0 to 1.", "0.8", "share, 0 to 1"),
        Column(
            "score", "number", "The verdict's score: 7 and more likely abuse, 4 to 6 worth a look.", "8.0", "points"
        ),
        Column(
            "sender_name",
            "text",
            "The display name of the sender, redacted; written by a stranger.",
            "Northwind Outdoor",
        ),
        Column(
            "evidence",
            "text",
            "How far its authentication can be trusted: verified, attested or claimed.",
            "attested",
        ),
        Column("headers_only", "flag", "Whether it was handed in without a body.", "false"),
        Column("submissions", "number", "How many submitters handed the same message in.", "2", "submitters"),
    ),
)
INCIDENTS = Table(
    "incidents",
    "Observations of one abused party and one template in one stretch of time.",
    (
        Column("incident_id", "id", "The incident's public id, given once.", "RW-0001"),
        Column("wave_id", "id", _WAVE_ID, "W-0001"),
        Column("template_id", "id", "The pattern that its observations share.", "T-0001"),
        Column("party", "text", "The abused party: its domain, else its tenant or account.", "northwind.example"),
        Column("abused_domain", "text", _DOMAIN, "northwind.example"),
        Column("platform", "text", _PLATFORM, "zendesk"),
        Column("account_id", "text", _ACCOUNT, "0a1b2c3"),
        Column("tenant", "text", "The platform's customer: its name or subdomain.", "northwind"),
        Column("mechanism", "text", "The most frequent mechanism of its observations.", "ticket-acknowledgement"),
        Column("verdict", "text", "The most frequent verdict of its observations.", "relay-spam"),
        Column(
            "confirmation", "text", "confirmed or unconfirmed; a genuine signature confirms nothing.", "unconfirmed"
        ),
        Column("observations", "number", "How many observations it holds.", "128", "messages"),
        Column(
            "recipients", "number", "How many different recipients are known, counted by keyed hash.", "97", "people"
        ),
        Column("submitters", "number", "How many different submitters handed them in.", "12", "submitters"),
        Column("last_24h", "number", "Observations of the 24 hours before the export.", "40", "messages"),
        Column("first_seen_at", "time", "Its first observation.", "2026-11-20T06:02:11Z", "UTC"),
        Column("last_seen_at", "time", "Its last observation.", "2026-11-23T14:31:07Z", "UTC"),
        Column(
            "title",
            "text",
            "The subject of its first trusted observation, redacted; written by a stranger.",
            "[Request received] FINAL NOTICE 48213",
        ),
        Column("confidence", "number", "The mean confidence of its observations, 0 to 1.", "0.8", "share, 0 to 1"),
        Column("singleton", "flag", "Whether it holds one observation only.", "false"),
    ),
)
WAVES = Table(
    "waves",
    "One template's burst over at least three abused parties.",
    (
        Column("wave_id", "id", "The wave's public id, given once.", "W-0001"),
        Column("template_id", "id", "The pattern of its burst.", "T-0001"),
        Column("state", "text", "rising, fading or over, at the time of the export.", "rising"),
        Column("observations", "number", "How many observations its incidents hold.", "128", "messages"),
        Column("parties", "number", "How many abused parties it was seen at.", "7", "abused parties"),
        Column("first_seen_at", "time", "Its first observation.", "2026-11-20T06:02:11Z", "UTC"),
        Column("last_seen_at", "time", "Its last observation.", "2026-11-23T14:31:07Z", "UTC"),
        Column(
            "title",
            "text",
            "The subject of its first trusted observation, redacted; written by a stranger.",
            "[Request received] FINAL NOTICE 48213",
        ),
    ),
)
TIMELINE = Table(
    "timeline",
    "Observations of incidents per hour, platform, abused domain and incident; hours without any are left out.",
    (
        Column("at", "time", "The start of the hour.", "2026-11-23T14:00:00Z", "UTC"),
        Column("platform", "text", _PLATFORM, "zendesk"),
        Column("abused_domain", "text", _DOMAIN, "northwind.example"),
        Column("incident_id", "id", "The incident, current after all merges.", "RW-0001"),
        Column(
            "observations", "number", "How many observations of the incident fall into the hour.", "128", "messages"
        ),
    ),
)
EXPORTS = Table(
    "exports",
    "What was exported before, by whoever may use this command; name the id after --as-of for the same figures.",
    (
        Column("export_id", "id", "The export's public id, given once.", "X-0003"),
        Column("exported_at", "time", "When it was made.", "2026-11-24T08:00:12Z", "UTC"),
        Column("state_at", "time", "The moment whose state was read.", "2026-11-24T08:00:12Z", "UTC"),
        Column("what", "text", "The table or sharing format.", "incidents"),
        Column("format", "text", "How it was written.", "csv"),
        Column("filters", "text", "The filters that were asked for, as JSON.", '{"platform":["zendesk"]}'),
        Column("rows", "number", "How many rows or objects it held; empty where it was broken off.", "41", "rows"),
        Column("digest", "text", "SHA-256 of its bytes; the same figures have the same.", "9f86d081884c7d65"),
    ),
)
REPORTS = Table(
    "reports",
    "One public text: a page, a pasted post, or an entry of a feed (an advisory).",
    (
        Column("report_id", "id", "The report's public id, given once.", "R-0001"),
        Column("kind", "text", "report: a page or a post; advisory: an entry of a feed.", "advisory"),
        Column("state", "text", "Where its triage stands: new, relevant, linked or dismissed.", "relevant"),
        Column("relevant", "flag", "Whether it was recognised as being about relay abuse.", "true"),
        Column("score", "number", "How much speaks for that: 7 and more likely.", "9.0", "points"),
        Column("title", "text", "Its title; written by a stranger.", "Abuse of ticket forms"),
        Column("url", "text", "Its address, as it gives it itself.", "https://news.example/abuse"),
        Column("publisher", "text", "Who published it, in its own words.", "Example News"),
        Column("feed_id", "id", "The feed that brought it; empty where none did.", "F-0001"),
        Column(
            "published_at",
            "time",
            "When it says it was published; else empty.",
            "2026-11-20T06:02:11Z",
            "UTC",
        ),
        Column("added_at", "time", "When it was first kept here.", "2026-11-20T07:00:00Z", "UTC"),
        Column("changed_at", "time", "When what it says last changed here.", "2026-11-20T07:00:00Z", "UTC"),
        Column("language", "text", "Its language (ISO 639-1, with a region where it says one).", "en"),
        Column("platforms", "text", "Platforms that it names, separated by commas.", "Zendesk"),
        Column(
            "vendors",
            "text",
            "Organisations that it names as abused or affected, separated by commas.",
            "Northwind Outdoor",
        ),
        Column(
            "links",
            "text",
            "Incidents, waves and domains that a person linked it to, separated by commas.",
            "RW-0001, W-0001",
        ),
        Column("proposed", "number", "How many proposed links nobody has decided on.", "2", "links"),
    ),
)
TABLES: dict[str, Table] = {
    table.name: table for table in (OBSERVATIONS, INCIDENTS, WAVES, TIMELINE, *MITIGATION_TABLES, REPORTS)
}
"""What others may be given."""
EVERY_TABLE: dict[str, Table] = TABLES | {EXPORTS.name: EXPORTS}
"""With what the operator alone is told: who asked for what."""


def export_rows(
    db: Database,
    table: Table,
    where: IncidentFilter = EVERYTHING,
    *,
    now: datetime | None = None,
    status: tuple[str, ...] = (),
) -> Iterator[dict[str, Value]]:
    """The rows of a table that a filter asks for, as plain values by column, one at a time and of one moment.
    `status` narrows vendors, exposures and mitigations to exposures in one of some states."""
    names = [column.name for column in table.columns]
    for row in _rows(db, table, where, now or datetime.now(UTC), status):
        yield {name: _plain(getattr(row, name)) for name in names}


def _rows(
    db: Database, table: Table, where: IncidentFilter, now: datetime, status: tuple[str, ...]
) -> Iterator[object]:
    match table.name:
        case "observations":
            return stream_observations(db, where)
        case "incidents":
            return stream_incidents(db, where, now=now)
        case "waves":
            return stream_waves(db, where, now=now)
        case "timeline":
            return stream_timeline(db, where)
        case "exports":
            return stream_exports(db)
        case "vendors" | "exposures" | "mitigations":
            return mitigation_rows(db, table, where, status)
        case "reports":
            return stream_reports(db, report_filter(where))
    raise ValueError(f"there is no table {table.name!r}; the tables are {', '.join(EVERY_TABLE)}")


def report_filter(where: IncidentFilter) -> ReportFilter:
    """The filters of messages as far as they have a meaning for reports: words, platform, time."""
    return ReportFilter(text=where.text, platform=where.platform, since=where.since, until=where.until)


def _plain(value: object) -> Value:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if value is None or isinstance(value, str | int | float | bool):
        return value
    raise TypeError(f"{value!r} is no plain value")
