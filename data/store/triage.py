"""Triage of one's own incidents: their state, whose they are, and notes. Human facts beside the machine's, kept by
public ids, which stay for ever; where incidents were merged, all their notes are read together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from data.errors import DecisionRefused
from data.plain import plain_line
from data.store.database import Database
from data.store.filters import current_incident
from data.store.journal import Journal
from data.store.values import moment, number_of, public_id, seconds, storable

TriageState = Literal["new", "working", "closed"]
STATES: tuple[TriageState, ...] = get_args(TriageState)
NAME_LIMIT = 80
NOTE_LIMIT = 10_000


@dataclass(frozen=True, slots=True)
class Triage:
    """Where an incident stands with the analysts. Without a word of theirs it is new and nobody's."""

    state: TriageState = "new"
    assignee: str | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody wrote about an incident, or about one that was merged into it."""

    at: datetime
    actor: str
    text: str


def triage(db: Database, incident_id: str) -> Triage:
    """The triage of an incident, by any of its ids."""
    row = db.one(
        "select state, assignee from incident_triage where incident_id = ?", (current_incident(db, incident_id),)
    )
    return Triage(row["state"], row["assignee"]) if row else Triage()


def triages(db: Database, incident_ids: Sequence[str] | None = None) -> dict[str, Triage]:
    """The triage of some incidents by current ids, else of all; those without a word of anybody are left out."""
    only, numbers = "", []
    if incident_ids is not None:
        numbers = [number_of("incident", incident_id) for incident_id in incident_ids]
        only = f" where incident_id in ({', '.join('?' * len(numbers))})"
    rows = db.rows(f"select incident_id, state, assignee from incident_triage{only}", numbers)  # noqa: S608
    return {public_id("incident", row[0]): Triage(row["state"], row["assignee"]) for row in rows}


def set_triage(
    db: Database,
    incident_ids: Sequence[str],
    *,
    actor: str,
    now: datetime,
    state: TriageState | None = None,
    assignee: str | None = None,
    reason: str = "",
) -> None:
    """Sets the state, the assignee ("" for nobody) or both of incidents; None leaves what is. Raises DecisionRefused
    where there is no such incident, and changes none then."""
    name = None if assignee is None else plain_line(storable(assignee), NAME_LIMIT).strip()
    with db.writing() as connection:
        journal = Journal(connection, seconds(now))
        for incident_id in incident_ids:
            number = _required(db, incident_id)
            before = triage(db, incident_id)
            after = Triage(state or before.state, before.assignee if name is None else name or None)
            if after == before:
                continue
            connection.execute(
                "insert or replace into incident_triage (incident_id, state, assignee, at) values (?, ?, ?, ?)",
                (number, after.state, after.assignee, seconds(now)),
            )
            journal.note(
                "incident-triaged",
                public_id("incident", number),
                _changed(before, after),
                actor=storable(actor),
                reason=storable(reason) or None,
            )


def notes(db: Database, incident_id: str) -> list[Note]:
    """The notes of an incident and of those merged into it, the oldest first."""
    rows = db.rows(
        "select at, actor, text from incident_notes where incident_id = ?1"
        " or incident_id in (select old_id from incident_aliases where incident_id = ?1) order by note_id",
        (current_incident(db, incident_id),),
    )
    return [Note(moment(row["at"]), row["actor"], row["text"]) for row in rows]


def add_note(db: Database, incident_id: str, text: str, *, actor: str, now: datetime) -> None:
    """Keeps a note for ever. Raises DecisionRefused where it is empty, or where there is no such incident."""
    kept = storable(text).strip()
    if not kept:
        raise DecisionRefused("The note is empty; write what the next person should know.")
    if len(kept) > NOTE_LIMIT:
        raise DecisionRefused(f"The note has {len(kept):,} characters; the limit is {NOTE_LIMIT:,}. Shorten it.")
    with db.writing() as connection:
        number = _required(db, incident_id)
        connection.execute(
            "insert into incident_notes (incident_id, at, actor, text) values (?, ?, ?, ?)",
            (number, seconds(now), storable(actor), kept),
        )
        Journal(connection, seconds(now)).note("incident-noted", public_id("incident", number), actor=storable(actor))


def assignees(db: Database) -> list[str]:
    """Everybody who has an incident, in order."""
    rows = db.rows("select distinct assignee from incident_triage where assignee is not null order by assignee")
    return [row[0] for row in rows]


def _required(db: Database, incident_id: str) -> int:
    number = current_incident(db, incident_id)
    if number is None:
        raise DecisionRefused(f"There is no incident {plain_line(incident_id, 40)}.")
    return number


def _changed(before: Triage, after: Triage) -> Mapping[str, object]:
    changed: dict[str, object] = {}
    if before.state != after.state:
        changed["state"] = after.state
    if before.assignee != after.assignee:
        changed["assignee"] = after.assignee or "nobody"
    return changed
