"""Analysts overrule the machine: a decision is checked, kept by content, carried out, settled, in one transaction."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from data.errors import DecisionRefused
from data.store.aliases import regroup
from data.store.contradictions import refuse_needed
from data.store.database import Database
from data.store.effects import Effect, moves, watched, waves_of
from data.store.journal import Journal
from data.store.overruled import overrule
from data.store.proposals import Proposal, propose
from data.store.rulings import Ruling, numbers_of, ruling_of, subjects_of
from data.store.saver import Outcome
from data.store.scope import ALWAYS, touch
from data.store.settle import pending_lots, settle, settle_lot
from data.store.values import public_id, seconds, storable
from data.vocabulary import Mechanism, VerdictName

DecisionKind = Literal["merge", "split", "move", "relabel", "ignore", "confirm"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What an analyst decides, by public ids.

    merge: incidents `ids` belong to incident `into`, and so do their templates and parties. split: observations `ids`
    of one incident are another thing. move: observations `ids` belong to incident `into`. relabel: incidents or
    observations `ids` get a verdict, a mechanism or both. ignore: incidents or templates `ids` are no abuse.
    confirm: incidents `ids` are real.
    """

    kind: DecisionKind
    ids: tuple[str, ...]
    into: str | None = None
    verdict: VerdictName | None = None
    mechanism: Mechanism | None = None


def decide(db: Database, decision: Decision, *, actor: str, reason: str, now: datetime) -> Effect:
    """Carries a decision out. Raises DecisionRefused where it contradicts another one or names nothing."""
    settle(db, now)
    with db.writing() as connection:
        return _decide(connection, decision, storable(actor), storable(reason), seconds(now))


def preview(db: Database, decision: Decision, *, now: datetime) -> Effect:
    """What a decision would change; nothing stays changed. Raises DecisionRefused as `decide` does."""
    settle(db, now)
    with db.trying() as connection:
        return _decide(connection, decision, "", "", seconds(now))


def undo(db: Database, number: int, *, actor: str, reason: str, now: datetime) -> Effect:
    """Takes a decision back, by its number. Raises DecisionRefused where there is none in force, or where a later
    one rests on it."""
    settle(db, now)
    with db.writing() as connection:
        row = connection.execute("select * from overrides where override_id = ?", (number,)).fetchone()
        if row is None:
            raise DecisionRefused(f"There is no decision {number}; the history of an incident names its decisions.")
        if row["undone_at"] is not None:
            raise DecisionRefused(f"Decision {number} is undone already.")
        ruling = ruling_of(row)
        refuse_needed(connection, ruling)

        def take_back() -> list[int]:
            connection.execute(
                "update overrides set undone_at = ? where override_id = ?", (seconds(now), ruling.number)
            )
            return [ruling.number]

        effect = _carry_out(connection, [ruling], take_back, seconds(now))
        journal = Journal(connection, seconds(now))
        for subject in _concerned(connection, number):
            journal.note(
                "incident-undone",
                subject,
                {"what": ruling.kind, "decision": number},
                actor=storable(actor),
                reason=storable(reason),
            )
        return effect


def _decide(connection: sqlite3.Connection, decision: Decision, actor: str, reason: str, at: int) -> Effect:
    if not decision.ids:
        raise DecisionRefused(f"Nothing was named to {decision.kind}; choose at least one.")
    proposals = propose(connection, decision.kind, decision.ids, decision.into, _value(decision))
    found: list[Ruling] = []

    def save() -> list[int]:
        found.extend(_save(connection, proposal, actor, reason, at) for proposal in proposals)
        return [ruling.number for ruling in found]

    effect = _carry_out(connection, [], save, at, found)
    journal = Journal(connection, at)
    for proposal, ruling in zip(proposals, found, strict=True):
        for subject, kind, detail in proposal.events(effect.moved):
            journal.note(kind, subject, {**detail, "decision": ruling.number}, actor=actor, reason=reason)
    named = {source for proposal in proposals for source in proposal.sources}
    return Effect(
        effect.numbers,
        tuple(sorted(effect.moved, key=lambda move: move.before not in named)),
        effect.waves_opened,
        effect.waves_ended,
        tuple(proposal.sentence for proposal in proposals if proposal.sentence),
    )


