"""The title of a page: what its headline, its data and its window title agree on."""

import re
import unicodedata
from collections.abc import Iterator

from bs4 import BeautifulSoup, Tag

from collectors.markup import strip_markup
from collectors.page_data import PageData
from collectors.spacing import one_line

TITLE_LIMIT = 300
_LONG = 20
_BREAKS = re.compile(r"\s+[|–—·•»«:-]+\s+|\s*[|»«]\s*|:(?=\S*$)|\s+::\s+")
_GENERIC = frozenset({
    "home", "menu", "search", "navigation", "news", "blog", "start", "startseite", "inicio", "accueil",
    "index", "untitled", "document",
})  # fmt: skip


def page_title(tree: BeautifulSoup, data: PageData, sites: tuple[str, ...]) -> str | None:
    """The headline of the article, without the name of the site."""
    said = [text for text in _said(data) if _key(text)]
    window = one_line(tree.title.get_text(" "), TITLE_LIMIT) if tree.title else ""
    headlines = [text for text in _headlines(tree) if _key(text) not in _GENERIC and not _is_site(text, sites)]
    for headline in headlines:
        for other in [*said, window]:
            if _agree(headline, other):
                return headline
            shared = _shared(headline, other)
            if shared:
                return shared
    first = [text for text in map(_words, tree.find_all("h1", limit=10)) if _key(text)]
    if len(first) == 1 and first[0] in headlines and len(first[0]) >= _LONG:
        return first[0]
    for text in said:
        if not _is_site(text, sites):
            return without_site(text, sites)
    if window and _key(window) not in _GENERIC:
        return without_site(window, sites)
    return next(iter(headlines), None) or (said[0] if said else None)


def _said(data: PageData) -> Iterator[str]:
    for text in (
        data.meta("og:title"),
        data.said("headline"),
        data.meta("headline", "twitter:title", "dc.title", "dcterms.title", "citation_title", "parsely-title"),
        data.meta("sailthru.title", "title"),
    ):
        if text:
            yield text[:TITLE_LIMIT]


def _headlines(tree: BeautifulSoup) -> Iterator[str]:
    marked = tree.find_all(True, attrs={"itemprop": re.compile(r"\b(?:headline|name)\b")}, limit=20)
    for tag in [
        *tree.find_all("h1", limit=10),
        *(tag for tag in marked if tag.name.startswith("h")),
        *tree.find_all("h2", limit=10),
    ]:
        text = _words(tag)
        if _key(text):
            yield text


def _words(tag: Tag) -> str:
    text = tag.get_text(" ")
    return one_line(strip_markup(text, TITLE_LIMIT) if "<" in text else text, TITLE_LIMIT)


def _shared(headline: str, other: str) -> str | None:
    """What a headline ends with and another title starts with: a kicker or a date stands before it in the element."""
    starts = [match.end() for match in re.finditer(r"\s", headline)]
    return next(
        (
            headline[start:]
            for start in starts
            if len(headline) - start >= _LONG and other.startswith(headline[start:])
        ),
        None,
    )


def _agree(headline: str, other: str) -> bool:
    """Whether a headline says what another title says, or the greater part of it from its start."""
    mine, theirs = _key(headline), _key(other)
    if not mine or not theirs:
        return False
    return mine == theirs or (theirs.startswith(mine) and len(mine) >= min(12, len(theirs) / 2))


def without_site(title: str, sites: tuple[str, ...]) -> str:
    """A window title without the name of the site before or behind it, where that can be told."""
    breaks = list(_BREAKS.finditer(title))
    if not breaks:
        return title
    first, last = title[: breaks[0].start()], title[breaks[-1].end() :]
    if _is_site(last, sites):
        return without_site(title[: breaks[-1].start()].rstrip(), sites)
    if _is_site(first, sites):
        return title[breaks[0].end() :].lstrip()
    return title


def _is_site(text: str, sites: tuple[str, ...]) -> bool:
    """Whether a text is little more than one of the names of the site."""
    mine = _key(text)
    return any(
        mine == theirs
        or (min(len(mine), len(theirs)) > 3 and (mine in theirs or (theirs in mine and len(mine) < 2 * len(theirs))))
        for theirs in map(_key, sites)
        if mine and theirs
    )


def _key(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKC", text).casefold() if letter.isalnum())
