"""The demonstration into a database of its own, through the same door as everybody's mail."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from collectors.demonstration.told import demonstration_messages
from collectors.reading import Reader
from data.catalogue.loader import load_catalogue
from data.errors import StoreError
from data.keys import Keys, open_keys
from data.model import Reading, Refusal, Submission
from data.settings import Settings
from data.store.database import Database, open_database
from data.store.intake import take_in
from data.store.reads import headline
from data.store.settle import settle

Message = tuple[str, bytes, datetime]


def tell_demonstration(settings: Settings, *, reset: bool, step: Callable[[int], None]) -> dict[str, Any]:
    """Fills an empty database with the story, ending now; one that holds something is left alone unless `reset`.

    Raises StoreError where `reset` is asked for a database that holds anything but a demonstration.
    """
    started = time.perf_counter()
    if reset:
        remove_demonstration(settings)
    now = datetime.now(UTC)
    with open_database(settings.db) as db:
        if headline(db, now).observations_total:
            return {"db": str(settings.db), "stored": 0, "sentence": f"{settings.db} is filled already."}
        reader = Reader(settings, open_keys(settings.keys_path), load_catalogue())
        stored = sum(tell_day(db, reader, list(day), step) for _, day in by_day(now))
    seconds = time.perf_counter() - started
    sentence = f"{stored:,} invented messages stored in {settings.db} in {seconds:.0f} s."
    return {"db": str(settings.db), "stored": stored, "seconds": round(seconds, 3), "sentence": sentence}


def by_day(ends_at: datetime) -> Iterator[tuple[object, Iterator[Message]]]:
    return groupby(demonstration_messages(ends_at), key=lambda message: message[2].date())


def tell_day(db: Database, reader: Reader, messages: list[Message], step: Callable[[int], None]) -> int:
    """One day's messages, a submission each submitter, settled as they would have been that evening."""
    stored = 0
    for submitter, handed_in in _by_submitter(messages).items():
        received_at = max(message[2] for message in handed_in)
        submission = _submission(reader.keys, submitter, received_at)
        stored += take_in(db, submission, _read(reader, handed_in, step), settled=False).stored
    settle(db, max(message[2] for message in messages))
    return stored


def _by_submitter(messages: list[Message]) -> dict[str, list[Message]]:
    found: dict[str, list[Message]] = {}
    for message in messages:
        found.setdefault(message[0].partition("/")[0], []).append(message)
    return found


def _submission(keys: Keys, submitter: str, received_at: datetime) -> Submission:
    # Invented submitters of different organisations, so that some incidents are confirmed by the rule for everybody.
    return Submission("demo", received_at, keys.digest("submitter", f"demo:{submitter}"))


def _read(reader: Reader, messages: list[Message], step: Callable[[int], None]) -> Iterator[Reading | Refusal]:
    for source, blob, _ in messages:
        step(1)
        yield from reader(blob, source)


def remove_demonstration(settings: Settings) -> None:
    """Removes a demonstration's files. Raises StoreError where the database holds anything else."""
    if not settings.db.exists():
        return
    with open_database(settings.db) as db:
        others = db.value("select count(*) from submissions where channel <> 'demo'")
    if others:
        raise StoreError(
            f"{settings.db} holds {others:,} submissions that are not a demonstration, so it is not removed. "
            "Name the demonstration's own database with --db."
        )
    for ending in ("", "-wal", "-shm", ".keys"):
        settings.db.with_name(settings.db.name + ending).unlink(missing_ok=True)
