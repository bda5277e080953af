"""Many messages into the database: read in as many processes as asked, stored in batches, settled at the end."""

import gc
import getpass
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from multiprocessing import get_context
from typing import Any, BinaryIO

from collectors.messages import read_paths
from collectors.reading import Reader
from data.catalogue.loader import load_catalogue
from data.keys import Keys, open_keys
from data.model import Intake, RawMessage, Reading, Refusal, Submission
from data.settings import Settings
from data.store.database import open_database
from data.store.intake import take_in

CHUNK = 50
"""Messages handed to a reading process at a time; larger ones made no difference, smaller ones cost pickling."""
GARBAGE = 20_000
"""Objects a reading process makes before it looks for cycles among them (Python's own default: 700)."""

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
        return (
            f"{self.messages:,} messages in {self.seconds:.1f} s: {self.stored:,} stored, {self.duplicates:,} known "
            f"already, {len(self.rejected):,} refused; {len(self.incidents_opened):,} incidents and "
            f"{len(self.waves_opened):,} waves opened."
        )


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
        readings = read_in_processes(read_paths(paths, settings, stdin), settings, keys, workers)
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
    items: Iterator[RawMessage | Refusal], settings: Settings, keys: Keys, workers: int
) -> Iterator[Reading | Refusal]:
    """The readings of messages in their order; with more than one worker they are read in processes of their own.

    At most four chunks a worker are under way, so that a folder larger than memory streams through.
    """
    if workers == 1:
        yield from Reader(settings, keys, load_catalogue()).read(items)
        return
    with ProcessPoolExecutor(workers, get_context("spawn"), _open_reader, (settings, keys)) as pool:
        under_way: deque[Future[list[Reading | Refusal]]] = deque()
        while chunk := list(islice(items, CHUNK)):
            under_way.append(pool.submit(_read_chunk, chunk))
            if len(under_way) >= 4 * workers:
                yield from under_way.popleft().result()
        while under_way:
            yield from under_way.popleft().result()


_reader: Reader | None = None


def _open_reader(settings: Settings, keys: Keys) -> None:
    global _reader
    # Messages are read into many small values without cycles; collecting them less often saves a tenth of the time.
    gc.set_threshold(GARBAGE)
    _reader = Reader(settings, keys, load_catalogue())


def _read_chunk(chunk: list[RawMessage | Refusal]) -> list[Reading | Refusal]:
    assert _reader is not None  # noqa: S101 (the pool's initializer ran)
    return list(_reader.read(chunk))
