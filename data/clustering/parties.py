"""Who is abused: accounts and domains that belong to one organisation, learned from independent observations.

An account id is usually not covered by the signature, so one message could frame somebody: an account and a domain
are one party only after two witnesses (different recipients) saw them together. Until then a message belongs to the
domain it came from. The answer depends on the set of sightings only.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

AliasKind = Literal["account", "domain", "tenant", "platform", "unknown"]

WITNESSES = 2
"""Independent witnesses that join an account and a domain."""
SHARED_ACCOUNTS = 4
"""A domain that as many accounts of one platform send from is the platform's, whatever the catalogue says: it joins
nobody, and its messages belong to their accounts."""


@dataclass(frozen=True, slots=True)
class Alias:
    """A name of an abused party. `platform` is "" for domains, which are the same on every platform."""

    kind: AliasKind
    platform: str
    name: str


@dataclass(frozen=True, slots=True)
class Link:
    """An account and a domain (by their alias ids) that enough witnesses saw together."""

    account: int
    domain: int
    platform: str


def account_alias(platform: str | None, account_id: str | None) -> Alias | None:
    return Alias("account", platform, account_id) if platform and account_id else None


def domain_alias(abused_domain: str | None) -> Alias | None:
    return Alias("domain", "", abused_domain) if abused_domain else None


def lesser_alias(platform: str | None, tenant: str | None) -> Alias:
    """What a message without account and domain belongs to: its tenant, else its platform, else nobody known."""
    if tenant:
        return Alias("tenant", platform or "", tenant)
    return Alias("platform", platform, platform) if platform else Alias("unknown", "", "unknown")


def shared_domains(links: Iterable[Link]) -> frozenset[int]:
    """Domains that too many accounts of one platform send from to be one organisation's."""
    accounts: defaultdict[tuple[int, str], set[int]] = defaultdict(set)
    for link in links:
        accounts[link.domain, link.platform].add(link.account)
    return frozenset(domain for (domain, _), seen in accounts.items() if len(seen) >= SHARED_ACCOUNTS)


def join_aliases(
    aliases: Iterable[int], links: Iterable[Link], said: Iterable[tuple[int, int]] = ()
) -> dict[int, int]:
    """The party of each alias: the smallest alias that links lead to, shared domains joining nobody. `said` are pairs
    that people say are one."""
    links = list(links)
    shared = shared_domains(links)
    pairs = [(link.account, link.domain) for link in links if link.domain not in shared]
    return components(aliases, [*pairs, *said])


def components(nodes: Iterable[int], pairs: Iterable[tuple[int, int]]) -> dict[int, int]:
    """The smallest node of each node's connected component."""
    root = {node: node for node in nodes}

    def find(node: int) -> int:
        while root[node] != node:
            root[node] = root[root[node]]
            node = root[node]
        return node

    for one, other in pairs:
        if one in root and other in root:
            first, second = sorted((find(one), find(other)))
            root[second] = first
    return {node: find(node) for node in root}


def party_name(aliases: Iterable[Alias]) -> str:
    """What to call a party: its shortest domain, else its tenant, its account, its platform."""
    order: Mapping[AliasKind, int] = {"domain": 0, "tenant": 1, "account": 2, "platform": 3, "unknown": 4}
    best = min(aliases, key=lambda alias: (order[alias.kind], len(alias.name), alias.name, alias.platform))
    return f"{best.platform} account {best.name}" if best.kind == "account" else best.name
