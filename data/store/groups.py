"""Incidents, waves and templates as rows: planned from observations, compared with what is stored, saved."""

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from data.clustering.assign import Group, Member, Run, assign, keep_ids, successors
from data.store.journal import Journal
from data.store.summaries import (
    INCIDENT_COLUMNS,
    WAVE_COLUMNS,
    Facts,
    Row,
    facts_of,
    summarise_incident,
    summarise_wave,
)
from data.store.values import public_id

GroupKind = Literal["incident", "wave"]
_COLUMNS: dict[GroupKind, tuple[str, ...]] = {"incident": INCIDENT_COLUMNS, "wave": WAVE_COLUMNS}
_CONFIRMATION = INCIDENT_COLUMNS.index("confirmation")


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


@dataclass(frozen=True, slots=True)
class Plan:
    """How the observations of some templates group now: each stretch with its template, and every observation."""

    runs: list[tuple[int, Run]]
    facts: dict[int, Facts]


def plan_groups(connection: sqlite3.Connection, templates: Sequence[int]) -> Plan:
    """The groups of some templates, out of their observations alone. Reads only."""
    facts = facts_of(connection, templates)
    payload = dict(
        connection.execute(
            "select template_id, has_payload from templates where template_id in (select value from json_each(?))",
            (json.dumps(list(templates)),),
        ).fetchall()
    )
    members: defaultdict[int, list[Member]] = defaultdict(list)
    for fact in facts.values():
        members[fact.template].append(fact.member)
    runs = [
        (template, run)
        for template, found in sorted(members.items())
        for run in assign(found, has_payload=bool(payload[template]))
    ]
    return Plan(runs, facts)


def settle_templates(connection: sqlite3.Connection, templates: Sequence[int], journal: Journal) -> Outcome:
    """Brings templates, their incidents and waves in line with their observations."""
    plan = plan_groups(connection, templates)
    outcome = Outcome()
    saver = _Saver(connection, templates, journal, outcome)
    waves = [(template, run) for template, run in plan.runs if run.wave]
    wave_ids = saver.save(
        "wave",
        [Counter(member.wave for member in _members(run) if member.wave) for _, run in waves],
        [summarise_wave(template, run, plan.facts) for template, run in waves],
    )
    wave_of = {id(run): number for (_, run), number in zip(waves, wave_ids, strict=True)}
    groups = [(group, wave_of.get(id(run))) for _, run in plan.runs for group in run.groups]
    numbers = saver.save(
        "incident",
        [Counter(member.incident for member in group.members if member.incident) for group, _ in groups],
        [summarise_incident(group, wave, plan.facts) for group, wave in groups],
    )
    outcome.changes += _place(connection, [group for group, _ in groups], numbers)
    saver.retire()
    outcome.changes += save_templates(connection, templates)
    outcome.changes += save_parties(connection, saver.parties)
    return outcome


def _members(run: Run) -> Iterable[Member]:
    return (member for group in run.groups for member in group.members)


def _place(connection: sqlite3.Connection, groups: Sequence[Group], numbers: Sequence[int]) -> int:
    """Writes the incident of each observation where it is another one than before."""
    moved = [
        (number, member.observation)
        for group, number in zip(groups, numbers, strict=True)
        for member in group.members
        if member.incident != number
    ]
    connection.executemany("update observations set incident_id = ? where observation_id = ?", moved)
    return len(moved)


