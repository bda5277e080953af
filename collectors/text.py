"""The body of a message to readable text and links."""

import re

from collectors.decoding import decode_charset
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
_TRAILING = ".,;:!?)]}*_>"
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{1,20}:")
_NO_TARGETS = ("cid:", "data:", "javascript:", "about:", "file:")
_META_CHARSET = re.compile(rb"<meta[^<>]{0,300}charset\s*=\s*[\"']?([A-Za-z0-9_-]{2,40})", re.IGNORECASE)
_LOOKS_LIKE_HTML = re.compile(r"\s*<(?:!doctype html|html|head|body|table|div)\b", re.IGNORECASE)
# Spacers of preview texts, soft hyphens and letters of no width: they hide words from readers of the text.
_NO_WIDTH = re.compile("[\u00ad\u034f\u061c\u180e\u200b\u200c\u200e\u200f\u2060-\u2064\ufeff]+")
_CONTROLS = {**dict.fromkeys([*range(9), *range(14, 32), 127]), 0x2028: "\n", 0x2029: "\n"}
_SPACES = re.compile(r"[^\S\n]{2,}|[^\S\n ]")
_BLANK_LINES = re.compile(r"\n{3,}")


def read_text(raw: bytes, body: int, fields: ByName, settings: Settings) -> tuple[str, tuple[str, ...]]:
    """(readable text, at most settings.text_limit characters; link targets, at most LINKS_LIMIT) of a message whose
    body starts at `body`.

    Of alternatives the plain one is read where it says something, else the HTML one. Links are the targets of all
    HTML parts and the URLs of the text. Attachments are left out. Only the beginning of a long body is read.
    """
    reader = _Reader(settings)
    tree = read_parts(raw, body, fields, settings.nesting_limit)
    text = reader.gather(tree)
    if not text.strip() and tree.parts:
        text = "\n".join(reader.leaf(part) for part in tree.parts if part.kind.startswith("text/"))
    text = _tidy(text[: settings.text_limit * 2]).strip()[: settings.text_limit]
    for url in _URL.findall(text):
        reader.links.setdefault(url.rstrip(_TRAILING))
    return text, tuple(reader.links)[:LINKS_LIMIT]


class _Reader:
    """Gathers the text and links of one message, and stops after a set number of bytes in all."""

    def __init__(self, settings: Settings) -> None:
        self.links: dict[str, None] = {}
        self._settings = settings
        self._bytes_left = settings.text_limit * _MARKUP_PER_CHARACTER * 3 // 2

    def gather(self, part: Part) -> str:
        if not part.parts:
            return self.leaf(part)
        if part.kind == "multipart/alternative":
            return _best([self.gather(inner) for inner in _plain_first(part.parts)])
        texts: list[str] = []
        for inner in part.parts:
            if inner.disposition == "attachment":
                continue
            if inner.kind == "message/rfc822" and not any(texts):
                texts.append(self._enclosed(inner))
            elif sum(map(len, texts)) < self._settings.text_limit:
                texts.append(self.gather(inner))
        return "\n\n".join(text for text in texts if text)

    def _enclosed(self, part: Part) -> str:
        """The text of a message that another one wraps, as lists do for senders with a strict DMARC policy."""
        settings = self._settings
        stop, body = cut_header(part.raw, settings.header_limit, part.start)
        fields, _ = read_fields(part.raw[part.start : stop], settings.fields_limit)
        tree = read_parts(part.raw[: part.end], min(body, part.end), by_name(fields), 1)
        return self.gather(tree) if not tree.kind.startswith("message/") else ""

    def leaf(self, part: Part) -> str:
        if part.kind.partition("/")[0] not in {"text", "multipart", ""} or part.kind in _NOT_READ:
            return ""
        limit = self._settings.text_limit
        data = part.content(min(limit * _MARKUP_PER_CHARACTER, self._bytes_left)) if self._bytes_left > 0 else b""
        self._bytes_left -= len(data)
        text = decode_charset(data, part.parameters.get("charset") or _meta_charset(data))
        if part.kind != "text/html" and not _LOOKS_LIKE_HTML.match(text):
            return _unwrapped(text[: limit * 2], part)
        for target in link_targets(text, LINKS_LIMIT):
            if _SCHEME.match(target) and not target.lower().startswith(_NO_TARGETS):
                self.links.setdefault(target)
        return plain_text(text, limit * 2)


def _plain_first(parts: tuple[Part, ...]) -> list[Part]:
    return sorted(parts, key=lambda part: part.kind != "text/plain")


def _best(texts: list[str]) -> str:
    told = [text for text in texts if len(text.strip()) >= _ENOUGH]
    return (told or [text for text in texts if text.strip()] or [""])[0]


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
    text = text.translate(_CONTROLS)
    if not text.isascii():
        text = _NO_WIDTH.sub("", text)
    return _BLANK_LINES.sub("\n\n", _SPACES.sub(" ", text).replace(" \n", "\n").replace("\n ", "\n"))
