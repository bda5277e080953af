"""What an observation may do: open an incident, confirm it. Anonymous web submissions never confirm."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from data.submissions import Channel
from data.vocabulary import ABUSE_VERDICTS

Confirmation = Literal["unconfirmed", "confirmed"]

CANDIDATE_SCORE = 4.0
"""From here on a message that is not recognised deserves a look: it opens an incident as a candidate."""
ABUSE, CANDIDATE, NEITHER = 2, 1, 0
ORGANISATIONS = 2
MAILBOX_RECIPIENTS = 3


def standing(verdict: str, score: float) -> int:
    """2 for a verdict of abuse, 1 for a candidate (unrecognised, scored 4 or more), 0 for what opens no incident."""
    if verdict in ABUSE_VERDICTS:
        return ABUSE
    return CANDIDATE if verdict == "unrecognised" and score >= CANDIDATE_SCORE else NEITHER


@dataclass(frozen=True, slots=True)
class Witness:
    """Who handed in one observation of an incident: hashes only; `organisation` where it is authenticated."""

    channel: Channel
    organisation: str | None
    recipient_hash: bytes | None
    abuse: bool


def confirmation(witnesses: Iterable[Witness]) -> Confirmation:
    """Confirmed where submitters of two authenticated organisations agree, or our own mailbox shows three
    recipients. Candidates and anonymous web submissions count for nothing, whatever their number; nor does a
    genuine signature, which anybody can fetch himself."""
    organisations: set[str] = set()
    recipients: set[bytes] = set()
    for witness in witnesses:
        if not witness.abuse or witness.channel == "web":
            continue
        if witness.organisation:
            organisations.add(witness.organisation.casefold())
        # A report that somebody sent us names whatever recipients its author likes; a delivery does not.
        elif witness.channel == "mailbox" and witness.recipient_hash:
            recipients.add(witness.recipient_hash)
    enough = len(organisations) >= ORGANISATIONS or len(recipients) >= MAILBOX_RECIPIENTS
    return "confirmed" if enough else "unconfirmed"
