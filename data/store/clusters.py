"""Observations into templates: each step one short transaction, so that whoever is killed loses nothing but its own.

`place` gives observations their nodes, `compare` brings the buckets of changed nodes in line with what was learned,
`form` groups the components they stand in. The steps mark in `unclustered` what the next one has to do, and end in
the same templates whatever the order in which messages came.
"""

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from hashlib import blake2b

import numpy as np

from data.clustering.assign import keep_ids
from data.clustering.clusters import PIVOTS, bucket_keys, component_of, refine
from data.clustering.evidence import Evidence
from data.clustering.nodes import Node
from data.store.lessons import Lessons
from data.store.moves import MACHINE_TEMPLATE, move_observations
from data.store.node_rows import LOT, WHOSE, Shelves, node_of_row, strip

FORMED = 4_000
"""Nodes of the components that one transaction forms, unless a single one is larger."""


def place(connection: sqlite3.Connection) -> bool:
    """Gives a lot of new or changed observations their nodes; says whether there were any."""
    rows = connection.execute(
        f"select o.observation_id, o.observed_at as at, d.features, {WHOSE} from observations o"  # noqa: S608 (our own words)
        " join observation_details d using (observation_id) where o.node_id is null limit ?",
        (LOT,),
    ).fetchall()
    placed: list[tuple[int, int]] = []
    owners: dict[int, str] = {}
    for row in rows:
        node = node_of_row(row)
        placed.append((0 if node.flood else node.key, row["observation_id"]))
        if not node.flood:
            owners[node.key] = node.organisation
    connection.executemany("update observations set node_id = ? where observation_id = ?", placed)
    connection.executemany(
        "insert or ignore into nodes (node_id, organisation, observation_id, at) values (?, ?, 0, 0)", owners.items()
    )
    changed = _refresh_nodes(connection, sorted(owners))
    known = _known(connection, sorted(owners.keys() - changed))
    for template, numbers in known.items():
        move_observations(connection, template, json.dumps(numbers))
    _mark(connection, owners.keys() - {number for numbers in known.values() for number in numbers})
    return bool(rows)


def _known(connection: sqlite3.Connection, numbers: Sequence[int]) -> dict[int, list[int]]:
    """Of some nodes that are as they were those whose template stands, by their template: one more message of a wave
    compares with nothing, so that it costs the same in a database of any size."""
    found: dict[int, list[int]] = {}
    for template, number in connection.execute(
        "select n.template_id, n.node_id from json_each(?) j cross join nodes n on n.node_id = j.value"
        " where n.template_id is not null and n.state is not null"
        " and not exists (select 1 from unclustered u where u.node_id = n.node_id)",
        (json.dumps(numbers),),
    ):
        found.setdefault(template, []).append(number)
    return found


def _refresh_nodes(connection: sqlite3.Connection, numbers: Sequence[int]) -> set[int]:
    """Nodes as their observations say: when first seen, which one to read; returns those that differed."""
    rows = connection.execute(
        "update nodes set (observation_id, at) = (n.observation_id, n.at) from ("
        " select j.value as number, min(o.observation_id) as observation_id, min(o.observed_at) as at"
        " from json_each(?) j cross join observations o on o.node_id = j.value group by j.value) n"
        " where node_id = n.number and (nodes.observation_id, nodes.at) is not (n.observation_id, n.at)"
        " returning node_id",
        (json.dumps(numbers),),
    )
    return {row[0] for row in rows.fetchall()}


def compare(connection: sqlite3.Connection) -> None:
    """Learns anew where that is due, and brings the buckets of all nodes in line that look different by it."""
    waiting = [row[0] for row in connection.execute("select node_id from unclustered")]
    _refresh_nodes(connection, waiting)
    touched = [
        row[0]
        for row in connection.execute(
            "select distinct organisation from unclustered join nodes using (node_id) order by organisation"
        )
    ]
    _drop_orphans(connection)
    lessons = Lessons(connection)
    chosen = {row[0] for row in connection.execute("select node_id from unclustered")}
    if lessons.learn_common():
        chosen.update(row[0] for row in connection.execute("select node_id from nodes"))
        touched = [
            row[0] for row in connection.execute("select distinct organisation from nodes order by organisation")
        ]
    for organisation in lessons.learn_own(touched):
        rows = connection.execute("select node_id from nodes where organisation = ?", (organisation,))
        chosen.update(row[0] for row in rows)
    shelves = shelves_of(connection, lessons)
    numbers = sorted(chosen)
    for start in range(0, len(numbers), LOT):
        _compare(connection, shelves, numbers[start : start + LOT])


