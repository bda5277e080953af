"""What sharing formats are made of: incidents and waves that an audience may see, ids that stay the same, our words.

Everything is AMBER unless an analyst marked it otherwise. What is CLEAR is for everybody: confirmed incidents only,
without a word of the attacker's and without the doors that are still open.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID, uuid5

from data.domains import clean_host, registrable_domain
from data.plain import counted, plain_line
from data.store.database import Database
from data.store.exports import installation
from data.store.markings import markings, wave_markings
from data.store.reads import stream_incidents
from data.store.shapes import EVERYTHING, IncidentFilter, IncidentRow, WaveRow
from data.store.streams import stream_waves
from data.tlp import DEFAULT, Tlp, lower

PRODUCT = "Relaywatch"
NOBODY = "an organisation"


@dataclass(frozen=True, slots=True)
class Picture:
    """The state of a moment as an audience may see it. `markings` holds those of its incidents as of today, whatever
    the moment; `wave_tlps` those of waves: that of the strictest of all their incidents, whatever the filter."""

    at: datetime
    installation: UUID
    ceiling: Tlp
    incidents: tuple[IncidentRow, ...]
    waves: tuple[WaveRow, ...]
    markings: Mapping[str, Tlp]
    wave_tlps: Mapping[str, Tlp]

    @property
    def public(self) -> bool:
        return self.ceiling == "CLEAR"

    def tlp(self, incident_id: str) -> Tlp:
        return self.markings[incident_id]

    def uuid(self, kind: str, key: str) -> UUID:
        """The id of a thing of this installation: the same in every export (UUIDv5)."""
        return uuid5(self.installation, f"{kind}/{key}")


def picture(
    db: Database, where: IncidentFilter = EVERYTHING, *, now: datetime | None = None, ceiling: Tlp = DEFAULT
) -> Picture:
    """The incidents of a filter and their waves, as far as the ceiling lets them be seen."""
    at = now or datetime.now(UTC)
    where = replace(where, clearance=lower(where.clearance, ceiling))
    rows = list(stream_incidents(db, where, now=at))
    waves = list(stream_waves(db, where, now=at))
    if ceiling == "CLEAR":
        rows = [replace(row, title=None) for row in rows]
        waves = [replace(row, title=None) for row in waves]
    marks = markings(db, (row.incident_id for row in rows))
    strict = wave_markings(db, (row.wave_id for row in waves))
    return Picture(at, UUID(installation(db)), ceiling, tuple(rows), tuple(waves), marks, strict)


def named(row: IncidentRow, *, public: bool = False) -> str:
    """The abused party in a line. For everybody only a domain is named: other names may be an attacker's words."""
    if not public:
        return plain_line(row.party, 200)
    return real_domain(row) or NOBODY


def real_domain(row: IncidentRow) -> str | None:
    """The abused domain where it is one, for fields that hold a domain and nothing else."""
    return domain_or_none(row.abused_domain)


def domain_or_none(text: object) -> str | None:
    """A text where it is a domain that somebody can own."""
    return text if isinstance(text, str) and clean_host(text) == text and registrable_domain(text) else None


def told(row: IncidentRow, *, public: bool = False) -> str:
    """An incident in one sentence of ours: abused, never guilty."""
    system = f"a {row.platform} system" if row.platform else "a system"
    return (
        f"{system[0].upper()}{system[1:]} of {named(row, public=public)} was abused to send"
        f" {counted(row.observations, 'message')} ({row.mechanism}) to at least"
        f" {counted(max(row.recipients, 1), 'recipient')} who had not asked for them,"
        f" {row.first_seen_at:%Y-%m-%d} to {row.last_seen_at:%Y-%m-%d}; {row.confirmation}."
    )


def told_wave(row: WaveRow) -> str:
    """A wave in one sentence of ours."""
    return (
        f"One text was sent through {counted(row.parties, 'organisation')} in {counted(row.observations, 'message')},"
        f" {row.first_seen_at:%Y-%m-%d} to {row.last_seen_at:%Y-%m-%d}; {row.state}."
    )
