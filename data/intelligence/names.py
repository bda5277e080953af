"""Names of organisations as they are written: capitalised runs of words, official bodies, and lists of either."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from data.intelligence.terms import load_terms

CUES = Path(__file__).with_name("cues.toml")
_NOT_NAMES = Path(__file__).with_name("not_names.toml")
_LETTERS = "0-9A-Za-zªºÀ-ɏͰ-Ͽ\u0400-\u04ff"
_TOKEN = re.compile(
    rf"[{_LETTERS}]+(?:[’'.&+@_-][{_LETTERS}]+)*(?:[!+](?=[\s,;:)]|$))?|[\u30a1-\u30fa\u30fc・]+|[\u3041-\u309f]+|[\u3400-\u9fff々]+|[\uac00-\ud7a3]+|[^\s]"
)
_POSSESSIVE = re.compile(r"(?<=\w)(?:['’]s|(?<=s)['’])$")
_APOSTROPHE = re.compile(r"^(?:[dlnscjmtDLNSCJMT]|[Qq]u|dell|all|nell|dall|sull|un)['’](?=\w)")
_JOINS = frozenset({"of", "for", "&"})
_LATIN_JOINS = frozenset({"de", "do", "da", "del", "di", "du", "des", "dos", "das", "della", "von", "van"})
_BODY_JOINS = frozenset(
    "of for & the de del della dei delle degli di du des d la le les el los las do da dos das der für van".split()  # noqa: SIM905
)
_ARTICLES = frozenset(
    "the a an le la les l el los las lo il gli i der die das den dem des o os as het de d' du dem das der the".split()  # noqa: SIM905
)
_CONJUNCTIONS = frozenset({
    "and", "or", "und", "oder", "sowie", "y", "e", "o", "u", "et", "ou", "ainsi", "ed", "en", "of", "i", "oraz",
    "или", "и", "а", "dan", "atau", "as", "&", "plus",
})  # fmt: skip
_SEPARATORS = frozenset(",;/、，•·|")
_JAPANESE_JOINS = frozenset({"や", "と", "および", "及び", "または"})
DESK_WORDS = frozenset(
    {"support", "team", "teams", "help", "desk", "helpdesk", "service", "soporte", "assistance", "kundendienst"}
)
"""Words that may follow the name of an organisation without being part of it."""
_LONGEST_NAME = 7
_LONGEST_LIST = 40


@dataclass(frozen=True, slots=True)
class Token:
    """One word or sign of a sentence. `possessive` where "'s" was cut off its end."""

    text: str
    start: int
    end: int
    possessive: bool = False

    @property
    def lower(self) -> str:
        return self.text.casefold()


@dataclass(frozen=True, slots=True)
class Name:
    """A name and where it stands; `first` and `behind` are its first token and the one behind its last."""

    text: str
    start: int
    end: int
    first: int
    behind: int
    possessive: bool = False


def tokenize(text: str) -> list[Token]:
    """Words, numbers and signs of a sentence; Latin words apart from the Japanese around them."""
    tokens: list[Token] = []
    for match in _TOKEN.finditer(text):
        word, start = match[0], match.start()
        elided = _APOSTROPHE.match(word)
        if elided:
            tokens.append(Token(word[: elided.end()], start, start + elided.end()))
            word, start = word[elided.end() :], start + elided.end()
        owner = _POSSESSIVE.search(word)
        tokens.append(Token(word[: owner.start()] if owner else word, start, match.end(), bool(owner)))
    return tokens


@lru_cache(maxsize=1)
def _lists() -> dict[str, frozenset[str]]:
    lists = tomllib.loads(_NOT_NAMES.read_text(encoding="utf-8"))
    return {kind: frozenset(name.casefold() for name in names) for kind, names in lists.items()}


@lru_cache(maxsize=1)
def not_names() -> frozenset[str]:
    """Capitalised words that are no organisation that could be abused, in lower case."""
    return frozenset().union(*(names for kind, names in _lists().items() if kind != "given"))


def acronyms() -> frozenset[str]:
    """Short words in capitals that are no names by themselves and may be a part of one, in lower case."""
    return _lists()["acronyms"]


def given_names() -> frozenset[str]:
    """First names of persons, in lower case."""
    return _lists()["given"]


def observers() -> frozenset[str]:
    """Who reports on, studies or fights abuse, in lower case."""
    return _lists()["observers"]


def looks_like_name(token: Token) -> bool:
    """A word that starts with, or holds, a capital letter ("NordVPN", "eBay", "2K"), or a run of katakana."""
    text = token.text
    if "\u30a1" <= text[0] <= "\u30fc":
        return len(text) >= 3
    if not text[0].isalnum() or "@" in text or text[-1] in "'’":
        return False
    return text[0].isupper() or any(letter.isupper() for letter in text[1:])


def read_name(text: str, tokens: list[Token], at: int) -> Name | None:
    """The longest name that starts at a token, or None."""
    if at >= len(tokens):
        return None
    body = _read_body(text, tokens, at)
    if body:
        return body
    end = at
    if (
        tokens[at].text.isdigit()
        and _joined(text, tokens, at)
        and at + 1 < len(tokens)
        and looks_like_name(tokens[at + 1])
    ):
        end = at + 1  # a number that begins a name
    if not looks_like_name(tokens[end]):
        return None
    while end - at < _LONGEST_NAME and not tokens[end].possessive and _joined(text, tokens, end):
        following = tokens[end + 1]
        if looks_like_name(following) or (following.text.isdigit() and len(following.text) <= 4):
            end += 1
        elif _joins(tokens, at, end) and _joined(text, tokens, end + 1) and looks_like_name(tokens[end + 2]):
            end += 2
        else:
            break
    return _name(text, tokens, at, end + 1)


def _joins(tokens: list[Token], at: int, end: int) -> bool:
    """Whether the word behind a name joins it to the next: "Bank of America", "Jogos do Vale"."""
    word = tokens[end + 1].lower if end + 2 < len(tokens) else ""
    if word in _LATIN_JOINS:
        return (
            at == end
            and tokens[at].text[0].isupper()
            and tokens[at].lower not in not_names()
            and tokens[at].text[1:].islower()
        )
    return word in _JOINS


def _read_body(text: str, tokens: list[Token], at: int) -> Name | None:
    """An official body in any language: its noun, joining words, and at least one capitalised word behind it."""
    if tokens[at].lower not in _institutions():
        return None
    end, capital = at, 0
    while end - at < 10 and _joined(text, tokens, end):
        following = tokens[end + 1]
        if looks_like_name(following) and following.lower not in not_names():
            end, capital = end + 1, capital + 1
        elif (
            following.lower.strip("'’") in _BODY_JOINS
            or following.text[0].isupper()
            or (
                (end == at or tokens[end].lower.strip("'’") in _BODY_JOINS)
                and following.lower.isalpha()
                and following.lower not in _institutions()
            )
        ):
            end += 1
        else:
            break
    while end > at and not looks_like_name(tokens[end]) and (tokens[end].lower.strip("'’") in _BODY_JOINS):
        end -= 1
    names = [token for token in tokens[at + 1 : end + 1] if token.text[0].isupper()]
    return _name(text, tokens, at, end + 1) if names else None


@lru_cache(maxsize=1)
def _institutions() -> frozenset[str]:
    terms = load_terms(CUES)
    return frozenset(
        phrase.words[0] for group in terms.exact.values() for phrase in group if phrase.notion == "institution"
    )


def _joined(text: str, tokens: list[Token], at: int) -> bool:
    """Whether a token and the next stand apart by one blank, or by nothing after an elided article."""
    if at + 1 >= len(tokens):
        return False
    between = text[tokens[at].end : tokens[at + 1].start]
    return between in {" ", "\u00a0"} or (between == "" and tokens[at].text[-1:] in "'’")


def _name(text: str, tokens: list[Token], first: int, behind: int) -> Name:
    last = tokens[behind - 1]
    end = last.start + len(last.text)
    return Name(text[tokens[first].start : end], tokens[first].start, end, first, behind, last.possessive)


def read_list(text: str, tokens: list[Token], at: int) -> tuple[Name, ...]:
    """The names of an enumeration that starts at a token ("A, the B, several banks and C"), without generic items."""
    found: list[Name] = []
    for _ in range(_LONGEST_LIST):
        at = skip_articles(tokens, at)
        name = read_name(text, tokens, at)
        if name:
            found.append(name)
            at = _behind_brackets(tokens, name.behind)
        else:
            at = _behind_generic(tokens, at)
        behind = _behind_separator(tokens, at)
        if behind is None:
            break
        at = behind
    return tuple(found)


def skip_articles(tokens: list[Token], at: int) -> int:
    """Behind articles and opening quotation marks; a capital The within a sentence belongs to the name."""
    while at < len(tokens) and (
        (tokens[at].text in _ARTICLES or (at == 0 and tokens[at].lower in _ARTICLES))
        or tokens[at].text in "«“„\"'‘「*"
        or tokens[at].lower.rstrip("'’") in {"l", "d"}
    ):
        at += 1
    return at


def _behind_brackets(tokens: list[Token], at: int) -> int:
    """Behind a closing quotation mark, the words for a desk, or a remark in brackets that follow a name."""
    for _ in range(2):
        if at < len(tokens) and tokens[at].lower in DESK_WORDS:
            at += 1
    while at < len(tokens) and tokens[at].text in "»”“\"'’」*":
        at += 1
    if at < len(tokens) and tokens[at].text == "(":
        for end in range(at, min(at + 14, len(tokens))):
            if tokens[end].text == ")":
                return end + 1
    return at


def _behind_generic(tokens: list[Token], at: int) -> int:
    """Behind an item that is no name: at most seven words of which none is a separator."""
    for end in range(at, min(at + 8, len(tokens))):
        if tokens[end].text in _SEPARATORS or (end > at and tokens[end].lower in _CONJUNCTIONS):
            return end
        if not tokens[end].text[0].isalnum() and tokens[end].text not in "-–'’":
            return at
    return at


def _behind_separator(tokens: list[Token], at: int) -> int | None:
    """Behind commas and conjunctions; None where there is none and the enumeration ends."""
    start = at
    while at < len(tokens) and (
        tokens[at].text in _SEPARATORS or tokens[at].lower in _CONJUNCTIONS or tokens[at].text in _JAPANESE_JOINS
    ):
        at += 1
    if at == start or at >= len(tokens):
        return None
    for phrase in (("well", "as"), ("que",), ("como",), ("along", "with")):
        if tuple(token.lower for token in tokens[at : at + len(phrase)]) == phrase:
            at += len(phrase)
    return at


def all_names(text: str, tokens: list[Token]) -> Iterator[Name]:
    """Every name of a sentence, from left to right, none inside another."""
    at = 0
    while at < len(tokens):
        heads = at + 1 < len(tokens) and tokens[at + 1].lower == "of"
        ordinary = tokens[at].lower != "the" and tokens[at].lower in not_names() and not heads
        name = None if ordinary else read_name(text, tokens, at)
        if name:
            yield name
            at = name.behind
        else:
            at += 1
