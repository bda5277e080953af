"""Many messages into the database: read in as many processes as asked, stored in batches, settled at the end."""

import getpass
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, BinaryIO

from collectors.messages import read_paths
from collectors.reading_processes import read_in_processes
from data.keys import Keys, open_keys
from data.model import Refusal
from data.plain import counted as in_words
from data.settings import Settings
from data.store.database import open_database
from data.store.drafts import Draft
from data.store.intake import take_in
from data.store.reads import known_domains
from data.submissions import Intake, Submission

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
        drafts = read_in_processes(read_paths(paths, settings, stdin), settings, keys, workers, known)
        intake = take_in(db, operator(keys), counted(drafts, step))
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


def counted(drafts: Iterator[Draft | Refusal], step: Step) -> Iterator[Draft | Refusal]:
    for draft in drafts:
        step(1)
        yield draft


def write_trace(intake: Intake, trace: Trace) -> None:
    for taken in intake.taken:
        trace({"source": taken.source, "observation_id": taken.observation_id, "duplicate": taken.duplicate})
    for refusal in intake.refused:
        trace({"source": refusal.source, "error": refusal.reason})
