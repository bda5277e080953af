"""HTML of mail and feeds to plain text and link targets, in time linear in its length.

BeautifulSoup with html.parser reads 150 documents of real mail a second and recurses as deep as the tags are nested;
a few passes of regular expressions that never cross a "<" read some thousands, and cannot recurse.
"""

import html
import re
from collections.abc import Iterator

from collectors.spacing import tidy

_LINK = re.compile(
    r"<(?:a|area)\b[^<>]{0,3000}?\bhref\s*=\s*(?:\"([^\"<>]{4,3000})\"|'([^'<>]{4,3000})'|([^\s\"'<>]{4,3000}))",
    re.IGNORECASE,
)
_TAG = re.compile(r"<(?:/?([A-Za-z][A-Za-z0-9:-]*+)|[!?])[^<>]*+>")
_QUOTED_BRACKET = re.compile(r'(="[^"<>]*)>([^"<>]*")')
_LONG_REFERENCE = re.compile(r"&#[xX]?[0-9A-Fa-f]{8,}")
_LINE_BREAKS = (
    "address article blockquote br center dd dl dt div footer form h1 h2 h3 h4 h5 h6 hr header li main nav ol p pre "
    "section table tr ul"
)
_SHOWN_AS: dict[str | None, str] = {
    **dict.fromkeys((_LINE_BREAKS + " " + _LINE_BREAKS.upper()).split(), "\n"),
    **dict.fromkeys(("td", "th", "TD", "TH"), " "),
}
"""What stands in the text for a tag; nothing for all others."""

_NEVER_SHOWN = ("script", "style", "title", "template", "noscript", "iframe", "object", "svg")
_HIDDEN_BY_STYLE = re.compile(r"display\s{0,9}:\s{0,9}none"), re.compile(r"visibility\s{0,9}:\s{0,9}hidden")
_TAG_NAME = re.compile(r"<([a-z][a-z0-9]{0,9})\b[^<>]*\Z")
_HIDEABLE = (
    "a", "b", "blockquote", "center", "div", "em", "font", "h1", "h2", "h3", "i", "li", "p", "section", "small",
    "span", "strong", "table", "tbody", "td", "tr", "u", "ul", *_NEVER_SHOWN,
)  # fmt: skip
_OPEN_OR_CLOSE = {name: re.compile(rf"<(/?){name}\b") for name in _HIDEABLE}
_TAG_LIMIT = 5_000
"""Characters a tag may be long to have its style read."""


def plain_text(markup: str, limit: int) -> str:
    """The text a reader sees, a line a block, at most `limit` characters. Hidden elements are left out."""
    shown = _without_hidden(_without_comments(markup)).replace("\r", " ").replace("\n", " ")
    text = _without_tags(shown)
    if ">" in text:
        text = _without_tags(_QUOTED_BRACKET.sub(r"\1 \2", shown))
    return _unescaped(text[: limit * 4]).replace("\xa0", " ").strip()[:limit]


def strip_markup(text: str, limit: int) -> str:
    """The words of a fragment that may be HTML or plain text: tidy, a line a block, at most `limit` characters."""
    text = text[: limit * 20]
    words = plain_text(text, limit * 2) if "<" in text else _unescaped(text)
    return tidy(words)[:limit].rstrip()


def link_targets(markup: str, limit: int) -> list[str]:
    """The targets of its links in their order, each once, at most `limit`."""
    found: dict[str, None] = {}
    for link in _LINK.finditer(markup):
        target = link[1] or link[2] or link[3]
        if "&" in target:
            target = _unescaped(target)
        found["".join(target.split())] = None
        if len(found) >= limit:
            break
    return list(found)


def _unescaped(text: str) -> str:
    # html.unescape raises on references with thousands of digits (CVE-2020-10735 limits int()).
    return html.unescape(_LONG_REFERENCE.sub("", text))


def _without_tags(markup: str) -> str:
    pieces: list[str | None] = list(_TAG.split(markup))
    pieces[1::2] = [_SHOWN_AS.get(name, "") for name in pieces[1::2]]
    return "".join(filter(None, pieces))


def _without_comments(markup: str) -> str:
    """An open comment hides the rest, as in a browser."""
    kept: list[str] = []
    position = 0
    while (start := markup.find("<!--", position)) >= 0:
        kept.append(markup[position:start])
        position = markup.find("-->", start + 4) + 3
        if position < 3:
            return "".join(kept)
    return "".join(kept) + markup[position:] if kept else markup


def _without_hidden(markup: str) -> str:
    """The markup without elements that no reader sees. One that is never closed hides the rest, as in a browser."""
    lower = markup.lower()
    if len(lower) != len(markup):  # a few letters grow when they are lowered
        lower = markup.encode("ascii", "replace").decode("ascii").lower()
    kept: list[str] = []
    position = 0
    for start, name in sorted(_hidden_starts(lower)):
        if start >= position:
            kept.append(markup[position:start])
            position = _end_of_element(lower, start, name)
    return "".join(kept) + markup[position:] if kept else markup


def _hidden_starts(lower: str) -> Iterator[tuple[int, str]]:
    for name in _NEVER_SHOWN:
        start = lower.find("<" + name)
        while start >= 0:
            if _OPEN_OR_CLOSE[name].match(lower, start):
                yield start, name
            start = lower.find("<" + name, start + 1)
    for style in _HIDDEN_BY_STYLE:
        for found in style.finditer(lower):
            start = lower.rfind("<", max(0, found.start() - _TAG_LIMIT), found.start())
            tag = _TAG_NAME.match(lower, start, found.start()) if start >= 0 else None
            if tag and tag[1] in _OPEN_OR_CLOSE:
                yield start, tag[1]


def _end_of_element(lower: str, start: int, name: str) -> int:
    depth = 0
    for tag in _OPEN_OR_CLOSE[name].finditer(lower, start):
        depth += -1 if tag[1] else 1
        if depth == 0:
            end = lower.find(">", tag.end())
            return len(lower) if end < 0 else end + 1
    return len(lower)
