"""How fast and in how much memory simulated messages become templates, beside Drain3 and datasketch.

    python -m tests.benchmarks.measure_scale [--observations 2500,10000,100000] [--mutations 3] [--seed 3]
        [--lot 0] [--only engine,database] [--folder FOLDER]

All get the same input, which is read from a file lot by lot; with --folder it is kept there for the next run. For
each size, each in a process of its own: the engine alone (contents packed in memory), the database (rows taken in,
then settled, all at once or in lots), and, where they are installed, Drain3 on titles and datasketch's MinHash LSH
over letters of titles. Seconds are of the processor; making the input is not counted. F1 is B-cubed over the messages
of attacks. Memory is the process's peak.
"""

import argparse
import json
import pickle
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar
from zlib import compress, decompress

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[2]))

from clustering_scores import b_cubed
from simulated_waves import Simulated, simulate

from data.clustering.clusters import cluster_all
from data.clustering.keys import take_features
from data.clustering.nodes import Node, node_of, organisation_of
from data.model import Authentication, Identity, Kept, Mailbox, Reading, Verdict
from data.store.database import open_database
from data.store.intake import take_in
from data.store.settle import settle
from data.store.values import public_id
from data.submissions import Submission

Labels = list[str]
Item = TypeVar("Item")
UNTOLD = Authentication("none", "none", "none", "claimed", None, ())
FIELDS = ("Received", "Date", "From", "To", "Subject", "Message-ID")
LETTERS = 4
LIKE = 0.6
"""Likeness of titles from which datasketch's index finds them; the best of the values tried in the notes."""


@dataclass(frozen=True)
class Row:
    """One simulated message as the corridor hands it on, and whether and of what attack it is."""

    reading: Reading
    title: str
    truth: str | None


def rows(seed: int, observations: int, mutations: int) -> Iterator[Row]:
    for number, message in enumerate(simulate(seed, observations, mutations)):
        yield Row(reading_of(number, message), message.subject, message.template if message.is_attack else None)


def batched(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """Lists of so many items; the last may be shorter. (itertools has it from Python 3.12 on.)"""
    found = iter(items)
    while lot := list(islice(found, size)):
        yield lot


def reading_of(number: int, message: Simulated) -> Reading:
    """The reading of a simulated message without its header: what identity and features a reader would give it."""
    recipients = (Mailbox(message.recipient_name, message.recipient_address),)
    features = take_features(
        message.subject, message.sender_name, message.text, message.links, FIELDS, message.mechanism,
        message.platform, message.abused_domain, recipients, str,
    )  # fmt: skip
    verdict = Verdict("relay-spam" if message.is_attack else "ordinary", 8.0 if message.is_attack else 0.0, (), 0.8)
    return Reading(
        source=str(number),
        enclosed_in=None,
        headers_only=False,
        fingerprint=hashed(number),
        message_hash=None,
        recipient_hash=hashed(message.recipient_address),
        sent_at=message.sent_at,
        dated_by="Date",
        kept=Kept(message.subject, message.sender_name, None, None, None, (), message.text, message.links, 0),
        hops=(),
        authentication=UNTOLD,
        identity=Identity(
            platform=message.platform,
            platform_evidence=(),
            account_id=message.account_id,
            tenant=None,
            abused_domain=message.abused_domain,
            mechanism=message.mechanism,
            automatic=True,
            consistency=(),
        ),
        verdict=verdict,
        features=features,
        warnings=(),
        catalogue_version="simulated",
    )


def hashed(value: object) -> bytes:
    return blake2b(repr(value).encode(), digest_size=16).digest()


class Packed(Mapping[int, Node]):
    """Contents of messages in little memory: each becomes a node when it is asked for."""

    def __init__(self) -> None:
        self._rows: dict[int, bytes] = {}

    def add(self, row: Row) -> int:
        """Packs a message; returns the key of its content, seen first when its earliest message was."""
        identity = row.reading.identity
        owner = organisation_of(identity.platform, identity.account_id, identity.tenant, identity.abused_domain)
        features = replace(row.reading.features, parts=())
        given = features, identity.mechanism, identity.platform, owner, int(row.reading.sent_at.timestamp())
        node = node_of(*given)
        if node.key not in self._rows or node.at < self[node.key].at:
            self._rows[node.key] = compress(pickle.dumps(given), 1)
        return node.key

    def __getitem__(self, key: int) -> Node:
        return node_of(*pickle.loads(decompress(self._rows[key])))

    def __iter__(self) -> Iterator[int]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


def by_engine(found: Iterable[Row]) -> Labels:
    nodes = Packed()
    keys = [nodes.add(row) for row in found]
    labels = cluster_all(nodes)
    return [labels[key] for key in keys]


def by_database(lot: int, folder: Path) -> Callable[[Iterable[Row]], Labels]:
    """Takes rows in and settles them, `lot` at a time, or all at once (0)."""

    def labels(found: Iterable[Row]) -> Labels:
        at = datetime(2027, 1, 1, tzinfo=UTC)
        names: dict[str, int] = {}
        with TemporaryDirectory(dir=folder) as place, open_database(Path(place) / "a.db") as db:
            for number, taken in enumerate(batched((row.reading for row in found), lot or 10_000)):
                said = take_in(db, Submission("cli", at, None), taken, settled=False)
                names |= {item.observation_id: int(item.source) for item in said.taken}
                if lot:
                    settle(db, at + timedelta(seconds=number))
            settle(db, at + timedelta(days=1))
            rows = db.rows("select observation_id, template_id from observations")
            templates = {names[public_id("observation", row[0])]: str(row[1]) for row in rows}
        return [templates[number] for number in range(len(templates))]

    return labels


def by_drain(found: Iterable[Row]) -> Labels:
    from drain3 import TemplateMiner
    from drain3.template_miner_config import TemplateMinerConfig

    miner = TemplateMiner(config=TemplateMinerConfig())
    return [str(miner.add_log_message(row.title)["cluster_id"]) for row in found]


def by_datasketch(found: Iterable[Row]) -> Labels:
    """Titles that the index finds alike are one group with all that those are alike to."""
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=LIKE, num_perm=64)
    home: list[int] = []

    def root(number: int) -> int:
        while home[number] != number:
            number = home[number]
        return number

    for number, row in enumerate(found):
        sketch = MinHash(num_perm=64)
        title = row.title.casefold().replace(" ", "")
        sketch.update_batch([title[i : i + LETTERS].encode() for i in range(max(1, len(title) - LETTERS + 1))])
        home.append(number)
        for other in index.query(sketch):
            one, two = sorted((root(number), root(other)))
            home[two] = one
        index.insert(number, sketch)
    return [str(root(number)) for number in range(len(home))]


