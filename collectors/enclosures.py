"""Messages inside messages: feedback reports, bounces, and what people forward. The inner one is the evidence."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from collectors.addresses import read_mailboxes
from collectors.deadline import check_time
from collectors.decoding import decode_charset, decode_words
from collectors.fields import ByName, cut_header, read_header
from collectors.forwarded import read_inline
from collectors.parts import Part, all_parts, read_parts
from collectors.pasted import find_header
from collectors.recipients import read_recipients
from data.model import RawMessage
from data.settings import Settings

_ENCLOSED = {"message/rfc822", "message/global"}
_ENCLOSED_HEADERS = {"text/rfc822-headers", "text/rfc822-header", "message/rfc822-headers", "message/global-headers"}
_DAEMON = re.compile(r"(?:mailer|mail|maildelivery)[-_.]?daemon|postmaster|mail\.?delivery\.?(?:system|subsystem)")
_FORWARD = re.compile(
    r"\s*(?:\[[^\]]{1,40}\]\s*)?(?:fwd?|fw|wg|wtr|tr|rv|enc|i|vs|vb|vl|doorst|pd|ynt|πρθ|转发|轉寄)\s*[:：]",
    re.IGNORECASE,
)
_MENTIONS = (b"essage/", b"ESSAGE/", b"rfc822-header")
_BODY_READ = 1_000_000
_MACHINE_FIELDS = (
    "list-id", "list-unsubscribe", "list-post", "feedback-id", "x-auto-response-suppress", "x-beenthere",
    "x-mailman-version", "x-autoreply", "x-autorespond", "x-csa-complaints",
)  # fmt: skip


def unwrap(message: RawMessage, settings: Settings, depth: int = 0) -> Iterator[RawMessage]:
    """The messages that are the evidence in what was handed in: the message itself, or what it encloses.

    - A feedback report (RFC 5965) or bounce (RFC 3464, or from a mailer daemon) yields the message or header it
      encloses; one that encloses none is the evidence itself. Receipts (RFC 8098) are left as they are.
    - A forward by a person yields what was forwarded. It is one only if no machine or list sent it, somebody else
      wrote the inner message, and the two belong together: the inner one was received by who forwards it, or the
      outer one names its Message-ID, or the subject is the inner one's with a prefix such as "Fwd:" and the inner
      one has been delivered before. An attachment alone makes no forward, nor does a digest.
    - Lines quoted inline ("---------- Forwarded message ---------") need the prefix and the forwarder as recipient;
      they are claims.
    """
    check_time()
    found = list(_enclosed(message, settings)) if depth < settings.nesting_limit else []
    if not found:
        yield message
    for number, inner in enumerate(found, start=1):
        source = f"{message.source}#{number}" if len(found) > 1 else message.source
        yield from unwrap(replace(inner, source=source), settings, depth + 1)


def unwrap_report(message: RawMessage, settings: Settings) -> Iterator[RawMessage]:
    """The evidence in a message to a mailbox that is there for reports: whatever a person attached, whether it was
    addressed to him or not; else as `unwrap` says."""
    attached = list(_attached(message, settings))
    for number, inner in enumerate(attached, start=1):
        source = f"{message.source}#{number}" if len(attached) > 1 else message.source
        yield from unwrap(replace(inner, source=source), settings, depth=1)
    if not attached:
        yield from unwrap(message, settings)


def _attached(message: RawMessage, settings: Settings) -> Iterator[RawMessage]:
    end, body = cut_header(message.raw, settings.header_limit)
    fields = read_header(message.raw[:end], settings.fields_limit).by_name
    if _is_bounce(fields) or _is_from_a_machine(fields):
        return
    tree = read_parts(message.raw, body, fields, settings.nesting_limit)
    if _report(tree, bounce=False):
        return
    for part in all_parts(tree):
        named = part.parameters.get("name", "").lower().endswith(".eml")
        if part is not tree and (part.kind in _ENCLOSED or (named and not part.parts)):
            raw = part.content().lstrip(b"\r\n")
            if _has_header(raw, settings):
                yield replace(message, raw=raw, headers_only=False, enclosed_in="forward")


def _enclosed(message: RawMessage, settings: Settings) -> Iterator[RawMessage]:
    end, body = cut_header(message.raw, settings.header_limit)
    fields = read_header(message.raw[:end], settings.fields_limit).by_name
    kind = fields.get("content-type", ("",))[0].lower().lstrip()
    bounce = _is_bounce(fields)
    prefixed = _has_forward_prefix(fields)
    if not (bounce or prefixed or _may_enclose(kind, message.raw)):
        return
    tree = read_parts(message.raw, body, fields, settings.nesting_limit)
    report = _report(tree, bounce=bounce)
    if report == "receipt":
        return
    if report:
        inner = _reported(tree, settings) or (_quoted(tree, settings) if report == "bounce" else None)
        if inner:
            yield replace(message, raw=inner[0], headers_only=inner[1], enclosed_in=report)
    elif not _is_from_a_machine(fields):
        yield from _forwarded(message, fields, tree, settings, prefixed=prefixed)


def _may_enclose(kind: str, raw: bytes) -> bool:
    """Whether a look at the parts is worth its time: for most mail it is not."""
    if kind.startswith(("message/", "multipart/report", "multipart/digest")):
        return True
    others = kind.startswith("multipart/") and not kind.startswith("multipart/alternative")
    return others and any(word in raw for word in _MENTIONS)


def _report(tree: Part, *, bounce: bool) -> Literal["feedback-report", "bounce", "receipt"] | None:
    kinds = {part.kind for part in all_parts(tree)}
    declared = tree.parameters.get("report-type", "").lower() if tree.kind == "multipart/report" else ""
    if declared == "feedback-report" or "message/feedback-report" in kinds:
        return "feedback-report"
    if declared == "disposition-notification" or "message/disposition-notification" in kinds:
        return "receipt"
    return "bounce" if bounce or declared or "message/delivery-status" in kinds else None


def _reported(tree: Part, settings: Settings) -> tuple[bytes, bool] | None:
    """(message, whether only its header) of the first enclosed part that has a header."""
    for part in all_parts(tree):
        if part.kind in _ENCLOSED | _ENCLOSED_HEADERS:
            raw = part.content().lstrip(b"\r\n")
            if _has_header(raw, settings):
                return raw, part.kind in _ENCLOSED_HEADERS
    return None


def _quoted(tree: Part, settings: Settings) -> tuple[bytes, bool] | None:
    """The message that older mailers quote in the text of a bounce, below a line of their own words."""
    for part in all_parts(tree):
        if part.kind in {"text/plain", ""} and not part.parts:
            text = decode_charset(part.content(_BODY_READ), part.parameters.get("charset")).replace("\r\n", "\n")
            start = find_header(text)
            raw = text[start:].encode("utf-8", "replace") if start is not None else b""
            if raw and _has_header(raw, settings, delivered=True):
                return raw, not raw.partition(b"\n\n")[2].strip()
    return None


def _forwarded(
    message: RawMessage, fields: ByName, tree: Part, settings: Settings, *, prefixed: bool
) -> Iterator[RawMessage]:
    attached = [part for part in all_parts(tree) if part.kind in _ENCLOSED] if tree.kind != "multipart/digest" else []
    for part in attached:
        raw = part.content().lstrip(b"\r\n")
        end, _ = cut_header(raw, settings.header_limit)
        inner = read_header(raw[:end], settings.fields_limit).by_name
        if _belong_together(fields, inner):
            yield replace(message, raw=raw, headers_only=False, enclosed_in="forward")
    if prefixed and not attached:
        inline = read_inline(message.raw, fields, settings)
        if inline:
            told = "It was forwarded inline: sender, date and subject are what the forwarding program wrote down."
            yield replace(message, raw=inline, enclosed_in="forward", warnings=(*message.warnings, told))


def _belong_together(outer: ByName, inner: ByName) -> bool:
    sender, writer = _address(outer), _address(inner)
    if not sender or not writer or sender == writer:
        return False
    if any(box.address == sender for box in read_recipients(inner)):
        return True
    identifier = inner.get("message-id", ("",))[0]
    if identifier and identifier in outer.get("x-forwarded-message-id", ()):
        return True
    subject, original = (decode_words(which.get("subject", ("",))[0]).strip() for which in (outer, inner))
    delivered = any(name in inner for name in ("received", "delivered-to", "return-path"))
    return delivered and bool(_FORWARD.match(subject)) and _FORWARD.sub("", subject, count=1).strip() == original


def _has_header(raw: bytes, settings: Settings, *, delivered: bool = False) -> bool:
    """Whether bytes start with a mail header; with `delivered`, one that a mailer has written to."""
    end, _ = cut_header(raw, settings.header_limit)
    fields = read_header(raw[:end], settings.fields_limit).by_name
    if delivered:
        marks = ("received", "message-id", "return-path", "mime-version")
        return "from" in fields and any(name in fields for name in marks)
    return any(name in fields for name in ("from", "subject", "date", "message-id", "received", "to", "return-path"))


def _is_bounce(fields: ByName) -> bool:
    """A null Return-Path alone makes no bounce: acknowledgements have it too (RFC 3834 section 3.3)."""
    if "x-failed-recipients" in fields:
        return True
    local = _address(fields).partition("@")[0] or fields.get("from", ("",))[0].lower()
    return bool(_DAEMON.match(local))


def _has_forward_prefix(fields: ByName) -> bool:
    return "x-forwarded-message-id" in fields or bool(_FORWARD.match(decode_words(fields.get("subject", ("",))[0])))


def _is_from_a_machine(fields: ByName) -> bool:
    if any(name in fields for name in _MACHINE_FIELDS):
        return True
    automatic = fields.get("auto-submitted", ("no",))[0].lower()
    return not automatic.startswith("no") or "precedence" in fields


def _address(fields: ByName) -> str:
    boxes = read_mailboxes(fields.get("from", ("",))[0])
    return boxes[0].address if boxes else ""
