"""One header field as it is kept: cleaned in the way that the allow-list of redaction.toml names for it."""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from collectors.addresses import read_mailboxes
from collectors.dates import read_date
from collectors.decoding import decode_words
from collectors.masking import Mask
from collectors.personal import shown_name
from collectors.tokens import is_opaque
from data.domains import clean_host, registrable_domain
from data.model import HeaderField, KeptField

VALUE_LIMIT = 1_000
"""Characters of a value that are kept."""
_READ_LIMIT = 4 * VALUE_LIMIT
_NAME_LIMIT = 80
_PLAIN_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,79}")
_HOST_OF_ADDRESS = re.compile(r"@([\w.-]{1,255}|\[[0-9A-Fa-f:.]{2,45}\])")
_IP = re.compile(
    r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|(?:IPv6:)?[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7})(?![\w:])"
)
_FROM = re.compile(r"(?i)\s*\(?from\s+([^\s;()]{1,255})\s*(\([^()]{0,500}(?:\([^()]{0,200}\)[^()]{0,200}){0,5}\))?")
_HOST = re.compile(r"[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63}){0,20}\.?")
_BY = re.compile(
    r"(?i)\bby\s+([^\s;()]{1,255})(?:\s*\([^()]{0,200}\)){0,3}"
    r"(?:\s+(?:via\s+\S{1,40}\s+)?with\s+(Microsoft SMTP Server|[A-Za-z0-9._/-]{2,40}))?"
)
_REVERSE_NAME = re.compile(r"\(\s*([\w-]{1,63}(?:\.[\w-]{1,63}){1,20})\.?[\s\[)]")
_RESULT = re.compile(
    r"(?i)(?<![\w.-])(?:(?P<method>spf|dkim|dmarc|arc|compauth|iprev|auth|sender-id|bimi)\s*=\s*(?P<result>[a-z]{2,20})"
    r"|(?P<property>header\.(?:d|from|i|s)|smtp\.(?:mailfrom|helo)|action|reason|dis|p)\s*=\s*\"?(?P<value>[^\s;()\",]{1,320})"
    r"|sender ip is (?P<ip>[0-9A-Fa-f:.]{2,45}))"
)
_SPF_TAG = re.compile(
    r"(?i)(?<![\w-])(client-ip|helo|envelope-from|domain of|smtp\.mailfrom)\s*[=\s]\s*\"?<?([^\s;()\",<>]{1,320})"
)
_KEPT_TAGS = ("v", "a", "c", "q", "d", "s", "i", "h", "l")
_TAG_VALUE = re.compile(r"[A-Za-z0-9_./:@ *-]{1,900}")
_PLAIN_VALUE = re.compile(r"[A-Za-z0-9._-]{1,80}")
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
        name = mask.clean_value(shown_name(box, mask.labels, mask.rules))
        address = mask.clean_sender(box)
        shown.append(f"{name} <{address}>" if name else address)
    return ", ".join(shown) or mask.clean_value(value)


def _domains(value: str, mask: Mask) -> str:
    hosts = list(dict.fromkeys(_HOST_OF_ADDRESS.findall(value)))[:20]
    if not hosts:
        return "<>" if value.strip() in {"", "<>"} else "[token]"
    return " ".join(
        f"<[token]@{mask.clean_host(host.lower())}>" if registrable_domain(host) else "[token]" for host in hosts
    )


def _minute(value: str, mask: Mask) -> str:
    moment = read_date(value)
    return _shown(moment) if moment else mask.clean_value(value)[:80]


def _shown(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(" ", "minutes").replace("+00:00", " UTC")


def _hop(value: str, mask: Mask) -> str:
    origin, by = _FROM.match(value), _BY.search(value)
    moment = read_date(value.rpartition(";")[2]) if ";" in value else None
    parts: list[str] = []
    if origin:
        address = _IP.search(origin[2] or "") or _IP.search(origin[1])
        reverse = _REVERSE_NAME.search(origin[2] or "")
        inner = [_host(reverse[1], mask)] if reverse else []
        inner += [f"[{address[0]}]"] if address else []
        parts.append(f"from {_host(origin[1], mask)}" + (f" ({' '.join(inner)})" if inner else ""))
    parts += [f"by {_host(by[1], mask)}"] if by else []
    parts += [f"with {by[2]}"] if by and by[2] else []
    return " ".join(parts) + (f"; {_shown(moment)}" if moment else "")


def _host(text: str, mask: Mask) -> str:
    host = text.strip("[]<>.,")
    if _IP.fullmatch(host):
        return f"[{host}]"
    return mask.clean_host(host) if _HOST.fullmatch(host) else mask.clean_value(host[:80])


def _results(value: str, mask: Mask) -> str:
    value = decode_words(value)
    server = value.partition(";")[0].strip().partition(" ")[0]
    parts = [mask.clean_host(server)] if "=" not in server and clean_host(server) else []
    for found in _RESULT.finditer(value):
        if found["method"]:
            parts.append(f"{found['method'].lower()}={found['result'].lower()}")
        elif parts and "=" in parts[-1]:
            shown = f"({found[0]})" if found["ip"] else _property(found["property"].lower(), found["value"], mask)
            parts[-1] += f" {shown}" if shown else ""
    return "; ".join(parts)


def _property(name: str, value: str, mask: Mask) -> str | None:
    if name.startswith(("header.", "smtp.")) and name != "header.s":
        host = value.rpartition("@")[2].strip("<>")
        return f"{name}={mask.clean_host(host.lower())}" if clean_host(host) else None
    return f"{name}={value}" if _PLAIN_VALUE.fullmatch(value) and not mask.exposes(value) else None


def _spf(value: str, mask: Mask) -> str:
    result = re.match(r"\s*([A-Za-z]{2,20})", value)
    parts = [result[1].lower()] if result else []
    for name, given in _SPF_TAG.findall(value):
        text = given.rpartition("@")[2]
        if _IP.fullmatch(text) or clean_host(text):
            label = "domain" if name.lower() in {"envelope-from", "domain of", "smtp.mailfrom"} else name.lower()
            parts.append(f"{label}={text if _IP.fullmatch(text) else mask.clean_host(text.lower())}")
    return " ".join(dict.fromkeys(parts))


def _signature(value: str, mask: Mask) -> str:
    parts: list[str] = []
    for tag in value.split(";")[:30]:
        name, _, content = tag.partition("=")
        name, content = name.strip().lower(), "".join(content.split())
        if name not in _KEPT_TAGS or not _TAG_VALUE.fullmatch(content):
            continue
        if name in {"d", "i"}:
            host = content.rpartition("@")[2].lower()
            parts += [f"{name}={mask.clean_host(host)}"] if clean_host(host) else []
        elif not mask.exposes(content):
            parts.append(f"{name}={content}")
    return "; ".join(parts)


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
    "domain": _domains,
    "minute": _minute,
    "hop": _hop,
    "results": _results,
    "spf": _spf,
    "signature": _signature,
    "type": _type,
    "feedback": _feedback,
}
