"""Which organisation's domain sent a message: From, then Reply-To, then the envelope, seen through lists."""

import re
from collections.abc import Iterator

from collectors.places import Places
from data.catalogue.entries import Platform
from data.catalogue.loader import Catalogue
from data.domains import clean_host, registrable_domain, tenant_label
from data.model import Authentication, ParsedMessage

_SRS = re.compile(r"^srs[01][=+-].{0,200}?=[a-z0-9]{2}=([a-z0-9.-]{3,253})=[^=@]{1,64}@", re.IGNORECASE)
_VIA = re.compile(r"\bvia\b", re.IGNORECASE)
_ORIGINAL_SENDERS = ("x-original-from", "x-original-sender", "x-mailfrom", "x-google-original-from")
_ADDRESS = re.compile(r"[^\s<>,;:\"]{1,200}@([A-Za-z0-9.-]{3,253})")


def abused_domain(
    message: ParsedMessage,
    places: Places,
    authentication: Authentication,
    platform: Platform | None,
    catalogue: Catalogue,
) -> str | None:
    """The registrable domain of the organisation whose system sent it, or the tenant's subdomain of a platform.

    None where the platform sends for everybody from its own domain, where only a mail box for everybody is named,
    and where nothing stands behind the domain in From and nothing else is named.
    """
    sender = clean_host(message.sender.domain) if message.sender else None
    if sender and not is_rewritten(message):
        if platform and is_shared(sender, platform):
            return None
        if platform or not _is_spoofed(authentication):
            own = organisation(sender, catalogue)
            if own or not platform:
                return own
        return _first(_vouched(places, authentication), catalogue)
    return _first(_candidates(message, places), catalogue)


def organisation(host: str, catalogue: Catalogue) -> str | None:
    """The organisation behind a host name, or None for hosts that everybody shares."""
    labelled = tenant_label(host, catalogue.suffixes)
    if labelled:
        tenant, suffix = labelled
        return None if tenant in catalogue.suffixes[suffix].reserved else f"{tenant}.{suffix}"
    domain = registrable_domain(host)
    if not domain or domain in catalogue.suffixes or domain in catalogue.mailboxes:
        return None
    labels = host.split(".")
    if any(".".join(labels[start:]) in catalogue.shared for start in range(len(labels) - 1)):
        return None
    return domain


def is_shared(host: str, platform: Platform) -> bool:
    """Whether a host is the platform's own, from which it sends for everybody, and no tenant's."""
    return not tenant_label(host, platform.suffixes) and any(_under(host, shared) for shared in platform.shared)


def is_rewritten(message: ParsedMessage) -> bool:
    """Whether a list put its own address into From ("X via LIST"), as lists do for senders with a strict DMARC."""
    if not message.sender or not message.sender.address:
        return False
    domain = message.sender.domain
    if any(_under(domain, name) for name in ("googlegroups.com", "groups.io")):
        return True
    lists = " ".join((*message.all("list-post"), *message.all("x-beenthere"), *message.all("mailing-list"))).lower()
    if message.sender.address in lists:
        return True
    return bool(_VIA.search(message.sender.name)) and f"@{domain}" in lists


def _candidates(message: ParsedMessage, places: Places) -> Iterator[str]:
    for name in _ORIGINAL_SENDERS:
        for value in message.all(name)[:4]:
            yield from (found[1] for found in _ADDRESS.finditer(value[:2_000]))
    yield from places.hosts("reply-to")
    for address in places.values("envelope"):
        rewritten = _SRS.match(address)
        yield rewritten[1] if rewritten else address.rpartition("@")[2]


def _vouched(places: Places, authentication: Authentication) -> Iterator[str]:
    if authentication.dkim == "pass":
        yield from places.hosts("dkim")
    if authentication.spf == "pass":
        yield from places.hosts("envelope")[:1]


def _is_spoofed(authentication: Authentication) -> bool:
    """Nothing that passed stands for the domain in From."""
    if authentication.aligned or authentication.dmarc == "pass":
        return False
    if authentication.aligned is False and authentication.dmarc is not None:
        return True
    return authentication.dmarc == "fail" or (
        authentication.spf in {"fail", "softfail"} and authentication.dkim not in {"pass", None}
    )


def _first(hosts: Iterator[str], catalogue: Catalogue) -> str | None:
    clean = (clean_host(host) for host in hosts)
    return next((own for host in clean if host and (own := organisation(host, catalogue))), None)


def _under(host: str, domain: str) -> bool:
    return host == domain or host.endswith("." + domain)
