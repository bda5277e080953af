"""Nodes in the database: read out of the observation that stands for each, with their buckets."""

import json
import sqlite3
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from hashlib import blake2b

from data.clustering.evidence import Evidence, evidence_of
from data.clustering.learned import Common, Shells
from data.clustering.nodes import Node, node_of, organisation_of
from data.store.rows import features_of

WHOSE = (
    "o.platform, o.account_id, o.tenant, o.abused_domain, coalesce((select v.mechanism from overruled v"
    " where v.observation_id = o.observation_id), o.mechanism) as mechanism"
)
READY = 6_000
"""Evidences held in memory at once, about 20 kB each."""
LOT = 2_000
BUCKETS = 100_000
_READ: OrderedDict[int, Node] = OrderedDict()
_STRIPPED: OrderedDict[int, tuple[int, Shells, Common, Evidence]] = OrderedDict()


def node_of_row(row: sqlite3.Row) -> Node:
    """The node of an observation; the row holds `WHOSE`, features and `at`."""
    owner = organisation_of(row["platform"], row["account_id"], row["tenant"], row["abused_domain"])
    features = features_of(json.loads(row["features"]))
    return node_of(features, row["mechanism"], row["platform"], owner, row["at"])


def nodes_of(connection: sqlite3.Connection, numbers: Sequence[int]) -> dict[int, Node]:
    """Some nodes by their ids; unknown ones are left out. What was read once in this process is not read again: a
    node's id says all of it but its time."""
    found: dict[int, Node] = {}
    for start in range(0, len(numbers), LOT):
        lot = numbers[start : start + LOT]
        known = {number: node for number in lot if (node := _READ.get(number))}
        found |= _read(connection, [number for number in lot if number not in known])
        for number, at in connection.execute(
            "select node_id, at from json_each(?) j cross join nodes n on n.node_id = j.value",
            (json.dumps(list(known)),),
        ):
            found[number] = known[number] if known[number].at == at else replace(known[number], at=at)
    return found


def _read(connection: sqlite3.Connection, numbers: Sequence[int]) -> dict[int, Node]:
    rows = connection.execute(
        f"select n.node_id, n.at, d.features, {WHOSE} from json_each(?) j cross join nodes n"  # noqa: S608 (our own words)
        " on n.node_id = j.value join observations o on o.observation_id = n.observation_id"
        " join observation_details d on d.observation_id = n.observation_id",
        (json.dumps(list(numbers)),),
    )
    found = {row["node_id"]: node_of_row(row) for row in rows}
    _READ.update(found)
    while len(_READ) > READY:
        _READ.popitem(last=False)
    return found


def strip(node: Node, own: Shells, common: Common) -> Evidence:
    """What is left of a node. The same object as before where nothing else was learned since, so that what was
    computed of it holds."""
    before = _STRIPPED.get(node.key)
    if before and before[0] == node.at and before[1] is own and before[2] is common:
        _STRIPPED.move_to_end(node.key)
        return before[3]
    found = evidence_of(node, own, common)
    _STRIPPED[node.key] = node.at, own, common, found
    if len(_STRIPPED) > READY:
        _STRIPPED.popitem(last=False)
    return found


def state_of(item: Evidence) -> bytes:
    """A digest of what of a node is compared with others."""
    compared = (item.texts, sorted(item.body), item.reach, item.node.at)
    return blake2b(repr(compared).encode("utf-8", "surrogatepass"), digest_size=8).digest()


class Shelves:
    """The library of a database, within one transaction."""

    def __init__(self, connection: sqlite3.Connection, strip: Callable[[Node], Evidence]) -> None:
        self._connection = connection
        self._strip = strip
        self._ready: OrderedDict[int, Evidence] = OrderedDict()
        self._members: dict[tuple[int, int], list[int]] = {}

    def evidence(self, key: int) -> Evidence:
        found = self._ready.get(key)
        if found is None:
            self.prepare([key])
            found = self._ready[key]
        self._ready.move_to_end(key)
        return found

    def prepare(self, keys: Iterable[int]) -> None:
        """Reads many evidences at a time."""
        missing = [key for key in keys if key not in self._ready]
        for key, node in nodes_of(self._connection, missing).items():
            self._ready[key] = self._strip(node)
        while len(self._ready) > max(READY, len(missing)):
            self._ready.popitem(last=False)

    def members(self, bucket: int, most: int | None = None) -> list[int]:
        asked = bucket, -1 if most is None else most
        found = self._members.get(asked)
        if found is None:
            rows = self._connection.execute(
                "select node_id from buckets where bucket = ? order by node_id limit ?", asked
            )
            found = [row[0] for row in rows]
            if len(self._members) >= BUCKETS:
                self._members.clear()
            self._members[asked] = found
        return found
