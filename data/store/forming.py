"""Groups of nodes under the templates that most of their observations stood in."""

import json
import sqlite3
from collections import Counter
from collections.abc import Sequence

from data.clustering.assign import keep_ids
from data.clustering.evidence import Evidence
from data.store.moves import MACHINE_TEMPLATE, move_observations


def save_groups(connection: sqlite3.Connection, groups: Sequence[Sequence[Evidence]]) -> int:
    """Gives each group the template that most of its observations stood in, or a new one; returns how many moved."""
    keys = [[item.node.key for item in group] for group in groups]
    taken = _taken(connection, json.dumps([key for group in keys for key in group]))
    before = [_templates(connection, group, taken) for group in keys]
    moved = 0
    for group, numbers, kept in zip(groups, keys, keep_ids(before), strict=True):
        template = _new_template(connection, numbers[0]) if kept is None else kept
        told = int(any(item.particular for item in group))
        connection.execute("update templates set has_payload = ? where template_id = ?", (told, template))
        moved += put(connection, template, numbers)
    return moved


def put(connection: sqlite3.Connection, template: int, numbers: Sequence[int]) -> int:
    """Puts nodes into a template with their observations; returns how many of these stood elsewhere."""
    chosen = json.dumps(numbers)
    connection.execute(
        "update nodes set template_id = ?1"
        " where node_id in (select value from json_each(?2)) and template_id is not ?1",
        (template, chosen),
    )
    return move_observations(connection, template, chosen)


def _taken(connection: sqlite3.Connection, numbers: str) -> frozenset[int]:
    """Templates that other nodes, or wordless messages, hold. Nodes that are not sifted yet hold none."""
    rows = connection.execute(
        f"with old as (select distinct {MACHINE_TEMPLATE} as template_id from json_each(?1) j"  # noqa: S608 (our own words)
        " cross join observations o on o.node_id = j.value)"
        " select template_id from old where template_id in"
        " (select template_id from templates where family is not null)"
        " or exists (select 1 from nodes n where n.template_id = old.template_id and n.level is not null"
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
