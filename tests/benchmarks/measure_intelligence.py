"""How often feeds, pages and excerpts of public reports are read rightly, on a folder of labelled material.

    python tests/benchmarks/measure_intelligence.py CORPUS_FOLDER [--misses] [--half a|b] [--as page]

CORPUS_FOLDER holds feeds/index.csv (path, expected_entries), reports/pages.jsonl (path, url, title, date, main_text,
must_contain, must_not_contain) and reports/excerpts.jsonl (url, text, label_relevant, platforms, vendors, dates,
subjects, surface_forms). --half counts one of two random halves. --as page wraps each excerpt into a page of HTML
before it is read; otherwise it is read as pasted text.
"""

import argparse
import csv
import hashlib
import html
import json
import re
import sys
import time
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from collectors.advisories import parse_feed
from collectors.reports import parse_page, read_report
from data.catalogue.vendors import NO_VENDORS, load_vendors
from data.errors import RelaywatchError

ARTICLES = re.compile(r"^(?:the|el|la|le|les|los|das|der|die|il|lo|l['’])\s+", re.IGNORECASE)
ZONES = timedelta(hours=14)


class Score:
    """Right, wrong and missing names."""

    def __init__(self, name: str) -> None:
        self.name, self.right, self.wrong, self.missing = name, 0, 0, 0
        self.misses: list[str] = []

    def count(self, row: str, got: Iterable[str], wanted: Iterable[str]) -> None:
        got, wanted = set(got), set(wanted)
        self.right += len(got & wanted)
        self.wrong += len(got - wanted)
        self.missing += len(wanted - got)
        if got != wanted:
            self.misses.append(f"{row}: too many {sorted(got - wanted)}, missing {sorted(wanted - got)}")

    def __str__(self) -> str:
        precision = self.right / max(1, self.right + self.wrong)
        recall = self.right / max(1, self.right + self.missing)
        both = 2 * self.right / max(1, 2 * self.right + self.wrong + self.missing)
        wanted = self.right + self.missing
        return f"{self.name:<28} F1 {both:.3f}  precision {precision:.3f}  recall {recall:.3f}  of {wanted}"


class Share:
    """Right ones among all."""

    def __init__(self, name: str) -> None:
        self.name, self.right, self.all = name, 0, 0
        self.misses: list[str] = []

    def count(self, row: str, right: bool, got: object, wanted: object) -> None:
        self.all += 1
        self.right += right
        if not right:
            self.misses.append(f"{row}: {got!r}, wanted {wanted!r}")

    def __str__(self) -> str:
        return f"{self.name:<28} {self.right} of {self.all}  {self.right / max(1, self.all):.3f}"


def key(text: str | None) -> str:
    """A name or title for comparing: letters and digits, in lower case, without an article."""
    folded = ARTICLES.sub("", unicodedata.normalize("NFKC", text or "").casefold().strip())
    return "".join(letter for letter in folded if letter.isalnum())


def in_half(name: str, half: str | None) -> bool:
    return half is None or "ab"[hashlib.sha256(name.encode()).digest()[0] % 2] == half


def lines(path: Path, half: str | None, name: str) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8", newline="\n") as file:
        for line in file:
            row = json.loads(line)
            if in_half(row[name], half):
                yield row


