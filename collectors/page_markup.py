"""Bytes of a page to a small sound tree of elements.

The standard library's HTML parser takes time quadratic in unclosed tags and comments (60 kB of `<a ` take over a
minute), so the page goes through a linear pass first: scripts, styles and needless attributes are left out, tags are
balanced, and what bs4 gets is bounded in length, depth and number of elements.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from bs4 import BeautifulSoup

from collectors.encodings import decode, inflate
from collectors.open_elements import OpenElements
from data.errors import SubmissionRefused

PAGE_LIMIT = 10_000_000
"""Bytes of a page, unpacked."""
_READ_LIMIT = 4_000_000
_MOST_ELEMENTS = 25_000
_MOST_REFERENCES = 40_000
_DEEPEST = 250
_TAG = re.compile(
    r"""<(?P<end>/?)(?P<name>[a-zA-Z][a-zA-Z0-9:-]{0,40})(?P<attributes>(?:\s(?:[^<>"']|"[^"]{0,5000}"|'[^']{0,5000}')*)?)>"""
    r"|<[!?][^<>]*>"
)
_ATTRIBUTE = re.compile(r"""([a-zA-Z][\w:.-]{0,40})(?:\s{0,9}=\s{0,9}("[^"]*"|'[^']*'|[^\s"'<>=`]+))?""")
_STRAY = re.compile(r"<+")
_KEPT = frozenset({
    "charset", "class", "content", "datetime", "hidden", "href", "http-equiv", "id", "itemprop", "itemtype",
    "lang", "name", "property", "pubdate", "rel", "role", "title", "type", "value", "xml:lang", "aria-label",
    "data-date", "data-datetime", "data-timestamp", "data-published", "data-time",
})  # fmt: skip
_VOID = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track",
    "wbr",
})  # fmt: skip
_UNREAD = frozenset({
    "script", "style", "svg", "template", "iframe", "object", "canvas", "textarea", "select", "noscript",
    "math",
})  # fmt: skip
_ROWS = frozenset({"tr", "td", "th"})
_ENDS = {
    "li": frozenset({"li"}), "p": frozenset({"p"}), "option": frozenset({"option"}),
    "tr": _ROWS, "td": _ROWS - {"tr"}, "th": _ROWS - {"tr"},
    "dt": frozenset({"dt", "dd"}), "dd": frozenset({"dt", "dd"}),
    **{name: frozenset({"p"}) for name in ("div", "h1", "h2", "h3", "h4", "ul", "ol", "table", "section", "article")},
}  # fmt: skip
_WALLS = frozenset({
    "ul", "ol", "dl", "table", "article", "section", "div", "aside", "main", "body", "blockquote", "td", "th",
    "button",
})  # fmt: skip
_CHARSET = re.compile(
    rb"""<meta[^<>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9._:-]{1,40})|^\s*<\?xml[^<>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})""",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"<(?:!doctype|html|head|body|div|p|meta|title|article|span|br|a|h1)(?=[\s>/])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PageMarkup:
    """A page as elements. `scripts` are its JSON-LD blocks, `plain` its text where it has no markup at all."""

    tree: BeautifulSoup
    scripts: tuple[str, ...]
    plain: str | None
    warnings: tuple[str, ...]


def read_markup(blob: bytes, charset: str | None = None) -> PageMarkup:
    """The elements of a page; `charset` is what its transport said.

    Raises SubmissionRefused where it has more than PAGE_LIMIT bytes.
    """
    if len(blob) > PAGE_LIMIT:
        raise SubmissionRefused(f"A page of {len(blob):,} bytes is larger than {PAGE_LIMIT:,}; it was not read.")
    blob, unpacked = inflate(blob, PAGE_LIMIT)
    found = [name.decode("ascii") for match in _CHARSET.finditer(blob[:20_000]) for name in match.groups() if name]
    decoded = decode(blob, [*([charset] if charset else []), *found])
    text = decoded.text.replace("\0", "")
    warnings = [*unpacked, *decoded.warnings]
    if not _MARKUP.search(text, 0, _READ_LIMIT):
        return PageMarkup(BeautifulSoup("", "html.parser"), (), text[:_READ_LIMIT], tuple(warnings))
    cleaner = _Cleaner()
    markup = "".join(cleaner.parts(text[:_READ_LIMIT]))
    if cleaner.stopped or len(text) > _READ_LIMIT:
        warnings.append("The page is very long; its first part was read.")
    return PageMarkup(BeautifulSoup(markup, "html.parser"), tuple(cleaner.scripts), None, tuple(warnings))


class _Cleaner:
    def __init__(self) -> None:
        self.scripts: list[str] = []
        self.stopped = False
        self._open = OpenElements(_DEEPEST, _ENDS, _WALLS)
        self._endless: set[str] = set()
        self._elements = self._references = 0

    def parts(self, text: str) -> Iterator[str]:
        at = 0
        text = _without_comments(text)
        for tag in _TAG.finditer(text):
            if tag.start() < at:
                continue
            yield self._words(text[at : tag.start()])
            at = tag.end()
            name = (tag["name"] or "").lower()
            if name in _UNREAD and not tag["end"]:
                at = self._skip(text, name, tag)
            elif name:
                yield self._element(name, tag)
            if self.stopped:
                break
        else:
            yield self._words(text[at:])
        yield self._open.end_all()

    def _words(self, text: str) -> str:
        """Text that is no markup. The parser takes its time for every reference, so they are counted, too."""
        text = _STRAY.sub("&lt;", text)
        self._references += text.count("&")
        self.stopped |= self._references > _MOST_REFERENCES
        return text if not self.stopped else text[:1_000].replace("&", " ")

    def _element(self, name: str, tag: re.Match[str]) -> str:
        self._elements += 1
        self.stopped |= self._elements > _MOST_ELEMENTS
        if name in _VOID:
            return "" if tag["end"] else f"<{name}{_attributes(tag['attributes'])}/>"
        if tag["end"]:
            return self._open.end(name)
        closings, allowed = self._open.start(name)
        return closings + (f"<{name}{_attributes(tag['attributes'])}>" if allowed else "")

    def _skip(self, text: str, name: str, tag: re.Match[str]) -> int:
        """Behind the end of an element whose content is not read; JSON-LD is kept."""
        if name in self._endless:
            return tag.end()
        closing = re.compile(rf"</{name}(?=[\s>])", re.IGNORECASE).search(text, tag.end())
        if not closing:
            self._endless.add(name)
        end = closing.start() if closing else len(text) if name in {"script", "style"} else tag.end()
        if name == "script" and "ld+json" in tag["attributes"].lower() and len(self.scripts) < 40:
            self.scripts.append(text[tag.end() : min(end, tag.end() + 500_000)])
        return end


def _without_comments(text: str) -> str:
    parts: list[str] = []
    at = 0
    while (start := text.find("<!--", at)) >= 0:
        end = text.find("-->", start + 2)
        if end < 0:
            break
        parts.append(text[at:start])
        at = end + 3
    parts.append(text[at:])
    return "".join(parts)


def _attributes(text: str) -> str:
    if not text or text.isspace():
        return ""
    kept: dict[str, str] = {}
    for name, value in _ATTRIBUTE.findall(text[:20_000]):
        if name.lower() in _KEPT and len(kept) < 20:
            kept.setdefault(name.lower(), html.unescape(value.strip("\"'"))[:5_000])
    return "".join(f' {name}="{html.escape(value)}"' for name, value in kept.items())
