"""Who sent a message: platform and transport by independent pieces of evidence, account, tenant, abused domain."""

from collections.abc import Iterator
from dataclasses import dataclass

from collectors.abused_domain import abused_domain, is_rewritten
from collectors.consistency import Checks, check_consistency
from collectors.mechanism import is_automatic, read_mechanism
from collectors.places import Places, places_of
from data.catalogue.entries import CATEGORIES, Extract, Kind, Platform, Rule
from data.catalogue.loader import Catalogue
from data.domains import tenant_label
from data.judgement.signals import BORROWED
from data.model import Authentication, Hop, Identity, ParsedMessage

_TENANT_PLACES = ("from", "reply-to", "envelope", "message-id")


def identify(
    message: ParsedMessage, hops: tuple[Hop, ...], authentication: Authentication, catalogue: Catalogue
) -> Identity:
    """Read a message's identity out of its header fields. Never raises, and leaves None what it cannot tell."""
    places = places_of(message, hops, authentication)
    pieces = _pieces(message, places, catalogue)
    platform = _best(pieces, "platform")
    transport = _best(pieces, "transport")
    account, signed = _account(platform, places, authentication)
    domain = abused_domain(message, places, authentication, platform, catalogue)
    automatic = is_automatic(message) or bool(platform and platform.automatic)
    mechanism, why = read_mechanism(message, places, platform, automatic, transport is not None, catalogue)
    consistency = check_consistency(message, platform.id if platform else None)
    return Identity(
        platform=platform.id if platform else None,
        platform_evidence=tuple(piece.line for piece in pieces[platform.id]) if platform else (),
        transport=transport.id if transport else None,
        account_id=account,
        account_signed=signed,
        tenant=_tenant(platform, places, account, domain) if platform else None,
        abused_domain=domain,
        mechanism=mechanism,
        mechanism_evidence=why,
        automatic=automatic,
        consistency=consistency,
        warnings=(
            *_broken(platform, consistency),
            *_borrowed(pieces, platform, transport),
            *((_REWRITTEN,) if is_rewritten(message) else ()),
        ),
    )


@dataclass(frozen=True, slots=True)
class _Piece:
    """One piece of evidence: the place it was read at, whether anybody can type it, whether a pattern (not
    only a name or domain) found it, and its line."""

    place: str
    weak: bool
    exact: bool
    line: str


class _Pieces(dict[str, list[_Piece]]):
    """Evidence by catalogue id, one piece a place, with the entries it speaks for."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: dict[str, Platform] = {}

    def add(self, entry: Platform, rule: Rule, says: str) -> None:
        found = self.setdefault(entry.id, [])
        self.entries[entry.id] = entry
        if all(rule.place != other.place for other in found):
            line = f"{rule.field}: {_TAGS.get(rule.place, '')}{says}"
            found.append(_Piece(rule.place, rule.weak, rule.pattern is not None, line))


def _pieces(message: ParsedMessage, places: Places, catalogue: Catalogue) -> _Pieces:
    pieces = _Pieces()
    named = [place for name in message.by_name if (place := f"header:{name}") in catalogue.rules]
    for place in (*named, *_SPOKEN):
        rules = catalogue.rules.get(place, ())
        values = places.values(place) if rules else ()
        for entry, rule in rules if values else ():
            if rule.pattern is None or any(map(rule.pattern.search, values)):
                pieces.add(entry, rule, rule.says)
    for place, known in catalogue.hosts.items():
        for host in places.hosts(place):
            for domain in _above(host):
                for entry, rule in known.get(domain, ()):
                    pieces.add(entry, rule, domain)
    return pieces


_TAGS = {"dkim": "d=", "dkim-key": "s= "}
_SPOKEN = ("hop", "dkim", "dkim-key", "from", "reply-to", "envelope", "message-id", "references", "link", "text")


def _above(host: str) -> Iterator[str]:
    """A host name and the domains it lies under."""
    while "." in host:
        yield host
        host = host.partition(".")[2]


def _best(pieces: _Pieces, kind: Kind) -> Platform | None:
    found = [
        entry
        for entry in pieces.entries.values()
        if entry.kind == kind
        and len(pieces[entry.id]) >= entry.needs
        and not all(piece.weak for piece in pieces[entry.id])
    ]
    return max(found, key=lambda entry: (CATEGORIES.index(entry.category), len(pieces[entry.id])), default=None)


def _account(platform: Platform | None, places: Places, authentication: Authentication) -> tuple[str | None, bool]:
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
            # Deeper names under the suffix are the platform's own machines.
            if labelled and ".".join(labelled) == host and labelled[0] not in platform.reserved:
                return labelled[0]
    return account or domain


def _extract(extract: Extract, places: Places) -> str | None:
    matches = (extract.pattern.search(value) for value in places.values(extract.place))
    return next((match[1] for match in matches if match), None)


def _broken(platform: Platform | None, consistency: Checks) -> Iterator[str]:
    for name, holds in consistency:
        if platform and not holds:
            yield f"{platform.label}: {name} does not hold; the header was edited or made up."


def _borrowed(pieces: _Pieces, platform: Platform | None, transport: Platform | None) -> Iterator[str]:
    """Own fields or ids of a platform that is neither the sender nor the carrier: copied, or forged."""
    for id_, found in pieces.items():
        entry = pieces.entries[id_]
        if entry is platform or entry is transport or entry.category in {"list", "website"}:
            continue
        if any(
            piece.exact and (piece.place == "message-id" or piece.place.startswith("header:x-")) for piece in found
        ):
            yield f"Fields of {entry.label} {BORROWED}"


_REWRITTEN = "A mailing list put its own address into From; the sender was read from the fields it left."
