"""Looks TXT records up in the DNS: DKIM keys, and what shows that a domain is somebody's; the only DNS client."""

import dns.exception
import dns.resolver

SECONDS = 2.0
"""Time for one look-up, over all name servers."""


def fetch_key_record(name: str) -> str | None:
    """The TXT record at a name, its strings joined; None where there is none. Raises OSError where nobody answers."""
    try:
        answer = dns.resolver.resolve(name, "TXT", lifetime=SECONDS)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return None
    except dns.exception.DNSException as error:
        raise OSError(f"no name server answered for {name}") from error
    record = b"".join(answer[0].strings)
    return record.decode("ascii", "replace")


def fetch_texts(name: str) -> list[str]:
    """All TXT records at a name, each with its strings joined. Raises OSError where nobody answers."""
    try:
        answer = dns.resolver.resolve(name, "TXT", lifetime=SECONDS, search=False)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except dns.exception.DNSException as error:
        raise OSError(f"no name server answered for {name}") from error
    return [b"".join(record.strings).decode("ascii", "replace") for record in answer]
