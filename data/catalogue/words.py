"""Lists of phrases and texts made comparable: letters folded, words apart, so that a phrase is found by whole words.

A phrase that ends in `*` is a stem. Phrases of scripts without blanks between words are found anywhere.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from data.letters import FEW, foreign_letters

_WORD = re.compile(r"\w+")
_WORDS_ONLY = bytes(code if chr(code).isalnum() or chr(code) == "_" else 32 for code in range(128)) + bytes(
    range(128, 256)
)
_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]+")
_FIRST_UNSPACED = "\u2e80"


@dataclass(frozen=True, slots=True)
class Spoken:
    """A text to look phrases up in: folded, its different words, and as it was written."""

    text: str
    words: frozenset[str]
    written: str


@dataclass(frozen=True, slots=True)
class Words:
    """Phrases that show one thing, in one or more languages; `weight` is what finding one is worth.

    `pattern` is what only the letters as written show, such as the sign of a coin.
    """

    id: str
    label: str
    weight: float
    phrases: tuple[str, ...]
    pattern: re.Pattern[str] | None = None


class Lexicon:
    """Several lists of phrases, looked up together: only phrases whose rarest word the text has are compared."""

    def __init__(self, lists: Iterable[Words]) -> None:
        self.lists = tuple(lists)
        self._anywhere: list[tuple[str, str]] = []
        self._patterns = [(words.pattern, words.id) for words in self.lists if words.pattern]
        spaced: dict[tuple[str, str], None] = {}
        for words in self.lists:
            for phrase in words.phrases:
                self._enter(words.id, phrase, spaced)
        self._by_word = _by_rarest_word(spaced)
        self._telling = frozenset(self._by_word)

    def counts(self, spoken: Spoken) -> dict[str, int]:
        """How many different phrases of each list the text holds; lists without any are left out."""
        found: dict[str, int] = {}
        for word in self._telling & spoken.words:
            for phrase, id_ in self._by_word[word]:
                if phrase in spoken.text:
                    found[id_] = found.get(id_, 0) + 1
        if not spoken.text.isascii():
            for phrase, id_ in self._anywhere:
                if phrase in spoken.text:
                    found[id_] = found.get(id_, 0) + 1
        for pattern, id_ in self._patterns:
            if pattern.search(spoken.written):
                found[id_] = found.get(id_, 0) + 1
        return found

    def _enter(self, id_: str, phrase: str, spaced: dict[tuple[str, str], None]) -> None:
        text = speak(phrase.removesuffix("*")).text
        if phrase.endswith("*"):
            self._anywhere.append((text.rstrip(), id_))
        elif any(letter >= _FIRST_UNSPACED for letter in phrase):
            self._anywhere.append((text.strip(), id_))
        else:
            spaced[text, id_] = None


def _by_rarest_word(phrases: Collection[tuple[str, str]]) -> dict[str, list[tuple[str, str]]]:
    """Phrases by that of their words which the fewest of them have and, of several, the longest."""
    having = Counter(word for phrase, _ in phrases for word in set(phrase.split()))
    found: dict[str, list[tuple[str, str]]] = {}
    for phrase, id_ in phrases:
        rarest = min(phrase.split(), key=lambda word: (having[word], -len(word)))
        found.setdefault(rarest, []).append((phrase, id_))
    return found


def plain(text: str) -> str:
    """Text for comparing only: compatibility letters (bold, full width) as plain ones, invisible ones gone."""
    if not text.isascii():
        if any(map(_INVISIBLE.match, foreign_letters(text))):
            text = _INVISIBLE.sub("", text)
        if not unicodedata.is_normalized("NFKC", text):
            text = unicodedata.normalize("NFKC", text)
    return text.casefold()


def speak(text: str) -> Spoken:
    """A text made ready for Lexicon.counts."""
    folded = plain(text)
    if folded.isascii():
        words = folded.encode("ascii").translate(_WORDS_ONLY).decode("ascii").split()
    else:
        words = _words_beyond_ascii(folded)
    return Spoken(f" {' '.join(words)} ", frozenset(words), text)


def _words_beyond_ascii(folded: str) -> list[str]:
    """What `_WORD` finds; signs beyond ASCII are few, and taken out one by one in C."""
    signs = [letter for letter in foreign_letters(folded) if not letter.isalnum()]
    if len(signs) > FEW:
        return _WORD.findall(folded)
    for sign in signs:
        folded = folded.replace(sign, " ")
    return folded.encode("utf-8", "surrogatepass").translate(_WORDS_ONLY).decode("utf-8", "surrogatepass").split()
