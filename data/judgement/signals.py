"""What a judgement needs to know of one message, as plain values: collectors fill it, judge() weighs it."""

from dataclasses import dataclass
from typing import Literal

from data.vocabulary import Mechanism

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


@dataclass(frozen=True, slots=True)
class Signals:
    """One message, read for judging. Domains, results and catalogue names only: no personal data.

    label, platform_lines: the platform's name and the header lines that show it.
    writer: whose words the platform mails. shared_sender: From is a domain of the platform, own_domain: of its
    customer; neither: a subdomain of the platform, or a mailbox for everybody.
    random_tenant: the customer's subdomain is letters at random. other_tenant: the body names another customer.
    sent_on: mail of a platform, handed in again by another service.
    payload: the places where a stranger's sentence with a link stands. pointed_link: an arrow or picture stands
    straight before a stranger's link.
    borrowed_brand: the brand in From's display name whose domain From's is not. renamed: Reply-To's name fits the
    domain, From's does not. disguised: fields with letters made to look like others, or
    hidden or spaced. shouted: Subject in capitals or with several pictures.
    answers_recipient: In-Reply-To is of a recipient's domain, or of a mailbox provider, so it may be.
    filtered: what the receiving provider's filter thought. oddities: what is odd in the form of the header.
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
    answers_recipient: bool = False
    recipient_named: bool = False
    shouted: bool = False
    many_recipients: bool = False
    unusual_subject: bool = False
    broken_checks: tuple[str, ...] = ()
    warning_words: bool = False
    filtered: Filtered | None = None
    oddities: tuple[str, ...] = ()
    sent_on: bool = False
