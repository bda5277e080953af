"""Finds phrases in a text: every notion with the places where it stands, in time linear in the text."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from data.errors import CatalogueError

FILE = Path(__file__).with_name("terms.toml")
_WORD = re.compile(r"\w+")
_UNSPACED = re.compile("[\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\uff00-\uffef]")
_MOST_PLACES = 400


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text, folded for comparing, and where it stands."""

    folded: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a phrase stands."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Phrase:
    """The words of a phrase, a stem each where `stems` says so, and the notion it shows."""

    notion: str
    words: tuple[str, ...]
    stems: tuple[bool, ...]

    def fits(self, words: list[Word], at: int) -> bool:
        if at + len(self.words) > len(words):
            return False
        for place, (wanted, stem) in enumerate(zip(self.words, self.stems, strict=True), at):
            found = words[place].folded
            if not (found.startswith(wanted) if stem else found == wanted):
                return False
        return True


@dataclass(frozen=True)
class Terms:
    """Phrases by their first word or the start of it, and those that are found anywhere."""

    notions: frozenset[str]
    exact: Mapping[str, tuple[Phrase, ...]] = field(repr=False)
    stems: Mapping[str, tuple[Phrase, ...]] = field(repr=False)
    anywhere: Mapping[str, re.Pattern[str]] = field(repr=False)

    def find(self, text: str) -> dict[str, tuple[Place, ...]]:
        """Every notion of the text and its places in order, at most 400 each."""
        words = [Word(match[0].casefold(), match.start(), match.end()) for match in _WORD.finditer(text)]
        found: dict[str, list[Place]] = defaultdict(list)
        for at, word in enumerate(words):
            for phrase in self._starting_with(word.folded):
                if len(found[phrase.notion]) < _MOST_PLACES and phrase.fits(words, at):
                    found[phrase.notion].append(Place(word.start, words[at + len(phrase.words) - 1].end))
        if _UNSPACED.search(text):
            for notion, pattern in self.anywhere.items():
                matches = (Place(match.start(), match.end()) for match in pattern.finditer(text))
                found[notion].extend(place for _, place in zip(range(_MOST_PLACES), matches, strict=False))
        return {
            notion: tuple(sorted(places, key=lambda place: place.start)) for notion, places in found.items() if places
        }

    def stem_of(self, word: str, notions: Iterable[str]) -> int:
        """How many letters of a single word a phrase of these notions fixes; 0 where none is that word."""
        folded = word.casefold()
        wanted = frozenset(notions)
        fitting = (
            phrase for phrase in self._starting_with(folded) if len(phrase.words) == 1 and phrase.notion in wanted
        )
        return max((len(phrase.words[0]) for phrase in fitting), default=0)

    def _starting_with(self, word: str) -> Iterable[Phrase]:
        yield from self.exact.get(word, ())
        for length in range(2, min(len(word), 24) + 1):
            yield from self.stems.get(word[:length], ())


@lru_cache(maxsize=8)
def load_terms(file: Path = FILE) -> Terms:
    """The words of a file, read once. Raises CatalogueError for a table that is not notion.language = [phrases]."""
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    for notion, languages in table.items():
        for language, texts in languages.items():
            if not isinstance(texts, list) or not all(isinstance(text, str) and text.strip() for text in texts):
                raise CatalogueError(
                    f"{file.name}: {notion}.{language} is no list of phrases; write one in brackets."
                )
    return build_terms({notion: [text for texts in table[notion].values() for text in texts] for notion in table})


def build_terms(notions: Mapping[str, Iterable[str]]) -> Terms:
    """Phrases made ready to be found. `*` at the end of a word makes it a stem."""
    phrases: list[Phrase] = []
    anywhere: dict[str, list[str]] = defaultdict(list)
    for notion, texts in notions.items():
        for text in texts:
            if _UNSPACED.search(text):
                anywhere[notion].append(text.rstrip("*"))
            else:
                phrases.append(_phrase(notion, text))
    return Terms(
        frozenset(notions),
        _by_start(phrase for phrase in phrases if not phrase.stems[0]),
        _by_start(phrase for phrase in phrases if phrase.stems[0]),
        {notion: _any_of(texts) for notion, texts in anywhere.items()},
    )


def _any_of(texts: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(texts, key=len, reverse=True))))


def _phrase(notion: str, text: str) -> Phrase:
    parts = re.findall(r"(\w+)(\*?)", text)
    return Phrase(notion, tuple(word.casefold() for word, _ in parts), tuple(bool(star) for _, star in parts))


def _by_start(phrases: Iterable[Phrase]) -> dict[str, tuple[Phrase, ...]]:
    found: dict[str, dict[Phrase, None]] = defaultdict(dict)
    for phrase in phrases:
        found[phrase.words[0]][phrase] = None
    return {start: tuple(group) for start, group in found.items()}
