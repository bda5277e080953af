"""Feed bytes to entries: RSS, Atom and RDF by feedparser, JSON by a reader of ours. The only feedparser import.

feedparser gets markup that was repaired before (feed_markup), neither resolves nor cleans anything, and its reading
of dates and addresses is not used: they are read by feed_dates and links.
"""

import io
import re
import warnings as python_warnings
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any

import feedparser

from collectors.encodings import decode, inflate
from collectors.feed_balance import balance
from collectors.feed_dates import read_time
from collectors.feed_markup import FeedMarkup, declared_encoding, repair
from collectors.json_feed import JsonEntry, JsonFeed, read_json_feed
from collectors.links import safe_url
from collectors.markup import strip_markup
from collectors.spacing import one_line
from data.errors import SubmissionRefused
from data.intelligence.model import Feed, FeedEntry

FEED_LIMIT = 10_000_000
"""Bytes of a feed, unpacked."""
ENTRIES_LIMIT = 2_000
TITLE_LIMIT = 500
SUMMARY_LIMIT = 2_000
TEXT_LIMIT = 16_000
_MARKED_UP = re.compile(r"<[/a-zA-Z!]|&(?:#\w{1,8}|[a-zA-Z]{2,8});")


def parse_feed(blob: bytes, source: str, base_url: str | None = None) -> Feed:
    """A feed of bytes; `kind` is None, with a warning that says why, where they are no feed.

    `base_url` is where the bytes came from, for relative addresses. Raises SubmissionRefused for more than
    FEED_LIMIT bytes.
    """
    if len(blob) > FEED_LIMIT:
        raise SubmissionRefused(f"A feed of {len(blob):,} bytes is larger than {FEED_LIMIT:,}; it was not read.")
    blob, unpacked = inflate(blob, FEED_LIMIT)
    declared = declared_encoding(blob)
    decoded = decode(blob, (declared,) if declared else ())
    found = _read(decoded.text, source, base_url)
    return replace(found, warnings=(*unpacked, *decoded.warnings, *found.warnings))


def _read(text: str, source: str, base_url: str | None) -> Feed:
    start = text.lstrip("\ufeff \t\r\n")[:1]
    if start in {"{", "["}:
        document = read_json_feed(text.lstrip("\ufeff \t\r\n"), ENTRIES_LIMIT)
        if document:
            return _from_json(document, source, base_url)
    markup = repair(text, ENTRIES_LIMIT)
    if markup:
        return _from_markup(markup, source, base_url)
    return Feed(source, None, None, None, None, warnings=(_why_no_feed(text, start),))


def _why_no_feed(text: str, start: str) -> str:
    if not start:
        return "It is empty; ask the publisher for the right address of the feed."
    if start in {"{", "["}:
        return "It is JSON, but no feed; ask the publisher for the right address of the feed."
    if re.search(r"<html|<!doctype html|<head|<body", text[:20_000], re.IGNORECASE):
        return "It is a web page, not a feed: look on the page for the address of its feed."
    return "It is neither RSS nor Atom nor JSON Feed; look on the publisher's page for the address of the feed."


def _from_json(document: JsonFeed, source: str, base_url: str | None) -> Feed:
    home = safe_url(document.url, base_url)
    said = ("Its end is missing or damaged; the whole entries before it were read.",) if document.truncated else ()
    entries, warnings = _finish(_json_entry(entry, home or base_url) for entry in document.entries)
    title = one_line(document.title, TITLE_LIMIT) or None
    return Feed(source, "json", title, home, document.language[:20] or None, entries, (*said, *warnings))


def _json_entry(entry: JsonEntry, base: str | None) -> tuple[FeedEntry, tuple[str, ...]]:
    return _entry(
        id_=entry.id,
        title=strip_markup(entry.title, TITLE_LIMIT) if _MARKED_UP.search(entry.title) else entry.title,
        addresses=(entry.url,),
        base=base,
        published=entry.published,
        updated=entry.updated,
        summary=entry.summary,
        content=entry.content,
    )


def _from_markup(markup: FeedMarkup, source: str, base_url: str | None) -> Feed:
    found = _parsed(markup.text, base_url)
    if found is None:
        found = _parsed(balance(markup.text, plain=True), base_url) or {}
    channel = found.get("feed") or {}
    base = base_url or _own_address(channel)
    home = _address(channel, base)
    listed = found.get("entries", ())[:ENTRIES_LIMIT]
    entries, warnings = _finish(_xml_entry(entry, home or base) for entry in listed)
    return Feed(
        source=source,
        kind=markup.kind,
        title=one_line(_plain_title(channel.get("title_detail")), TITLE_LIMIT) or None,
        url=home,
        language=_words(channel.get("language"))[:20] or None,
        entries=entries,
        warnings=(*markup.warnings, *warnings),
    )


