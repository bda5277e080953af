"""What app.py gives to the pages: pages may import only `data`, so the collectors come in through here."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from data.intelligence.feed_list import FeedList, ListedFeed
from data.intelligence.model import Report
from data.keys import Keys
from data.model import ReadMessages
from data.settings import Settings
from data.store.database import Database, open_database, open_for_reading


@dataclass(frozen=True, slots=True)
class Intelligence:
    """A page's bytes (with name and address) read, an address made safe or None, lists of feeds read and written."""

    read_page: Callable[[bytes, str, str | None], Report]
    safe_address: Callable[[str], str | None]
    read_feeds: Callable[[bytes], FeedList]
    write_feeds: Callable[[Iterable[ListedFeed]], bytes]


@dataclass(frozen=True, slots=True)
class Wiring:
    read: ReadMessages
    keys: Keys
    settings: Settings
    intelligence: Intelligence


_connected: list[Wiring] = []


def connect(wiring: Wiring) -> None:
    """Bind the collectors to the pages; app.py does it at every script run, before any page runs."""
    _connected[:] = [wiring]


def wiring() -> Wiring:
    """Raises RuntimeError where a page runs without app.py: then it must show nothing."""
    if not _connected:
        raise RuntimeError("The pages are not connected; start app.py, not a page.")
    return _connected[0]


@contextmanager
def reading() -> Iterator[Database]:
    """The database for one script run. Raises StoreError, whose sentence app.py shows."""
    with open_for_reading(wiring().settings.db) as db:
        yield db


@contextmanager
def writing() -> Iterator[Database]:
    """The same, to store something."""
    with open_database(wiring().settings.db) as db:
        yield db
