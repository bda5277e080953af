"""Invented reports, entries and feeds for the tests of the store: every value can be overruled by name."""

from datetime import UTC, datetime

from data.intelligence.insight import read_insight
from data.intelligence.model import Feed, FeedEntry, PageFacts, Report
from data.store.intelligence_entries import known_digests, save_answer, unread_entries
from data.store.intelligence_feeds import add_feed, claim_feed
from data.store.intelligence_shapes import Answer, ReadFeed

NOON = datetime(2026, 1, 22, 12, 0, tzinfo=UTC)
ADDRESS = "https://news.example/feed"
WORDS = (
    "Relay spam floods inboxes with Zendesk ticket confirmations. Attackers type victims' addresses into open "
    "support forms; help desks of companies such as Northwind Outdoor and Blue Lantern Games answered with mails "
    'whose subject was "You have won 5,000 USDT, claim at http://prize.example/a1". '
    "The wave began on 20 January 2026. "
    "Northwind Outdoor has since disabled anonymous tickets and now requires verified users to submit a request."
)


def entry(
    number: int = 1,
    *,
    id_: str | None = None,
    title: str | None = None,
    url: str | None = "",
    text: str = WORDS,
    **changes,
) -> FeedEntry:
    link = f"https://news.example/stories/{number}" if url == "" else url
    made = {
        "id": id_ or f"tag:news.example,2026:{number}",
        "title": title or f"Support desks abused again, part {number}",
        "url": link,
        "published_at": NOON,
        "updated_at": None,
        "summary": text[:80],
        "text": text,
    }
    return FeedEntry(**(made | changes))


def feed(*entries: FeedEntry, **changes) -> Feed:
    made = {"source": ADDRESS, "kind": "rss", "title": "Example News", "url": None, "language": "en"}
    return Feed(**(made | {"entries": entries} | changes))


def insight(text: str = WORDS, title: str | None = "Support desks abused"):
    return read_insight(title, text, published_at=NOON)


def claimed(db, address: str = ADDRESS, now: datetime = NOON):
    add_feed(db, address, now=now, added_by="test")
    return claim_feed(db, "test", now, address)


def take(db, given: Feed, *, at: datetime = NOON, address: str = ADDRESS, **changes):
    """A feed as a collector stores it: only new and edited entries are read."""
    claim = claimed(db, address, at)
    unread = unread_entries(given.entries, known_digests(db, claim.number))
    read = ReadFeed(given, {item.id: insight(item.text, item.title) for item in unread})
    return save_answer(db, claim, Answer(at, "read" if given.entries else "empty", at, 200), read, **changes)


def page(
    text: str = WORDS,
    *,
    title: str | None = "Support desks abused",
    url: str | None = "https://news.example/a",
    **changes,
):
    made = {
        "source": "page.html", "title": title, "url": url, "publisher": "Example News", "author": None,
        "published_at": NOON, "updated_at": None, "language": "en", "text": text,
    }  # fmt: skip
    return Report(PageFacts(**(made | changes)), insight(text, title))
