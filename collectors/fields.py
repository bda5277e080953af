"""A header block to its fields. RFC 5322 with the obsolete syntax, and what is left of it in real mail."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from collectors.decoding import decode_guessing, python_charset
from data.letters import remembering
from data.model import HeaderField

ByName = Mapping[str, tuple[str, ...]]
"""Values of each field top to bottom, by lower-case name."""

MAIN_LIMIT = 100
"""Main fields that are read beyond the limit: thousands of others on top must not hide who wrote a message."""
_MAIN = frozenset(
    ("from", "sender", "reply-to", "to", "cc", "subject", "date", "message-id", "in-reply-to", "references",
     "return-path", "content-type", "content-transfer-encoding", "dkim-signature", "authentication-results",
     "auto-submitted", "list-id", "list-post", "list-unsubscribe", "precedence")
)  # fmt: skip
_LF, _CRLF = b"\n\n", b"\n\r\n"
_LINE = 1_000
_FIELD = re.compile(r"^([!-9;-~]{1,120})[ \t]*:([^\n]*(?:\n[ \t][^\n]*)*)", re.MULTILINE)
_BODY_CHARSET = re.compile(r"(?im)^content-type:[^\n]*(?:\n[ \t][^\n]*)*?charset\s*=\s*\"?([\w-]{1,40})")
_PARAMETER = re.compile(r";\s*([^\s=;]{1,80})\s*=\s*(\"(?:[^\"\\]|\\.)*+\"|[^;]*)", re.DOTALL)
_PARAMETERS_READ_AT_MOST = 4_000
_JIS = "\x1b$"


@dataclass(frozen=True, slots=True)
class Header:
    """A header block read: its fields in order, their values by lower-case name, how many lines were no field."""

    fields: tuple[HeaderField, ...]
    by_name: ByName
    strays: int


# Whoever looks for enclosed messages and whoever reads the message then read the same header.
@lru_cache(maxsize=4)
def read_header(block: bytes, limit: int) -> Header:
    """The header of a message, at most `limit` fields of it."""
    fields, strays = read_fields(block, limit)
    return Header(fields, by_name(fields), strays)


def cut_header(raw: bytes, limit: int, start: int = 0) -> tuple[int, int]:
    """(end of the header block, start of the body) of a message that starts at `start`.

    Only an empty line ends a header: RFC 5322 section 4.2 lets a line of spaces fold. Where there is none within
    `limit` bytes, both are the end of what may be read.
    """
    global _last
    kept = _last
    if kept[0] is not raw or kept[1:3] != (limit, start):
        kept = (raw, limit, start, *_cut(raw, limit, start))
        # Sections of a body are asked for once each; the header of the whole, by four stages.
        _last = kept if start == 0 else _last
    return kept[3], kept[4]


_last: tuple[bytes, int, int, int, int] = (b"", 0, 0, 0, 0)


def _cut(raw: bytes, limit: int, start: int) -> tuple[int, int]:
    if raw[start : start + 2] == b"\r\n":
        return start, start + 2
    if raw[start : start + 1] == b"\n":
        return start, start + 1
    end = min(len(raw), start + limit)
    # Two searches for bytes are many times as fast as one regular expression; the likely one bounds the other.
    usual, other = (_CRLF, _LF) if raw[start : start + _LINE].find(b"\r\n") >= 0 else (_LF, _CRLF)
    stop = end
    found: tuple[int, int] = (end, end)
    for mark in (usual, other):
        at = raw.find(mark, start, stop)
        if at >= 0:
            found, stop = (at, at + len(mark)), at + 1
    return found


def read_fields(block: bytes, limit: int) -> tuple[tuple[HeaderField, ...], int]:
    """(the first `limit` header fields and the first MAIN_LIMIT main ones of the rest, how many lines were none).

    Raw bytes are UTF-8 where they can be, else in the charset of the body, else Windows-1252.
    """
    decode = True
    try:
        text = block.decode("utf-8")
        decode = _JIS in text
    except UnicodeDecodeError:
        text = block.decode("latin-1")
    if decode:
        text = text.replace("\r\n", "\n")
    found = _FIELD.findall(text)
    strays = _strays(text, found)
    if len(found) > limit:
        found = found[:limit] + [item for item in found[limit:] if item[0].lower() in _MAIN][:MAIN_LIMIT]
    if decode:
        hint = _charset_hint(text)
        found = [(name, _decoded(value, hint)) for name, value in found]
    return tuple([HeaderField(name, " ".join(value.split())) for name, value in found]), strays


def _strays(text: str, found: list[tuple[str, str]]) -> int:
    """How many lines of a header are in no field."""
    lines = text.rstrip("\r\n").count("\n") + 1
    if lines == len(found) + text.count("\n ") + text.count("\n\t"):
        return 0
    lines = text.replace("\r\n", "\n").rstrip("\n").count("\n") + 1
    return lines - len(found) - sum(value.count("\n") for _, value in found)


def _decoded(value: str, hint: str | None) -> str:
    plain = value.isascii() and _JIS not in value
    return value if plain else decode_guessing(value.encode("latin-1", "replace"), hint)


def _charset_hint(text: str) -> str | None:
    found = _BODY_CHARSET.search(text)
    return python_charset(found[1]) if found else None


def by_name(fields: Iterable[HeaderField]) -> ByName:
    """The fields by lower-case name, in their order."""
    found: dict[str, tuple[str, ...]] = {}
    more: dict[str, list[str]] = {}
    for name, value in fields:
        lower = name.lower()
        if lower not in found:
            found[lower] = (value,)
        elif lower in more:
            more[lower].append(value)
        else:
            more[lower] = [*found[lower], value]
    found.update((name, tuple(values)) for name, values in more.items())
    return found


@remembering(1_000, longest=200)
def read_parameters(value: str) -> tuple[str, Mapping[str, str]]:
    """("text/html", {"charset": "utf-8"}) of a Content-Type value and its kind: lower case, RFC 2231 parts joined."""
    value = value[:_PARAMETERS_READ_AT_MOST]
    head = value.partition(";")[0].partition("(")[0].strip().lower()
    given: dict[str, str] = {}
    for found in _PARAMETER.finditer(value):
        name, star, _ = found[1].lower().partition("*")
        text = found[2].strip()
        if text[:1] == '"':
            text = re.sub(r"\\(.)", r"\1", text.strip('"'))
        if star and text.count("'") >= 2 and name not in given:
            text = text.rpartition("'")[2]
        if star:
            given[name] = given.get(name, "") + text
        else:
            given.setdefault(name, text)
    return head, given
