"""Observations from one template to another, with everything marked that must be settled for it."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable

from data.store.scope import touch

MACHINE_TEMPLATE = (
    "coalesce((select v.template_id from overruled v where v.observation_id = o.observation_id), o.template_id)"
)
"""The template that the machine gives an observation (alias o), whatever people say."""


def move_observations(connection: sqlite3.Connection, template: int, nodes: str) -> int:
    """Moves the observations of some nodes (a JSON list) into a template; returns how many stood elsewhere. Those
    that people moved stay there, until `overrule` looks at them again."""
    aside = connection.execute(
        "update overruled set template_id = ?2 where template_id <> ?2 and observation_id in"
        " (select o.observation_id from json_each(?1) j cross join observations o on o.node_id = j.value)",
        (nodes, template),
    ).rowcount
    rows = connection.execute(
        "select o.observation_id, o.template_id, o.observed_at from json_each(?) j"
        " cross join observations o on o.node_id = j.value where o.template_id <> ?"
        " and not exists (select 1 from overruled v where v.observation_id = o.observation_id)",
        (nodes, template),
    ).fetchall()
    mark_moved(connection, [(before, template, at) for _, before, at in rows])
    connection.executemany(
        "update observations set template_id = ? where observation_id = ?", [(template, row[0]) for row in rows]
    )
    return len(rows) + aside


def mark_moved(connection: sqlite3.Connection, moved: Iterable[tuple[int, int, int]]) -> None:
    """Marks what must be settled for observations that went from one template to another, or stayed in the same one
    and changed: (before, after, when observed)."""
    times: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    for before, after, at in moved:
        times[after, before if before != after else 0].append(at)
        if before != after:
            times[before, 0].append(at)
    touch(connection, {key: (min(found), max(found)) for key, found in times.items()})
