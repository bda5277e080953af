"""Whom one message was written to, by whatever it tells of them, and by which organisation it was sent."""

import re
import sys
from collections.abc import Iterable, Iterator
from functools import lru_cache
from hashlib import md5, sha1, sha256

from collectors.addresses import read_mailboxes
from collectors.addressing import addressed_spans
from collectors.deadline import check_time
from collectors.disguises import SHORTEST_SHIFTED, address_spans, decode, outline, steps
from collectors.masking import PLACEHOLDERS, Mask
from collectors.personal import Names, names_of, role_of
from data.catalogue.redaction import RedactionRules, fold, redaction_rules
from data.domains import registrable_domain
from data.model import Identity, Mailbox, ParsedMessage

RECIPIENTS_LIMIT = 50
"""Recipients whose addresses are looked for in every encoding; those of further ones only where they can be read."""
NAMED_LIMIT = 20
"""Recipients whose names are looked for."""
SHORTEST_OUTLINE = 8
"""Letters and digits an address, and a local part by itself, must have to be looked for inside other words."""

_BOUNCED_HOST = re.compile(r"=((?:[\w-]{1,63}\.){1,8}[a-z]{2,24})(?![\w.])", re.IGNORECASE)
_OUTSIDE_BOUNCED = re.compile(r"[\s<>=+,;:@\"]")
_LOCAL_LIMIT = 64
_WORD = re.compile(r"[^\W\d_]+")
_OPENING = 500
_LIST_FIELDS = ("list-id", "list-post", "mailing-list", "x-mailing-list", "x-beenthere", "list-owner")
_LABELS_OF_NOBODY = {
    "mail",
    "email",
    "www",
    "smtp",
    "mx",
    "send",
    "news",
    "bounce",
    "bounces",
    "reply",
    "support",
    "help",
}


def masker(message: ParsedMessage, identity: Identity) -> Mask:
    """The mask of a message: made once, and used on every text that is kept of it."""
    rules = redaction_rules()
    organisation, labels = _organisation(message, identity, rules)
    people = _people(message, organisation, rules)
    lists = [outline(value[:500]) for name in _LIST_FIELDS for value in message.all(name)[:2]]
    persons = [box for box in people[:RECIPIENTS_LIMIT] if not _is_crowd(box, lists, rules)]
    names = names_of(persons[:NAMED_LIMIT], labels, rules)
    names = names.with_words(_spoken_to(message, names, rules))
    outlines: dict[str, None] = {}
    shifted: list[tuple[bytes, ...]] = []
    for box in people[:RECIPIENTS_LIMIT]:
        check_time()
        outlines.update(dict.fromkeys(_outlines(box.address)))
        shifted += [_steps(box.address)] if "." in box.domain and len(outline(box.address)) > SHORTEST_SHIFTED else []
    spared = "\n".join(map(outline, (*PLACEHOLDERS, *organisation)))  # no outline crosses a line
    whole = tuple([line for line in outlines if line not in spared])
    log_ins = tuple([line for line in _log_ins(persons, rules) if line not in spared])
    return Mask(
        rules=rules,
        recipients=frozenset(box.address for box in people),
        outlines=whole,
        log_ins=log_ins,
        secrets=tuple(sorted({*whole, *log_ins}, key=len)),
        shifted=tuple(shifted),
        shortest_shifted=min((len(pattern[0]) for pattern in shifted if pattern), default=sys.maxsize),
        people=names,
        organisation=organisation,
        labels=labels,
    )


def _organisation(
    message: ParsedMessage, identity: Identity, rules: RedactionRules
) -> tuple[frozenset[str], frozenset[str]]:
    """(registrable domains of the sending organisation, the names they give it)."""
    boxes = [box for box in (message.sender, *message.reply_to) if box]
    boxes += [box for value in message.all("sender")[:1] for box in read_mailboxes(value)[:1]]
    hosts = [box.domain for box in boxes]
    hosts += [identity.abused_domain] if identity.abused_domain else []
    domains = {domain for host in hosts if (domain := registrable_domain(host))} - rules.mailbox_providers
    domains |= {
        own for box in boxes if outline(box.local) in rules.daemons and (own := registrable_domain(box.domain))
    }
    labels = {fold(identity.tenant)} if identity.tenant else set()
    for host in hosts:
        own = registrable_domain(host)
        if own in domains:
            labels.update(host[: -len(own)].strip(".").split("."), [own.partition(".")[0]])
    labels = {outline(label) for label in labels - _LABELS_OF_NOBODY}
    return frozenset(domains), frozenset(label for label in labels if len(label) > 2)


