"""How fast messages are read, beside the standard library's bare full parse of the same bytes in the same run.

    python tests/benchmarks/measure_speed.py FOLDER [ROUNDS]

Prints messages per CPU second, best of the rounds, and where the time of the corridor goes, stage by stage.
"""

import email
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import collectors.reading as corridor
from collectors.messages import read_messages
from collectors.reading import Reader
from data.catalogue.loader import load_catalogue
from data.keys import passing_keys
from data.settings import Settings

STAGES = (
    "parse_message", "read_hops", "read_authentication", "identify", "read_signals", "judge", "masker",
    "take_features", "fingerprint", "redact", "clean_hops", "clean_identity", "clean_verdict",
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
    blobs = [path.read_bytes() for path in sorted(Path(folder).rglob("*.eml"))]
    reader = Reader(Settings(), passing_keys(), load_catalogue())

    def bare() -> None:
        for blob in blobs:
            email.message_from_bytes(blob)

    def split() -> int:
        return sum(1 for blob in blobs for _ in read_messages(blob, "-", reader.settings))

    def corridor_run() -> int:
        return sum(1 for blob in blobs for _ in reader(blob, "-"))

    corridor_run()
    library = best_rate(len(blobs), bare, rounds)
    ours = best_rate(len(blobs), corridor_run, rounds)
    found = best_rate(len(blobs), split, rounds)
    print(f"{len(blobs)} messages, {sum(map(len, blobs)):,} bytes, best of {rounds}")
    print(f"standard library, bare full parse   {library:8.0f} a CPU second")
    print(f"the whole corridor                  {ours:8.0f} a CPU second, {ours / library:.2f} of the library's rate")
    spent: Counter[str] = Counter()
    for name in STAGES:
        timed(name, spent)
    corridor_run()
    print(f"{'read_messages':<22} {1000 / found:6.2f} ms a message")
    for name, seconds in spent.most_common():
        print(f"{name:<22} {seconds / len(blobs) * 1000:6.2f} ms a message")


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:3]))
