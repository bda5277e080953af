"""Addresses out of header fields: RFC 5322 with its obsolete forms, and what people and machines write instead."""

import re
from collections.abc import Iterator
from functools import lru_cache

from collectors.decoding import decode_words
from data.model import Mailbox

MAILBOXES_LIMIT = 1_000
"""Mailboxes read from one header field."""
CHARACTERS_LIMIT = 100_000
"""Characters read of one header field."""
_ADDRESS_LIMIT = 500
_SHORT = 1_000

# The local part holds no @ here, else a field of nothing but @ would take quadratic time.
_ADDRESS = r'[^\s"()<>,;:\\\[\]@]+@[^\s"()<>,;:\\\[\]]+'
_SIMPLE = re.compile(rf'(?:"([^"\\]*)"|([^"()<>,;:\\@\[\]]*)) ?<({_ADDRESS})>')
_BARE = re.compile(_ADDRESS)
_TOKEN = re.compile(
    r"=\?[^?]{1,80}\?[bBqQ]\?[^?]*\?=|"  # an encoded word may hold a comma (forbidden, common)
    r'"(?:[^"\\]|\\.)*+"|\\.?|\[[^\[\]\s]{0,300}\]|[^"\\()<>,;:\s\[]+|\s+|.',
    re.DOTALL,
)
_APART = re.compile(r"""[\s<>()\[\],;"']+""")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def read_mailboxes(value: str) -> tuple[Mailbox, ...]:
    """The mailboxes of an address field, at most MAILBOXES_LIMIT; entries without an @ are left out.

    Groups are opened, comments and source routes dropped, encoded words of names decoded. Never raises.
    """
    # From and To are read at several stages.
    return _remembered(value) if len(value) < _SHORT else _read(value)


def _read(value: str) -> tuple[Mailbox, ...]:
    value = " ".join(value[:CHARACTERS_LIMIT].split())
    simple = _SIMPLE.fullmatch(value)
    if simple:
        return (Mailbox(_clean_name(simple[1] or simple[2] or ""), simple[3].lower()),)
    if _BARE.fullmatch(value):
        return (Mailbox("", _clean_address(value)),)
    found = _scan(value)
    if not found and "=?" in value:
        found = _scan(decode_words(value))
    return found


_remembered = lru_cache(maxsize=200)(_read)


def bare_addresses(value: str) -> tuple[str, ...]:
    """Every word with an @ in it, in lower case, of a field that follows no grammar (X-Forwarded-For, "for")."""
    words = (word.strip(".:").lower() for word in _APART.split(value[:CHARACTERS_LIMIT]) if "@" in word)
    words = (word.removeprefix("mailto:").removeprefix("rfc822:") for word in words)
    return tuple(dict.fromkeys(word for word in words if 2 < len(word) <= _ADDRESS_LIMIT))[:MAILBOXES_LIMIT]


def _scan(value: str) -> tuple[Mailbox, ...]:
    boxes: list[Mailbox] = []
    for entry in _entries(value):
        box = _mailbox(entry) if any("@" in piece for piece in entry) else None
        if box and "@" in box.address and 2 < len(box.address) <= _ADDRESS_LIMIT:
            boxes.append(box)
        if len(boxes) >= MAILBOXES_LIMIT:
            break
    return tuple(boxes)


def _entries(value: str) -> Iterator[list[str]]:
    """The tokens of each comma-separated entry; a comment is one token that starts with a parenthesis."""
    grouped = ";" in value
    inside = False
    entry: list[str] = []
    for piece in _with_comments_joined(_TOKEN.findall(value)):
        if piece == "<":
            inside = True
        elif piece == ">":
            inside = False
        elif piece == ":" and grouped and not inside:
            entry = []
            continue
        elif piece == ";" or (piece == "," and not (inside and entry[-1][0] == "@")):
            yield entry
            entry, inside = [], False
            continue
        entry.append(piece)
    yield entry


def _with_comments_joined(pieces: list[str]) -> list[str]:
    """Comments, nested ones too, as one token each; a parenthesis without its partner stays a plain character."""
    opened: list[int] = []
    ends: dict[int, int] = {}
    for index, piece in enumerate(pieces):
        if piece == "(":
            opened.append(index)
        elif piece == ")" and opened:
            ends[opened.pop()] = index
    if not ends:
        return pieces
    joined: list[str] = []
    index = 0
    while index < len(pieces):
        end = ends.get(index, index)
        joined.append("".join(pieces[index : end + 1]))
        index = end + 1
    return joined


def _mailbox(entry: list[str]) -> Mailbox | None:
    comments = [piece[1:-1] for piece in entry if len(piece) > 1 and piece[0] == "("]
    plain = [piece for piece in entry if not (len(piece) > 1 and piece[0] == "(")]
    if "<" in plain:
        start = len(plain) - plain[::-1].index("<")
        end = plain.index(">", start) if ">" in plain[start:] else len(plain)
        address = _joined(plain[start:end])
        if "@" in address:
            name = _clean_name("".join(map(_unquoted, plain[: start - 1]))) or _clean_name(" ".join(comments))
            return Mailbox(name, _clean_address(address))
    return _unbracketed([piece for piece in plain if piece not in {"<", ">"}], comments)


def _unbracketed(plain: list[str], comments: list[str]) -> Mailbox | None:
    """The mailbox of "jo@example.com", "jo@example.com (Jo)", "Jo jo@example.com", "jo @ example.com"."""
    at = next((index for index in range(len(plain) - 1, -1, -1) if "@" in plain[index]), None)
    if at is None:
        return None
    low, high = at, at + 1
    if plain[at][0] == "@" and low >= 2 and plain[low - 1].isspace():
        low -= 1
    if plain[at][-1] == "@" and high + 1 < len(plain) and plain[high].isspace():
        high += 1
    while low > 0 and not plain[low - 1].isspace():
        low -= 1
    while high < len(plain) and not plain[high].isspace():
        high += 1
    name = _clean_name("".join(map(_unquoted, plain[:low] + plain[high:]))) or _clean_name(" ".join(comments))
    return Mailbox(name, _clean_address(_joined(plain[low:high])))


def _joined(pieces: list[str]) -> str:
    return "".join(piece for piece in pieces if not piece.isspace())


def _clean_address(text: str) -> str:
    route, _, rest = text.partition(":")
    if route.startswith("@") and "@" in rest:
        text = rest
    return _without_quotes(text).lower().removeprefix("mailto:").strip(".")


def _without_quotes(text: str) -> str:
    while len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        text = text[1:-1].strip()
    return text


def _unquoted(piece: str) -> str:
    if len(piece) > 1 and piece[0] == '"':
        return _ESCAPED.sub(r"\1", piece[1:-1])
    return piece[1:] if piece[0] == "\\" else piece


def _clean_name(text: str) -> str:
    if "=?" in text:
        text = decode_words(text)
    return _without_quotes(" ".join(text.split()).strip("<> "))
