"""Lists of phrases and texts made comparable: letters folded, words apart, so that a phrase is found by whole words.

A phrase that ends in `*` is a stem. Phrases of scripts without blanks between words are found anywhere.
"""

import re
import unicodedata
from dataclasses import dataclass, field

_WORD = re.compile(r"\w+")
_FIRST_UNSPACED = "\u2e80"


@dataclass(frozen=True, slots=True)
class Spoken:
    """A text to look phrases up in."""

    text: str
    words: frozenset[str]
    written: str = ""


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
    _spaced: tuple[tuple[str, str], ...] = field(init=False, repr=False)
    _anywhere: tuple[str, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        spaced, anywhere = [], []
        for phrase in self.phrases:
            spoken = speak(phrase.removesuffix("*")).text
            if phrase.endswith("*"):
                anywhere.append(spoken.rstrip())
            elif any(letter >= _FIRST_UNSPACED for letter in phrase):
                anywhere.append(spoken.strip())
            else:
                spaced.append((spoken.split()[0], spoken))
        object.__setattr__(self, "_spaced", tuple(dict.fromkeys(spaced)))
        object.__setattr__(self, "_anywhere", tuple(dict.fromkeys(anywhere)))

    def count_in(self, spoken: Spoken) -> int:
        """How many different phrases the text holds."""
        count = sum(first in spoken.words and phrase in spoken.text for first, phrase in self._spaced)
        if self._anywhere and not spoken.text.isascii():
            count += sum(phrase in spoken.text for phrase in self._anywhere)
        if self.pattern:
            count += bool(self.pattern.search(spoken.written))
        return count


def plain(text: str) -> str:
    """Text for comparing only: compatibility letters (bold, full width) as plain ones, invisible ones gone."""
    if not text.isascii():
        text = "".join(
            letter for letter in unicodedata.normalize("NFKC", text) if unicodedata.category(letter) != "Cf"
        )
    return text.casefold()


def speak(text: str) -> Spoken:
    """A text made ready for Words.count_in."""
    words = _WORD.findall(plain(text))
    return Spoken(f" {' '.join(words)} ", frozenset(words), text)
