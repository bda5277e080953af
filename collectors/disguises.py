"""Addresses in plain sight and in disguise.

Mailers write the recipient into bounce addresses, tracking links and fields of their own: `local=domain`, percent and
quoted-printable escapes, base64 (also of JSON), hexadecimal, letters shifted along an alphabet with the @ left out
(Google Forms), digests. `readings` undoes what can be undone without a key; for a known address `outline` compares
letters and digits only, so that every separator is seen through, and `steps` compares what no shift changes.
"""

import binascii
import html
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

import numpy as np

from data.catalogue.redaction import fold
from data.letters import FEW, LONGEST_REMEMBERED, Remembered, foreign_letters, remembering

READINGS_LIMIT = 60
DEPTH_LIMIT = 3
LOCAL_LIMIT = 320
"""Characters left of an @ that are taken for one local part: bounce addresses exceed the 64 of RFC 5321."""

_HOST = re.compile(r"(?:[^\W_][\w-]{0,62}\.)+[^\W\d_]{2}[\w-]*|\[[0-9A-Fa-fIPv:.]{3,50}\]")
_ANY_HOST = re.compile(_HOST.pattern + r"|[^\W\d_][\w-]{2,62}")
_OUTSIDE_LOCAL = frozenset('\\"<>()[]{},;:| \t\r\n\f\v\xa0')
_ENDS_NO_LOCAL = _OUTSIDE_LOCAL - {'"'} | {""}
_FIRST_IDEOGRAPH = "\u2e80"
_NON_WORD = re.compile(r"[\W_]+")
_PUNCTUATION = bytes(code for code in range(128) if not chr(code).isalnum())
_ESCAPE = re.compile(r"(?:=|\\x|\\u00|&#[xX])([0-9A-Fa-f]{2});?")
_DASHED_ESCAPE = re.compile(r"[-+_!](40|2[Ee]|3[Dd])")
_CODED = re.compile(r"[%=\\&][0-9A-Za-z#]|[-+_!](?:40|2[Ee]|3[Dd])|[A-Za-z0-9+/_-]{8}")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{8,}")
_STANDARD_BASE64 = re.compile(r"[A-Za-z0-9+/]{8,}")
_URL_BASE64 = re.compile(r"[A-Za-z0-9_-]{8,}")
_TEXT_BYTES = bytes({9, 10, 13, *range(0x20, 0x7F), *range(0x80, 0x100)})
_HEXADECIMAL = re.compile(r"[0-9A-Fa-f]{12,}")
_READABLE = re.compile(r"[^\x00-\x1f\x7f-\x9f]{5,}")
_STANDARD = str.maketrans("-_", "+/")
_TOUCHING = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.%+=-")
_AT_SIGNS = str.maketrans("\uff20\ufe6b", "@@")

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_DIGITS = "0123456789"
ALPHABETS = (_LETTERS + _DIGITS + _LETTERS.upper(), _LETTERS)
"""Along which letters are shifted: that of Google Forms, and the plain one without difference of case."""
_TABLES = tuple(
    (
        bytes.maketrans(alphabet.encode(), bytes(range(len(alphabet)))),
        bytes(code for code in range(128) if chr(code) not in alphabet),
        bytes((step if step < 128 else step - 256) % len(alphabet) for step in range(256)),
    )
    for alphabet in ALPHABETS
)
"""Of each alphabet: the place of each letter in it, what is no letter of it, and its step for a difference of two
places in a byte."""
SHORTEST_SHIFTED = 8
"""Letters and digits an address must have to be looked for in shifted text; fewer would be found by chance."""


