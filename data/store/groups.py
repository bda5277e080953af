"""Incidents and waves as rows: planned from observations, compared with what is stored, saved under their ids."""

import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from data.clustering.assign import Group, Run, assign, successors
from data.clustering.overrides import bind, set_aside
from data.store.figures import save_parties, save_templates
from data.store.journal import Journal
from data.store.overruled import bonds, guest_aliases
from data.store.saver import Outcome, Saver
from data.store.scope import Reach, Scope, members_in, payloads_in, scope_of, stored_in
from data.store.summaries import (
    INCIDENT_COLUMNS,
    OBSERVATIONS,
    WAVE_COLUMNS,
    WAVE_ID,
    Row,
    summarise_incidents,
    summarise_wave,
)
from data.store.voting import keep


@dataclass(frozen=True, slots=True)
class Stored:
    """Incidents and waves of a scope before it is settled: their rows, and which incidents are stale."""

    incidents: dict[int, Row]
    waves: dict[int, Row]
    stale: frozenset[int]

    @property
    def stale_parties(self) -> set[int]:
        """A better copy can change when a message was sent and leave its incident's row as it was."""
        return {int(str(self.incidents[number][0])) for number in self.stale}

    def wave_of(self, incident: int | None) -> int | None:
        wave = self.incidents[incident][WAVE_ID] if incident in self.incidents else None
        return wave if isinstance(wave, int) else None


def settle_templates(
    connection: sqlite3.Connection, touched: Mapping[int, Reach], journal: Journal, *, afresh: bool = False
) -> Outcome:
    """Brings templates, their incidents and waves in line with their observations, as far as the touched spans of
    time reach. Incidents that did not change keep their figures, unless everything is to be counted afresh."""
    scope = scope_of(connection, touched)
    stored = _stored(connection, scope)
    runs = _runs(connection, scope)
    groups = [group for run in runs for group in run.groups]
    before = [Counter(m.incident for m in group.members if m.incident is not None) for group in groups]
    members = [group.members for group in groups]
    kept = keep(connection, "incident", members, stored.incidents, lambda member: member.incident)
    rows = _incident_rows(connection, groups, kept, stored, afresh=afresh)

    saver = Saver(connection, journal)
    outcome = Outcome()
    waves = _save_waves(connection, saver, runs, rows, stored, outcome)
    numbers = [
        saver.save("incident", number, _in_wave(row, wave), stored.incidents, outcome)
        for number, row, wave in zip(kept, rows, waves, strict=True)
    ]
    outcome.changes += _place(connection, groups, numbers)
    saver.retire("incident", stored.incidents, numbers, successors(before, numbers), outcome)
    saver.retire("wave", stored.waves, waves, saver.successors, outcome)
    connection.executemany("update incidents set stale = 0 where incident_id = ?", [(n,) for n in stored.stale])
    outcome.changes += save_templates(connection, scope.templates) + save_parties(
        connection, saver.parties | stored.stale_parties
    )
    return outcome


def _stored(connection: sqlite3.Connection, scope: Scope) -> Stored:
    incidents = stored_in(connection, scope, "incident", (*INCIDENT_COLUMNS, "stale"))
    return Stored(
        incidents={row[0]: tuple(row)[1:-1] for row in incidents},
        waves={row[0]: tuple(row)[1:] for row in stored_in(connection, scope, "wave", WAVE_COLUMNS)},
        stale=frozenset(row[0] for row in incidents if row["stale"]),
    )


def _runs(connection: sqlite3.Connection, scope: Scope) -> list[Run]:
    """Every stretch of the scope, in order."""
    payloads = payloads_in(connection, scope)
    bound = bonds(connection)
    found: list[Run] = []
    for first, members in sorted(members_in(connection, scope, guest_aliases(connection)).items()):
        rest, aside = set_aside(members, bound)
        found += bind(assign(rest, has_payload=payloads[first]), bound, aside)
    return found


def _incident_rows(
    connection: sqlite3.Connection,
    groups: Sequence[Group],
    kept: Sequence[int | None],
    stored: Stored,
    *,
    afresh: bool,
) -> list[Row]:
    """The row of each group: as it is stored where nothing changed, else counted anew."""
    same = [
        None if afresh or number is None or not _is_same(group, number, stored) else stored.incidents[number]
        for group, number in zip(groups, kept, strict=True)
    ]
    changed = (group for group, row in zip(groups, same, strict=True) if row is None)
    counted = summarise_incidents(connection, changed)
    return [next(counted) if row is None else row for row in same]


def _is_same(group: Group, number: int, stored: Stored) -> bool:
    row = stored.incidents.get(number)
    return (
        row is not None
        and number not in stored.stale
        and row[:2] == (group.party, group.template)
        and row[OBSERVATIONS] == len(group.members)
        and all(member.incident == number for member in group.members)
    )


def _in_wave(row: Row, wave: int | None) -> Row:
    return (*row[:WAVE_ID], wave, *row[WAVE_ID + 1 :])


def _save_waves(
    connection: sqlite3.Connection,
    saver: "Saver",
    runs: Sequence[Run],
    rows: Sequence[Row],
    stored: Stored,
    outcome: Outcome,
) -> list[int | None]:
    """The wave of each group, in order; saves the waves."""
    waves: list[tuple[Run, Row]] = []
    position = 0
    for run in runs:
        own = rows[position : position + len(run.groups)]
        position += len(run.groups)
        if run.wave:
            waves.append((run, summarise_wave(run, own)))
    members = [[member for group in run.groups for member in group.members] for run, _ in waves]
    before = [Counter(wave for m in found if (wave := stored.wave_of(m.incident)) is not None) for found in members]
    kept = keep(connection, "wave", members, stored.waves, lambda member: stored.wave_of(member.incident))
    ids = [
        saver.save("wave", number, row, stored.waves, outcome) for number, (_, row) in zip(kept, waves, strict=True)
    ]
    saver.successors = successors(before, ids)
    numbers = iter(ids)
    wave_ids = [next(numbers) if run.wave else None for run in runs]
    return [wave for wave, run in zip(wave_ids, runs, strict=True) for _ in run.groups]


def _place(connection: sqlite3.Connection, groups: Sequence[Group], numbers: Sequence[int]) -> int:
    """Writes the incident of each observation where it is another one than before."""
    moved = [
        (number, member.observation)
        for group, number in zip(groups, numbers, strict=True)
        for member in group.members
        if member.incident != number
    ]
    connection.executemany("update observations set incident_id = ? where observation_id = ?", moved)
    # Those that people moved and that arrived since speak for no id, moved back or not.
    connection.executemany(
        "insert or ignore into homes (observation_id, incident_id, wave_id) values (?, 0, 0)",
        [
            (member.observation,)
            for group in groups
            for member in group.members
            if member.guest and member.incident is None and member.home is None
        ],
    )
    return len(moved)
