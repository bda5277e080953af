"""Decisions that cannot stand beside those in force, each refused with a sentence that says what to undo."""

import sqlite3
from collections.abc import Collection, Iterable, Sequence

from data.errors import DecisionRefused
from data.store.rulings import Ruling, numbers_of, rulings, subjects_of
from data.store.values import moment, public_id

PINNING = ("split", "move")


def refuse_pinned(connection: sqlite3.Connection, numbers: Collection[int]) -> None:
    """Messages that were moved or split off already, or that others were moved or merged by, stay where they are."""
    found = rulings(connection)
    for ruling, held in _held(connection, [item for item in found if item.kind in PINNING]):
        if taken := held & set(numbers):
            done = "split off" if ruling.kind == "split" else "moved"
            raise DecisionRefused(f"{_named(taken)} {done} already {_by(ruling)}; undo that first ({_undo(ruling)}).")
    places = numbers_of(connection, (item for ruling in found for item in ruling.named))
    for ruling in found:
        if taken := {places[item] for item in ruling.named if item in places} & set(numbers):
            what = "merge" if ruling.kind == "merge" else "move of other messages"
            raise DecisionRefused(
                f"{_named(taken, 'stands', 'stand')} for an incident in a {what} {_by(ruling)}; undo that first"
                f" ({_undo(ruling)})."
            )


def refuse_parted(connection: sqlite3.Connection, one: int, other: int) -> None:
    """Two incidents are not merged where somebody said that they are different things."""
    members = [_members(connection, one), _members(connection, other)]
    splits = rulings(connection, kinds=("split",))
    origins = numbers_of(connection, (ruling.anchor for ruling in splits if ruling.anchor))
    for ruling, held in _held(connection, splits):
        origin = origins.get(ruling.anchor or b"")
        for here, there in (members, members[::-1]):
            if held & here and origin in there:
                raise DecisionRefused(
                    f"{public_id('incident', one)} and {public_id('incident', other)} were split {_by(ruling)};"
                    f" to have them together again, undo that ({_undo(ruling)})."
                )


def refuse_relabelled(connection: sqlite3.Connection, numbers: Collection[int]) -> None:
    """One label at a time, so that undoing one leads back to what the machine said."""
    for ruling, held in _held(connection, rulings(connection, kinds=("relabel",))):
        if taken := held & set(numbers):
            raise DecisionRefused(
                f"{_named(taken)} relabelled already {_by(ruling)}; undo that first ({_undo(ruling)})."
            )


def refuse_confirmed(connection: sqlite3.Connection, numbers: Iterable[int], otherwise: str) -> None:
    """What an analyst confirmed is neither confirmed again nor ignored."""
    confirmed = rulings(connection, kinds=("confirm",))
    places = numbers_of(connection, (ruling.fingerprints[0] for ruling in confirmed))
    for number in numbers:
        held = _members(connection, number)
        for ruling in confirmed:
            if places.get(ruling.fingerprints[0]) in held:
                raise DecisionRefused(
                    f"{public_id('incident', number)} was confirmed {_by(ruling)}{otherwise} ({_undo(ruling)})."
                )


def refuse_needed(connection: sqlite3.Connection, ruling: Ruling) -> None:
    """A decision is not undone while a later one was made about what it moved."""
    if ruling.kind not in PINNING:
        return
    ((_, held),) = _held(connection, [ruling])
    for later in rulings(connection):
        named = numbers_of(connection, later.named)
        if later.number > ruling.number and held & set(named.values()):
            raise DecisionRefused(
                f"Decision {ruling.number} cannot be undone: a later {later.kind} {_by(later)} rests on what it"
                f" moved; undo that first ({_undo(later)})."
            )


def _held(connection: sqlite3.Connection, found: Sequence[Ruling]) -> list[tuple[Ruling, set[int]]]:
    subjects = subjects_of(connection, found)
    return [(ruling, set(subjects[ruling.number])) for ruling in found]


def _members(connection: sqlite3.Connection, incident: int) -> set[int]:
    rows = connection.execute("select observation_id from observations where incident_id = ?", (incident,))
    return {row[0] for row in rows}


def _named(numbers: Collection[int], one: str = "was", several: str = "were") -> str:
    first = public_id("observation", min(numbers))
    return f"{first} {one}" if len(numbers) == 1 else f"{first} and {len(numbers) - 1} others {several}"


def _by(ruling: Ruling) -> str:
    return f"by {ruling.actor} on {moment(ruling.at):%Y-%m-%d}"


def _undo(ruling: Ruling) -> str:
    return f"relaywatch undo {ruling.number}"
