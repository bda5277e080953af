"""What a judgement needs to know of one message, as plain values: collectors fill it, judge() weighs it."""

from dataclasses import dataclass
from typing import Literal

from data.model import Mechanism

Conversation = Literal["none", "own", "foreign"]
"""none: answers nothing. own: names only the platform's own ids. foreign: names somebody else's message."""

BORROWED = "are there, but it did not send this."
"""How a warning ends that tells of a platform's fields in mail of somebody else."""
Filtered = Literal["likely", "certain"]
"""What the receiving provider's filter thought: spam, or spam without doubt."""


@dataclass(frozen=True, slots=True)
class Lure:
    """A kind of attackers' words and where it stood (Subject, From, body)."""

    id: str
    label: str
    weight: float
    places: tuple[str, ...]

    @property
    def is_in_header(self) -> bool:
        return "Subject" in self.places or "From" in self.places


@dataclass(frozen=True, slots=True)
class Signals:
    """One message, read for judging. `label` is the platform's name; domains and results are no personal data.

    `platform_lines` are the header lines that show the platform. `writer` says whose words the platform mails.
    `shared_sender`: From is a domain of the platform, not of its customer. `random_tenant`: the customer's label
    looks like typed at random. `other_tenant`: the body names another customer than From. `payload` are the places
    where a sentence with a link stands that is not the organisation's own: the recipient's name, the greeting, ...
    `pointed_link`: an arrow or picture stands straight before a link that is not the sender's. `borrowed_brand`: From's display name is a brand whose domain From's is not. `renamed`: Reply-To's name fits the
    domain, From's does not. `disguised`: fields with letters made to look like others. `sent_on`: the platform's mail,
    handed in again by another service. `filtered`: what the receiving provider's filter thought.
    """

    mechanism: Mechanism
    automatic: bool
    conversation: Conversation
    platform: str | None = None
    label: str | None = None
    platform_lines: tuple[str, ...] = ()
    help_desk: bool = False
    writer: Literal["visitor", "tenant"] | None = None
    transport: str | None = None
    sender_domain: str | None = None
    shared_sender: bool = False
    own_domain: bool = False
    random_tenant: bool = False
    other_tenant: bool = False
    authenticated: bool | None = None
    spoofed: bool = False
    listed: bool = False
    bulk: bool = False
    lures: tuple[Lure, ...] = ()
    payload: tuple[str, ...] = ()
    pointed_link: bool = False
    borrowed_brand: str | None = None
    renamed: bool = False
    disguised: tuple[str, ...] = ()
    recipient_named: bool = False
    many_recipients: bool = False
    unusual_subject: bool = False
    broken_checks: tuple[str, ...] = ()
    warning_words: bool = False
    filtered: Filtered | None = None
    oddities: tuple[str, ...] = ()
    sent_on: bool = False
