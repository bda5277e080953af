"""What the invented press says about the waves: saved feeds, pages and a post, which go in by the same door as real
ones. Nothing is asked of any network, and the feeds are paused, so that nobody ever is."""

import html
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from collectors.collecting import take_feed_file
from collectors.demonstration.cast import read_cast
from collectors.reports import read_report
from data.store.database import Database
from data.store.demonstration import TELLER
from data.store.intelligence_feeds import pause_feed
from data.store.intelligence_links import link_reports, reports_to_look_at_again
from data.store.intelligence_pages import save_page
from data.store.intelligence_reads import links_of, reports
from data.store.intelligence_triage import decide_link, set_triage
from data.store.values import number_of

FILE = Path(__file__).with_name("reports.toml")
MONTHS = {
    "de": (
        "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
        "Dezember",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SavedFeed:
    """A feed as it was saved: where from, and its bytes."""

    address: str
    blob: bytes


@dataclass(frozen=True, slots=True)
class SavedPage:
    """A page or a post as it was saved; a post has no address."""

    address: str | None
    blob: bytes
    published_at: datetime


def saved_feeds(ends_at: datetime) -> Iterator[SavedFeed]:
    """The feeds of the story, as they are at its end."""
    for feed in _script()["feed"]:
        home = "/".join(feed["address"].split("/", 3)[:3])
        items = "".join(_item(entry, home, ends_at) for entry in feed["entry"])
        title, link = html.escape(feed["title"]), html.escape(home)
        channel = f"<channel><title>{title}</title><link>{link}</link><language>en</language>{items}</channel>"
        rss = f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0">{channel}</rss>'
        yield SavedFeed(feed["address"], rss.encode())


def saved_pages(ends_at: datetime) -> Iterator[SavedPage]:
    """The pages and posts of the story, the oldest first."""
    script = _script()
    told = [*(_page(page, ends_at) for page in script["page"]), *(_post(post, ends_at) for post in script["post"])]
    yield from sorted(told, key=lambda page: page.published_at)


def tell_reports(db: Database, ends_at: datetime) -> int:
    """Everything that is said about the waves into a database that holds them; some of it is decided already.
    Returns how many reports there are."""
    for page in saved_pages(ends_at):
        found = read_report(page.blob, page.address or "a post", page.address)
        save_page(db, found, now=page.published_at + timedelta(hours=1), added_by=TELLER)
    for feed in saved_feeds(ends_at):
        take_feed_file(db, feed.blob, feed.address, now=ends_at, added_by=TELLER)
    for number in range(1, len(_script()["feed"]) + 1):
        pause_feed(db, f"F-{number:04d}", paused=True, actor=TELLER, now=ends_at)
    link_reports(db, reports_to_look_at_again(db, ends_at) + [_number(row.report_id) for row in reports(db)])
    _decide(db, ends_at)
    return len(reports(db))


def _decide(db: Database, ends_at: datetime) -> None:
    """Last season's reports were worked on; those of the current wave still wait for somebody."""
    for row in reports(db):
        old = (row.published_at or row.added_at) < ends_at - timedelta(days=100)
        if not old or not row.relevant:
            continue
        best = next((item for item in links_of(db, _number(row.report_id)) if item.kind == "wave"), None)
        if best:
            decide_link(
                db, row.report_id, "wave", best.target, confirmed=True, actor=TELLER, now=ends_at - timedelta(days=90)
            )
        else:
            set_triage(db, row.report_id, "relevant", actor=TELLER, now=ends_at - timedelta(days=90))


def _item(entry: Mapping[str, Any], home: str, ends_at: datetime) -> str:
    link = html.escape(home + entry["path"])
    return (
        f"<item><title>{html.escape(entry['title'])}</title><link>{link}</link><guid>{link}</guid>"
        f"<pubDate>{format_datetime(_published(entry, ends_at))}</pubDate>"
        f"<description>{html.escape(_text(entry, ends_at))}</description></item>"
    )


def _page(page: Mapping[str, Any], ends_at: datetime) -> SavedPage:
    at, text = _published(page, ends_at), html.escape(_text(page, ends_at))
    title, publisher = html.escape(page["title"]), html.escape(page["publisher"])
    markup = (
        f'<!doctype html><html lang="{page.get("language", "en")}"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta property="og:title" content="{title}"><meta property="og:site_name" content="{publisher}">'
        f'<meta property="article:published_time" content="{at.isoformat()}"></head>'
        f"<body><article><h1>{title}</h1><p>{text}</p></article></body></html>"
    )
    return SavedPage(page["address"], markup.encode(), at)


def _post(post: Mapping[str, Any], ends_at: datetime) -> SavedPage:
    return SavedPage(None, _text(post, ends_at).encode(), _published(post, ends_at))


def _published(item: Mapping[str, Any], ends_at: datetime) -> datetime:
    return (ends_at - timedelta(days=item["days"])).replace(microsecond=0)


def _text(item: Mapping[str, Any], ends_at: datetime) -> str:
    if "wave" not in item:
        return str(item["text"])
    wave = next(wave for wave in read_cast().waves if wave.name == item["wave"])
    began = ends_at - timedelta(days=wave.begins_days)
    months = MONTHS.get(item.get("language", "en"))
    day = f"{began.day}. {months[began.month - 1]} {began.year}" if months else f"{began.day} {began:%B %Y}"
    return str(item["text"]).replace("{began}", day)


def _script() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def _number(report_id: str) -> int:
    return number_of("report", report_id) or 0
