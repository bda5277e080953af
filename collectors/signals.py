"""Reads out of a message what judge() weighs. No address and no person's name goes into a Signals."""

import re
from collections.abc import Iterable

from collectors.abused_domain import is_rewritten, is_shared
from collectors.mechanism import answers_somebody, is_listed
from collectors.oddities import looks_random, read_filter, read_oddities
from collectors.payload import read_payload
from collectors.places import Part, Places, places_of
from data.catalogue.entries import Platform
from data.catalogue.loader import Catalogue
from data.catalogue.words import plain
from data.domains import clean_host, registrable_domain, same_organisation
from data.judgement.signals import Conversation, Lure, Signals
from data.model import Authentication, Hop, Identity, ParsedMessage

_NO_WORD = re.compile(r"[^\w]+")
_MANY = 12
_PICTURES = re.compile("[\u2600-\u27bf\u2b00-\u2bff\U0001f300-\U0001faff]")
_SPACED = re.compile(r"(?:\b\w ){4}\w\b")
_HIDDEN = re.compile("\\w[\u00ad\u200b-\u200d\u2060\ufeff]\\w")
_LURED: tuple[Part, ...] = ("subject", "name", "start")


def read_signals(
    message: ParsedMessage,
    identity: Identity,
    authentication: Authentication,
    hops: tuple[Hop, ...],
    catalogue: Catalogue,
) -> Signals:
    """The signals of one message. Never raises."""
    places = places_of(message, hops, authentication)
    platform = catalogue.entries.get(identity.platform or "")
    sender = clean_host(message.sender.domain) if message.sender else None
    payload, pointed = read_payload(message, sender)
    return Signals(
        mechanism=identity.mechanism,
        automatic=identity.automatic,
        conversation=_conversation(message, platform),
        platform=identity.platform,
        label=platform.label if platform else None,
        platform_lines=identity.platform_evidence,
        help_desk=bool(platform and platform.category == "helpdesk"),
        writer=platform.writer if platform else None,
        transport=identity.transport,
        sender_domain=sender,
        shared_sender=bool(platform and sender and is_shared(sender, platform)),
        own_domain=_is_own_domain(sender, platform, catalogue),
        random_tenant=looks_random(_subdomain(sender, platform)),
        other_tenant=_other_tenant(identity, sender, platform),
        authenticated=_authenticated(authentication),
        spoofed=_spoofed(authentication),
        listed=_is_passed_on(message, platform) or is_rewritten(message),
        bulk=message.first("list-unsubscribe") is not None,
        lures=_lures(places, catalogue),
        payload=payload,
        pointed_link=pointed,
        borrowed_brand=_borrowed_brand(message, sender, catalogue),
        renamed=_renamed(message, sender),
        disguised=_disguised(message),
        answers_recipient=_answers_recipient(message, catalogue),
        recipient_named=_recipient_named(message),
        shouted=_is_shouted(message.subject or ""),
        many_recipients=len(message.recipients) > _MANY,
        unusual_subject=_unusual_subject(places, platform, catalogue),
        sent_on=bool(platform and platform.delivers and identity.transport),
        broken_checks=tuple(check for check, holds in identity.consistency if not holds),
        warning_words=_warns(places, catalogue),
        filtered=read_filter(message),
        oddities=read_oddities(message, identity),
    )


def _conversation(message: ParsedMessage, platform: Platform | None) -> Conversation:
    if not message.in_reply_to and not message.references:
        return "none"
    return "foreign" if answers_somebody(message, platform) else "own"


def _answers_recipient(message: ParsedMessage, catalogue: Catalogue) -> bool:
    host = (message.in_reply_to or "").rpartition("@")[2]
    if not host:
        return False
    if registrable_domain(host) in catalogue.mailboxes:
        return True
    return any(same_organisation(host, box.domain) for box in message.recipients[:_MANY])


def _is_passed_on(message: ParsedMessage, platform: Platform | None) -> bool:
    """Whether a list of somebody else than the platform passed it on (GitHub writes list fields of its own)."""
    posts = [value.rpartition("@")[2].rstrip("> ") for value in message.all("list-post")]
    own = bool(platform and posts) and all(_lies_under(host, platform.shared if platform else ()) for host in posts)
    return is_listed(message) and not own


def _lies_under(host: str, domains: Iterable[str]) -> bool:
    return any(host == domain or host.endswith("." + domain) for domain in domains)


def _is_own_domain(sender: str | None, platform: Platform | None, catalogue: Catalogue) -> bool:
    """Whether From is a domain of the platform's customer, neither the platform's nor a mail box for everybody."""
    if not platform or not sender or _lies_under(sender, (*platform.shared, *platform.suffixes)):
        return False
    return registrable_domain(sender) not in catalogue.mailboxes