class _Saver:
    """Saves the incidents and waves of some templates under the public ids that they keep or are given."""

    def __init__(
        self, connection: sqlite3.Connection, templates: Sequence[int], journal: Journal, outcome: Outcome
    ) -> None:
        self._connection = connection
        self._templates = json.dumps(list(templates))
        self._journal = journal
        self._outcome = outcome
        self._gone: dict[GroupKind, dict[int, int | None]] = {}
        self.parties: set[int] = set()

    def save(self, kind: GroupKind, before: Sequence[Counter[int]], rows: Sequence[Row]) -> list[int]:
        """The id of each group, in order. What no group keeps is retired later, when nothing refers to it."""
        stored = self._stored(kind)
        ids: list[int] = []
        for kept, row in zip(keep_ids(before), rows, strict=True):
            number = self._open(kind, row) if kept is None else kept
            if kept is not None and row != stored.get(kept):
                self._change(kind, kept, row, stored.get(kept))
            ids.append(number)
        after = successors(before, ids)
        self._gone[kind] = {number: after.get(number) for number in sorted((set(stored) | set(after)) - set(ids))}
        if kind == "incident":
            self.parties |= {int(str(row[0])) for row in (*rows, *stored.values())}
        return ids

    def _stored(self, kind: GroupKind) -> dict[int, Row]:
        rows = self._connection.execute(
            f"select {kind}_id, {', '.join(_COLUMNS[kind])} from {kind}s"  # noqa: S608 (our own words)
            " where template_id in (select value from json_each(?))",
            (self._templates,),
        )
        return {row[0]: tuple(row)[1:] for row in rows}

    def _open(self, kind: GroupKind, row: Row) -> int:
        columns = _COLUMNS[kind]
        cursor = self._connection.execute(
            f"insert into {kind}s ({', '.join(columns)}) values ({', '.join('?' * len(columns))})",  # noqa: S608
            row,
        )
        number = int(cursor.lastrowid or 0)
        opened = self._outcome.incidents_opened if kind == "incident" else self._outcome.waves_opened
        opened.append(number)
        self._outcome.changes += 1
        self._journal.note(f"{kind}-opened", public_id(kind, number))
        if kind == "incident" and row[_CONFIRMATION] == "confirmed":
            self._journal.note("incident-confirmed", public_id(kind, number))
        return number

    def _change(self, kind: GroupKind, number: int, row: Row, before: Row | None) -> None:
        self._connection.execute(
            f"update {kind}s set {', '.join(f'{name} = ?' for name in _COLUMNS[kind])} where {kind}_id = ?",  # noqa: S608
            (*row, number),
        )
        self._outcome.changes += 1
        if kind == "incident" and before is not None and before[_CONFIRMATION] != row[_CONFIRMATION]:
            self._journal.note(f"incident-{row[_CONFIRMATION]}", public_id(kind, number))

    def retire(self) -> None:
        """Turns ids that no group kept into aliases of where most of their observations went."""
        for kind, gone in sorted(self._gone.items()):
            for number, successor in gone.items():
                self._connection.execute(
                    f"update {kind}_aliases set {kind}_id = ? where {kind}_id = ?",  # noqa: S608
                    (successor, number),
                )
                self._connection.execute(
                    f"insert into {kind}_aliases (old_id, {kind}_id) values (?, ?)",  # noqa: S608
                    (number, successor),
                )
                if kind == "incident":
                    self._connection.execute(
                        "update observations set incident_id = null where incident_id = ?", (number,)
                    )
                self._connection.execute(f"delete from {kind}s where {kind}_id = ?", (number,))  # noqa: S608
                self._outcome.changes += 1
                self._note_end(kind, number, successor)

    def _note_end(self, kind: GroupKind, number: int, successor: int | None) -> None:
        if successor is None:
            self._journal.note(f"{kind}-dissolved", public_id(kind, number))
            return
        self._journal.note(f"{kind}-merged", public_id(kind, number), {"into": public_id(kind, successor)})


def save_templates(connection: sqlite3.Connection, templates: Sequence[int]) -> int:
    """Figures and example of templates, over all their observations; returns how many changed."""
    numbers = json.dumps(list(templates))
    return connection.execute(
        "update templates set (observations, parties, first_seen_at, last_seen_at, parts, example_text) ="
        " (n, p, first, last, example_parts, example) from ("
        "   select c.*, coalesce(json_extract(d.features, '$.parts'), '[]') as example_parts, w.subject as example"
        "   from ("
        "     select t.template_id as number, count(o.observation_id) as n, count(distinct o.party_id) as p,"
        "       min(o.observed_at) as first, max(o.observed_at) as last,"
        "       (select e.observation_id from observations e where e.template_id = t.template_id"
        "        order by e.trusted desc, e.observed_at, e.fingerprint limit 1) as best"
        "     from templates t left join observations o using (template_id)"
        "     where t.template_id in (select value from json_each(?)) group by t.template_id) c"
        "   left join observation_details d on d.observation_id = c.best"
        "   left join observation_words w on w.observation_id = c.best)"
        " where template_id = number and (observations, parties, first_seen_at, last_seen_at, parts, example_text)"
        " is not (n, p, first, last, example_parts, example)",
        (numbers,),
    ).rowcount


def save_parties(connection: sqlite3.Connection, parties: Iterable[int]) -> int:
    """Figures of parties, out of their incidents; returns how many changed."""
    return connection.execute(
        "update parties set (observations, first_seen_at, last_seen_at, platform, abused_domain) ="
        " (n, first, last, main_platform, main_domain) from ("
        "   select q.party_id as number, coalesce(sum(i.observations), 0) as n, min(i.first_seen_at) as first,"
        "   max(i.last_seen_at) as last,"
        "   (select l.platform from incidents l where l.party_id = q.party_id"
        "    order by l.observations desc, l.platform limit 1) as main_platform,"
        "   (select l.abused_domain from incidents l where l.party_id = q.party_id"
        "    order by l.observations desc, l.abused_domain limit 1) as main_domain"
        "   from parties q left join incidents i on i.party_id = q.party_id"
        "   where q.party_id in (select value from json_each(?)) group by q.party_id)"
        " where party_id = number and (observations, first_seen_at, last_seen_at, platform, abused_domain)"
        " is not (n, first, last, main_platform, main_domain)",
        (json.dumps(sorted(parties)),),
    ).rowcount
