"""What each page's script and queries take on a database, and which queries read more the longer the history is.

    python -m tests.benchmarks.measure_pages DB [--beside SMALLER_DB] [--rounds 10] [--json FILE] [--plans]

Each view runs as Streamlit runs it, without a browser: one run to warm up, then the median of some. All times are
CPU milliseconds, which a busy machine hardly changes: of a script the median, of a query the best of the rounds.
Waiting for the disk is not in them: the pages of the file that a view needs are read once. With
`--beside` the same views of a smaller database are measured in the same run, and each query is compared with itself.
A plan that scans a table is shown with `--plans`.
"""

import argparse
import json
import os
import re
import sqlite3
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from streamlit.testing.v1 import AppTest

import data.store.database as store
from data.store.database import Database, Parameters, open_for_reading

APP = Path(__file__).parents[2] / "app.py"
SHOWN = 12
_NUMBERS = re.compile(r"\?(, \?)+")
_LARGEST = {
    "incident": "select printf('RW-%04d', incident_id) from incidents order by observations desc limit 1",
    "wave": "select printf('W-%04d', wave_id) from waves order by observations desc limit 1",
    "observation": "select printf('O-%04d', min(observation_id)) from observations",
    "party": "select a.name from parties p join party_aliases a using (party_id) where a.kind = 'domain'"
    " order by p.observations desc limit 1",
    "word": "select substr(title, 20, instr(substr(title, 20), ' ') - 1) from incidents"
    " order by observations desc limit 1",
}


@dataclass(frozen=True)
class View:
    """A page as an address opens it."""

    name: str
    page: str
    query: dict[str, str]
    default: bool = True


@dataclass
class Taken:
    """What one view took: CPU milliseconds of its script, and milliseconds of each of its queries."""

    script: float
    queries: dict[str, float] = field(default_factory=dict)

    @property
    def slowest(self) -> float:
        return max(self.queries.values(), default=0.0)


def views(db: Path) -> list[View]:
    with open_for_reading(db) as opened:
        largest = {name: str(opened.value(sql) or "") for name, sql in _LARGEST.items()}
    return [
        View("overview", "overview", {}),
        View("overview, 7 days", "overview", {"range": "7d"}, default=False),
        View("overview, all time", "overview", {"range": "all"}, default=False),
        View("waves", "waves", {}),
        View("largest wave", "waves", {"id": largest["wave"]}),
        View("incidents", "incidents", {}),
        View("incidents, filtered", "incidents", {"platform": "zendesk"}, default=False),
        View("incidents, searched", "incidents", {"q": largest["word"]}, default=False),
        View("largest incident", "incidents", {"id": largest["incident"]}),
        View("one message", "incidents", {"observation": largest["observation"]}),
        View("messages", "incidents", {"view": "messages"}, default=False),
        View("claims", "incidents", {"view": "claims"}, default=False),
        View("vendors", "vendors", {}),
        View("largest vendor", "vendors", {"party": largest["party"]}),
        View("platforms", "vendors", {"view": "platforms"}),
        View("one platform", "vendors", {"on": "zendesk"}),
        View("intelligence", "intelligence", {}),
        View("feeds", "intelligence", {"view": "feeds"}),
        View("exports", "exports", {}),
        View("submit", "submit", {}),
        View("look-up", "lookup", {}),
    ]


@contextmanager
def timed_queries(spent: dict[str, float]) -> Iterator[None]:
    """Notes what every query takes until its last row."""
    plain = {name: getattr(Database, name) for name in ("rows", "one", "stream")}

    def note(sql: str, began: float) -> None:
        key = _NUMBERS.sub("?", sql)
        spent[key] = spent.get(key, 0.0) + (time.thread_time() - began) * 1000

    def rows(self: Database, sql: str, parameters: Parameters = ()):
        began = time.thread_time()
        try:
            return plain["rows"](self, sql, parameters)
        finally:
            note(sql, began)

    def one(self: Database, sql: str, parameters: Parameters = ()):
        began = time.thread_time()
        try:
            return plain["one"](self, sql, parameters)
        finally:
            note(sql, began)

    def stream(self: Database, sql: str, parameters: Parameters = ()):
        yield from rows(self, sql, parameters)

    try:
        store.Database.rows, store.Database.one, store.Database.stream = rows, one, stream
        yield
    finally:
        for name, function in plain.items():
            setattr(store.Database, name, function)


def measure(view: View, rounds: int) -> Taken:
    app = AppTest.from_file(str(APP), default_timeout=120)
    app.run()
    for name, value in view.query.items():
        app.query_params[name] = value
    open_page = partial(app.switch_page, f"pages/{view.page}.py") if view.page != "overview" else lambda: app
    open_page().run()
    times: list[float] = []
    queries: dict[str, float] = {}
    for _ in range(rounds):
        spent: dict[str, float] = {}
        with timed_queries(spent):
            began = time.process_time()
            app.run()
            times.append((time.process_time() - began) * 1000)
        assert not app.exception, f"{view.name}: {app.exception[0].message}"
        queries = {sql: min(took, queries.get(sql, took)) for sql, took in spent.items()}
    return Taken(statistics.median(times), queries)


def measure_all(db: Path, rounds: int) -> dict[str, Taken]:
    os.environ["RELAYWATCH_DB"] = str(db)
    return {view.name: measure(view, rounds) for view in views(db)}


def scans(db: Path, sql: str) -> list[str]:
    """The steps of a query's plan that go over a whole table or index."""
    with open_for_reading(db) as opened:
        names = re.findall(r":([a-z_]+)", sql)
        parameters = dict.fromkeys(names, 0) if names else (0,) * 200
        for count in range(200):
            try:
                plan = opened.connection.execute(
                    f"explain query plan {sql}", parameters if names else (0,) * count
                ).fetchall()
            except sqlite3.Error:
                continue
            return [row[3] for row in plan if row[3].startswith("SCAN") and "json_each" not in row[3]]
    return []


def report(found: dict[str, Taken], beside: dict[str, Taken] | None, db: Path, plans: bool) -> None:
    for name, taken in found.items():
        small = beside[name] if beside else None
        compared = f"  {small.script:7.0f} ms beside, x{taken.script / small.script:4.1f}" if small else ""
        print(f"{name:<22} script {taken.script:7.0f} ms  slowest query {taken.slowest:8.1f} ms{compared}")
    slowest = {sql: (took, name) for name, taken in found.items() for sql, took in taken.queries.items()}
    print("\nslowest queries")
    for sql, (took, name) in sorted(slowest.items(), key=lambda item: -item[1][0])[:SHOWN]:
        before = beside[name].queries.get(sql) if beside else None
        times = f" (beside {before:.1f})" if before is not None else ""
        print(f"{took:8.1f} ms{times}  {name}: {sql[:400]}")
        for step in scans(db, sql) if plans else ():
            print(f"            {step}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("db", type=Path)
    parser.add_argument("--beside", type=Path)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--plans", action="store_true")
    chosen = parser.parse_args()
    beside = measure_all(chosen.beside, chosen.rounds) if chosen.beside else None
    found = measure_all(chosen.db, chosen.rounds)
    report(found, beside, chosen.db, chosen.plans)
    if chosen.json:
        rows = {name: {"script_ms": taken.script, "queries_ms": taken.queries} for name, taken in found.items()}
        chosen.json.write_text(json.dumps(rows, indent=1))


if __name__ == "__main__":
    main()
