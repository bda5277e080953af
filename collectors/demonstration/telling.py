"""The demonstration into a database of its own, through the same door as everybody's mail."""

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

from collectors.demonstration.cast import read_cast
from collectors.demonstration.reactions import reactions, tell_contacts, tell_reaction
from collectors.demonstration.reporting import tell_reports
from collectors.demonstration.told import demonstration_messages
from collectors.ingestion import Step, counted
from collectors.messages import read_messages
from collectors.reading_processes import read_in_processes
from data.errors import StoreError
from data.keys import Keys, open_keys
from data.model import RawMessage, Refusal
from data.settings import Settings
from data.store.database import Database, open_database
from data.store.demonstration import TELLER, handed_in_beside, holds_demonstration
from data.store.drafts import Draft
from data.store.intake import take_in
from data.store.settle import settle
from data.submissions import Submission

Item = Draft | Refusal
WEEK = timedelta(days=7)
MONTH = 4 * WEEK
LAST_DAYS = timedelta(days=3)
Instants = dict[str, datetime]


def tell_demonstration(settings: Settings, *, reset: bool, step: Step) -> dict[str, Any]:
    """Fills the database with the story, ending now; one that holds a demonstration stays as it is unless `reset`.

    It is told into a draft beside it, so that a demonstration is there whole or not at all. Raises StoreError where
    the database holds anything else.
    """
    started = time.perf_counter()
    if _is_told(settings.db, reset=reset) and not reset:
        return {"db": str(settings.db), "stored": 0, "sentence": f"{settings.db} holds the demonstration already."}
    draft = replace(settings, db=settings.db.with_name(settings.db.name + ".draft"), keys=None)
    _remove(draft.db)
    with open_database(draft.db) as db:
        stored = _tell(db, draft, open_keys(draft.keys_path), step)
    _remove(settings.db)
    draft.keys_path.replace(settings.db.with_name(settings.db.name + ".keys"))
    draft.db.replace(settings.db)
    seconds = time.perf_counter() - started
    sentence = f"{stored:,} invented messages stored in {settings.db} in {seconds:.0f} s."
    return {"db": str(settings.db), "stored": stored, "seconds": round(seconds, 3), "sentence": sentence}


def _is_told(path: Path, *, reset: bool) -> bool:
    """Whether a database holds a demonstration. Raises StoreError where telling it would cost other mail."""
    if not path.exists():
        return False
    with open_database(path) as db:
        told, others = holds_demonstration(db), handed_in_beside(db)
    if others and (reset or not told):
        raise StoreError(
            f"{path} holds {others:,} submissions that are not a demonstration, so it is left alone. "
            "Name a database for the demonstration with --db."
        )
    return told


def _remove(path: Path) -> None:
    for ending in ("", "-wal", "-shm", ".keys"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def _tell(db: Database, settings: Settings, keys: Keys, step: Step) -> int:
    """Day after day, a submission each submitter; settled every month, in the last one every week, in the last
    days every evening, as somebody would have who began to watch then. Vendors react as the story says."""
    ends_at = datetime.now(UTC)
    messages = list(demonstration_messages(ends_at))
    reacting = reactions(read_cast(), ends_at)
    handed_in = {source: at for source, _, at in messages}
    raws: Iterator[RawMessage | Refusal] = (
        raw for source, blob, _ in messages for raw in read_messages(blob, source, settings)
    )
    readings = counted(read_in_processes(raws, settings, keys, min(4, os.cpu_count() or 1)), step)
    stored = 0
    last = max(handed_in.values()).date()
    settled_at = min(handed_in.values())
    for date, day in groupby(readings, key=lambda item: handed_in[item.source].date()):
        by_submitter: dict[str, list[Item]] = {}
        for item in day:
            by_submitter.setdefault(item.source.partition("/")[0], []).append(item)
        for submitter, items in by_submitter.items():
            known = None if submitter.startswith("reader") else submitter
            hashed = keys.digest("submitter", f"demo:{submitter}")
            submission = Submission(TELLER, _last(items, handed_in), hashed, organisation=known)
            stored += take_in(db, submission, items, settled=False).stored
        evening = max(_last(items, handed_in) for items in by_submitter.values())
        somebody_reacts = bool(reacting) and reacting[0].at <= evening
        if evening - settled_at >= _pause(last - date, somebody_reacts=somebody_reacts):
            settle(db, evening)
            settled_at = evening
            # Nobody can react to what is not settled: there is no exposure yet.
            while reacting and reacting[0].at <= evening:
                tell_reaction(db, reacting.pop(0))
    for reaction in reacting:
        tell_reaction(db, reaction)
    tell_contacts(db, read_cast(), ends_at)
    tell_reports(db, ends_at)
    return stored


def _pause(before_the_end: timedelta, *, somebody_reacts: bool) -> timedelta:
    """How long nothing is settled."""
    if before_the_end < LAST_DAYS:
        return timedelta(0)
    return WEEK if somebody_reacts or before_the_end < MONTH else MONTH


def _last(items: list[Item], handed_in: Instants) -> datetime:
    return max(handed_in[item.source] for item in items)
