"""What is kept of a message, and the last look over it: no address but the sending organisation's roles.

Of a message only the header fields of the allow-list keep a cleaned value; of every other field its name and place
stay. Whatever else comes out of the message (evidence lines, host names) goes through the same mask.
"""

import re
from dataclasses import replace

from collectors.disguises import decodable
from collectors.kept_fields import VALUE_LIMIT, clean_lines, keep_fields, way_of
from collectors.masking import PLACEHOLDERS, Mask
from collectors.victims import masker
from data.model import Authentication, Hop, Identity, Kept, KeptField, ParsedMessage, Reason, Verdict

_CODED = re.compile(r"[\w+/%=&;#\\.-]{8,}", re.ASCII)
_TAIL = 400
_CUT_ADDRESS = re.compile(r"[\w.+%=-]{1,320}@[\w-]{0,63}\Z")
LINKS_LIMIT = 200
"""Links that are kept of one message."""

__all__ = [
    "Mask",
    "clean_hops",
    "clean_identity",
    "clean_subject",
    "clean_verdict",
    "leaks",
    "look_over",
    "masker",
    "redact",
]


def redact(message: ParsedMessage, identity: Identity, mask: Mask | None = None) -> Kept:
    """What is kept of a message. A mask that was made for it before can be handed in."""
    mask = mask or masker(message, identity)
    sender = message.sender
    links = mask.clean_links(message.links[:LINKS_LIMIT])  # first, for most of them stand in the text, too
    kept = Kept(
        subject=clean_subject(message.subject, mask),
        sender_name=_cut(mask.clean_sender_name(sender)) or None if sender else None,
        sender_address=mask.clean_sender(sender) if sender else None,
        reply_to_domain=mask.clean_host(message.reply_to[0].domain) or None if message.reply_to else None,
        envelope_domain=_domain(message.envelope_sender, mask),
        headers=keep_fields(message.fields, mask),
        text=_ended(mask.clean(message.text)),
        links=tuple(dict.fromkeys(links)),
        masked=0,
    )
    kept = _scanned(kept, mask)
    everything = "\n".join([*_texts(kept), *(field.name for field in kept.headers)])
    return replace(kept, masked=sum(map(everything.count, PLACEHOLDERS)))


def clean_subject(subject: str | None, mask: Mask) -> str | None:
    """A subject as it is kept and shown."""
    if subject is None:
        return None
    shown = _cut(mask.clean(subject[: 4 * VALUE_LIMIT]))
    return "[token]" if mask.exposes(shown) else shown


def _cut(text: str) -> str:
    return text if len(text) <= VALUE_LIMIT else text[:VALUE_LIMIT].rpartition(" ")[0]


def _ended(text: str) -> str:
    """A text without the half of an address in which it may have been cut."""
    start = max(0, len(text) - _TAIL)
    return text[:start] + _CUT_ADDRESS.sub("[address]", text[start:]) if "@" in text[start:] else text


def _domain(address: str | None, mask: Mask) -> str | None:
    domain = (address or "").rpartition("@")[2]
    return mask.clean_host(domain) if domain else None


def _texts(kept: Kept) -> list[str]:
    """Every text of what is kept but its names of fields."""
    head = (
        kept.subject,
        kept.sender_name,
        kept.sender_address,
        kept.reply_to_domain,
        kept.envelope_domain,
        kept.text,
    )
    return [text for text in (*head, *(field.value for field in kept.headers), *kept.links) if text]


def _scanned(kept: Kept, mask: Mask) -> Kept:
    """What is kept once more, each text that still shows an address put out."""
    everything = "\n".join(_texts(kept))
    names = "\n".join({field.name for field in kept.headers})
    coded = set(_CODED.findall(everything))
    if not mask.shows(everything) and not mask.shows(names) and not any(map(mask.encodes, decodable(coded))):
        return kept

    def shown(text: str | None) -> str | None:
        return "[token]" if text and mask.exposes(text) else text

    return Kept(
        subject=shown(kept.subject),
        sender_name=shown(kept.sender_name),
        sender_address=shown(kept.sender_address),
        reply_to_domain=shown(kept.reply_to_domain),
        envelope_domain=shown(kept.envelope_domain),
        headers=tuple(KeptField(shown(field.name) or "", shown(field.value)) for field in kept.headers),
        text="\n".join(shown(line) or "" for line in kept.text.split("\n")) if mask.exposes(kept.text) else kept.text,
        links=tuple(dict.fromkeys(shown(link) or "" for link in kept.links)),
        masked=0,
    )


