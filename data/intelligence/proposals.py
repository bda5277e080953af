"""Sentences that say what somebody did against abuse, as proposals: they set no status, an analyst does."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Literal
from urllib.parse import urlsplit

from data.catalogue.entries import Platform
from data.catalogue.loader import load_catalogue
from data.catalogue.vendors import Vendor, load_vendors
from data.domains import registrable_domain, tenant_label
from data.intelligence.identity import site_of
from data.intelligence.model import Mention

# A measure that is under way, in the languages of measures.toml as far as they mark it by a word of their own.
_UNDER_WAY = re.compile(
    r"\b(?:rolling out|rolls out|working on|in the process|gradually|in stages|over the coming|vorerst|schrittweise|"
    r"arbeitet an|arbeiten an|progressivement|en cours|gradualmente|progresivamente|постепенно)\b|段階的",
    re.IGNORECASE,
)
_OWN_PAGES = frozenset({"support", "help", "www", "status", "developer", "docs", "blog", "community"})
"""Labels under a platform's domain that are its own and no tenant's."""


@dataclass(frozen=True, slots=True)
class MitigationProposal:
    """A sentence that says what somebody did against abuse; it proposes a status and sets none.

    `party` is the vendor's domain or the platform's id, None where the name is unresolved. `platform` is whose door
    it is about, where the sentence says so. `phase` is set for a platform's own measure only. `day` is an ISO day.
    """

    actor: Literal["vendor", "platform"]
    name: str
    party: str | None
    platform: str | None
    measure: str
    status: Literal["mitigated", "mitigating"]
    phase: Literal["announced", "in force"] | None
    day: str | None
    sentence: str


@dataclass(frozen=True, slots=True)
class _Actor:
    kind: Literal["vendor", "platform"]
    name: str
    party: str | None


def propose_mitigations(
    mentions: Sequence[Mention], url: str | None, published_at: datetime | None, parties: Collection[str] = ()
) -> tuple[MitigationProposal, ...]:
    """Every measure that a text says was taken, with who took it: the vendor or platform whose site it stands on,
    else the vendors that its sentence names, else the platform that it names. Where it names nobody, nothing is
    proposed. `parties` are domains that are known to be abused: what stands on their sites they say themselves."""
    writer = _writer(url, parties)
    found: dict[tuple[str, str, str], MitigationProposal] = {}
    for measure in mentions:
        if measure.kind == "mitigation" and measure.stance == "done" and measure.key:
            beside = [other for other in mentions if _stands_in(other, measure.evidence)]
            for actor in _actors(beside, writer):
                key = (actor.name, measure.key, measure.evidence)
                found.setdefault(key, _proposal(actor, measure, beside, published_at))
    return tuple(found.values())


def _stands_in(mention: Mention, sentence: str) -> bool:
    """Whether a sentence holds what was mentioned; a vendor is mentioned once, wherever else the text names it."""
    return mention.evidence == sentence or (mention.kind == "vendor" and mention.name in sentence)


def _actors(beside: Sequence[Mention], writer: _Actor | None) -> Iterator[_Actor]:
    if writer:
        yield writer
        return
    vendors = [mention for mention in beside if mention.kind == "vendor"]
    if vendors:
        yield from (_Actor("vendor", mention.name, _domain(_vendor(mention.key))) for mention in vendors)
        return
    platforms = {mention.name: mention for mention in beside if mention.kind == "platform"}
    if len(platforms) == 1:
        yield from (_Actor("platform", mention.name, mention.key) for mention in platforms.values())


def _proposal(
    actor: _Actor, measure: Mention, beside: Iterable[Mention], published_at: datetime | None
) -> MitigationProposal:
    platforms = [mention.key for mention in beside if mention.kind == "platform" and mention.key]
    named = next((mention.key for mention in beside if mention.kind == "date" and mention.key), None)
    published = published_at.date() if published_at else None
    ahead = bool(named and published and date.fromisoformat(named) > published)
    return MitigationProposal(
        actor=actor.kind,
        name=actor.name,
        party=actor.party,
        platform=actor.party if actor.kind == "platform" else next(iter(platforms), None),
        measure=measure.key or measure.name,
        status="mitigating" if ahead or _UNDER_WAY.search(measure.evidence) else "mitigated",
        phase=None if actor.kind == "vendor" else "announced" if ahead else "in force",
        day=named or (published.isoformat() if published else None),
        sentence=measure.evidence,
    )


def _writer(url: str | None, parties: Collection[str]) -> _Actor | None:
    """The vendor or platform on whose own site a text stands: there it speaks of itself. A help centre under a
    tenant's name of the platform is its tenant's."""
    domain = site_of(url)
    if domain is None:
        return None
    platform = _platform_sites().get(domain)
    if platform:
        tenant = tenant_label(urlsplit(url or "").hostname or "", platform.suffixes)
        own = tenant is None or tenant[0] in platform.reserved | _OWN_PAGES
        return _Actor("platform", platform.label, platform.id) if own else None
    vendor = load_vendors().by_domain.get(domain)
    if vendor is None and domain not in parties:
        return None
    return _Actor("vendor", vendor.name if vendor else domain, domain)


def _vendor(key: str | None) -> Vendor | None:
    return next((vendor for vendor in load_vendors().entries if vendor.id == key), None) if key else None


def _domain(vendor: Vendor | None) -> str | None:
    return vendor.domains[0] if vendor and vendor.domains else None


@lru_cache(maxsize=1)
def _platform_sites() -> dict[str, Platform]:
    """Help desks by their own domains: those they send from for everybody, and those that tenants stand under."""
    return {
        domain: entry
        for entry in load_catalogue().platforms
        if entry.category == "helpdesk"
        for suffix in (*entry.suffixes, *entry.shared)
        if (domain := registrable_domain(suffix) or suffix)
    }
