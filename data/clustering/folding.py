"""Text as a matching key sees it: decorations off, look-alike letters alike. Never shown to anybody.

Genuine Cyrillic or Greek comes out half folded, which does no harm to a key: equal texts stay equal.
"""

import tomllib
import unicodedata
from functools import cache
from importlib.resources import files

from data.letters import Spelling

# Formats (zero-width characters among them), marks, private, unassigned and lone surrogates carry no letter.
_DROPPED = frozenset({"Cf", "Mn", "Me", "Co", "Cn", "Cs"})
# Beside a letter that is not ASCII, control characters separate words; bytes beyond ASCII stay as they are.
_ASCII_FOLDED = bytes([*b" " * 32, *bytes(range(32, 127)).lower(), *b" ", *range(128, 256)])
_SAME_INSIDE_WORDS = str.maketrans("i1|0345789@$!", "llloeastbgasl")
_SQUEEZED = bytes.maketrans(b"i1|0345789@$!", b"llloeastbgasl")
_NO_LETTERS = bytes(code for code in range(128) if not chr(code).translate(_SAME_INSIDE_WORDS).isalnum())


@cache
def _confusables() -> dict[str, str]:
    table = tomllib.loads(files("data.clustering").joinpath("confusables.toml").read_text(encoding="utf-8"))
    pairs: dict[str, str] = {}
    for line in table["pairs"].values():
        words = line.split()
        pairs.update(zip(words[::2], words[1::2], strict=True))
    return pairs


def _fold_character(character: str) -> str:
    table = _confusables()
    if character in table:
        return table[character]
    kept = [c for c in unicodedata.normalize("NFKD", character) if unicodedata.category(c) not in _DROPPED]
    folded = "".join(table.get(c, c) for c in kept).casefold()
    # A control character separates words; casefold may bring new marks (the dot of a Turkish İ).
    return "".join(" " if c < " " or c == "\x7f" else c for c in folded if unicodedata.category(c) not in _DROPPED)


_SPELLING = Spelling(_fold_character)


def fold(text: str) -> str:
    """Text with look-alike letters alike, without zero-width characters and marks, in lower case."""
    if text.isascii():
        return text.lower()
    plain = text.encode("utf-8", "surrogatepass").translate(_ASCII_FOLDED).decode("utf-8", "surrogatepass")
    return _SPELLING.respell(plain)


def fold_with_places(text: str) -> tuple[str, list[int]]:
    """`fold`, and the index of the character in `text` that each folded character came from."""
    if text.isascii():
        return text.lower(), list(range(len(text)))
    folded: list[str] = []
    places: list[int] = []
    for index, character in enumerate(text):
        for new in _SPELLING[character]:
            folded.append(new)
            places.append(index)
    return "".join(folded), places


def squeeze(folded: str) -> str:
    """Folded words without spaces and punctuation, with i, l, 1 and | alike, o and 0, and further digits and signs
    that stand for letters. Only for words that hold a letter."""
    plain = folded.encode("utf-8", "surrogatepass").translate(_SQUEEZED, _NO_LETTERS).decode("utf-8", "surrogatepass")
    return plain if plain.isalnum() else "".join(filter(str.isalnum, plain))
