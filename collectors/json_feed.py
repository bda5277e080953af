"""JSON feeds: JSON Feed 1.1, and plain lists of articles as caches and portals publish them."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_LISTS = ("items", "articles", "entries", "posts")
_DECODER = json.JSONDecoder()
_BETWEEN = re.compile(r"[ \t\r\n,]*")


@dataclass(frozen=True, slots=True)
class JsonEntry:
    """One entry as written: texts with or without markup, dates unread, addresses unchecked; "" where missing."""

    id: str
    title: str
    url: str
    published: str
    updated: str
    summary: str
    content: str


@dataclass(frozen=True, slots=True)
class JsonFeed:
    """A feed as written. `truncated` where the end is missing and the whole entries before it were read."""

    title: str
    url: str
    language: str
    entries: tuple[JsonEntry, ...]
    truncated: bool = False


def read_json_feed(text: str, limit: int) -> JsonFeed | None:
    """At most `limit` entries of a JSON document; None where it is no feed."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        return _salvage(text, limit)
    if isinstance(document, list) and document and all(isinstance(item, dict) for item in document):
        document = {"items": document}
    if not isinstance(document, dict):
        return None
    for name in _LISTS:
        items = document.get(name)
        if isinstance(items, list):
            entries = tuple(_entry(item) for item in items[:limit] if isinstance(item, dict))
            if any(map(_says_something, entries)) or _is_json_feed(document):
                return _feed(document, entries)
    return _feed(document, ()) if _is_json_feed(document) else None


def _is_json_feed(document: Mapping[str, Any]) -> bool:
    return "jsonfeed.org/version/" in _text(document.get("version"))


def _says_something(entry: JsonEntry) -> bool:
    return bool(entry.url or entry.content or entry.summary) and bool(entry.title or entry.content or entry.summary)


def _salvage(text: str, limit: int) -> JsonFeed | None:
    """Whole entries of a document that is cut off or damaged behind them."""
    if "jsonfeed.org/version/" not in text[:100_000]:
        return None
    start = text.find('"items"')
    items = tuple(_objects(text, text.find("[", start) + 1, limit)) if start >= 0 else ()
    title = _first_text(text[: start if start >= 0 else None], "title")
    return JsonFeed(title, "", "", tuple(_entry(item) for item in items if isinstance(item, dict)), truncated=True)


def _objects(text: str, at: int, limit: int) -> Iterator[object]:
    for _ in range(limit):
        try:
            item, at = _DECODER.raw_decode(text, _skip(text, at))
        except (ValueError, RecursionError):
            return
        yield item


def _skip(text: str, at: int) -> int:
    return _BETWEEN.match(text, at).end()  # type: ignore[union-attr]  # the pattern matches nothing, too


def _first_text(text: str, name: str) -> str:
    at = text.find(f'"{name}"')
    colon = text.find(":", at) + 1 if at >= 0 else 0
    try:
        return _text(_DECODER.raw_decode(text, _skip(text, colon))[0]) if colon else ""
    except (ValueError, RecursionError):
        return ""


def _feed(document: Mapping[str, Any], entries: tuple[JsonEntry, ...]) -> JsonFeed:
    url = _text(document.get("home_page_url")) or _text(document.get("feed_url"))
    return JsonFeed(_text(document.get("title")), url, _text(document.get("language")), entries)


def _entry(item: Mapping[str, Any]) -> JsonEntry:
    return JsonEntry(
        id=_first(item, "id", "guid"),
        title=_first(item, "title", "headline"),
        url=_first(item, "url", "external_url", "link", "href"),
        published=_first(
            item, "date_published", "published", "published_at", "pubDate", "date", "isoDate", "created"
        ),
        updated=_first(item, "date_modified", "updated", "updated_at", "modified"),
        summary=_first(item, "summary", "description", "excerpt"),
        content=_first(item, "content_html", "content_text", "content", "text"),
    )


def _first(item: Mapping[str, Any], *names: str) -> str:
    return next((text for name in names if (text := _text(item.get(name)))), "")


def _text(value: object) -> str:
    """JSON Feed 1.1: readers should take a number as an id; other types are nothing."""
    if isinstance(value, str):
        # A lone surrogate is valid JSON and no valid text.
        return value.encode("utf-8", "replace").decode("utf-8")
    return str(value) if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**30 else ""
