"""One header field as it is kept: cleaned in the way that the allow-list of redaction.toml names for it."""

import re
from collections.abc import Callable, Iterable

from collectors.addresses import read_mailboxes
from collectors.decoding import decode_words
from collectors.masking import Mask
from collectors.tokens import is_opaque
from collectors.trace_fields import (
    Part,
    keep_domains,
    keep_hop,
    keep_minute,
    keep_results,
    keep_signature,
    keep_spf,
)  # fmt: skip
from data.model import HeaderField, KeptField

VALUE_LIMIT = 1_000
"""Characters of a value that are kept."""
_READ_LIMIT = 4 * VALUE_LIMIT
_NAME_LIMIT = 80
_PLAIN_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,79}")
_CONTENT_TYPE = re.compile(r"\s*([\w.+-]{1,40}/[\w.+-]{1,80})")
_PARAMETER = re.compile(r"(?i);\s*(charset|report-type|format|delsp)\s*=\s*\"?([\w.:-]{1,40})")


def keep_fields(fields: Iterable[HeaderField], mask: Mask) -> tuple[KeptField, ...]:
    """Header fields in their order, each cleaned as the allow-list says, or its cleaned name alone."""
    fields = tuple(fields)
    ways = mask.rules.ways
    unknown = "\n".join({field.name for field in fields if field.name.lower() not in ways})
    quiet = not mask.shows(unknown) and not mask.names(unknown)
    kept: list[KeptField] = []
    for field in fields:
        way = ways.get(field.name.lower())
        if way is None:
            kept.append(KeptField(_name(field.name, quiet, mask), None))
        else:
            kept.append(KeptField(field.name, _WAYS[way](field.value[:_READ_LIMIT], mask)[:VALUE_LIMIT]))
    return tuple(kept)


def _name(name: str, quiet: bool, mask: Mask) -> str:
    """A field name no list knows: a stranger wrote it, so it is cut, and cleaned like text."""
    if quiet and _PLAIN_NAME.fullmatch(name) and not mask.encodes(name):
        return name
    return mask.clean_value(ascii(name[:_NAME_LIMIT])[1:-1])


def clean_evidence(line: str, mask: Mask) -> str:
    """A line of evidence ("X-Mailer: Zendesk Mailer") without what must be hidden of the field it quotes."""
    name, colon, value = line.partition(": ")
    way = mask.rules.ways.get(name.lower()) if colon else None
    return f"{name}: {_WAYS[way](value, mask)}" if way else mask.clean(line)


def _mailboxes(value: str, mask: Mask) -> str:
    shown: list[str] = []
    for box in read_mailboxes(value)[:5]:
        name, address = mask.clean_sender_name(box), mask.clean_sender(box)
        shown.append(f"{name} <{address}>" if name else address)
    return ", ".join(shown) or mask.clean_value(value)


def _minute(value: str, mask: Mask) -> str:
    return keep_minute(value) or mask.clean_value(value)[:80]


def _rebuilt(build: Callable[[str, Part], str]) -> Callable[[str, Mask], str]:
    """A rebuilt field shown as it is where nothing in it must be hidden, else with each of its parts cleaned."""

    def keep(value: str, mask: Mask) -> str:
        line = build(value, mask.clean_coded)
        return build(value, mask.clean_host) if mask.shows(line) else line

    return keep


def _type(value: str, mask: Mask) -> str:
    media = _CONTENT_TYPE.match(value)
    if not media or mask.exposes(media[1]):
        return "[token]"
    parameters = [f"{name.lower()}={given}" for name, given in _PARAMETER.findall(value) if not mask.exposes(given)]
    return "; ".join([media[1].lower(), *parameters[:4]])


def _feedback(value: str, mask: Mask) -> str:
    parts = [part.strip() for part in value.split(":")][:8]
    shown = [
        "[token]"
        if is_opaque(part, 8) or mask.exposes(part) or (index == len(parts) - 1 and not part.isalpha())
        else part
        for index, part in enumerate(parts)
    ]
    return mask.clean(":".join(shown))


_WAYS: dict[str, Callable[[str, Mask], str]] = {
    "text": lambda value, mask: mask.clean(decode_words(value)),
    "words": lambda value, mask: mask.clean_value(value),
    "key": lambda value, mask: mask.clean_key(decode_words(value)),
    "mailbox": _mailboxes,
    "domain": _rebuilt(keep_domains),
    "minute": _minute,
    "hop": _rebuilt(keep_hop),
    "results": _rebuilt(keep_results),
    "spf": _rebuilt(keep_spf),
    "signature": _rebuilt(keep_signature),
    "type": _type,
    "feedback": _feedback,
}
