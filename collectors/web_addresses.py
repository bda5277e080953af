"""Which addresses may be asked at all: of URLs before anything is sent, of hosts after their names are resolved.

A name is resolved once and the connection goes to an address that was checked, so a name that answers differently
the second time (DNS rebinding) gains nothing.
"""

import re
import socket
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import quote, urljoin, urlsplit

import idna

from data.fetching import NotFetched

Resolve = Callable[[str, int], Iterable[str]]
"""The addresses of a host name and port, as text. Raises OSError where there are none."""

_URL_LIMIT = 4_000
_PORTS = {"http": 80, "https": 443}
_ADDRESSES_TRIED = 3
_LABEL_LIMIT = 63
_NAME = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9_])?\.?")
_PATH_SAFE = "/%:@!$&'()*+,;=~-._?[]"
_UNICAST = IPv6Network("2000::/3")
"""All that IANA gives out for public hosts; mapped, translated (NAT64) and local addresses lie outside."""
# ipaddress of Python 3.11 calls some of these global: multicast, relays of 6to4, and documentation (RFC 9637).
_SPECIAL_V4 = tuple(map(IPv4Network, ("224.0.0.0/4", "240.0.0.0/4", "192.88.99.0/24", "192.0.0.0/24")))
_SPECIAL_V6 = tuple(map(IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "3ffe::/16")))


@dataclass(frozen=True, slots=True)
class Target:
    """A URL that may be asked, taken apart. `host` is a name in ASCII or an address without brackets; `path` is in
    the form of a request, with the query; `allowed`: the operator named the host, so it may be anywhere."""

    scheme: str
    host: str
    port: int
    path: str
    allowed: bool

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.authority}"

    @property
    def url(self) -> str:
        return self.origin + self.path


def read_target(url: str, allowed_hosts: Collection[str] = ()) -> Target:
    """A URL taken apart. Raises NotFetched (refused) where our rules forbid to ask it."""
    url = url.strip()
    if len(url) > _URL_LIMIT:
        raise _refused(f"The address has more than {_URL_LIMIT:,} characters.")
    # urlsplit drops tabs and line breaks silently, so a host could differ from the one that is read by people.
    if any(letter < " " or letter == "\x7f" for letter in url):
        raise _refused("The address has control characters in it.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise _refused("The address cannot be read: its host or port is no such thing.") from error
    if parts.scheme not in _PORTS:
        raise _refused("Only http and https addresses are fetched.")
    if "@" in parts.netloc or "\\" in parts.netloc:
        raise _refused("Addresses with a user name or password in them are not fetched; leave it out.")
    host = _clean_host(parts.hostname or "")
    port = port if port is not None else _PORTS[parts.scheme]
    allowed = _is_allowed(host, port, allowed_hosts)
    if port not in _PORTS.values() and not allowed:
        raise _refused(f"Port {port} of {host} is not fetched from; name {host}:{port} in RELAYWATCH_ALLOWED_HOSTS.")
    path = quote(parts.path.encode("utf-8", "replace") or b"/", safe=_PATH_SAFE.replace("?", ""))
    query = quote(parts.query.encode("utf-8", "replace"), safe=_PATH_SAFE)
    return Target(parts.scheme, host, port, f"{path}?{query}" if query else path, allowed)


def read_redirect(base: Target, location: str, allowed_hosts: Collection[str]) -> Target:
    """Where a redirect leads. Raises NotFetched where it leads nowhere or where our rules forbid to go."""
    if not location.strip():
        raise NotFetched("failed", f"{base.host} answered with a redirect that leads nowhere.")
    try:
        url = urljoin(base.url, location.strip())
    except ValueError as error:
        raise _refused(f"{base.host} redirects to an address that cannot be read.") from error
    try:
        return read_target(url, allowed_hosts)
    except NotFetched as refusal:
        raise _refused(f"{base.host} redirects elsewhere. {refusal}") from refusal


def checked_addresses(target: Target, resolve: Resolve) -> tuple[str, ...]:
    """Addresses of a target that may be connected to, at most three. Raises NotFetched where there are none."""
    try:
        found = tuple(dict.fromkeys(resolve(target.host, target.port)))
    except (OSError, UnicodeError) as error:
        again = isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN
        raise NotFetched("failed", f"The name {target.host} cannot be resolved.", again=again) from error
    permitted = tuple(address for address in found if target.allowed or is_public(address))
    if found and not permitted:
        raise _refused(
            f"{target.host} is not on a public address; if it is yours, name it in RELAYWATCH_ALLOWED_HOSTS."
        )
    if not permitted:
        raise NotFetched("failed", f"The name {target.host} has no address.")
    return permitted[:_ADDRESSES_TRIED]


def resolve_by_system(host: str, port: int) -> list[str]:
    """Addresses by the system's resolver, which has time limits of its own (resolv.conf)."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def is_public(address: str) -> bool:
    """Whether an address is one that IANA gives out for public hosts (RFC 6890), and no relay to others."""
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, IPv6Address):
        return ip.is_global and ip in _UNICAST and not any(ip in network for network in _SPECIAL_V6)
    return ip.is_global and not any(ip in network for network in _SPECIAL_V4)


def _clean_host(host: str) -> str:
    """A host in ASCII (IDNA 2008 after UTS 46), or an address. Raises NotFetched where it is neither."""
    if ":" in host:
        try:
            # Scopes (%eth0) name a link, never a public host.
            return IPv6Address("" if "%" in host else host).compressed
        except ValueError as error:
            raise _refused("The host of the address is neither a name nor an address.") from error
    if not host.isascii() and len(host) <= 253:
        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError) as error:
            raise _refused("The host of the address is no name that can exist.") from error
    labels = host.removesuffix(".").split(".")
    if not _NAME.fullmatch(host) or not all(0 < len(label) <= _LABEL_LIMIT for label in labels):
        raise _refused("The address has no host, or one that is no name that can exist.")
    return host.removesuffix(".")


def _is_allowed(host: str, port: int, allowed_hosts: Collection[str]) -> bool:
    shown = f"[{host}]" if ":" in host else host
    return shown in allowed_hosts or f"{shown}:{port}" in allowed_hosts


def _refused(reason: str) -> NotFetched:
    return NotFetched("refused", reason)
