"""Bait subjects of a text: in quotation marks beside words for mail, or shouted behind "subjects such as"."""

import re
from collections.abc import Iterator

from data.intelligence.model import Mention
from data.intelligence.names import CUES
from data.intelligence.sentences import Quote, Sentence
from data.intelligence.terms import load_terms

_SHOUTED = re.compile(r"(?<![\w-])[A-Z][A-Z0-9'’!?-]*(?:\s(?:[A-Z][A-Z0-9'’!?-]*|\d+)){1,9}[!?]*")
_MAIL = frozenset({"mail", "confirmation", "ticket", "spam", "activation"})
_TRIMMED = " \t.,;:"


def find_subjects(sentences: tuple[Sentence, ...], quotes: tuple[Quote, ...]) -> Iterator[Mention]:
    """Every quoted subject in the order of the text, as it is written."""
    for sentence in sentences:
        cued = bool(load_terms(CUES).find(sentence.text).get("subject_cue"))
        own = [quote for quote in quotes if sentence.start <= quote.start < sentence.end]
        about_mail = bool(own) and bool(_MAIL & set(load_terms().find(sentence.text)))
        for quote in own:
            if (cued or (about_mail and _is_bait(quote.text))) and not _is_term(quote.text):
                yield _mention(quote.text, quote.start, sentence)
        if cued:
            for match in _SHOUTED.finditer(sentence.text):
                start = sentence.start + match.start()
                if len(match[0]) >= 8 and not any(quote.start <= start < quote.end for quote in own):
                    yield _mention(match[0], start, sentence)


def _mention(words: str, start: int, sentence: Sentence) -> Mention:
    name = words.strip(_TRIMMED)
    return Mention("subject", name, None, start, start + len(words), sentence.text)


def _is_bait(words: str) -> bool:
    """Shouting, calling out, or several words: what stands in subjects, not a single quoted notion."""
    letters = [letter for letter in words if letter.isalpha()]
    if not letters:
        return False
    shouted = sum(letter.isupper() for letter in letters) / len(letters) > 0.6 and len(letters) > 5
    return shouted or words.rstrip().endswith(("!", "！")) or 2 <= len(words.split()) <= 14 or letters[0] >= "\u3040"


def _is_term(words: str) -> bool:
    """Whether the quoted words are a name for the abuse itself, such as "relay spam"."""
    found = load_terms().find(words)
    return bool(found.get("relay") and found.get("spam")) and len(words.split()) <= 4
