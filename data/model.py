"""One frozen shape a stage, named for the stage.

bytes ─ messages ─▶ RawMessage ─ headers ─▶ ParsedMessage ─ received, authentication, identity ─▶ Hop,
Authentication, Identity ─ judgement ─▶ Verdict ─ clustering.keys ─▶ Features ─ redaction ─▶ Kept; all of it
together is a Reading, and a Reading that was stored is an Observation.

Times are aware UTC `datetime`, named `*_at`. Field names equal SQL columns and the keys of the JSON contract.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple

from data.vocabulary import Enclosure, Evidence, Mechanism, SlotName, VerdictName


@dataclass(frozen=True, slots=True)
class Refusal:
    """An item that was not read: where it stood and why, in one sentence."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class RawMessage:
    """One message as handed in, before anything is read out of it.

    `raw` starts with the first header line; mbox separators, quoting and paste noise are gone. `headers_only` is
    true where no body was handed in. `enclosed_in` says what the message was unwrapped from, if anything.
    """

    source: str
    raw: bytes
    headers_only: bool = False
    enclosed_in: Enclosure | None = None
    warnings: tuple[str, ...] = ()


class HeaderField(NamedTuple):
    """One header field in its place: name as written, value unfolded to one line, encoded words left encoded.

    A tuple, for a message has fifty of them and a frozen dataclass takes four times as long to make.
    """

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An address as a header field gives it: display name decoded, address in lower case without comments."""

    name: str
    address: str

    @property
    def local(self) -> str:
        return self.address.rpartition("@")[0]

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2] if "@" in self.address else ""


@dataclass(frozen=True, slots=True)
class ParsedMessage:
    """One message read into header fields, addresses, times and readable text. Nothing is judged or hidden yet.

    `recipients` are all mailboxes of To, Cc, Bcc, Delivered-To, X-Original-To, Envelope-To, X-Forwarded-To, Received
    "for" and the like, first named first, each once. `envelope_sender` is the Return-Path address ("" for the null
    path, None where not known). `dated_by` names the field that `sent_at` was read from. `text` is the readable
    body (plain, or HTML made plain), at most settings.text_limit characters; `links` the hyperlink targets of
    HTML parts and the URLs of the text.
    """

    source: str
    raw: bytes
    headers_only: bool
    enclosed_in: Enclosure | None
    fields: tuple[HeaderField, ...]
    by_name: Mapping[str, tuple[str, ...]]
    subject: str | None
    sender: Mailbox | None
    reply_to: tuple[Mailbox, ...]
    envelope_sender: str | None
    recipients: tuple[Mailbox, ...]
    message_id: str | None
    in_reply_to: str | None
    references: tuple[str, ...]
    sent_at: datetime | None
    dated_by: Literal["Date", "Received"] | None
    text: str
    links: tuple[str, ...]
    warnings: tuple[str, ...]

    def first(self, name: str) -> str | None:
        """The topmost value of a header field (name in any case), or None."""
        values = self.by_name.get(name.lower())
        return values[0] if values else None

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a header field (name in any case), top to bottom."""
        return self.by_name.get(name.lower(), ())


@dataclass(frozen=True, slots=True)
class Hop:
    """One step of the way, in the order travelled (the origin first).

    `delay_seconds` is the signed total between the hop before and this one; None where either time is missing.
    `skewed` is true where the delay is negative: one of the two clocks is wrong.
    """

    from_host: str | None
    from_address: str | None
    by: str | None
    at: datetime | None
    delay_seconds: int | None
    evidence: Evidence
    skewed: bool = False


