"""Addresses that strangers write into feeds and pages: absolute, http or https, in plain ASCII, or none."""

import re
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from data.domains import clean_host

_BLANKS = re.compile(r"[\x00-\x20\x7f\u00a0\u2028\u2029]+")
_SAFE = "/%:@!$&'()*+,;=~-._?#[]"
_PORTS = {"http": 80, "https": 443}
LONGEST = 2_000


def safe_url(address: str, base: str | None = None) -> str | None:
    """The address made absolute against `base`, or None where it is no http or https address of a host.

    Line breaks inside are removed as browsers do, host names are IDNA, user names and default ports are dropped.
    """
    address = _BLANKS.sub("", address[: 2 * LONGEST])
    if not address or len(address) > LONGEST:
        return None
    try:
        parts = urlsplit(urljoin(base, address) if base else address)
        port = parts.port
    except ValueError:
        return None
    host = _host(parts.hostname or "")
    if parts.scheme not in _PORTS or host is None:
        return None
    place = host if port in {None, _PORTS[parts.scheme]} else f"{host}:{port}"
    return urlunsplit((parts.scheme, place, _ascii(parts.path), _ascii(parts.query), _ascii(parts.fragment)))


def _host(name: str) -> str | None:
    if re.fullmatch(r"[0-9.]+|[0-9a-f:.]*:[0-9a-f:.]*", name):
        return f"[{name}]" if ":" in name else name
    return clean_host(name) or (name if re.fullmatch(r"[a-z0-9-]{1,63}", name) else None)


def _ascii(part: str) -> str:
    return part if part.isascii() and '"' not in part and "<" not in part else quote(part, safe=_SAFE)
