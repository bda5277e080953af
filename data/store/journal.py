"""The append-only log: who did what, when and why, in our own words and ids only."""

import sqlite3
from collections.abc import Mapping

from data.store.values import to_json

MACHINE = "relaywatch"


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
            "insert into events (at, actor, kind, subject, detail, reason) values (?, ?, ?, ?, ?, ?)",
            (self._at, actor, kind, subject, to_json(dict(detail or {})), reason),
        )
