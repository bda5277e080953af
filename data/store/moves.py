"""Observations from one template to another, with everything marked that must be settled for it."""

import sqlite3
from collections import defaultdict

from data.store.scope import Reach, touch


def move_observations(connection: sqlite3.Connection, template: int, nodes: str) -> int:
    """Moves the observations of some nodes (a JSON list) into a template; returns how many stood elsewhere."""
    rows = connection.execute(
        "select o.observation_id, o.template_id, o.observed_at from json_each(?) j"
        " cross join observations o on o.node_id = j.value where o.template_id <> ?",
        (nodes, template),
    ).fetchall()
    spans: dict[tuple[int, int], Reach] = {}
    came: defaultdict[int, list[int]] = defaultdict(list)
    for _, before, at in rows:
        came[before].append(at)
    for before, times in came.items():
        spans[template, before] = spans[before, 0] = min(times), max(times)
    touch(connection, spans)
    connection.executemany(
        "update observations set template_id = ? where observation_id = ?", [(template, row[0]) for row in rows]
    )
    return len(rows)
