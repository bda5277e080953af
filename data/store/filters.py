"""One filter for pages and exports, as SQL conditions over observations and over incidents."""

import json
import re
from dataclasses import dataclass

from data.store.database import Database
from data.store.shapes import IncidentFilter
from data.store.values import number_of, seconds, storable
from data.tlp import DEFAULT, LEVELS, Tlp, beyond, within

_WORD = re.compile(r"[^\W_]+")
QUERY_WORDS = 32
_WORDS = "select rowid from words where words match ?"
_INCIDENTS = f"select incident_id from observations where observation_id in ({_WORDS})"  # noqa: S608 (our own words)
_NOW_MARKED = (
    "select coalesce(a.incident_id, m.incident_id) as incident_id, m.tlp from incident_markings m"
    " left join main.incident_aliases a on a.old_id = m.incident_id"
)
MARKED = (
    f"{_NOW_MARKED} union select b.old_id, n.tlp from ({_NOW_MARKED}) n"  # noqa: S608 (our own words)
    " join main.incident_aliases b on b.incident_id = n.incident_id"
)
"""Markings by the current id and by all that were merged into it: who looks back at a time before the merge is bound
by today's marking."""
_MARKED = f"select incident_id from ({MARKED}) where tlp in (select value from json_each(?))"  # noqa: S608
_CHANGED = (
    "i.incident_id in (select incident_id from observations where received_at >= ? and incident_id is not null"
    " union select cast(substr(subject, 4) as integer) from events where at >= ? and subject like 'RW-%')"
)
_NAMED = "party_id in (select party_id from party_aliases where instr(lower(name), ?) > 0)"


@dataclass(frozen=True, slots=True)
class Condition:
    """The text after `where` and its parameters."""

    sql: str
    parameters: tuple[object, ...]


def incident_condition(db: Database, where: IncidentFilter) -> Condition:
    """Incidents (alias i) that a filter asks for."""
    parts = _choices("i", where) + _wave(db, where) + _cleared(where) + _triaged(where) + _confidence("i", where)
    if where.confirmation:
        parts.append(_in("i.confirmation", where.confirmation))
    if where.received_since:
        parts.append(Condition(_CHANGED, (seconds(where.received_since),) * 2))
    if where.since:
        parts.append(Condition("i.last_seen_at >= ?", (seconds(where.since),)))
    if where.until:
        parts.append(Condition("i.first_seen_at < ?", (seconds(where.until),)))
    if where.text.strip():
        parts.append(_text(where.text, "i", "incident_id", _INCIDENTS))
    return _all(parts)


def wave_condition(db: Database, where: IncidentFilter) -> Condition:
    """Waves (alias w) with an incident that a filter asks for. A wave counts all its incidents, so one that holds an
    incident beyond the clearance is left out whole."""
    wanted = incident_condition(db, where)
    parts = [
        Condition(
            f"w.wave_id in (select i.wave_id from incidents i where i.wave_id is not null and {wanted.sql})",  # noqa: S608
            wanted.parameters,
        )
    ]
    if beyond(where.clearance):
        visible = clearance_condition(where)
        parts.append(
            Condition(
                "w.wave_id not in (select i.wave_id from incidents i"  # noqa: S608 (our own words)
                f" where i.wave_id is not null and not ({visible.sql}))",
                visible.parameters,
            )
        )
    return _all(parts)


def observation_condition(db: Database, where: IncidentFilter) -> Condition:
    """Observations (alias o, their incidents i) that a filter asks for."""
    parts = _choices("o", where) + _wave(db, where) + _cleared(where) + _triaged(where) + _confidence("o", where)
    if where.received_since:
        parts.append(Condition("o.received_at >= ?", (seconds(where.received_since),)))
    if where.grouped is not None:
        parts.append(Condition(f"o.incident_id is {'not ' if where.grouped else ''}null", ()))
    if where.confirmation:
        parts.append(_in("i.confirmation", where.confirmation))
    if where.since:
        parts.append(Condition("o.observed_at >= ?", (seconds(where.since),)))
    if where.until:
        parts.append(Condition("o.observed_at < ?", (seconds(where.until),)))
    if where.text.strip():
        parts.append(_text(where.text, "o", "observation_id", _WORDS))
    return _all(parts)


def clearance_condition(where: IncidentFilter) -> Condition:
    """Incidents (alias i) that a filter's clearance covers."""
    return _all(_cleared(where))


def _cleared(where: IncidentFilter) -> list[Condition]:
    """Nothing of an incident that is marked higher than the clearance; what nobody marked is of the default, and for
    everybody is only what is confirmed."""
    parts: list[Condition] = []
    if beyond(where.clearance):
        hidden = f"(i.incident_id is null or i.incident_id not in ({_MARKED}))"
        parts.append(Condition(hidden, (json.dumps(beyond(where.clearance)),)))
    if LEVELS.index(where.clearance) < LEVELS.index(DEFAULT):
        parts.append(Condition(f"i.incident_id in ({_MARKED})", (json.dumps(within(where.clearance)),)))
    if where.clearance == "CLEAR":
        parts.append(Condition("i.confirmation = 'confirmed'", ()))
    return parts


