"""All stages of the program in one run, beside what others use for the same: one table, and JSON.

    python -m tests.benchmarks.bench FOLDER [--most 400] [--rounds 3] [--database LARGE_DB] [--json FILE]

FOLDER holds .eml files. Most lines give items a CPU second, best of the rounds, and the ratio to the first line of
their group; the works of a group are measured round by round in turn, so that a busy machine is busy for all of them.
With `--database` the queries of the dashboard are timed beside the same figures by pandas, whose table is loaded once
(its load and memory are lines of their own). Peers that are not installed are left out. More by itself: measure_speed
(the corridor stage by stage), load_api, export_memory, measure_pages, measure_clustering.
"""

import argparse
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
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from collectors.advisories import parse_feed
from collectors.headers import parse_message
from collectors.memory import collect_rarely
from collectors.messages import read_messages
from collectors.reading import Reader
from collectors.reports import read_report
from data.catalogue.loader import load_catalogue
from data.export.csv_format import to_csv
from data.export.tables import TABLES
from data.keys import passing_keys
from data.model import RawMessage, Reading
from data.settings import Settings
from data.store.database import open_database, open_for_reading
from data.store.intake import take_in
from data.store.reads import headline, incidents, newly_abused, observations_over_time
from data.store.settle import settle
from tests.benchmarks.measure_speed import STAGES, timed
from tests.data.readings import submission
from tests.faults.phases import feed_of
from tests.faults.targets import SAMPLES

ROOT = Path(__file__).parents[2]
SETTINGS = Settings()
FIRST_PAGE = """
import time; began = time.perf_counter()
from streamlit.testing.v1 import AppTest
app = AppTest.from_file("app.py", default_timeout=120).run()
assert not app.exception
print(time.perf_counter() - began)
"""
ALL_TIME = timedelta(days=740)
Work = Callable[[], object]


@dataclass(frozen=True)
class Line:
    """One row of the table; `ratio` is to the first line of its group."""

    group: str
    name: str
    figure: float
    unit: str
    ratio: float | None = None


def rates(group: str, works: dict[str, tuple[int, Work]], rounds: int) -> list[Line]:
    """Items a CPU second, best of some rounds in turn."""
    best: dict[str, float] = {}
    for _ in range(rounds):
        for name, (count, work) in works.items():
            began = time.process_time()
            work()
            best[name] = max(best.get(name, 0.0), count / max(time.process_time() - began, 1e-6))
    first = next(iter(best.values()))
    return [Line(group, name, rate, "a CPU second", rate / first) for name, rate in best.items()]


def each(read: Callable[[bytes], object], blobs: list[bytes]) -> Work:
    def work() -> None:
        for blob in blobs:
            with suppress(Exception):  # a peer fails on some
                read(blob)

    return work


def parsing(blobs: list[bytes], rounds: int) -> list[Line]:
    """The whole reading of a message beside a mere parse by others."""
    reader = Reader(SETTINGS, passing_keys(), load_catalogue())
    works = {"standard library, full parse": each(email.message_from_bytes, blobs)}
    for module, function in (("mailparser", "parse_from_bytes"), ("fast_mail_parser", "parse_email")):
        if importlib.util.find_spec(module):
            works[f"{module}, mere parse"] = each(getattr(importlib.import_module(module), function), blobs)
    works["Relaywatch, parse"] = each(lambda blob: list(_parsed(blob)), blobs)
    works["Relaywatch, the whole reading"] = each(lambda blob: list(reader(blob, "x")), blobs)
    return rates("read a message", {name: (len(blobs), work) for name, work in works.items()}, rounds)


def _parsed(blob: bytes):
    return (
        parse_message(item, SETTINGS) for item in read_messages(blob, "x", SETTINGS) if isinstance(item, RawMessage)
    )


def storing(blobs: list[bytes]) -> list[Line]:
    """Reading, stage by stage, storing and settling in one new database, once."""
    reader = Reader(SETTINGS, passing_keys(), load_catalogue())
    spent: Counter[str] = Counter()
    for name in STAGES:
        timed(name, spent)
    began = time.process_time()
    items = [item for blob in blobs for item in reader(blob, "x")]
    read = time.process_time() - began
    count = sum(isinstance(item, Reading) for item in items)
    with tempfile.TemporaryDirectory() as folder, open_database(Path(folder) / "bench.db") as db:
        began = time.process_time()
        take_in(db, submission(at=datetime.now(UTC)), items, settled=False)
        stored = time.process_time() - began
        settle(db)
        settled = time.process_time() - began - stored
    parts = {"read": read, "store": stored, "settle": settled, "end to end": read + stored + settled}
    return [Line("stage", name, took / count * 1000, "ms a message") for name, took in spent.most_common()] + [
        Line("into the database", name, count / max(took, 1e-6), "a CPU second") for name, took in parts.items()
    ]


