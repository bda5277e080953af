"""Opening the one database file, and the one way to write to it."""

import glob
import os
import random
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from glob import escape
from pathlib import Path
from types import TracebackType
from typing import Any

from data.errors import StoreError
from data.store.versions import MIGRATION_SET, MIGRATIONS_TABLE, VERSIONS

BUSY_SECONDS = 30.0
LOG_BYTES = 64 << 20
WRITERS_KB, READERS_KB = 65_536, 4_096
Parameters = Sequence[object] | dict[str, object]


@dataclass(frozen=True, slots=True)
class Database:
    """An open database file. One thread uses it; opening takes a few milliseconds, so nothing is pooled.

    A `with` statement closes it at its end, and turns what SQLite says of a damaged or busy file into StoreError.
    """

    path: Path
    connection: sqlite3.Connection

    def rows(self, sql: str, parameters: Parameters = ()) -> list[sqlite3.Row]:
        """All rows of a query, as tuples that also know their columns' names."""
        return self.connection.execute(sql, parameters).fetchall()

    def stream(self, sql: str, parameters: Parameters = ()) -> Iterator[sqlite3.Row]:
        """The rows of a query, one at a time, of one moment."""
        yield from self.connection.execute(sql, parameters)

    def one(self, sql: str, parameters: Parameters = ()) -> sqlite3.Row | None:
        """The first row of a query, or None."""
        row: sqlite3.Row | None = self.connection.execute(sql, parameters).fetchone()
        return row

    def value(self, sql: str, parameters: Parameters = ()) -> Any:  # noqa: ANN401 (a column has the type it has)
        """The first column of the first row of a query, or None."""
        row = self.one(sql, parameters)
        return None if row is None else row[0]

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction that waits for its turn before it reads anything, and leaves all or nothing.

        Raises StoreError where the file is busy, full, damaged or not to be written.
        """
        with explained(self.path):
            # A plain BEGIN that reads first fails at once when another writer commits in between.
            self.connection.execute("begin immediate")
            try:
                yield self.connection
                self.connection.execute("commit")
            except BaseException:
                if self.connection.in_transaction:
                    self.connection.execute("rollback")
                raise

    @contextmanager
    def trying(self) -> Iterator[sqlite3.Connection]:
        """A transaction that is always undone. Raises StoreError as `writing` does."""
        with explained(self.path):
            self.connection.execute("begin immediate")
            try:
                yield self.connection
            finally:
                if self.connection.in_transaction:
                    self.connection.execute("rollback")

    def close(self) -> None:
        self.connection.close()

    def __enter__(self) -> "Database":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
        if isinstance(error, sqlite3.DatabaseError):
            with explained(self.path):
                raise error


def open_database(path: Path | str) -> Database:
    """The database of a path, made or brought up to date where needed. Several processes may come at once.

    Raises StoreError where the folder is missing, the file is not ours, damaged, busy, or of a newer version.
    """
    path = Path(path)
    with explained(path):
        _make_private(path)
        connection = _connect(path, "rw")
        try:
            _write_ahead(connection)
            if _pending(connection, path):
                _migrate(connection, path)
            connection.execute("pragma foreign_keys = on")
        except BaseException:
            connection.close()
            raise
    return Database(path, connection)


def open_for_reading(path: Path | str) -> Database:
    """The database of a path for reads only. A missing or older one is first made or brought up to date, so that
    every page works on a new installation. Raises StoreError as `open_database` does."""
    path = Path(path)
    with explained(path):
        if not path.exists() or path.stat().st_size == 0:
            open_database(path).close()
        connection = _connect(path, "ro")
        try:
            pending = _pending(connection, path)
            if pending:
                connection.close()
                open_database(path).close()
                connection = _connect(path, "ro")
        except BaseException:
            connection.close()
            raise
    return Database(path, connection)


def require_database(path: Path | str) -> None:
    """Raises StoreError where there is no database at a path, for commands that a mistyped name must not make one."""
    path = Path(path)
    with explained(path):
        if not path.exists() or path.stat().st_size == 0:
            raise StoreError(f"{path} is no database. Name the right file with --db, or fill it: relaywatch ingest")


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turns SQLite's errors into sentences for the person who must act."""
    try:
        yield
    except (sqlite3.OperationalError, sqlite3.DatabaseError) as error:
        if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError | sqlite3.InterfaceError):
            raise
        raise StoreError(f"{path}: {_sentence(path, str(error))}") from error


