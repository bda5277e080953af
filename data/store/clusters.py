"""Observations into templates: each step one short transaction, so that whoever is killed loses nothing but its own.

`place` gives observations their nodes, `learn` learns anew where that is due, `compare` finds the nodes that look
different by it, `form` (levels.py) groups them. The steps mark in `unclustered`, `uncompared` and `unsifted` what the
next one has to do, and end in the same templates whatever the order in which messages came.
"""

import json
import sqlite3
from collections.abc import Sequence

from data.clustering.evidence import Evidence
from data.clustering.nodes import Node
from data.store.buckets import mark
from data.store.forming import put
from data.store.lessons import Lessons
from data.store.levels import drop, release
from data.store.moves import move_observations
from data.store.node_rows import LOT, WHOSE, Shelves, node_of_row, state_of, strip

WAITING = ("unclustered", "uncompared", "unsifted")
"""Tables that hold what has still to be done."""


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
    mark(connection, owners.keys() - {number for numbers in known.values() for number in numbers})
    return bool(rows)


def _known(connection: sqlite3.Connection, numbers: Sequence[int]) -> dict[int, list[int]]:
    """Of some nodes that are as they were those whose template stands, by their template: one more message of a wave
    compares with nothing, so that it costs the same in a database of any size."""
    found: dict[int, list[int]] = {}
    for template, number in connection.execute(
        "select n.template_id, n.node_id from json_each(?) j cross join nodes n on n.node_id = j.value"
        " where n.template_id is not null and n.level is not null"
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


def learn(connection: sqlite3.Connection) -> None:
    """Learns anew where that is due, and marks the nodes that may look different by it."""
    waiting = [row[0] for row in connection.execute("select node_id from unclustered")]
    _refresh_nodes(connection, waiting)
    touched = [
        row[0]
        for row in connection.execute(
            "select distinct organisation from unclustered join nodes using (node_id) order by organisation"
        )
    ]
    _drop_orphans(connection)
    run = connection.execute
    run("insert or ignore into uncompared (node_id) select node_id from unclustered")
    lessons = Lessons(connection)
    if lessons.learn_common():
        run("insert or ignore into uncompared (node_id) select node_id from nodes")
        touched = [row[0] for row in run("select distinct organisation from nodes order by organisation")]
    for organisation in lessons.learn_own(touched):
        run(
            "insert or ignore into uncompared (node_id) select node_id from nodes where organisation = ?",
            (organisation,),
        )
    run(
        "insert or ignore into unsifted (passed, node_id)"
        " select 0, node_id from uncompared join nodes using (node_id) where level is null"
    )
    for table in ("uncompared", "unclustered"):
        run(f"delete from {table} where node_id in (select node_id from unsifted)")  # noqa: S608 (our own words)


def shelves_of(connection: sqlite3.Connection, lessons: Lessons | None = None) -> Shelves:
    """The library of a database, seen with the lessons that hold."""
    lessons = lessons or Lessons(connection)

    def stripped(node: Node) -> Evidence:
        return strip(node, lessons.own(node.organisation), lessons.common)

    return Shelves(connection, stripped)


def _drop_orphans(connection: sqlite3.Connection) -> None:
    gone = connection.execute(
        "select n.node_id, n.level, n.held from unclustered u join nodes n using (node_id)"
        " where not exists (select 1 from observations o where o.node_id = n.node_id)"
    ).fetchall()
    for number, level, held in gone:
        drop(connection, number, level, held)
    connection.execute("delete from unclustered where node_id not in (select node_id from nodes)")


def compare(connection: sqlite3.Connection) -> bool:
    """Finds those of a lot of nodes that look different than before, to be grouped anew; says whether there was any
    to look at."""
    rows = connection.execute(
        "select n.node_id, n.level, n.state, n.held, n.template_id, u.node_id is not null as marked"
        " from uncompared c join nodes n using (node_id) left join unclustered u using (node_id)"
        " order by n.node_id limit ?",
        (LOT,),
    ).fetchall()
    shelves = shelves_of(connection)
    shelves.prepare([row["node_id"] for row in rows if row["level"] is not None])
    again: list[int] = []
    for row in rows:
        number, level = row["node_id"], row["level"]
        again.append(number)
        if level is None or row["state"] != state_of(shelves.evidence(number)):
            if release(connection, shelves, number, level, row["held"]):
                break
        elif level != 0 and row["marked"]:
            put(connection, row["template_id"], [number])
    connection.executemany("delete from uncompared where node_id = ?", [(number,) for number in again])
    connection.execute(
        "delete from unclustered where node_id in (select node_id from nodes where level <> 0 or level is null)"
        " and node_id not in (select node_id from uncompared)"
    )
    return bool(rows)
