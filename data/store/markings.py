"""TLP markings of incidents: human facts beside the machine's, so that a rebuild never touches them."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from data.store.database import Database
from data.store.filters import MARKED, Condition, current_incident, incident_condition, wave_condition
from data.store.journal import Journal
from data.store.shapes import IncidentFilter
from data.store.values import number_of, public_id, seconds, storable
from data.tlp import DEFAULT, Tlp, strictest, within


def markings(db: Database, incident_ids: Iterable[str]) -> dict[str, Tlp]:
    """The TLP of incidents by their current ids; of those that were merged into one the strictest counts."""
    numbers = {number_of("incident", found): found for found in incident_ids}
    rows = db.rows(
        f"select incident_id, tlp from ({MARKED}) where incident_id in (select value from json_each(?))",  # noqa: S608
        (json.dumps([number for number in numbers if number is not None]),),
    )
    marked: defaultdict[int, list[Tlp]] = defaultdict(list)
    for number, tlp in rows:
        marked[number].append(tlp)
    return {found: strictest(tuple(marked[number or 0])) for number, found in numbers.items()}


def wave_markings(db: Database, wave_ids: Iterable[str]) -> dict[str, Tlp]:
    """The TLP of waves: that of the strictest of all their incidents, since a wave counts them all."""
    wanted = [number_of("wave", found) for found in wave_ids]
    members: defaultdict[str, list[str]] = defaultdict(list)
    for wave, incident in db.rows(
        "select wave_id, incident_id from incidents where wave_id in (select value from json_each(?))",
        (json.dumps(wanted),),
    ):
        members[public_id("wave", wave)].append(public_id("incident", incident))
    return {wave: strictest(tuple(markings(db, incidents).values())) for wave, incidents in members.items()}


def marking(db: Database, incident_id: str) -> Tlp:
    """The TLP of an incident, by any of its ids."""
    number = current_incident(db, incident_id)
    return DEFAULT if number is None else markings(db, [public_id("incident", number)]).popitem()[1]


def may_read(clearance: Tlp, tlp: Tlp, *, confirmed: bool) -> bool:
    """Whether a clearance covers an incident of a marking: for everybody is only what is confirmed."""
    return tlp in within(clearance) and (confirmed or clearance != "CLEAR")


def hidden_groups(db: Database, clearance: Tlp, targets: Iterable[str]) -> set[str]:
    """Those of some public ids of incidents and waves, and of some domains, that a clearance does not cover: a wave
    with a hidden incident, a domain that stands in hidden incidents only."""
    hidden: set[str] = set()
    for target in targets:
        visible = IncidentFilter(clearance=clearance)
        if target.startswith("W-"):
            found = wave_condition(db, replace(visible, wave_id=target))
            table = "waves w"
        elif target.startswith("RW-"):
            found = incident_condition(db, visible)
            found = Condition(f"i.incident_id = ? and {found.sql}", (current_incident(db, target), *found.parameters))
            table = "incidents i"
        else:
            found, table = incident_condition(db, replace(visible, abused_domain=target)), "incidents i"
            if not db.value("select 1 from incidents where abused_domain = ? limit 1", (target,)):
                continue
        if not db.value(f"select 1 from {table} where {found.sql} limit 1", found.parameters):  # noqa: S608
            hidden.add(target)
    return hidden


def set_marking(db: Database, incident_id: str, tlp: Tlp, *, actor: str, reason: str, now: datetime) -> bool:
    """Marks an incident, in place of what it and those merged into it were marked; False where there is none."""
    number = current_incident(db, incident_id)
    if number is None:
        return False
    with db.writing() as connection:
        connection.execute(
            "delete from incident_markings where incident_id in"
            " (select old_id from incident_aliases where incident_id = ?)",
            (number,),
        )
        connection.execute(
            "insert or replace into incident_markings (incident_id, tlp, actor, reason, at) values (?, ?, ?, ?, ?)",
            (number, tlp, storable(actor), storable(reason), seconds(now)),
        )
        Journal(connection, seconds(now)).note(
            "incident-marked", public_id("incident", number), {"tlp": tlp}, actor=actor, reason=reason
        )
    return True
