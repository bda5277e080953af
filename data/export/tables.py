"""Every exported table and column, declared once: the CSV, the JSON and the data dictionary all read this.

Columns are added at the end and never renamed or moved: scripts rely on them.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from data.export.columns import Column, ColumnType, Table, Value
from data.store.database import Database
from data.store.intelligence_reads import stream_reports
from data.store.intelligence_shapes import ReportFilter
from data.store.reads import stream_incidents
from data.store.shapes import EVERYTHING, IncidentFilter
from data.store.streams import stream_observations, stream_timeline, stream_waves

__all__ = [
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
        Column("observation_id", "id", "The observation's public id, given once."),
        Column("observed_at", "time", "When it was sent, no later than its submission; else when it was submitted."),
        Column("abused_domain", "text", _DOMAIN),
        Column("platform", "text", _PLATFORM),
        Column("account_id", "text", _ACCOUNT),
        Column("tenant", "text", "The platform's customer: its name or subdomain."),
        Column("mechanism", "text", "What made the system write: ticket-acknowledgement, account-verification, ..."),
        Column("verdict", "text", "What the message is: relay-spam, verification-flood, ordinary, ..."),
        Column("template_id", "id", "The pattern it shares with others; a single message has one of its own."),
        Column("incident_id", "id", _INCIDENT_ID),
        Column("wave_id", "id", _WAVE_ID),
        Column("subject", "text", "Its subject, decoded and redacted; written by a stranger."),
        Column("confidence", "number", "How sure the verdict is, 0 to 1."),
        Column("score", "number", "The verdict's score: 7 and more likely abuse, 4 to 6 worth a look."),
        Column("sender_name", "text", "The display name of the sender, redacted; written by a stranger."),
        Column("evidence", "text", "How far its authentication can be trusted: verified, attested or claimed."),
        Column("headers_only", "flag", "Whether it was handed in without a body."),
        Column("submissions", "number", "How many submitters handed the same message in."),
    ),
)
INCIDENTS = Table(
    "incidents",
    "Observations of one abused party and one template in one stretch of time.",
    (
        Column("incident_id", "id", "The incident's public id, given once."),
        Column("wave_id", "id", _WAVE_ID),
        Column("template_id", "id", "The pattern that its observations share."),
        Column("party", "text", "The abused party: its domain, else its tenant or account."),
        Column("abused_domain", "text", _DOMAIN),
        Column("platform", "text", _PLATFORM),
        Column("account_id", "text", _ACCOUNT),
        Column("tenant", "text", "The platform's customer: its name or subdomain."),
        Column("mechanism", "text", "The most frequent mechanism of its observations."),
        Column("verdict", "text", "The most frequent verdict of its observations."),
        Column("confirmation", "text", "confirmed or unconfirmed; a genuine signature confirms nothing."),
        Column("observations", "number", "How many observations it holds."),
        Column("recipients", "number", "How many different recipients are known, counted by keyed hash."),
        Column("submitters", "number", "How many different submitters handed them in."),
        Column("last_24h", "number", "Observations of the 24 hours before the export."),
        Column("first_seen_at", "time", "Its first observation."),
        Column("last_seen_at", "time", "Its last observation."),
        Column("title", "text", "The subject of its first trusted observation, redacted; written by a stranger."),
        Column("confidence", "number", "The mean confidence of its observations, 0 to 1."),
        Column("singleton", "flag", "Whether it holds one observation only."),
    ),
)
WAVES = Table(
    "waves",
    "One template's burst over at least three abused parties.",
    (
        Column("wave_id", "id", "The wave's public id, given once."),
        Column("template_id", "id", "The pattern of its burst."),
        Column("state", "text", "rising, fading or over, at the time of the export."),
        Column("observations", "number", "How many observations its incidents hold."),
        Column("parties", "number", "How many abused parties it was seen at."),
        Column("first_seen_at", "time", "Its first observation."),
        Column("last_seen_at", "time", "Its last observation."),
        Column("title", "text", "The subject of its first trusted observation, redacted; written by a stranger."),
    ),
)
TIMELINE = Table(
    "timeline",
    "Observations of incidents per hour, platform, abused domain and incident; hours without any are left out.",
    (
        Column("at", "time", "The start of the hour."),
        Column("platform", "text", _PLATFORM),
        Column("abused_domain", "text", _DOMAIN),
        Column("incident_id", "id", "The incident, current after all merges."),
        Column("observations", "number", "How many observations of the incident fall into the hour."),
    ),
)
REPORTS = Table(
    "reports",
    "One public text: a page, a pasted post, or an entry of a feed (an advisory).",
    (
        Column("report_id", "id", "The report's public id, given once."),
        Column("kind", "text", "report: a page or a post; advisory: an entry of a feed."),
        Column("state", "text", "Where its triage stands: new, relevant, linked or dismissed."),
        Column("relevant", "flag", "Whether it was recognised as being about relay abuse."),
        Column("score", "number", "How much speaks for that: 7 and more likely."),
        Column("title", "text", "Its title; written by a stranger."),
        Column("url", "text", "Its address, as it gives it itself."),
        Column("publisher", "text", "Who published it, in its own words."),
        Column("feed_id", "id", "The feed that brought it; empty where none did."),
        Column("published_at", "time", "When it says that it was published; empty where it does not."),
        Column("added_at", "time", "When it was first kept here."),
        Column("changed_at", "time", "When what it says last changed here."),
        Column("language", "text", "Its language (ISO 639-1, with a region where it says one)."),
        Column("platforms", "text", "Platforms that it names, separated by commas."),
        Column("vendors", "text", "Organisations that it names as abused or affected, separated by commas."),
        Column("links", "text", "Incidents, waves and domains that a person linked it to, separated by commas."),
        Column("proposed", "number", "How many proposed links nobody has decided on."),
    ),
)
TABLES: dict[str, Table] = {table.name: table for table in (OBSERVATIONS, INCIDENTS, WAVES, TIMELINE, REPORTS)}


def export_rows(
    db: Database, table: Table, where: IncidentFilter = EVERYTHING, *, now: datetime | None = None
) -> Iterator[dict[str, Value]]:
    """The rows of a table that a filter asks for, as plain values by column, one at a time and of one moment."""
    names = [column.name for column in table.columns]
    for row in _rows(db, table, where, now or datetime.now(UTC)):
        yield {name: _plain(getattr(row, name)) for name in names}


def _rows(db: Database, table: Table, where: IncidentFilter, now: datetime) -> Iterator[object]:
    match table.name:
        case "observations":
            return stream_observations(db, where)
        case "incidents":
            return stream_incidents(db, where, now=now)
        case "waves":
            return stream_waves(db, where, now=now)
        case "timeline":
            return stream_timeline(db, where)
        case "reports":
            return stream_reports(db, report_filter(where))
    raise ValueError(f"there is no table {table.name!r}; the tables are {', '.join(TABLES)}")


def report_filter(where: IncidentFilter) -> ReportFilter:
    """The filters of messages as far as they have a meaning for reports: words, platform, time."""
    return ReportFilter(text=where.text, platform=where.platform, since=where.since, until=where.until)


def _plain(value: object) -> Value:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if value is None or isinstance(value, str | int | float | bool):
        return value
    raise TypeError(f"{value!r} is no plain value")
