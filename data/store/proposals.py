"""Decisions by public ids, turned into what is kept of them: content, checked against the decisions in force."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from data.errors import DecisionRefused
from data.plain import plain_line
from data.store.contradictions import refuse_confirmed, refuse_parted, refuse_pinned, refuse_relabelled
from data.store.effects import Moved
from data.store.rulings import subject_key
from data.store.values import number_of, public_id

_ANCHOR = (
    "select o.fingerprint from observations o left join overruled v using (observation_id) where o.{column} = ?"
    " order by v.observation_id is not null and (v.template_id, v.alias_id) <> (o.template_id, o.alias_id),"
    " o.trusted desc, o.observed_at, o.fingerprint limit 1"
)
NOTED = 500
"""Incidents that a single decision is noted at."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """One decision as it will be kept. `sources` are the incidents it takes from, `target` the one it gives to."""

    kind: str
    subject: str
    anchor: bytes | None = None
    value: dict[str, str] = field(default_factory=dict)
    sources: tuple[str, ...] = ()
    target: str | None = None
    sentence: str = ""

    def events(self, moved: Sequence[Moved]) -> Iterator[tuple[str, str, dict[str, object]]]:
        """(subject, kind, detail) of what the log says about it, given what it moved."""
        if self.kind == "merge":
            yield self.target or "", "incident-joined", {"with": self.sources[0]}
            yield self.sources[0], "incident-joined", {"with": self.target}
        elif self.kind == "split":
            for new in dict.fromkeys(move.after for move in moved if move.is_new and move.after):
                yield new, "incident-split", {"from": self.sources[0]}
            yield self.sources[0], "incident-divided", {"messages": sum(move.messages for move in moved)}
        elif self.kind == "move":
            yield self.target or "", "incident-received", {"from": list(self.sources)}
            for source in self.sources:
                yield source, "incident-gave", {"to": self.target}
        elif self.kind == "ignore":
            gone = [move.before for move in moved if move.after is None and move.before]
            for source in dict.fromkeys([*self.sources, *gone[:NOTED]]):
                yield source, "incident-ignored", {}
        else:
            word = "incident-relabelled" if self.kind == "relabel" else "incident-confirmed-by-analyst"
            for source in self.sources:
                yield source, word, dict(self.value)


def propose(
    connection: sqlite3.Connection, kind: str, ids: Sequence[str], into: str | None, value: dict[str, str]
) -> list[Proposal]:
    """What a decision comes to. Raises DecisionRefused."""
    ids = list(dict.fromkeys(ids))
    if kind == "merge":
        return [_merge(connection, found, into) for found in ids]
    if kind == "split":
        return [_split(connection, ids)]
    if kind == "move":
        return [_move(connection, ids, into)]
    if kind == "relabel":
        return [_relabel(connection, found, value) for found in ids]
    if kind == "ignore":
        return [_ignore(connection, found) for found in ids]
    return [_confirm(connection, found) for found in ids]


def _merge(connection: sqlite3.Connection, found: str, into: str | None) -> Proposal:
    one, other = _incident(connection, found), _incident(connection, into or "")
    if one == other:
        raise DecisionRefused(f"{plain_line(found, 20)} and {plain_line(into or '', 20)} are one incident already.")
    refuse_parted(connection, one, other)
    return Proposal(
        "merge",
        subject_key([_anchor(connection, "incident_id", one)]),
        _anchor(connection, "incident_id", other),
        sources=(public_id("incident", one),),
        target=public_id("incident", other),
    )


def _split(connection: sqlite3.Connection, ids: Sequence[str]) -> Proposal:
    chosen = _chosen(connection, ids)
    incidents = {row["incident_id"] for row in chosen}
    if len(incidents) > 1:
        raise DecisionRefused(
            f"The messages stand in {len(incidents)} incidents; split off messages of one incident at a time."
        )
    refuse_pinned(connection, [row["observation_id"] for row in chosen])
    (incident,) = incidents
    rest = connection.execute(
        "select fingerprint from observations where incident_id = ?"
        " and observation_id not in (select value from json_each(?)) order by trusted desc, observed_at, fingerprint",
        (incident, json.dumps([row["observation_id"] for row in chosen])),
    ).fetchone()
    if rest is None:
        raise DecisionRefused(
            f"These are all messages of {public_id('incident', incident)}; leave at least one that it is about."
        )
    return Proposal("split", _content(connection, chosen), rest[0], sources=(public_id("incident", incident),))


def _move(connection: sqlite3.Connection, ids: Sequence[str], into: str | None) -> Proposal:
    target = _incident(connection, into or "")
    chosen = _chosen(connection, ids)
    there = [row["observation_id"] for row in chosen if row["incident_id"] == target]
    if there:
        raise DecisionRefused(
            f"{public_id('observation', there[0])} stands in {public_id('incident', target)} already; leave it out."
        )
    refuse_pinned(connection, [row["observation_id"] for row in chosen])
    return Proposal(
        "move",
        _content(connection, chosen),
        _anchor(connection, "incident_id", target),
        sources=tuple(public_id("incident", number) for number in sorted({row["incident_id"] for row in chosen})),
        target=public_id("incident", target),
    )


def _relabel(connection: sqlite3.Connection, found: str, value: dict[str, str]) -> Proposal:
    if not value:
        raise DecisionRefused("Nothing to change: name a verdict, a mechanism or both.")
    if number_of("observation", found) is None:
        incident = _incident(connection, found)
        rows = connection.execute("select * from observations where incident_id = ?", (incident,)).fetchall()
        sources = [public_id("incident", incident)]
    else:
        rows = _chosen(connection, [found], in_incidents=False)
        sources = [public_id("incident", row["incident_id"]) for row in rows if row["incident_id"]]
    refuse_relabelled(connection, [row["observation_id"] for row in rows])
    if all(row[name] == text for row in rows for name, text in value.items()):
        raise DecisionRefused(f"{plain_line(found, 20)} is called {' and '.join(value.values())} already.")
    named = sources[0] if number_of("observation", found) is None else found.strip().upper()
    return Proposal(
        "relabel",
        _content(connection, rows),
        value=value,
        sources=tuple(sources) or (named,),
        sentence=f"{named} is called {' and '.join(value.values())}.",
    )


def _ignore(connection: sqlite3.Connection, found: str) -> Proposal:
    template = number_of("template", found)
    if template is None:
        incident = _incident(connection, found)
        refuse_confirmed(connection, [incident], "; undo that before you ignore it")
        return Proposal(
            "ignore",
            subject_key([_anchor(connection, "incident_id", incident)]),
            value={"scope": "incident"},
            sources=(public_id("incident", incident),),
        )
    rows = connection.execute(
        "select incident_id from incidents where template_id = ? order by incident_id", (template,)
    )
    incidents = [row[0] for row in rows]
    if not incidents:
        raise DecisionRefused(f"Nothing of template {plain_line(found, 20)} stands in an incident.")
    refuse_confirmed(connection, incidents, "; undo that before you ignore its template")
    return Proposal(
        "ignore",
        subject_key([_anchor(connection, "template_id", template)]),
        value={"scope": "template"},
        sources=(public_id("template", template),),
    )


def _confirm(connection: sqlite3.Connection, found: str) -> Proposal:
    incident = _incident(connection, found)
    refuse_confirmed(connection, [incident], " already")
    name = public_id("incident", incident)
    return Proposal(
        "confirm",
        subject_key([_anchor(connection, "incident_id", incident)]),
        sources=(name,),
        sentence=f"{name} is confirmed by an analyst.",
    )


def _incident(connection: sqlite3.Connection, found: str) -> int:
    """The row of an incident's id, through merges."""
    number = number_of("incident", found)
    row = connection.execute(
        "select i.incident_id from incidents i where i.incident_id ="
        " coalesce((select incident_id from incident_aliases where old_id = ?1), ?1)",
        (number,),
    ).fetchone()
    if row is None:
        raise DecisionRefused(f"There is no incident {plain_line(found, 40)}.")
    return int(row[0])


