"""What the API answers with, one frozen shape each. Fields are added at the end, never renamed or removed.

Texts that a message brought (title, subject) are redacted but written by strangers: never render them as HTML.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from data.clustering.waves import WaveState
from data.mitigation import Status
from data.store.exposure_shapes import Tenancy, VendorRow
from data.store.shapes import Confirmation, IncidentRow, ObservationRow, WaveRow
from data.tlp import Tlp

Next = Annotated[str | None, "The `cursor` of the next page; null on the last one."]


@dataclass(frozen=True, slots=True)
class Incident:
    """Observations of one abused party and one template in one stretch of time."""

    incident_id: str
    wave_id: str | None
    template_id: str
    party: str
    abused_domain: str | None
    platform: str | None
    account_id: str | None
    tenant: str | None
    mechanism: str
    verdict: str
    confirmation: Confirmation
    tlp: Tlp
    observations: int
    recipients: int
    submitters: int
    last_24h: int
    first_seen_at: datetime
    last_seen_at: datetime
    title: str | None
    confidence: float


@dataclass(frozen=True, slots=True)
class Observation:
    """One message seen by one recipient, redacted."""

    observation_id: str
    observed_at: datetime
    abused_domain: str | None
    platform: str | None
    account_id: str | None
    tenant: str | None
    mechanism: str
    verdict: str
    evidence: str
    subject: str | None
    confidence: float


@dataclass(frozen=True, slots=True)
class IncidentDetail:
    """An incident with its newest observations, a hundred at most."""

    incident: Incident
    newest: tuple[Observation, ...]


@dataclass(frozen=True, slots=True)
class Incidents:
    """One page of incidents, the last seen first."""

    incidents: tuple[Incident, ...]
    next: Next


@dataclass(frozen=True, slots=True)
class Wave:
    """One template's burst over several abused parties."""

    wave_id: str
    template_id: str
    state: WaveState
    observations: int
    parties: int
    first_seen_at: datetime
    last_seen_at: datetime
    title: str | None


@dataclass(frozen=True, slots=True)
class Waves:
    """One page of waves, the last seen first."""

    waves: tuple[Wave, ...]
    next: Next


@dataclass(frozen=True, slots=True)
class Vendor:
    """An organisation whose system was made to write, over its exposures: the status that needs work most, the
    longest opening, sums of counts, and medians of times in seconds. `domains` are those it sends from."""

    party_key: str
    party: str
    vendor: str | None
    domains: tuple[str, ...]
    platform: str | None
    tenancy: Tenancy
    status: Status
    exposures: int
    incidents: int
    observations: int
    open_since: datetime | None
    to_acknowledge: int | None
    to_mitigate: int | None
    recurrences: int
    after_fix: int
    steps_done: int
    steps: int
    first_seen_at: datetime
    last_seen_at: datetime


@dataclass(frozen=True, slots=True)
class Vendors:
    """One page of vendors, the last abused first."""

    vendors: tuple[Vendor, ...]
    next: Next


@dataclass(frozen=True, slots=True)
class Item:
    """What became of one message. `incident_id` is null where it stands in none, or not yet."""

    source: str
    status: Literal["stored", "known", "held", "refused"]
    observation_id: str | None
    incident_id: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class SubmissionAnswer:
    """What became of a submission, message by message. `provisional` says that incidents are still being formed."""

    stored: int
    known: int
    held: int
    refused: int
    provisional: bool
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class RefusedSubmission:
    """The problem document of a submission of which no message could be read: `items` says why, one by one."""

    type: str
    title: str
    status: int
    detail: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Health:
    """Whether the database can be read; `reason` says what to do where it cannot."""

    status: Literal["ok", "failing"]
    reason: str | None


def vendor_shape(row: VendorRow, domains: tuple[str, ...]) -> Vendor:
    names = (name for name in Vendor.__dataclass_fields__ if name != "domains")
    return Vendor(domains=domains, **{name: getattr(row, name) for name in names})


def incident_shape(row: IncidentRow, tlp: Tlp) -> Incident:
    names = (name for name in Incident.__dataclass_fields__ if name != "tlp")
    return Incident(tlp=tlp, **{name: getattr(row, name) for name in names})


def observation_shape(row: ObservationRow) -> Observation:
    return Observation(**{name: getattr(row, name) for name in Observation.__dataclass_fields__})


def wave_shape(row: WaveRow) -> Wave:
    return Wave(**{name: getattr(row, name) for name in Wave.__dataclass_fields__})
