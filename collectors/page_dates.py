"""When a page was published and last changed: said for machines, in its address, or printed beside its headline."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag

from collectors.feed_dates import read_day, read_time
from collectors.page_data import PageData, attribute
from collectors.page_text import Line
from collectors.spacing import one_line

_PUBLISHED = (
    "article:published_time", "og:article:published_time", "og:published_time", "datepublished",
    "article:published", "parsely-pub-date", "sailthru.date", "pubdate", "publishdate", "publish-date",
    "publish_date", "publication_date", "publication-date", "article_date_original", "dc.date.issued",
    "dcterms.issued", "dc.date.created", "dcterms.created", "cxenseparse:publishtime",
    "cxenseparse:recs:publishtime", "og:article:time", "citation_publication_date", "citation_online_date",
    "datecreated", "article.published", "published_at", "bt:pubdate", "rnews:datepublished", "published-date",
    "last-published-date", "article:post_time", "originalpublicationdate",
)  # fmt: skip
_UPDATED = (
    "article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "dc.date.modified", "lastmod",
    "last-modified", "article_date_updated", "revised",
)  # fmt: skip
_LESS_SURE = ("dc.date", "date", "dcterms.date", "article.created", "created", "epoch-publish-date", "article:date")
_IN_PATH = re.compile(r"(?<!\d)((?:19|20)\d\d)[/_.-]?(0[1-9]|1[0-2])[/_.-]?(0[1-9]|[12]\d|3[01])(?!\d)")
_LABEL = re.compile(
    r"publish|posted|veröffentlicht|erschienen|erstellt|datum|stand\b|publi[ée]|mis en ligne|fecha|publicad|data\b|"
    r"pubblicat|gepubliceerd|опубликован|дата|公開|投稿|掲載|更新|配信|発売|登録|发布|發布|yayın|"
    r"opublikowan|dat[eum]+\b|byline|meta|date|time",
    re.IGNORECASE,
)
_CHANGED = re.compile(
    r"updat|modif|aktualisiert|geändert|edited|mis à jour|actualiz|aggiorn|обновл|изменен|最終更新|bijgewerkt",
    re.IGNORECASE,
)
_DATE_NAMES = re.compile(
    r"(?:^|[\s_-])(?:date|datum|published|pubdate|timestamp|fecha|byline|posted-on|entry-date|dateline)(?:$|[\s_-])",
    re.IGNORECASE,
)
_DAY_FIRST_HOSTS = re.compile(r"\.(?:uk|au|nz|ie|in|za|sg|hk|my|eu)$")


@dataclass(frozen=True, slots=True)
class DatedPage:
    """All of a page that can tell when it was published."""

    tree: BeautifulSoup
    data: PageData
    lines: tuple[Line, ...]
    title: str | None
    url: str | None
    language: str | None


def published_at(page: DatedPage) -> datetime | None:
    """The time of first publication, at midnight UTC where only a day is given; None where nothing says it surely."""
    month_first = _month_first(page.language, page.url)
    moments = (read_time(said, month_first=month_first) for said in _for_machines(page))
    return next(filter(None, moments), None) or next(filter(None, _printed(page, month_first)), None)


def _for_machines(page: DatedPage) -> Iterator[str]:
    yield page.data.said("datePublished")
    yield page.data.meta(*_PUBLISHED)
    yield from _itemprops(page.tree, "datePublished")


def _printed(page: DatedPage, month_first: bool | None) -> Iterator[datetime | None]:
    """Times for people, and what machines say less surely, from the surest on."""
    yield _in_address(page.url)
    yield from (read_time(text, month_first=month_first) for text in _marked_times(page.tree))
    yield _beside_headline(page.lines, page.title, month_first)
    yield from (read_time(text, month_first=month_first) for text in _marked_elements(page.tree))
    yield from (read_time(page.data.meta(name), month_first=month_first) for name in _LESS_SURE)
    yield read_time(page.data.said("uploadDate", "dateCreated", "dateModified"))
    yield _labelled(page.lines, month_first)


def updated_at(tree: BeautifulSoup, data: PageData) -> datetime | None:
    """The time of the last change that the page claims."""
    said = (data.said("dateModified"), data.meta(*_UPDATED), *_itemprops(tree, "dateModified"))
    return next((found for text in said if (found := read_time(text))), None)


def _itemprops(tree: BeautifulSoup, name: str) -> Iterator[str]:
    for tag in tree.find_all(True, attrs={"itemprop": re.compile(rf"\b{name}\b", re.IGNORECASE)}, limit=3):
        yield _value(tag)


def _value(tag: Tag) -> str:
    for name in ("datetime", "content", "data-datetime", "data-date", "data-published", "data-timestamp", "title"):
        if attribute(tag, name):
            return attribute(tag, name)
    return one_line(tag.get_text(" "), 120)


def _marked_times(tree: BeautifulSoup) -> Iterator[str]:
    """Time elements: those in an article's own header first."""
    times = [
        tag
        for tag in tree.find_all("time", limit=40)
        if not _CHANGED.search(attribute(tag, "class") + attribute(tag, "itemprop"))
    ]
    owned = [tag for tag in times if tag.get("pubdate") is not None or _LABEL.search(attribute(tag, "class"))]
    for tag in [*owned[:3], *times[:2]]:
        yield _value(tag)


def _marked_elements(tree: BeautifulSoup) -> Iterator[str]:
    for name in ("class", "id"):
        for tag in tree.find_all(True, attrs={name: _DATE_NAMES}, limit=4):
            yield one_line(tag.get_text(" "), 120)


def _in_address(url: str | None) -> datetime | None:
    """A day written into the path: /2026/01/20/ or alert20260120."""
    match = _IN_PATH.search(urlsplit(url or "").path)
    return read_time("-".join(match.groups())) if match else None


def _beside_headline(lines: tuple[Line, ...], title: str | None, month_first: bool | None) -> datetime | None:
    """The first day printed in the lines below the headline, else just above it."""
    if not title:
        return None
    places = [place for place, line in enumerate(lines) if title[:60] in line.text]
    for place in places[:3]:
        near = [*lines[place : place + 10], *reversed(lines[max(0, place - 4) : place])]
        for line in near:
            text = line.text.replace(title, " ")
            short = text[: 160 if len(text) < 300 or _LABEL.search(text[:60]) else 25]
            day = read_day(short, month_first=month_first)
            if day and not _CHANGED.search(text[:40]):
                return datetime(*day, tzinfo=UTC)
    return None


def _labelled(lines: tuple[Line, ...], month_first: bool | None) -> datetime | None:
    """The first day with a label beside it, as in a table of facts."""
    for before, line in zip(("", *(line.text for line in lines)), lines, strict=False):
        if _CHANGED.search(line.text[:40]):
            continue
        if len(line.text) < 120 and (_LABEL.search(line.text) or (len(before) < 40 and _LABEL.search(before))):
            day = read_day(line.text, month_first=month_first)
            if day:
                return datetime(*day, tzinfo=UTC)
    return None


def _month_first(language: str | None, url: str | None) -> bool | None:
    """How the writer orders 01/02/2026: None where English may be either."""
    if not language:
        return None
    if not language.lower().startswith("en"):
        return False
    if language.lower() in {"en-us", "en_us"}:
        return True
    return False if _DAY_FIRST_HOSTS.search(urlsplit(url or "").hostname or "") else None
