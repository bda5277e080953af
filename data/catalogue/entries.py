"""What the catalogue knows of one platform or transport: frozen shapes, filled by loader.py."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from data.vocabulary import Mechanism

Kind = Literal["platform", "transport"]
Writer = Literal["visitor", "tenant"]
"""Whose words a platform mails: visitor = text typed into an open form can come back; tenant = its customer's."""
CATEGORIES = ("list", "website", "marketing", "service", "form", "helpdesk")
"""From the least to the most telling: of two recognised platforms the one further right counts."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One test at one place. `field` and `says` are what an analyst reads when it holds."""

    place: str
    field: str
    says: str
    pattern: re.Pattern[str] | None = None
    domains: frozenset[str] = frozenset()
    weak: bool = False


@dataclass(frozen=True, slots=True)
class Extract:
    """Where a value stands: the first group of the pattern at a place."""

    place: str
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class MechanismRule:
    """A place and pattern that show what kind of mail this is."""

    place: str
    pattern: re.Pattern[str]
    mechanism: Mechanism


@dataclass(frozen=True, slots=True)
class Platform:
    """One platform or transport.

    suffixes: TENANT.suffix belongs to the tenant, but for `reserved` labels. shared: domains it sends from for
    everybody. automatic: a machine writes even where no field says so. delivers: always by its own hosts, so that
    another transport means that somebody sent it on. mechanisms hold against all words of a message, usually and
    mechanism where the words say nothing.
    """

    id: str
    label: str
    kind: Kind
    category: str
    enabled: bool
    revised: date
    sources: tuple[str, ...]
    false_positives: str
    writer: Writer
    automatic: bool
    delivers: bool
    needs: int
    evidence: tuple[Rule, ...]
    account: tuple[Extract, ...]
    tenant: tuple[Extract, ...]
    mechanisms: tuple[MechanismRule, ...]
    usually: tuple[MechanismRule, ...]
    mechanism: Mechanism | None
    suffixes: tuple[str, ...]
    reserved: frozenset[str]
    shared: tuple[str, ...]
