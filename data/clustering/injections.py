"""A stranger's sentence in a body: what stands before a link that is not the sending organisation's.

Measured on real waves: nothing but this sentence is common to the messages, and it may stand in the middle of a line
of the organisation's own ("Hi <sentence>, thanks for ..."). An arrow or another sign before the link gives it away.
"""

import re

from data.clustering.folding import fold
from data.domains import same_organisation
from data.letters import foreign_letters

READ = 4_000
LINKS = 40
WINDOW = 220
NEAR = 14
FOUND = 2
_LINK = re.compile(r"(?:https?://)?((?:[\w-]{1,40}\.){1,4}[a-z]{2,12})(?=/)[^\s<>\"\[\]]{1,500}", re.IGNORECASE)
_POINTER = re.compile("[\u2190-\u21ff\u2600-\u27bf\u2b00-\u2bff\U0001f300-\U0001faff]|[-=\u2013\u2014]{1,4}>+|>>")
_PARAGRAPH = re.compile(r"\n\s*\n")
_GREETING = re.compile(
    r"^\s*(?:hi|hello|hey|dear|hallo|hola|ola|oi|bonjour|ciao|salve|beste|lieber?|guten tag)\b[\s,]*", re.IGNORECASE
)


def injected_sentences(text: str, abused_domain: str | None) -> tuple[str, ...]:
    """The sentences, each with its link, at most 2; raw text, for keys only."""
    found: list[str] = []
    text = text[:READ]
    if not _may_point(text):
        return ()
    for number, link in enumerate(_LINK.finditer(text)):
        if number == LINKS or len(found) == FOUND:
            break
        if abused_domain and same_organisation(fold(link[1]), abused_domain):
            continue
        if not _POINTER.search(text, max(0, link.start() - NEAR), link.start()):
            continue
        before = _PARAGRAPH.split(text[max(0, link.start() - WINDOW) : link.start()])[-1]
        sentence = _GREETING.sub("", before) + link[0]
        if sentence not in found:
            found.append(sentence)
    return tuple(found)


def _may_point(text: str) -> bool:
    """Whether a sign that points stands in a text; nearly always none does, and its links need not be looked for."""
    if ">>" in text or "->" in text or "=>" in text:
        return True
    return not text.isascii() and any(
        letter in "\u2013\u2014" or _POINTER.match(letter) for letter in foreign_letters(text)
    )
