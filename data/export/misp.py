"""MISP events (core format): one for each wave and one for the incidents outside waves, with TLP tags.

No attribute is for detection (`to_ids` is off): the senders are genuine, and the filter rules are made for that.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from data.export.courses import course
from data.export.picture import PRODUCT, Picture, named, real_domain, told, told_wave
from data.plain import plain_line
from data.store.shapes import IncidentRow, WaveRow
from data.tlp import Tlp, strictest

Thing = dict[str, Any]
VICTIM = {
    "name": "victim",
    "meta-category": "misc",
    "template_uuid": "a8806e40-39ad-435f-be02-ac2a13d6fc7d",
    "template_version": "10",
}
ABUSE = 'rsit:abusive-content="spam"'
OWN_ORGANISATION, COMMUNITY = "0", "1"
MEDIUM, ONGOING, COMPLETED = "2", "1", "2"


def to_misp(picture: Picture) -> Iterator[bytes]:
    """`{"response": [{"Event": ...}, ...]}`, an event a line."""
    yield b'{"response": ['
    separator = "\n"
    for event in _events(picture):
        yield (separator + json.dumps({"Event": event}, ensure_ascii=False)).encode("utf-8", "replace")
        separator = ",\n"
    yield b"\n]}\n"


def _events(picture: Picture) -> Iterator[Thing]:
    members: dict[str | None, list[IncidentRow]] = {}
    known = {wave.wave_id for wave in picture.waves}
    for row in picture.incidents:
        members.setdefault(row.wave_id if row.wave_id in known else None, []).append(row)
    for wave in picture.waves:
        yield _event(picture, wave, members.get(wave.wave_id, []))
    if None in members:
        yield _event(picture, None, members[None])


def _event(picture: Picture, wave: WaveRow | None, rows: Sequence[IncidentRow]) -> Thing:
    tlp = _tlp(picture, wave, rows)
    first = wave.first_seen_at if wave else min(row.first_seen_at for row in rows)
    key = wave.wave_id if wave else "single incidents"
    info = f"Relay spam wave {wave.wave_id}. {told_wave(wave)}" if wave else "Relay spam incidents outside waves"
    attributes = [one for row in rows for one in _attributes(picture, row)]
    if wave and wave.title:
        attributes.append(
            _attribute(picture, f"{key}/subject", "email-subject", "Payload delivery", wave.title, wave, key)
        )
    courses = {course(row.mechanism) for row in rows}
    for known in sorted(courses, key=lambda one: one.action):
        remedy = f"{known.action}. {known.remedy}"
        attributes.append(
            _attribute(picture, f"{key}/{known.action}", "comment", "Other", remedy, None, known.pattern)
        )
    return {
        "uuid": str(picture.uuid("misp-event", key)),
        "info": info,
        "date": f"{first:%Y-%m-%d}",
        "timestamp": _timestamp(picture.at),
        "published": False,
        "analysis": COMPLETED if wave and wave.state == "over" else ONGOING,
        "threat_level_id": MEDIUM,
        "distribution": COMMUNITY if tlp in {"CLEAR", "GREEN"} else OWN_ORGANISATION,
        "Orgc": {"name": PRODUCT, "uuid": str(picture.uuid("misp-org", "producer"))},
        "Tag": [{"name": f"tlp:{tlp.lower()}"}, {"name": ABUSE}],
        "Attribute": attributes,
        "Object": [_victim(picture, row) for row in rows],
    }


def _tlp(picture: Picture, wave: WaveRow | None, rows: Sequence[IncidentRow]) -> Tlp:
    if wave is not None:
        return picture.wave_tlps.get(wave.wave_id, picture.ceiling)
    return strictest(tuple(picture.tlp(row.incident_id) for row in rows))


def _attributes(picture: Picture, row: IncidentRow) -> Iterator[Thing]:
    if row.account_id and not picture.public:
        value = f"{row.platform or 'unknown platform'} account {row.account_id}"
        yield _attribute(picture, f"{row.incident_id}/account", "text", "Other", value, row, row.incident_id)
    if row.title:
        yield _attribute(
            picture,
            f"{row.incident_id}/subject",
            "email-subject",
            "Payload delivery",
            row.title,
            row,
            row.incident_id,
        )


def _victim(picture: Picture, row: IncidentRow) -> Thing:
    """The abused organisation of an incident, as the victim that it is (misp-objects, template `victim`)."""
    key, comment = row.incident_id, told(row, public=picture.public)
    name = named(row, public=picture.public)
    parts = [
        ("reference", "text", "Other", row.incident_id),
        ("name", "target-org", "Targeting data", name),
        ("description", "text", "Other", comment),
    ]
    domain = real_domain(row)
    if domain:
        parts.append(("domain", "domain", "Network activity", domain))
    return {
        **VICTIM,
        "uuid": str(picture.uuid("misp-object", key)),
        "timestamp": _timestamp(picture.at),
        "comment": comment,
        "first_seen": row.first_seen_at.isoformat(),
        "last_seen": row.last_seen_at.isoformat(),
        "Attribute": [
            _attribute(picture, f"{key}/victim/{relation}", kind, category, value, row, key)
            | {"object_relation": relation}
            for relation, kind, category, value in parts
        ],
    }


def _attribute(
    picture: Picture, key: str, kind: str, category: str, value: str, seen: IncidentRow | WaveRow | None, comment: str
) -> Thing:
    times = (
        {}
        if seen is None
        else {"first_seen": seen.first_seen_at.isoformat(), "last_seen": seen.last_seen_at.isoformat()}
    )
    tlp: Tlp = picture.tlp(seen.incident_id) if isinstance(seen, IncidentRow) else picture.ceiling
    return {
        "uuid": str(picture.uuid("misp-attribute", key)),
        "type": kind,
        "category": category,
        "value": plain_line(value, 2_000),
        "to_ids": False,
        "disable_correlation": kind in {"text", "comment"},
        "comment": comment,
        "timestamp": _timestamp(picture.at),
        "Tag": [{"name": f"tlp:{tlp.lower()}"}],
        **times,
    }


def _timestamp(at: datetime) -> str:
    return str(int(at.astimezone(UTC).timestamp()))
