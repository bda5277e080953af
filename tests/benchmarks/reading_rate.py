"""How fast messages are read, against the standard library's bare full parse of the same bytes, in one process.

    python -m tests.benchmarks.reading_rate FOLDER [ROUNDS]

Prints messages a CPU second of both, their ratio, and a table of where the time goes.
"""

import email
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

from collectors.authentication import read_authentication
from collectors.headers import parse_message
from collectors.messages import read_messages
from collectors.received import read_hops
from data.model import RawMessage
from data.settings import Settings


def seconds(work: Callable[[], object]) -> float:
    """CPU seconds of a piece of work."""
    started = time.process_time()
    work()
    return time.process_time() - started


def main(folder: str, rounds: int = 3) -> None:
    settings = Settings()
    blobs = [path.read_bytes() for path in sorted(Path(folder).rglob("*.eml"))]
    for _ in range(rounds):
        bare = seconds(lambda: [email.message_from_bytes(blob) for blob in blobs])
        spent = dict.fromkeys(("unpack", "parse", "hops", "authentication"), 0.0)
        for blob in blobs:
            read_one(blob, settings, spent)
        count, whole = len(blobs), sum(spent.values())
        alone = whole - spent["unpack"]
        rates = f"bare parse {count / bare:,.0f}, ours {count / alone:,.0f} a second ({bare / alone:.2f})"
        print(f"{count} messages: {rates}")
        print(f"  with unpacking {count / whole:,.0f} a second ({bare / whole:.2f})")
        for name, took in spent.items():
            print(f"  {name:15} {took / count * 1e6:6.0f} microseconds a message")


def read_one(blob: bytes, settings: Settings, spent: dict[str, float]) -> None:
    """Read a file the whole way and add up the CPU seconds of each step."""
    marks = [time.process_time()]
    items = list(read_messages(blob, "x", settings))
    marks.append(time.process_time())
    messages = [parse_message(item, settings) for item in items if isinstance(item, RawMessage)]
    marks.append(time.process_time())
    hops = [read_hops(message) for message in messages]
    marks.append(time.process_time())
    for message, way in zip(messages, hops, strict=True):
        read_authentication(message, way, ())
    marks.append(time.process_time())
    for name, (start, end) in zip(spent, pairwise(marks), strict=True):
        spent[name] += end - start


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:3]))
