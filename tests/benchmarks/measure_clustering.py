"""How well messages come together into templates and waves: real campaigns, simulated waves, any order.

    python -m tests.benchmarks.measure_clustering campaigns FOLDER
    python -m tests.benchmarks.measure_clustering simulated [--observations 2000] [--seeds 1,2,3] [--mutations 0,3,5]
    python -m tests.benchmarks.measure_clustering order [FOLDER] [--observations 2000] [--shuffles 10]
    python -m tests.benchmarks.measure_clustering stream [--observations 600] [--shuffles 2]

FOLDER holds campaigns.csv (path, campaign, wave) and the folders helpdesk, phish, campaigns and ham, which are all
clustered together. It reads with the functions of the product; nothing is stored, except by `stream`, which takes
shuffled messages into databases in lots of any size and compares the labels with those of all at once.
"""

import argparse
import csv
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[2]))

from clustering_scores import b_cubed, pairs, recovered
from simulated_mail import as_message
from simulated_waves import Simulated, simulate

import data.clustering.clusters as engine
from collectors.reading import Reader
from data.catalogue.loader import load_catalogue
from data.clustering.assign import Member, assign
from data.clustering.clusters import cluster
from data.clustering.nodes import Node, earliest, node_of, organisation_of
from data.clustering.waves import WAVE_PARTIES, flood_family
from data.keys import passing_keys
from data.model import Reading, Refusal
from data.settings import Settings
from data.store.check import check
from data.store.database import open_database
from data.store.intake import take_in
from data.store.streams import stream_observations
from data.submissions import Submission

FOLDERS = ("helpdesk", "phish", "campaigns", "ham")
CUTS = (0.25, 0.3, 0.35, 0.4, 0.45, 0.5)
HALVES = 5


@dataclass(frozen=True)
class Item:
    """One message with what clustering sees of it."""

    reading: Reading
    node: Node


def item_of(reading: Reading) -> Item:
    identity, at = reading.identity, int(reading.sent_at.timestamp()) if reading.sent_at else 0
    owner = organisation_of(identity.platform, identity.account_id, identity.tenant, identity.abused_domain)
    return Item(reading, node_of(reading.features, identity.mechanism, identity.platform, owner, at))


def labels_of(items: Sequence[Item]) -> list[str]:
    nodes: dict[int, Node] = {}
    for item in items:
        nodes[item.node.key] = earliest(nodes.get(item.node.key, item.node), item.node)
    found = cluster(nodes.values())
    return [found[item.node.key] for item in items]


def read(blobs: Iterator[tuple[str, bytes]]) -> Iterator[Item | None]:
    reader = Reader(Settings(), passing_keys(), load_catalogue())
    for source, blob in blobs:
        for reading in reader(blob, source):
            yield None if isinstance(reading, Refusal) else item_of(reading)


