"""Which observation a message is: the same message again has the same fingerprint, another recipient's copy another.

The fingerprint is taken over From, Date, Message-ID and Subject, which practically every DKIM signature covers, and
over the recipient's keyed hash. They are compared decoded and without white space, so transit fields, folding, line
endings, raw or encoded letters, a missing body or a stripped signature change nothing; a changed subject or sender
under a known Message-ID is another observation.
"""

import hashlib
import re
import unicodedata

from collectors.addresses import bare_addresses, read_mailboxes
from collectors.dates import read_date
from data.keys import Keys
from data.model import ParsedMessage

_ENVELOPE_FIELDS = (
    "x-original-to", "envelope-to", "x-envelope-to", "x-rcpt-to", "delivered-to", "x-delivered-to", "apparently-to",
    "x-apparently-to", "x-forwarded-to",
)  # fmt: skip
_LIST_FIELDS = ("list-id", "list-post", "mailing-list", "x-mailing-list", "x-beenthere")
_RECEIVED_FOR = re.compile(r"(?i)\bfor\s+<?([^\s<>;]{1,250}@[^\s<>;]{1,250})")
_SPACE = re.compile(r"\s+")


def fingerprint(message: ParsedMessage, keys: Keys) -> tuple[bytes, bytes | None, bytes | None]:
    """(fingerprint, hash of the Message-ID, hash of the recipient), each keyed; None where the message has none."""
    recipient = recipient_of(message)
    recipient_hash = keys.digest("recipient", recipient) if recipient else None
    message_hash = keys.digest("message", message.message_id) if message.message_id else None
    parts = [_sender(message), _date(message), _plain(message.message_id or ""), _plain(message.subject or "")]
    if not parts[2] and not (parts[0] and parts[1]):
        parts.append(_digest(message))
    parts.append(recipient_hash.hex() if recipient_hash else "")
    return keys.digest("fingerprint", "\n".join(parts)), message_hash, recipient_hash


def recipient_of(message: ParsedMessage) -> str | None:
    """The address whose copy this is, in lower case, or None where no field tells.

    A recipient of To or Cc that the envelope confirms comes first: such a copy keeps its recipient where Delivered-To
    was lost, or where the mailbox forwards. Behind a mailing list, and where the reader was not named, it is an
    address of the envelope. Without an envelope, the first of To.
    """
    named = [
        untagged(box.address) for name in ("to", "cc") for value in message.all(name) for box in read_mailboxes(value)
    ]
    written = [
        address for name in _ENVELOPE_FIELDS for value in message.all(name) for address in bare_addresses(value)
    ]
    passed = (value for value in message.all("received") if "@" in value)
    written += [found.lower() for value in passed for found in _RECEIVED_FOR.findall(value)]
    envelope = [untagged(address) for address in written]
    if any(message.all(name) for name in _LIST_FIELDS):
        members = [address for address in envelope if address not in set(named)]
        return next(iter(members or envelope or named), None)
    confirmed = set(envelope)
    return next((address for address in named if address in confirmed), None) or next(
        iter(envelope[::-1] or named), None
    )


def untagged(address: str) -> str:
    """An address without its tag: ann+shop@example.org is ann@example.org, the same recipient."""
    local, at, domain = address.rpartition("@")
    return (local.partition("+")[0] or local) + at + domain


def _sender(message: ParsedMessage) -> str:
    if message.sender is None:
        return _plain(message.first("from") or "")
    return _plain(f"{message.sender.name}<{message.sender.address}>")


def _date(message: ParsedMessage) -> str:
    """The lowest Date, which is the signed one: as a moment where it can be read, else as it is written."""
    values = message.all("date")
    if not values:
        return ""
    moment = read_date(values[-1])
    return str(int(moment.timestamp())) if moment else _plain(values[-1])


def _plain(text: str) -> str:
    return _SPACE.sub("", unicodedata.normalize("NFC", text))


def _digest(message: ParsedMessage) -> str:
    """What else tells two messages apart that hardly have a header: the text, or all there is where there is none."""
    text = _plain(message.text)
    content = text.encode("utf-8", "surrogatepass") if text else b"\n".join(message.raw.split())
    return hashlib.sha256(content).hexdigest()
