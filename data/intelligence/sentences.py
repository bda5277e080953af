"""A text cut into sentences, and what in it is quoted."""

import re
from dataclasses import dataclass

_ENDS = re.compile(r"[.!?]+[\"'”’»)\]]*(?=\s)|[。！？]+[」』）]*|\n+")
_ABBREVIATIONS = frozenset({
    "e.g", "i.e", "inc", "ltd", "co", "corp", "mr", "mrs", "dr", "st", "u.s", "u.k", "no", "vol", "vs",
    "approx", "etc", "z.b", "d.h", "u.a", "bzw", "ca", "nr", "dr.", "p.", "ej", "sr", "sra", "art", "p.ej",
    "т.е", "т.д", "г", "рис", "стр", "им", "m.in", "np", "tzw", "itd", "p.ex", "o.a", "bijv",
})  # fmt: skip
_LONGEST = 1_200
_QUOTES = (
    ("“", "”"),
    ("„", "“"),
    ("„", "”"),
    ("«", "»"),
    ("»", "«"),
    ("「", "」"),
    ("『", "』"),
    ('"', '"'),
    ("‘", "’"),
    ("‹", "›"),
)
_LONGEST_QUOTE = 160


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence and where it starts in the text."""

    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Quote:
    """Words between quotation marks; `start` and `end` are those of the words, without the marks."""

    text: str
    start: int
    end: int


def split_sentences(text: str) -> tuple[Sentence, ...]:
    """The sentences of a text in order, none empty; what is longer than 1,200 characters is cut at a blank."""
    quotes = quoted(text)
    found: list[Sentence] = []
    at = 0
    inside = iter(quotes)
    quote = next(inside, None)
    for match in _ENDS.finditer(text):
        while quote and quote.end < match.start():
            quote = next(inside, None)
        if match[0][0] == "." and _is_abbreviation(text, match.start()):
            continue
        if quote and quote.start < match.start() < quote.end and "\n" not in match[0]:
            continue
        found.extend(_pieces(text, at, match.end()))
        at = match.end()
    found.extend(_pieces(text, at, len(text)))
    return tuple(found)


def _is_abbreviation(text: str, stop: int) -> bool:
    before = text[max(0, stop - 12) : stop].replace("(", " ").split()
    if not before:
        return False
    last = before[-1].lower()
    # One letter: an initial ("J. Doe"). Digits: a German ordinal ("18. Januar").
    follows = text[stop + 1 : stop + 3].strip()
    return (
        last in _ABBREVIATIONS
        or (len(last) == 1 and last.isalpha())
        or (last.isdigit() and len(last) <= 2 and follows[:1].isalpha())
    )


def _pieces(text: str, start: int, end: int) -> list[Sentence]:
    pieces: list[Sentence] = []
    while end - start > _LONGEST:
        cut = text.rfind(" ", start + _LONGEST // 2, start + _LONGEST)
        cut = cut if cut > start else start + _LONGEST
        pieces.append(Sentence(text[start:cut], start))
        start = cut
    piece = text[start:end]
    stripped = piece.strip()
    if stripped:
        pieces.append(Sentence(stripped, start + piece.index(stripped)))
    return pieces


def quoted(text: str) -> tuple[Quote, ...]:
    """Everything between quotation marks of any language, at most 160 characters each, none inside another."""
    found: list[Quote] = []
    inward = 0 <= text.find("»") < (text.find("«") if "«" in text else len(text))
    for opening, closing in _QUOTES:
        if opening in "«»" and inward != (opening == "»"):
            continue  # German »so«, elsewhere «so»
        pattern = re.compile(f"{opening}([^{opening}{closing}\n]{{1,{_LONGEST_QUOTE}}}){closing}")
        found.extend(
            Quote(match[1], match.start(1), match.end(1))
            for match in pattern.finditer(text)
            if opening != closing or _opens(text, match.start())
        )
    found.extend(Quote(match[1], match.start(1), match.end(1)) for match in _SINGLE.finditer(text))
    kept: list[Quote] = []
    for quote in sorted(found, key=lambda quote: (quote.start, -quote.end)):
        if not kept or quote.start >= kept[-1].end:
            kept.append(quote)
    return tuple(kept)


_SINGLE = re.compile(r"(?:(?<=[\s(:,])|^)'([^'\n]{2,160})'(?=[\s,.;:)!?]|$)")


def _opens(text: str, at: int) -> bool:
    return at == 0 or not text[at - 1].isalnum()