def campaigns(folder: Path) -> None:
    with (folder / "campaigns.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["path"]: row for row in csv.DictReader(file)}
    for bodies in (True, False):
        items = [item for item in read(corpus(folder, bodies)) if item]
        print(f"\n{'with bodies' if bodies else 'headers alone'}: {len(items)} messages")
        told(items, labels_of(items), rows)
        halves(items, rows)


def corpus(folder: Path, bodies: bool) -> Iterator[tuple[str, bytes]]:
    for name in FOLDERS:
        for path in sorted((folder / name).iterdir()):
            blob = path.read_bytes()
            ends = [place for place in (blob.find(b"\r\n\r\n"), blob.find(b"\n\n")) if place >= 0]
            yield f"{name}/{path.name}", blob if bodies else blob[: min(ends, default=len(blob))] + b"\n\n"


def told(items: Sequence[Item], labels: Sequence[str], rows: dict[str, dict[str, str]]) -> None:
    labelled = [
        (row["campaign"], label)
        for item, label in zip(items, labels, strict=True)
        if (row := rows.get(item.reading.source)) and row["campaign"]
    ]
    found = recovered(labelled)
    print(f"  B-cubed {b_cubed(labelled)}; pairs {pairs(labelled)}")
    print(f"  campaigns recovered exactly {found.whole + found.apart} of {found.groups + found.singles}", end="; ")
    print(f"of several messages {found.whole} of {found.groups}; single ones apart {found.apart} of {found.singles}")
    members: defaultdict[str, list[Item]] = defaultdict(list)
    waves: defaultdict[str, list[tuple[Item, str]]] = defaultdict(list)
    for item, label in zip(items, labels, strict=True):
        members[label].append(item)
        if wave := rows.get(item.reading.source, {}).get("wave"):
            waves[wave].append((item, label))
    for number, (wave, inside) in enumerate(sorted(waves.items())):
        label, count = Counter(label for _, label in inside).most_common(1)[0]
        strangers = sum(rows.get(item.reading.source, {}).get("wave") != wave for item in members[label])
        parties = {item.node.organisation for item, _ in inside}
        joined = {item.node.organisation for item, found in inside if found == label}
        print(f"  relay wave {number + 1}: {count} of {len(inside)} messages", end=", ")
        print(f"{len(joined)} of {len(parties)} abused parties in one template, strangers {strangers}")


def halves(items: Sequence[Item], rows: dict[str, dict[str, str]]) -> None:
    """The cut that is best on a random half of the campaigns, told on the other half."""
    by_cut: dict[float, list[str]] = {}
    for cut in CUTS:
        engine.CUT = cut
        by_cut[cut] = labels_of(items)
    engine.CUT = 0.35
    names = sorted({row["campaign"] for row in rows.values()} - {""})
    for seed in range(HALVES):
        chosen = set(random.Random(seed).sample(names, len(names) // 2))

        def score(cut: float, mine: bool, chosen: set[str] = chosen) -> float:
            return b_cubed(
                [
                    (row["campaign"], label)
                    for item, label in zip(items, by_cut[cut], strict=True)
                    if (row := rows.get(item.reading.source))
                    and row["campaign"]
                    and (row["campaign"] in chosen) == mine
                ]
            ).f1

        best = max(CUTS, key=lambda cut: (score(cut, True), -abs(cut - engine.CUT)))
        print(
            f"  half {seed + 1}: cut {best} (F1 {score(best, True):.3f}), the other half F1 {score(best, False):.3f}"
        )


def simulated(observations: int, seeds: Sequence[int], levels: Sequence[int]) -> None:
    print("seed mutations  template B-cubed F1             pairs F1                        wave F1  legitimate")
    for seed in seeds:
        for level in levels:
            told_simulated(seed, level, observations)


def told_simulated(seed: int, level: int, observations: int) -> None:
    messages = list(simulate(seed, observations, level))
    read_all = list(read((str(number), as_message(message)) for number, message in enumerate(messages)))
    kept = [(message, item) for message, item in zip(messages, read_all, strict=True) if item]
    start = time.process_time()
    labels = labels_of([item for _, item in kept])
    seconds = time.process_time() - start
    attacks = [
        (message.template, label) for (message, _), label in zip(kept, labels, strict=True) if message.is_attack
    ]
    waves = wave_labels(kept, labels)
    print(
        f"{seed:>4} {level:>9}  {b_cubed(attacks)}  {pairs(attacks)}  {waves:.3f}"
        f"  {legitimate(kept, labels):.3f}   ({len(kept) / max(seconds, 0.01):.0f} messages a second)"
    )


def legitimate(kept: Sequence[tuple[Simulated, Item]], labels: Sequence[str]) -> float:
    """The share of honest tickets in templates most of whose messages are attacks."""
    attacks, every = Counter(), Counter()
    for (message, _), label in zip(kept, labels, strict=True):
        attacks[label] += message.is_attack
        every[label] += 1
    honest = [label for (message, _), label in zip(kept, labels, strict=True) if not message.is_attack]
    return sum(2 * attacks[label] > every[label] for label in honest) / max(1, len(honest))


def wave_labels(kept: Sequence[tuple[Simulated, Item]], labels: Sequence[str]) -> float:
    """B-cubed F1 of waves, over the messages that stand in a true or a found wave."""
    found = found_waves(kept, labels)
    items = [
        (message.wave or f"none {number}", wave or f"none {number}")
        for number, ((message, _), wave) in enumerate(zip(kept, found, strict=True))
        if message.wave or (wave and message.is_attack)
    ]
    return b_cubed(items).f1


def found_waves(kept: Sequence[tuple[Simulated, Item]], labels: Sequence[str]) -> list[str | None]:
    members: defaultdict[str, list[Member]] = defaultdict(list)
    parties = {name: number for number, name in enumerate(sorted({item.node.organisation for _, item in kept}))}
    for number, ((message, item), label) in enumerate(zip(kept, labels, strict=True)):
        at = int(message.sent_at.timestamp())
        identity = item.reading.identity
        family = flood_family(identity.platform, identity.mechanism) if item.node.flood else label
        members[family].append(Member(number, at, parties[item.node.organisation], True))
    waves: list[str | None] = [None] * len(kept)
    for family, found in members.items():
        for place, run in enumerate(assign(found, has_payload=not family.startswith("flood"))):
            if run.wave and len(run.groups) >= WAVE_PARTIES:
                for group in run.groups:
                    for member in group.members:
                        waves[member.observation] = f"{family} {place}"
    return waves


def order(folder: Path | None, observations: int, shuffles: int) -> None:
    blobs = chain(
        corpus(folder, True) if folder else (),
        ((str(n), as_message(m)) for n, m in enumerate(simulate(1, observations, 3))),
    )
    items = [item for item in read(blobs) if item]
    expected = dict(zip((item.node.key for item in items), labels_of(items), strict=True))
    same = 0
    for seed in range(shuffles):
        mixed = random.Random(seed).sample(items, len(items))
        same += dict(zip((item.node.key for item in mixed), labels_of(mixed), strict=True)) == expected
    print(f"labels of {len(items)} messages are the same in {same} of {shuffles} shuffles")


def stream(observations: int, shuffles: int) -> None:
    reader = Reader(Settings(), passing_keys(), load_catalogue())
    readings = [
        reading
        for number, message in enumerate(simulate(1, observations, 3))
        for reading in reader(as_message(message), str(number))
    ]
    expected = stored_labels([readings])
    in_memory = labels_of([item_of(reading) for reading in readings if not isinstance(reading, Refusal)])
    same = by_group(in_memory) == by_group([expected[str(number)][0] for number in range(len(readings))])
    print(f"templates in the database are those in memory: {'yes' if same else 'no'}")
    right = 0
    for seed in range(shuffles):
        chance = random.Random(seed)
        mixed = chance.sample(readings, len(readings))
        cuts = sorted(chance.sample(range(1, len(mixed)), 8))
        bounds = [0, *cuts, len(mixed)]
        right += stored_labels([mixed[start:end] for start, end in pairwise(bounds)]) == expected
    print(f"labels of {len(readings)} stored messages are the same in {right} of {shuffles} shuffles, in lots")


def stored_labels(lots: Sequence[Sequence[Reading | Refusal]]) -> dict[str, tuple[str, str | None, str | None]]:
    """Of each message its template, incident and wave, named by the first message in them; checks the database."""
    at = datetime(2027, 1, 1, tzinfo=UTC)
    names: dict[str, str] = {}
    with TemporaryDirectory() as folder, open_database(Path(folder) / "a.db") as db:
        for lot in lots:
            names |= {item.observation_id: item.source for item in take_in(db, Submission("cli", at), lot).taken}
        found = check(db)
        if found:
            print("check says:", *found)
        rows = sorted(stream_observations(db), key=lambda row: int(names[row.observation_id]))
    first: dict[str | None, str] = {}
    for row in rows:
        for label in (row.template_id, row.incident_id, row.wave_id):
            first.setdefault(label, names[row.observation_id])
    return {
        names[row.observation_id]: (
            first[row.template_id],
            first[row.incident_id] if row.incident_id else None,
            first[row.wave_id] if row.wave_id else None,
        )
        for row in rows
    }


def by_group(labels: Sequence[str]) -> set[tuple[int, ...]]:
    groups: defaultdict[str, list[int]] = defaultdict(list)
    for number, label in enumerate(labels):
        groups[label].append(number)
    return set(map(tuple, groups.values()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("campaigns", "simulated", "order", "stream"))
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--observations", type=int, default=2000)
    parser.add_argument("--seeds", default="1,2,3")
    parser.add_argument("--mutations", default="0,3,5")
    parser.add_argument("--shuffles", type=int, default=10)
    given = parser.parse_args()
    if given.what == "campaigns":
        campaigns(given.folder or parser.error("campaigns needs a FOLDER"))
    elif given.what == "order":
        order(given.folder, given.observations, given.shuffles)
    elif given.what == "stream":
        stream(given.observations, given.shuffles)
    else:
        simulated(given.observations, *(tuple(map(int, text.split(","))) for text in (given.seeds, given.mutations)))


if __name__ == "__main__":
    main()