def _anchor(connection: sqlite3.Connection, column: str, number: int) -> bytes:
    """The observation that stands for an incident or template: one that belongs there by itself, the earliest that
    is vouched for."""
    return bytes(connection.execute(_ANCHOR.format(column=column), (number,)).fetchone()[0])


def _chosen(connection: sqlite3.Connection, ids: Sequence[str], *, in_incidents: bool = True) -> list[sqlite3.Row]:
    numbers = {found: number_of("observation", found) for found in ids}
    rows = {
        row["observation_id"]: row
        for row in connection.execute(
            "select o.* from json_each(?) j cross join observations o on o.observation_id = j.value",
            (json.dumps([number for number in numbers.values() if number is not None]),),
        )
    }
    for found, number in numbers.items():
        if number not in rows:
            raise DecisionRefused(f"There is no message {plain_line(found, 40)}.")
        if in_incidents and rows[number]["incident_id"] is None:
            raise DecisionRefused(
                f"{plain_line(found, 40)} stands in no incident; give it a verdict of abuse first: relaywatch relabel"
            )
    return list(rows.values())


def _content(connection: sqlite3.Connection, rows: Sequence[sqlite3.Row]) -> str:
    """Messages by their fingerprints, and the contents of which all messages are among them: the next one follows."""
    counts: defaultdict[int, int] = defaultdict(int)
    for row in rows:
        counts[row["node_id"] or 0] += 1
    whole = connection.execute(
        "select j.value, count(*) from json_each(?) j cross join observations o on o.node_id = j.value group by 1",
        (json.dumps([node for node in counts if node]),),
    )
    nodes = [node for node, count in whole if count == counts[node]]
    return subject_key(sorted(row["fingerprint"] for row in rows), nodes)