def leaks(kept: Kept, message: ParsedMessage, identity: Identity | None = None) -> tuple[str, ...]:
    """Texts kept that still show, or decode to, an address other than a role of the sending organisation."""
    mask = masker(message, identity or Identity())
    return tuple(filter(mask.exposes, [*_texts(kept), *(field.name for field in kept.headers)]))


def look_over(
    subject: str | None, identity: Identity, verdict: Verdict, warnings: tuple[str, ...], mask: Mask
) -> None:
    """Clean every short text of a message in one go; the functions below then find each of them done."""
    lines = (*identity.platform_evidence, *identity.mechanism_evidence, *(item.evidence for item in verdict.reasons))
    mask.clean_all(
        (
            *((subject[: 4 * VALUE_LIMIT],) if subject else ()),
            *(line for line in lines if way_of(line, mask) is None),
            *(reason.signal for reason in verdict.reasons),
            *identity.warnings,
            *warnings,
        )
    )


def clean_authentication(authentication: Authentication, mask: Mask) -> Authentication:
    """Results without what a signer can write into the names of its domain, its server and the fields it signed."""
    domains = (*authentication.signing_domains, authentication.written_by or "")
    names = "\n".join((*domains, *authentication.signed_fields))
    coded = any(map(mask.encodes, decodable(set(_CODED.findall(names)))))
    if not coded and not mask.shows(names) and not any(map(mask.exposes, domains)):
        shown = authentication
    else:
        shown = replace(
            authentication,
            signing_domains=tuple(map(mask.clean_host, authentication.signing_domains)),
            signed_fields=tuple(map(mask.clean_key, authentication.signed_fields)),
            written_by=authentication.written_by and mask.clean_host(authentication.written_by),
        )
    return replace(shown, warnings=mask.clean_all(shown.warnings)) if shown.warnings else shown


def clean_identity(identity: Identity, mask: Mask) -> Identity:
    """An identity whose evidence lines and names hold nothing that must be hidden."""
    lines = (*identity.platform_evidence, *identity.mechanism_evidence)
    cleaned = clean_lines(lines, mask)
    platform = len(identity.platform_evidence)
    return replace(
        identity,
        platform_evidence=cleaned[:platform],
        mechanism_evidence=cleaned[platform:],
        account_id=mask.clean_key(identity.account_id) if identity.account_id else None,
        tenant=mask.clean_key(identity.tenant) if identity.tenant else None,
        abused_domain=mask.clean_host(identity.abused_domain) if identity.abused_domain else None,
        warnings=mask.clean_all(identity.warnings),
    )


def clean_verdict(verdict: Verdict, mask: Mask) -> Verdict:
    """A verdict whose reasons quote nothing that must be hidden."""
    signals = mask.clean_all(tuple(reason.signal for reason in verdict.reasons))
    lines = clean_lines(tuple(reason.evidence for reason in verdict.reasons), mask)
    shown = tuple(
        Reason(signal, reason.weight, line)
        for reason, signal, line in zip(verdict.reasons, signals, lines, strict=True)
    )
    return replace(verdict, reasons=shown)


def clean_hops(hops: tuple[Hop, ...], mask: Mask) -> tuple[Hop, ...]:
    """Hops whose host names, which every server writes as it likes, hold nothing that must be hidden."""
    return tuple(_clean_hop(hop, mask) for hop in hops)


def _clean_hop(hop: Hop, mask: Mask) -> Hop:
    origin = mask.clean_host(hop.from_host) if hop.from_host else hop.from_host
    by = mask.clean_host(hop.by) if hop.by else hop.by
    return hop if origin == hop.from_host and by == hop.by else replace(hop, from_host=origin, by=by)