@dataclass(frozen=True, slots=True)
class Authentication:
    """SPF, DKIM and DMARC results in RFC 8601 words (pass, fail, none, ...), None where nothing is said.

    `evidence` is how far they can be trusted, `written_by` the authserv-id that wrote the counted results,
    `signing_domains` the d= of every DKIM-Signature (lower case), `aligned` whether a passing result stands for
    the organisational domain of From; None where that cannot be told.
    """

    spf: str | None = None
    dkim: str | None = None
    dmarc: str | None = None
    evidence: Evidence = "claimed"
    written_by: str | None = None
    signing_domains: tuple[str, ...] = ()
    signed_fields: tuple[str, ...] = ()
    aligned: bool | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose system sent the message, with the header lines it was read from.

    `platform` and `transport` are catalogue ids. `account_id` is the platform's stable key of the tenant,
    `account_signed` whether a DKIM signature of the message covers the field it was read from. `abused_domain` is
    a registrable domain, or the tenant's subdomain of a platform; None where the platform sends for everybody.
    `automatic` is whether a machine wrote it. `consistency` lists inner checks ("Message-ID time equals Date") as
    (name, holds).
    """

    platform: str | None = None
    platform_evidence: tuple[str, ...] = ()
    transport: str | None = None
    account_id: str | None = None
    account_signed: bool = False
    tenant: str | None = None
    abused_domain: str | None = None
    mechanism: Mechanism = "other"
    mechanism_evidence: tuple[str, ...] = ()
    automatic: bool = False
    consistency: tuple[tuple[str, bool], ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a verdict leans one way: a signal in an analyst's words, its weight, and the header line behind it."""

    signal: str
    weight: float
    evidence: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the message is, its score on the scale of facts (7 and more: likely), and every reason."""

    verdict: VerdictName
    score: float
    reasons: tuple[Reason, ...]
    confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class TemplatePart:
    """A run of fixed words (`slot` is None) or one typed slot (`text` is empty)."""

    text: str
    slot: SlotName | None = None


@dataclass(frozen=True, slots=True)
class Features:
    """What clustering compares. Keys are for matching only and are never shown.

    `template_key` is the first answer to which messages belong together, before any is compared with another: of the
    payload where the registry of shells leaves one, else of the shell. `words` are the payload's words in order,
    `injections` keys of a stranger's sentences outside the subject (a recipient's name, the text before a stranger's
    link), `body_sketch` a packed sample of the body's letters. `parts` is the subject as people may see it: original
    words, redacted, slots typed. All fields are plain JSON values, so that a Features survives the database
    unchanged.
    """

    version: int
    template_key: str
    payload_key: str | None
    words: tuple[str, ...]
    injections: tuple[str, ...]
    shell_key: str | None
    from_key: str
    layout_key: str
    url_shapes: tuple[str, ...]
    body_key: str | None
    body_sketch: str
    parts: tuple[TemplatePart, ...]


@dataclass(frozen=True, slots=True)
class KeptField:
    """A header field as it is kept: its name and place, and its cleaned value where the allow-list keeps one."""

    name: str
    value: str | None


@dataclass(frozen=True, slots=True)
class Kept:
    """All that is kept of the words of a message. No address outside the sending organisation's roles is in it."""

    subject: str | None
    sender_name: str | None
    sender_address: str | None
    reply_to_domain: str | None
    envelope_domain: str | None
    headers: tuple[KeptField, ...]
    text: str
    links: tuple[str, ...]
    masked: int
    """How many addresses, names and tokens were masked."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything read out of one message, redacted: what `inspect mail` prints and what intake stores.

    `fingerprint` identifies the observation, `message_hash` its Message-ID, `recipient_hash` its recipient: keyed
    hashes (HMAC), useless without the keys and never exported.
    """

    source: str
    enclosed_in: Enclosure | None
    headers_only: bool
    fingerprint: bytes
    message_hash: bytes | None
    recipient_hash: bytes | None
    sent_at: datetime | None
    dated_by: Literal["Date", "Received"] | None
    kept: Kept
    hops: tuple[Hop, ...]
    authentication: Authentication
    identity: Identity
    verdict: Verdict
    features: Features
    warnings: tuple[str, ...]
    catalogue_version: str


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the append-only log. `subject` is a public id; `detail` our own words and ids only."""

    seq: int
    at: datetime
    actor: str
    kind: str
    subject: str
    detail: Mapping[str, object] = field(default_factory=dict)
    reason: str | None = None
