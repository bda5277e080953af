"""What a rebuild with this version of the program would change, tried on a copy: the database stays as it is."""

from collections.abc import Set
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from data.errors import StoreError
from data.store.backup import back_up
from data.store.database import Database, open_database
from data.store.rebuild import rebuild
from data.store.saver import GroupKind
from data.store.values import public_id


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of the incidents, or of the waves: public ids that would be opened, ids that would lead on to
    another, and ids of which nothing would be left."""

    opened: tuple[str, ...] = ()
    merged: dict[str, str] = field(default_factory=dict)
    dissolved: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.opened or self.merged or self.dissolved)


@dataclass(frozen=True, slots=True)
class Preview:
    """What a rebuild would change. `moved` counts observations that would stand in another incident or in none;
    `verdicts` holds (before, after) of incidents that would keep their id and be judged otherwise; `rows` counts
    changed rows of any kind."""

    observations: int
    rows: int
    moved: int
    incidents: Change
    waves: Change
    verdicts: dict[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class _State:
    incidents: dict[int, str]
    waves: frozenset[int]
    places: dict[int, int | None]


def preview(path: Path, at: datetime | None = None) -> Preview:
    """What `rebuild` would change in the database of a path, which is only read; a copy of it is written beside it
    and removed. An older version's database is brought up to date in the copy alone.

    Raises StoreError where the database is missing or damaged, or the copy cannot be written.
    """
    try:
        with TemporaryDirectory(prefix=".relaywatch-preview-", dir=path.parent) as folder:
            copy = back_up(path, Path(folder) / "copy.db").path
            with open_database(copy) as db:
                before = _state(db)
                rebuilt = rebuild(db, at)
                after = _state(db)
                return Preview(
                    observations=rebuilt.observations,
                    rows=rebuilt.changes,
                    moved=sum(after.places.get(number) != place for number, place in before.places.items()),
                    incidents=_change(db, "incident", before.incidents.keys(), after.incidents.keys()),
                    waves=_change(db, "wave", before.waves, after.waves),
                    verdicts=_verdicts(before.incidents, after.incidents),
                )
    except OSError as error:
        raise StoreError(f"{path.parent}: no copy can be made there: {error.strerror}. Free some space.") from error


def _state(db: Database) -> _State:
    return _State(
        incidents={row[0]: row[1] for row in db.rows("select incident_id, verdict from incidents")},
        waves=frozenset(row[0] for row in db.rows("select wave_id from waves")),
        places={row[0]: row[1] for row in db.rows("select observation_id, incident_id from observations")},
    )


def _change(db: Database, kind: GroupKind, before: Set[int], after: Set[int]) -> Change:
    leads = {row[0]: row[1] for row in db.rows(f"select old_id, {kind}_id from {kind}_aliases")}  # noqa: S608 (our own words)
    gone = sorted(before - after)
    return Change(
        opened=tuple(public_id(kind, number) for number in sorted(after - before)),
        merged={public_id(kind, number): public_id(kind, leads[number]) for number in gone if leads.get(number)},
        dissolved=tuple(public_id(kind, number) for number in gone if not leads.get(number)),
    )


def _verdicts(before: dict[int, str], after: dict[int, str]) -> dict[str, tuple[str, str]]:
    return {
        public_id("incident", number): (verdict, after[number])
        for number, verdict in sorted(before.items())
        if number in after and after[number] != verdict
    }
