"""Doors: confirmed exposures as filter rules may name them, and the judgement of what is safe to write into a rule.

A stranger chose many of the values that messages carry, so a rule holds only an account id that one of its platform's
catalogue patterns gives back whole, or a domain that is somebody's own: never a platform's, a mailbox provider's or a
public suffix. Whatever else a confirmed exposure is known by is left out and counted.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from data.catalogue.entries import Platform
from data.catalogue.loader import Catalogue
from data.domains import clean_host, registrable_domain
from data.store.shapes import IncidentRow

Fit = Literal["exact", "prefix", "part"]
_DOMAIN = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+", re.ASCII)
_VALUE = re.compile(r"[A-Za-z0-9_./:-]{3,100}", re.ASCII)
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9_-]{1,60}", re.ASCII)
_PLAIN = re.compile(r"(\^?)([A-Za-z0-9_.:/-]*)", re.ASCII)
_GROUP = re.compile(r"(?<!\\)\((?!\?)[^()]*\)")


@dataclass(frozen=True, slots=True)
class Exposure:
    """One confirmed exposure: an abused party, platform and mechanism, with the counts behind it. Values come from
    messages and are not safe yet."""

    party: str
    platform: str | None
    mechanism: str
    account_id: str | None
    abused_domain: str | None
    incidents: tuple[str, ...]
    observations: int
    first_seen_at: datetime
    last_seen_at: datetime


@dataclass(frozen=True, slots=True)
class AccountMark:
    """A header field that names the account: whole, at its beginning, or somewhere in it."""

    header: str
    value: str
    fit: Fit


@dataclass(frozen=True, slots=True)
class Door:
    """A confirmed exposure whose values are safe in every rule syntax. `machines` are header fields that only this
    platform's automatic mail carries; a domain counts beside one of them or beside Auto-Submitted."""

    number: int
    exposure: Exposure
    accounts: tuple[AccountMark, ...]
    domain: str | None
    machines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Doors:
    """What can be written as rules, and how many confirmed exposures cannot."""

    doors: tuple[Door, ...]
    unwritable: int


@dataclass(frozen=True, slots=True)
class RuleSet:
    """What a rule file is written from: doors, when it runs out, what a match adds to a score."""

    doors: tuple[Door, ...]
    expires_at: datetime
    score: float


def exposures_of(incidents: Iterable[IncidentRow], closed: Collection[str] = ()) -> list[Exposure]:
    """The exposures of confirmed incidents: one for each party, platform, mechanism, account and domain. `closed` are
    incidents whose door was closed since."""
    found: dict[tuple[str | None, ...], Exposure] = {}
    for row in incidents:
        if row.confirmation != "confirmed" or row.incident_id in closed:
            continue
        key = (row.party, row.platform, row.mechanism, row.account_id, row.abused_domain)
        own = Exposure(*key, (row.incident_id,), row.observations, row.first_seen_at, row.last_seen_at)
        known = found.get(key)
        found[key] = own if known is None else _joined(known, own)
    return sorted(found.values(), key=lambda one: (one.first_seen_at, one.incidents))


def doors_of(exposures: Iterable[Exposure], catalogue: Catalogue) -> Doors:
    """Exposures that can be told from other mail by safe values, numbered; the mechanism splits no rule."""
    merged: dict[tuple[object, ...], Door] = {}
    unwritable = 0
    for exposure in exposures:
        platform = catalogue.entries.get(exposure.platform or "")
        accounts = account_marks(exposure, platform)
        domain = own_domain(exposure, catalogue)
        if not accounts and domain is None:
            unwritable += 1
            continue
        key = (accounts, domain)
        known = merged.get(key)
        merged[key] = (
            Door(len(merged) + 1, exposure, accounts, domain, machine_fields(platform, catalogue))
            if known is None
            else replace(known, exposure=_joined(known.exposure, exposure))
        )
    return Doors(tuple(merged.values()), unwritable)


def _joined(known: Exposure, other: Exposure) -> Exposure:
    return replace(
        known,
        incidents=known.incidents + other.incidents,
        observations=known.observations + other.observations,
        first_seen_at=min(known.first_seen_at, other.first_seen_at),
        last_seen_at=max(known.last_seen_at, other.last_seen_at),
    )


def account_marks(exposure: Exposure, platform: Platform | None) -> tuple[AccountMark, ...]:
    """The header fields that name the account, where the catalogue's own pattern gives the account id back."""
    value = exposure.account_id
    if platform is None or value is None or not _VALUE.fullmatch(value):
        return ()
    written = {rule.place: rule.field for rule in platform.evidence}
    marks = [
        mark
        for extract in platform.account
        if extract.place.startswith("header:")
        and (mark := _mark(written.get(extract.place, extract.place[7:]), extract.pattern, value))
    ]
    return tuple(dict.fromkeys(marks))


def _mark(header: str, pattern: re.Pattern[str], value: str) -> AccountMark | None:
    """A pattern as words around the value; None where it is more than that or does not give the value back."""
    group = _GROUP.search(pattern.pattern)
    if group is None or not _HEADER.fullmatch(header):
        return None
    before = _PLAIN.fullmatch(pattern.pattern[: group.start()].replace("\\.", "."))
    tail = pattern.pattern[group.end() :].replace("\\.", ".")
    after = _PLAIN.fullmatch(tail.removesuffix("$"))
    if before is None or after is None or after[1]:
        return None
    text = f"{before[2]}{value}{after[2]}"
    read = pattern.search(text)
    if read is None or read[1] != value:
        return None
    fit: Fit = "part" if not before[1] else "exact" if tail.endswith("$") else "prefix"
    return AccountMark(header, text, fit)


def own_domain(exposure: Exposure, catalogue: Catalogue) -> str | None:
    """The abused domain where it belongs to the abused party alone; None for addresses that many share."""
    domain = exposure.abused_domain
    if domain is None or clean_host(domain) != domain or not _DOMAIN.fullmatch(domain):
        return None
    if domain in catalogue.shared | catalogue.mailboxes or domain in catalogue.suffixes:
        return None
    parent = domain.partition(".")[2]
    platform = catalogue.suffixes.get(parent)
    if platform is not None:
        return None if domain.partition(".")[0] in platform.reserved else domain
    # A party named by its account or tenant sends from a domain that others of the platform use too.
    return domain if registrable_domain(domain) is not None and "." in exposure.party else None


def machine_fields(platform: Platform | None, catalogue: Catalogue) -> tuple[str, ...]:
    """Header fields that no other entry of the catalogue is recognised by: they mark this platform's own mail."""
    if platform is None:
        return ()
    owners = Counter(name for entry in catalogue.entries.values() for name in {rule.place for rule in entry.evidence})
    names = {rule.field for rule in platform.evidence if rule.place.startswith("header:") and owners[rule.place] == 1}
    return tuple(sorted(name for name in names if _HEADER.fullmatch(name) and name.lower() != "sender"))