def _people(message: ParsedMessage, organisation: frozenset[str], rules: RedactionRules) -> list[Mailbox]:
    """Recipients named in clear, then those that fields of mailers encode."""
    found = {box.address: box for box in message.recipients}
    for name in rules.plain_recipients:
        for value in message.all(name):
            boxes = read_mailboxes(value) or ((Mailbox("", value.strip().lower() + "@"),) if _is_login(value) else ())
            found.update({box.address: box for box in boxes if box.address not in found})
    for address in _encoded(message, rules):
        local, _, domain = address.partition("@")
        if registrable_domain(domain) not in organisation and role_of(local, domain, rules) is None:
            found.setdefault(address, Mailbox("", address))
    return list(found.values())


def _is_crowd(box: Mailbox, lists: list[str], rules: RedactionRules) -> bool:
    """Whether an address is that of a list or of nobody rather than of a person. `lists` are outlines of what fields
    of lists say."""
    if not rules.crowds.isdisjoint(box.domain.split(".")):
        return True
    line = outline(box.address) if lists else ""
    return any(line in found for found in lists)


def _is_login(value: str) -> bool:
    return 3 < len(value.strip()) <= 40 and " " not in value.strip()


def _encoded(message: ParsedMessage, rules: RedactionRules) -> Iterator[str]:
    for name in rules.encoded_recipients:
        for value in message.all(name)[:3]:
            value = value[:3_000]
            for local, domain in bounced(value) if "=" in value else ():
                yield f"{local.rpartition('-')[2]}@{domain}".lower()
            decoded = decode(value)
            for text in decoded.texts if decoded else ():
                yield from (text[start:end].lower() for start, end in address_spans(text))


def bounced(value: str) -> Iterator[tuple[str, str]]:
    """(local part, domain) of each "maria=example.org" in a value. Hosts are found first, since they are few."""
    floor = 0
    for host in _BOUNCED_HOST.finditer(value):
        start = max(floor, host.start() - _LOCAL_LIMIT)
        local = _OUTSIDE_BOUNCED.split(value[start : host.start()])[-1]
        if local:
            yield local, host[1]
            floor = host.end()


@lru_cache(maxsize=2_000)
def _outlines(address: str) -> tuple[str, ...]:
    """An address and its digests by letters and digits alone. A mailbox gets many a message."""
    return tuple(_made_outlines(address))


def _made_outlines(address: str) -> Iterator[str]:
    local, _, domain = address.rpartition("@")
    bare = local.partition("+")[0]
    line = outline(bare)
    for host in map(outline, _spellings(domain)):
        lines = [line + host, line + "at" + host, (line + host)[::-1]]
        lines += [outline(local) + host, outline(local) + "at" + host] if bare != local else []
        yield from (made for made in lines if len(made) >= SHORTEST_OUTLINE)
    for digest in (md5, sha1, sha256):
        yield digest(address.encode(), usedforsecurity=False).hexdigest()


def _steps(address: str) -> tuple[bytes, ...]:
    """What no shift of an address changes. An alphabet without digits says nothing of an address that has some."""
    local, _, domain = address.rpartition("@")
    bare = local.partition("+")[0] + domain
    if not bare.isascii():
        return ()
    widest, letters = steps(bare)
    return (widest, b"" if any(map(str.isdigit, bare)) else letters)


def _log_ins(persons: Iterable[Mailbox], rules: RedactionRules) -> Iterator[str]:
    """Local parts that are long enough to be looked for inside other words."""
    for box in persons:
        bare = box.local.partition("+")[0]
        line = outline(bare)
        if len(line) >= SHORTEST_OUTLINE and not rules.is_word(line) and role_of(bare, box.domain, rules) is None:
            yield line


def _spellings(host: str) -> set[str]:
    """A host name as it is and, for one with other letters than ASCII, in its other spelling (IDNA)."""
    spellings = {host} - {""}
    try:
        if not host.isascii():
            spellings.add(host.encode("idna").decode("ascii"))
        elif "xn--" in host:
            spellings.add(host.encode("ascii").decode("idna"))
    except UnicodeError:
        pass
    return spellings


def _spoken_to(message: ParsedMessage, names: Names, rules: RedactionRules) -> Iterable[str]:
    """Given names by which the opening of the message speaks to somebody, with what stands beside them."""
    found: set[str] = set()
    for text in (message.subject or "", message.text[:_OPENING]):
        for start, end in addressed_spans(text, fold(text), names, rules):
            words = [fold(word) for word in _WORD.findall(text[start:end])]
            if any(word in rules.given_names for word in words):
                found.update(word for word in words if len(word) > 3 or word in rules.given_names)
    return found - rules.ordinary - rules.doubtful - rules.particles
