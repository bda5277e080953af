"""Under what nodes of no level look for one another, and whose comparisons differ when one comes or goes.

Only nodes of one component were ever found alike, so only those are formed anew that hang together with a node that
lost a comparison; a node that comes in, or becomes a pivot, finds its own when it is formed itself.
"""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping

import numpy as np

from data.clustering.components import PIVOTS


def enter(connection: sqlite3.Connection, entered: Mapping[int, frozenset[int]]) -> None:
    """Puts nodes into buckets, and marks all that must be formed anew: they, and those that lose a comparison
    because a new pivot came in."""
    connection.executemany(
        "insert or ignore into buckets (bucket, node_id) values (?, ?)",
        sorted((bucket, number) for number, buckets in entered.items() for bucket in buckets),
    )
    fresh: defaultdict[int, set[int]] = defaultdict(set)
    for number, buckets in entered.items():
        for bucket in buckets:
            fresh[bucket].add(number)
    touched = set(entered)
    for bucket, found in fresh.items():
        first = _members(connection, bucket, PIVOTS + len(found))
        pivots = [number for number in first if number not in found][:PIVOTS]
        lost = set(pivots) - set(first[:PIVOTS])
        if lost:
            touched |= _together(connection, bucket, lost)
    mark(connection, touched)


def leave(connection: sqlite3.Connection, number: int, before: frozenset[int], after: frozenset[int]) -> None:
    """Takes a node that looks different out of its buckets but those it stays in, and marks the nodes whose
    comparisons differ by it."""
    touched: set[int] = set()
    for bucket in sorted(before):
        pivots = _members(connection, bucket, PIVOTS + 1)
        touched |= _together(connection, bucket, {number})
        if number in pivots[:PIVOTS]:
            touched.update(pivots[PIVOTS:])
    connection.executemany(
        "delete from buckets where bucket = ? and node_id = ?", [(bucket, number) for bucket in before - after]
    )
    mark(connection, touched - {number})


def mark(connection: sqlite3.Connection, numbers: Iterable[int]) -> None:
    """Marks nodes whose templates must be formed anew."""
    connection.executemany(
        "insert or ignore into unclustered (node_id) values (?)", [(number,) for number in numbers]
    )


def pack(buckets: Iterable[int]) -> bytes:
    """Buckets as they are kept with a node."""
    return np.array(sorted(buckets), dtype="<i8").tobytes()


def unpack(held: bytes) -> frozenset[int]:
    """The buckets of `pack`."""
    return frozenset(np.frombuffer(held, dtype="<i8").tolist())


def _members(connection: sqlite3.Connection, bucket: int, most: int) -> list[int]:
    rows = connection.execute("select node_id from buckets where bucket = ? order by node_id limit ?", (bucket, most))
    return [row[0] for row in rows]


def _together(connection: sqlite3.Connection, bucket: int, numbers: set[int]) -> set[int]:
    """The members of a bucket that may be alike with one of some nodes."""
    rows = connection.execute(
        "select b.node_id from buckets b cross join nodes n on n.node_id = b.node_id where b.bucket = ?1"
        " and (n.component is null or n.component in (select coalesce(o.component, n.component) from nodes o"
        " where o.node_id in (select value from json_each(?2))))",
        (bucket, json.dumps(sorted(numbers))),
    )
    return {row[0] for row in rows}