def _triaged(where: IncidentFilter) -> list[Condition]:
    """Incidents (alias i) by what analysts said of them. Without a word of theirs one is new, nobody's, and of the
    default marking; of several that were merged the strictest marking counts."""
    parts: list[Condition] = []
    if where.triage:
        said = "select t.state from incident_triage t where t.incident_id = i.incident_id"
        parts.append(_in(f"coalesce(({said}), 'new')", where.triage))
    if where.assignee:
        said = "select t.assignee from incident_triage t where t.incident_id = i.incident_id"
        parts.append(_in(f"coalesce(({said}), '')", where.assignee))
    if where.tlp:
        parts.append(_marked(where.tlp))
    return [*parts, Condition("i.incident_id is not null", ())] if parts else parts


def _marked(wanted: tuple[Tlp, ...]) -> Condition:
    ranks = " ".join(f"when '{level}' then {rank}" for rank, level in enumerate(LEVELS))
    marked = (
        "select coalesce(a.incident_id, m.incident_id) from incident_markings m left join"  # noqa: S608 (our own words)
        f" incident_aliases a on a.old_id = m.incident_id group by 1 having max(case m.tlp {ranks} end)"
    )
    found = f"i.incident_id in ({marked} in (select value from json_each(?)))"  # noqa: S608
    unmarked = f" or i.incident_id not in ({marked} >= 0)" if DEFAULT in wanted else ""
    return Condition(f"({found}{unmarked})", (json.dumps([LEVELS.index(level) for level in wanted]),))


def _confidence(table: str, where: IncidentFilter) -> list[Condition]:
    bounds = ((">=", where.confidence_from), ("<=", where.confidence_to))
    return [Condition(f"{table}.confidence {sign} ?", (value,)) for sign, value in bounds if value is not None]


def match_words(text: str) -> str:
    """A full-text query for all words of a text, the last one as a beginning; "" where it holds no word."""
    words = _WORD.findall(storable(text))[:QUERY_WORDS]
    return " ".join(f'"{word}"' for word in words) + "*" if words else ""


def _choices(table: str, where: IncidentFilter) -> list[Condition]:
    parts = [
        _in(f"{table}.{name}", values)
        for name, values in (
            ("platform", where.platform),
            ("mechanism", where.mechanism),
            ("verdict", where.verdict),
        )
        if values
    ]
    if where.abused_domain:
        parts.append(Condition(f"{table}.abused_domain = ?", (storable(where.abused_domain.lower()),)))
    return parts


def _wave(db: Database, where: IncidentFilter) -> list[Condition]:
    if where.wave_id is None:
        return []
    return [Condition("i.wave_id = ?", (current_wave(db, where.wave_id) or 0,))]


def _text(text: str, table: str, column: str, found: str) -> Condition:
    """A text in the words of messages, in a name of the party (domains hold dots, so they are not words), or the
    whole of an account id. Each way goes over an index. `found` is a query for the matching values of `column`."""
    typed = storable(text.strip())
    sql = f"{table}.{_NAMED} or {table}.account_id in (?, ?)"
    names = (typed.lower(), typed, typed.lower())
    query = match_words(text)
    if not query:
        return Condition(f"({sql})", names)
    return Condition(f"({table}.{column} in ({found}) or {sql})", (query, *names))


def _in(column: str, values: tuple[str, ...]) -> Condition:
    """One of several values; "other" also finds rows without a platform, as charts name them."""
    marks = ", ".join("?" * len(values))
    nothing = f" or {column} is null" if column.endswith(".platform") and "other" in values else ""
    return Condition(f"({column} in ({marks}){nothing})", tuple(storable(value) for value in values))


def _all(parts: list[Condition]) -> Condition:
    return Condition(
        " and ".join(part.sql for part in parts) or "true",
        tuple(value for part in parts for value in part.parameters),
    )


def current_incident(db: Database, incident_id: str) -> int | None:
    """The row of an incident's public id, through merges, or None."""
    return _current(db, "incident", number_of("incident", incident_id))


def current_wave(db: Database, wave_id: str) -> int | None:
    """The row of a wave's public id, through merges, or None."""
    return _current(db, "wave", number_of("wave", wave_id))


def _current(db: Database, kind: str, number: int | None) -> int | None:
    if number is None:
        return None
    row = db.one(f"select {kind}_id from {kind}_aliases where old_id = ?", (number,))  # noqa: S608 (our own words)
    if row is not None:
        number = row[0]
    found: int | None = db.value(f"select {kind}_id from {kind}s where {kind}_id = ?", (number,))  # noqa: S608
    return found
