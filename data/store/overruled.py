"""Decisions in force, carried out on observations: their template, party, verdict and mechanism, and whether they
count. What the machine had said is kept beside, so that an undone decision leaves everything as it was."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import NamedTuple

from data.clustering.overrides import Bonds, Pin, Place, pinned, roots
from data.store.aliases import grouping
from data.store.moves import mark_moved
from data.store.rulings import Ruling, merged_aliases, merged_pairs, numbers_of, rulings, subject_key, subjects_of
from data.store.scope import Reach, touch


class Said(NamedTuple):
    """What the machine or a person says of one observation."""

    template: int
    alias: int
    verdict: str
    mechanism: str


@dataclass(slots=True)
class Plan:
    """What decisions want of observations; what is missing stays as the machine says."""

    places: dict[int, Place] = field(default_factory=dict)
    words: dict[int, dict[str, str]] = field(default_factory=dict)


def overrule(connection: sqlite3.Connection) -> int:
    """Brings observations in line with the decisions in force; marks what must be settled for it and returns how many
    observations changed."""
    found = rulings(connection)
    held = {row[0] for row in connection.execute("select observation_id from overruled")}
    if not found and not held:
        return 0
    plan = _plan(connection, found)
    changes = _carry_out(connection, plan, held | set(plan.places) | set(plan.words))
    return changes + _ignore(connection, [ruling for ruling in found if ruling.kind == "ignore"])


def bonds(connection: sqlite3.Connection) -> Bonds:
    """By which observations people made incidents one."""
    moves = rulings(connection, kinds=("move",))
    subjects = subjects_of(connection, moves)
    anchors = numbers_of(connection, [ruling.anchor for ruling in moves if ruling.anchor])
    return Bonds(
        merges=tuple(merged_pairs(connection)),
        moves={
            number: anchors[ruling.anchor]
            for ruling in moves
            if ruling.anchor in anchors
            for number in subjects[ruling.number]
        },
    )


def guest_aliases(connection: sqlite3.Connection) -> set[int]:
    """Aliases that stand under another party than the machine's, because people joined the two."""
    said = merged_aliases(connection)
    if not said:
        return set()
    rows = connection.execute(
        "select alias_id from party_aliases where party_id in (select party_id from json_each(?) j"
        " join party_aliases on alias_id = j.value)",
        (json.dumps(sorted({alias for pair in said for alias in pair})),),
    )
    machine = grouping(connection, [row[0] for row in rows], said=()).parties
    into = roots((machine[one], machine[other]) for one, other in said)
    return {alias for alias, party in machine.items() if party in into}


def confirmed(connection: sqlite3.Connection) -> frozenset[bytes]:
    """Fingerprints whose incidents an analyst confirmed."""
    return frozenset(ruling.fingerprints[0] for ruling in rulings(connection, kinds=("confirm",)))


def _plan(connection: sqlite3.Connection, found: Sequence[Ruling]) -> Plan:
    subjects = subjects_of(connection, [ruling for ruling in found if ruling.kind in {"split", "move", "relabel"}])
    anchors = numbers_of(connection, [ruling.anchor for ruling in found if ruling.anchor])
    pairs = merged_pairs(connection)
    named = {number for numbers in subjects.values() for number in numbers}
    named.update(anchors.values(), (number for pair in pairs for number in pair))
    made = {number: Place(said.template, said.alias) for number, said in _machine_said(connection, named).items()}
    pins = [
        Pin(
            subjects[ruling.number],
            _own_template(connection, ruling, subjects[ruling.number]) if ruling.kind == "split" else None,
            anchors.get(ruling.anchor) if ruling.anchor else None,
        )
        for ruling in found
        if ruling.kind in {"split", "move"} and subjects[ruling.number]
    ]
    plan = Plan(pinned(pins, made))
    standing = made | plan.places
    into = roots((standing[one].template, standing[other].template) for one, other in pairs)
    plan.places = {
        number: Place(into.get(place.template, place.template), place.alias) for number, place in plan.places.items()
    }
    for number, place in _machine_made(connection, into).items():
        plan.places.setdefault(number, Place(into[place.template], place.alias))
    for ruling in found:
        if ruling.kind == "relabel":
            plan.words |= dict.fromkeys(subjects[ruling.number], ruling.value)
    return plan


_MACHINE = (
    "coalesce(v.template_id, o.template_id), coalesce(v.alias_id, o.alias_id), coalesce(v.verdict, o.verdict),"
    " coalesce(v.mechanism, o.mechanism)"
)


def _machine_said(connection: sqlite3.Connection, numbers: Iterable[int]) -> dict[int, Said]:
    rows = connection.execute(
        f"select o.observation_id, {_MACHINE} from json_each(?) j cross join observations o"  # noqa: S608 (our own words)
        " on o.observation_id = j.value left join overruled v using (observation_id)",
        (json.dumps(sorted(numbers)),),
    )
    return {row[0]: Said(*row[1:]) for row in rows}


