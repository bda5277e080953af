"""Incidents and waves under the public ids that they keep or are given; ids that nobody keeps lead on for ever."""

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from data.store.journal import Journal
from data.store.summaries import CONFIRMATION, INCIDENT_COLUMNS, WAVE_COLUMNS, Row
from data.store.values import public_id

GroupKind = Literal["incident", "wave"]
COLUMNS: dict[GroupKind, tuple[str, ...]] = {"incident": INCIDENT_COLUMNS, "wave": WAVE_COLUMNS}


@dataclass(slots=True)
class Outcome:
    """What settling changed: rows opened, and rows of any kind that differ from before."""

    incidents_opened: list[int] = field(default_factory=list)
    waves_opened: list[int] = field(default_factory=list)
    changes: int = 0

    def add(self, other: "Outcome") -> None:
        self.incidents_opened += other.incidents_opened
        self.waves_opened += other.waves_opened
        self.changes += other.changes

    def opened(self, kind: GroupKind) -> list[int]:
        return self.incidents_opened if kind == "incident" else self.waves_opened


class Saver:
    """Saves within the caller's transaction and remembers the parties whose figures change."""

    def __init__(self, connection: sqlite3.Connection, journal: Journal) -> None:
        self._connection = connection
        self._journal = journal
        self.parties: set[int] = set()
        self.successors: dict[int, int] = {}
        """Of the waves: where most observations of an old one went."""

    def save(self, kind: GroupKind, kept: int | None, row: Row, stored: Mapping[int, Row], outcome: Outcome) -> int:
        """Writes a row where it is new or differs from the stored one; returns its id."""
        before = None if kept is None else stored.get(kept)
        if kept is not None and row == before:
            return kept
        outcome.changes += 1
        if kind == "incident":
            self.parties |= {int(str(found[0])) for found in (row, before) if found}
        if kept is None:
            number = self._insert(kind, row)
            outcome.opened(kind).append(number)
            self._journal.note(f"{kind}-opened", public_id(kind, number))
        elif before is None:
            number = kept
            self._reopen(kind, number, row)
        else:
            number = kept
            self._update(kind, number, row)
        if kind == "incident" and row[CONFIRMATION] != (before[CONFIRMATION] if before else "unconfirmed"):
            self._journal.note(f"incident-{row[CONFIRMATION]}", public_id(kind, number))
        return number

    def _insert(self, kind: GroupKind, row: Row) -> int:
        marks = ", ".join("?" * len(row))
        cursor = self._connection.execute(
            f"insert into {kind}s ({', '.join(COLUMNS[kind])}) values ({marks})",  # noqa: S608 (our own words)
            row,
        )
        return int(cursor.lastrowid or 0)

    def _reopen(self, kind: GroupKind, number: int, row: Row) -> None:
        """An id that led elsewhere is itself again, and so are those that led to it at first."""
        execute = self._connection.execute
        columns = ", ".join((f"{kind}_id", *COLUMNS[kind]))
        marks = ", ".join("?" * (len(row) + 1))
        execute(f"insert into {kind}s ({columns}) values ({marks})", (number, *row))  # noqa: S608 (our own words)
        execute(f"delete from {kind}_aliases where old_id = ?", (number,))  # noqa: S608
        execute(
            f"with recursive old(number) as (select ?1 union select a.old_id from {kind}_aliases a"  # noqa: S608
            f" join old on a.through = old.number) update {kind}_aliases set {kind}_id = ?1"
            " where old_id in (select number from old)",
            (number,),
        )
        self._journal.note(f"{kind}-reopened", public_id(kind, number))

    def _update(self, kind: GroupKind, number: int, row: Row) -> None:
        columns = ", ".join(f"{name} = ?" for name in COLUMNS[kind])
        self._connection.execute(f"update {kind}s set {columns} where {kind}_id = ?", (*row, number))  # noqa: S608

    def retire(
        self,
        kind: GroupKind,
        stored: Mapping[int, Row],
        kept: Iterable[int | None],
        after: Mapping[int, int],
        outcome: Outcome,
    ) -> None:
        """Turns ids that no group kept into aliases of where most of their observations went."""
        for number in sorted((set(stored) | set(after)) - set(kept)):
            successor = after.get(number)
            self._forward(kind, number, successor)
            outcome.changes += 1
            if kind == "incident" and number in stored:
                self.parties.add(int(str(stored[number][0])))
            if successor is None:
                self._journal.note(f"{kind}-dissolved", public_id(kind, number))
            else:
                self._journal.note(f"{kind}-merged", public_id(kind, number), {"into": public_id(kind, successor)})

    def _forward(self, kind: GroupKind, number: int, successor: int | None) -> None:
        execute = self._connection.execute
        execute(f"update {kind}_aliases set {kind}_id = ? where {kind}_id = ?", (successor, number))  # noqa: S608
        execute(
            f"insert into {kind}_aliases (old_id, {kind}_id, through) values (?1, ?2, ?2)",  # noqa: S608
            (number, successor),
        )
        if kind == "incident":
            execute("update observations set incident_id = null where incident_id = ?", (number,))
        else:
            execute("update incidents set wave_id = null where wave_id = ?", (number,))
        execute(f"delete from {kind}s where {kind}_id = ?", (number,))  # noqa: S608
