"""Exports on record: what was handed out, of which state, so that `--as-of X-0001` makes the same figures again."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from data.errors import StoreError
from data.store.database import Database, open_database, open_for_reading
from data.store.history import milliseconds, moment_of, open_as_of
from data.store.journal import Journal
from data.store.values import number_of, public_id, seconds, storable, to_json

OPERATOR = "operator"
SMALL_CACHE = "pragma cache_size = -8192"
"""8 MB: an export reads every row once, so a large cache costs memory and saves nothing."""


@dataclass(frozen=True, slots=True)
class ExportRow:
    """One export on record. `state_at` is the moment whose state was read; `rows` and `digest` (SHA-256 of the bytes,
    in hex) are None where the export was broken off."""

    export_id: str
    exported_at: datetime
    state_at: datetime
    what: str
    format: str
    filters: str
    rows: int | None
    digest: str | None


@dataclass(frozen=True, slots=True)
class OpenExport:
    """A running export: the state it reads, the moment of that state, and its id, None where none could be given."""

    db: Database
    at: datetime
    export_id: str | None
    warning: str | None = None


@contextmanager
def recorded(
    path: Path | str,
    what: str,
    form: str,
    filters: Mapping[str, object],
    as_of: datetime | None = None,
    *,
    actor: str = OPERATOR,
) -> Iterator[OpenExport]:
    """The state to export, held still until the end, and an id for it; today's unless `as_of` names another.

    A database that cannot be written is exported all the same, without an id; `warning` then says why.
    """
    with open_for_reading(path) as db:
        db.connection.execute(SMALL_CACHE)
        export_id: str | None = None
        at, warning = datetime.now(UTC), None
        try:
            export_id, at = _note(db, what, form, filters, as_of, actor)
        except StoreError as error:
            warning = f"This export has no id. {error}"
            _hold_still(db)
        if as_of is None:
            yield OpenExport(db, at, export_id, warning)
            return
    with open_as_of(path, as_of) as db:
        db.connection.execute(SMALL_CACHE)
        yield OpenExport(db, as_of, export_id, warning)


def _note(
    reader: Database, what: str, form: str, filters: Mapping[str, object], as_of: datetime | None, actor: str
) -> tuple[str, datetime]:
    """A new export's id and moment. The reader's snapshot begins while nobody can write: state and moment agree."""
    with open_database(reader.path) as writer, writer.writing() as connection:
        now = datetime.now(UTC)
        at_ms = milliseconds(now)
        cursor = connection.execute(
            "insert into exports (at_ms, state_ms, last_observation, what, format, filters) values (?, ?,"
            " coalesce((select seq from sqlite_sequence where name = 'observations'), 0), ?, ?, ?)",
            (at_ms, milliseconds(as_of) if as_of else at_ms, what, form, storable(to_json(dict(filters)))),
        )
        export_id = public_id("export", int(cursor.lastrowid or 0))
        Journal(connection, seconds(now)).note("export-made", export_id, {"what": what, "format": form}, actor=actor)
        _hold_still(reader)
        while milliseconds(datetime.now(UTC)) <= at_ms:
            time.sleep(0.001)
    return export_id, moment_of(at_ms)


def _hold_still(reader: Database) -> None:
    """Begins the snapshot that all later reads of a connection see."""
    if not reader.connection.in_transaction:
        reader.connection.execute("begin")
        reader.value("select 1 from sqlite_master")


def finish_export(path: Path | str, export_id: str, rows: int, digest: str) -> None:
    """Notes that an export was written to its end."""
    with open_database(path) as db, db.writing() as connection:
        connection.execute(
            "update exports set rows = ?, digest = ? where export_id = ?",
            (rows, digest, number_of("export", export_id)),
        )


def state_of(path: Path | str, export_id: str) -> datetime:
    """The moment whose state an export read. Raises StoreError where there is no export of that id."""
    with open_for_reading(path) as db:
        found = db.value("select state_ms from exports where export_id = ?", (number_of("export", export_id),))
    if found is None:
        raise StoreError(f"{path} has no export {export_id}; see relaywatch export exports, or name a time.")
    return moment_of(found)


def installation(db: Database) -> str:
    """What names this database in shared ids: 32 hexadecimal digits, drawn once."""
    found: str = db.value("select id from installation")
    return found


def stream_exports(db: Database) -> Iterator[ExportRow]:
    """All exports on record, the newest first."""
    for row in db.stream("select * from exports order by export_id desc"):
        yield ExportRow(
            public_id("export", row["export_id"]),
            moment_of(row["at_ms"]),
            moment_of(row["state_ms"]),
            row["what"],
            row["format"],
            row["filters"],
            row["rows"],
            row["digest"],
        )