def measure_feeds(folder: Path, half: str | None) -> list[Share]:
    real, broken, slow = Share("real feeds, every entry"), Share("broken feeds, no crash"), Share("feeds within 5 s")
    with (folder / "index.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if in_half(row["path"], half)]
    for row in rows:
        started = time.perf_counter()
        try:
            found: object = len(parse_feed((folder / row["path"]).read_bytes(), row["path"]).entries)
        except RelaywatchError as error:
            found = str(error)
        except Exception as error:  # noqa: BLE001 # a crash is what is counted here
            found = error
        slow.count(row["path"], time.perf_counter() - started < 5, time.perf_counter() - started, "less than 5")
        expected = row["expected_entries"]
        if row["path"].startswith("real/"):
            real.count(row["path"], str(found) == expected, found, expected)
        else:
            broken.count(row["path"], not isinstance(found, Exception), found, "no crash")
    return [real, broken, slow]


def measure_pages(folder: Path, half: str | None) -> list[Share]:
    title, day, strict = Share("page titles"), Share("page dates, also as printed"), Share("page dates, UTC day")
    kept, left = Share("main text has what it must"), Share("main text lacks what it must")
    for row in lines(folder / "pages.jsonl", half, "path"):
        page = parse_page((folder / row["path"]).read_bytes(), row["path"], row["url"])
        title.count(row["path"], key(page.title) == key(row["title"]), page.title, row["title"])
        wanted = datetime.fromisoformat(row["date"])
        utc = wanted.astimezone(UTC) if wanted.tzinfo else wanted.replace(tzinfo=UTC)
        got = page.published_at
        same = got is not None and got.date() in {utc.date(), wanted.date()}
        strict.count(row["path"], got is not None and got.date() == utc.date(), got, row["date"])
        # Midnight of a printed day lies within a time zone of the moment.
        printed = (
            got is not None
            and wanted.tzinfo is not None
            and got.time() == datetime.min.time()
            and abs(got - utc) <= ZONES
        )
        day.count(row["path"], same or printed, got, row["date"])
        flat = " ".join(page.text.split())
        for words in row.get("must_contain") or ():
            kept.count(row["path"], " ".join(words.split()) in flat, "", words)
        for words in row.get("must_not_contain") or ():
            left.count(row["path"], " ".join(words.split()) not in flat, "", words)
    return [title, day, strict, kept, left]


def measure_excerpts(folder: Path, half: str | None, as_page: bool) -> list[Score]:
    relevance, platforms = Score("relevance"), Score("platforms")
    vendors, unknown = Score("vendors"), Score("vendors, empty catalogue")
    days, subjects = Score("days"), Score("quoted subjects")
    for row in lines(folder / "excerpts.jsonl", half, "id"):
        name = row["id"]
        blob = as_html(row["text"]) if as_page else row["text"].encode()
        insight = read_report(blob, name, row["url"], vendors=load_vendors()).insight
        without = read_report(blob, name, row["url"], vendors=NO_VENDORS).insight
        alias = {key(surface): key(canonical) for canonical, surface in (row.get("surface_forms") or {}).items()}

        def keys(names: Iterable[str], alias: dict[str, str] = alias) -> set[str]:
            return {alias.get(key(text), key(text)) for text in names}

        wanted = row["label_relevant"] == "yes"
        relevance.count(name, {"relevant"} if insight.relevance.relevant else (), {"relevant"} if wanted else ())
        platforms.count(name, keys(insight.names("platform")), map(key, row["platforms"]))
        vendors.count(name, keys(insight.names("vendor")), map(key, row["vendors"]))
        unknown.count(name, keys(without.names("vendor")), map(key, row["vendors"]))
        days.count(name, insight.names("date"), row["dates"])
        subjects.count(name, map(key, insight.names("subject")), map(key, row["subjects"]))
    return [relevance, platforms, vendors, unknown, days, subjects]


def as_html(text: str) -> bytes:
    return f"<!doctype html><html><body><article><p>{html.escape(text)}</p></article></body></html>".encode()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="CORPUS_FOLDER")
    parser.add_argument("--misses", action="store_true", help="list what was not right")
    parser.add_argument("--half", choices=["a", "b"])
    parser.add_argument("--as", dest="form", choices=["text", "page"], default="text")
    given = parser.parse_args()
    found: list[Share | Score] = [
        *measure_feeds(given.folder / "feeds", given.half),
        *measure_pages(given.folder / "reports", given.half),
        *measure_excerpts(given.folder / "reports", given.half, given.form == "page"),
    ]
    for item in found:
        print(item)
        for miss in item.misses if given.misses else ():
            print("    " + miss)


if __name__ == "__main__":
    main()
