"""What people said about exposures, as rows: statuses with their evidence, ticks, contacts."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from data.clustering.parties import Alias
from data.errors import ChangeRefused
from data.mitigation import Change, State, tell
from data.store.database import Database
from data.store.exposure_shapes import ChangeRow, ContactRow, Tick
from data.store.exposures import Key, after_fix, relapses, said_of
from data.store.journal import MACHINE
from data.store.party_keys import best_alias, find_party, party_key
from data.store.values import moment, moment_or_none, number_of, public_id

_CHANGES = (
    "select c.*, e.exposure_id from mitigation_changes c"
    " left join party_aliases a on a.kind = c.party_kind and a.platform = c.party_platform and a.name = c.party_name"
    " left join exposures e on e.party_id = a.party_id and e.platform = c.platform and e.mechanism = c.mechanism"
)
_OF_EXPOSURE = (
    " from exposures e join party_aliases a on a.party_id = e.party_id"
    " join {table} t on t.party_kind = a.kind and t.party_platform = a.platform and t.party_name = a.name"
)


def stream_changes(db: Database, exposure_id: str | None = None) -> Iterator[ChangeRow]:
    """Everything that was said, withdrawn words too, and every recurrence, in the order of taking effect; of all
    exposures, or of one."""
    number = number_of("exposure", exposure_id) if exposure_id else None
    only = "true" if exposure_id is None else "e.exposure_id = ?"
    parameters = () if exposure_id is None else (number,)
    machine = _recurrences(db, only, parameters)
    for row in db.rows(f"{_CHANGES} where {only} order by c.effective_at, c.change_id", parameters):
        said = _change(row)
        while machine and machine[0].effective_at < said.effective_at:
            yield machine.pop(0)
        yield said
    yield from machine


def changes(db: Database, exposure_id: str) -> list[ChangeRow]:
    """What was said of one exposure, and its recurrences, the latest first."""
    return list(stream_changes(db, exposure_id))[::-1]


def state(db: Database, exposure_id: str) -> State:
    """The story of one exposure: marks, cycles. Unreviewed for one that is unknown."""
    return states(db, [exposure_id]).get(exposure_id, tell(()))


def states(db: Database, exposure_ids: Sequence[str]) -> dict[str, State]:
    """The stories of several exposures by their ids; those that are unknown are left out."""
    names = {number_of("exposure", name): name for name in exposure_ids}
    rows = db.rows(
        "select exposure_id, party_id, platform, mechanism from exposures"
        " where exposure_id in (select value from json_each(?))",
        (json.dumps(list(names)),),
    )
    keys = {names[row[0]]: Key(*tuple(row)[1:]) for row in rows}
    said = said_of(db.connection, json.dumps(sorted({key.party_id for key in keys.values()})))
    return {name: _told(db, key, said.get(key, [])) for name, key in keys.items()}


def quiet_since(db: Database, exposure_id: str) -> datetime | None:
    """Since when nothing trusted has come after the last fix."""
    key = _key(db, exposure_id)
    return after_fix(db.connection, key, _state(db, key))[1] if key else None


def ticks(db: Database, exposure_id: str) -> dict[str, Tick]:
    """The last word about each step of an exposure's checklist."""
    rows = db.rows(
        f"select t.*{_OF_EXPOSURE.format(table='checklist_ticks')} and t.platform = e.platform"
        " and t.mechanism = e.mechanism where e.exposure_id = ? order by t.tick_id",
        (number_of("exposure", exposure_id),),
    )
    return {
        row["step"]: Tick(row["step"], bool(row["done"]), row["author"], moment(row["recorded_at"]), row["note"])
        for row in rows
    }


def contacts(db: Database, party: str) -> list[ContactRow]:
    """The last contact of each kind that was noted for a party."""
    try:
        _, party_id = find_party(db.connection, party)
    except ChangeRefused:
        return []
    rows = db.rows(
        "select c.* from party_aliases a join party_contacts c on c.party_kind = a.kind"
        " and c.party_platform = a.platform and c.party_name = a.name where a.party_id = ? order by c.contact_id",
        (party_id,),
    )
    found = {
        row["kind"]: ContactRow(row["kind"], row["address"], row["source"], row["author"], moment(row["recorded_at"]))
        for row in rows
    }
    return list(found.values())


def _recurrences(db: Database, only: str, parameters: tuple[object, ...]) -> list[ChangeRow]:
    rows = db.rows(f"select * from exposures e where recurrences > 0 and {only}", parameters)  # noqa: S608
    found = [
        _machine(db, row, mark.at)
        for row in rows
        for mark in _state(db, Key(row["party_id"], row["platform"], row["mechanism"])).marks
        if mark.machine
    ]
    return sorted(found, key=lambda item: (item.effective_at, item.exposure_id or ""))


def _machine(db: Database, row: Any, at: datetime) -> ChangeRow:  # noqa: ANN401 (a row)
    return ChangeRow(
        change_id=None,
        exposure_id=public_id("exposure", row["exposure_id"]),
        party_key=party_key(best_alias(db.connection, row["party_id"])),
        platform=row["platform"] or None,
        mechanism=row["mechanism"],
        status="recurred",
        effective_at=at,
        recorded_at=None,
        author=MACHINE,
        machine=True,
        note="a confirmed observation was sent after the fix",
        link=None,
        observation_id=None,
        withdrawn_at=None,
    )


def _key(db: Database, exposure_id: str) -> Key | None:
    row = db.one(
        "select party_id, platform, mechanism from exposures where exposure_id = ?",
        (number_of("exposure", exposure_id),),
    )
    return Key(*row) if row else None


def _state(db: Database, key: Key) -> State:
    return _told(db, key, said_of(db.connection, json.dumps([key.party_id])).get(key, []))


def _told(db: Database, key: Key, said: Sequence[Change]) -> State:
    return tell(said, relapses(db.connection, key, said))


def _change(row: Any) -> ChangeRow:  # noqa: ANN401 (a row)
    observation = row["observation_id"]
    return ChangeRow(
        change_id=row["change_id"],
        exposure_id=None if row["exposure_id"] is None else public_id("exposure", row["exposure_id"]),
        party_key=party_key(Alias(row["party_kind"], row["party_platform"], row["party_name"])),
        platform=row["platform"] or None,
        mechanism=row["mechanism"],
        status=row["status"],
        effective_at=moment(row["effective_at"]),
        recorded_at=moment(row["recorded_at"]),
        author=row["author"],
        machine=False,
        note=row["note"],
        link=row["link"],
        observation_id=None if observation is None else public_id("observation", observation),
        withdrawn_at=moment_or_none(row["withdrawn_at"]),
    )