def _machine_made(connection: sqlite3.Connection, templates: Iterable[int]) -> dict[int, Place]:
    """All observations that the machine puts into some templates."""
    rows = connection.execute(
        "select observation_id, template_id, alias_id from overruled"
        " where template_id in (select value from json_each(?1)) union all"
        " select o.observation_id, o.template_id, o.alias_id from json_each(?1) j"
        " cross join observations o on o.template_id = j.value"
        " where o.observation_id not in (select observation_id from overruled)",
        (json.dumps(sorted(templates)),),
    )
    return {row[0]: Place(row[1], row[2]) for row in rows}


def _own_template(connection: sqlite3.Connection, ruling: Ruling, numbers: Sequence[int]) -> int:
    """The template of what was split off, made on first sight; its key is the content that it was made of."""
    subject = subject_key(ruling.fingerprints, ruling.nodes)
    key = f"split {blake2b(subject.encode(), digest_size=8).hexdigest()}"
    row = connection.execute("select template_id from templates where template_key = ?", (key,)).fetchone()
    if row is None:
        connection.execute(
            "insert into templates (template_key, has_payload) select ?, has_payload from templates"
            " where template_id = ?",
            (key, _machine_said(connection, numbers[:1])[numbers[0]].template),
        )
        row = connection.execute("select template_id from templates where template_key = ?", (key,)).fetchone()
    return int(row[0])


def _carry_out(connection: sqlite3.Connection, plan: Plan, numbers: Iterable[int]) -> int:
    rows = connection.execute(
        "select o.observation_id, o.observed_at, o.incident_id, coalesce(v.ignored, 0), o.template_id, o.alias_id,"  # noqa: S608
        f" o.verdict, o.mechanism, {_MACHINE} from json_each(?) j cross join observations o"
        " on o.observation_id = j.value left join overruled v using (observation_id)",
        (json.dumps(sorted(numbers)),),
    ).fetchall()
    moved: list[tuple[int, int, int]] = []
    changes = 0
    for number, at, incident, ignored, *values in rows:
        now, machine = Said(*values[:4]), Said(*values[4:])
        wanted = _wanted(plan, number, machine)
        _keep(connection, number, machine, held=ignored or wanted != machine)
        if wanted == now:
            continue
        changes += 1
        moved.append((now.template, wanted.template, at))
        connection.execute("update incidents set stale = 1 where incident_id = ?", (incident,))
        connection.execute(
            "update observations set template_id = ?, alias_id = ?2, verdict = ?, mechanism = ?,"
            " party_id = (select party_id from party_aliases where alias_id = ?2) where observation_id = ?5",
            (wanted.template, wanted.alias, wanted.verdict, wanted.mechanism, number),
        )
    mark_moved(connection, moved)
    return changes


def _wanted(plan: Plan, number: int, machine: Said) -> Said:
    place = plan.places.get(number, Place(machine.template, machine.alias))
    words = plan.words.get(number, {})
    return Said(
        place.template,
        place.alias,
        words.get("verdict", machine.verdict),
        words.get("mechanism", machine.mechanism),
    )


def _keep(connection: sqlite3.Connection, number: int, machine: Said, *, held: bool) -> None:
    """What the machine said, for as long as somebody says otherwise."""
    if held:
        connection.execute(
            "insert into overruled (observation_id, template_id, alias_id, verdict, mechanism) values (?, ?, ?, ?, ?)"
            " on conflict do nothing",
            (number, *machine),
        )
    else:
        connection.execute("delete from overruled where observation_id = ?", (number,))


def _ignore(connection: sqlite3.Connection, found: Sequence[Ruling]) -> int:
    """Takes out what is no abuse: everything of a template, or of a template at one party."""
    anchors = numbers_of(connection, [ruling.fingerprints[0] for ruling in found])
    wanted: set[int] = set()
    for ruling in found:
        rows = connection.execute(
            "select o.observation_id from observations a cross join observations o on o.template_id = a.template_id"
            " where a.observation_id = ? and (? or o.party_id = a.party_id)",
            (anchors.get(ruling.fingerprints[0]), ruling.value.get("scope") == "template"),
        )
        wanted.update(row[0] for row in rows)
    before = {row[0] for row in connection.execute("select observation_id from overruled where ignored = 1")}
    changed = wanted ^ before
    for number, said in _machine_said(connection, changed).items():
        _keep(connection, number, said, held=True)
        connection.execute("update overruled set ignored = ? where observation_id = ?", (number in wanted, number))
    connection.execute(
        "delete from overruled where ignored = 0 and exists (select 1 from observations o"
        " where o.observation_id = overruled.observation_id and o.template_id = overruled.template_id"
        " and o.alias_id = overruled.alias_id and o.verdict = overruled.verdict"
        " and o.mechanism = overruled.mechanism)"
    )
    _touch(connection, changed)
    return len(changed)


def _touch(connection: sqlite3.Connection, numbers: Iterable[int]) -> None:
    times: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    for template, at in connection.execute(
        "select template_id, observed_at from json_each(?) j cross join observations on observation_id = j.value",
        (json.dumps(sorted(numbers)),),
    ):
        times[template, 0].append(at)
    spans: Mapping[tuple[int, int], Reach] = {key: (min(found), max(found)) for key, found in times.items()}
    touch(connection, spans)
