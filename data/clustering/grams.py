"""Sets of letters in a row, and how alike two of them are."""

import re
from collections.abc import Iterable
from functools import lru_cache
from zlib import crc32

from data.clustering.traces import gram_hashes

GRAM = 3
_SLOT = re.compile(r"<(\w+)>")
_SIGNS = {
    name: chr(0xE000 + place)
    for place, name in enumerate(("recipient", "number", "amount", "date", "url", "email", "id", "sender"))
}
Grams = frozenset[int]


@lru_cache(maxsize=20_000)
def text_grams(key: str) -> Grams:
    """Every 3 letters in a row of a key, a slot counting as one letter."""
    text = _SLOT.sub(lambda match: _SIGNS.get(match[1], ""), key)
    return frozenset(crc32(text[i : i + GRAM].encode("utf-8", "surrogatepass")) for i in range(len(text) - GRAM + 1))


@lru_cache(maxsize=20_000)
def body_grams(key: str) -> Grams:
    """What a body that holds a key's words would show of them, slots left out: see `traces.gram_hashes`."""
    return frozenset(value for part in _SLOT.split(key)[::2] for value in gram_hashes(part).tolist())


@lru_cache(maxsize=20_000)
def letters(key: str) -> int:
    """How many characters of a key stand for themselves."""
    return len(_SLOT.sub("", key))


def alike(one: Grams, other: Grams) -> float:
    """The share of all that two sets hold which both hold (Jaccard), 0 for empty ones."""
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared) if shared else 0.0


def unlike(sets: Iterable[Grams], *, below: float, enough: int) -> bool:
    """Whether as many sets as asked for are all less alike than `below`, taken greedily in the order given."""
    chosen: list[Grams] = []
    for grams in sets:
        if all(alike(grams, other) < below for other in chosen):
            chosen.append(grams)
            if len(chosen) >= enough:
                return True
    return False
