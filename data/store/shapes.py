"""What reads return: one frozen row a shape. Ids are public and current; times are aware UTC; texts are redacted
but written by strangers, so a page shows them through inert()."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from data.clustering.waves import WaveState
from data.model import Authentication, Hop, Identity, KeptField, TemplatePart, Verdict
from data.tlp import Tlp
from data.vocabulary import Enclosure, Evidence

Confirmation = Literal["unconfirmed", "confirmed"]


@dataclass(frozen=True, slots=True)
class Headline:
    """The figures of the overview. `_24h` counts observations of incidents seen in the last 24 hours, `_before` the
    24 hours before that. An incident is open while its stretch of time still is (`SPARSE_GAP` after its last
    observation). `other_observations` stand in no incident; claims came without a header."""

    observations_24h: int
    observations_24h_before: int
    parties_24h: int
    parties_24h_before: int
    observations_7d: int
    parties_7d: int
    open_incidents: int
    open_incidents_before: int
    observations_total: int
    other_observations: int
    claims_total: int
    last_received_at: datetime | None


@dataclass(frozen=True, slots=True)
class Bin:
    """Observations of one platform id (or "other") in one bin that starts at `at`."""

    at: datetime
    key: str
    observations: int


@dataclass(frozen=True, slots=True)
class IncidentFilter:
    """What a page or an export asks for; empty means everything. Several values of one field are alternatives.

    `text` is searched in subjects, sender names, bodies and the names of the party. `since` and `until` (not
    included) bound observations by observed_at, incidents by overlap. `wave_id` may be an old id. `grouped` asks
    for observations that stand in an incident, or in none. `clearance` leaves
    out incidents of a higher TLP marking, with their observations and waves. `received_since` asks for incidents that
    something was received of or happened to since then, however old the mail was. `triage` and `assignee` ("" for
    nobody's) are analysts' words, `tlp` markings; the two bounds of confidence are included.
    """

    text: str = ""
    platform: tuple[str, ...] = ()
    mechanism: tuple[str, ...] = ()
    verdict: tuple[str, ...] = ()
    confirmation: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    wave_id: str | None = None
    abused_domain: str | None = None
    grouped: bool | None = None
    clearance: Tlp = "RED"
    received_since: datetime | None = None
    triage: tuple[str, ...] = ()
    assignee: tuple[str, ...] = ()
    tlp: tuple[Tlp, ...] = ()
    confidence_from: float | None = None
    confidence_to: float | None = None


EVERYTHING = IncidentFilter()


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """One incident. Platform, domain, account, tenant, mechanism and verdict are its members' most frequent ones;
    `party` is the abused party in one word; `title` a subject of a trusted channel where there is one.
    `sparkline` holds 24 hourly counts, the last one the hour that ends now."""

    incident_id: str
    confirmation: Confirmation
    abused_domain: str | None
    tenant: str | None
    account_id: str | None
    party: str
    platform: str | None
    mechanism: str
    verdict: str
    template_id: str
    wave_id: str | None
    observations: int
    recipients: int
    submitters: int
    last_24h: int
    sparkline: tuple[int, ...]
    confidence: float
    first_seen_at: datetime
    last_seen_at: datetime
    title: str | None
    singleton: bool


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """One template: its example with slots, and how often it was seen, in incidents or not."""

    template_id: str
    parts: tuple[TemplatePart, ...]
    example_text: str | None
    observations: int
    parties: int
    first_seen_at: datetime
    last_seen_at: datetime


@dataclass(frozen=True, slots=True)
class ObservationRow:
    """One observation in a list. `submissions` counts the submitters that handed the same message in."""

    observation_id: str
    observed_at: datetime
    abused_domain: str | None
    platform: str | None
    account_id: str | None
    tenant: str | None
    mechanism: str
    verdict: str
    score: float
    confidence: float
    template_id: str
    incident_id: str | None
    wave_id: str | None
    subject: str | None
    sender_name: str | None
    evidence: Evidence
    headers_only: bool
    submissions: int


@dataclass(frozen=True, slots=True)
class ObservationDetail:
    """Everything that is kept of one observation."""

    row: ObservationRow
    received_at: datetime
    sent_at: datetime | None
    dated_by: Literal["Date", "Received"] | None
    enclosed_in: Enclosure | None
    sender_address: str | None
    reply_to_domain: str | None
    envelope_domain: str | None
    headers: tuple[KeptField, ...]
    hops: tuple[Hop, ...]
    authentication: Authentication
    identity: Identity
    verdict: Verdict
    parts: tuple[TemplatePart, ...]
    grouped_by: str
    """What put it into its template, in words."""
    text: str
    links: tuple[str, ...]
    masked: int
    warnings: tuple[str, ...]
    submissions: int
    catalogue_version: str


@dataclass(frozen=True, slots=True)
class WaveRow:
    """One wave. `sparkline` holds 48 hourly counts up to now, or up to the last observation of a wave that is
    over."""

    wave_id: str
    template_id: str
    state: WaveState
    observations: int
    parties: int
    first_seen_at: datetime
    last_seen_at: datetime
    title: str | None
    sparkline: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class NewParty:
    """An abused party, never seen in an incident before `first_seen_at`, and how often it was seen in a time."""

    party: str
    abused_domain: str | None
    platform: str | None
    observations: int
    first_seen_at: datetime
