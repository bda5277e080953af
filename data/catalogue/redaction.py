"""Reads and checks redaction.toml: which header fields are kept and how, and the words that tell people apart."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from data.catalogue.checks import read_toml
from data.errors import CatalogueError
from data.letters import FEW, Spelling, foreign_letters

PATH = Path(__file__).with_name("redaction.toml")
WAYS = frozenset(
    ("text", "words", "key", "mailbox", "domain", "minute", "hop", "results", "spf", "signature", "type", "feedback")
)
_ACCENTS = re.compile("[\u0300-\u036f]+")
_SPELLED = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
_SHORT = 40
_UNDECOMPOSED = re.compile("[æœøłđðþı]")
_TABLES = {
    "recipients": ("plain", "encoded"),
    "domains": ("mailbox_providers", "crowds"),
    "addressing": ("salutations", "titles", "honorifics", "anybody", "particles"),
    "words": ("roles", "daemons", "organisation", "bait", "ordinary", "doubtful", "given_names"),
}


@dataclass(frozen=True, eq=False)
class RedactionRules:
    """The allow-list and the word lists; words are folded. `ways` maps field names in lower case to a way to keep."""

    revised: date
    ways: Mapping[str, str]
    plain_recipients: tuple[str, ...]
    encoded_recipients: tuple[str, ...]
    mailbox_providers: frozenset[str]
    crowds: frozenset[str]
    salutations: tuple[str, ...]
    titles: frozenset[str]
    honorifics: tuple[str, ...]
    anybody: frozenset[str]
    particles: frozenset[str]
    roles: frozenset[str]
    daemons: frozenset[str]
    organisation: frozenset[str]
    bait: frozenset[str]
    ordinary: frozenset[str]
    doubtful: frozenset[str]
    given_names: frozenset[str]

    def is_word(self, word: str) -> bool:
        """Whether a folded word names a thing, a role or an organisation rather than a person."""
        return word in self.ordinary or word in self.roles or word in self.organisation or word in self.bait


def fold(text: str) -> str:
    """Text as words are compared: compatibility forms undone, accents off, lower case."""
    if text.isascii():
        return text.lower()
    return _remembered(text) if len(text) < _SHORT else _fold(text)


def _fold(text: str) -> str:
    foreign = foreign_letters(text)
    # Marks that stand apart change their order, so such a text is taken as a whole.
    if len(foreign) > FEW or any(map(unicodedata.combining, foreign)):
        return _fold_whole(text)
    lower = text.encode("utf-8", "surrogatepass").lower().decode("utf-8", "surrogatepass")
    return _SPELLING.respell(lower)


def _fold_whole(text: str) -> str:
    plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", text)).casefold()
    return plain.translate(_SPELLED) if _UNDECOMPOSED.search(plain) else plain


_remembered = lru_cache(maxsize=20_000)(_fold)
_SPELLING = Spelling(_fold_whole)


@lru_cache(maxsize=1)
def redaction_rules(path: Path = PATH) -> RedactionRules:
    """The checked rules, read once. Raises CatalogueError: the file, the table, what to write instead."""
    tables = read_toml(path)
    revised = tables.get("about", {}).get("revised")
    if type(revised) is not date:
        raise CatalogueError(f"{path.name}: about: revised is {revised!r}; write a day such as 2026-11-24.")
    lists = {name: _words(path.name, tables, table, name) for table, names in _TABLES.items() for name in names}
    folded = {name: frozenset(fold(word) for word in words) for name, words in lists.items()}
    return RedactionRules(
        revised=revised,
        ways=_ways(path.name, tables.get("fields", {})),
        plain_recipients=tuple(word.lower() for word in lists["plain"]),
        encoded_recipients=tuple(word.lower() for word in lists["encoded"]),
        salutations=tuple(word.replace("_", " ") for word in lists["salutations"]),
        honorifics=lists["honorifics"],
        **{name: folded[name] for name in (*_TABLES["domains"], "titles", "anybody", "particles", *_TABLES["words"])},
    )


def _ways(file: str, table: dict[str, Any]) -> dict[str, str]:
    strays = set(table) - WAYS
    if strays:
        known = ", ".join(sorted(WAYS))
        raise CatalogueError(f"{file}: fields: {min(strays)!r} is no way to keep a field; write one of {known}.")
    ways: dict[str, str] = {}
    for way in table:
        for name in _words(file, {"fields": table}, "fields", way):
            if ways.setdefault(name.lower(), way) != way:
                raise CatalogueError(f"{file}: fields: {name} stands under {ways[name.lower()]} and {way}; keep one.")
    return ways


def _words(file: str, tables: dict[str, Any], table: str, name: str) -> tuple[str, ...]:
    text = tables.get(table, {}).get(name)
    if not isinstance(text, str) or not text.strip():
        raise CatalogueError(f"{file}: {table}: {name} is {text!r}; write words separated by white space.")
    return tuple(dict.fromkeys(text.split()))
