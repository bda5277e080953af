"""What one more observation costs in a small database and in a large one.

    python -m tests.benchmarks.measure_intake SMALL_DB LARGE_DB [--messages 2000] [--lot 500] [--late]
        [--folder FOLDER]

The same messages go into a copy of each database by the front door, a lot at a time, each lot stored and settled:
first contents never seen before, then the same at further recipients, as in a wave. They were sent within the last
hours; with --late within the last two years. The databases take turns lot by lot, so that a busy machine is busy for
all. CPU milliseconds a message, the median of the lots, making the readings
not counted.
"""

import argparse
import random
import shutil
import statistics
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from data.model import Reading
from data.store.database import Database, open_database
from data.store.intake import take_in
from data.store.settle import settle
from tests.benchmarks.large_database import Plan, seeds
from tests.data.readings import hashed, submission

KINDS = ("never seen before", "at one more", "at yet one more")
PER_SEED = 20
"""Observations that a plan has per content."""


def messages(count: int, now: datetime, turn: int, late: bool) -> Iterator[Reading]:
    """Contents of which each is another one, at a recipient of this turn."""
    for place, seed in enumerate(islice(seeds(Plan(count * PER_SEED, now, random.Random(7))), count)):
        key = hashed((seed.fingerprint, turn))
        at = seed.sent_at if late else now - timedelta(seconds=10 * place)
        yield replace(seed, fingerprint=key, recipient_hash=key, message_hash=None, sent_at=at)


def put(db: Database, lot: tuple[Reading, ...], now: datetime) -> tuple[float, float]:
    """CPU milliseconds a message of storing and of settling."""
    began = time.process_time()
    take_in(db, submission(at=now, who="operator"), lot, settled=False)
    stored = time.process_time()
    settle(db, now)
    return (stored - began) * 1000 / len(lot), (time.process_time() - stored) * 1000 / len(lot)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("databases", type=Path, nargs="+")
    parser.add_argument("--messages", type=int, default=2000)
    parser.add_argument("--lot", type=int, default=500)
    parser.add_argument("--late", action="store_true")
    parser.add_argument("--folder", type=Path)
    chosen = parser.parse_args()
    now = datetime.now(UTC).replace(microsecond=0)
    with TemporaryDirectory(dir=chosen.folder) as folder:
        copies = [Path(folder) / f"{place}.db" for place in range(len(chosen.databases))]
        for place, path in zip(chosen.databases, copies, strict=True):
            shutil.copyfile(place, path)
        opened = [open_database(path) for path in copies]
        for db in opened:
            settle(db, now)
        taken: dict[tuple[str, int], list[tuple[float, float]]] = {}
        for turn, kind in enumerate(KINDS):
            items = messages(chosen.messages, now, turn, chosen.late)
            while lot := tuple(islice(items, chosen.lot)):
                for place, db in enumerate(opened):
                    taken.setdefault((kind, place), []).append(put(db, lot, now))
        for db in opened:
            db.close()
    for (kind, place), lots in taken.items():
        store, settled = (statistics.median(part) for part in zip(*lots, strict=True))
        first = sum(statistics.median(part) for part in zip(*taken[kind, 0], strict=True))
        print(
            f"{kind:<18} {chosen.databases[place].name:<10} store {store:.2f} settle {settled:.2f} together"
            f" {store + settled:.2f} ms, x {(store + settled) / first:.2f}"
        )


if __name__ == "__main__":
    main()
