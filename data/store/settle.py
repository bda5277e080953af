"""Provisional templates into settled incidents and waves: reads a template's observations, asks the pure functions
of data/clustering how they group, and writes what differs. Settling twice changes nothing the second time."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from data.clustering.parties import components
from data.store.clusters import WAITING, compare, learn, place, shelves_of
from data.store.company import raise_standings
from data.store.database import Database
from data.store.groups import settle_templates
from data.store.journal import Journal
from data.store.levels import Sieve
from data.store.overruled import overrule
from data.store.saver import Outcome
from data.store.scope import Reach
from data.store.values import public_id, seconds

LOT_TEMPLATES = 500
LOT_OBSERVATIONS = 20_000
"""What one transaction settles, unless a single template is larger: others get their turn in between."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What settling did: public ids opened, and how many rows of any kind it changed."""

    incidents_opened: tuple[str, ...] = ()
    waves_opened: tuple[str, ...] = ()
    changes: int = 0


def settle(db: Database, at: datetime | None = None, *, afresh: bool = False) -> Settled:
    """Settles every template that intake touched, whoever's. `at` is the time that events are logged with; `afresh`
    also counts again what did not change.

    Killed in between, what was settled stays and the rest stays marked for the next call.
    """
    total = Outcome()
    total.changes += cluster(db)
    for lot in pending_lots(db.connection):
        with db.writing() as connection:
            total.add(
                settle_lot(connection, lot, Journal(connection, seconds(at or datetime.now(UTC))), afresh=afresh)
            )
    return Settled(
        tuple(public_id("incident", number) for number in total.incidents_opened),
        tuple(public_id("wave", number) for number in total.waves_opened),
        total.changes,
    )


def pending_lots(connection: sqlite3.Connection) -> Iterator[list[int]]:
    """The templates that wait for settling, in lots that are settled together."""
    pending = connection.execute("select template_id, moved_from from unsettled").fetchall()
    return _lots(pending, _sizes(connection) if pending else {})


def settle_lot(connection: sqlite3.Connection, lot: list[int], journal: Journal, *, afresh: bool = False) -> Outcome:
    """Settles one lot within the caller's transaction."""
    raised = raise_standings(connection, lot)
    outcome = settle_templates(connection, _touched(connection, lot), journal, afresh=afresh)
    connection.executemany(
        "delete from unsettled where template_id = ?1 or moved_from = ?1", [(number,) for number in lot]
    )
    outcome.changes += raised
    return outcome


def cluster(db: Database) -> int:
    """Gives all new and changed observations their templates; returns how many of them, old or new, moved."""
    more, moved, sieve = True, 0, Sieve()
    while more:
        with db.writing() as connection:
            more = place(connection)
    if more := any(db.value(f"select 1 from {table} limit 1") is not None for table in WAITING):  # noqa: S608
        with db.writing() as connection:
            learn(connection)
        while more:
            with db.writing() as connection:
                more = compare(connection)
        more = True
    while more:
        with db.writing() as connection:
            more, found = sieve.step(connection, shelves_of(connection))
        moved += found
    if db.value("select 1 from overrides where undone_at is null limit 1") or db.value("select 1 from overruled"):
        with db.writing() as connection:
            moved += overrule(connection)
    return moved


def _sizes(connection: sqlite3.Connection) -> dict[int, int]:
    rows = connection.execute(
        "select template_id, count(*) from observations where standing > 0"
        " and template_id in (select template_id from unsettled) group by template_id"
    )
    return dict(rows.fetchall())


def _lots(pending: Sequence[sqlite3.Row], sizes: dict[int, int]) -> Iterator[list[int]]:
    """Touched templates in lots. Those between which observations moved stay together: an incident that moved with
    its observations must find its id."""
    nodes = {row[0] for row in pending} | {row[1] for row in pending if row[1]}
    home = components(nodes, ((row[0], row[1]) for row in pending if row[1]))
    families: dict[int, list[int]] = {}
    for node in sorted(nodes):
        families.setdefault(home[node], []).append(node)
    lot: list[int] = []
    weight = 0
    for family in families.values():
        lot += family
        weight += sum(sizes.get(node, 0) for node in family)
        if len(lot) >= LOT_TEMPLATES or weight >= LOT_OBSERVATIONS:
            yield lot
            lot, weight = [], 0
    if lot:
        yield lot


def _touched(connection: sqlite3.Connection, lot: list[int]) -> dict[int, Reach]:
    """The touched span of each template of a lot; the lot grows by templates that others linked to it since it was
    read."""
    touched: dict[int, Reach] = {}
    fresh = set(lot)
    while fresh:
        rows = connection.execute(
            "select template_id, moved_from, first_at, last_at from unsettled"
            " where template_id in (select value from json_each(?1))"
            " union select template_id, moved_from, first_at, last_at from unsettled"
            " where moved_from > 0 and moved_from in (select value from json_each(?1))",
            (json.dumps(sorted(fresh)),),
        ).fetchall()
        lot += sorted(fresh - set(lot))
        for template, _, first, last in rows:
            before = touched.get(template, (first, last))
            touched[template] = min(before[0], first), max(before[1], last)
        fresh = {number for row in rows for number in row[:2] if number} - set(lot)
    return touched
