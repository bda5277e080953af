"""What somebody hands in, and the answer to it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from data.model import Reading, Refusal

Channel = Literal["cli", "token", "mailbox", "web", "demo"]
"""How a submission came in. `web` is anonymous: it never confirms, renames or steers anything."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """One message of a mailbox: what is stored together with it, so that it is never taken a second time."""

    mailbox: bytes
    validity: int
    uid: int


@dataclass(frozen=True, slots=True)
class Submission:
    """What somebody handed in. `submitter_hash` and `block_hash` are keyed hashes; `organisation` is set only for
    submitters whose identity is authenticated."""

    channel: Channel
    received_at: datetime
    submitter_hash: bytes | None = None
    block_hash: bytes | None = None
    organisation: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """A report without a header: what somebody typed in, redacted. `sender` is a name, an address or both."""

    subject: str | None
    sender: str | None
    claimed_at: datetime | None


class ReadMessages(Protocol):
    """The collectors' side of the corridor, bound by app.py and the command line: bytes in, readings out.

    One broken item is a Refusal among the others and never sinks the batch.
    """

    def __call__(self, blob: bytes, source: str) -> Iterator[Reading | Refusal]: ...


@dataclass(frozen=True, slots=True)
class Taken:
    """The answer for one message of a submission."""

    source: str
    observation_id: str
    duplicate: bool
    incident_id: str | None = None


@dataclass(frozen=True, slots=True)
class Intake:
    """The answer for a submission: what was stored, what was known, what was refused, what it opened."""

    taken: tuple[Taken, ...] = ()
    refused: tuple[Refusal, ...] = ()
    incidents_opened: tuple[str, ...] = ()
    waves_opened: tuple[str, ...] = ()

    @property
    def stored(self) -> int:
        return sum(not item.duplicate for item in self.taken)

    @property
    def duplicates(self) -> int:
        return sum(item.duplicate for item in self.taken)