def intelligence(rounds: int) -> list[Line]:
    page = (SAMPLES / "intelligence" / "article.html").read_bytes()
    works: dict[str, tuple[int, Work]] = {
        "feedparser alone": (20, each(importlib.import_module("feedparser").parse, [feed_of(1)] * 20)),
        "our feed reader": (20, each(partial(parse_feed, source="x"), [feed_of(1)] * 20)),
        "a page and all that is recognised": (5, each(partial(read_report, source="x"), [page] * 5)),
    }
    return rates("feeds and pages", works, rounds)


def milliseconds(work: Work, rounds: int) -> float:
    """Of the processor, best of some rounds."""
    took = []
    for _ in range(rounds):
        began = time.process_time()
        work()
        took.append(time.process_time() - began)
    return min(took) * 1000


def queries(path: Path, rounds: int) -> list[Line]:
    """What the overview asks, beside pandas with all rows in memory."""
    pandas = importlib.import_module("pandas")
    lines = []
    with open_for_reading(path) as db:
        until = datetime.now(UTC)
        month = until - timedelta(days=30)
        ours: dict[str, Work] = {
            "figures of the day": lambda: headline(db, until),
            "30 days by day and platform": lambda: observations_over_time(db, month, until, 86_400),
            "all time by week and platform": lambda: observations_over_time(db, until - ALL_TIME, until, 7 * 86_400),
            "latest incidents": lambda: incidents(db, limit=8, now=until),
            "newly abused": lambda: newly_abused(db, month),
        }
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        began = time.perf_counter()
        frame = pandas.read_sql(
            "select observed_at, platform, party_id, incident_id from observations where standing > 0", db.connection
        )
        loading = time.perf_counter() - began
        memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        recent = int(month.timestamp())
        day = recent + 29 * 86_400
        theirs: dict[str, Work] = {
            "figures of the day": lambda: frame[frame.observed_at > day].party_id.nunique(),
            "30 days by day and platform": lambda: (
                frame[frame.observed_at > recent]
                .groupby([(frame.observed_at - recent) // 86_400, "platform"], dropna=False)
                .size()
            ),
            "all time by week and platform": lambda: frame.groupby(
                [frame.observed_at // (7 * 86_400), "platform"], dropna=False
            ).size(),
            "latest incidents": lambda: (
                frame.groupby("incident_id").observed_at.agg(["min", "max", "size"]).nlargest(8, "max")
            ),
            "newly abused": lambda: frame.groupby("party_id").observed_at.min().loc[lambda first: first > recent],
        }
        for name, work in ours.items():
            mine, other = milliseconds(work, rounds), milliseconds(theirs[name], rounds)
            lines.append(Line("queries", name, mine, "ms"))
            lines.append(Line("queries", f"{name}, pandas", other, "ms", mine / other))
        lines += [
            Line("queries", "pandas: loading all rows", loading * 1000, "ms"),
            Line("queries", "pandas: memory", memory, "MB"),
        ]
        export = [asdict(row) for row in incidents(db, limit=2_000, now=until)]
        took = milliseconds(lambda: list(to_csv(export, TABLES["incidents"].columns)), rounds)
        lines.append(Line("export", "incidents as CSV", len(export) * 1000 / took, "rows a second"))
    return lines


def first_page(path: Path | None) -> list[Line]:
    """A new process until its first page is drawn, without a browser."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "RELAYWATCH_DB": str(path or Path(folder) / "empty.db")}
        done = subprocess.run(
            [sys.executable, "-c", FIRST_PAGE], cwd=ROOT, env=environment, capture_output=True, check=True, text=True
        )
    return [Line("server", "cold start to first page", float(done.stdout) * 1000, "ms")]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--most", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--database", type=Path)
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    logging.disable(logging.CRITICAL)
    collect_rarely()
    paths = sorted(chosen.folder.rglob("*.eml"))
    blobs = [path.read_bytes() for path in paths[:: max(1, len(paths) // chosen.most)]]
    lines = parsing(blobs, chosen.rounds) + storing(blobs)
    lines += intelligence(chosen.rounds) + first_page(chosen.database)
    lines += queries(chosen.database, chosen.rounds) if chosen.database else []
    lines.append(
        Line("memory", "this process at most", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "MB")
    )
    print(f"{len(blobs)} messages, {sum(map(len, blobs)):,} bytes")
    for line in lines:
        ratio = f"x {line.ratio:.2f}" if line.ratio is not None else ""
        print(f"{line.group:<18} {line.name:<36} {line.figure:12,.1f} {line.unit:<12} {ratio}")
    if chosen.json:
        chosen.json.write_text(json.dumps([asdict(line) for line in lines], indent=1))


if __name__ == "__main__":
    main()
