"""Who sent a message: platform and transport by independent pieces of evidence, account, tenant, abused domain."""

from collections.abc import Iterator, Sequence

from collectors.abused_domain import abused_domain, is_rewritten
from collectors.consistency import check_consistency
from collectors.mechanism import is_automatic, read_mechanism
from collectors.places import Places
from data.catalogue.loader import CATEGORIES, Catalogue, Extract, Kind, Platform, Rule
from data.domains import tenant_label
from data.model import Authentication, Hop, Identity, ParsedMessage

_TENANT_PLACES = ("from", "reply-to", "envelope", "message-id", "hop")


def identify(
    message: ParsedMessage, hops: tuple[Hop, ...], authentication: Authentication, catalogue: Catalogue
) -> Identity:
    """Read a message's identity out of its header fields. Never raises, and leaves None what it cannot tell."""
    places = Places(message, hops, authentication)
    pieces = _pieces(message, places, catalogue)
    platform = _best(pieces, "platform")
    transport = _best(pieces, "transport")
    account, signed = _account(platform, places, authentication)
    domain = abused_domain(message, places, authentication, platform, catalogue)
    automatic = is_automatic(message) or bool(platform and platform.automatic)
    mechanism, why = read_mechanism(message, places, platform, automatic, catalogue)
    consistency = check_consistency(message, platform.id if platform else None)
    return Identity(
        platform=platform.id if platform else None,
        platform_evidence=tuple(_says(rule) for rule in pieces[platform.id]) if platform else (),
        transport=transport.id if transport else None,
        account_id=account,
        account_signed=signed,
        tenant=_tenant(platform, places, account, domain) if platform else None,
        abused_domain=domain,
        mechanism=mechanism,
        mechanism_evidence=why,
        automatic=automatic,
        consistency=consistency,
        warnings=_warnings(message, platform, consistency, catalogue),
    )


class _Pieces(dict[str, list[Rule]]):
    """Evidence by catalogue id, one rule a place, with the entries it speaks for."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: dict[str, Platform] = {}

    def add(self, entry: Platform, rule: Rule) -> None:
        found = self.setdefault(entry.id, [])
        self.entries[entry.id] = entry
        if all(rule.place != other.place for other in found):
            found.append(rule)


def _pieces(message: ParsedMessage, places: Places, catalogue: Catalogue) -> _Pieces:
    pieces = _Pieces()
    named = [f"header:{name}" for name in message.by_name]
    for place in (*named, *_SPOKEN):
        for entry, rule in catalogue.rules.get(place, ()):
            if _holds(rule, places):
                pieces.add(entry, rule)
    for place, known in catalogue.hosts.items():
        for entry, rule in _known_hosts(places.hosts(place), known):
            pieces.add(entry, rule)
    return pieces


_SPOKEN = ("hop", "dkim", "dkim-key", "from", "reply-to", "envelope", "message-id", "references", "link", "text")


def _holds(rule: Rule, places: Places) -> bool:
    return rule.pattern is None or any(rule.pattern.search(value) for value in places.values(rule.place))


def _known_hosts(
    hosts: Sequence[str], known: dict[str, tuple[tuple[Platform, Rule], ...]]
) -> Iterator[tuple[Platform, Rule]]:
    for host in hosts:
        labels = host.split(".")
        for start in range(len(labels) - 1):
            yield from known.get(".".join(labels[start:]), ())


def _best(pieces: _Pieces, kind: Kind) -> Platform | None:
    found = [
        entry
        for entry in pieces.entries.values()
        if entry.kind == kind
        and len(pieces[entry.id]) >= entry.needs
        and not all(rule.weak for rule in pieces[entry.id])
    ]
    return max(found, key=lambda entry: (CATEGORIES.index(entry.category), len(pieces[entry.id])), default=None)


def _says(rule: Rule) -> str:
    return f"{rule.place.removeprefix('header:')}: {rule.says}"


def _account(
    platform: Platform | None, places: Places, authentication: Authentication
) -> tuple[str | None, bool]:
    for extract in platform.account if platform else ():
        found = _extract(extract, places)
        if found:
            field = extract.place.removeprefix("header:")
            return found, extract.place == "dkim-key" or field in authentication.signed_fields
    return None, False


def _tenant(platform: Platform, places: Places, account: str | None, domain: str | None) -> str | None:
    for extract in platform.tenant:
        found = _extract(extract, places)
        if found:
            return found.strip()
    for place in _TENANT_PLACES:
        for host in places.hosts(place):
            labelled = tenant_label(host, platform.suffixes)
            if labelled and labelled[0] not in platform.reserved:
                return labelled[0]
    return account or domain


def _extract(extract: Extract, places: Places) -> str | None:
    matches = (extract.pattern.search(value) for value in places.values(extract.place))
    return next((match[1] for match in matches if match), None)


def _warnings(
    message: ParsedMessage,
    platform: Platform | None,
    consistency: tuple[tuple[str, bool], ...],
    catalogue: Catalogue,
) -> tuple[str, ...]:
    found = [f"{platform.label if platform else ''}: {name} does not hold; the header was edited or made up." for name, holds in consistency if not holds]
    if is_rewritten(message, catalogue):
        found.append("A mailing list put its own address into From; the sender was read from the fields it left.")
    return tuple(found)