def address_spans(text: str, *, undotted: bool = False) -> Iterator[tuple[int, int]]:
    """Where mail addresses stand in a text, as (start, end), left to right. Linear in the length of the text.

    With `undotted` also addresses of a host without a dot ("maria@mailhost"), which decoded noise shows by chance.
    """
    pattern = _ANY_HOST if undotted else _HOST
    if "\uff20" in text or "\ufe6b" in text:
        text = text.translate(_AT_SIGNS)
    floor = 0
    at = text.find("@")
    while at >= 0:
        host = pattern.match(text, at + 1) if text[at - 1 : at] not in _ENDS_NO_LOCAL else None
        start = _local_start(text, at, max(floor, at - LOCAL_LIMIT)) if host else at
        if host and start < at:
            yield start, host.end()
            floor = host.end()
        at = text.find("@", max(at + 1, floor))


def _local_start(text: str, at: int, floor: int) -> int:
    if at > floor and text[at - 1] == '"':
        opening = text.rfind('"', floor, at - 1)
        return opening if opening >= 0 else at
    ideographs = at > floor and text[at - 1] >= _FIRST_IDEOGRAPH
    start = at
    while start > floor:
        char = text[start - 1]
        if char in _OUTSIDE_LOCAL or (
            char > "\x7f" and not (char.isalnum() and (char < _FIRST_IDEOGRAPH or ideographs))
        ):
            break
        start -= 1
    while start < at and not text[start].isalnum():
        start += 1
    return start


@dataclass(frozen=True, slots=True)
class Decoded:
    """What a text may be an encoding of, the outlines of all of it (a line each), and what of it has an at sign."""

    texts: tuple[str, ...]
    outlines: str
    addressed: tuple[str, ...]


@remembering(20_000, longest=LONGEST_REMEMBERED)
def decode(text: str) -> Decoded | None:
    """What a text may be an encoding of; None for nearly all texts. Names of fields and servers come again with every
    message."""
    texts = tuple(readings(text))[1:] if _CODED.search(text) and _may_be_coded(text) else ()
    if not texts:
        return None
    return Decoded(texts, "\n".join(map(outline, texts)), tuple(text for text in texts if "@" in text))


def _may_be_coded(text: str) -> bool:
    """Whether `readings` has anything to undo in a text; most words and host names are let go here."""
    if "%" in text or "=" in text or "\\" in text or "&" in text:
        return True
    if _HEXADECIMAL.search(text) or _DASHED_ESCAPE.search(text):
        return True
    return not all(map(_is_word, _BASE64.findall(text)))


def _is_word(run: str) -> bool:
    """Base64 of an address mixes cases; words of a text do not."""
    return run.islower() or run.isupper() or run.istitle() or run.isdigit()


_UNDECODABLE = Remembered(50_000)


def decodable(words: set[str]) -> list[str]:
    """Those of many words that may be an encoding of something; most of them were met in other messages."""
    found: list[str] = []
    for word in words - _UNDECODABLE:
        if decode(word):
            found.append(word)
        else:
            _UNDECODABLE.remember(word)
    return found


def readings(text: str) -> Iterator[str]:
    """The text, and what it may be an encoding of, nearest first; at most READINGS_LIMIT texts."""
    seen = {text}
    level = [text]
    yield text
    for _ in range(DEPTH_LIMIT):
        following: list[str] = []
        for known in level:
            for decoded in _decoded_once(known):
                if decoded not in seen:
                    seen.add(decoded)
                    following.append(decoded)
                    yield decoded
                    if len(seen) >= READINGS_LIMIT:
                        return
        level = following


def _decoded_once(text: str) -> Iterator[str]:
    if "%" in text or "=" in text or "\\" in text or "&" in text:
        yield unquote(_ESCAPE.sub(r"%\1", html.unescape(text) if "&" in text else text))
    if _DASHED_ESCAPE.search(text):
        yield unquote(_DASHED_ESCAPE.sub(r"%\1", text))
    for run in _HEXADECIMAL.findall(text):
        even = len(run) // 2 * 2
        for digits in (run[:even], run[1:] if len(run) % 2 else run[1:-1]):
            if (decoded := _readable(bytes.fromhex(digits))) is not None:
                yield decoded
    for run in _BASE64.findall(text):
        if _is_word(run):
            continue
        # A minus, an underscore or a slash may belong to it or stand between it and something else.
        for piece in {run, *_STANDARD_BASE64.findall(run), *_URL_BASE64.findall(run)}:
            plain = piece.translate(_STANDARD)
            for offset in range(4):
                if (decoded := _readable(_base64(plain[offset:]))) is not None:
                    yield decoded


