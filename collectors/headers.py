"""One raw message to a ParsedMessage: header fields, addresses, times, readable text."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal

from collectors.addresses import read_mailboxes
from collectors.dates import read_date
from collectors.deadline import check_time
from collectors.decoding import decode_words
from collectors.fields import ByName, cut_header, read_header
from collectors.received import received_time
from collectors.recipients import read_recipients
from collectors.text import read_text
from data.errors import SubmissionRefused
from data.model import Mailbox, ParsedMessage, RawMessage
from data.settings import Settings

_MESSAGE_ID = re.compile(r"<([^<>]{1,900})>")
_SINGLE = ("from", "sender", "reply-to", "to", "subject", "date", "message-id", "in-reply-to")
"""Fields that may stand once (RFC 5322 section 3.6) and that something is read from."""
_SIGNED_NAMES = re.compile(r"(?:^|;)\s*h\s*=([^;]*)")
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=1)
_CONTROLS = dict.fromkeys([*range(32), 127])
_SEPARATORS = "\u2028".encode(), "\u2029".encode()
_SOMETHING = re.compile(rb"\S")


def parse_message(message: RawMessage, settings: Settings) -> ParsedMessage:
    """Read one message. Raises SubmissionRefused where no header field can be read.

    `message_id`, `in_reply_to` and `references` are without their angle brackets. Where a field that may stand once
    stands with several values, the lowest counts if a DKIM signature of the message covers it (RFC 6376 section
    5.4.2 signs from the bottom up and additions go on top), else the topmost, which most programs show.
    """
    warnings = list(message.warnings)
    end, body = cut_header(message.raw, settings.header_limit)
    if end == settings.header_limit:
        warnings.append(f"The header is longer than {end:,} bytes; what lies beyond was not read.")
    block = message.raw[:end]
    header = read_header(block, settings.fields_limit)
    fields, named, strays = header.fields, header.by_name, header.strays
    if not fields:
        raise SubmissionRefused(f"{message.source} has no header field; hand in the message with its header.")
    if strays:
        warnings.append(f"Lines of the header that are no fields were left out: {strays}.")
    if len(fields) + strays >= settings.fields_limit:
        warnings.append(
            f"The header has {settings.fields_limit:,} fields or more; beyond them only the main ones were read."
        )
    chosen = _choose(named, warnings)
    sent_at, dated_by = _sent_at(chosen.get("date"), named.get("received", ()), warnings)
    if b"\0" in block or (not block.isascii() and any(mark in block for mark in _SEPARATORS)):
        warnings.append("The header holds control characters or line separators; they were taken out.")
    check_time()
    content = read_text(message.raw, body, named, settings)
    senders = read_mailboxes(chosen.get("from", ""))
    return ParsedMessage(
        source=message.source,
        raw=message.raw,
        headers_only=message.headers_only or not _SOMETHING.search(message.raw, body),
        enclosed_in=message.enclosed_in,
        fields=fields,
        by_name=named,
        subject=one_line(chosen["subject"]) if "subject" in chosen else None,
        sender=senders[0] if senders else None,
        reply_to=_mailboxes(named.get("reply-to", ())),
        envelope_sender=_envelope_sender(named),
        recipients=read_recipients(named),
        message_id=_identifier(chosen.get("message-id")),
        in_reply_to=_identifier(chosen.get("in-reply-to")),
        references=tuple(_MESSAGE_ID.findall(chosen.get("references", ""))),
        sent_at=sent_at,
        dated_by=dated_by,
        text=content.text,
        links=content.links,
        warnings=(*warnings, *content.warnings),
    )


def one_line(value: str) -> str:
    """A header value as people read it: encoded words decoded, on one line, without control characters."""
    return " ".join(decode_words(value).split()).translate(_CONTROLS)


def _choose(fields: ByName, warnings: list[str]) -> dict[str, str]:
    chosen = {name: values[0] for name, values in fields.items()}
    for name in _SINGLE:
        values = fields.get(name, ())
        if len(values) < 2 or len(set(values)) == 1:
            continue
        signed = any(_covers(signature, name) for signature in fields.get("dkim-signature", ()))
        chosen[name] = values[-1] if signed else values[0]
        which = "the lowest counts, since additions to signed mail go on top" if signed else "the topmost counts"
        warnings.append(f"{name.title()} stands {len(values)} times with different values; {which}.")
    return chosen


def _covers(signature: str, name: str) -> bool:
    found = _SIGNED_NAMES.search(signature)
    return found is not None and name in {part.strip().lower() for part in found[1].split(":")}


def _sent_at(
    date: str | None, received: Sequence[str], warnings: list[str]
) -> tuple[datetime | None, Literal["Date", "Received"] | None]:
    """Date, unless it is missing, unreadable, before 1990 or more than a day after the newest Received time; then
    the topmost Received time, which the recipient's own provider wrote."""
    times = [time for time in map(received_time, received) if time and time >= _EARLIEST]
    sent_at = read_date(date) if date else None
    if sent_at and sent_at >= _EARLIEST and not (times and sent_at > max(times) + _AHEAD):
        return sent_at, "Date"
    fault = "is missing" if not date else "cannot be read" if sent_at is None else "cannot be true"
    if times:
        warnings.append(f"Date {fault}; the time of the topmost Received line stands in for it.")
        return times[0], "Received"
    warnings.append(f"Date {fault} and no Received line has a time; when it was sent is not known.")
    return None, None


def _identifier(value: str | None) -> str | None:
    found = _MESSAGE_ID.search(value or "")
    return (found[1] if found else (value or "")[:900].strip("<>")).strip() or None


def _mailboxes(values: Iterable[str]) -> tuple[Mailbox, ...]:
    return tuple(dict.fromkeys(box for value in values for box in read_mailboxes(value)))


def _envelope_sender(fields: ByName) -> str | None:
    values = fields.get("return-path")
    if not values:
        return None
    boxes = read_mailboxes(values[0])
    return boxes[0].address if boxes else ""
