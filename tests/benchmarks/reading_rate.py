"""How fast messages are read, against the standard library's bare full parse of the same bytes, in one process.

    python -m tests.benchmarks.reading_rate FOLDER [ROUNDS]

Prints messages a CPU second of both, their ratio, and a table of where the time goes.
"""

import email
import sys
import time
from collections.abc import Callable
from pathlib import Path

from collectors.authentication import read_authentication
from collectors.headers import parse_message
from collectors.messages import read_messages
from collectors.received import read_hops
from data.errors import SubmissionRefused
from data.model import ParsedMessage, RawMessage
from data.settings import Settings


def timed(work: Callable[[], object]) -> tuple[float, object]:
    """(CPU seconds, result) of a piece of work."""
    started = time.process_time()
    result = work()
    return time.process_time() - started, result


def parsed(raws: list[RawMessage], settings: Settings) -> list[ParsedMessage]:
    found = []
    for raw in raws:
        try:
            found.append(parse_message(raw, settings))
        except SubmissionRefused:
            continue
    return found


def main(folder: str, rounds: int = 3) -> None:
    settings = Settings()
    blobs = [path.read_bytes() for path in sorted(Path(folder).rglob("*.eml"))]
    for _ in range(rounds):
        bare, _ = timed(lambda: [email.message_from_bytes(blob) for blob in blobs])
        opened, items = timed(lambda: [item for blob in blobs for item in read_messages(blob, "x", settings)])
        raws = [item for item in items if isinstance(item, RawMessage)]
        read, messages = timed(lambda raws=raws: parsed(raws, settings))
        hopped, hops = timed(lambda messages=messages: [read_hops(message) for message in messages])
        pairs = list(zip(messages, hops, strict=True))
        judged, _ = timed(lambda pairs=pairs: [read_authentication(message, way, ()) for message, way in pairs])
        count, whole = len(blobs), read + hopped + judged
        print(
            f"{count} messages; bare parse {count / bare:,.0f}/s, ours {count / whole:,.0f}/s, {bare / whole:.2f} of it"
        )
        print(f"  with unpacking {count / (opened + whole):,.0f}/s, {bare / (opened + whole):.2f} of it")
        for name, seconds in (("unpack", opened), ("parse", read), ("hops", hopped), ("authentication", judged)):
            print(f"  {name:15} {seconds / count * 1e6:6.0f} microseconds a message")


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:3]))