def _value(decision: Decision) -> dict[str, str]:
    named = {"verdict": decision.verdict, "mechanism": decision.mechanism}
    return {name: value for name, value in named.items() if value}


def _save(connection: sqlite3.Connection, proposal: Proposal, actor: str, reason: str, at: int) -> Ruling:
    cursor = connection.execute(
        "insert into overrides (kind, subject_key, object_key, value, actor, reason, at)"
        " values (?, ?, ?, ?, ?, ?, ?)",
        (
            proposal.kind,
            proposal.subject,
            proposal.anchor.hex() if proposal.anchor else None,
            json.dumps(proposal.value),
            actor,
            reason,
            at,
        ),
    )
    row = connection.execute("select * from overrides where override_id = ?", (cursor.lastrowid,)).fetchone()
    return ruling_of(row)


def _carry_out(
    connection: sqlite3.Connection,
    before: Sequence[Ruling],
    change: Callable[[], list[int]],
    at: int,
    after: Sequence[Ruling] = (),
) -> Effect:
    """Changes the decisions in force, and everything that follows. `before` are those that go, `after` is filled by
    `change` with those that come."""
    total = Outcome()
    waves = waves_of(connection)
    with watched(connection):
        _touch(connection, before)
        numbers = change()
        _touch(connection, after)
        overrule(connection)
        _join_parties(connection, [*before, *after])
        overrule(connection)
        _touch(connection, [*before, *after])
        for lot in pending_lots(connection):
            total.add(settle_lot(connection, lot, Journal(connection, at)))
        moved = moves(connection, total.incidents_opened)
    now = waves_of(connection)
    return Effect(tuple(numbers), moved, _waves(now - waves), _waves(waves - now))


def _waves(numbers: Iterable[int]) -> tuple[str, ...]:
    return tuple(public_id("wave", number) for number in sorted(numbers))


def _touch(connection: sqlite3.Connection, found: Sequence[Ruling]) -> None:
    """Marks the templates that decisions are about, and their incidents to be counted again."""
    named = json.dumps(sorted(_observations(connection, found)))
    rows = connection.execute(
        "select distinct template_id from json_each(?) j cross join observations on observation_id = j.value",
        (named,),
    )
    touch(connection, {(row[0], 0): ALWAYS for row in rows.fetchall()})
    connection.execute(
        "update incidents set stale = 1 where incident_id in (select incident_id from json_each(?) j"
        " cross join observations on observation_id = j.value)",
        (named,),
    )


def _observations(connection: sqlite3.Connection, found: Sequence[Ruling]) -> set[int]:
    subjects = subjects_of(connection, found)
    anchors = numbers_of(connection, (ruling.anchor for ruling in found if ruling.anchor))
    return {number for numbers in subjects.values() for number in numbers} | set(anchors.values())


def _join_parties(connection: sqlite3.Connection, found: Sequence[Ruling]) -> None:
    """Forms the parties of merged incidents anew."""
    named = _observations(connection, [ruling for ruling in found if ruling.kind == "merge"])
    if not named:
        return
    rows = connection.execute(
        "select distinct a.party_id from json_each(?) j cross join observations o on o.observation_id = j.value"
        " join party_aliases a using (alias_id)",
        (json.dumps(sorted(named)),),
    )
    templates = regroup(connection, [row[0] for row in rows.fetchall()])
    touch(connection, {(number, 0): ALWAYS for number in templates})


def _concerned(connection: sqlite3.Connection, number: int) -> list[str]:
    """What the log says a decision was about."""
    rows = connection.execute(
        "select distinct subject from events where json_extract(detail, '$.decision') = ?"
        " and kind <> 'incident-undone' order by subject",
        (number,),
    )
    return [row[0] for row in rows]
