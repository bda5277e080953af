"""The decisions of analysts that are in force, read out of the table `overrides`, and the observations they name.

A decision names content, never an id that a rebuild may change: fingerprints of observations, and hashes of contents
(nodes) where all messages of one content were meant, so that its next message follows.
"""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

RulingKind = Literal["merge", "split", "move", "relabel", "ignore", "confirm"]
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Ruling:
    """One decision. `fingerprints` and `nodes` are what it is about, `anchor` an observation of where it leads;
    `value` says what (JSON): of a relabel the verdict and mechanism, of an ignore whether it is a whole template."""

    number: int
    kind: RulingKind
    fingerprints: tuple[bytes, ...]
    nodes: tuple[int, ...]
    anchor: bytes | None
    value: dict[str, str]
    actor: str
    reason: str
    at: int

    @property
    def named(self) -> tuple[bytes, ...]:
        """The observations that a later decision must leave where they are: who they stand for would change."""
        if self.anchor is None or self.kind not in {"merge", "move"}:
            return ()
        return (self.anchor,) if self.kind == "move" else (self.fingerprints[0], self.anchor)


def rulings(connection: sqlite3.Connection, *, kinds: Sequence[str] = ()) -> list[Ruling]:
    """The decisions in force, of some kinds or all, in the order in which they were made."""
    rows = connection.execute("select * from overrides where undone_at is null order by override_id")
    return [ruling_of(row) for row in rows if not kinds or row["kind"] in kinds]


def ruling_of(row: sqlite3.Row) -> Ruling:
    """A row of `overrides`."""
    subject = json.loads(row["subject_key"])
    return Ruling(
        number=row["override_id"],
        kind=row["kind"],
        fingerprints=tuple(map(bytes.fromhex, subject["messages"])),
        nodes=tuple(subject.get("contents", ())),
        anchor=bytes.fromhex(row["object_key"]) if row["object_key"] else None,
        value=json.loads(row["value"] or "{}"),
        actor=row["actor"],
        reason=row["reason"],
        at=row["at"],
    )


def subject_key(fingerprints: Iterable[bytes], nodes: Iterable[int] = ()) -> str:
    """What a decision is about, as it is kept."""
    return json.dumps(
        {"messages": [found.hex() for found in fingerprints], "contents": sorted(nodes)}, separators=(",", ":")
    )


def numbers_of(connection: sqlite3.Connection, fingerprints: Iterable[bytes]) -> dict[bytes, int]:
    """The observations of fingerprints; those that are not kept any more are left out."""
    wanted = sorted(set(fingerprints))
    found: dict[bytes, int] = {}
    for start in range(0, len(wanted), CHUNK):
        lot = wanted[start : start + CHUNK]
        marks = ", ".join("?" * len(lot))
        found |= dict(
            connection.execute(
                f"select fingerprint, observation_id from observations where fingerprint in ({marks})",  # noqa: S608 (marks)
                lot,
            ).fetchall()
        )
    return found


def subjects_of(connection: sqlite3.Connection, found: Sequence[Ruling]) -> dict[int, tuple[int, ...]]:
    """The observations that each decision is about, by its number."""
    numbers = numbers_of(connection, (item for ruling in found for item in ruling.fingerprints))
    subjects: dict[int, tuple[int, ...]] = {}
    for ruling in found:
        named = {numbers[item] for item in ruling.fingerprints if item in numbers}
        named.update(
            row[0]
            for row in connection.execute(
                "select o.observation_id from json_each(?) j cross join observations o on o.node_id = j.value",
                (json.dumps(ruling.nodes),),
            )
        )
        subjects[ruling.number] = tuple(sorted(named))
    return subjects


def merged_pairs(connection: sqlite3.Connection) -> list[tuple[int, int]]:
    """The observations (subject, object) that stand for the two sides of each merge."""
    merges = rulings(connection, kinds=("merge",))
    numbers = numbers_of(
        connection, [item for ruling in merges for item in (ruling.fingerprints[0], ruling.anchor) if item]
    )
    pairs = ((numbers.get(ruling.fingerprints[0]), numbers.get(ruling.anchor or b"")) for ruling in merges)
    return [(one, other) for one, other in pairs if one is not None and other is not None]


def merged_aliases(connection: sqlite3.Connection) -> list[tuple[int, int]]:
    """The aliases of parties that people say are one."""
    pairs = merged_pairs(connection)
    if not pairs:
        return []
    named = json.dumps(sorted({number for pair in pairs for number in pair}))
    aliases = dict(
        connection.execute(
            "select observation_id, alias_id from json_each(?) j cross join observations on observation_id = j.value",
            (named,),
        ).fetchall()
    )
    return [(aliases[one], aliases[other]) for one, other in pairs]
