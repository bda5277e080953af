"""What happened beside the observations, for the same time axis: reports, advisories, fixes, platforms' measures."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from data.catalogue.mitigations import load_mitigations
from data.store.database import Database
from data.store.values import moment, public_id, seconds

AnnotationKind = Literal["report", "advisory", "mitigation", "measure"]
MOST = 200


@dataclass(frozen=True, slots=True)
class Annotation:
    """One event at a moment. `subject` is a report's public id, the party that mended, or the platform that changed
    something; `words` a title by a stranger, or a measure of the catalogue."""

    at: datetime
    kind: AnnotationKind
    subject: str
    words: str


def annotations(db: Database, since: datetime, until: datetime) -> list[Annotation]:
    """What happened in a stretch of time, the earliest first; of each kind the latest MOST. Dismissed reports and
    those about something else are left out."""
    found = [*_reports(db, since, until), *_fixes(db, since, until), *_measures(since, until)]
    return sorted(found, key=lambda item: (item.at, item.kind, item.subject))


def _reports(db: Database, since: datetime, until: datetime) -> list[Annotation]:
    rows = db.rows(
        "select r.published_at, r.kind, r.report_id, r.title from reports r"
        " left join report_triage t using (report_id)"
        " where r.relevant = 1 and coalesce(t.state, 'new') <> 'dismissed'"
        " and r.published_at >= ? and r.published_at < ? order by r.published_at desc limit ?",
        (seconds(since), seconds(until), MOST),
    )
    return [Annotation(moment(row[0]), row[1], public_id("report", row[2]), row[3] or "") for row in rows]


def _fixes(db: Database, since: datetime, until: datetime) -> list[Annotation]:
    rows = db.rows(
        "select effective_at, party_name, mechanism from mitigation_changes where status = 'mitigated'"
        " and withdrawn_at is null and effective_at >= ? and effective_at < ? order by effective_at desc limit ?",
        (seconds(since), seconds(until), MOST),
    )
    return [Annotation(moment(row[0]), "mitigation", row[1], row[2]) for row in rows]


def _measures(since: datetime, until: datetime) -> list[Annotation]:
    return [
        Annotation(phase.begins_at, "measure", measure.platform, f"{measure.title}: {phase.title}")
        for measures in load_mitigations().platform_measures.values()
        for measure in measures
        for phase in measure.phases
        if since <= phase.begins_at < until
    ]