def _sentence(path: Path, said: str) -> str:
    if "locked" in said or "busy" in said:
        return f"another process has been writing for more than {BUSY_SECONDS:.0f} s. Wait for it to end, try again."
    if "full" in said:
        return "the disk is full. Free some space and try again; what was accepted before is kept."
    if "disk I/O error" in said:
        return (
            "the disk does not take what is written: it is full or over a quota, or it fails. Free some space, look "
            "into the system's log, and try again; what was accepted before is kept."
        )
    if "readonly" in said or "read-only" in said:
        return "the file or its folder may not be written. Change its rights, or name another file with --db."
    if "not a database" in said or "malformed" in said:
        return "this is not a database, or it is damaged. Restore a backup, or name another file with --db."
    if "unable to open" in said:
        missing = "its folder does not exist" if not path.parent.exists() else "its rights or its folder forbid it"
        return f"the file cannot be opened: {missing}. Make the folder, or name another file with --db."
    return f"the database cannot be used ({said}). Run relaywatch check, or restore a backup."


def _make_private(path: Path) -> None:
    """A new file is its owner's only; SQLite gives the two files beside it the same rights."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        return
    except OSError as error:
        # In SQLite's words, so that `explained` finds the sentence for the person who must act.
        raise sqlite3.OperationalError(f"unable to open database file: {error.strerror}") from error


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}", uri=True, timeout=BUSY_SECONDS, isolation_level=None
    )
    connection.row_factory = sqlite3.Row
    # What a stranger was told is accepted must outlive a power cut, which WAL promises with full only.
    connection.execute("pragma synchronous = full")
    # A reader lives for one page, and twenty of them may look at once.
    connection.execute(f"pragma cache_size = {-READERS_KB if mode == 'ro' else -WRITERS_KB}")
    connection.execute("pragma temp_store = memory")
    # A log that one large transaction blew up shrinks again once it was copied over.
    connection.execute(f"pragma journal_size_limit = {LOG_BYTES}")
    return connection


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Turns WAL on. The busy timeout does not cover this switch, so several processes at once must retry it."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            if connection.execute("pragma journal_mode").fetchone()[0] != "wal":
                connection.execute("pragma journal_mode = wal")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(random.uniform(0.005, 0.05))  # noqa: S311 (spreads the retries, is no secret)


def _pending(connection: sqlite3.Connection, path: Path) -> bool:
    """Whether migrations are missing. Raises StoreError for a newer database and for one that is not ours."""
    if _is_new(connection):
        return True
    return bool(VERSIONS - check_version(connection, path))


def _is_new(connection: sqlite3.Connection) -> bool:
    return connection.execute("select 1 from sqlite_master where type = 'table'").fetchone() is None


def check_version(connection: sqlite3.Connection, path: Path) -> set[str]:
    """The migrations that a database has. Raises StoreError where it is not ours or has one we do not know."""
    try:
        applied = _applied(connection)
    except sqlite3.OperationalError as error:
        if "no such table" not in str(error):
            raise
        raise StoreError(f"{path}: this is a database of another program. Name another file with --db.") from error
    if applied - VERSIONS:
        raise StoreError(
            f"{path}: this database was written by a newer version of Relaywatch ({max(applied - VERSIONS)}). "
            "Update the program, or name another file with --db."
        )
    return applied


def _applied(connection: sqlite3.Connection) -> set[str]:
    return {
        row[0]
        for row in connection.execute(
            f"select name from {MIGRATIONS_TABLE} where migration_set = ?",  # noqa: S608 (a constant)
            (MIGRATION_SET,),
        )
    }


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    """All missing migrations in one transaction, with foreign keys off: SQLite forbids to switch them inside. A
    database that holds something is copied first; a failure leaves it as it was."""
    from sqlite_utils import Database as Tables

    from data.store.schema import MIGRATIONS

    tables = Tables(connection)
    connection.execute("pragma foreign_keys = off")
    connection.execute("begin immediate")
    try:
        if _pending(connection, path):
            if not _is_new(connection):
                _set_aside(connection, path)
            MIGRATIONS.apply(tables)
            broken = connection.execute("pragma foreign_key_check").fetchall()
            if broken:
                raise StoreError(f"{path}: {len(broken)} rows refer to nothing after the update; it was undone.")
        connection.execute("commit")
    except BaseException:
        if connection.in_transaction:
            connection.execute("rollback")
        raise


def copies_before_updates(path: Path) -> list[Path]:
    """The copies that updates left beside a database: as it was before each of them."""
    return sorted(path.parent.glob(f"{escape(path.name)}.m[0-9][0-9][0-9]*"))


def _set_aside(connection: sqlite3.Connection, path: Path) -> None:
    """A copy of a database as it was before its update, named for the last version that it had."""
    copy = path.with_name(f"{path.name}.{max(_applied(connection), default='m000')}")
    # Whoever was killed here before us left a draft behind; we hold the lock, so nobody is at work on one.
    for left in copy.parent.glob(f"{glob.escape(copy.name)}.*.part"):
        left.unlink(missing_ok=True)
    draft = copy.with_name(f"{copy.name}.{os.getpid()}.part")
    draft.touch(0o600)
    # By a connection of its own: one that is about to write cannot be copied from, and Python would wait for ever.
    with closing(_connect(path, "ro")) as source, closing(sqlite3.connect(draft)) as target:
        source.backup(target)
        target.execute("pragma journal_mode = delete")
    draft.replace(copy)
