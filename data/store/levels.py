"""Templates of nodes, step by step: many by levels of founders (data/clustering/founders.py), the rest among itself.

Every node is sifted: through each level, where it joins a group of founders or passes, until no more than some
thousands are left, which stand in no level and look for one another in buckets. Each step is the caller's
transaction and does a lot of work at most; whoever is killed in between goes on where it stopped, and the templates
are the same whatever the order in which messages came.
"""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from data.clustering.clusters import CUT, refine, templates_of
from data.clustering.components import Shelf, bucket_keys, components_of, neighbours
from data.clustering.evidence import Evidence
from data.clustering.founders import FOUNDERS, PROFILE, candidates, join, profile_keys
from data.clustering.lessons import DAY, last_day
from data.store.buckets import enter, leave, pack, unpack
from data.store.forming import put, save_groups
from data.store.node_rows import LOT, Shelves, state_of

FORMED = 4_000
"""Nodes that one step looks at, unless a single component is larger."""
WHENEVER = (1 << 63) - 1
_REST = "(level is null or level = 0 or abs(level) >= ?1)"


class Level(NamedTuple):
    """How the founders of a level were chosen: those seen before a day with the smallest keys, up to the last."""

    day: int
    last_key: int

    def founds(self, number: int, at: int) -> bool:
        return number <= self.last_key and (self.day == WHENEVER or at < self.day * DAY)


class StoredLevel:
    """The groups of founders of a level in the database, each named by its first founder."""

    def __init__(self, connection: sqlite3.Connection, level: int, shelves: Shelves) -> None:
        self._connection = connection
        self._level = level
        self._shelves = shelves
        self._holders: dict[int, list[int]] = {}
        self._profiles: dict[int, list[Evidence]] = {}

    def holders(self, bucket: int) -> Sequence[int]:
        found = self._holders.get(bucket)
        if found is None:
            rows = self._connection.execute(
                "select node_id from profiles where level = ? and bucket = ? order by node_id", (self._level, bucket)
            )
            found = self._holders[bucket] = [row[0] for row in rows]
        return found

    def profile(self, group: int) -> Sequence[Evidence]:
        found = self._profiles.get(group)
        if found is None:
            rows = self._connection.execute(
                "select node_id from nodes where level = ? and template_id ="
                " (select template_id from nodes where node_id = ?) and level > 0 order by node_id limit ?",
                (self._level, group, PROFILE),
            )
            keys = [row[0] for row in rows]
            self._shelves.prepare(keys)
            found = self._profiles[group] = [self._shelves.evidence(key) for key in keys]
        return found


