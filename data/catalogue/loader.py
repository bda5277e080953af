"""Reads and checks the TOML files of this folder: platforms, transports, shared domains, words.

A catalogue entry says by which header lines a platform is recognised. `where` names the place a rule looks at:

    header:NAME   each value of a header field         hop         host names of the Received chain
    dkim          d= of the DKIM signatures            dkim-key    SELECTOR._domainkey.DOMAIN of the signatures
    from, reply-to, envelope, message-id, references   addresses and ids, without angle brackets
    link          hyperlinks of the body               text        start and end of the readable body
    body          the body as sent, quoted-printable undone

A rule has `domains` (a host that is one of them or lies under one) or `pattern` (a regular expression, searched) or,
for a header, neither: it is there. Rules at one place count as one piece of evidence; `needs` pieces (default 2)
recognise the platform, and one of them must not be `weak`. Addresses, ids and links are weak by nature: anybody can
type them into a message.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, get_args

from data.catalogue.checks import Entry, parse_toml
from data.catalogue.entries import CATEGORIES, Extract, Kind, MechanismRule, Platform, Rule, Writer
from data.catalogue.words import Lexicon, Words
from data.domains import clean_host
from data.errors import CatalogueError
from data.vocabulary import Mechanism

FOLDER = Path(__file__).parent
_FILES = ("platforms*.toml", "transports.toml", "mechanisms.toml", "lures.toml", "shared_domains.toml")
_PLACES = {
    "hop", "dkim", "dkim-key", "from", "reply-to", "envelope", "message-id", "references", "link", "text", "body",
}  # fmt: skip
_FIELDS = {
    "hop": "Received", "dkim": "DKIM-Signature", "dkim-key": "DKIM-Signature", "from": "From",
    "reply-to": "Reply-To", "envelope": "Return-Path", "message-id": "Message-ID", "references": "References",
    "link": "a link", "text": "body",
}  # fmt: skip
_WEAK = {"from", "reply-to", "message-id", "references", "link"}
_MECHANISMS = frozenset(get_args(Mechanism))


@dataclass(frozen=True, eq=False)
class Catalogue:
    """Everything known about senders. `version` is the latest revision date and a hash of the files' contents.

    `farewells` are the words by which a newsletter offers to stop. `rules` and `hosts` are the evidence of enabled
    entries by place, those of `hosts` by the domain they name.
    """

    version: str
    entries: Mapping[str, Platform]
    suffixes: Mapping[str, Platform]
    shared: frozenset[str]
    mailboxes: frozenset[str]
    pages: frozenset[str]
    brands: Mapping[str, frozenset[str]]
    mechanisms: Lexicon
    farewells: Lexicon
    lures: Lexicon
    warnings: Lexicon
    rules: Mapping[str, tuple[tuple[Platform, Rule], ...]]
    hosts: Mapping[str, Mapping[str, tuple[tuple[Platform, Rule], ...]]]

    @property
    def platforms(self) -> tuple[Platform, ...]:
        return tuple(entry for entry in self.entries.values() if entry.kind == "platform")

    @property
    def transports(self) -> tuple[Platform, ...]:
        return tuple(entry for entry in self.entries.values() if entry.kind == "transport")


@lru_cache(maxsize=4)
def load_catalogue(folder: Path = FOLDER) -> Catalogue:
    """The checked catalogue of a folder, read once. Raises CatalogueError: file, entry, field, what to write."""
    paths = sorted(path for pattern in _FILES for path in folder.glob(pattern))
    files = {path.name: path.read_bytes() for path in paths}
    tables = {name: parse_toml(name, blob) for name, blob in files.items()}
    entries: dict[str, Platform] = {}
    for name, table in tables.items():
        for kind in get_args(Kind):
            for raw in table.get(kind, ()):
                entry = _platform(Entry(name, kind, raw), kind)
                if entry.id in entries:
                    raise CatalogueError(f"{name}: the id {entry.id!r} is taken; give each entry an id of its own.")
                entries[entry.id] = entry
    if not entries:
        raise CatalogueError(f"{folder} holds no platform; install Relaywatch again, with its TOML files.")
    enabled = [entry for entry in entries.values() if entry.enabled]
    shared = _gather(tables, "shared_domains")
    mechanisms = tuple(_all_words(tables, "mechanism"))
    return Catalogue(
        version=_version(entries.values(), files),
        entries=entries,
        suffixes={suffix: entry for entry in entries.values() for suffix in entry.suffixes},
        shared=shared | {domain for entry in entries.values() for domain in entry.shared},
        mailboxes=_gather(tables, "mailbox_domains"),
        pages=_gather(tables, "page_domains"),
        brands=_brands(tables),
        mechanisms=Lexicon(words for words in mechanisms if words.id != "newsletter"),
        farewells=Lexicon(words for words in mechanisms if words.id == "newsletter"),
        lures=Lexicon(_all_words(tables, "lure")),
        warnings=Lexicon(_all_words(tables, "warning")),
        rules=_rules_by_place(enabled),
        hosts=_hosts_by_place(enabled),
    )


def _version(entries: Iterable[Platform], files: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name, blob in files.items():
        digest.update(name.encode() + b"\0" + blob + b"\0")
    return f"{max((entry.revised for entry in entries), default=date.min)}+{digest.hexdigest()[:8]}"


def _platform(entry: Entry, kind: Kind) -> Platform:
    evidence = tuple(_rule(rule) for rule in entry.tables("evidence"))
    platform = Platform(
        id=entry.text("id"),
        label=entry.text("label"),
        kind=kind,
        category=entry.choice("category", CATEGORIES, default="service"),
        enabled=entry.flag("enabled"),
        revised=entry.day("revised"),
        sources=entry.texts("sources"),
        false_positives=entry.text("false_positives"),
        writer="visitor" if entry.choice("writer", get_args(Writer), default="tenant") == "visitor" else "tenant",
        automatic=entry.flag("automatic", default=False),
        delivers=entry.flag("delivers", default=False),
        needs=entry.number("needs", default=2),
        evidence=evidence,
        account=tuple(_extract(rule) for rule in entry.tables("account")),
        tenant=tuple(_extract(rule) for rule in entry.tables("tenant")),
        mechanisms=tuple(_mechanism_rule(rule) for rule in entry.tables("mechanisms")),
        usually=tuple(_mechanism_rule(rule) for rule in entry.tables("usually")),
        mechanism=entry.mechanism("mechanism", _MECHANISMS) if entry.has("mechanism") else None,
        suffixes=_hosts(entry, "suffixes"),
        reserved=frozenset(entry.texts("reserved", default=())),
        shared=_hosts(entry, "shared"),
    )
    if platform.enabled and len({rule.place for rule in evidence}) < platform.needs:
        raise entry.error("evidence", f"rules at {platform.needs} different places, or enabled = false")
    entry.finish()
    return platform


def _rule(entry: Entry) -> Rule:
    place = _place(entry)
    domains = frozenset(_hosts(entry, "domains"))
    pattern = entry.pattern("pattern") if entry.has("pattern") else None
    if not domains and not pattern and not place.startswith("header:"):
        raise entry.error("pattern", "domains or a pattern: only a header can be there or not")
    default = ", ".join(sorted(domains)) or "is there"
    rule = Rule(
        place=place,
        field=_FIELDS.get(place) or entry.text("where").partition(":")[2],
        says=entry.text("says", default=default),
        pattern=pattern,
        domains=domains,
        weak=entry.flag("weak", default=place in _WEAK),
    )
    entry.finish()
    return rule


def _extract(entry: Entry) -> Extract:
    extract = Extract(_place(entry), entry.pattern("pattern"))
    if not extract.pattern.groups:
        raise entry.error("pattern", "a pattern with one group in parentheses around the value")
    entry.finish()
    return extract


def _mechanism_rule(entry: Entry) -> MechanismRule:
    rule = MechanismRule(_place(entry), entry.pattern("pattern"), entry.mechanism("mechanism", _MECHANISMS))
    entry.finish()
    return rule


def _place(entry: Entry) -> str:
    place = entry.text("where").lower()
    if place in _PLACES or (place.startswith("header:") and len(place) > len("header:")):
        return place
    raise entry.error("where", f"header:NAME or one of {', '.join(sorted(_PLACES))}")


def _hosts(entry: Entry, field: str) -> tuple[str, ...]:
    hosts = entry.texts(field, default=())
    for host in hosts:
        if clean_host(host) != host:
            raise entry.error(field, f"host names in lower case without a dot at the ends; {host!r} is none")
    return hosts


def _gather(tables: Mapping[str, dict[str, Any]], field: str) -> frozenset[str]:
    found: set[str] = set()
    for name, table in tables.items():
        found.update(_hosts(Entry(name, field, {field: table.get(field, [])}), field))
    return frozenset(found)


def _brands(tables: Mapping[str, dict[str, Any]]) -> dict[str, frozenset[str]]:
    return {
        word.casefold(): frozenset(_hosts(Entry(name, "brand", raw), "domains"))
        for name, table in tables.items()
        for raw in table.get("brand", ())
        for word in Entry(name, "brand", raw).texts("names")
    }


def _all_words(tables: Mapping[str, dict[str, Any]], kind: str) -> Iterable[Words]:
    for name, table in tables.items():
        for raw in table.get(kind, ()):
            entry = Entry(name, kind, raw)
            id_ = entry.mechanism("id", _MECHANISMS) if kind == "mechanism" else entry.text("id")
            phrases = [phrase for language in entry.table("words").languages() for phrase in language]
            pattern = entry.pattern("pattern") if entry.has("pattern") else None
            yield Words(id_, entry.text("label"), entry.weight("weight"), tuple(dict.fromkeys(phrases)), pattern)
            entry.finish()


def _rules_by_place(entries: Iterable[Platform]) -> dict[str, tuple[tuple[Platform, Rule], ...]]:
    found: dict[str, list[tuple[Platform, Rule]]] = {}
    for entry in entries:
        for rule in entry.evidence:
            if not rule.domains:
                found.setdefault(rule.place, []).append((entry, rule))
    return {place: tuple(rules) for place, rules in found.items()}


def _hosts_by_place(entries: Iterable[Platform]) -> dict[str, dict[str, tuple[tuple[Platform, Rule], ...]]]:
    found: dict[str, dict[str, tuple[tuple[Platform, Rule], ...]]] = {}
    for entry in entries:
        for rule in entry.evidence:
            hosts = found.setdefault(rule.place, {}) if rule.domains else {}
            for domain in rule.domains:
                hosts[domain] = (*hosts.get(domain, ()), (entry, rule))
    return found