METHODS: dict[str, str | None] = {"engine": None, "database": None, "Drain3": "drain3", "datasketch": "datasketch"}
"""What is measured, and the package it needs."""


def method_of(name: str, lot: int, folder: Path) -> Callable[[Iterable[Row]], Labels]:
    if name == "database":
        return by_database(lot, folder)
    return {"engine": by_engine, "Drain3": by_drain, "datasketch": by_datasketch}[name]


def make_input(path: Path, seed: int, observations: int, mutations: int) -> None:
    unfinished = path.with_suffix(".part")
    with unfinished.open("wb") as file:
        for lot in batched(rows(seed, observations, mutations), 1_000):
            pickle.dump(lot, file)
    unfinished.rename(path)


def read_input(path: Path, most: int) -> Iterator[Row]:
    with path.open("rb") as file:
        read = 0
        while read < most and file.peek(1):
            for row in pickle.load(file)[: most - read]:
                read += 1
                yield row


def measure(name: str, path: Path, size: int, lot: int) -> dict[str, object]:
    """One method on one input, in this process."""
    clock = Clock()
    found = method_of(name, lot, path.parent)(clock.outside(read_input(path, size)))
    seconds = clock.seconds()
    attacks = [(row.truth, label) for row, label in zip(read_input(path, size), found, strict=True) if row.truth]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"rate": size / seconds, "f1": str(b_cubed(attacks)), "peak": peak, "seconds": seconds}


class Clock:
    """Seconds of the processor, those of reading the input left out."""

    def __init__(self) -> None:
        self._start, self._aside = time.process_time(), 0.0

    def outside(self, items: Iterator[Row]) -> Iterator[Row]:
        while True:
            began = time.process_time()
            item = next(items, None)
            self._aside += time.process_time() - began
            if item is None:
                return
            yield item

    def seconds(self) -> float:
        return time.process_time() - self._start - self._aside


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--observations", default="2500,10000,100000")
    parser.add_argument("--mutations", type=int, default=3)
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--lot", type=int, default=0)
    parser.add_argument("--only", default="", help="engine, database, Drain3, datasketch; several with commas")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--one", nargs=3, metavar=("METHOD", "INPUT", "SIZE"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        name, path, size = given.one
        print(json.dumps(measure(name, Path(path), int(size), given.lot)))
        return
    with TemporaryDirectory() as scratch:
        told(given, given.folder or Path(scratch))


def told(given: argparse.Namespace, folder: Path) -> None:
    first: dict[str, float] = {}
    for size in map(int, given.observations.split(",")):
        path = folder / f"messages {given.seed} {given.mutations} {size}.pickle"
        if not path.exists():
            make_input(path, given.seed, size, given.mutations)
        for name, package in METHODS.items():
            if (given.only and name not in given.only.split(",")) or (package and not find_spec(package)):
                continue
            asked = ["--one", name, str(path), str(size), "--lot", str(given.lot)]
            said = subprocess.run([sys.executable, __file__, *asked], check=True, stdout=subprocess.PIPE)
            found = json.loads(said.stdout)
            ratio = f"  {found['rate'] / first[name]:.2f} of the first" if name in first else ""
            print(
                f"{size:>9,} {name:10} {found['rate']:>8,.0f} a second  F1 {found['f1']}  {found['peak']:>6,.0f} MB"
                f"  {found['seconds']:,.0f} s{ratio}",
                flush=True,
            )
            first.setdefault(name, found["rate"])


if __name__ == "__main__":
    main()
