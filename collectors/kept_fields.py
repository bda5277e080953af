"""One header field as it is kept: cleaned in the way that the allow-list of redaction.toml names for it."""

import re
from collections.abc import Callable
from functools import lru_cache

from collectors.addresses import read_mailboxes
from collectors.deadline import check_time
from collectors.decoding import decode_words
from collectors.disguises import decode
from collectors.hidden import OPAQUE_IN_TEXT
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
from data.letters import remembering
from data.model import HeaderField, KeptField

VALUE_LIMIT = 1_000
"""Characters of a value that are kept."""
_READ_LIMIT = 4 * VALUE_LIMIT
_NAME_LIMIT = 80
_PLAIN_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,79}")
_CONTENT_TYPE = re.compile(r"\s*([\w.+-]{1,40}/[\w.+-]{1,80})")
_PARAMETER = re.compile(r"(?i);\s*(charset|report-type|format|delsp)\s*=\s*\"?([\w.:-]{1,40})")


def keep_fields(fields: tuple[HeaderField, ...], mask: Mask) -> tuple[KeptField, ...]:
    """Header fields in their order, each cleaned as the allow-list says, or its cleaned name alone."""
    ways = [mask.rules.ways.get(field.name.lower()) for field in fields]
    # Nearly always nothing is spelled out in names, words and rebuilt fields, so all of them are looked at in one go.
    unknown = "\n".join({field.name for field, way in zip(fields, ways, strict=True) if way is None})
    quiet = not mask.shows(unknown) and not mask.names(unknown)
    mask.clean_values([field.value[:_READ_LIMIT] for field, way in zip(fields, ways, strict=True) if way == "words"])
    kept = [_keep(field, way, quiet, mask.clean_coded, mask) for field, way in zip(fields, ways, strict=True)]
    if mask.shows("\n".join([field.value or "" for field, way in zip(kept, ways, strict=True) if way in _REBUILT])):
        kept = [_keep(field, way, quiet, mask.clean_host, mask) for field, way in zip(fields, ways, strict=True)]
    return tuple(kept)


def _keep(field: HeaderField, way: str | None, quiet: bool, part: Part, mask: Mask) -> KeptField:
    if way is None:
        if quiet and (harmless := _harmless(field.name)):
            return harmless
        check_time()
        plain = _plain(field.name) if quiet or mask.passes(field.name) else None
        if plain and not mask.encodes(field.name):
            return plain
        return KeptField(mask.clean_value(ascii(field.name[:_NAME_LIMIT])[1:-1]), None)
    value = field.value[:_READ_LIMIT]
    kept = _REBUILT[way](value, part) if way in _REBUILT else _WAYS[way](value, mask)
    return KeptField(field.name, kept[:VALUE_LIMIT])


@remembering(20_000, longest=_NAME_LIMIT)
def _harmless(name: str) -> KeptField | None:
    """A field of an ordinary name that no list knows and that is an encoding of nothing; None for any other."""
    return None if decode(name) else _plain(name)


@lru_cache(maxsize=20_000)
def _plain(name: str) -> KeptField | None:
    """A field whose name no list knows, where the name is an ordinary one; a stranger may write anything there."""
    if not _PLAIN_NAME.fullmatch(name) or (decode(name) and ("." in name or is_opaque(name, OPAQUE_IN_TEXT))):
        return None
    return KeptField(name, None)


def clean_lines(lines: tuple[str, ...], mask: Mask) -> tuple[str, ...]:
    """Lines of evidence ("X-Mailer: Zendesk Mailer") without what must be hidden of the fields they quote."""
    cleaned = {line: shown for line in lines if (shown := _quoted(line, mask)) is not None}
    others = tuple(line for line in lines if line not in cleaned)
    cleaned.update(zip(others, mask.clean_all(others), strict=True))
    return tuple(cleaned[line] for line in lines)


def way_of(line: str, mask: Mask) -> str | None:
    """How the field is kept that a line quotes; None where it quotes none that is."""
    name, colon, _ = line.partition(": ")
    return mask.rules.ways.get(name.lower()) if colon else None


def _quoted(line: str, mask: Mask) -> str | None:
    """A line that quotes a kept field as that field is kept, None for any other."""
    way = way_of(line, mask)
    name, _, value = line.partition(": ")
    if way in _REBUILT:
        return f"{name}: {_REBUILT[way](value, mask.clean_host)}"
    return f"{name}: {_WAYS[way](value, mask)}" if way else None


def _mailboxes(value: str, mask: Mask) -> str:
    shown: list[str] = []
    for box in read_mailboxes(value)[:5]:
        name, address = mask.clean_sender_name(box), mask.clean_sender(box)
        shown.append(f"{name} <{address}>" if name else address)
    return ", ".join(shown) or mask.clean_value(value)


def _minute(value: str, mask: Mask) -> str:
    return keep_minute(value) or mask.clean_value(value)[:80]


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


_REBUILT: dict[str, Callable[[str, Part], str]] = {
    "domain": keep_domains,
    "hop": keep_hop,
    "results": keep_results,
    "spf": keep_spf,
    "signature": keep_signature,
}
_WAYS: dict[str, Callable[[str, Mask], str]] = {
    "text": lambda value, mask: mask.clean(decode_words(value)),
    "words": lambda value, mask: mask.clean_value(value),
    "key": lambda value, mask: mask.clean_key(decode_words(value)),
    "mailbox": _mailboxes,
    "minute": _minute,
    "type": _type,
    "feedback": _feedback,
}
