"""The append-only log: who did what, when and why, in our own words and ids only."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from data.store.values import to_json

MACHINE = "relaywatch"
_ORIGIN: ContextVar[str | None] = ContextVar("origin", default=None)


@contextmanager
def written_from(origin: str | None) -> Iterator[None]:
    """Whatever is written to the log within, by this thread, came from there: a keyed hash of an address block, or
    None for the machine itself and the command line."""
    token = _ORIGIN.set(origin)
    try:
        yield
    finally:
        _ORIGIN.reset(token)


class Journal:
    """Writes events within the caller's transaction, all of one moment."""

    def __init__(self, connection: sqlite3.Connection, at: int) -> None:
        self._connection = connection
        self._at = at

    def note(
        self,
        kind: str,
        subject: str,
        detail: Mapping[str, object] | None = None,
        *,
        actor: str = MACHINE,
        reason: str | None = None,
    ) -> None:
        """One event about a public id."""
        self._connection.execute(
            "insert into events (at, actor, kind, subject, detail, reason, origin) values (?, ?, ?, ?, ?, ?, ?)",
            (self._at, actor, kind, subject, to_json(dict(detail or {})), reason, _ORIGIN.get()),
        )
