"""How fast messages are read and taken in, beside the standard library's bare full parse and mail-parser's mere parse
of the same bytes in the same run.

    python -m tests.benchmarks.measure_speed FOLDER [ROUNDS]

Each work runs once a round in a process of its own, one after the other, so that nothing is remembered from the round
before and a busy machine is busy for all of them; the best of the rounds counts, in CPU seconds of the process. With
two workers it is the time on the clock, which means something only while nobody else uses the machine.
mail-parser is no part of this project; its line is left out where it is not installed. Below, where the time goes.
"""

import email
import importlib
import importlib.util
import json
import logging
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import collectors.reading as corridor
from collectors.ingestion import ingest_paths
from collectors.inspection import describe
from collectors.memory import collect_rarely
from collectors.messages import read_messages
from collectors.reading import Reader
from data.catalogue.loader import load_catalogue
from data.keys import passing_keys
from data.model import Refusal
from data.settings import Settings
from data.store.database import open_database
from data.store.intake import take_in
from data.store.settle import settle
from data.submissions import Submission

ROOT = Path(__file__).parents[2]
STAGES = (
    "parse_message", "read_hops", "read_authentication", "identify", "read_signals", "judge", "masker", "look_over",
    "clean_hops", "clean_identity", "clean_verdict", "clean_subject", "subject_parts", "take_features",
    "fingerprint", "redact",
)  # fmt: skip
Spent = dict[str, float]


def timed(name: str, spent: Counter[str]) -> None:
    """From now on, adds up the seconds of a stage of the corridor."""
    stage = getattr(corridor, name)

    def measured(*arguments: object, **named: object) -> object:
        started = time.thread_time()
        try:
            return stage(*arguments, **named)
        finally:
            spent[name] += time.thread_time() - started

    setattr(corridor, name, measured)


def taking(name: str, work: Callable[[], object]) -> Spent:
    started = time.process_time()
    work()
    return {name: time.process_time() - started}


def library(blobs: list[bytes]) -> Spent:
    def parse() -> None:
        for blob in blobs:
            email.message_from_bytes(blob)

    return taking("standard library, bare full parse", parse)


def mail_parser(blobs: list[bytes]) -> Spent:
    read = importlib.import_module("mailparser").parse_from_bytes
    logging.disable(logging.CRITICAL)

    def parse() -> None:
        for blob in blobs:
            with suppress(Exception):  # it fails on some
                read(blob)

    return taking("mail-parser, mere parse", parse)


def inspect(blobs: list[bytes]) -> Spent:
    reader = ready()

    def look() -> None:
        for blob in blobs:
            for item in reader.glances(read_messages(blob, "-", reader.settings)):
                json.dumps(describe(item) if not isinstance(item, Refusal) else item.reason, default=str)

    return taking("inspect mail --json", look)


def ingest(blobs: list[bytes]) -> Spent:
    """From bytes to committed and settled rows, and the three parts of it."""
    reader = ready()
    items: list[object] = []
    with tempfile.TemporaryDirectory() as folder, open_database(Path(folder) / "speed.db") as db:
        own = Submission("cli", datetime.now(UTC), submitter_hash=b"x" * 16)
        parts = taking("  read", lambda: items.extend(item for blob in blobs for item in reader(blob, "-")))
        parts |= taking("  store", lambda: take_in(db, own, items, settled=False))  # type: ignore[arg-type]
        parts |= taking("  settle", lambda: settle(db))
    return {"end to end ingest": sum(parts.values()), **parts}


def two_workers(folder: str) -> Spent:
    """`ingest --workers 2` of the folder, the start of its processes included: on the clock, and the CPU seconds of
    the process that writes and of those that read."""
    with tempfile.TemporaryDirectory() as place:
        began, worked = time.perf_counter(), time.process_time()
        ingest_paths([folder], replace(Settings(), db=Path(place) / "speed.db"), stdin=BytesIO(), workers=2)
        readers = resource.getrusage(resource.RUSAGE_CHILDREN)
        return {
            "end to end with two workers, on the clock": time.perf_counter() - began,
            "  its process that writes": time.process_time() - worked,
            "  its two processes that read": readers.ru_utime + readers.ru_stime,
        }


def stages(blobs: list[bytes]) -> Spent:
    """Each stage of reading; those that inspect has, too, under its own name."""
    reader = ready()
    found: Spent = {}
    found |= taking("ingest: read_messages", lambda: [list(read_messages(blob, "-", Settings())) for blob in blobs])
    spent: Counter[str] = Counter()
    for name in STAGES:
        timed(name, spent)
    inspect(blobs)
    found |= {f"inspect: {name}": seconds for name, seconds in spent.items()}
    spent.clear()
    for blob in blobs:
        list(reader(blob, "-"))
    return found | {f"ingest: {name}": seconds for name, seconds in spent.items()}


def ready() -> Reader:
    """A reader whose tables are loaded, since a server loads them once."""
    reader = Reader(Settings(), passing_keys(), load_catalogue())
    letter = b"From: Help <help@northwind.example>\nTo: someone@example.org\nSubject: Your request\n\nHello\n"
    list(reader(letter, "-"))
    list(reader.glances(read_messages(letter, "-", reader.settings)))
    collect_rarely()
    return reader


WORKS: dict[str, Callable[[list[bytes]], Spent]] = {
    "library": library,
    "inspect": inspect,
    "mail_parser": mail_parser,
    "ingest": ingest,
    "stages": stages,
}


def run(work: str, folder: str) -> Spent:
    """One work in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.measure_speed", folder, work]
    done = subprocess.run(command, cwd=ROOT, env=os.environ, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def main(folder: str, rounds: int) -> None:
    count = sum(1 for _ in Path(folder).rglob("*.eml"))
    works = [
        work for work in (*WORKS, "two_workers") if work != "mail_parser" or importlib.util.find_spec("mailparser")
    ]
    best: Spent = {}
    for _ in range(rounds):
        for work in works:
            best.update({name: min(took, best.get(name, took)) for name, took in run(work, folder).items()})
    bare, theirs = best["standard library, bare full parse"], best.get("mail-parser, mere parse", 0.0)
    print(f"{count} messages, best of {rounds} rounds; how the two others' rates compare")
    for name, took in best.items():
        ratios = f"{bare / took:6.2f} of the library  {theirs / took:6.2f} of mail-parser" if ": " not in name else ""
        print(f"{name:<42} {took / count * 1000:7.3f} ms a message {ratios}".rstrip())


if __name__ == "__main__":
    chosen = sys.argv[2] if len(sys.argv) > 2 else "3"
    if chosen.isdigit():
        main(str(Path(sys.argv[1]).resolve()), int(chosen))
    elif chosen == "two_workers":
        print(json.dumps(two_workers(sys.argv[1])))
    else:
        print(json.dumps(WORKS[chosen]([path.read_bytes() for path in sorted(Path(sys.argv[1]).rglob("*.eml"))])))
