"""What app.py gives to the pages: pages may import only `data`, so the collectors come in through here."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from data.blocks import block_text
from data.intelligence.feed_list import FeedList, ListedFeed
from data.intelligence.model import Report
from data.judgement.access import Right
from data.keys import Keys
from data.settings import Settings
from data.store.database import Database, open_database, open_for_reading
from data.store.journal import written_from
from data.submissions import ReadMessages
from pages.parts.visitor import address_of_visitor, require


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
    look_up_texts: Callable[[str], Sequence[str]]
    """The TXT records at a name of the DNS. Raises OSError where nobody answers."""


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
def reading(right: Right = "read") -> Iterator[Database]:
    """The database for one script run. Raises AccessRefused, or StoreError, whose sentence app.py shows."""
    require(right)
    with open_for_reading(wiring().settings.db) as db:
        yield db


@contextmanager
def writing(right: Right = "write") -> Iterator[Database]:
    """The same, to store something; the event log notes where from."""
    require(right)
    with written_from(origin()), open_database(wiring().settings.db) as db:
        yield db


def origin() -> str | None:
    """Where the visitor comes from, as a keyed hash of his address block; None for this machine."""
    block = block_text(address_of_visitor())
    return wiring().keys.digest("block", block).hex() if block else None
