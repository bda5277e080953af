"""Standings that follow from a template's company, in the database."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Sequence

from data.clustering.company import Companion, raised
from data.clustering.standing import CANDIDATE, NEITHER
from data.store.scope import Reach, touch


def raise_standings(connection: sqlite3.Connection, templates: Sequence[int]) -> int:
    """Brings the standings of some templates' observations in line with their verdicts and their company; marks what
    must be settled and returns how many observations changed."""
    members = _members(connection, templates)
    changes = 0
    for template, rows in members.items():
        _, _, _, (told, wordless) = rows[0]
        able = [companion for companion, *_ in rows if not companion.ignored]
        found = raised(able, wordless=wordless) if told or wordless else {}
        changed: list[tuple[int, str | None, Companion]] = []
        for companion, before, said, _ in rows:
            reason = found.get(companion.observation)
            standing = NEITHER if companion.ignored else max(companion.own, CANDIDATE if reason else NEITHER)
            if (standing, reason) != (before, said):
                changed.append((standing, reason, companion))
        connection.executemany(
            "update observations set standing = ?1, company = ?2, incident_id = case when ?1 > 0 then incident_id end"
            " where observation_id = ?3",
            [(standing, reason, companion.observation) for standing, reason, companion in changed],
        )
        if changed:
            times = [companion.at for _, _, companion in changed]
            reach: Reach = min(times), max(times)
            touch(connection, {(template, 0): reach})
        changes += len(changed)
    return changes


def _members(
    connection: sqlite3.Connection, templates: Sequence[int]
) -> dict[int, list[tuple[Companion, int, str | None, tuple[bool, bool]]]]:
    rows = connection.execute(
        "select o.template_id, o.observation_id, o.observed_at, o.party_id, o.trusted, o.automatic, o.mechanism,"
        " o.verdict, o.score, coalesce(v.verdict, o.verdict), coalesce(v.ignored, 0), o.standing, o.company,"
        " t.has_payload, t.family is not null from json_each(?) j"
        " cross join observations o on o.template_id = j.value join templates t using (template_id)"
        " left join overruled v using (observation_id)",
        (json.dumps(list(templates)),),
    )
    found: defaultdict[int, list[tuple[Companion, int, str | None, tuple[bool, bool]]]] = defaultdict(list)
    for row in rows:
        template, number, at, party, trusted, automatic, mechanism, verdict, score, machine, ignored, *after = row
        companion = Companion(
            number, at, party, bool(trusted), bool(automatic), mechanism, verdict, score, machine, bool(ignored)
        )
        before, said, told, flood = after
        found[template].append((companion, before, said, (bool(told), bool(flood))))
    return found
