"""Messages read in as many processes as asked, each into the rows that are stored of it.

Nothing here opens a database, so that a reading process starts in half the time of one that writes.
"""

import os
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context, parent_process

from collectors.memory import collect_rarely
from collectors.reading import Reader
from collectors.verification import verifier_for
from data.catalogue.loader import load_catalogue
from data.keys import Keys
from data.model import RawMessage, Refusal
from data.settings import Settings
from data.store.drafts import Draft, drafted

CHUNK = 50
"""Messages handed to a reading process at a time; larger ones made no difference, smaller ones cost pickling."""
CHUNK_BYTES = 1_000_000
"""Bytes after which a chunk is full: 50 messages of the largest size would be more than a gigabyte."""


def read_in_processes(
    items: Iterator[RawMessage | Refusal],
    settings: Settings,
    keys: Keys,
    workers: int,
    known: frozenset[str] = frozenset(),
) -> Iterator[Draft | Refusal]:
    """What is stored of messages of trusted channels, in their order; with more than one worker they are read in
    processes of their own, so that the one that writes is left with nothing but writing.

    `known` are domains whose DKIM keys may be looked up beside the catalogue's. At most four chunks a worker are
    under way, so that a folder larger than memory streams through.
    """
    if workers == 1:
        yield from _drafts_of(_reader_of(settings, keys, known), items)
        return
    with ProcessPoolExecutor(workers, get_context("spawn"), _open_reader, (settings, keys, known)) as pool:
        under_way: deque[Future[list[Draft | Refusal]]] = deque()
        for chunk in chunks(items):
            under_way.append(pool.submit(_read_chunk, chunk))
            if len(under_way) >= 4 * workers:
                yield from under_way.popleft().result()
        while under_way:
            yield from under_way.popleft().result()


def chunks(items: Iterable[RawMessage | Refusal]) -> Iterator[list[RawMessage | Refusal]]:
    """Items in lists of at most CHUNK, and not of more than CHUNK_BYTES but for the last message of each."""
    chunk: list[RawMessage | Refusal] = []
    size = 0
    for item in items:
        chunk.append(item)
        size += len(item.raw) if isinstance(item, RawMessage) else 0
        if len(chunk) >= CHUNK or size >= CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _reader_of(settings: Settings, keys: Keys, known: frozenset[str]) -> Reader:
    catalogue = load_catalogue()
    return Reader(settings, keys, catalogue, verify=verifier_for(settings, catalogue, known))


def _drafts_of(reader: Reader, items: Iterable[RawMessage | Refusal]) -> Iterator[Draft | Refusal]:
    return (drafted(item, trusted=True) for item in reader.read(items))


_reader: Reader | None = None


def _open_reader(settings: Settings, keys: Keys, known: frozenset[str]) -> None:
    global _reader
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _reader = _reader_of(settings, keys, known)
    collect_rarely()


def _end_with_parent() -> None:
    """A worker whose parent was killed waits for work for ever: it holds both ends of the pipe the work comes by."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _read_chunk(chunk: list[RawMessage | Refusal]) -> list[Draft | Refusal]:
    assert _reader is not None  # noqa: S101 (the pool's initializer ran)
    return list(_drafts_of(_reader, chunk))
