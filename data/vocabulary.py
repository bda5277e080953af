"""The words of the field, each in the one spelling that is stored, exported and compared."""

from typing import Literal

Evidence = Literal["verified", "attested", "claimed"]
"""verified: DKIM checked here and now. attested: written by an authserv-id of ours into a mailbox of ours.
claimed: everything else, a pasted Authentication-Results included."""

Mechanism = Literal[
    "ticket-acknowledgement",
    "account-verification",
    "form-receipt",
    "list-confirmation",
    "chat-transcript",
    "invitation",
    "agent-message",
    "newsletter",
    "notification",
    "bounce",
    "personal",
    "other",
]

VerdictName = Literal[
    "relay-spam",
    "verification-flood",
    "list-bomb",
    "attacker-tenant",
    "compromised-tenant",
    "backscatter",
    "ordinary",
    "unrelated-abuse",
    "unrecognised",
]

ABUSE_VERDICTS: frozenset[str] = frozenset(
    {"relay-spam", "verification-flood", "list-bomb", "attacker-tenant", "compromised-tenant"}
)
"""Verdicts that open incidents. The rest is kept, searchable and counted apart."""

SlotName = Literal["recipient", "number", "amount", "date", "url", "email", "id"]

Enclosure = Literal["feedback-report", "bounce", "forward"]
