"""Many messages into the database: read in as many processes as asked, stored in batches, settled at the end."""

import getpass
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing import get_context, parent_process
from typing import Any, BinaryIO

from collectors.memory import collect_rarely
from collectors.messages import read_paths
from collectors.reading import Reader
from collectors.verification import verifier_for
from data.catalogue.loader import load_catalogue
from data.keys import Keys, open_keys
from data.model import Intake, RawMessage, Reading, Refusal, Submission
from data.plain import counted as in_words
from data.settings import Settings
from data.store.database import open_database
from data.store.intake import take_in
from data.store.reads import known_domains

CHUNK = 50
"""Messages handed to a reading process at a time; larger ones made no difference, smaller ones cost pickling."""
CHUNK_BYTES = 1_000_000
"""Bytes after which a chunk is full: 50 messages of the largest size would be more than a gigabyte."""

Step = Callable[[int], None]
Trace = Callable[[dict[str, Any]], None]


@dataclass(frozen=True, slots=True)
class Summary:
    """What became of the messages of one `relaywatch ingest`."""

    messages: int
    stored: int
    duplicates: int
    rejected: tuple[Refusal, ...]
    incidents_opened: tuple[str, ...]
    waves_opened: tuple[str, ...]
    seconds: float

    def as_json(self) -> dict[str, Any]:
        return {
            "messages": self.messages,
            "stored": self.stored,
            "duplicates": self.duplicates,
            "rejected": [{"source": item.source, "reason": item.reason} for item in self.rejected],
            "incidents_opened": len(self.incidents_opened),
            "waves_opened": len(self.waves_opened),
            "seconds": round(self.seconds, 3),
        }

    def sentence(self) -> str:
        read = f"{in_words(self.messages, 'message')} in {self.seconds:.1f} s"
        kept = f"{self.stored:,} stored, {self.duplicates:,} known already, {len(self.rejected):,} refused"
        incidents, waves = len(self.incidents_opened), len(self.waves_opened)
        return f"{read}: {kept}; {in_words(incidents, 'incident')} and {in_words(waves, 'wave')} opened."


def ingest_paths(
    paths: Iterable[str],
    settings: Settings,
    *,
    stdin: BinaryIO,
    workers: int = 1,
    trace: Trace | None = None,
    step: Step = lambda _: None,
) -> Summary:
    """Every message of the paths into the database. Raises StoreError where the database cannot be used."""
    started = time.perf_counter()
    keys = open_keys(settings.keys_path)
    with open_database(settings.db) as db:
        known = known_domains(db) if settings.dkim_lookup else frozenset()
        readings = read_in_processes(read_paths(paths, settings, stdin), settings, keys, workers, known)
        intake = take_in(db, operator(keys), counted(readings, step))
    if trace:
        write_trace(intake, trace)
    return Summary(
        messages=len(intake.taken) + len(intake.refused),
        stored=intake.stored,
        duplicates=intake.duplicates,
        rejected=intake.refused,
        incidents_opened=intake.incidents_opened,
        waves_opened=intake.waves_opened,
        seconds=time.perf_counter() - started,
    )


def operator(keys: Keys) -> Submission:
    """A submission by whoever works at this machine: a trusted channel, one submitter however often it is used."""
    return Submission("cli", datetime.now(UTC), submitter_hash=keys.digest("submitter", f"cli:{operator_name()}"))


def operator_name() -> str:
    """Whoever works at this machine."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container may have a user id without a name
        return "operator"


def counted(readings: Iterator[Reading | Refusal], step: Step) -> Iterator[Reading | Refusal]:
    for reading in readings:
        step(1)
        yield reading


def write_trace(intake: Intake, trace: Trace) -> None:
    for taken in intake.taken:
        trace({"source": taken.source, "observation_id": taken.observation_id, "duplicate": taken.duplicate})
    for refusal in intake.refused:
        trace({"source": refusal.source, "error": refusal.reason})


def read_in_processes(
    items: Iterator[RawMessage | Refusal],
    settings: Settings,
    keys: Keys,
    workers: int,
    known: frozenset[str] = frozenset(),
) -> Iterator[Reading | Refusal]:
    """The readings of messages in their order; with more than one worker they are read in processes of their own.

    `known` are domains whose DKIM keys may be looked up beside the catalogue's. At most four chunks a worker are
    under way, so that a folder larger than memory streams through.
    """
    if workers == 1:
        yield from _reader_of(settings, keys, known).read(items)
        return
    with ProcessPoolExecutor(workers, get_context("spawn"), _open_reader, (settings, keys, known)) as pool:
        under_way: deque[Future[list[Reading | Refusal]]] = deque()
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


def _read_chunk(chunk: list[RawMessage | Refusal]) -> list[Reading | Refusal]:
    assert _reader is not None  # noqa: S101 (the pool's initializer ran)
    return list(_reader.read(chunk))
