"""Reads and checks feeds.toml: well-known feeds that matter here, each with the source that names its address."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from data.catalogue.checks import Entry, read_toml
from data.errors import CatalogueError

FILE = Path(__file__).with_name("feeds.toml")
KINDS = ("news", "cert", "status", "platform")


@dataclass(frozen=True, slots=True)
class KnownFeed:
    """One feed. `kind`: news, cert (a national authority), status (of a platform), platform (its announcements)."""

    id: str
    title: str
    address: str
    kind: str
    sources: tuple[str, ...]
    revised: date


@lru_cache(maxsize=2)
def load_feeds(file: Path = FILE) -> tuple[KnownFeed, ...]:
    """The checked feeds, read once. Raises CatalogueError: file, entry, field, what to write."""
    table = read_toml(file)
    entries = tuple(_feed(Entry(file.name, "feed", raw)) for raw in table.get("feed", ()))
    for what in ("id", "address"):
        if len({getattr(entry, what) for entry in entries}) < len(entries):
            raise CatalogueError(f"{file.name}: two feeds share one {what}; each feed stands there once.")
    return entries


def _feed(entry: Entry) -> KnownFeed:
    address = entry.text("address")
    if urlsplit(address).scheme != "https":
        raise entry.error("address", "an address that begins with https://")
    sources = entry.texts("sources")
    if not sources:
        raise entry.error("sources", "at least one page that names the address")
    feed = KnownFeed(
        entry.text("id"),
        entry.text("title"),
        address,
        entry.choice("kind", KINDS, default=""),
        sources,
        entry.day("revised"),
    )
    entry.finish()
    return feed
