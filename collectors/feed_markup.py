"""Feed XML made readable before a parser sees it: no prolog, no entities of its own, no illegal characters, whole."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.entities import html5
from xml.parsers import expat

from collectors.feed_balance import balance, is_excessive
from data.intelligence.model import FeedKind

READ_LIMIT = 4_000_000
"""Characters of a feed that are read: newest entries come first."""
_MARKS_LIMIT = 300_000
"""References and tags, of each: they cost a parser far more time than letters do."""
_LOOSE_LIMIT = 200_000
_ROOT = re.compile(r"<(?:[A-Za-z][\w.-]{0,40}:)?(rss|feed|rdf|channel)(?=[\s>/])", re.IGNORECASE)
_KINDS: dict[str, FeedKind] = {"rss": "rss", "channel": "rss", "feed": "atom", "rdf": "rdf"}
_ENTRY = re.compile(r"<(?:[A-Za-z][\w.-]{0,40}:)?(?:item|entry)(?=[\s>/])", re.IGNORECASE)
_ENTRY_END = re.compile(
    r"</(?:[A-Za-z][\w.-]{0,40}:)?(?:item|entry)\s{0,20}>|<(?:[A-Za-z][\w.-]{0,40}:)?(?:item|entry)(?:\s[^<>]*)?/>",
    re.IGNORECASE,
)
_AMPERSAND = re.compile(r"&(?:(#[xX][0-9a-fA-F]{1,8}|#[0-9]{1,8}|[A-Za-z][A-Za-z0-9]{1,31});)?")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff\ufeff]+")
_PROLOG = re.compile(r"<\?xml[^<>]{0,200}\?>")
_DECLARED = re.compile(rb"""^\s*<\?xml[^<>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body)(?=[\s>])", re.IGNORECASE)
_OWN = frozenset({"amp", "lt", "gt", "quot", "apos"})


@dataclass(frozen=True, slots=True)
class FeedMarkup:
    """Markup that starts with the root element. `sound` is whether it is well-formed, after repair if need be."""

    kind: FeedKind
    text: str
    sound: bool
    warnings: tuple[str, ...]


def declared_encoding(blob: bytes) -> str | None:
    """The encoding that the XML declaration names."""
    match = _DECLARED.match(blob[:1_000].lstrip(b"\xef\xbb\xbf"))
    return match[1].decode("ascii") if match else None


def repair(text: str, limit: int) -> FeedMarkup | None:
    """The feed inside a text, with at most `limit` entries; None where there is no feed."""
    text = _ILLEGAL.sub("", text)
    root = _ROOT.search(text)
    if not root or (root[1].lower() != "rss" and _HTML.search(text, 0, root.start())):
        return None
    warnings: list[str] = []
    before = text[: root.start()].strip()
    if before and not before.startswith("<"):
        warnings.append("Something that is no feed stands before its start; it was left out.")
    kind = _KINDS[root[1].lower()]
    body = _PROLOG.sub("", text[root.start() :]).rstrip()
    short = _cut(body, limit, warnings)
    body = _whole(short, root[0][1:], kind, warnings if len(short) == len(body) else [])
    body = "".join(_readable(body))
    sound = not is_excessive(body) and is_well_formed(body)
    if not sound:
        warnings.append("It is not well-formed XML; what could be recognised was read.")
        body = balance(body)
        sound = is_well_formed(body)
    return FeedMarkup(kind, body if sound else body[:_LOOSE_LIMIT], sound, tuple(warnings))


def is_well_formed(text: str) -> bool:
    """Whether an XML parser with namespaces reads a document to its end."""
    parser = expat.ParserCreate("utf-8", namespace_separator=" ")
    try:
        parser.Parse(text.encode("utf-8", "replace"), True)
    except expat.ExpatError:
        return False
    return True


def _cut(body: str, limit: int, warnings: list[str]) -> str:
    for count, entry in enumerate(_ENTRY.finditer(body, 0, READ_LIMIT)):
        if count >= limit:
            warnings.append(f"It has more than {limit:,} entries; the first {limit:,} were read.")
            return body[: entry.start()]
    end = min(READ_LIMIT, _place(body, "&", _MARKS_LIMIT), _place(body, "<", _MARKS_LIMIT))
    if len(body) > end:
        warnings.append(f"It is very long; the entries in its first {end:,} characters were read.")
    return body[:end]


def _place(body: str, mark: str, number: int) -> int:
    """Where the mark stands for the `number`th time; the length of the body where it stands less often."""
    parts = body.split(mark, number)
    return len(body) - len(parts[-1]) - 1 if len(parts) > number else len(body)


def _whole(body: str, root: str, kind: FeedKind, warnings: list[str]) -> str:
    """The body, if its end is missing, cut behind its last whole entry: half an entry would have half an id."""
    if body[-80:].rstrip("> \t\r\n").lower().endswith("</" + root.lower()):
        return body
    first = _ENTRY.search(body)
    if first is None:
        return body
    end = _last_end(body)
    tail = body[end:]
    if not end or _ENTRY.search(tail):
        warnings.append("It ends in the middle of an entry; the whole entries before it were read.")
    elif tail.strip():
        return body
    else:
        warnings.append("Its end is missing; all of its entries were read.")
    return body[: end or first.start()] + ("</channel>" if kind == "rss" and root != "channel" else "") + f"</{root}>"


def _last_end(body: str) -> int:
    """Where the last whole entry ends, 0 where none does."""
    end = 0
    for closing in _ENTRY_END.finditer(body):
        end = closing.end()
    return end


def _readable(body: str) -> Iterator[str]:
    """References made readable outside CDATA sections; a CDATA section that never ends is closed."""
    at = 0
    while (start := body.find("<![CDATA[", at)) >= 0:
        yield _AMPERSAND.sub(_reference, body[at:start])
        end = body.find("]]>", start)
        if end < 0:
            yield body[start:] + "]]>"
            return
        at = end + 3
        yield body[start:at]
    yield _AMPERSAND.sub(_reference, body[at:])


def _reference(match: re.Match[str]) -> str:
    """A reference that XML knows, the letter an HTML name stands for, or the words themselves."""
    name: str | None = match[1]
    if name is None:
        return "&amp;"
    if name in _OWN:
        return match[0]
    if name.startswith("#"):
        digits = name.removeprefix("#").lower()
        code = int(digits.removeprefix("x"), 16 if digits.startswith("x") else 10)
        return match[0] if _is_legal(code) else "\ufffd"
    letters = html5.get(name + ";")
    return "&amp;" + match[0][1:] if letters is None else "".join(f"&#{ord(letter)};" for letter in letters)


def _is_legal(code: int) -> bool:
    # XML 1.0 section 2.2
    return code in {9, 10, 13} or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or 0x10000 <= code <= 0x10FFFF
