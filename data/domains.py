"""Registrable domains by the public suffix list (no network), with platform suffixes of our own on top.

The list has neither zendesk.com nor freshdesk.com: acme.zendesk.com is acme's, so one more label is kept there.
"""

import ipaddress
from collections.abc import Collection
from functools import cache

from publicsuffixlist import PublicSuffixList

from data.letters import remembering

_END_OF_ADDRESS = frozenset("0123456789]")
"""Other ends are those of names, or of IPv6 addresses, whose colons no host name has."""


@remembering(20_000, longest=255)
def clean_host(host: str) -> str | None:
    """A host name in lower-case ASCII (IDNA) without root dot, or None for addresses, bare words and rubbish."""
    name = host.strip().strip(".").lower()
    if not name or len(name) > 253 or "." not in name:
        return None
    if name[-1] in _END_OF_ADDRESS and _is_address(name.strip("[]")):
        return None
    if not name.isascii():
        try:
            name = name.encode("idna").decode("ascii")
        except UnicodeError:
            return None
    labels = name.split(".")
    if not all(label and len(label) <= 63 and label.replace("-", "").replace("_", "").isalnum() for label in labels):
        return None
    return name


@cache
def _suffixes(*, only_icann: bool = False) -> PublicSuffixList:
    """The list, read when the first host is asked for: a tenth of a second, for which no start has to wait."""
    return PublicSuffixList(only_icann=only_icann)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


@remembering(20_000, longest=255)
def registrable_domain(host: str) -> str | None:
    """The domain somebody registered ("mail.acme.co.uk" is acme.co.uk), or None.

    Private suffixes of the list count as suffixes ("acme.myshopify.com" stays whole).
    """
    name = clean_host(host)
    return _suffixes().privatesuffix(name) if name else None


@remembering(20_000, longest=255)
def owner_domain(host: str) -> str | None:
    """The domain of whoever owns the suffix, private suffixes not counted ("acme.github.io" is github.io)."""
    name = clean_host(host)
    return _suffixes(only_icann=True).privatesuffix(name) if name else None


def tenant_label(host: str, suffixes: Collection[str]) -> tuple[str, str] | None:
    """(tenant, suffix) where the host is `tenant.suffix` of a platform, else None. The longest suffix wins."""
    name = clean_host(host)
    if not name:
        return None
    label, _, suffix = name.partition(".")
    while suffix:
        if suffix in suffixes:
            return label, suffix
        label, _, suffix = suffix.partition(".")
    return None


def same_organisation(host: str, other: str) -> bool:
    """Whether two hosts have one registrable domain (relaxed alignment, RFC 7489 section 3.1)."""
    domain = registrable_domain(host)
    return domain is not None and domain == registrable_domain(other)
