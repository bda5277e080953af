"""Why a message stands in its template, read for the page of its incident."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from data.clustering.evidence import Evidence
from data.clustering.explain import Bond, Explanation, Neighbour, SlotValues, bonds, slot_values
from data.clustering.similarity import similarities
from data.store.clusters import shelves_of
from data.store.database import Database
from data.store.levels import near
from data.store.node_rows import Shelves
from data.store.values import number_of, public_id

COMPARED = 24
OUTSIDE = 120
SUBJECTS = 500


def explanation(db: Database, observation_id: str) -> Explanation | None:
    """Why an observation stands in its template; None where it is unknown or not settled yet."""
    row = db.one(
        "select node_id, template_id, company from observations where observation_id = ?",
        (number_of("observation", observation_id),),
    )
    if row is None or row["node_id"] is None:
        return None
    if row["node_id"] == 0:
        return Explanation(None, 0, (), None, wordless=True, company=row["company"])
    shelves = shelves_of(db.connection)
    item = shelves.evidence(row["node_id"])
    inside = _inside(db, shelves, row["node_id"], row["template_id"])
    similarity, close = _closest(item, inside)
    return Explanation(
        similarity=similarity,
        compared=len(inside),
        bonds=close,
        nearest=_nearest(db, shelves, item, row["template_id"]),
        wordless=False,
        company=row["company"],
    )


def values_of_slots(db: Database, template_id: str) -> tuple[SlotValues, ...]:
    """The most frequent values of a template's harmless slots, over its first 500 messages."""
    rows = db.rows(
        "select w.subject from observations o join observation_words w using (observation_id)"
        " where o.template_id = ? and w.subject is not null order by o.observed_at limit ?",
        (number_of("template", template_id), SUBJECTS),
    )
    return slot_values(row[0] for row in rows)


def _inside(db: Database, shelves: Shelves, node: int, template: int) -> list[Evidence]:
    rows = db.rows(
        "select node_id from nodes where template_id = ? and node_id <> ? order by node_id limit ?",
        (template, node, COMPARED),
    )
    return [shelves.evidence(row[0]) for row in rows]


def _closest(item: Evidence, others: Sequence[Evidence]) -> tuple[float | None, tuple[Bond, ...]]:
    """The mean similarity of a message to others, and what binds it to the most similar one."""
    if not others:
        return None, ()
    row = similarities([item], others)[0]
    return round(float(row.mean()), 4), bonds(item, others[int(row.argmax())])


def _nearest(db: Database, shelves: Shelves, item: Evidence, template: int) -> Neighbour | None:
    """The template outside that is most like a message, among those that share a key with it."""
    candidates = sorted(near(db.connection, shelves, item))[:OUTSIDE]
    marks = ", ".join("?" * len(candidates))
    rows = db.rows(
        f"select node_id, template_id from nodes where node_id in ({marks}) and template_id <> ?"  # noqa: S608 (marks)
        " order by node_id",
        (*candidates, template),
    )
    if not rows:
        return None
    found = [shelves.evidence(row["node_id"]) for row in rows]
    values = similarities([item], found)[0]
    places: defaultdict[int, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        places[row["template_id"]].append(place)
    means = {number: float(np.mean(values[inside])) for number, inside in places.items()}
    nearest = min(means, key=lambda number: (-means[number], number))
    best = max(places[nearest], key=lambda place: float(values[place]))
    return Neighbour(public_id("template", nearest), round(means[nearest], 4), bonds(item, found[best]))
