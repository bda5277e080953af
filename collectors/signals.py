"""Reads out of a message what judge() weighs. No address and no person's name goes into a Signals."""

import re
import unicodedata
from collections.abc import Iterable

from collectors.abused_domain import is_rewritten
from collectors.mechanism import answers_somebody
from data.catalogue.loader import Catalogue, Platform, fold
from data.domains import clean_host, registrable_domain, same_organisation
from data.judgement.signals import Conversation, Lure, Signals
from data.model import Authentication, Hop, Identity, ParsedMessage

_TEXT_READ = 2_500
_GREETING_READ = 700
_URL = re.compile(r"(?:https?://|www\.)[^\s<>\"')\]]{4,300}|\b(?:[a-z0-9-]{1,40}\.){1,3}[a-z]{2,12}/[\w?=&%./-]{2,200}", re.IGNORECASE)
_SHOUT = re.compile("[\u2190-\u21ff\u2600-\u27bf\u2b00-\u2bff\U0001f300-\U0001faff]|[-=–—]+>+|>>|\\+\\s?[$€£]\\s?\\d")
_MONEY = re.compile(r"[$€£¥₿]\s?\d[\d.,]{2,}|\d[\d.,]{2,}\s?(?:[$€£¥]|usd|eur|btc|usdt)\b|№|\b\d{8,}\b", re.IGNORECASE)
_GREETING = re.compile(r"\b(?:hi|hello|hey|dear|hallo|hola|olá|bonjour|ciao|guten tag|liebe[r]?)\b[ ,]", re.IGNORECASE)
_WARNING = re.compile(r"\b(?:was not sent (?:by|from)|not sent from|please do not click|beware of|warning regarding|phishing e?-?mails?|fraudulent e?-?mails?)\b", re.IGNORECASE)
_VOWELS = re.compile(r"[aeiouy]")
_NO_WORD = re.compile(r"[^\w]+")


def read_signals(
    message: ParsedMessage,
    identity: Identity,
    authentication: Authentication,
    hops: tuple[Hop, ...],
    catalogue: Catalogue,
) -> Signals:
    """The signals of one message. Pure; never raises."""
    platform = catalogue.entries.get(identity.platform or "")
    sender = clean_host(message.sender.domain) if message.sender else None
    name = message.sender.name if message.sender else ""
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
        abused_domain=identity.abused_domain,
        shared_sender=bool(platform and sender and _is_platforms(sender, platform.shared)),
        own_domain=bool(platform and sender and not _is_platforms(sender, (*platform.shared, *platform.suffixes))),
        random_tenant=_is_random(_subdomain(sender, platform)),
        other_tenant=_other_tenant(identity, sender, platform),
        authenticated=_authenticated(authentication),
        spoofed=_spoofed(authentication),
        listed=any(message.first(field) for field in ("list-post", "x-beenthere", "mailing-list", "x-mailing-list"))
        or is_rewritten(message, catalogue),
        bulk=message.first("list-unsubscribe") is not None,
        lures=_lures(message, name, catalogue),
        payload=_payload(message, sender),
        borrowed_brand=_borrowed_brand(name, sender, catalogue),
        disguised=_disguised(message, name),
        recipient_named=_recipient_named(message),
        many_recipients=len(message.recipients) > 12,
        unusual_subject=_unusual_subject(message, platform, catalogue),
        broken_checks=tuple(check for check, holds in identity.consistency if not holds),
        kept_checks=sum(holds for _, holds in identity.consistency),
        warning_words=bool(_WARNING.search(f"{message.subject or ''}\n{message.text[:_TEXT_READ]}")),
    )


def _conversation(message: ParsedMessage, platform: Platform | None) -> Conversation:
    if not message.in_reply_to and not message.references:
        return "none"
    return "foreign" if answers_somebody(message, platform) else "own"


def _is_platforms(host: str, domains: Iterable[str]) -> bool:
    return any(host == domain or host.endswith("." + domain) for domain in domains)


def _subdomain(sender: str | None, platform: Platform | None) -> str:
    for suffix in platform.suffixes if platform and sender else ():
        if sender and sender.endswith("." + suffix):
            return sender[: -len(suffix) - 1].rpartition(".")[2]
    return ""


def _is_random(label: str) -> bool:
    """Whether a label is letters at random: long runs without a vowel, or hardly any vowel at all."""
    letters = re.sub(r"[^a-z]", "", label)
    if len(letters) < 5 or len(letters) != len(label) or len(letters) > 12:
        return False
    longest = max(len(run) for run in _VOWELS.split(letters))
    return longest >= 4 or len(_VOWELS.findall(letters)) / len(letters) < 0.3


def _other_tenant(identity: Identity, sender: str | None, platform: Platform | None) -> bool:
    label = _subdomain(sender, platform)
    return bool(label and identity.tenant and identity.tenant.lower() not in {label, identity.account_id or ""})


