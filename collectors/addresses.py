"""Addresses out of header fields: RFC 5322 with its obsolete forms, and what people and machines write instead."""

import re
from collections.abc import Iterator

from collectors.decoding import decode_words
from data.model import Mailbox

MAILBOXES_LIMIT = 1_000
"""Mailboxes read from one header field."""

_SIMPLE = re.compile(r'\s*(?:"([^"\\]*)"|([^"()<>,;:\\@\[\]]*))\s*<\s*([^\s"()<>,;:\\\[\]]+)\s*>\s*')
_BARE = re.compile(r'\s*([^\s"()<>,;:\\\[\]]+@[^\s"()<>,;:\\\[\]]+)\s*')
_TOKEN = re.compile(
    r"=\?[^?\s]{1,60}\?[bBqQ]\?[^?]*\?=|"  # an encoded word may hold a comma (forbidden, common)
    r'"(?:[^"\\]|\\.)*+"|\\.?|\[[^\[\]\s]{0,300}\]|[^"\\()<>,;:\s\[]+|\s+|.',
    re.DOTALL,
)
_PHRASE_NOISE = "\"' \t"


def read_mailboxes(value: str) -> tuple[Mailbox, ...]:
    """The mailboxes of an address field, at most MAILBOXES_LIMIT; entries without an @ are left out.

    Groups are opened, comments and source routes dropped, encoded words of names decoded. Never raises.
    """
    simple = _SIMPLE.fullmatch(value)
    if simple and "@" in simple[3]:
        return (Mailbox(_clean_name(simple[1] or simple[2] or ""), simple[3].lower()),)
    bare = _BARE.fullmatch(value)
    if bare:
        return (Mailbox("", bare[1].lower()),)
    found = _scan(value)
    if not found and "=?" in value:
        found = _scan(decode_words(value))
    return found


def _scan(value: str) -> tuple[Mailbox, ...]:
    boxes: list[Mailbox] = []
    for tokens in _entries(value):
        box = _mailbox(tokens)
        if box:
            boxes.append(box)
        if len(boxes) >= MAILBOXES_LIMIT:
            break
    return tuple(boxes)


def _entries(value: str) -> Iterator[list[str]]:
    """The tokens of each comma-separated entry; a comment is one token that starts with "("."""
    tokens = _with_comments_joined(_TOKEN.findall(value))
    in_angle = False
    grouped = ";" in value
    entry: list[str] = []
    for token in tokens:
        if token == "<":
            in_angle = True
        elif token == ">":
            in_angle = False
        elif token == ":" and grouped and not in_angle and ">" not in entry:
            entry = []
            continue
        elif token in {",", ";"} and not (in_angle and "@" not in entry[-1:]):
            yield entry
            entry, in_angle = [], False
            continue
        entry.append(token)
    yield entry


def _with_comments_joined(tokens: list[str]) -> list[str]:
    """Comments, nested ones too, as one token each; a parenthesis without its partner stays a plain character."""
    opened: list[int] = []
    ends: dict[int, int] = {}
    for index, token in enumerate(tokens):
        if token == "(":
            opened.append(index)
        elif token == ")" and opened:
            ends[opened.pop()] = index
    joined: list[str] = []
    index = 0
    while index < len(tokens):
        end = ends.get(index, index)
        joined.append("".join(tokens[index : end + 1]))
        index = end + 1
    return joined


def _mailbox(tokens: list[str]) -> Mailbox | None:
    comments = [token for token in tokens if len(token) > 1 and token[0] == "("]
    plain = [token for token in tokens if not (len(token) > 1 and token[0] == "(")]
    if "<" in plain:
        start = len(plain) - 1 - plain[::-1].index("<")
        inside = plain[start + 1 :]
        inside = inside[: inside.index(">")] if ">" in inside else inside
        address, name = "".join(inside), "".join(plain[:start])
    else:
        address, name = "".join(plain), " ".join(comment[1:-1] for comment in comments)
    address = "".join(address.rpartition(":")[2].split()) if "[" not in address else "".join(address.split())
    address = address.strip("<>'").lower()
    if "@" not in address:
        return None
    return Mailbox(_clean_name(name), address)


def _clean_name(text: str) -> str:
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = text[1:-1]
    if "\\" in text:
        text = re.sub(r"\\(.)", r"\1", text)
    if "=?" in text:
        text = decode_words(text)
    return " ".join(text.split()).strip(_PHRASE_NOISE)