def shelves_of(connection: sqlite3.Connection, lessons: Lessons | None = None) -> Shelves:
    """The library of a database, seen with the lessons that hold."""
    lessons = lessons or Lessons(connection)

    def stripped(node: Node) -> Evidence:
        return strip(node, lessons.own(node.organisation), lessons.common)

    return Shelves(connection, stripped)


def _drop_orphans(connection: sqlite3.Connection) -> None:
    gone = connection.execute(
        "select n.node_id, n.held from unclustered u join nodes n using (node_id)"
        " where not exists (select 1 from observations o where o.node_id = n.node_id)"
    ).fetchall()
    for number, held in gone:
        _mark(connection, _leave(connection, number, _unpack(held), frozenset()))
        connection.execute("delete from nodes where node_id = ?", (number,))
    connection.execute("delete from unclustered where node_id not in (select node_id from nodes)")


def _compare(connection: sqlite3.Connection, shelves: Shelves, numbers: Sequence[int]) -> None:
    shelves.prepare(numbers)
    stored = {
        row[0]: (row[1], row[2])
        for row in connection.execute(
            "select node_id, state, held from nodes where node_id in (select value from json_each(?))",
            (json.dumps(numbers),),
        )
    }
    marked: set[int] = set()
    entered: list[tuple[int, int]] = []
    compared: list[tuple[bytes, bytes, int]] = []
    for number in numbers:
        item = shelves.evidence(number)
        state, held = stored[number]
        now = _state(item)
        if state == now:
            continue
        before, buckets = _unpack(held), frozenset(bucket_keys(item))
        if state is not None:
            marked |= _leave(connection, number, before, buckets)
        entered += [(bucket, number) for bucket in buckets - before]
        marked.add(number)
        compared.append((now, _pack(buckets), number))
    marked |= _enter(connection, entered)
    _mark(connection, marked)
    connection.executemany("update nodes set state = ?, held = ? where node_id = ?", compared)


def _leave(connection: sqlite3.Connection, number: int, before: frozenset[int], after: frozenset[int]) -> set[int]:
    """Takes a node that looks different out of buckets; returns the nodes whose comparisons differ by it."""
    touched: set[int] = set()
    for bucket in sorted(before):
        touched.update(_compared_in(connection, bucket, number))
    connection.executemany(
        "delete from buckets where bucket = ? and node_id = ?", [(bucket, number) for bucket in before - after]
    )
    return touched - {number}


def _enter(connection: sqlite3.Connection, entered: Sequence[tuple[int, int]]) -> set[int]:
    """Puts nodes into buckets; returns those that lose a comparison because a new pivot came in."""
    connection.executemany("insert into buckets (bucket, node_id) values (?, ?)", sorted(entered))
    fresh: defaultdict[int, set[int]] = defaultdict(set)
    for bucket, number in entered:
        fresh[bucket].add(number)
    touched: set[int] = set()
    for bucket, found in fresh.items():
        pivots = _members(connection, bucket, PIVOTS + 1)
        if len(pivots) > PIVOTS and not found.isdisjoint(pivots[:PIVOTS]):
            touched.update(_members(connection, bucket))
    return touched


def _members(connection: sqlite3.Connection, bucket: int, most: int = -1) -> list[int]:
    rows = connection.execute("select node_id from buckets where bucket = ? order by node_id limit ?", (bucket, most))
    return [row[0] for row in rows]