class Sieve:
    """Sifts and forms what waits; remembers from step to step which levels are as they should be."""

    def __init__(self) -> None:
        self._sure: dict[int, Level] = {}

    def step(self, connection: sqlite3.Connection, shelves: Shelves) -> tuple[bool, int]:
        """Does a lot of work; says whether any remains, and how many observations moved."""
        room, moved, level = FORMED, 0, 1
        while self._stands(connection, level):
            if level not in self._sure:
                moved += self._found(connection, shelves, level)
                return True, moved
            stored = StoredLevel(connection, level, shelves)
            while lot := _passed(connection, level - 1):
                if self._unsettled_by(level, lot):
                    thaw(connection, level)
                    self._sure.pop(level)
                    return True, moved
                moved += _sift(connection, stored, shelves, level, [number for number, _ in lot])
                room -= len(lot)
                if room <= 0:
                    return True, moved
            level += 1
        while lot := _passed(connection, level - 1):
            _stay(connection, shelves, [number for number, _ in lot])
            room -= len(lot)
            if room <= 0:
                return True, moved
        more, found = _form(connection, shelves, room)
        return more, moved + found

    def _stands(self, connection: sqlite3.Connection, level: int) -> bool:
        """Whether there should be such a level. One that is not as it should be is thawed."""
        stored = _level(connection, level)
        if stored is not None and self._sure.get(level) == stored:
            return True
        self._sure.pop(level, None)
        day = _day(connection, level)
        if stored is not None and stored.day == day:
            early = connection.execute(
                "select node_id, at from unsifted join nodes using (node_id) where passed < ?1 and node_id <= ?2",
                (level, stored.last_key),
            )
            if not any(stored.founds(*row) for row in early):
                self._sure[level] = stored
                return True
        if stored is not None or day is not None:
            thaw(connection, level)
        return day is not None

    def _unsettled_by(self, level: int, lot: Iterable[tuple[int, int]]) -> bool:
        return any(self._sure[level].founds(number, at) for number, at in lot)

    def _found(self, connection: sqlite3.Connection, shelves: Shelves, level: int) -> int:
        """Chooses the founders of a level and groups them; returns how many observations moved."""
        day = _day(connection, level)
        until = WHENEVER if day is None or day == WHENEVER else day * DAY
        rows = connection.execute(
            f"select node_id from nodes where {_REST} and at < ?2 order by node_id limit ?3",  # noqa: S608 (our own words)
            (level, until, FOUNDERS),
        )
        founders = [row[0] for row in rows]
        shelves.prepare(founders)
        shelf = Shelf(shelves.evidence(key) for key in founders)
        groups = templates_of(founders, shelf)
        _tell(connection, (item for group in groups for item in group), level)
        keys = {group[0].node.key: profile_keys(group[:PROFILE]) for group in groups}
        connection.executemany(
            "insert into profiles (level, bucket, node_id) values (?, ?, ?)",
            sorted((level, bucket, first) for first, buckets in keys.items() for bucket in buckets),
        )
        self._sure[level] = Level(WHENEVER if day is None else day, founders[-1])
        connection.execute("insert into levels (level, day, last_key) values (?, ?, ?)", (level, *self._sure[level]))
        return save_groups(connection, groups)


def near(connection: sqlite3.Connection, shelves: Shelves, item: Evidence) -> set[int]:
    """The nodes that one is compared with, or would be if it were new: those it shares keys with in no level, and of
    each level the first founders of some groups."""
    found = neighbours(item, shelves)
    for (level,) in connection.execute("select level from levels").fetchall():
        stored = StoredLevel(connection, level, shelves)
        for group in candidates(item, stored):
            found.update(other.node.key for other in stored.profile(group))
    return found - {item.node.key}


def thaw(connection: sqlite3.Connection, level: int) -> None:
    """Gives up a level and all after it: their nodes are to be sifted again."""
    run = connection.execute
    run("delete from levels where level >= ?", (level,))
    run("delete from profiles where level >= ?", (level,))
    run("delete from buckets")
    run("delete from unclustered where node_id in (select node_id from nodes where level is not null)")
    run("update unsifted set passed = ?1 where passed > ?1", (level - 1,))
    run(
        "insert or ignore into unsifted (passed, node_id) select ?1 - 1, node_id from nodes"
        " where level = 0 or abs(level) >= ?1",
        (level,),
    )
    run("update nodes set level = null, held = x'', component = null where level = 0 or abs(level) >= ?", (level,))


def _level(connection: sqlite3.Connection, level: int) -> Level | None:
    row = connection.execute("select day, last_key from levels where level = ?", (level,)).fetchone()
    return None if row is None else Level(*row)


def _day(connection: sqlite3.Connection, level: int) -> int | None:
    """The day before which the founders of a level were seen; None where so few nodes are left that none is due."""
    counts = connection.execute(
        f"select at / ?2 as day, count(*) from nodes where {_REST} group by day order by day",  # noqa: S608
        (level, DAY),
    ).fetchall()
    if sum(row[1] for row in counts) <= FOUNDERS:
        return None
    day = last_day([(row[0], row[1]) for row in counts], FOUNDERS)
    return WHENEVER if day is None else day


def _passed(connection: sqlite3.Connection, passed: int) -> list[tuple[int, int]]:
    """Nodes that went through so many levels, with when they were first seen."""
    return connection.execute(
        "select node_id, at from unsifted join nodes using (node_id) where passed = ? order by node_id limit ?",
        (passed, LOT),
    ).fetchall()


