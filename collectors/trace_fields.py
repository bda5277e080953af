"""Trace and signature fields as they are kept: rebuilt from the hosts, addresses, results and times they hold.

Each function takes a field value and `part`, which returns a host name or word as it may be shown. Whatever is not
named here (ids, "for", comments, b= and bh=) is gone.
"""

import re
from collections.abc import Callable
from datetime import UTC

from collectors.dates import read_date
from collectors.decoding import decode_words
from data.domains import clean_host, registrable_domain

Part = Callable[[str], str]

HOSTS_LIMIT = 20
"""Hosts kept of one field of ids or addresses."""

_HOST_OF_ADDRESS = re.compile(r"@([\w.-]{1,255}|\[[0-9A-Fa-f:.]{2,45}\])")
_IP = re.compile(
    r"(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|(?:IPv6:)?[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7})(?![\w:])"
)
_HOST = re.compile(r"[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63}){0,20}\.?")
_FROM = re.compile(r"(?i)\s*\(?from\s+([^\s;()]{1,255})\s*(\([^()]{0,500}(?:\([^()]{0,200}\)[^()]{0,200}){0,5}\))?")
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
_USUAL_TIME = re.compile(r"\b([0-3]?\d) ([A-Za-z]{3}) (\d{4}) ([0-2]\d:[0-5]\d)(?::[0-6]\d(?:\.\d+)?)? ([+-]\d{4})\b")
_MONTHS = {
    name: f"{number:02}"
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}


def keep_domains(value: str, part: Part) -> str:
    """The domain of each address or id: "<[token]@acme.example>"."""
    hosts = list(dict.fromkeys(_HOST_OF_ADDRESS.findall(value)))[:HOSTS_LIMIT]
    if not hosts:
        return "<>" if value.strip() in {"", "<>"} else "[token]"
    return " ".join(f"<[token]@{part(host.lower())}>" if registrable_domain(host) else "[token]" for host in hosts)


def keep_minute(text: str) -> str | None:
    """A time, its seconds cut off, in the zone it was written in: "2026-01-05 10:00 +0000"; None where it is none."""
    usual = _USUAL_TIME.search(text)
    month = _MONTHS.get(usual[2].lower()) if usual else None
    if usual and month:
        return f"{usual[3]}-{month}-{usual[1]:0>2} {usual[4]} {usual[5]}"
    moment = read_date(text)
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M +0000") if moment else None


def keep_hop(value: str, part: Part) -> str:
    """Received: "from HELO (reverse name [address]) by host with protocol; time"."""
    origin = _FROM.match(value)
    by = _BY.search(value, origin.end() if origin else 0)
    moment = keep_minute(value.rpartition(";")[2]) if ";" in value else None
    parts: list[str] = []
    if origin:
        address = _IP.search(origin[2] or "") or _IP.search(origin[1])
        reverse = _REVERSE_NAME.search(origin[2] or "")
        inner = [part(reverse[1])] if reverse and not _IP.fullmatch(reverse[1]) else []
        inner += [f"[{address[0]}]"] if address else []
        parts.append(f"from {_host(origin[1], part)}" + (f" ({' '.join(inner)})" if inner else ""))
    parts += [f"by {_host(by[1], part)}"] if by else []
    parts += [f"with {by[2]}"] if by and by[2] else []
    return " ".join(parts) + (f"; {moment}" if moment else "")


def _host(text: str, part: Part) -> str:
    host = text.strip("[]<>.,")
    if _IP.fullmatch(host):
        return f"[{host}]"
    return part(host) if _HOST.fullmatch(host) else "[token]"


def keep_results(value: str, part: Part) -> str:
    """Authentication-Results: authserv-id, each method with its result, and the domains it was found for."""
    value = decode_words(value)
    server = value.partition(";")[0].strip().partition(" ")[0]
    parts = [part(server)] if "=" not in server and clean_host(server) else []
    for found in _RESULT.finditer(value):
        if found["method"]:
            parts.append(f"{found['method'].lower()}={found['result'].lower()}")
        elif parts and "=" in parts[-1]:
            shown = f"({found[0]})" if found["ip"] else _property(found["property"].lower(), found["value"], part)
            parts[-1] += f" {shown}" if shown else ""
    return "; ".join(parts)


def _property(name: str, value: str, part: Part) -> str | None:
    if name.startswith(("header.", "smtp.")) and name != "header.s":
        host = value.rpartition("@")[2].strip("<>")
        return f"{name}={part(host.lower())}" if clean_host(host) else None
    return f"{name}={part(value)}" if _PLAIN_VALUE.fullmatch(value) else None


def keep_spf(value: str, part: Part) -> str:
    """Received-SPF: result, domain of the envelope, client-ip and helo."""
    result = re.match(r"\s*([A-Za-z]{2,20})", value)
    parts = [result[1].lower()] if result else []
    for name, given in _SPF_TAG.findall(value):
        text = given.rpartition("@")[2]
        if _IP.fullmatch(text) or clean_host(text):
            label = "domain" if name.lower() in {"envelope-from", "domain of", "smtp.mailfrom"} else name.lower()
            parts.append(f"{label}={text if _IP.fullmatch(text) else part(text.lower())}")
    return " ".join(dict.fromkeys(parts))


def keep_signature(value: str, part: Part) -> str:
    """DKIM-Signature: its tags but signature, body hash and times; of i= the domain."""
    parts: list[str] = []
    for tag in value.split(";")[:30]:
        name, _, content = tag.partition("=")
        name, content = name.strip().lower(), "".join(content.split())
        if name not in _KEPT_TAGS or not _TAG_VALUE.fullmatch(content):
            continue
        content = content.rpartition("@")[2].lower() if name in {"d", "i"} else content
        parts.append(f"{name}={part(content)}")
    return "; ".join(parts)