def _authenticated(authentication: Authentication) -> bool | None:
    if authentication.dmarc == "pass" or authentication.aligned:
        return True
    results = (authentication.spf, authentication.dkim, authentication.dmarc)
    if all(result is None for result in results):
        return None
    return False


def _spoofed(authentication: Authentication) -> bool:
    if authentication.dmarc == "fail":
        return True
    return authentication.spf in {"fail", "softfail"} and authentication.dkim not in {"pass", None}


def _lures(message: ParsedMessage, name: str, catalogue: Catalogue) -> tuple[Lure, ...]:
    subject, sender = f" {_key(message.subject or '')} ", f" {_key(name)} "
    text = f" {_key(message.text[:_TEXT_READ])} "
    found = []
    for words in catalogue.lures:
        places = [
            place
            for place, value in (("Subject", subject), ("From", sender), ("body", text))
            if any(phrase in value for phrase in words.phrases)
        ]
        if places:
            weight = words.weight if places != ["body"] else words.weight / 2
            found.append(Lure(words.label, weight, tuple(places)))
    return tuple(found)


def _key(text: str) -> str:
    """Text for comparing only: compatibility letters (bold, full width) as plain ones, invisible ones gone."""
    if not text.isascii():
        text = "".join(letter for letter in unicodedata.normalize("NFKC", text) if unicodedata.category(letter) != "Cf")
    return fold(text)


def _payload(message: ParsedMessage, sender: str | None) -> tuple[str, ...]:
    places = []
    if any(_is_sentence_with_link(box.name) for box in message.recipients):
        places.append("the recipient's name in To")
    if _is_sentence_with_link(message.subject or ""):
        places.append("Subject")
    if _greets_with_link(message.text[:_GREETING_READ], sender):
        places.append("the greeting")
    elif _shouts_a_link(message.text[:_TEXT_READ], sender):
        places.append("body")
    return tuple(places)


def _is_sentence_with_link(text: str) -> bool:
    return len(text.split()) >= 4 and bool(_URL.search(text)) and bool(_SHOUT.search(text) or _MONEY.search(text))


def _greets_with_link(text: str, sender: str | None) -> bool:
    greeting = _GREETING.search(text)
    if not greeting:
        return False
    line = text[greeting.end() : greeting.end() + 320].partition("\n\n")[0]
    link = _URL.search(line)
    if not link or _is_own(link[0], sender):
        return False
    before = line[: link.start()]
    return bool(_SHOUT.search(before)) and bool(_MONEY.search(before) or len(before) < 60)


def _shouts_a_link(text: str, sender: str | None) -> bool:
    """An arrow or exclamation straight before a foreign link, and money or a long number in the words before."""
    for link in _URL.finditer(text):
        before = text[max(0, link.start() - 260) : link.start()]
        if _SHOUT.search(before[-12:]) and _MONEY.search(before) and not _is_own(link[0], sender):
            return True
    return False


def _is_own(link: str, sender: str | None) -> bool:
    host = re.sub(r"^[a-z]+://", "", link.lower()).partition("/")[0].partition(":")[0]
    return bool(sender and same_organisation(host, sender))


def _borrowed_brand(name: str, sender: str | None, catalogue: Catalogue) -> str | None:
    domain = registrable_domain(sender) if sender else None
    words = f" {_NO_WORD.sub(' ', _key(name))} "
    for brand, domains in catalogue.brands.items():
        if f" {brand} " in words and domain not in domains:
            return brand
    return None


def _disguised(message: ParsedMessage, name: str) -> tuple[str, ...]:
    found = []
    for place, text in (("Subject", message.subject or ""), ("From", name)):
        if any("\U0001d400" <= letter <= "\U0001d7ff" for letter in text):
            found.append(f"mathematical letters in {place}")
        elif _mixes_scripts(text):
            found.append(f"letters of several scripts in one word of {place}")
    return tuple(found)


def _mixes_scripts(text: str) -> bool:
    if text.isascii():
        return False
    for word in text.split():
        latin = any("a" <= letter <= "z" or "A" <= letter <= "Z" for letter in word)
        other = any("\u0370" <= letter <= "\u052f" for letter in word)
        if latin and other:
            return True
    return False


def _recipient_named(message: ParsedMessage) -> bool:
    """Whether the recipient's address or its local part stands in Subject: somebody typed it into a form."""
    subject = fold(message.subject or "")
    for box in message.recipients[:10]:
        if len(box.local) >= 5 and box.local.lower() in subject:
            return True
    return False


def _unusual_subject(message: ParsedMessage, platform: Platform | None, catalogue: Catalogue) -> bool:
    """A platform that mails fixed templates, and a Subject that is none of them."""
    if not platform or platform.mechanism != "account-verification":
        return False
    subject = fold(message.subject or "")
    usual = next((words.phrases for words in catalogue.mechanisms if words.id == platform.mechanism), ())
    return not any(phrase in subject for phrase in usual)
