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
from urllib.parse import unquote

from data.catalogue.redaction import fold

READINGS_LIMIT = 60
DEPTH_LIMIT = 3
LOCAL_LIMIT = 320
"""Characters left of an @ that are taken for one local part: bounce addresses exceed the 64 of RFC 5321."""

_HOST = re.compile(r"(?:[^\W_][\w-]{0,62}\.)+[^\W\d_]{2}[\w-]*|\[[0-9A-Fa-fIPv:.]{3,50}\]")
_OUTSIDE_LOCAL = frozenset('\\"<>()[]{},;:| \t\r\n\f\v\xa0')
_FIRST_IDEOGRAPH = "\u2e80"
_NON_WORD = re.compile(r"[\W_]+")
_PUNCTUATION = bytes(code for code in range(128) if not chr(code).isalnum())
_ESCAPE = re.compile(r"(?:=|\\x|\\u00|&#[xX])([0-9A-Fa-f]{2});?")
_DASHED_ESCAPE = re.compile(r"[-+_!](40|2[Ee]|3[Dd])")
_CODED = re.compile(r"[%=\\&][0-9A-Za-z#]|[-+_!](?:40|2[Ee]|3[Dd])|[A-Za-z0-9+/_-]{8}")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{8,}")
_HEXADECIMAL = re.compile(r"[0-9A-Fa-f]{12,}")
_READABLE = re.compile(r"[^\x00-\x1f\x7f-\x9f]{5,}")
_STANDARD = str.maketrans("-_", "+/")
_AT_SIGNS = str.maketrans("\uff20\ufe6b", "@@")

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_DIGITS = "0123456789"
ALPHABETS = (_LETTERS + _DIGITS + _LETTERS.upper(), _LETTERS + _DIGITS, _LETTERS)
"""Along which letters are shifted: that of Google Forms, and the plain ones without difference of case."""
_TABLES = tuple(
    (
        len(alphabet),
        bytes.maketrans(alphabet.encode(), bytes(range(len(alphabet)))),
        bytes(code for code in range(128) if chr(code) not in alphabet),
    )
    for alphabet in ALPHABETS
)
SHORTEST_SHIFTED = 8
"""Letters and digits an address must have to be looked for in shifted text; fewer would be found by chance."""


def address_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where mail addresses stand in a text, as (start, end), left to right. Linear in the length of the text."""
    text = text.translate(_AT_SIGNS) if not text.isascii() else text
    floor = 0
    at = text.find("@")
    while at >= 0:
        host = _HOST.match(text, at + 1)
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


def may_be_coded(text: str) -> bool:
    """Whether a text holds anything that `readings` could undo."""
    return _CODED.search(text) is not None


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
        for offset in (0, 1):
            digits = run[offset:]
            yield from _readable(bytes.fromhex(digits[: len(digits) // 2 * 2]))
    for run in _BASE64.findall(text):
        # Base64 of an address mixes cases; words of a text do not.
        if run.islower() or run.isupper() or run.istitle() or run.isdigit():
            continue
        plain = run.translate(_STANDARD)
        for offset in range(4):
            yield from _readable(_base64(plain[offset:]))


def _base64(text: str) -> bytes:
    text = text[:-1] if len(text) % 4 == 1 else text
    return binascii.a2b_base64(text + "=" * (-len(text) % 4))


def _readable(data: bytes) -> Iterator[str]:
    if data.count(0) * 3 > len(data):
        data = data.replace(b"\0", b"")
    runs = _READABLE.findall(data.decode("utf-8", "ignore"))
    if runs:
        yield "\n".join(runs)


def outline(text: str) -> str:
    """Letters and digits only, folded: "Maria.Lopez=Example.COM" is "marialopezexamplecom"."""
    folded = fold(text)
    if folded.isascii():
        return folded.encode("ascii").translate(None, _PUNCTUATION).decode("ascii")
    return _NON_WORD.sub("", folded)


def outline_spans(text: str, outlines: Collection[str]) -> list[tuple[int, int]]:
    """Where the given outlines stand in a text, whatever separates their letters; merged, left to right."""
    letters: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        piece = outline(char)
        letters.append(piece)
        places.extend([place] * len(piece))
    line = "".join(letters)
    spans: list[tuple[int, int]] = []
    for wanted in outlines:
        found = line.find(wanted)
        while found >= 0:
            spans.append((places[found], places[found + len(wanted) - 1] + 1))
            found = line.find(wanted, found + len(wanted))
    return merged(spans)


def merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in order, those that touch or overlap as one."""
    done: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if done and start <= done[-1][1]:
            done[-1] = (done[-1][0], max(end, done[-1][1]))
        else:
            done.append((start, end))
    return done


def steps(text: str) -> tuple[bytes, ...]:
    """From letter to letter, how far along each alphabet: the same for a text and for every shift of it."""
    plain = text.encode("ascii", "ignore")
    lower = plain.lower()
    found: list[bytes] = []
    for index, (size, table, others) in enumerate(_TABLES):
        letters = (plain if index == 0 else lower).translate(table, others)
        found.append(bytes((after - before) % size for before, after in zip(letters, letters[1:], strict=False)))
    return tuple(found)
