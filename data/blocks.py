"""The network block of an address, which is hashed with a key before it is kept."""

import ipaddress

IPV4_BLOCK, IPV6_BLOCK = 24, 48


def block_text(address: str | None) -> str | None:
    """The block of an address ("192.0.2.0/24", "2001:db8::/48"); None for what is no address."""
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return None
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return str(ipaddress.ip_network((found, IPV4_BLOCK if found.version == 4 else IPV6_BLOCK), strict=False))


def is_loopback(address: str | None) -> bool:
    """Whether an address is this machine's own."""
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return False
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return (mapped or found).is_loopback