def _sift(
    connection: sqlite3.Connection, level: StoredLevel, shelves: Shelves, number: int, lot: Sequence[int]
) -> int:
    """Lets nodes join the groups of a level, or pass; returns how many observations moved."""
    shelves.prepare(lot)
    items = [shelves.evidence(key) for key in lot]
    groups = join(items, level, CUT)
    joined: dict[int, list[Evidence]] = {}
    for item, group in zip(items, groups, strict=True):
        if group is not None:
            joined.setdefault(group, []).append(item)
    _tell(connection, (item for found in joined.values() for item in found), -number)
    connection.executemany(
        "update unsifted set passed = ? where node_id = ?",
        [(number, key) for key, group in zip(lot, groups, strict=True) if group is None],
    )
    moved = 0
    for group, found in joined.items():
        template = connection.execute("select template_id from nodes where node_id = ?", (group,)).fetchone()[0]
        moved += put(connection, template, [item.node.key for item in found])
    return moved


def _stay(connection: sqlite3.Connection, shelves: Shelves, lot: Sequence[int]) -> None:
    """Leaves nodes in no level, where they look for one another."""
    shelves.prepare(lot)
    _enter(connection, {key: frozenset(bucket_keys(shelves.evidence(key))) for key in lot}, shelves)


def _enter(connection: sqlite3.Connection, entered: Mapping[int, frozenset[int]], shelves: Shelves) -> None:
    _tell(connection, map(shelves.evidence, entered), 0)
    connection.executemany(
        "update nodes set held = ? where node_id = ?",
        [(pack(buckets), number) for number, buckets in entered.items()],
    )
    enter(connection, entered)


def _tell(connection: sqlite3.Connection, items: Iterable[Evidence], level: int) -> None:
    """Writes the level of nodes, and what of them was compared."""
    rows = [(level, state_of(item), item.node.key) for item in items]
    connection.executemany("update nodes set level = ?, state = ? where node_id = ?", rows)
    connection.executemany("delete from unsifted where node_id = ?", [(row[2],) for row in rows])


def _form(connection: sqlite3.Connection, shelves: Shelves, room: int) -> tuple[bool, int]:
    """Forms the components of marked nodes anew."""
    waiting = [row[0] for row in connection.execute("select node_id from unclustered order by node_id")]
    groups: list[list[Evidence]] = []
    seen: dict[int, int] = {}
    for component in components_of(waiting, shelves):
        seen |= dict.fromkeys(component, component[0])
        groups += refine([shelves.evidence(key) for key in component])
        if len(seen) >= room:
            break
    moved = save_groups(connection, groups)
    connection.executemany(
        "update nodes set component = ?1 where node_id = ?2 and component is not ?1",
        [(first, number) for number, first in seen.items()],
    )
    connection.executemany("delete from unclustered where node_id = ?", [(number,) for number in seen])
    return len(seen.keys() & set(waiting)) < len(waiting), moved


def drop(connection: sqlite3.Connection, number: int, level: int | None, held: bytes) -> None:
    """Takes a node out that nothing stands for any more."""
    if level == 0:
        leave(connection, number, unpack(held), frozenset())
    connection.execute("delete from nodes where node_id = ?", (number,))
    connection.execute("delete from unsifted where node_id = ?", (number,))
    if level is not None and level > 0:
        thaw(connection, level)


def release(connection: sqlite3.Connection, shelves: Shelves, number: int, level: int | None, held: bytes) -> bool:
    """Has a node that looks different sifted from the first level on, or at once formed anew where there is none.
    Says whether a level was given up for it."""
    if level == 0:
        alone = connection.execute("select 1 from levels").fetchone() is None
        buckets = frozenset(bucket_keys(shelves.evidence(number))) if alone else frozenset()
        leave(connection, number, unpack(held), buckets)
        if alone:
            _enter(connection, {number: buckets}, shelves)
            return False
    connection.execute("update nodes set level = null, held = x'' where node_id = ?", (number,))
    connection.execute("insert or replace into unsifted (passed, node_id) values (0, ?)", (number,))
    if level is not None and level > 0:
        thaw(connection, level)
    return level is not None and level > 0
