"""One raw message to a ParsedMessage: header fields, addresses, times, readable text."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Literal

from collectors.addresses import read_mailboxes
from collectors.dates import read_date
from collectors.decoding import decode_guessing, decode_words
from collectors.text import read_text
from data.errors import SubmissionRefused
from data.model import HeaderField, Mailbox, ParsedMessage, RawMessage
from data.settings import Settings

_BLANK_LINE = re.compile(rb"\r?\n[ \t]*\r?\n")
_NEXT_FIELD = re.compile(r"\n(?![ \t])")
_NAME = re.compile(r"[!-9;-~]{1,120}")
_MESSAGE_ID = re.compile(r"<([^<>]{1,900})>")
_RECIPIENT_FIELDS = (
    "to", "cc", "bcc", "resent-to", "resent-cc", "resent-bcc", "delivered-to", "x-delivered-to", "x-original-to",
    "envelope-to", "x-envelope-to", "x-forwarded-to", "x-forwarded-for", "x-rcpt-to", "apparently-to",
    "x-apparently-to", "x-github-recipient-address",
)  # fmt: skip
_RECEIVED_FOR = re.compile(r"\bfor\s+<?([^\s<>;]+@[^\s<>;]+)")
_SINGLE = ("from", "subject", "date", "to", "reply-to", "message-id")
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)


def parse_message(message: RawMessage, settings: Settings) -> ParsedMessage:
    """Read one message. Raises SubmissionRefused where no header field can be read.

    `message_id`, `in_reply_to` and `references` are without their angle brackets. Of a field that should stand once
    and stands several times, the lowest counts where a DKIM signature of the message covers it (RFC 6376 section
    5.4.2 signs from the bottom up, additions go on top), else the topmost.
    """
    warnings = list(message.warnings)
    block, body = _cut(message.raw, settings.header_limit, warnings)
    fields = _read_fields(block, settings.fields_limit, warnings)
    if not fields:
        raise SubmissionRefused(f"{message.source}: no header field was found; hand in the message with its header.")
    by_name = _by_name(fields)
    chosen = _choose(by_name, warnings)
    sent_at, dated_by = _sent_at(chosen.get("date"), by_name.get("received", ()), warnings)
    text, links = read_text(by_name, body, settings)
    senders = read_mailboxes(chosen.get("from", ""))
    return ParsedMessage(
        source=message.source,
        raw=message.raw,
        headers_only=message.headers_only or not body.strip(),
        enclosed_in=message.enclosed_in,
        fields=fields,
        by_name=by_name,
        subject=_one_line(chosen["subject"]) if "subject" in chosen else None,
        sender=senders[0] if senders else None,
        reply_to=_mailboxes(by_name.get("reply-to", ())),
        envelope_sender=_envelope_sender(by_name),
        recipients=_recipients(by_name),
        message_id=_first_id(chosen.get("message-id")),
        in_reply_to=_first_id(chosen.get("in-reply-to")),
        references=tuple(_MESSAGE_ID.findall(chosen.get("references", ""))),
        sent_at=sent_at,
        dated_by=dated_by,
        text=text,
        links=links,
        warnings=tuple(warnings),
    )


def _cut(raw: bytes, limit: int, warnings: list[str]) -> tuple[bytes, bytes]:
    end = _BLANK_LINE.search(raw, 0, limit)
    if end:
        return raw[: end.start()], raw[end.end() :]
    if len(raw) > limit:
        warnings.append(f"The header is longer than {limit:,} bytes; what lies beyond was not read.")
    return raw[:limit], b""


def _read_fields(block: bytes, limit: int, warnings: list[str]) -> tuple[HeaderField, ...]:
    try:
        text, decode = block.decode("utf-8"), None
    except UnicodeDecodeError:
        text, decode = block.decode("latin-1"), decode_guessing
    fields: list[HeaderField] = []
    strays = 0
    lines = _NEXT_FIELD.split(text.replace("\r\n", "\n"))
    for line in lines[:limit]:
        name, colon, value = line.partition(":")
        name = name.rstrip()
        if not colon or not _NAME.fullmatch(name):
            strays += bool(line.strip())
            continue
        if decode and not value.isascii():
            value = decode(value.encode("latin-1"))
        fields.append(HeaderField(name, " ".join(value.split())))
    if strays:
        warnings.append(f"Lines of the header that are no fields were left out: {strays}.")
    if len(lines) > limit:
        warnings.append(f"The header has more than {limit:,} fields; what lies beyond was not read.")
    return tuple(fields)


def _by_name(fields: Iterable[HeaderField]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for field in fields:
        found.setdefault(field.name.lower(), []).append(field.value)
    return {name: tuple(values) for name, values in found.items()}


def _choose(by_name: dict[str, tuple[str, ...]], warnings: list[str]) -> dict[str, str]:
    chosen = {name: values[0] for name, values in by_name.items()}
    for name in _SINGLE:
        values = by_name.get(name, ())
        if len(set(values)) > 1:
            signed = any(_covers(signature, name) for signature in by_name.get("dkim-signature", ()))
            chosen[name] = values[-1] if signed else values[0]
            which = "the lowest, which is the signed one," if signed else "the topmost"
            warnings.append(f"{name.title()} stands {len(values)} times with different values; {which} counts.")
    return chosen


def _covers(signature: str, name: str) -> bool:
    found = re.search(r"(?:^|;)\s*h\s*=([^;]*)", signature)
    return bool(found) and name in {part.strip().lower() for part in found[1].split(":")} if found else False


def _sent_at(
    date: str | None, received: tuple[str, ...], warnings: list[str]
) -> tuple[datetime | None, Literal["Date", "Received"] | None]:
    times = [time for time in (read_date(value.rpartition(";")[2]) for value in received) if time]
    times = [time for time in times if time >= _EARLIEST]
    sent_at = read_date(date) if date else None
    if sent_at and sent_at >= _EARLIEST and not (times and sent_at > max(times) + timedelta(days=1)):
        return sent_at, "Date"
    fault = "is missing" if date is None else "cannot be read" if sent_at is None else "cannot be true"
    if times:
        warnings.append(f"Date {fault}; the time of the topmost Received line stands in for it.")
        return times[0], "Received"
    warnings.append(f"Date {fault} and no Received line has a time; when it was sent is not known.")
    return None, None


def _one_line(value: str) -> str:
    return " ".join(decode_words(value).replace("\0", "").split())


def _first_id(value: str | None) -> str | None:
    found = _MESSAGE_ID.search(value or "")
    if found:
        return found[1].strip()
    return (value or "").strip()[:900] or None


def _mailboxes(values: Iterable[str]) -> tuple[Mailbox, ...]:
    return tuple(dict.fromkeys(box for value in values for box in read_mailboxes(value)))


def _envelope_sender(by_name: dict[str, tuple[str, ...]]) -> str | None:
    values = by_name.get("return-path")
    if not values:
        return None
    boxes = read_mailboxes(values[0])
    return boxes[0].address if boxes else ""


def _recipients(by_name: dict[str, tuple[str, ...]]) -> tuple[Mailbox, ...]:
    named: dict[str, Mailbox] = {}
    for name in _RECIPIENT_FIELDS:
        for box in _mailboxes(by_name.get(name, ())):
            named.setdefault(box.address, box)
    for value in by_name.get("received", ()):
        for address in _RECEIVED_FOR.findall(value):
            named.setdefault(address.lower(), Mailbox("", address.lower()))
    return tuple(named.values())
