"""What reads about exposures return, and the filter they take. Spans are whole seconds, None where unknown."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from data.mitigation import Status
from data.store.shapes import EVERYTHING, IncidentFilter

Tenancy = Literal["vendor", "attacker", "taken-over"]
"""Whose tenant sends: an honest vendor's, one that the attacker made, one that was taken over. In the last two cases
the platform's abuse desk must act."""
ContactKind = Literal["security.txt", "abuse", "support", "other"]

URGENCY: tuple[Status, ...] = (
    "recurred",
    "confirmed",
    "reported",
    "acknowledged",
    "mitigating",
    "disputed",
    "unreviewed",
    "mitigated",
    "verified-quiet",
    "not-affected",
)
"""Of several exposures of one vendor the status that stands for it: the earliest step of those under way."""
APART: tuple[Tenancy, ...] = ("attacker", "taken-over")


@dataclass(frozen=True, slots=True)
class ExposureFilter:
    """Exposures with an incident that `incidents` asks for, in one of some states and tenancies; empty: all. Since an
    exposure counts all its incidents, one with an incident beyond the clearance is left out whole; everybody is told
    of closed ones only.

    `party` is a party's key, such as a domain or "account:zendesk:0a1b2c3".
    """

    incidents: IncidentFilter = EVERYTHING
    status: tuple[str, ...] = ()
    tenancy: tuple[str, ...] = ()
    party: str | None = None


EVERY_EXPOSURE = ExposureFilter()


@dataclass(frozen=True, slots=True)
class ExposureRow:
    """One door: an abused party on one platform by one mechanism. `vendor` is the organisation's name where the
    catalogue knows it. `open_since` is None where the door is closed. `after_fix` counts trusted observations sent
    after the last fix; `steps_done` of `steps` are ticked."""

    exposure_id: str
    party_key: str
    party: str
    vendor: str | None
    platform: str | None
    mechanism: str
    tenancy: Tenancy
    status: Status
    status_at: datetime | None
    open_since: datetime | None
    fixed_at: datetime | None
    quiet_since: datetime | None
    after_fix: int
    recurrences: int
    to_acknowledge: int | None
    to_mitigate: int | None
    incidents: int
    observations: int
    first_seen_at: datetime
    last_seen_at: datetime
    steps_done: int
    steps: int


@dataclass(frozen=True, slots=True)
class WaveDoor:
    """Where the doors of one party stand that a wave came through; `fixed_at` is the last fix, whether or not it
    held."""

    status: Status
    fixed_at: datetime | None


@dataclass(frozen=True, slots=True)
class VendorRow:
    """One abused party over its exposures: the status that needs work most, the longest opening, medians of times,
    sums of counts. `platform` is that of most observations."""

    party_key: str
    party: str
    vendor: str | None
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
class PlatformRow:
    """One platform over all its vendors' exposures; `open` counts those that are not closed."""

    platform: str | None
    parties: int
    exposures: int
    open: int
    incidents: int
    observations: int
    recurrences: int
    to_acknowledge: int | None
    to_acknowledge_mean: int | None
    to_mitigate: int | None
    to_mitigate_mean: int | None
    first_seen_at: datetime
    last_seen_at: datetime


@dataclass(frozen=True, slots=True)
class StatusBin:
    """Observations of one exposure in one bin that starts at `at`, seen while it had this status."""

    at: datetime
    status: Status
    observations: int


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One status of one exposure: said by a person, or set by Relaywatch (`machine`; then nothing was recorded by
    anybody). `exposure_id` is None where no incident stands in it any more."""

    change_id: int | None
    exposure_id: str | None
    party_key: str
    platform: str | None
    mechanism: str
    status: Status
    effective_at: datetime
    recorded_at: datetime | None
    author: str
    machine: bool
    note: str | None
    link: str | None
    observation_id: str | None
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class Tick:
    """The last word about one step of a checklist."""

    step: str
    done: bool
    author: str
    recorded_at: datetime
    note: str | None


@dataclass(frozen=True, slots=True)
class ContactRow:
    """Whom to write to, and who says so."""

    kind: ContactKind
    address: str
    source: str
    author: str
    recorded_at: datetime
