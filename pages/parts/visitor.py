"""The network block of a visitor, which is hashed with a key before it is kept."""

import ipaddress

IPV4_BLOCK, IPV6_BLOCK = 24, 48


def block_text(address: str | None) -> str | None:
    """The block of an address ("192.0.2.0/24", "2001:db8::/48"); None for this machine and for what is no address."""
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return None
    return str(ipaddress.ip_network((found, IPV4_BLOCK if found.version == 4 else IPV6_BLOCK), strict=False))
