"""Which links are particular enough to tell one attacker's from everybody's: by their shape, and by their domain.

The shape of a link is soon another attacker's too, an unusual domain stays its owner's. What is kept of a domain is
a mark, not its name.
"""

import re
from collections.abc import Iterable
from functools import cache
from hashlib import blake2b

from data.catalogue.loader import load_catalogue
from data.domains import owner_domain, registrable_domain

# A path with a code in it: "a5.a6.com/a5/m24/"; a home page or a path of plain words is everybody's.
_CODE = re.compile(r"/(?:.*/)?[md](\d+)(?![\d.])")
CODE = 5
MARK = "@"
MARKS = 4


def is_particular(shape: str) -> bool:
    """Whether a shape of `traces.url_shapes` has a code of five characters or more in its path, or is the mark of a
    domain."""
    return shape.startswith(MARK) or any(int(length) >= CODE for length in _CODE.findall(shape.partition("?")[0]))


def domain_marks(hosts: Iterable[str]) -> tuple[str, ...]:
    """A mark for the domain of each host ("@3f2c90ab"), at most 4, in order; none for domains under which everybody
    has pages: there neither links nor names tell one from another."""
    domains = {registrable_domain(host) for host in hosts if owner_domain(host) not in _everybodys()}
    return tuple(sorted(MARK + _digest(domain) for domain in domains - _everybodys() if domain))[:MARKS]


def marks_of(shapes: Iterable[str]) -> frozenset[str]:
    """The marks among the shapes of a node."""
    return frozenset(shape for shape in shapes if shape.startswith(MARK))


def _digest(domain: str) -> str:
    return blake2b(domain.encode("ascii", "replace"), digest_size=4).hexdigest()


@cache
def _everybodys() -> frozenset[str | None]:
    """Domains of platforms and transports, of hosts of everybody's mail, and of sites with everybody's pages."""
    catalogue = load_catalogue()
    named = {domain for places in catalogue.hosts.values() for domain in places}
    hosts = named | catalogue.suffixes.keys() | catalogue.shared | catalogue.mailboxes | catalogue.pages
    return frozenset(hosts) | frozenset(map(owner_domain, hosts))