def _compared_in(connection: sqlite3.Connection, bucket: int, number: int) -> list[int]:
    """The nodes that one was compared with in a bucket, and those compared in its stead when it leaves."""
    pivots = _members(connection, bucket, PIVOTS)
    return _members(connection, bucket) if number in pivots else pivots


def _mark(connection: sqlite3.Connection, numbers: Iterable[int]) -> None:
    connection.executemany(
        "insert or ignore into unclustered (node_id) values (?)", [(number,) for number in numbers]
    )


def form(connection: sqlite3.Connection) -> tuple[bool, int]:
    """Forms the templates of a lot of components anew; says whether any remain, and how many observations moved."""
    waiting = [row[0] for row in connection.execute("select node_id from unclustered order by node_id")]
    shelves = shelves_of(connection)
    seen: set[int] = set()
    groups: list[list[Evidence]] = []
    for number in waiting:
        if len(seen) >= FORMED:
            break
        if number not in seen:
            component = component_of(number, shelves)
            seen.update(component)
            groups += refine([shelves.evidence(key) for key in component])
    moved = _save(connection, groups)
    connection.executemany("delete from unclustered where node_id = ?", [(number,) for number in seen])
    return len(seen.intersection(waiting)) < len(waiting), moved


def _save(connection: sqlite3.Connection, groups: Sequence[list[Evidence]]) -> int:
    """Gives each group the template that most of its observations stood in, or a new one; returns how many moved."""
    keys = [[item.node.key for item in group] for group in groups]
    taken = _taken(connection, json.dumps([key for group in keys for key in group]))
    before = [_templates(connection, group, taken) for group in keys]
    moved = 0
    for group, numbers, kept in zip(groups, keys, keep_ids(before), strict=True):
        template = _new_template(connection, numbers[0]) if kept is None else kept
        told = int(any(item.particular for item in group))
        chosen = json.dumps(numbers)
        connection.execute("update templates set has_payload = ? where template_id = ?", (told, template))
        connection.execute(
            "update nodes set template_id = ?1"
            " where node_id in (select value from json_each(?2)) and template_id is not ?1",
            (template, chosen),
        )
        moved += move_observations(connection, template, chosen)
    return moved


def _taken(connection: sqlite3.Connection, numbers: str) -> frozenset[int]:
    """Templates that other nodes, or wordless messages, hold."""
    rows = connection.execute(
        f"with old as (select distinct {MACHINE_TEMPLATE} as template_id from json_each(?1) j"  # noqa: S608 (our own words)
        " cross join observations o on o.node_id = j.value)"
        " select template_id from old where template_id in"
        " (select template_id from templates where family is not null)"
        " or exists (select 1 from nodes n where n.template_id = old.template_id"
        " and n.node_id not in (select value from json_each(?1)))",
        (numbers,),
    )
    return frozenset(row[0] for row in rows)


def _templates(connection: sqlite3.Connection, group: Sequence[int], taken: frozenset[int]) -> Counter[int]:
    rows = connection.execute(
        f"select {MACHINE_TEMPLATE}, count(*) from json_each(?) j"  # noqa: S608 (our own words)
        " cross join observations o on o.node_id = j.value group by 1",
        (json.dumps(group),),
    )
    return Counter({template: count for template, count in rows if template not in taken})


def _new_template(connection: sqlite3.Connection, number: int) -> int:
    last = connection.execute("select coalesce(max(seq), 0) from sqlite_sequence where name = 'templates'").fetchone()
    cursor = connection.execute(
        "insert into templates (template_key, has_payload) values (?, 1)", (f"{number:015x} {last[0] + 1}",)
    )
    return int(cursor.lastrowid or 0)


def _state(item: Evidence) -> bytes:
    node = item.node
    compared = (item.texts, sorted(item.body), item.reach, node.at)
    return blake2b(repr(compared).encode("utf-8", "surrogatepass"), digest_size=8).digest()


def _pack(buckets: Iterable[int]) -> bytes:
    return np.array(sorted(buckets), dtype="<i8").tobytes()


def _unpack(held: bytes) -> frozenset[int]:
    return frozenset(np.frombuffer(held, dtype="<i8").tolist())
