"""The Received chain (RFC 5321 section 4.4, and what mailers write instead) to hops, the origin first."""

import ipaddress
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime

from collectors.dates import read_date
from collectors.deadline import check_time
from data.domains import registrable_domain
from data.letters import remembering
from data.model import Hop, ParsedMessage

_COMMENT = re.compile(r"\([^()]*\)")
_BY = re.compile(r"(?:^|\s)by\s+(?!uid\b)(\[[^\s\]]+\]|[^\s;()\[]+)")
_FROM = re.compile(r"\(?from\s+(\[[^\s\]]+\]|[^\s();\[]+)\s*(?=[(\[]|$|(?:with|id|via|for)\b)")
_GREETING = re.compile(r"\b(?:[EL]HLO|HELO|[el]hlo|helo)[ =]\[?([^\s()\]]+)\]?")
_ADDRESS = re.compile(
    r"[\[(](?:IPv6:)?((?:\d{1,3}\.){3}\d{1,3}|[0-9A-Fa-f:]{2,39}(?:\.\d{1,3}){0,3})(?:%\w{1,20})?(?::\d{1,5})?[\])]"
)
_IPV4 = re.compile(r"(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}")
_USER_AT_ADDRESS = re.compile(r"@((?:\d{1,3}\.){3}\d{1,3})\b")
_WITHIN = tuple(
    ipaddress.ip_network(net)
    for net in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "::1/128",
        "fc00::/7",
    )
)
_READ_AT_MOST = 4_000
_NAMELESS = {"unknown", "unverified", "localhost.localdomain", "may-be-forged"}

_PROVIDERS = {
    "exchangelabs.com": "outlook.com",
    "gmail.com": "google.com",
    "googlemail.com": "google.com",
    "hotmail.com": "outlook.com",
    "microsoft.com": "outlook.com",
    "office365.com": "outlook.com",
    "onmicrosoft.com": "outlook.com",
    "yahoodns.net": "yahoo.com",
}
"""Domains that name hosts of one mail provider."""


def read_hops(message: ParsedMessage, trusted: Collection[str] = ()) -> tuple[Hop, ...]:
    """Every Received line as a hop, the origin first.

    `from_host` is the name the sender gave or was looked up by, `from_address` its IP address, None where not said.
    `trusted` are domains or hosts of a mailbox of ours: hops are attested down to the one by which the message came
    in; below it the sender may have written anything, so everything else is claimed.
    """
    lines = message.all("received")
    hops: list[Hop] = []
    before: datetime | None = None
    for line in reversed(lines):
        check_time()
        hop = _hop(line, before)
        hops.append(hop)
        before = hop.at
    entered = _entrance(hops, lambda host: _is_one_of(host, trusted)) if trusted else None
    if entered is not None:
        hops[entered:] = [replace(hop, evidence="attested") for hop in hops[entered:]]
    return tuple(hops)


def border(hops: Sequence[Hop]) -> int | None:
    """The index of the hop by which the message entered the recipient's own provider, None without hops.

    The provider is whoever wrote the topmost line that names a registrable domain. Its "from" is the last thing that
    somebody other than the sender says; every hop before it may be invented.
    """
    home = next((owner for hop in reversed(hops) if (owner := _provider(hop.by))), None)
    if home is None:
        return len(hops) - 1 if hops else None
    return _entrance(hops, lambda host: _provider(host) == home)


@remembering(500, longest=1_000)
def received_time(line: str) -> datetime | None:
    """The time at the end of a Received line, or wherever else it stands (SendGrid), or None."""
    return read_date(line.rpartition(";")[2]) or read_date(line[-150:])


def _hop(line: str, before: datetime | None) -> Hop:
    line = line[:_READ_AT_MOST]
    by, head = _written_by(line)
    at = received_time(line)
    delay = int((at - before).total_seconds()) if at and before else None
    host, address = _sender(head, local=" with local" in line)
    return Hop(
        from_host=host,
        from_address=address,
        by=by,
        at=at,
        delay_seconds=delay,
        evidence="claimed",
        skewed=delay is not None and delay < 0,
    )


def _written_by(line: str) -> tuple[str | None, str]:
    """(host that wrote the line, what stands before it). Comments may hold a "by" of their own."""
    found = _BY.search(line)
    if found and line.count("(", 0, found.start()) != line.count(")", 0, found.start()):
        plain = line
        for _ in range(4):
            plain = _COMMENT.sub(lambda comment: " " * len(comment[0]), plain)
        found = _BY.search(plain)
    if not found:
        return None, line.partition(";")[0]
    return found[1].strip(".,[]").lower() or None, line[: found.start()]


def _sender(head: str, *, local: bool) -> tuple[str | None, str | None]:
    """(name, IP address) of the sending side from the part of a line before "by"."""
    found = _FROM.match(head.strip())
    host = found[1].strip(".,").lower() if found else ""
    rest = head.partition(found[1])[2] if found else head
    greeting = _GREETING.search(rest) if "HLO" in rest or "HELO" in rest or "helo" in rest else None
    if greeting:
        rest = rest[: greeting.start()] + rest[greeting.end() :]
    address = next(filter(None, map(_ip, _ADDRESS.findall(rest))), None)
    if address is None and "@" in rest:
        address = next(filter(None, map(_ip, _USER_AT_ADDRESS.findall(rest))), None)
    address = address or _ip(host.strip("[]"))
    if (not host or host in _NAMELESS or _ip(host.strip("[]"))) and greeting:
        host = greeting[1].strip(".,").lower()
    if host in _NAMELESS or _ip(host.strip("[]")) or (local and "." not in host):
        host = ""
    return host or None, address


@remembering(2_000, longest=100)
def _ip(text: str) -> str | None:
    if _IPV4.fullmatch(text):
        return text
    if ":" not in text:
        return None
    try:
        address = ipaddress.ip_address(text.removeprefix("ipv6:"))
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)


def _entrance(hops: Sequence[Hop], is_home: Callable[[str | None], bool]) -> int | None:
    """The lowest hop, read from the top, that home wrote before the message is seen to come from outside."""
    entered: int | None = None
    for index in range(len(hops) - 1, -1, -1):
        hop = hops[index]
        if is_home(hop.by):
            entered = index
        elif _provider(hop.by):
            return entered
        if _came_from_outside(hop, is_home):
            return entered
    return entered


def _came_from_outside(hop: Hop, is_home: Callable[[str | None], bool]) -> bool:
    if is_home(hop.from_host):
        return False
    return _provider(hop.from_host) is not None or not _is_within(hop.from_address)


def _is_within(address: str | None) -> bool:
    """Whether an address says nothing of the outside: none at all, private, or this very host."""
    if address is None:
        return True
    ip = ipaddress.ip_address(address)
    return ip.is_link_local or any(ip in network for network in _WITHIN if network.version == ip.version)


def _provider(host: str | None) -> str | None:
    domain = registrable_domain(host) if host else None
    return _PROVIDERS.get(domain, domain) if domain else None


def _is_one_of(host: str | None, trusted: Collection[str]) -> bool:
    if not host:
        return False
    return (
        host in trusted or registrable_domain(host) in trusted or any(host.endswith(f".{name}") for name in trusted)
    )
