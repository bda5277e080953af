"""What a decision changes: watched while it is carried out, so that a preview and the deed say the same."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from data.store.values import public_id

# The first state of an observation within the transaction is the one that it had before. What people moved, or what
# changed around it, finds back to it when they undo.
_WATCH = (
    "create temp table went (observation_id integer primary key, incident_id integer)",
    "create temp trigger incident_is_left after update of incident_id on main.observations"
    " when old.incident_id is not new.incident_id begin"
    " insert or ignore into homes (observation_id, incident_id, wave_id)"
    "  select old.observation_id, old.incident_id, coalesce((select wave_id from incidents"
    "  where incident_id = old.incident_id), 0) where old.incident_id is not null;"
    " insert or ignore into went values (old.observation_id, old.incident_id); end",
    "create temp trigger wave_is_left after update of wave_id on main.incidents"
    " when old.wave_id is not new.wave_id begin"
    " insert or ignore into homes (observation_id, incident_id, wave_id)"
    "  select observation_id, old.incident_id, coalesce(old.wave_id, 0) from observations"
    "  where incident_id = old.incident_id; end",
)
_UNWATCH = ("drop trigger temp.wave_is_left", "drop trigger temp.incident_is_left", "drop table temp.went")
_AT_HOME = (
    "delete from homes where (select count(*) from overrides where undone_at is null) = 0 or exists"
    " (select 1 from observations o join incidents i using (incident_id)"
    "  where o.observation_id = homes.observation_id and i.incident_id = homes.incident_id"
    "  and coalesce(i.wave_id, 0) = homes.wave_id)"
)


@dataclass(frozen=True, slots=True)
class Moved:
    """So many messages went from one incident to another; None: they stood, or stand, in none."""

    before: str | None
    after: str | None
    messages: int
    is_new: bool = False

    def __str__(self) -> str:
        many = f"{self.messages:,} message{'s' if self.messages > 1 else ''}"
        if self.after is None:
            return (
                f"{many} of {self.before} leave all counts."
                if self.messages > 1
                else (f"{many} of {self.before} leaves all counts.")
            )
        verb = "becomes" if self.messages == 1 else "become"
        if self.is_new:
            origin = f"of {self.before} " if self.before else ""
            return (
                f"{many} {origin}{verb} an incident of their own, {self.after}."
                if self.messages > 1
                else (f"{many} {origin}{verb} an incident of its own, {self.after}.")
            )
        move = "moves" if self.messages == 1 else "move"
        return (
            f"{many} of {self.before} {move} to {self.after}." if self.before else f"{many} {move} to {self.after}."
        )


@dataclass(frozen=True, slots=True)
class Effect:
    """What a decision changed, or would change. `numbers` are those to undo it by."""

    numbers: tuple[int, ...]
    moved: tuple[Moved, ...]
    waves_opened: tuple[str, ...] = ()
    waves_ended: tuple[str, ...] = ()
    said: tuple[str, ...] = ()

    @property
    def sentences(self) -> tuple[str, ...]:
        """All of it for people, in our own words."""
        waves = [f"{wave} becomes a wave." for wave in self.waves_opened]
        waves += [f"{wave} is no wave of its own any more." for wave in self.waves_ended]
        return (*self.said, *map(str, self.moved), *waves)


@contextmanager
def watched(connection: sqlite3.Connection) -> Iterator[None]:
    """Notes within the caller's transaction where observations stood before, for the time of undoing too."""
    for statement in _WATCH:
        connection.execute(statement)
    yield
    for statement in _UNWATCH:
        connection.execute(statement)
    connection.execute(_AT_HOME)


def waves_of(connection: sqlite3.Connection) -> set[int]:
    return {row[0] for row in connection.execute("select wave_id from waves")}


def moves(connection: sqlite3.Connection, opened: Sequence[int]) -> tuple[Moved, ...]:
    """What was noted, the largest moves first."""
    rows = connection.execute(
        "select w.incident_id as before, o.incident_id as after, count(*) as messages from went w"
        " join observations o using (observation_id) where w.incident_id is not o.incident_id"
        " group by 1, 2 order by 3 desc, 1, 2"
    )
    return tuple(
        Moved(_id(row["before"]), _id(row["after"]), row["messages"], row["after"] in opened) for row in rows
    )


def _id(number: int | None) -> str | None:
    return None if number is None else public_id("incident", number)
