"""A stranger's sentence with a link in places that a form fills: the recipient's name, the subject, the greeting.

Measured on real waves: the subject and sender are the innocent organisation's own; what the messages share is such a
sentence, with a link to a host that is not the organisation's, and an arrow, a sum or a long number before it.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from data.domains import same_organisation
from data.model import ParsedMessage

_READ = 2_500
_LINKS_READ = 60
_GREETING_READ = 700
_SENTENCE = 320
_NEAR = 12
_FEWEST_WORDS = 4
_HOST = re.compile(r"(?:[a-z0-9-]{1,40}\.){1,4}[a-z]{2,12}", re.IGNORECASE)
_BREAK = re.compile(r"[\s<>\"'()\[\]]")
_POINTER = re.compile("[\u2190-\u21ff\u2600-\u27bf\u2b00-\u2bff\U0001f300-\U0001faff]|[-=\u2013\u2014]{1,4}>+|>>")
_SUM = re.compile(
    r"[$€£¥₿]\s?\d[\d.,]{2,}|\d[\d.,]{2,20}\s?(?:[$€£¥]|usd|eur|btc|usdt)\b|№|\b\d{8,}\b", re.IGNORECASE
)
_GREETING = re.compile(
    r"\b(?:hi|hello|hey|dear|hallo|hola|olá|oi|bonjour|ciao|salve|beste|liebe[rs]?|guten tag"
    r"|здравствуйте|привет)\b[ ,]",
    re.IGNORECASE,
)
_GREETED_BY = frozenset(
    ("hi", "hello", "hey", "dear", "hallo", "hola", "oi", "bonjour", "ciao", "salve", "beste", "liebe", "lieber",
     "liebes", "guten")
)  # fmt: skip
"""The words of _GREETING that plain ASCII can spell; a text without any is not searched."""
_WORDS = bytes(code if chr(code).isalnum() or chr(code) == "_" else 32 for code in range(128)) + bytes(128)
_FOREIGN_LETTER = re.compile("[A-Za-z][\u0400-\u04ff]|[\u0400-\u04ff][A-Za-z]")


class _Link(NamedTuple):
    start: int
    host: str


def read_payload(message: ParsedMessage, sender: str | None) -> tuple[tuple[str, ...], bool]:
    """(places where such a sentence stands, whether an arrow points at a stranger's link at all).

    `sender` is the host in From.
    """
    places = []
    if any(_is_sentence(box.name) for box in message.recipients[:30]):
        places.append("the recipient's name in To")
    if _is_sentence(message.subject or ""):
        places.append("Subject")
    text = message.text[:_READ]
    links = [link for link in _links(text) if not _is_own(link.host, sender)]
    pointed = [link for link in links if _POINTER.search(text[max(0, link.start - _NEAR) : link.start])]
    if _is_greeted(text, links):
        places.append("the greeting")
    elif any(_is_bait(text[max(0, link.start - _SENTENCE) : link.start]) for link in pointed):
        places.append("the body")
    return tuple(places), bool(pointed)


def _is_sentence(text: str) -> bool:
    if "/" not in text or len(text) < 20:
        return False
    text = text[:1_000]
    if len(text.split()) < _FEWEST_WORDS or not any(True for _ in _links(text)):
        return False
    return bool(_POINTER.search(text) or _SUM.search(text))


def _is_greeted(text: str, links: list[_Link]) -> bool:
    if not links or not _may_greet(text[:_GREETING_READ]):
        return False
    greeting = _GREETING.search(text, 0, _GREETING_READ)
    if not greeting:
        return False
    start = greeting.end()
    for link in links:
        if start <= link.start <= start + _SENTENCE:
            before = text[start : link.start]
            if "\n\n" in before:
                return False
            return bool(_POINTER.search(before)) and (len(before) < 60 or _is_bait(before))
    return False


def _may_greet(text: str) -> bool:
    if not text.isascii():
        return True
    words = text.encode("ascii").lower().translate(_WORDS).decode("ascii").split()
    return not _GREETED_BY.isdisjoint(words)


def _is_bait(text: str) -> bool:
    return bool(_SUM.search(text) or _FOREIGN_LETTER.search(text))


def _links(text: str) -> Iterator[_Link]:
    """Links with or without https://, found by their first slash: cheap, and linear in the text."""
    slash = text.find("/")
    for _ in range(_LINKS_READ):
        if slash < 0:
            return
        head = text[max(0, slash - 80) : slash]
        word = _BREAK.split(head)[-1]
        if text.startswith("//", slash) and word[-6:].lower().endswith(("http:", "https:")):
            host = _HOST.match(text, slash + 2)
            yield _Link(slash - len(word), host[0].lower() if host else "")
        elif _HOST.fullmatch(word):
            yield _Link(slash - len(word), word.lower())
        stop = _BREAK.search(text, slash)
        slash = text.find("/", stop.start()) if stop else -1


def _is_own(host: str, sender: str | None) -> bool:
    return sender is not None and same_organisation(host, sender)
