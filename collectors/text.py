"""The body of a message to readable text and links."""

import re
from dataclasses import dataclass

from collectors.deadline import check_time
from collectors.decoding import decode_charset, python_charset
from collectors.fields import ByName, by_name, cut_header, read_fields
from collectors.markup import link_targets, plain_text
from collectors.parts import Part, read_parts
from data.settings import Settings

LINKS_LIMIT = 300
"""Link targets kept of one message."""
_MARKUP_PER_CHARACTER = 30
"""Bytes of HTML read for a character of text: newsletters carry that much layout."""
_ENOUGH = 20
"""Characters that make a plain alternative worth reading; below, it says "your program shows no HTML"."""

_NOT_READ = {
    "text/calendar", "text/css", "text/csv", "text/directory", "text/javascript", "text/rfc822-headers", "text/rtf",
    "text/vcard", "text/x-amp-html", "text/x-vcard", "text/xml",
}  # fmt: skip

# Not IGNORECASE: the search is then a search for "http", four times as fast.
_URL = re.compile(r"https?://[^\s<>\"'`\\^{|}]{3,2000}")
_SHOWN_URL = re.compile(r">[^<>]{0,2000}?https?://")
_SHOWN_HOST = re.compile(r"https?://([\w.-]{3,253})")
_HOSTS_COMPARED = 64
_TRAILING = ".,;:!?)]}*_>"
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{1,20}:")
_NO_TARGETS = ("cid:", "data:", "javascript:", "about:", "file:")
_META_CHARSET = re.compile(rb"<meta[^<>]{0,300}charset\s*=\s*[\"']?([A-Za-z0-9_-]{2,40})", re.IGNORECASE)
_LOOKS_LIKE_HTML = re.compile(r"\s*<(?:!doctype html|html|head|body|table|div)\b", re.IGNORECASE)
_NO_WIDTH = "\u00ad\u034f\u061c\u180e\u200b\u200c\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff\x1b"
"""Spacers of preview texts, soft hyphens, letters of no width: they hide words from readers of the text."""
_CONTROLS = bytes([*range(9), *range(14, 27), *range(28, 32), 127])
_WIDE_CODES = ("utf-16", "utf16", "utf-32", "utf32", "ucs")


@dataclass(frozen=True, slots=True)
class Body:
    """What a body says: readable text, at most settings.text_limit characters; link targets, at most LINKS_LIMIT."""

    text: str
    links: tuple[str, ...]
    warnings: tuple[str, ...] = ()


def read_text(raw: bytes, body: int, fields: ByName, settings: Settings) -> Body:
    """The text and links of a message whose body starts at `body`.

    Of alternatives the plain one is read where it says something, else the HTML one; that one also where it shows an
    address that the plain one does not, since there are systems that echo a stranger's words in HTML alone. Links
    are the targets of all HTML parts and the URLs of the text. Attachments are left out. Only the beginning of a
    long body is read.
    """
    reader = _Reader(settings)
    tree = read_parts(raw, body, fields, settings.nesting_limit)
    text = reader.gather(tree)
    if not text.strip() and tree.parts:
        text = "\n".join(reader.leaf(part) for part in tree.parts if part.kind.startswith("text/"))
    text = _tidy(text[: settings.text_limit * 2]).strip()[: settings.text_limit]
    for url in _URL.findall(text):
        reader.links.setdefault(url.rstrip(_TRAILING))
    return Body(text, tuple(reader.links)[:LINKS_LIMIT], tuple(reader.warnings))


