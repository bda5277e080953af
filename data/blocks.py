"""Where a visitor comes from: the network block of an address, which is hashed before it is kept; this machine."""

import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit

LOOPBACK = "127.0.0.1"
IPV4_BLOCK, IPV6_BLOCK = 24, 48
FORWARDING = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via")
"""Header fields that proxies add: whoever comes through one is not at this machine."""


def block_text(address: str | None) -> str | None:
    """The block of an address ("192.0.2.0/24", "2001:db8::/48"); None for what is no address."""
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return None
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return str(ipaddress.ip_network((found, IPV4_BLOCK if found.version == 4 else IPV6_BLOCK), strict=False))


def is_at_this_machine(address: str | None, headers: Mapping[str, str]) -> bool:
    """Whether a request, with its header fields in lower case, was made from this machine and to it by its own
    name, through no proxy that says so."""
    name = urlsplit(f"//{headers.get('host', '')}").hostname or ""
    to_itself = name == "localhost" or is_loopback(name)
    return to_itself and is_loopback(address) and not any(field in headers for field in FORWARDING)


def is_loopback(address: str | None) -> bool:
    """Whether an address is this machine's own."""
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return False
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return (mapped or found).is_loopback