def _base64(text: str) -> bytes:
    text = text[:-1] if len(text) % 4 == 1 else text
    return binascii.a2b_base64(text + "=" * (-len(text) % 4))


def _readable(data: bytes) -> str | None:
    """Bytes as text where they are text, or where an @ says that there may be an address among them."""
    if b"\0" in data and data.count(0) * 3 > len(data):
        data = data.replace(b"\0", b"")
    if b"@" not in data and (data.translate(None, _TEXT_BYTES) or not _is_utf8(data)):
        return None
    return "\n".join(_READABLE.findall(data.decode("utf-8", "ignore")))


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


@remembering(20_000, longest=LONGEST_REMEMBERED)
def outline(text: str) -> str:
    """Letters and digits only, folded: "Maria.Lopez=Example.COM" is "marialopezexamplecom"."""
    return outline_of_folded(fold(text))


def outline_of_folded(folded: str) -> str:
    """The outline of a text that is folded already."""
    if folded.isascii():
        return folded.encode("ascii").translate(None, _PUNCTUATION).decode("ascii")
    line = folded.encode("utf-8", "surrogatepass").translate(None, _PUNCTUATION).decode("utf-8", "surrogatepass")
    if line.isalnum():
        return line
    signs = [letter for letter in foreign_letters(line) if not letter.isalnum()]
    if len(signs) > FEW:
        return _NON_WORD.sub("", line)
    for sign in signs:
        line = line.replace(sign, "")
    return line


@lru_cache(maxsize=4_000)
def _outline_of(char: str) -> str:
    return outline(char)


def outline_spans(text: str, outlines: Collection[str]) -> list[tuple[int, int]]:
    """Where the given outlines stand in a text, whatever separates their letters; merged, left to right."""
    if text.isascii():
        line, places = outline(text), [place for place, char in enumerate(text) if char.isalnum()]
    else:
        pieces = [_outline_of(char) for char in text]
        line, places = "".join(pieces), [place for place, piece in enumerate(pieces) for _ in piece]
    spans: list[tuple[int, int]] = []
    for wanted in outlines:
        found = line.find(wanted)
        while found >= 0:
            spans.append(_widened(text, places[found], places[found + len(wanted) - 1] + 1))
            found = line.find(wanted, found + len(wanted))
    return merged(spans)


def _widened(text: str, start: int, end: int) -> tuple[int, int]:
    """A span with what is written together with it, so that nothing is masked by half."""
    floor, ceiling = max(0, start - LOCAL_LIMIT), min(len(text), end + LOCAL_LIMIT)
    while start > floor and text[start - 1] in _TOUCHING:
        start -= 1
    while end < ceiling and text[end] in _TOUCHING:
        end += 1
    return start, end


def merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in order, those that touch or overlap as one."""
    done: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if done and start <= done[-1][1]:
            done[-1] = (done[-1][0], max(end, done[-1][1]))
        else:
            done.append((start, end))
    return done


@remembering(20_000, longest=LONGEST_REMEMBERED)
def steps(text: str) -> tuple[bytes, ...]:
    """From letter to letter, how far along each alphabet: the same for a text and for every shift of it."""
    plain = text.encode("ascii", "ignore")
    found: list[bytes] = []
    for letters, (places, others, steps_of) in zip((plain, plain.lower()), _TABLES, strict=True):
        along = np.frombuffer(letters.translate(places, others), dtype=np.uint8)
        found.append((along[1:] - along[:-1]).tobytes().translate(steps_of))
    return tuple(found)