class _Reader:
    """Gathers the text and links of one message, and stops after a set number of bytes in all."""

    def __init__(self, settings: Settings) -> None:
        self.links: dict[str, None] = {}
        self.warnings: dict[str, None] = {}
        self._settings = settings
        self._shown = ""
        self._bytes_left = settings.text_limit * _MARKUP_PER_CHARACTER * 3 // 2

    def gather(self, part: Part, *, for_links: bool = False) -> str:
        """The text of a part and all inside it; "" where only links are wanted."""
        if not part.parts:
            return self.leaf(part, for_links=for_links)
        if part.kind == "multipart/alternative":
            return self._alternative(part, for_links=for_links)
        texts: list[str] = []
        for inner in part.parts:
            if inner.disposition == "attachment":
                continue
            if inner.kind == "message/rfc822" and not any(texts):
                texts.append(self._enclosed(inner))
            elif sum(map(len, texts)) < self._settings.text_limit:
                texts.append(self.gather(inner, for_links=for_links))
        return "\n\n".join(text for text in texts if text)

    def _alternative(self, part: Part, *, for_links: bool) -> str:
        chosen = ""
        for inner in sorted(part.parts, key=lambda inner: inner.kind != "text/plain"):
            text = self.gather(inner, for_links=for_links or len(chosen) >= _ENOUGH)
            chosen = max(chosen, text.strip(), key=len) if len(chosen) < _ENOUGH else chosen
        if for_links:
            return ""
        shown, self._shown = self._shown, ""
        plain, hosts = chosen.lower(), set(_SHOWN_HOST.findall(shown.lower())[:_HOSTS_COMPARED])
        return chosen if all(host in plain for host in hosts) else shown

    def _enclosed(self, part: Part) -> str:
        """The text of a message that another one wraps, as lists do for senders with a strict DMARC policy."""
        settings = self._settings
        stop, body = cut_header(part.raw, settings.header_limit, part.start)
        fields, _ = read_fields(part.raw[part.start : stop], settings.fields_limit)
        tree = read_parts(part.raw[: part.end], min(body, part.end), by_name(fields), 1)
        return self.gather(tree) if not tree.kind.startswith("message/") else ""

    def leaf(self, part: Part, *, for_links: bool = False) -> str:
        if part.kind.partition("/")[0] not in {"text", "multipart", ""} or part.kind in _NOT_READ:
            return ""
        check_time()
        limit = self._settings.text_limit
        data = part.content(min(limit * _MARKUP_PER_CHARACTER, self._bytes_left)) if self._bytes_left > 0 else b""
        self._bytes_left -= len(data)
        if not part.parameters.get("charset", "").lower().startswith(_WIDE_CODES):
            data = data.translate(None, _CONTROLS)
        charset = part.parameters.get("charset") or _meta_charset(data)
        if charset and not data.isascii() and python_charset(charset) is None:
            self.warnings["The body names a charset that does not exist; its letters were guessed."] = None
        text = decode_charset(data, charset)
        if part.kind != "text/html" and not _LOOKS_LIKE_HTML.match(text):
            return _unwrapped(text[: limit * 2], part)
        for target in link_targets(text, LINKS_LIMIT):
            if _SCHEME.match(target) and not target.lower().startswith(_NO_TARGETS):
                self.links.setdefault(target)
        if not for_links:
            return plain_text(text, limit * 2)
        if _SHOWN_URL.search(text):
            self._shown = plain_text(text, limit * 2).strip()
        return ""


def _meta_charset(data: bytes) -> str | None:
    found = None if data.isascii() else _META_CHARSET.search(data, 0, 5_000)
    return found[1].decode("ascii") if found else None


def _unwrapped(text: str, part: Part) -> str:
    """Lines of format=flowed (RFC 3676) joined again."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if part.parameters.get("format", "").lower() != "flowed":
        return text
    soft = "" if part.parameters.get("delsp", "").lower() == "yes" else " "
    return text.replace("\n-- \n", "\n--\n").replace(" \n", soft)


def _tidy(text: str) -> str:
    """The text with single spaces, at most one empty line together, and nothing that takes no room.

    Chains of str.replace: each halves the runs, which is ten times as fast as one regular expression.
    """
    if not text.isascii():
        for letter in _NO_WIDTH:
            text = text.replace(letter, "")
        text = text.replace("\xa0", " ").replace("\u2028", "\n").replace("\u2029", "\n").replace("\x85", "\n")
    text = text.replace("\x1b", "").replace("\t", " ").replace("\r", " ").replace("\v", "\n").replace("\f", "\n")
    for run, short in (("  ", " "), (" \n", "\n"), ("\n ", "\n"), ("\n\n\n", "\n\n")):
        while run in text:
            text = text.replace(run, short)
    return text
