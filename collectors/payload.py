"""A stranger's sentence with a link in places that a form fills: the recipient's name, the subject, the greeting.

Measured on real waves: the subject and sender are the innocent organisation's own; what the messages share is such a
sentence, with a link to a host that is not the organisation's, and an arrow, a sum or a long number before it.
"""

import re

from data.domains import same_organisation
from data.model import ParsedMessage

_READ = 2_500
_GREETING_READ = 700
_SENTENCE = 320
_WORDS = 4
_LINK = re.compile(
    r"(?:https?://|www\.)[^\s<>\"')\]]{4,300}|\b(?:[a-z0-9-]{1,40}\.){1,3}[a-z]{2,12}/[\w?=&%./-]{2,200}",
    re.IGNORECASE,
)
_POINTER = re.compile("[\u2190-\u21ff\u2600-\u27bf\u2b00-\u2bff\U0001f300-\U0001faff]|[-=\u2013\u2014]+>+|>>")
_SUM = re.compile(r"[$€£¥₿]\s?\d[\d.,]{2,}|\d[\d.,]{2,}\s?(?:[$€£¥]|usd|eur|btc|usdt)\b|№|\b\d{8,}\b", re.IGNORECASE)
_GREETING = re.compile(
    r"\b(?:hi|hello|hey|dear|hallo|hola|olá|oi|bonjour|ciao|salve|beste|liebe[rs]?|guten tag|здравствуйте|привет)\b[ ,]",
    re.IGNORECASE,
)
_FOREIGN_LETTER = re.compile("[A-Za-z][\u0400-\u04ff]|[\u0400-\u04ff][A-Za-z]")


def read_payload(message: ParsedMessage, sender: str | None) -> tuple[str, ...]:
    """The places where such a sentence stands, in an analyst's words. `sender` is the host in From."""
    places = []
    if any(_is_sentence(box.name) for box in message.recipients[:30]):
        places.append("the recipient's name in To")
    if _is_sentence(message.subject or ""):
        places.append("Subject")
    if _is_greeted(message.text[:_GREETING_READ], sender):
        places.append("the greeting")
    elif _is_pointed_at(message.text[:_READ], sender):
        places.append("the body")
    return tuple(places)


def points_at_a_link(message: ParsedMessage, sender: str | None) -> bool:
    """Whether an arrow or picture stands straight before a link that is not the sender's."""
    text = message.text[:_READ]
    for link in _LINK.finditer(text):
        if _POINTER.search(text[max(0, link.start() - 6) : link.start()]) and not _is_own(link[0], sender):
            return True
    return False


def _is_sentence(text: str) -> bool:
    text = text[:1_000]
    if len(text) < 20 or len(text.split()) < _WORDS:
        return False
    return bool(_LINK.search(text)) and bool(_POINTER.search(text) or _SUM.search(text))


def _is_greeted(text: str, sender: str | None) -> bool:
    greeting = _GREETING.search(text)
    if not greeting:
        return False
    line = text[greeting.end() : greeting.end() + _SENTENCE].partition("\n\n")[0]
    link = _LINK.search(line)
    if not link or _is_own(link[0], sender):
        return False
    before = line[: link.start()]
    return bool(_POINTER.search(before)) and (len(before) < 60 or _is_bait(before))


def _is_pointed_at(text: str, sender: str | None) -> bool:
    """An arrow straight before a link that is not the sender's, and bait in the words before."""
    for link in _LINK.finditer(text):
        before = text[max(0, link.start() - _SENTENCE) : link.start()]
        if _POINTER.search(before[-12:]) and _is_bait(before) and not _is_own(link[0], sender):
            return True
    return False


def _is_bait(text: str) -> bool:
    return bool(_SUM.search(text) or _FOREIGN_LETTER.search(text))


def _is_own(link: str, sender: str | None) -> bool:
    host = link.lower().removeprefix("https://").removeprefix("http://").partition("/")[0].partition(":")[0]
    return bool(sender) and same_organisation(host, sender or "")