def _parsed(text: str, base_url: str | None) -> Mapping[str, Any] | None:
    """What feedparser makes of repaired markup; None where it fails on it (a media player outside of an entry)."""
    # The repaired text is UTF-8, says so, and has no prolog that could say something else.
    stream = io.BytesIO(text.encode("utf-8", "replace"))
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": base_url or ""}
    with python_warnings.catch_warnings():
        python_warnings.simplefilter("ignore", DeprecationWarning)
        try:
            found: Mapping[str, Any] = feedparser.parse(
                stream, response_headers=headers, sanitize_html=False, resolve_relative_uris=False
            )
        except (LookupError, TypeError, ValueError, AttributeError, RecursionError, AssertionError):
            return None
    return found


def _xml_entry(entry: Mapping[str, Any], base: str | None) -> tuple[FeedEntry, tuple[str, ...]]:
    contents = [_words(part.get("value")) for part in entry.get("content") or () if isinstance(part, Mapping)]
    return _entry(
        id_=_words(entry.get("id")),
        title=_plain_title(entry.get("title_detail")),
        addresses=(_words(entry.get("feedburner_origlink")), *_links(entry)),
        base=base,
        published=_first_words(entry, "published", "created"),
        updated=_first_words(entry, "updated"),
        summary=_words(entry.get("summary")),
        content=max(contents, key=len, default=""),
    )


def _first_words(entry: Mapping[str, Any], *names: str) -> str:
    # As a plain dict: feedparser's own get answers "updated" with "published".
    return next((words for name in names if (words := _words(dict(entry).get(name)))), "")


def _links(entry: Mapping[str, Any]) -> Iterable[str]:
    # feedparser takes an id for the link where there is none: a tag: or urn: id is no link that was dropped.
    link = _words(entry.get("link"))
    if link != _words(entry.get("id")) or safe_url(link):
        yield link
    for link in entry.get("links") or ():
        if isinstance(link, Mapping) and link.get("rel", "alternate") in {"alternate", "via", "related"}:
            yield _words(link.get("href"))
    if _words(entry.get("id")).startswith(("http://", "https://")) and entry.get("guidislink") is not False:
        yield _words(entry.get("id"))


def _own_address(channel: Mapping[str, Any]) -> str | None:
    links = [link.get("href") for link in channel.get("links") or () if isinstance(link, Mapping)]
    return next((url for link in links if (url := safe_url(_words(link)))), None)


def _address(channel: Mapping[str, Any], base: str | None) -> str | None:
    return next((url for link in _links(channel) if (url := safe_url(link, base))), None)


def _plain_title(detail: object) -> str:
    if not isinstance(detail, Mapping):
        return ""
    words = _words(detail.get("value"))
    if detail.get("type") == "text/plain" and not _MARKED_UP.search(words):
        return words
    return strip_markup(words, TITLE_LIMIT)


def _entry(
    *,
    id_: str,
    title: str,
    addresses: Iterable[str],
    base: str | None,
    published: str,
    updated: str,
    summary: str,
    content: str,
) -> tuple[FeedEntry, tuple[str, ...]]:
    given = [address for address in addresses if address.strip()]
    url = next((safe for address in given if (safe := safe_url(address, base))), None)
    short = strip_markup(summary, SUMMARY_LIMIT)
    text = strip_markup(content, TEXT_LIMIT) if content else strip_markup(summary, TEXT_LIMIT)
    updated_at = read_time(updated)
    warnings = list(_unread_dates(published, updated))
    if given and url is None:
        warnings.append("Links that are no web addresses were dropped")
    name = one_line(title, TITLE_LIMIT)
    return FeedEntry(
        id=one_line(id_, 1_000) or url or _digest(name, text),
        title=name or None,
        url=url,
        published_at=read_time(published) or updated_at,
        updated_at=updated_at,
        summary=short or text[:SUMMARY_LIMIT] or None,
        text=text,
    ), tuple(warnings)


def _unread_dates(*dates: str) -> Iterable[str]:
    for date in dates:
        if date.strip() and read_time(date) is None:
            yield "Dates that cannot be read surely were left out"


def _digest(*texts: str) -> str:
    return "words:" + sha256("\0".join(texts).encode("utf-8", "replace")).hexdigest()[:32]


def _finish(
    read: Iterable[tuple[FeedEntry, tuple[str, ...]]],
) -> tuple[tuple[FeedEntry, ...], tuple[str, ...]]:
    """Entries with ids of their own, and each warning once with its count."""
    pairs = list(read)
    said = Counter(warning for _, warnings in pairs for warning in dict.fromkeys(warnings))
    entries = [entry for entry, _ in pairs]
    users: dict[str, set[str]] = {}
    for entry in entries:
        users.setdefault(entry.id, set()).add(_digest(entry.url or "", entry.title or "", entry.text[:200]))
    shared = {id_ for id_, contents in users.items() if len(contents) > 1}
    if shared:
        said["Different entries share one id; each was told apart by its address or words"] = len(shared)
    finished = tuple(_told_apart(entry) if entry.id in shared else entry for entry in entries)
    return finished, tuple(f"{warning} ({count})." for warning, count in said.items())


def _told_apart(entry: FeedEntry) -> FeedEntry:
    return replace(entry, id=f"{entry.id} {entry.url or _digest(entry.title or '', entry.text)}")


def _words(value: object) -> str:
    return value if isinstance(value, str) else ""
