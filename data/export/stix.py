"""STIX 2.1 (OASIS Standard, 2021): a wave is a campaign, an abused organisation a victim, its system infrastructure.

Ids are UUIDv5 of the installation and our public ids, so that a later export updates what an earlier one brought.
Markings are TLP 2.0 by the OASIS extension 60a3c5c5. Nothing here is an indicator: the senders are genuine, and the
filter rules are made for that.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from data.catalogue.mitigations import load_mitigations
from data.export.courses import Course, course
from data.export.picture import PRODUCT, Picture, named, real_domain, told, told_wave
from data.plain import plain_line
from data.store.shapes import IncidentRow, WaveRow
from data.tlp import Tlp

Thing = dict[str, Any]
_EXTENSION = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
_MARKINGS: dict[Tlp, str] = {
    "CLEAR": "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
    "GREEN": "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    "AMBER": "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    "AMBER+STRICT": "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
    "RED": "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
}
_OBSERVABLES = UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")
"""The namespace of cyber-observable ids (STIX 2.1, section 2.9)."""
_BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
LONGEST = 1_000


def to_stix(picture: Picture) -> Iterator[bytes]:
    """One bundle, an object a line."""
    bundle = f"bundle--{picture.uuid('bundle', f'{picture.at.isoformat()}/{picture.ceiling}')}"
    yield f'{{"type": "bundle", "id": "{bundle}", "objects": ['.encode()
    separator, seen = "\n", set()
    for thing in _things(picture):
        if thing["id"] not in seen:
            seen.add(thing["id"])
            yield (separator + json.dumps(thing, ensure_ascii=False)).encode("utf-8", "replace")
            separator = ",\n"
    yield b"\n]}\n"


def _things(picture: Picture) -> Iterator[Thing]:
    used = {picture.tlp(row.incident_id) for row in picture.incidents} | {picture.ceiling}
    used |= set(picture.wave_tlps.values())
    yield from (_marking(tlp) for tlp in sorted(used))
    maker = _Maker(picture)
    yield maker.producer
    for wave in picture.waves:
        yield from maker.campaign(wave)
    for row in picture.incidents:
        yield from maker.incident(row)


class _Maker:
    """Makes objects that all name the same producer, moment and markings."""

    def __init__(self, picture: Picture) -> None:
        self._picture = picture
        self._waves = {row.wave_id for row in picture.waves}
        self._told: set[tuple[str | None, Course]] = set()
        self.producer = self._thing("identity", "producer", picture.ceiling, name=PRODUCT, identity_class="system")
        del self.producer["created_by_ref"]

    def campaign(self, wave: WaveRow) -> Iterator[Thing]:
        yield self._thing(
            "campaign",
            wave.wave_id,
            self._picture.wave_tlps.get(wave.wave_id, self._picture.ceiling),
            created=wave.first_seen_at,
            name=f"Relay spam wave {wave.wave_id}",
            description=_with_subject(told_wave(wave), wave.title),
            first_seen=_time(wave.first_seen_at),
            last_seen=_time(wave.last_seen_at),
        )

    def incident(self, row: IncidentRow) -> Iterator[Thing]:
        """An incident with its victim, system, observed data, sighting, pattern, remedy, and how they belong."""
        public, tlp = self._picture.public, self._picture.tlp(row.incident_id)
        name = named(row, public=public)
        incident = self._thing(
            "incident",
            row.incident_id,
            tlp,
            created=row.first_seen_at,
            name=f"Relay spam incident {row.incident_id}",
            description=_with_subject(told(row, public=public), row.title),
            external_references=[{"source_name": PRODUCT, "external_id": row.incident_id}],
        )
        victim = self._thing(
            "identity", f"party/{name}", tlp, name=name, identity_class="organization", roles=["victim"]
        )
        system = self._thing(
            "infrastructure",
            f"system/{name}/{row.platform}/{'' if public else row.account_id}",
            tlp,
            name=f"{row.platform or 'Unrecognised'} system of {name}",
            infrastructure_types=["amplification"],
            first_seen=_time(row.first_seen_at),
            last_seen=_time(row.last_seen_at),
        )
        if row.account_id and not public:
            system["external_references"] = [
                {"source_name": row.platform or PRODUCT, "external_id": plain_line(row.account_id, 200)}
            ]
        known = course(row.mechanism)
        yield from (incident, victim, system)
        yield from self._remedy(known)
        yield from self._steps(row.platform, known)
        seen = list(self._observables(row, tlp))
        yield from seen
        if seen:
            yield from self._observed(row, tlp, seen, victim)
        yield from self._relations(row, tlp, incident, victim, system, known)

    def _remedy(self, known: Course) -> Iterator[Thing]:
        ceiling = self._picture.ceiling
        pattern = self._thing("attack-pattern", known.pattern, ceiling, name=known.pattern, description=known.abuse)
        action = self._thing("course-of-action", known.action, ceiling, name=known.action, description=known.remedy)
        yield from (pattern, action, self._relation(action["id"], "mitigates", pattern["id"], ceiling, _BEGIN))

    def _steps(self, platform: str | None, known: Course) -> Iterator[Thing]:
        """What a vendor can do on the platform, step by step, with where it was read; once for each pattern."""
        if (platform, known) in self._told:
            return
        self._told.add((platform, known))
        ceiling, pattern = self._picture.ceiling, self._id("attack-pattern", known.pattern)
        for step in load_mitigations().checklist(platform):
            key = f"step/{step.id}"
            action = self._thing("course-of-action", key, ceiling, name=step.title, description=step.why)
            # In words: the validator of OASIS asks for a hash of whatever a field named url points to.
            read = f"Read in {step.origin.url}" if step.origin.verified else "Not confirmed by a document."
            action["external_references"] = [{"source_name": step.origin.source, "description": read}]
            yield action
            yield self._relation(action["id"], "mitigates", pattern, ceiling, _BEGIN)

    def _observables(self, row: IncidentRow, tlp: Tlp) -> Iterator[Thing]:
        domain = real_domain(row)
        if domain:
            yield _observable("domain-name", {"value": domain}, tlp)
        if row.title:
            subject = {"subject": plain_line(row.title, LONGEST)}
            yield _observable("email-message", subject, tlp, is_multipart=False)

    def _observed(self, row: IncidentRow, tlp: Tlp, seen: Sequence[Thing], victim: Thing) -> Iterator[Thing]:
        first, last = _time(row.first_seen_at), _time(row.last_seen_at)
        observed = self._thing(
            "observed-data",
            row.incident_id,
            tlp,
            created=row.first_seen_at,
            first_observed=first,
            last_observed=last,
            number_observed=min(row.observations, 999_999_999),
            object_refs=[thing["id"] for thing in seen],
        )
        yield observed
        if row.wave_id in self._waves:
            yield self._thing(
                "sighting",
                row.incident_id,
                tlp,
                created=row.first_seen_at,
                sighting_of_ref=self._id("campaign", str(row.wave_id)),
                observed_data_refs=[observed["id"]],
                where_sighted_refs=[victim["id"]],
                first_seen=first,
                last_seen=last,
                count=min(row.observations, 999_999_999),
            )

    def _relations(
        self, row: IncidentRow, tlp: Tlp, incident: Thing, victim: Thing, system: Thing, known: Course
    ) -> Iterator[Thing]:
        begin = row.first_seen_at
        yield self._relation(incident["id"], "related-to", victim["id"], tlp, begin)
        yield self._relation(incident["id"], "related-to", system["id"], tlp, begin)
        yield self._relation(system["id"], "related-to", victim["id"], tlp, begin)
        if row.wave_id in self._waves:
            campaign = self._id("campaign", str(row.wave_id))
            yield self._relation(incident["id"], "related-to", campaign, tlp, begin)
            yield self._relation(campaign, "targets", victim["id"], tlp, begin)
            yield self._relation(campaign, "uses", system["id"], tlp, begin)
            yield self._relation(campaign, "uses", self._id("attack-pattern", known.pattern), tlp, begin)

    def _relation(self, source: str, kind: str, target: str, tlp: Tlp, created: datetime) -> Thing:
        return self._thing(
            "relationship",
            f"{source}/{kind}/{target}",
            tlp,
            created=created,
            relationship_type=kind,
            source_ref=source,
            target_ref=target,
        )

    def _id(self, kind: str, key: str) -> str:
        return f"{kind}--{self._picture.uuid(kind, key)}"

    def _thing(self, kind: str, key: str, tlp: Tlp, created: datetime = _BEGIN, **fields: object) -> Thing:
        """Common properties. `modified` is the moment of the state: a consumer keeps the newer of two versions."""
        return {
            "type": kind,
            "spec_version": "2.1",
            "id": self._id(kind, key),
            "created_by_ref": self._id("identity", "producer"),
            "created": _time(created),
            "modified": _time(max(created, self._picture.at)),
            "object_marking_refs": [_MARKINGS[tlp]],
            **fields,
        }


def _observable(kind: str, contributing: Thing, tlp: Tlp, **fields: object) -> Thing:
    """A cyber-observable with the id that every producer gives the same value (section 2.9)."""
    canonical = json.dumps(contributing, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return {
        "type": kind,
        "spec_version": "2.1",
        "id": f"{kind}--{uuid5(_OBSERVABLES, canonical)}",
        "object_marking_refs": [_MARKINGS[tlp]],
        **contributing,
        **fields,
    }


def _marking(tlp: Tlp) -> Thing:
    return {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": _MARKINGS[tlp],
        "created": "2022-10-01T00:00:00.000Z",
        "name": f"TLP:{tlp}",
        "extensions": {_EXTENSION: {"extension_type": "property-extension", "tlp_2_0": tlp.lower()}},
    }


def _with_subject(sentence: str, title: str | None) -> str:
    return f"{sentence} Subject: {plain_line(title, LONGEST)}" if title else sentence


def _time(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"
