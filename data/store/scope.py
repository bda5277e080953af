"""How far a change reaches: of each touched template the stretch of time that its new observations can alter.

Observations more than `SPARSE_GAP` apart never influence each other, so a late message in a template of years costs
its own weeks only.
"""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from data.clustering.assign import Member
from data.clustering.stretches import SPARSE_GAP

ALWAYS = (-(1 << 62), 1 << 62)
Reach = tuple[int, int]
_IN_SCOPE = "json_each(?1) s cross join {table} t on t.template_id = json_extract(s.value, '$[0]')"


@dataclass(frozen=True)
class Scope:
    """Templates with the first and last second that a settle looks at."""

    reach: Mapping[int, Reach]

    @cached_property
    def templates(self) -> list[int]:
        return sorted(self.reach)

    @cached_property
    def json(self) -> str:
        return json.dumps([(template, *reach) for template, reach in sorted(self.reach.items())])


def scope_of(connection: sqlite3.Connection, touched: Mapping[int, Reach]) -> Scope:
    """The scope of touched spans: each widened over the incidents that stand within `SPARSE_GAP` of it, and over all
    wordless templates of its platform, which are one time line."""
    home = _families(connection, touched)
    reach: dict[int, Reach] = {}
    for template, (low, high) in touched.items():
        before = reach.get(home[template], (low, high))
        reach[home[template]] = min(low, before[0]), max(high, before[1])
    spans: defaultdict[int, list[Reach]] = defaultdict(list)
    rows = connection.execute(
        "select template_id, first_seen_at, last_seen_at from incidents"
        " where template_id in (select value from json_each(?)) order by first_seen_at",
        (json.dumps([template for template, first in home.items() if reach[first] != ALWAYS]),),
    )
    for template, first, last in rows:
        spans[home[template]].append((first, last))
    widened = {first: _widened(found, spans[first]) for first, found in reach.items()}
    return Scope({template: widened[first] for template, first in home.items()})


def _families(connection: sqlite3.Connection, touched: Iterable[int]) -> dict[int, int]:
    """Some templates, and those that share a time line with them, each with the first one of its time line."""
    chosen = json.dumps(sorted(touched))
    rows = connection.execute(
        "select t.template_id, t.template_id from templates t where t.family is null"
        " and t.template_id in (select value from json_each(?1)) union all"
        " select t.template_id, f.first from templates t join"
        " (select family, min(template_id) as first from templates where family in (select family from templates"
        "   where template_id in (select value from json_each(?1))) group by family) f using (family)",
        (chosen,),
    )
    return dict(rows.fetchall())


def _widened(reach: Reach, spans: Sequence[Reach]) -> Reach:
    """A span with all that hangs together with it; `spans` are in order of their beginning."""
    low, high = reach
    for first, last in spans:
        if last >= low - SPARSE_GAP and first <= high + SPARSE_GAP:
            low, high = min(low, first), max(high, last)
    # Spans that begin earlier can only be reached once the ones between are in.
    for first, last in reversed(spans):
        if last >= low - SPARSE_GAP and first <= high + SPARSE_GAP:
            low, high = min(low, first), max(high, last)
    return low, high


def payloads_in(connection: sqlite3.Connection, scope: Scope) -> dict[int, bool]:
    """Whether each template in scope holds a submitter's words."""
    rows = connection.execute(
        "select template_id, has_payload from templates where template_id in (select value from json_each(?))",
        (json.dumps(scope.templates),),
    )
    return {template: bool(has_payload) for template, has_payload in rows}


def members_in(connection: sqlite3.Connection, scope: Scope, guests: Iterable[int] = ()) -> dict[int, list[Member]]:
    """The observations of each time line in scope that stand in incidents, by its first template. `guests` are
    aliases of parties that people joined to others."""
    home = _families(connection, scope.templates)
    rows = connection.execute(
        "select t.template_id, t.observation_id, t.observed_at, t.party_id, t.trusted, t.incident_id,"  # noqa: S608 (our own words)
        " t.verdict = 'attacker-tenant', v.observation_id is not null and (v.template_id, v.alias_id) <>"
        " (t.template_id, t.alias_id) or t.alias_id in (select value from json_each(?2)), h.incident_id, h.wave_id"
        f" from {_IN_SCOPE.format(table='observations')} and t.standing > 0"
        " and t.observed_at between json_extract(s.value, '$[1]') and json_extract(s.value, '$[2]')"
        " left join overruled v on v.observation_id = t.observation_id"
        " left join homes h on h.observation_id = t.observation_id",
        (scope.json, json.dumps(sorted(guests))),
    )
    found: defaultdict[int, list[Member]] = defaultdict(list)
    for template, number, at, party, trusted, incident, attackers, guest, *before in rows:
        stood = None if before[0] is None else (before[0], before[1])
        found[home[template]].append(
            Member(number, at, party, bool(trusted), incident, template, bool(attackers), bool(guest), stood)
        )
    return found


def stored_in(connection: sqlite3.Connection, scope: Scope, kind: str, columns: Sequence[str]) -> list[sqlite3.Row]:
    """The rows of incidents or waves in scope: their id, then the columns."""
    return connection.execute(
        f"select t.{kind}_id, {', '.join(f't.{name}' for name in columns)}"  # noqa: S608 (our own words)
        f" from {_IN_SCOPE.format(table=f'{kind}s')}"
        " where t.first_seen_at <= json_extract(s.value, '$[2]') and t.last_seen_at >= json_extract(s.value, '$[1]')",
        (scope.json,),
    ).fetchall()


def touch(connection: sqlite3.Connection, spans: Mapping[tuple[int, int], Reach]) -> None:
    """Marks spans of templates as provisional; keys are (template, template that observations came from or 0)."""
    connection.executemany(
        "insert into unsettled (template_id, moved_from, first_at, last_at) values (?, ?, ?, ?)"
        " on conflict do update set first_at = min(first_at, excluded.first_at),"
        " last_at = max(last_at, excluded.last_at)",
        [(*key, *span) for key, span in sorted(spans.items())],
    )


def touch_everything(connection: sqlite3.Connection) -> None:
    """Marks all templates as provisional, at all times."""
    touch(connection, {(row[0], 0): ALWAYS for row in connection.execute("select template_id from templates")})