def _subdomain(sender: str | None, platform: Platform | None) -> str:
    for suffix in platform.suffixes if platform and sender else ():
        if sender and sender.endswith("." + suffix):
            return sender[: -len(suffix) - 1].rpartition(".")[2]
    return ""


def _other_tenant(identity: Identity, sender: str | None, platform: Platform | None) -> bool:
    label = _subdomain(sender, platform)
    return bool(label and identity.tenant and identity.tenant.lower() not in {label, identity.account_id or ""})


def _authenticated(authentication: Authentication) -> bool | None:
    """Whether something that passed stands for From's domain; None where no result is known."""
    if authentication.dmarc == "pass" or authentication.aligned:
        return True
    results = (authentication.spf, authentication.dkim, authentication.dmarc)
    return None if all(result is None for result in results) else False


def _spoofed(authentication: Authentication) -> bool:
    if authentication.dmarc == "fail":
        return True
    return authentication.spf in {"fail", "softfail"} and authentication.dkim not in {"pass", None}


def _lures(places: Places, catalogue: Catalogue) -> tuple[Lure, ...]:
    subject, name, start = (catalogue.lures.counts(places.spoken(part)) for part in _LURED)
    found = []
    for words in catalogue.lures.lists:
        said = [field for field, counts in (("Subject", subject), ("From", name)) if words.id in counts]
        often = start.get(words.id, 0)
        if said or often:
            weight = words.weight if said or often >= _OFTEN else words.weight / 2
            found.append(Lure(words.id, words.label, weight, (*said, *(("body",) if often else ()))))
    return tuple(found)


_OFTEN = 3


def _warns(places: Places, catalogue: Catalogue) -> bool:
    return any(catalogue.warnings.counts(places.spoken(part)) for part in ("subject", "start"))


def _borrowed_brand(message: ParsedMessage, sender: str | None, catalogue: Catalogue) -> str | None:
    if not message.sender or not message.sender.name:
        return None
    domain = registrable_domain(sender) if sender else None
    words = f" {_NO_WORD.sub(' ', plain(message.sender.name))} "
    for brand, domains in catalogue.brands.items():
        if f" {brand} " in words and domain not in domains:
            return brand
    return None


def _renamed(message: ParsedMessage, sender: str | None) -> bool:
    """Reply-To still bears a name that fits the domain, From bears another: the sender's name was changed."""
    if not message.sender or not sender or not message.sender.name:
        return False
    answered = [box.name for box in message.reply_to if box.name and box.name != message.sender.name]
    return any(_fits(name, sender) for name in answered) and not _fits(message.sender.name, sender)


def _fits(name: str, host: str) -> bool:
    return any(len(word) >= 4 and word in host for word in _NO_WORD.sub(" ", plain(name)).split())


def _disguised(message: ParsedMessage) -> tuple[str, ...]:
    texts = (("Subject", message.subject or ""), ("From", message.sender.name if message.sender else ""))
    return tuple(place for place, text in texts if is_disguised(text[:500]))


def is_disguised(text: str) -> bool:
    """Mathematical letters, letters of two alphabets in a word, invisible ones within it, or s p a c e d ones."""
    if _SPACED.search(text):
        return True
    if text.isascii():
        return False
    return bool(_HIDDEN.search(text)) or any(_mixes_alphabets(word) for word in text.split())


def _mixes_alphabets(word: str) -> bool:
    if any("\U0001d400" <= letter <= "\U0001d7ff" for letter in word):
        return True
    latin = any("a" <= letter.lower() <= "z" for letter in word)
    return latin and any("\u0370" <= letter <= "\u052f" for letter in word)


def _recipient_named(message: ParsedMessage) -> bool:
    """Whether the recipient's name or mailbox stands in Subject: nobody titles a ticket of his own so."""
    if is_listed(message):
        return False
    words = set(_NO_WORD.sub(" ", (message.subject or "").casefold()).split())
    for box in message.recipients[:10]:
        names = _NO_WORD.sub(" ", f"{box.name} {box.local}".casefold()).split()
        if any(len(name) >= 4 and not name.isdigit() and name in words for name in names[:6]):
            return True
    return False


def _is_shouted(subject: str) -> bool:
    """Most of the longest stretch in capitals, or several pictures."""
    if len(_PICTURES.findall(subject)) >= 2:
        return True
    words = [word for word in subject.split() if word.isalpha() and len(word) >= 2]
    return sum(word.isupper() for word in words) >= 4 and sum(word.isupper() for word in words) > len(words) / 2


def _unusual_subject(places: Places, platform: Platform | None, catalogue: Catalogue) -> bool:
    """A platform that mails fixed templates, and a Subject that is none of them."""
    if not platform or platform.mechanism != "account-verification":
        return False
    return platform.mechanism not in catalogue.mechanisms.counts(places.spoken("subject"))
