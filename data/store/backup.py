"""Backups: a consistent copy of the database while it is in use, verified by opening it again; and the way back."""

import os
import re
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from data.errors import StoreError
from data.store.database import check_version, explained

_NAME = re.compile(r"relaywatch-\d{8}T\d{6}Z\.db")


@dataclass(frozen=True, slots=True)
class Backup:
    """A verified copy: where it is, how large, what it holds, and which older ones were removed for it."""

    path: Path
    size: int
    observations: int
    removed: tuple[Path, ...] = ()


def back_up(db: Path, target: Path, *, keep: int | None = None) -> Backup:
    """Copy a database of one moment, while others read and write it.

    Into a folder the copy goes under the name of its time, and with `keep` only so many of these stay; any other
    target is the file itself, an older backup there is replaced only once the new one is verified. Raises StoreError
    where the database is missing, the target is something else, or the copy is not whole.
    """
    if not db.exists():
        raise StoreError(f"{db}: there is no database to back up.")
    folder = target.is_dir()
    path = target / f"relaywatch-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.db" if folder else target
    if path.exists():
        if not path.is_file():
            raise StoreError(f"{path}: this is no file that a backup could replace. Name another file.")
        if path.samefile(db):
            raise StoreError(f"{path}: this is the database itself. Name another file.")
        verify(path)
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with explained(path):
            draft.touch(0o600)
            _copy(db, draft)
        observations = verify(draft)
        _keep_on_disk(draft, path)
    except OSError as error:
        raise StoreError(f"{path}: the backup cannot be written: {error.strerror}. Name another place.") from error
    finally:
        draft.unlink(missing_ok=True)
    removed = _thin_out(target, keep) if folder and keep else ()
    return Backup(path, path.stat().st_size, observations, removed)


def restore(backup: Path, db: Path, *, replace: bool = False) -> Backup:
    """Put a backup in the place of a database; with `replace` what stood there is set aside, never deleted.

    The server and collectors must be stopped. Raises StoreError where the backup is not whole, or a database stands
    there and is not to be replaced.
    """
    if not backup.exists():
        raise StoreError(f"{backup}: there is no such backup.")
    observations = verify(backup)
    if db.exists() and not replace:
        raise StoreError(
            f"{db}: a database stands there. Give --replace to set it aside and put the backup in place."
        )
    draft = db.with_name(f".{db.name}.{os.getpid()}.part")
    try:
        with explained(db):
            draft.touch(0o600)
            _copy(backup, draft)
        verify(draft)
        aside = f".replaced-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
        for part in ("", "-wal", "-shm"):
            old = db.with_name(db.name + part)
            if old.exists():
                old.rename(db.with_name(f"{db.name}{aside}{part}"))
        _keep_on_disk(draft, db)
    except OSError as error:
        raise StoreError(f"{db}: the backup cannot be put in place: {error.strerror}.") from error
    finally:
        draft.unlink(missing_ok=True)
    return Backup(db, db.stat().st_size, observations)


def verify(path: Path) -> int:
    """The number of observations in a whole copy. Raises StoreError where it is damaged, foreign, or of a newer
    version."""
    with explained(path), closing(_open(path)) as connection:
        check_version(connection, path)
        damage = [row[0] for row in connection.execute("pragma integrity_check(3)") if row[0] != "ok"]
        if damage or connection.execute("pragma foreign_key_check").fetchone():
            raise StoreError(f"{path}: this copy is damaged ({damage[0] if damage else 'rows refer to nothing'}).")
        return int(connection.execute("select count(*) from observations").fetchone()[0])


def _open(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)


def _copy(source: Path, draft: Path) -> None:
    """One step, so that a writer in between cannot start it over again: in WAL mode it keeps nobody waiting."""
    with closing(_open(source)) as original, closing(sqlite3.connect(draft)) as copy:
        original.backup(copy)
        # A backup is one file: in WAL mode the copy would want two more beside it as soon as it is opened.
        copy.execute("pragma journal_mode = delete")


def _keep_on_disk(draft: Path, path: Path) -> None:
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _thin_out(folder: Path, keep: int) -> tuple[Path, ...]:
    """Remove the oldest backups of the folder; other files are nobody's business."""
    found = sorted(path for path in folder.iterdir() if _NAME.fullmatch(path.name))
    removed = found[:-keep]
    for path in removed:
        with suppress(FileNotFoundError):
            path.unlink()
    return tuple(removed)
