"""SQL rows into the shapes of data/model.py and data/store/shapes.py."""

import json
import sqlite3
from datetime import datetime
from typing import Any

from data.clustering.explain import grouped_by
from data.model import Authentication, Event, Features, Hop, Identity, KeptField, Reason, TemplatePart, Verdict
from data.store.shapes import IncidentRow, ObservationDetail, ObservationRow, TemplateRow
from data.store.values import DAY, HOUR, moment, moment_or_none, public_id

QUIET = (0,) * (DAY // HOUR)


def incident_of(row: sqlite3.Row, hours: tuple[int, ...] | None) -> IncidentRow:
    """A row of `incidents` with its party's name as `party`."""
    return IncidentRow(
        incident_id=public_id("incident", row["incident_id"]),
        confirmation=row["confirmation"],
        abused_domain=row["abused_domain"],
        tenant=row["tenant"],
        account_id=row["account_id"],
        party=row["party"],
        platform=row["platform"],
        mechanism=row["mechanism"],
        verdict=row["verdict"],
        template_id=public_id("template", row["template_id"]),
        wave_id=None if row["wave_id"] is None else public_id("wave", row["wave_id"]),
        observations=row["observations"],
        recipients=row["recipients"],
        submitters=row["submitters"],
        last_24h=sum(hours) if hours else 0,
        sparkline=hours or QUIET,
        confidence=row["confidence"],
        first_seen_at=moment(row["first_seen_at"]),
        last_seen_at=moment(row["last_seen_at"]),
        title=row["title"],
        singleton=row["observations"] == 1,
    )


def observation_of(row: sqlite3.Row) -> ObservationRow:
    """A row of `observations` with subject, sender_name, wave_id and submissions."""
    return ObservationRow(
        observation_id=public_id("observation", row["observation_id"]),
        observed_at=moment(row["observed_at"]),
        abused_domain=row["abused_domain"],
        platform=row["platform"],
        account_id=row["account_id"],
        tenant=row["tenant"],
        mechanism=row["mechanism"],
        verdict=row["verdict"],
        score=row["score"],
        confidence=row["confidence"],
        template_id=public_id("template", row["template_id"]),
        incident_id=None if row["incident_id"] is None else public_id("incident", row["incident_id"]),
        wave_id=None if row["wave_id"] is None else public_id("wave", row["wave_id"]),
        subject=row["subject"],
        sender_name=row["sender_name"],
        evidence=row["evidence"],
        headers_only=bool(row["headers_only"]),
        submissions=row["submissions"],
    )


def detail_of(row: sqlite3.Row) -> ObservationDetail:
    """A row of `observations` with its words and details."""
    features = features_of(json.loads(row["features"]))
    return ObservationDetail(
        row=observation_of(row),
        received_at=moment(row["received_at"]),
        sent_at=moment_or_none(row["sent_at"]),
        dated_by=row["dated_by"],
        enclosed_in=row["enclosed_in"],
        sender_address=row["sender_address"],
        reply_to_domain=row["reply_to_domain"],
        envelope_domain=row["envelope_domain"],
        headers=tuple(KeptField(**item) for item in json.loads(row["headers"])),
        hops=tuple(_hop(item) for item in json.loads(row["hops"])),
        authentication=Authentication(**_tuples(json.loads(row["authentication"]))),
        identity=Identity(**_tuples(json.loads(row["identity"]))),
        verdict=Verdict(
            verdict=row["verdict"],
            score=row["score"],
            reasons=tuple(Reason(**item) for item in json.loads(row["reasons"])),
            confidence=row["confidence"],
        ),
        parts=features.parts,
        grouped_by=grouped_by(features),
        text=row["text"],
        links=tuple(json.loads(row["links"])),
        masked=row["masked"],
        warnings=tuple(json.loads(row["warnings"])),
        submissions=row["submissions"],
        catalogue_version=row["catalogue_version"],
    )


def template_of(row: sqlite3.Row) -> TemplateRow:
    """A row of `templates` that holds observations."""
    return TemplateRow(
        template_id=public_id("template", row["template_id"]),
        parts=parts_of(json.loads(row["parts"])),
        example_text=row["example_text"],
        observations=row["observations"],
        parties=row["parties"],
        first_seen_at=moment(row["first_seen_at"]),
        last_seen_at=moment(row["last_seen_at"]),
    )


def event_of(row: sqlite3.Row) -> Event:
    """A row of `events`."""
    return Event(
        seq=row["seq"],
        at=moment(row["at"]),
        actor=row["actor"],
        kind=row["kind"],
        subject=row["subject"],
        detail=json.loads(row["detail"]),
        reason=row["reason"],
    )


def features_of(value: dict[str, Any]) -> Features:
    """Features as they were stored."""
    return Features(**_tuples(value) | {"parts": parts_of(value["parts"])})


def parts_of(items: list[dict[str, Any]]) -> tuple[TemplatePart, ...]:
    return tuple(TemplatePart(item["text"], item["slot"]) for item in items)


def _hop(item: dict[str, Any]) -> Hop:
    at = item.pop("at")
    return Hop(at=None if at is None else datetime.fromisoformat(at), **item)


def _tuples(value: dict[str, Any]) -> dict[str, Any]:
    """JSON lists back to tuples, one level deep and within pairs."""
    return {
        name: tuple(tuple(item) if isinstance(item, list) else item for item in found)
        if isinstance(found, list)
        else found
        for name, found in value.items()
    }
