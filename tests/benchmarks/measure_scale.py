"""How fast and in how much memory simulated messages become templates, beside Drain3 and datasketch.

    python -m tests.benchmarks.measure_scale [--observations 10000,100000] [--mutations 3] [--seed 3]
        [--lot 10000] [--only engine,database]

All get the same input. For each size the engine alone (nodes in memory), the database (rows taken in, then settled,
in lots), and, where they are installed, Drain3 on titles and datasketch's MinHash LSH over letters of titles. Seconds
are of the processor; making the input is not counted. F1 is B-cubed over the messages of attacks. Memory is the
process's peak so far.
"""

import argparse
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[2]))

from clustering_scores import b_cubed
from simulated_waves import Simulated, simulate

from data.clustering.clusters import cluster
from data.clustering.keys import take_features
from data.clustering.nodes import Node, earliest, node_of, organisation_of
from data.model import Authentication, Identity, Kept, Mailbox, Reading, Verdict
from data.store.database import open_database
from data.store.intake import take_in
from data.store.settle import settle
from data.store.streams import stream_observations
from data.submissions import Submission

Labels = list[str]
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


def rows(seed: int, observations: int, mutations: int) -> list[Row]:
    return [
        Row(reading_of(number, message), message.subject, message.template if message.is_attack else None)
        for number, message in enumerate(simulate(seed, observations, mutations))
    ]


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


def by_engine(found: Sequence[Row]) -> Labels:
    nodes: dict[int, Node] = {}
    keys: list[int] = []
    for row in found:
        identity, at = row.reading.identity, int(row.reading.sent_at.timestamp())
        owner = organisation_of(identity.platform, identity.account_id, identity.tenant, identity.abused_domain)
        node = node_of(row.reading.features, identity.mechanism, identity.platform, owner, at)
        nodes[node.key] = earliest(nodes.get(node.key, node), node)
        keys.append(node.key)
    labels = cluster(nodes.values())
    return [labels[key] for key in keys]


def by_database(lot: int) -> Callable[[Sequence[Row]], Labels]:
    """Takes rows in, `lot` at a time, each lot settled."""

    def labels(found: Sequence[Row]) -> Labels:
        at = datetime(2027, 1, 1, tzinfo=UTC)
        names: dict[str, int] = {}
        with TemporaryDirectory() as folder, open_database(Path(folder) / "a.db") as db:
            for start in range(0, len(found), lot):
                taken = [row.reading for row in found[start : start + lot]]
                said = take_in(db, Submission("cli", at, None), taken, settled=False)
                names |= {item.observation_id: int(item.source) for item in said.taken}
                settle(db, at + timedelta(seconds=start))
            templates = {names[row.observation_id]: row.template_id for row in stream_observations(db)}
        return [templates[number] for number in range(len(found))]

    return labels


def by_drain(found: Sequence[Row]) -> Labels:
    from drain3 import TemplateMiner
    from drain3.template_miner_config import TemplateMinerConfig

    miner = TemplateMiner(config=TemplateMinerConfig())
    return [str(miner.add_log_message(row.title)["cluster_id"]) for row in found]


def by_datasketch(found: Sequence[Row]) -> Labels:
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
    return [str(root(number)) for number in range(len(found))]


def methods(lot: int) -> Iterator[tuple[str, Callable[[Sequence[Row]], Labels]]]:
    yield "engine", by_engine
    yield "database", by_database(lot)
    if find_spec("drain3"):
        yield "Drain3", by_drain
    if find_spec("datasketch"):
        yield "datasketch", by_datasketch


def measure(found: Sequence[Row], lot: int, only: Sequence[str], before: dict[str, float]) -> None:
    for name, method in methods(lot):
        if only and name not in only:
            continue
        start = time.process_time()
        labels = method(found)
        rate = len(found) / (time.process_time() - start)
        attacks = [(row.truth, label) for row, label in zip(found, labels, strict=True) if row.truth]
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        ratio = f"  {rate / before[name]:.2f} of the first" if name in before else ""
        print(f"{len(found):>8,} {name:10} {rate:>8,.0f} a second  F1 {b_cubed(attacks)}  {peak:>6,.0f} MB{ratio}")
        sys.stdout.flush()
        before.setdefault(name, rate)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--observations", default="10000,100000")
    parser.add_argument("--mutations", type=int, default=3)
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--lot", type=int, default=10_000)
    parser.add_argument("--only", default="", help="engine, database, Drain3, datasketch; several with commas")
    given = parser.parse_args()
    before: dict[str, float] = {}
    for size in map(int, given.observations.split(",")):
        measure(
            rows(given.seed, size, given.mutations), given.lot, given.only.split(",") if given.only else (), before
        )


if __name__ == "__main__":
    main()
