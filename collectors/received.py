"""The Received chain to hops, the origin first."""

import re
from collections.abc import Collection
from datetime import datetime

from collectors.dates import read_date
from data.domains import registrable_domain
from data.model import Hop, ParsedMessage

_FROM = re.compile(r"^\(?from\s+(\S+)")
_BY = re.compile(r"\bby\s+([^\s;()]+)")
_ADDRESS = re.compile(r"\[(?:IPv6:)?([0-9a-fA-F:.]{3,45})\]|\(((?:\d{1,3}\.){3}\d{1,3}|[0-9a-fA-F:]{6,45})\)")


def read_hops(message: ParsedMessage, trusted: Collection[str] = ()) -> tuple[Hop, ...]:
    """Every Received line as a hop. A hop is attested down to the first line not written by a trusted domain."""
    hops: list[Hop] = []
    attested = True
    for value in message.all("received"):
        by = _BY.search(value)
        attested = attested and bool(by) and registrable_domain(by[1] if by else "") in trusted
        sender, address = _FROM.search(value), _ADDRESS.search(value)
        hops.append(
            Hop(
                from_host=sender[1].lower() if sender else None,
                from_address=(address[1] or address[2]) if address else None,
                by=by[1].lower() if by else None,
                at=read_date(value.rpartition(";")[2]),
                delay_seconds=None,
                evidence="attested" if attested else "claimed",
            )
        )
    return _with_delays(hops[::-1])


def _with_delays(hops: list[Hop]) -> tuple[Hop, ...]:
    done: list[Hop] = []
    before: datetime | None = None
    for hop in hops:
        delay = int((hop.at - before).total_seconds()) if hop.at and before else None
        done.append(
            Hop(hop.from_host, hop.from_address, hop.by, hop.at, delay, hop.evidence, delay is not None and delay < 0)
        )
        before = hop.at
    return tuple(done)
