"""Markup to plain text without building a tree: for titles and summaries of feeds. Linear in time."""

import html
import re

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]{0,40})(?:[\s/][^<>]*)?>|<[!?][^<>]*>")
_UNREAD = frozenset({"script", "style", "template", "noscript", "iframe", "object", "svg"})
_BREAKS = frozenset({
    "address", "article", "blockquote", "br", "dd", "div", "dl", "dt", "figcaption", "footer", "h1", "h2",
    "h3", "h4", "h5", "h6", "header", "hr", "li", "ol", "p", "pre", "section", "table", "td", "th", "tr",
    "ul",
})  # fmt: skip
_BLANKS = re.compile(r"[^\S\n]+")
_LINES = re.compile(r" ?\n[ \n]*")
# Controls, soft hyphens, lone surrogates and non-characters; tab and line breaks are blanks and stay.
_CONTROLS = re.compile("[\xad\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def strip_markup(text: str, limit: int) -> str:
    """The readable words of an HTML fragment: entities read, a line a block, at most `limit` characters."""
    text = _without_comments(text[: limit * 20])
    words: list[str] = []
    size = at = 0
    for tag in _TAG.finditer(text):
        if tag.start() < at:
            continue
        words.append(text[at : tag.start()])
        size += tag.start() - at
        if size > limit:
            break
        at = tag.end()
        name = (tag[2] or "").lower()
        if name in _BREAKS:
            words.append("\n")
        if name in _UNREAD and not tag[1]:
            at = _end_of(text, name, at)
    else:
        words.append(text[at:])
    return tidy(html.unescape("".join(words)))[:limit].rstrip()


def tidy(text: str) -> str:
    """Blanks run together, empty lines and control characters gone."""
    return _LINES.sub("\n", _BLANKS.sub(" ", _CONTROLS.sub("", text))).strip()


def one_line(text: str, limit: int) -> str:
    """Text as one line of at most `limit` characters."""
    return " ".join(_CONTROLS.sub("", text[: limit * 4]).split())[:limit].rstrip()


def _without_comments(text: str) -> str:
    parts: list[str] = []
    at = 0
    while (start := text.find("<!--", at)) >= 0:
        parts.append(text[at:start])
        end = text.find("-->", start)
        if end < 0:
            return "".join(parts)
        at = end + 3
    parts.append(text[at:])
    return "".join(parts)


def _end_of(text: str, name: str, start: int) -> int:
    """Behind the end tag of an element whose content is not read; the end of the text where it is not closed."""
    closing = re.compile(f"</{name}[^<>]*>", re.IGNORECASE).search(text, start)
    return closing.end() if closing else len(text)
