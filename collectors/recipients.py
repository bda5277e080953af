"""Everybody a message names as its recipient, in every field that names one."""

import re

from collectors.addresses import CHARACTERS_LIMIT, bare_addresses, read_mailboxes
from collectors.fields import ByName
from data.model import Mailbox

_ADDRESS_FIELDS = ("to", "cc", "bcc", "resent-to", "resent-cc", "resent-bcc")
_TRACE_FIELDS = (
    "delivered-to", "x-delivered-to", "x-original-to", "x-original-recipient", "original-recipient",
    "final-recipient", "envelope-to", "x-envelope-to", "x-forwarded-to", "x-forwarded-for", "x-rcpt-to", "rcpt-to",
    "apparently-to", "x-apparently-to", "x-real-to", "x-receiver", "x-resolved-to", "x-mailgun-recipient",
    "x-github-recipient-address",
)  # fmt: skip
"""Fields that mailers, forwarders and platforms add, by no common grammar."""
_FOR = re.compile(r"for\s+(<?\S{3,500})")


def read_recipients(fields: ByName) -> tuple[Mailbox, ...]:
    """Every recipient once, by address: To, Cc and Bcc with their names first, then what the way recorded.

    Together at most some ten thousand mailboxes are read; real messages have a few hundred at most.
    """
    named: dict[str, Mailbox] = {}
    budget = CHARACTERS_LIMIT * 3
    for name in _ADDRESS_FIELDS:
        for value in fields.get(name, ()):
            budget -= len(value)
            for box in read_mailboxes(value) if budget > 0 else ():
                named.setdefault(box.address, box)
    for value in _traces(fields):
        budget -= len(value)
        for address in bare_addresses(value) if budget > 0 else ():
            named.setdefault(address, Mailbox("", address))
    return tuple(named.values())


def _traces(fields: ByName) -> list[str]:
    values = [value for name in _TRACE_FIELDS for value in fields.get(name, ())]
    return values + [found for value in fields.get("received", ()) for found in _FOR.findall(value)]
