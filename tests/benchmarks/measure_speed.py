"""How fast messages are read, beside the standard library's bare full parse of the same bytes in the same run.

    python tests/benchmarks/measure_speed.py FOLDER [ROUNDS]

Prints messages per CPU second, best of the rounds: what `inspect mail --json` does, what `ingest` does before it
stores, and mail-parser's mere parse where that is installed; and where the time goes, stage by stage.
"""

import email
import importlib.util
import json
import logging
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import collectors.reading as corridor
from collectors.inspection import describe
from collectors.memory import collect_rarely
from collectors.messages import read_messages
from collectors.reading import Reader
from data.catalogue.loader import load_catalogue
from data.keys import passing_keys
from data.model import Refusal
from data.settings import Settings

STAGES = (
    "parse_message", "read_hops", "read_authentication", "identify", "read_signals", "judge", "masker",
    "clean_hops", "clean_identity", "clean_verdict", "clean_subject", "subject_parts", "take_features",
    "fingerprint", "redact",
)  # fmt: skip


def best_rate(count: int, work: Callable[[], object], rounds: int) -> float:
    """Items per CPU second, the best of some rounds."""
    times = []
    for _ in range(rounds):
        started = time.process_time()
        work()
        times.append(time.process_time() - started)
    return count / min(times)


def timed(name: str, spent: Counter[str]) -> None:
    stage = getattr(corridor, name)

    def measured(*arguments: object, **named: object) -> object:
        started = time.thread_time()
        try:
            return stage(*arguments, **named)
        finally:
            spent[name] += time.thread_time() - started

    setattr(corridor, name, measured)


def main(folder: str, rounds: int = 3) -> None:
    collect_rarely()
    blobs = [path.read_bytes() for path in sorted(Path(folder).rglob("*.eml"))]
    reader = Reader(Settings(), passing_keys(), load_catalogue())

    def bare() -> None:
        for blob in blobs:
            email.message_from_bytes(blob)

    def split() -> int:
        return sum(1 for blob in blobs for _ in read_messages(blob, "-", reader.settings))

    def inspect() -> None:
        for blob in blobs:
            for item in reader.glances(read_messages(blob, "-", reader.settings)):
                json.dumps(describe(item) if not isinstance(item, Refusal) else item.reason, default=str)

    def ingest() -> int:
        return sum(1 for blob in blobs for _ in reader(blob, "-"))

    inspect()
    ingest()
    library = best_rate(len(blobs), bare, rounds)
    print(f"{len(blobs)} messages, {sum(map(len, blobs)):,} bytes, best of {rounds}")
    print(f"standard library, bare full parse   {library:8.0f} a CPU second")
    for name, work in (("inspect mail --json", inspect), ("the whole corridor", ingest), *other(blobs)):
        rate = best_rate(len(blobs), work, rounds)
        print(f"{name:<35} {rate:8.0f} a CPU second, {rate / library:.2f} of the library's rate")
    print(f"{'read_messages':<22} {1000 / best_rate(len(blobs), split, rounds):6.2f} ms a message")
    spent: Counter[str] = Counter()
    for name in STAGES:
        timed(name, spent)
    inspect()
    shown = Counter(spent)
    ingest()
    for name, seconds in (spent - shown).most_common():
        looked = f"{shown[name] / len(blobs) * 1000:6.2f} of them in inspect" if shown[name] else ""
        print(f"{name:<22} {seconds / len(blobs) * 1000:6.2f} ms a message {looked}")


def other(blobs: list[bytes]) -> list[tuple[str, Callable[[], object]]]:
    """mail-parser's mere parse, where it is installed; it is no part of this project."""
    if importlib.util.find_spec("mailparser") is None:
        return []
    parse = importlib.import_module("mailparser").parse_from_bytes
    logging.disable(logging.CRITICAL)

    def parse_all() -> None:
        for blob in blobs:
            with suppress(Exception):  # it fails on some
                parse(blob)

    return [("mail-parser, mere parse", parse_all)]


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:3]))
